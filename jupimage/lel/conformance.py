"""Which lattices fit each other, and how the smaller one is repeated to fit the larger.

Axes are matched by what they are (longitude, latitude, frequency, polarisation), not by their
reference values. A lattice that lacks axes of the other one, or has length 1 where the other is
longer, is repeated along them; never both of each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem
from jupimage.errors import ShapeError
from jupimage.lattice import Block, Box, Lattice
from jupimage.lel.evaluation import as_lattice
from jupimage.lel.terms import About, Pixels

__all__ = ["MismatchError", "axis_kinds", "conform", "extended", "first_about", "match_exactly"]

AxisKind = tuple[str, int]


class MismatchError(ShapeError):
    """Two lattices that do not fit; who knows their names says more."""


def axis_kinds(system: coordinatesystem) -> list[AxisKind]:
    """Return what each axis is, slowest first, with the number of its kind.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> axis_kinds(default_system((8, 16, 16)))
    [('spectral', 0), ('direction', 1), ('direction', 0)]
    """
    found: list[AxisKind] = []
    plain: dict[str, int] = {}
    for axis in reversed(system.axes()):
        kind = "spectral" if axis.kind == "spectral" else axis.kind
        if kind == "direction":
            found.append((kind, axis.part))
            continue
        found.append((kind, plain.get(kind, 0)))
        plain[kind] = plain.get(kind, 0) + 1
    return found[::-1]


def first_about(*terms: Any) -> About | None:
    """Return what is known about the first operand that has coordinates."""
    for term in terms:
        about: About | None = getattr(term, "about", None)
        if about is not None:
            return about
    return None


def match_exactly(first: Pixels, second: Pixels) -> None:
    """Check that two lattices have the same shape and kinds of axes.

    Raises
    ------
    MismatchError
        If they have not.
    """
    if first.shape is None or second.shape is None:
        return
    if first.about is not None and second.about is not None:
        kinds = axis_kinds(first.about.coordinates), axis_kinds(second.about.coordinates)
        if kinds[0] != kinds[1]:
            raise MismatchError(f"their axes differ: {_words(kinds[0])} and {_words(kinds[1])}")
    if first.shape != second.shape:
        raise MismatchError(f"their shapes differ: {_sizes(first)} and {_sizes(second)}")


def conform(first: Pixels, second: Pixels) -> tuple[Pixels, Pixels]:
    """Return two lattices of one shape: the smaller one is repeated where it lacks pixels.

    Raises
    ------
    MismatchError
        If they do not fit each other.
    """
    if first.about is None or second.about is None or first.shape is None or second.shape is None:
        if first.shape != second.shape:
            raise MismatchError(f"their shapes differ: {_sizes(first)} and {_sizes(second)}")
        return first, second
    one, two = axis_kinds(first.about.coordinates), axis_kinds(second.about.coordinates)
    if one == two:
        if first.shape == second.shape:
            return first, second
        if _can_stretch(first.shape, second.shape):
            return extended(first, second, range(len(one))), second
        if _can_stretch(second.shape, first.shape):
            return first, extended(second, first, range(len(one)))
        raise MismatchError(f"their shapes differ: {_sizes(first)} and {_sizes(second)}")
    if (places := _places(one, two)) is not None:
        return extended(first, second, places), second
    if (places := _places(two, one)) is not None:
        return first, extended(second, first, places)
    raise MismatchError(f"their axes differ: {_words(one)} and {_words(two)}")


def _places(small: list[AxisKind], large: list[AxisKind]) -> list[int] | None:
    """Return where the axes of the smaller one are among those of the larger, None if not."""
    places = [large.index(kind) for kind in small if kind in large]
    if len(places) < len(small) or len(small) >= len(large) or places != sorted(places):
        return None
    return places


def _can_stretch(small: tuple[int, ...], large: tuple[int, ...]) -> bool:
    return all(a in (b, 1) for a, b in zip(small, large, strict=True))


def extended(term: Pixels, other: Pixels, places: Any) -> Pixels:
    """Return a lattice repeated to the shape of another one.

    Parameters
    ----------
    term
        The smaller one.
    other
        The larger one.
    places
        For each axis of the smaller one which axis of the larger it is.
    """
    assert term.shape is not None
    assert other.shape is not None
    assert term.about is not None
    assert other.about is not None
    own = tuple(places)
    for length, axis in zip(term.shape, own, strict=True):
        if length not in (1, other.shape[axis]):
            raise MismatchError(
                f"{length} pixels do not fit the {other.shape[axis]} on axis {axis} of the other"
            )
    if not any(length == other.shape[axis] for length, axis in zip(term.shape, own, strict=True)):
        raise MismatchError(f"a lattice of {_sizes(term)} pixels has no axis to keep")
    view = RepeatedView(as_lattice(term), other.shape, own)
    return Pixels(
        term.dtype, other.shape, term.masked, term.about.at(other.about.coordinates), lattice=view
    )


class RepeatedView:
    """A lattice repeated along axes that it has not, or of which it has one pixel.

    Parameters
    ----------
    parent
        The lattice.
    shape
        Of the view.
    places
        For each axis of the parent, which axis of the view it is.
    """

    def __init__(self, parent: Lattice, shape: tuple[int, ...], places: tuple[int, ...]) -> None:
        self._parent = parent
        self._shape = shape
        self._places = places
        self.sources: tuple[Lattice, ...] = getattr(parent, "sources", (parent,))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self._parent.dtype

    @property
    def masked(self) -> bool:
        """Whether the lattice has a mask."""
        return self._parent.masked

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit, as far as there is one."""
        tile = [1] * len(self._shape)
        for axis, length in zip(self._places, self._parent.tile, strict=True):
            tile[axis] = length
        return tuple(tile)

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read the pixels of `box`, their validity, or both."""
        box.check(self._shape)
        start, stop, step = [], [], []
        for axis, length in zip(self._places, self._parent.shape, strict=True):
            whole = length == self._shape[axis]
            start.append(box.start[axis] if whole else 0)
            stop.append(box.stop[axis] if whole else 1)
            step.append(box.step[axis] if whole else 1)
        inner = Box(tuple(start), tuple(stop), tuple(step))
        block = self._parent.read(inner, values=values, good=good)
        return Block(self._repeat(block.values, box), self._repeat(block.good, box))

    def _repeat(self, found: Any, box: Box) -> Any:
        if found is None:
            return None
        shape = [1] * len(self._shape)
        for axis, length in zip(self._places, found.shape, strict=True):
            shape[axis] = length
        return np.broadcast_to(found.reshape(shape), box.shape).copy()


def _sizes(term: Pixels) -> str:
    return "any shape" if term.shape is None else " x ".join(str(n) for n in term.shape)


def _words(kinds: list[AxisKind]) -> str:
    names = {("direction", 0): "longitude", ("direction", 1): "latitude"}
    return ", ".join(names.get(kind, kind[0]) for kind in kinds) or "no axes"
