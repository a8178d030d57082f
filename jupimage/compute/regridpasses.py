"""The passes of a regrid: each makes a lattice of the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.interpolation import Method
from jupimage.compute.regridaxes import Pair
from jupimage.compute.regridaxis import AxisRegridView
from jupimage.compute.regridcoarse import coarse_steps, lies_outside, make_places
from jupimage.compute.regridframes import doppler_factor
from jupimage.compute.regridmapping import LinearMapping, SkyMapping, axis_positions, unit_factor
from jupimage.compute.regridplaces import NowherePlaces, Places, ReplicatedPlaces, replicated
from jupimage.compute.regridplanes import PlaneRegridView
from jupimage.compute.regridspec import RegridSpec
from jupimage.compute.regridsums import FinePlaces, SummedView
from jupimage.coordinates.record import Record
from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError
from jupimage.lattice import Lattice

__all__ = ["Grid", "Pass", "axis_pass", "plane_pass"]

# Nanoseconds for each pixel of a result, on one core.
_PLANE_COST = {"nearest": 15, "linear": 40, "cubic": 110, "lanczos": 250}
_AXIS_COST = {"nearest": 2, "linear": 5, "cubic": 15, "lanczos": 5}
_POSITION_COST = 1500


@dataclass(frozen=True, slots=True)
class Grid:
    """What all passes of a regrid have in common.

    Parameters
    ----------
    method, decimate
        Checked.
    spec
        What else was asked for.
    system
        Record of the image's coordinates, which says when and where it was observed.
    scaled
        Whether values are per pixel, and so change with its size.
    """

    method: Method
    decimate: int
    spec: RegridSpec
    system: Record
    scaled: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """One step of a regrid.

    Parameters
    ----------
    lattice
        The pixels after it.
    text
        What it does, for people.
    seconds
        About how long it takes on one core.
    remarks
        What may surprise.
    """

    lattice: Lattice
    text: str
    seconds: float
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def plane_pass(lattice: Lattice, pair: Pair, shape: tuple[int, ...], grid: Grid) -> Iterator[Pass]:
    """Prepare the pass of a coordinate whose two axes hang together."""
    spec = grid.spec
    # Rows are the slower of the two axes, whichever of them the coordinate calls its first.
    row, column = sorted(pair.axes)
    ndim = len(shape)
    swapped = ndim - 1 - pair.old.pixelmap[0] == row
    old = lattice.shape[row], lattice.shape[column]
    new = shape[row], shape[column]
    mapping: Any
    if pair.old.kind == "direction":
        mapping = SkyMapping(pair.new, pair.old.record, convert=spec.refchange, swapped=swapped)
    else:
        mapping = LinearMapping(pair.new, pair.old.record, swapped)
    places: Places
    remarks: tuple[str, ...] = ()
    if spec.replicate:
        places, how = ReplicatedPlaces(old, new), "replicated"
    else:
        steps = coarse_steps(new, grid.decimate)
        places = make_places(mapping, new, grid.decimate)
        how = "exact coordinates"
        if steps != (1, 1):
            how = f"coordinates at every {steps[0]} x {steps[1]} pixels"
            remarks = _single_node(new, steps, grid.decimate)
        if lies_outside(places, new, old):
            places = NowherePlaces()
            remarks = (
                *remarks,
                f"on axes {row} and {column} all new pixels lie outside the old ones",
            )
    scale = _pixel_ratio(pair) if grid.scaled else 1.0
    masked = spec.mask
    finer = 1
    made: Lattice
    if spec.conserve:
        finer = int(np.clip(ceil(scale**0.5 - 1e-6), 1, 16))
        fine = (new[0] * finer, new[1] * finer)
        sampled = PlaneRegridView(
            lattice, (row, column), fine, FinePlaces(places, finer), grid.method,
            areas=True, masked=masked,
        )  # fmt: skip
        made = SummedView(sampled, (row, column), finer) if finer > 1 else sampled
        how += f", {finer} x {finer} samples of each pixel, summed"
    else:
        made = PlaneRegridView(
            lattice, (row, column), new, places, grid.method, scale=scale, masked=masked
        )
    text = (
        f"axes {row} and {column} ({pair.old.kind}): {old[0]} x {old[1]} to {new[0]} x {new[1]}, "
        f"{grid.method}, {how}"
    )
    count = prod(made.shape) * finer**2
    asked = prod(new) if "exact" in how else 0
    seconds = (count * _PLANE_COST[grid.method] + asked * _POSITION_COST) * 1e-9
    yield Pass(made, text, seconds, remarks)


def _single_node(shape: tuple[int, int], steps: tuple[int, int], decimate: int) -> tuple[str, ...]:
    if all(step < n for n, step in zip(shape, steps, strict=True)):
        return ()
    return (
        f"a plane of {shape[0]} x {shape[1]} is too small for decimate={decimate}, as the "
        "reference has it: no pixel of it can be computed; decimate=0 computes all",
    )


def _pixel_ratio(pair: Pair) -> float:
    """Return by how much new pixels are larger than old ones, as their increments say."""
    new, old = (np.asarray(record["cdelt"], float) for record in (pair.new, pair.old.record))
    units = list(zip(pair.new["units"], pair.old.record["units"], strict=True))
    if pair.old.kind == "direction":
        factors = [degrees(str(a)) / degrees(str(b)) for a, b in units]
    else:
        factors = [unit_factor(str(a), str(b)) for a, b in units]
    return float(abs(np.prod(new / old) * np.prod(factors)))


def axis_pass(lattice: Lattice, pair: Pair, shape: tuple[int, ...], grid: Grid) -> Iterator[Pass]:
    """Prepare the passes of a coordinate whose axes are worked on one by one."""
    for axis in pair.axes:
        length = shape[axis]
        positions = _positions(pair, axis, lattice.shape[axis], shape, grid)
        if not np.isfinite(positions).any():
            raise CoordinateError(
                f"coordsys gives no position in the image for any of the {length} pixels of axis "
                f"{axis} ({pair.old.kind})"
            )
        # The reference keeps positions in single precision: with pixels in single precision
        # values are computed from exactly the same ones.
        if lattice.dtype.name in ("float32", "complex64"):
            positions = positions.astype(np.float32)
        method: Method = "linear" if grid.method == "lanczos" else grid.method
        made = AxisRegridView(lattice, axis, positions, method, masked=grid.spec.mask)
        name = "spline" if method == "cubic" else method
        text = f"axis {axis} ({pair.old.kind}): {lattice.shape[axis]} to {length} pixels, {name}"
        work = prod(made.shape) * _AXIS_COST[method]
        yield Pass(made, text, work * 1e-9)
        lattice = made


def _positions(pair: Pair, axis: int, old: int, shape: tuple[int, ...], grid: Grid) -> NDArray[Any]:
    """Return where the new pixels of an axis lie among the old ones."""
    length = shape[axis]
    if grid.spec.replicate:
        return replicated(old, length, np.float32)
    doppler = 1.0
    if pair.old.kind == "spectral" and grid.spec.refchange:
        doppler = doppler_factor(pair.new, pair.old.record, grid.system)
    own = pair.old.pixelmap.index(len(shape) - 1 - axis)
    return axis_positions(pair.old.kind, pair.new, pair.old.record, own, length, doppler=doppler)
