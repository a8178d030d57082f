"""Positions along an axis in words: ``1.41782 GHz, 552.0 km/s``, ``Stokes I``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.coordinates import spectralcoordinate
from jupimage.coordinates.text import format_value
from jupimage.display.plane import Plane
from jupimage.formats import Opened

__all__ = ["axis_values", "index_label", "position_labels"]


def axis_values(opened: Opened, axis: int, indices: Sequence[float] | None = None) -> Any:
    """Return world values along one axis, in the unit of the coordinates, NaN where there is none.

    Parameters
    ----------
    opened
        The image.
    axis
        Axis, slowest = 0. The others are at their reference pixel, which has a position.
    indices
        Pixels along the axis; all of them if None.
    """
    shape = opened.lattice.shape
    along = np.arange(shape[axis], dtype=float) if indices is None else np.asarray(indices, float)
    pixels = np.tile(
        [about.reference_pixel for about in opened.coordinates.axes()], (len(along), 1)
    )
    pixels[:, axis] = along
    world = opened.coordinates.toworld(pixels)
    return world[:, opened.coordinates.axes()[axis].world]


def index_label(opened: Opened, axis: int, index: int) -> str:
    """Return the world position of one index of an axis, in words.

    A frequency is followed by its velocity where the rest frequency is known.
    """
    about = opened.coordinates.axes()[axis]
    length = opened.lattice.shape[axis]
    near = index + 1 if index + 1 < length else index - 1
    value, neighbour = axis_values(opened, axis, [index, max(near, 0)])
    if not np.isfinite(value):
        return "no position"
    step = abs(neighbour - value) if length > 1 and neighbour != value else None
    text = format_value(about, float(value), step=step)
    if about.kind != "spectral":
        return text
    velocity, there = (_velocity(opened, v) for v in (value, neighbour))
    if velocity is None or there is None:
        return text
    digits = _digits(abs(there - velocity))
    return f"{text} · {velocity:.{digits}f} km/s"


def position_labels(opened: Opened, plane: Plane, axes: Sequence[int]) -> list[str]:
    """Return a label for the position of `plane` on each of the given axes."""
    return [index_label(opened, axis, plane.position[axis] or 0) for axis in axes]


def _velocity(opened: Opened, frequency: float) -> float | None:
    """Return the radio velocity in km/s, None where the rest frequency is not known."""
    spectral = next((c for c in opened.coordinates if isinstance(c, spectralcoordinate)), None)
    if spectral is None or not spectral.get_restfrequency() > 0:
        return None
    return float(spectral.velocity(frequency))


def _digits(step: float) -> int:
    """Return the decimals that tell neighbouring values apart."""
    if not 0 < step < np.inf:
        return 1
    return int(np.clip(np.ceil(-np.log10(step)) + 1, 0, 6))
