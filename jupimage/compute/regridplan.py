"""A regrid that was checked: the pixels it will give, and what they cost.

Everything that can be wrong with what the user asked for is found here, before any work. What is
left is a lattice that computes its pixels when they are read, pass by pass: one pass for the
sky, one for each other axis. A pass in which nothing changes is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from jupimage import options
from jupimage.compute.interpolation import method_named
from jupimage.compute.regridaxes import (
    Pair,
    chosen_axes,
    chosen_shape,
    paired,
    replaced,
)
from jupimage.compute.regridpasses import Grid, Pass, axis_pass, plane_pass
from jupimage.compute.regridsameness import same_coordinate
from jupimage.compute.regridspec import RegridSpec
from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import entries
from jupimage.errors import ArgumentError, DataTypeError, ShapeError
from jupimage.lattice import Lattice, MaskedView

__all__ = ["RegridPlan", "plan_regrid"]


@dataclass(frozen=True, slots=True)
class RegridPlan:
    """A regrid in which nothing is wrong any more.

    Parameters
    ----------
    lattice
        The result; its pixels are computed when they are read.
    coordinates
        Those of the result.
    passes
        What is done, one after the other.
    remarks
        What may surprise.
    path
        Where the result will be stored, empty if in memory.
    """

    lattice: Lattice
    coordinates: coordinatesystem
    passes: tuple[Pass, ...]
    remarks: tuple[str, ...] = ()
    path: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the result, slowest axis first."""
        return self.lattice.shape

    @property
    def bytes(self) -> int:
        """Size of the result's pixels, and of its mask where it has one."""
        return prod(self.shape) * (self.lattice.dtype.itemsize + int(self.lattice.masked))

    @property
    def seconds(self) -> float:
        """Rough prediction of the time it takes, on a core of 2020 and this many threads."""
        return sum(step.seconds for step in self.passes) / options.workers() + self.bytes / 2e9

    def __str__(self) -> str:
        lengths = " x ".join(map(str, self.shape))
        where = self.path or "memory"
        lines = [
            f"regrid to {lengths} {self.lattice.dtype}: {_size(self.bytes)} in {where}, "
            f"about {_duration(self.seconds)}"
        ]
        lines += [f"  {step}" for step in self.passes] or ["  nothing changes: a copy"]
        lines += [f"  note: {remark}" for remark in self.remarks]
        return "\n".join(lines)


def plan_regrid(
    source: Lattice,
    system: coordinatesystem,
    template: coordinatesystem,
    spec: RegridSpec,
    *,
    lengths: Sequence[int] | None = None,
    unit: str = "",
    plane_beams: bool = False,
) -> RegridPlan:
    """Check a regrid, and prepare it.

    Parameters
    ----------
    source, system
        The image's pixels and coordinates.
    template
        Coordinates to take the new ones from.
    spec
        What else was asked for.
    lengths
        Shape that the template belongs to, if there is one.
    unit
        Unit of the pixels.
    plane_beams
        Whether each plane has a beam of its own.

    Raises
    ------
    ArgumentError, DataTypeError, ShapeError, CoordinateError
        If anything does not fit.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.zeros((3, 40, 50), np.float32))
    >>> print(plan_regrid(cube, default_system((3, 40, 50)), default_system((3, 64, 64)),
    ...                   RegridSpec(axes=[1, 2], outshape=(3, 64, 64))))
    regrid to 3 x 64 x 64 float32: 49 kB in memory, about 0.0 s
      axes 1 and 2 (direction): 40 x 50 to 64 x 64, linear, coordinates at every 12 x 12 pixels
    """
    method = method_named(spec.interpolation)
    decimate = _decimate(spec.decimate)
    axes = chosen_axes(spec.axes, system)
    if plane_beams:
        _refuse_planes(axes, system)
    shape = _shape(spec, source.shape, axes, system, template, lengths)
    kept = tuple(
        axis for axis in axes if shape[axis] > 1 or axis in (system.direction_axes() or ())
    )
    pairs, remarks = paired(system, template, kept)
    _check_lengths(shape, source.shape, pairs)
    if spec.conserve and unit.lower() != "jy/pixel":
        raise ArgumentError(
            f"conserve=True needs an image in Jy/pixel, whose sums mean something; got {unit!r}"
        )
    grid = Grid(method, decimate, spec, system.dict(), scaled=unit.lower() == "jy/pixel")
    lattice, passes = source, []
    for pair in pairs:
        length = tuple(shape[axis] for axis in pair.axes)
        same = length == tuple(source.shape[axis] for axis in pair.axes) and same_coordinate(
            pair.old.kind, pair.new, pair.old.record
        )
        if same and not spec.forceregrid:
            continue
        make = plane_pass if pair.plane else axis_pass
        for step in make(lattice, pair, shape, grid):
            lattice = step.lattice
            passes.append(step)
            remarks += step.remarks
    if not passes and lattice.masked and not spec.mask:
        lattice = MaskedView(lattice, None)
    coordinates = replaced(system, pairs).with_axes(shape)
    return RegridPlan(lattice, coordinates, tuple(passes), tuple(remarks))


def _decimate(value: Any) -> int:
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise DataTypeError(f"decimate must be an int (0: exact), got {value!r}")
    return int(value)


def _shape(
    spec: RegridSpec,
    shape: tuple[int, ...],
    axes: tuple[int, ...],
    system: coordinatesystem,
    template: coordinatesystem,
    lengths: Sequence[int] | None,
) -> tuple[int, ...]:
    known: dict[int, int] = {}
    if lengths is not None:
        known = _template_lengths(axes, system, template, lengths)
    return chosen_shape(spec.outshape, shape, lengths=known)


def _template_lengths(
    axes: tuple[int, ...],
    system: coordinatesystem,
    template: coordinatesystem,
    lengths: Sequence[int],
) -> dict[int, int]:
    """Return the lengths of the template's axes, by the axis of the image that each stands for."""
    found: dict[int, int] = {}
    theirs: dict[str, tuple[int, ...]] = {}
    for entry in entries(template.dict()):
        theirs.setdefault(entry.kind, entry.pixelmap)
    for entry in entries(system.dict()):
        if entry.kind in ("stokes", "quality"):
            continue
        for mine, other in zip(entry.pixelmap, theirs.get(entry.kind, ()), strict=False):
            axis = system.ndim - 1 - mine
            if mine >= 0 and other >= 0 and axis in axes:
                found[axis] = int(lengths[template.ndim - 1 - other])
    return found


def _check_lengths(new: tuple[int, ...], old: tuple[int, ...], pairs: list[Pair]) -> None:
    worked = {axis for pair in pairs for axis in pair.axes}
    for axis, (n, m) in enumerate(zip(new, old, strict=True)):
        if axis not in worked and n != m:
            raise ShapeError(
                f"outshape must keep the length {m} of axis {axis}, which is not regridded, got {n}"
            )
    for pair in pairs:
        if pair.old.kind == "direction" and all(new[axis] == 1 for axis in pair.axes):
            raise ShapeError("outshape needs more than a single pixel on the sky, got 1 x 1")


def _refuse_planes(axes: tuple[int, ...], system: coordinatesystem) -> None:
    for name, axis in (("spectral", system.spectral_axis()), ("Stokes", system.stokes_axis())):
        if axis is not None and axis in axes:
            raise ArgumentError(
                f"axes {sorted(axes)} include the {name} axis {axis}, along which each plane has "
                "a beam of its own: it cannot be regridded"
            )


def _size(count: float) -> str:
    for name in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {name}"
        count /= 1000
    return f"{count:.1f} TB"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
