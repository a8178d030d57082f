"""Grid lines and labels of a plane, for any coordinates.

The world values are sampled on a mesh over the picture and traced at round values, so a
rotated sky, a whole sky in a projection that leaves the corners empty, and a plain
frequency axis are all the same work. Labels stand where lines meet the lower and the left
edge; where they do not (a whole sky), the lines are labelled inside the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jupimage.display.contours import crossings, trace
from jupimage.display.ticks import Ruler
from jupimage.display.world import PlaneWorld, Scale

__all__ = ["Grid", "Inside", "Side", "Tick", "lay_grid"]

Floats = NDArray[np.float64]
Measure = Callable[[str], float]

_MESH = 96
_EDGE = 513
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled position along an edge: 0 is its left or lower end, 1 the other."""

    at: float
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Side:
    """What one edge of the picture says."""

    title: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """A label on a grid line: position from the lower left corner, as a fraction of the picture."""

    x: float
    y: float
    label: str
    anchor: Literal["right of", "outside", "middle"] = "right of"


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines and labels; `lines` holds segments ``[[x, y], [x, y]]`` as fractions of the picture."""

    bottom: Side
    left: Side
    lines: Floats
    inside: tuple[Inside, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Field:
    """One world quantity over the picture: on the mesh and along the two edges."""

    scale: Scale
    mesh: Floats
    bottom: Floats
    left: Floats

    def edge(self, which: str) -> Floats:
        return self.bottom if which == "bottom" else self.left


def lay_grid(
    world: PlaneWorld, size: tuple[int, int], *, measure: Measure, line_height: float
) -> Grid:
    """Choose round world values for a plane and find where they lie.

    Parameters
    ----------
    world
        Coordinates of the plane; its extent is the picture.
    size
        Width and height of the picture, in the units of `measure`.
    measure
        Width of a label.
    line_height
        Height of one.
    """
    x0, y0, x1, y1 = world.extent
    mesh = _mesh(world, _MESH)
    if any(np.isnan(values).any() for values in mesh):
        mesh = _mesh(world, 2 * _MESH)  # the lines should end near the rim of the sky
    across, up = np.linspace(x0, x1, _EDGE), np.linspace(y0, y1, _EDGE)
    bottom = _along(world, across, y0, world.cell[1])
    left = _along(world, x0, up, world.cell[0])
    fields = [
        _unwrapped(scale, mesh[n], bottom[n], left[n]) for n, scale in enumerate((world.x, world.y))
    ]
    if _swapped(*fields):
        fields.reverse()
    inside: list[Inside] = []
    lines: list[Floats] = []
    sides: dict[str, Side] = {}
    steps: list[float] = []
    for which, quantity, other in (
        ("bottom", fields[0], fields[1]),
        ("left", fields[1], fields[0]),
    ):
        fits = _fits(which, size, measure, line_height)
        own = world.extent[::2] if quantity.scale is world.x else world.extent[1::2]
        ticks, levels, step = _ticks(quantity, which, own, fits)
        if len(ticks) < 2 and not quantity.scale.labels and np.isfinite(quantity.mesh).any():
            levels, step = _inner_levels(quantity)
            ticks = ()
            inside += _inner_labels(quantity, other, which, levels, step)
        steps.append(step)
        if not quantity.scale.labels:
            lines.append(
                trace(quantity.mesh, _over_mesh(quantity, levels, step), quantity.scale.ruler.wraps)
            )
        sides[which] = Side(quantity.scale.title, ticks)
    every = np.concatenate(lines) if lines else np.empty((0, 2, 2))
    return Grid(sides["bottom"], sides["left"], every, tuple(inside))


def _mesh(world: PlaneWorld, count: int) -> tuple[Floats, Floats]:
    x0, y0, x1, y1 = world.extent
    x, y = np.linspace(x0, x1, count + 1), np.linspace(y0, y1, count + 1)
    return world.at(x[None, :], y[:, None])


def _along(
    world: PlaneWorld, x: Floats | float, y: Floats | float, cell: float
) -> tuple[Floats, Floats]:
    """World values along an edge, or where that is off the sky along the first pixels inside it.

    The outer edges of a map of the whole sky lie half a pixel or more beyond 180 degrees or a
    pole.
    """
    edge = world.at(np.asarray(x, float), np.asarray(y, float))
    found = edge
    for inward in (0.5 * cell, 1.5 * cell):
        if all(np.isfinite(values).mean() > 0.5 for values in found):
            return found
        if isinstance(x, float):
            found = world.at(np.asarray(x + inward), np.asarray(y, float))
        else:
            found = world.at(np.asarray(x, float), np.asarray(y + inward))
    return found if all(np.isfinite(values).mean() > 0.5 for values in found) else edge


def _unwrapped(scale: Scale, mesh: Floats, bottom: Floats, left: Floats) -> _Field:
    """Make longitudes continuous around the middle of the picture."""
    if not scale.ruler.wraps:
        return _Field(scale, mesh, bottom, left)
    centre = mesh[mesh.shape[0] // 2, mesh.shape[1] // 2]
    finite = mesh[np.isfinite(mesh)]
    if not np.isfinite(centre) and finite.size:
        turn = np.deg2rad(finite)
        centre = np.rad2deg(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))
    if not np.isfinite(centre):
        centre = 0.0
    near = [centre + (values - centre + 180) % 360 - 180 for values in (mesh, bottom, left)]
    return _Field(scale, *near)


def _range(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max() - finite.min()) if finite.size else 0.0


def _swapped(x: _Field, y: _Field) -> bool:
    """Whether the sky is turned so far that the labels belong on each other's edge."""
    if x.scale.labels or y.scale.labels:
        return False
    whole_x, whole_y = _range(x.mesh) or 1.0, _range(y.mesh) or 1.0
    straight = _range(x.bottom) / whole_x + _range(y.left) / whole_y
    crossed = _range(y.bottom) / whole_y + _range(x.left) / whole_x
    return crossed > straight * 1.05


def _fits(
    which: str, size: tuple[int, int], measure: Measure, line_height: float
) -> Callable[[Sequence[Tick]], bool]:
    """Return a test whether labels along an edge leave room between each other."""

    def along_bottom(ticks: Sequence[Tick]) -> bool:
        gap = 0.9 * line_height
        places = sorted((t.at * size[0], measure(t.label)) for t in ticks)
        ends = pairwise(places)
        return all(b[0] - b[1] / 2 - (a[0] + a[1] / 2) >= gap for a, b in ends)

    def along_left(ticks: Sequence[Tick]) -> bool:
        places = sorted(t.at * size[1] for t in ticks)
        return all(b - a >= 2.3 * line_height for a, b in pairwise(places))

    return along_bottom if which == "bottom" else along_left


def _ticks(
    quantity: _Field, which: str, own: Sequence[float], fits: Callable[[Sequence[Tick]], bool]
) -> tuple[tuple[Tick, ...], Floats, float]:
    """Find the finest labels along an edge that leave room; full ones if three of them do."""
    ruler, edge = quantity.scale.ruler, quantity.edge(which)
    if quantity.scale.labels:
        return _named_ticks(quantity.scale.labels, own, fits), np.empty(0), 1.0
    tried: list[tuple[tuple[Tick, ...], Floats, float]] = []
    for step in ruler.steps(_range(edge)):
        levels = _multiples(edge, step)
        where, which_level = crossings(edge, levels, ruler.wraps)
        if len(where) > 14 or _multiples(quantity.mesh, step).size > _MOST_LINES:
            continue
        for short in (False, True) if which == "bottom" else (False,):
            ticks = _label(ruler, where, levels[which_level], step, short=short)
            if fits(ticks) and len(ticks) <= 8:
                if not short and len(ticks) >= 3:
                    best = next((t for t in tried if len(t[0]) >= 2 * len(ticks)), None)
                    return best or (ticks, levels, step)
                tried.append((ticks, levels, step))
                break
    if not tried:
        return (), np.empty(0), 0.0
    return max(tried, key=lambda t: len(t[0]))


def _named_ticks(
    names: Sequence[str], own: Sequence[float], fits: Callable[[Sequence[Tick]], bool]
) -> tuple[Tick, ...]:
    low, high = own
    inside = [n for n in range(len(names)) if low <= n <= high]
    for stride in range(1, len(inside) + 1):
        ticks = tuple(Tick((n - low) / (high - low), names[n], n) for n in inside[::stride])
        if fits(ticks):
            return ticks
    return ()


def _label(
    ruler: Ruler, where: Floats, values: Floats, step: float, *, short: bool
) -> tuple[Tick, ...]:
    texts = ruler.labels([float(v) for v in values], step=step, short=short)
    return tuple(
        Tick(float(at), text, float(v)) for at, text, v in zip(where, texts, values, strict=True)
    )


def _multiples(values: Floats, step: float) -> Floats:
    """Multiples of `step` within the range of some values."""
    finite = values[np.isfinite(values)]
    if not finite.size or not step > 0:
        return np.empty(0)
    slack = 1e-9
    first, last = np.ceil(finite.min() / step - slack), np.floor(finite.max() / step + slack)
    if last - first > 1000:
        return np.empty(0)
    return np.arange(first, last + 1) * step


def _over_mesh(quantity: _Field, levels: Floats, step: float) -> Floats:
    """Levels of the grid lines: those of the whole picture, not only of the labelled edge."""
    if not step:
        return levels
    more = _multiples(quantity.mesh, step)
    while more.size > _MOST_LINES:
        more = more[::2]
    return more if more.size else levels


def _inner_levels(quantity: _Field) -> tuple[Floats, float]:
    for step in quantity.scale.ruler.steps(_range(quantity.mesh)):
        levels = _multiples(quantity.mesh, step)
        if 0 < levels.size <= 9:
            return levels, step
    return np.empty(0), 0.0


def _inner_labels(
    quantity: _Field, other: _Field, which: str, levels: Floats, step: float
) -> list[Inside]:
    """Label lines inside the picture: along a middle line of the other quantity, or at the left."""
    ruler = quantity.scale.ruler
    texts = ruler.labels([float(v) for v in levels], step=step)
    found: list[Inside] = []
    for level, text in zip(levels, texts, strict=True):
        segments = trace(quantity.mesh, np.array([level]), ruler.wraps)
        if not len(segments):
            continue
        points = segments.mean(axis=1)
        if which == "left":
            x, y = points[np.argmin(points[:, 0])]
            found.append(Inside(float(x), float(y), text, "outside"))
        else:
            last = np.array(other.mesh.shape[::-1]) - 1
            cell = np.rint(points * last).astype(int)
            beside = np.abs(other.mesh[cell[:, 1], cell[:, 0]] - _middle(other))
            x, y = points[np.argmin(np.where(np.isfinite(beside), beside, np.inf))]
            if not any(i.label == text for i in found):
                found.append(Inside(float(x), float(y), text))
    return found


def _middle(quantity: _Field) -> float:
    finite = quantity.mesh[np.isfinite(quantity.mesh)]
    if not finite.size:
        return 0.0
    low, high = float(finite.min()), float(finite.max())
    return 0.0 if low < 0 < high else (low + high) / 2
