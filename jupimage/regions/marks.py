"""Specs of what has no area: a point, a line. They take the pixels nearest to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice.box import Box
from jupimage.regions.plane import pixels_of, spread
from jupimage.regions.region import Bools, PlacedRegion, Region
from jupimage.regions.spec import RegionSpec
from jupimage.regions.terms import position

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Line", "LineRegion", "Point"]

Array = NDArray[np.float64]


def _nearest(value: Array) -> NDArray[np.int64]:
    """Return the pixels in which positions lie; between two of them, the later one."""
    return np.floor(np.clip(value, -(2**52), 2**52) + 0.5).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Point(RegionSpec):
    """The pixel that a position lies in.

    Parameters
    ----------
    center
        (row, column) in pixels, or a position on the sky as of a `Circle`.
    axes
        Numpy axes of a position in pixels, if they are not those of the sky.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> Point((2.4, 3)).place(default_system((5, 5)), (5, 5)).bounds
    Box(start=(2, 3), stop=(3, 4), step=(1, 1))
    """

    center: Any
    axes: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "center", position(self.center, "center"))

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        pixels, axes = pixels_of([self.center], "center", system, shape, self.axes)
        lengths = tuple(shape[axis] for axis in axes)
        first = _nearest(pixels[0])
        inside = bool(np.all((first >= 0) & (first < lengths)))
        start = tuple(int(n) if inside else 0 for n in first)
        box = Box(start, tuple(n + inside for n in start))
        return spread(PlacedRegion(None, box, lengths), axes, shape)


@dataclass(frozen=True, slots=True)
class Line(RegionSpec):
    """The pixels along a straight line: the nearest one at each step of its longer direction.

    Parameters
    ----------
    start, end
        Positions as of a `Point`. The line between them is straight in the image.
    axes
        As of a `Point`.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> region = Line((0, 0), (2, 4)).place(default_system((3, 5)), (3, 5))
    >>> region.read(Box.whole((3, 5))).values.astype(int)
    array([[1, 0, 0, 0, 0],
           [0, 1, 1, 0, 0],
           [0, 0, 0, 1, 1]])
    """

    start: Any
    end: Any
    axes: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", position(self.start, "start"))
        object.__setattr__(self, "end", position(self.end, "end"))

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        ends = [self.start, self.end]
        pixels, axes = pixels_of(ends, "start or end", system, shape, self.axes)
        lengths = tuple(shape[axis] for axis in axes)
        return spread(LineRegion(pixels[0], pixels[1], lengths), axes, shape)


class LineRegion(Region):
    """The pixels along a line in an image of two axes.

    Parameters
    ----------
    start, end
        Row and column of both ends.
    shape
        Of the image.
    """

    def __init__(self, start: Array, end: Array, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        away = end - start
        long = int(abs(away[1]) >= abs(away[0]))
        first, last = sorted(float(n) for n in (start[long], end[long]))
        low = max(int(_nearest(np.array(first))), 0)
        high = min(int(_nearest(np.array(last))), shape[long] - 1)
        steps = np.arange(low, high + 1)
        slope = away[1 - long] / away[long] if away[long] else 0.0
        along = np.clip(steps, first, last) if low <= high else steps
        others = _nearest(start[1 - long] + (along - start[long]) * slope)
        inside = (others >= 0) & (others < shape[1 - long])
        both = np.stack([steps, others]) if long == 0 else np.stack([others, steps])
        self._rows, self._columns = both[:, inside]

    @property
    def bounds(self) -> Box:
        """The smallest box."""
        if not self._rows.size:
            return Box((0, 0), (0, 0))
        return Box(
            (int(self._rows.min()), int(self._columns.min())),
            (int(self._rows.max()) + 1, int(self._columns.max()) + 1),
        )

    def select(self, box: Box) -> Bools:
        """Return a fresh array, True where a pixel of `box` belongs to the region."""
        selected = np.zeros(box.shape, bool)
        index = []
        there = np.ones(self._rows.shape, bool)
        for axis, pixels in enumerate((self._rows, self._columns)):
            place, rest = np.divmod(pixels - box.start[axis], box.step[axis])
            there &= (rest == 0) & (place >= 0) & (place < box.shape[axis])
            index.append(place)
        selected[index[0][there], index[1][there]] = True
        return selected
