"""Random coordinates to regrid from and to, and both libraries' results."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import jupimage
from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.observatories import observatory
from jupimage.coordinates.record import (
    Record,
    assemble,
    direction_record,
    linear_record,
    measure,
    observation,
    spectral_record,
    stokes_record,
    tabular_record,
)
from tests.conftest import Oracle

PARAMETERS: dict[str, tuple[float, ...]] = {
    "SIN": (0.0, 0.0), "TAN": (), "ZEA": (), "CAR": (), "AIT": (), "ARC": (), "STG": (),
    "SFL": (), "MER": (), "MOL": (), "PAR": (), "CEA": (1.0,),
}  # fmt: skip
UNITS = (("rad", 1.0), ("deg", 180 / math.pi), ("'", 60 * 180 / math.pi))


def observed() -> Record:
    """Return who observed, when and from where."""
    return observation(
        telescope="ALMA",
        observer="somebody",
        obsdate=measure("epoch", "UTC", (55000.3, "d")),
        position=observatory("ALMA"),
    )


def sky(
    rng: np.random.Generator, shape: Sequence[int], projection: str = "", frame: str = "J2000"
) -> Record:
    """Return a patch of sky, turned and a little skewed; shape: longitude first."""
    unit, size = UNITS[rng.integers(3)]
    projection = projection or str(rng.choice(list(PARAMETERS)))
    angle, step = rng.uniform(-0.3, 0.3), 1e-4 * size
    matrix = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    matrix[0][1] += 0.1 * rng.integers(2)
    return direction_record(
        crval=(rng.uniform(0.5, 1) * size, rng.uniform(0.1, 0.5) * size),
        cdelt=(-step, step * rng.uniform(0.8, 1.25)),
        crpix=(shape[0] / 2 + rng.uniform(-3, 3), shape[1] / 2 + rng.uniform(-3, 3)),
        pc=matrix,
        system=frame,
        projection=projection,
        parameters=PARAMETERS[projection],
        units=(unit, unit),
    )


def other_sky(rng: np.random.Generator, old: Record, projection: str = "") -> Record:
    """Return a patch that overlaps another one."""
    angle = rng.uniform(-0.5, 0.5)
    turn = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    projection = projection or str(old["projection"])
    return direction_record(
        crval=old["crval"] + rng.uniform(-2, 2, 2) * abs(old["cdelt"][1]),
        cdelt=old["cdelt"] * rng.uniform(0.7, 1.4),
        crpix=old["crpix"] + rng.uniform(-4, 4, 2),
        pc=np.array(turn) @ old["pc"],
        system=str(old["system"]),
        projection=projection,
        parameters=PARAMETERS[projection],
        units=old["units"],
    )


def system(rng: np.random.Generator, kinds: str, shape: Sequence[int]) -> coordinatesystem:
    """Return coordinates of an image: d direction, s Stokes, f frequency, l linear ...

    Parameters
    ----------
    kinds
        A letter for each coordinate, slowest axis first: ``sfd`` ends with longitude. ``t`` is a
        table, ``2`` two linear axes that hang together, ``T`` tabulated frequencies.
    shape
        Shape of the image.
    """
    lengths = list(shape[::-1])
    parts: list[tuple[str, Record, Sequence[int]]] = []
    axis = 0
    for kind in reversed(kinds):
        n = lengths[axis]
        steps = np.cumsum(rng.uniform(0.5, 2, max(n, 2)))
        step = 1e5 * rng.uniform(0.5, 2) * rng.choice([-1, 1])
        if kind == "d":
            name, record = "direction", sky(rng, lengths[axis : axis + 2])
        elif kind == "s":
            name, record = "stokes", stokes_record(["I", "Q", "U", "V"][:n])
        elif kind == "f":
            name = "spectral"
            record = spectral_record(crval=1.4e9, cdelt=step, crpix=n / 2, restfrequency=1.42e9)
        elif kind == "T":
            pixels = np.arange(float(len(steps)))
            name, record = "spectral", spectral_record(table=(pixels, 1e9 + 1e6 * steps))
        elif kind == "t":
            pixels = np.arange(float(len(steps)))
            name, record = "tabular", tabular_record(pixels, steps, name="T", unit="s")
        else:
            count = 2 if kind == "2" else 1
            name = "linear"
            record = line(["A", "B"][:count], [rng.uniform(0.5, 2), 1.0][:count])
        count = 2 if kind in "d2" else 1
        parts.append((name, record, range(axis, axis + count)))
        axis += count
    return coordinatesystem(assemble(parts, observed()))


def line(names: list[str], steps: list[float]) -> Record:
    """Return linear axes in km and s; two of them hang together."""
    n = len(names)
    matrix = np.eye(n)
    if n == 2:
        matrix[0, 1], matrix[1, 0] = 0.2, 0.1
    return linear_record(
        names=names, units=["km", "s"][:n], crval=[3.0, 4.0][:n], cdelt=steps,
        crpix=[1.5, 2.0][:n], pc=matrix,
    )  # fmt: skip


def other_system(
    rng: np.random.Generator, old: coordinatesystem, projection: str = ""
) -> coordinatesystem:
    """Return coordinates that overlap others on every axis."""
    record = copy.deepcopy(old.dict())
    for key, part in record.items():
        if key.startswith("direction"):
            record[key] = other_sky(rng, part, projection)
        elif key.startswith("spectral") and "wcs" in part:
            part["wcs"]["crpix"] += rng.uniform(-3, 3)
            part["wcs"]["cdelt"] *= rng.uniform(0.4, 1.6)
        elif key.startswith("spectral"):
            part["tabular"]["worldvalues"] = part["tabular"]["worldvalues"] + 3e5
        elif key.startswith("linear"):
            part["crpix"] = part["crpix"] + rng.uniform(-2, 2, len(part["crpix"]))
            part["cdelt"] = part["cdelt"] * rng.uniform(0.5, 1.5)
        elif key.startswith("tabular"):
            part["worldvalues"] = part["worldvalues"] * 1.1 + 0.3
    return coordinatesystem(record)


def both(
    oracle: Oracle,
    values: NDArray[np.float32],
    old: coordinatesystem,
    new: coordinatesystem,
    axes: Any = (),
    *,
    mask: Any = (),
    **arguments: Any,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the pixels that both libraries make of the same image."""
    theirs_of = oracle.images.coordinates.coordinatesystem
    ours = jupimage.image("", values=values, coordsys=old, mask=mask)
    theirs = oracle.images.image(
        "", values=values, coordsys=theirs_of(copy.deepcopy(old.dict())), mask=mask
    )
    made = ours.regrid(axes, new, **arguments)
    wanted = theirs.regrid(axes, theirs_of(copy.deepcopy(new.dict())), **arguments)
    assert made.shape() == wanted.shape()
    assert made.datatype() == wanted.datatype()
    assert not made.getmask().any()
    pixels = wanted.getdata()
    oracle.count(pixels.size)
    return made.getdata(), pixels


def assert_same(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], *, rtol: float = 0.0
) -> None:
    """Compare pixels; `rtol` is relative to the largest of them.

    Without it they have to be equal, but for last bits here and there: positions are the
    same to 1e-12 of a pixel only, and so fall on either side of where a sum is rounded.
    """
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
    np.testing.assert_array_equal(ours == 0, theirs == 0)
    finite = np.isfinite(theirs)
    np.testing.assert_array_equal(ours[~finite & ~np.isnan(theirs)], theirs[np.isinf(theirs)])
    if not finite.any():
        return
    size = float(np.abs(theirs[finite]).max())
    if rtol:
        np.testing.assert_allclose(ours[finite], theirs[finite], rtol=0, atol=rtol * size)
        return
    different = (ours != theirs) & finite
    assert different.sum() <= 1 + 1e-3 * ours.size
    np.testing.assert_allclose(ours[finite], theirs[finite], rtol=2e-7, atol=1e-8 * size)


TOLERANCE = {"nearest": 0.0, "linear": 0.0, "cubic": 5e-7, "lanczos": 5e-7}
"""How far results may be from the reference, where coordinates are the same."""
