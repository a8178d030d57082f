"""Coordinates for images that were given none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
)
from jupimage.coordinates.section import annotate
from jupimage.coordinates.stokes import default_stokes
from jupimage.coordinates.system import coordinatesystem
from jupimage.errors import CoordinateError

__all__ = ["default_system"]


def default_system(shape: Sequence[int]) -> coordinatesystem:
    """Return the coordinates of an image about which only its shape is known.

    The sky comes first (J2000, SIN, arcmin) on the two fastest axes; then Stokes, if the
    next axis has at most 4 pixels, and frequency (LSRK); whatever is left is linear. An image
    of one axis is a spectrum.

    Parameters
    ----------
    shape
        Shape of the image, slowest axis first.

    Examples
    --------
    >>> [axis.name for axis in default_system((5, 100, 2, 64, 64)).axes()]
    ['linear1', 'Frequency', 'Stokes', 'Declination', 'Right Ascension']
    """
    lengths = [int(n) for n in reversed(shape)]  # fastest first from here on
    if not lengths or min(lengths) < 1:
        raise CoordinateError(f"an image needs axes of at least one pixel, got {tuple(shape)}")
    parts: list[tuple[str, Record, Sequence[int]]] = []
    axis = 0
    if len(lengths) > 1:
        parts.append(("direction", _direction(lengths[0], lengths[1]), (0, 1)))
        axis = 2
    kinds = {"stokes", "spectral"} if axis else {"spectral"}
    while axis < min(4, len(lengths)) and kinds:
        kind = "stokes" if "stokes" in kinds and lengths[axis] <= 4 else "spectral"
        if kind not in kinds:
            break
        kinds.discard(kind)
        if kind == "stokes":
            record = stokes_record(default_stokes(lengths[axis]))
        else:
            record = _spectral(lengths[axis])
        parts.append((kind, record, (axis,)))
        axis += 1
    if axis < len(lengths):
        parts.append(("linear", _linear(lengths[axis:]), range(axis, len(lengths))))
    system = assemble(
        parts,
        observation(
            telescope="ALMA",
            observer="Karl Jansky",
            obsdate=measure("epoch", "UTC", (51544.00000000116, "d")),
            position=observatory("ALMA"),
        ),
    )
    for number, (kind, record, own) in enumerate(parts):
        system[f"worldreplace{number}"] = _replacement(kind, record, [lengths[i] for i in own])
    return coordinatesystem(annotate(system, list(shape)))


def _replacement(kind: str, record: Record, lengths: Sequence[int]) -> NDArray[np.float64]:
    """Return the world values that the axes would have if they were removed."""
    if kind == "linear":
        return np.array([-((length + 1) // 2) for length in lengths], float)
    return np.array(record["wcs"]["crval"] if "wcs" in record else record["crval"], float, ndmin=1)


def _direction(width: int, height: int) -> Record:
    return direction_record(
        crval=(0.0, 0.0),
        cdelt=(-1.0, 1.0),
        crpix=(width // 2, height // 2),
        units=("'", "'"),
        longpole=180.0,
        latpole=0.0,
    )


def _spectral(length: int) -> Record:
    return spectral_record(
        system="LSRK",
        crval=1.415e9,
        cdelt=1000.0,
        crpix=length // 2,
        restfrequency=1420405751.7860003,
    )


def _linear(lengths: Sequence[int]) -> Record:
    n = len(lengths)
    return linear_record(
        names=[f"linear{i + 1}" for i in range(n)],
        units=["km"] * n,
        crval=[0.0] * n,
        cdelt=[1.0] * n,
        crpix=[length // 2 for length in lengths],
    )
