"""A box names a section of a lattice.

Every part of the package that reads or writes pixels says where with a `Box`: half-open
``start``, ``stop`` and a positive ``step`` per axis, slowest axis first. Corners with an
inclusive end, negative indices and missing axes are turned into a box once, where the user
hands them in, so that nothing below has to ask what an index means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from jupimage.errors import BoxError

__all__ = ["Box"]


@dataclass(frozen=True)  # no slots: their five assignments are slower than one dictionary
class Box:
    """A section of a lattice: half-open range and stride for each axis, slowest axis first.

    A box is normalised: `stop` is the end of the last element taken plus one, so that two
    boxes that take the same elements are equal. An axis may be empty.

    Parameters
    ----------
    start, stop, step
        First index, end (not included) and stride along each axis, in pixels.

    Raises
    ------
    BoxError
        If the lengths differ, a start or stop is negative or a step is less than 1.

    Examples
    --------
    >>> box = Box((0, 10), (4, 21), (1, 5))
    >>> box.shape
    (4, 3)
    >>> box.slices
    (slice(0, 4, 1), slice(10, 21, 5))
    """

    start: tuple[int, ...]
    stop: tuple[int, ...]
    step: tuple[int, ...] = ()
    shape: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Number of elements along each axis."""
    _within: tuple[int, ...] | None = field(init=False, repr=False, compare=False)
    """A shape that the box is known to lie in."""

    def __post_init__(self) -> None:
        # One pass and no generators: a box is made for each spectrum that is read.
        step = self.step or (1,) * len(self.start)
        if not len(self.start) == len(self.stop) == len(step):
            raise BoxError(
                f"a box needs start, stop and step of one length, got {len(self.start)}, "
                f"{len(self.stop)} and {len(step)}"
            )
        starts: list[int] = []
        stops: list[int] = []
        steps: list[int] = []
        lengths: list[int] = []
        for a, b, s in zip(map(int, self.start), map(int, self.stop), map(int, step), strict=True):
            if a < 0 or b < 0 or s < 1:
                raise BoxError(
                    f"box {a}:{b}:{s} on axis {len(starts)} needs start, stop >= 0 and step >= 1"
                )
            length = (b - a - 1) // s + 1 if b > a else 0
            starts.append(a)
            stops.append(a + (length - 1) * s + 1 if length else a)
            steps.append(s)
            lengths.append(length)
        self.__dict__.update(
            start=tuple(starts),
            stop=tuple(stops),
            step=tuple(steps),
            shape=tuple(lengths),
            _within=None,
        )

    @classmethod
    def plain(
        cls,
        start: tuple[int, ...],
        stop: tuple[int, ...],
        shape: tuple[int, ...],
        *,
        within: tuple[int, ...],
    ) -> Box:
        """Return the unstrided box of plain ints that were checked: 0 <= start < stop <= within."""
        made = object.__new__(cls)
        object.__setattr__(
            made,
            "__dict__",
            {
                "start": start,
                "stop": stop,
                "step": (1,) * len(start),
                "shape": shape,
                "_within": within,
            },
        )
        return made

    @classmethod
    def whole(cls, shape: Sequence[int]) -> Box:
        """Return the box that covers all of `shape`."""
        return cls((0,) * len(shape), tuple(shape))

    @classmethod
    def from_corners(
        cls,
        blc: Sequence[int],
        trc: Sequence[int],
        inc: Sequence[int] = (),
        *,
        shape: tuple[int, ...],
    ) -> Box:
        """Build a box from casacore corners, which include both ends.

        Parameters
        ----------
        blc, trc, inc
            Bottom-left corner, top-right corner and stride, slowest axis first.
            Axes left out run over their full length with stride 1.
        shape
            Shape of the lattice the corners refer to.

        Raises
        ------
        BoxError
            If a corner lies outside `shape`, or there are more corners than axes.

        Examples
        --------
        Rows 0 to 2 and columns 0 to 1 of four rows by three columns:

        >>> Box.from_corners((0, 0), (2, 1), shape=(4, 3)).shape
        (3, 2)
        """
        ndim = len(shape)
        for name, corner in (("blc", blc), ("trc", trc), ("inc", inc)):
            if len(corner) > ndim:
                raise BoxError(f"{name} has {len(corner)} elements, the image has {ndim} axes")
        start = (*blc, *(0 for _ in shape[len(blc) :]))
        last = (*trc, *(n - 1 for n in shape[len(trc) :]))
        step = (*inc, *(1 for _ in shape[len(inc) :]))
        for axis, (a, b, n) in enumerate(zip(start, last, shape, strict=True)):
            if not 0 <= a <= b < n:
                raise BoxError(f"corners {a}..{b} on axis {axis} lie outside 0..{n - 1}")
        return cls(start, tuple(b + 1 for b in last), step)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.start)

    @property
    def size(self) -> int:
        """Number of elements in all."""
        return prod(self.shape)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The box as an index of a numpy array."""
        return tuple(map(slice, self.start, self.stop, self.step))

    def inside(self, inner: Box) -> Box:
        """Return the box that `inner`, a section of this section, takes of the whole.

        Raises
        ------
        BoxError
            If `inner` reaches beyond the shape of this box.

        Examples
        --------
        >>> Box((10,), (30,), (2,)).inside(Box((1,), (5,), (3,)))
        Box(start=(12,), stop=(19,), step=(6,))
        """
        inner.check(self.shape)
        return Box(
            tuple(a + i * s for a, i, s in zip(self.start, inner.start, self.step, strict=True)),
            tuple(
                a + (j - 1) * s + 1 if j > i else a + i * s
                for a, i, j, s in zip(self.start, inner.start, inner.stop, self.step, strict=True)
            ),
            tuple(s * t for s, t in zip(self.step, inner.step, strict=True)),
        )

    def check(self, shape: Sequence[int]) -> None:
        """Raise `BoxError` unless the box is a section of a lattice of `shape`."""
        if shape is self._within:
            return
        if len(self.stop) != len(shape):
            raise BoxError(f"a box of {self.ndim} axes was given for {len(shape)} axes")
        for axis, (a, b, n) in enumerate(zip(self.start, self.stop, shape, strict=True)):
            if b > n or (a > n):
                raise BoxError(f"section {a}:{b} on axis {axis} lies outside 0:{n}")

    def tiles(self, tile: Sequence[int]) -> Iterator[Box]:
        """Cut an unstrided box along a grid of tiles that starts at the origin.

        Parameters
        ----------
        tile
            Length of a tile along each axis.

        Yields
        ------
        Box
            The pieces in C order; together they are this box.

        Examples
        --------
        >>> [piece.slices[0] for piece in Box((3,), (9,)).tiles((4,))]
        [slice(3, 4, 1), slice(4, 8, 1), slice(8, 9, 1)]
        """
        if any(s != 1 for s in self.step):
            raise BoxError(f"only an unstrided box can be cut into tiles, got steps {self.step}")
        cuts = [
            [(max(a, t), min(b, t + n)) for t in range(a // n * n, b, n)]
            for a, b, n in zip(self.start, self.stop, tile, strict=True)
        ]
        for piece in product(*cuts):
            yield Box(tuple(a for a, _ in piece), tuple(b for _, b in piece))
