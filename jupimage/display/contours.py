"""Where values sampled on a line or a mesh pass given levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["crossings", "trace"]

Floats = NDArray[np.float64]


def crossings(edge: Floats, levels: Floats, wraps: bool) -> tuple[Floats, NDArray[np.intp]]:
    """Positions (0 to 1, ascending) where the values along an edge pass a level, and which."""
    if not levels.size:
        return np.empty(0), np.empty(0, np.intp)
    a, b = edge[:-1], edge[1:]
    low, high = np.fmin(a, b), np.fmax(a, b)
    hit = (low <= levels[:, None]) & (levels[:, None] < high)
    if wraps:
        hit &= high - low < 90  # there the longitude jumps by a turn
    hit[:, -1] |= levels == b[-1]
    hit &= np.isfinite(a) & np.isfinite(b)
    which, segment = np.nonzero(hit)
    where = (segment + (levels[which] - a[segment]) / (b[segment] - a[segment])) / (edge.size - 1)
    order = np.argsort(where, kind="stable")
    return where[order], which[order]


def trace(mesh: Floats, levels: Floats, wraps: bool) -> Floats:
    """Trace lines of equal value through a mesh: segments as fractions of the picture."""
    if not levels.size:
        return np.empty((0, 2, 2))
    height = mesh - levels[:, None, None]
    if wraps:
        height = (height + 180) % 360 - 180
    rows, columns = mesh.shape[0] - 1, mesh.shape[1] - 1
    with np.errstate(all="ignore"):
        along_x = _zero(height[:, :, :-1], height[:, :, 1:], wraps)
        along_y = _zero(height[:, :-1, :], height[:, 1:, :], wraps)
    sides = (along_x[:, :-1], along_y[:, :, 1:], along_x[:, 1:], along_y[:, :, :-1])
    found = np.sum([np.isfinite(side) for side in sides], axis=0)
    n, j, i = np.nonzero(found >= 2)
    at = np.stack([side[n, j, i] for side in sides])
    x = np.stack([i + at[0], i + 1.0 + 0 * at[1], i + at[2], i + 0 * at[3]])
    y = np.stack([j + 0 * at[0], j + at[1], j + 1.0 + 0 * at[2], j + at[3]])
    order = np.argsort(~np.isfinite(at), axis=0, kind="stable")[:2]
    cell = np.arange(at.shape[1])
    ends = np.stack([x[order, cell] / columns, y[order, cell] / rows], axis=-1)
    return ends.transpose(1, 0, 2)


def _zero(a: Floats, b: Floats, wraps: bool) -> Floats:
    """Fraction of the way from a to b where the value is zero; NaN if it is not between."""
    between = (np.fmin(a, b) <= 0) & (np.fmax(a, b) > 0) & np.isfinite(a) & np.isfinite(b)
    if wraps:
        between &= np.abs(a - b) < 180
    return np.where(between, a / (a - b), np.nan)
