"""What the parts of an expression are: numbers, lattices, regions.

A term knows its type, shape, mask and coordinates before a pixel is read. A number may come from
the pixels of a lattice (``max(x)``); it is computed when it is first needed, and once more after
these pixels were changed. Where a reduction has found no valid pixel a number is *invalid*: with
it, all pixels of a result are bad.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Box, Lattice

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = [
    "BOOL",
    "COMPLEX",
    "DCOMPLEX",
    "DOUBLE",
    "FLOAT",
    "About",
    "Kernel",
    "Number",
    "Pixels",
    "Register",
    "Term",
    "Value",
    "constant",
    "promote",
    "type_name",
    "version_of",
]

FLOAT, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
COMPLEX, DCOMPLEX = np.dtype(np.complex64), np.dtype(np.complex128)
BOOL = np.dtype(np.bool_)

Values = Any
"""An array of a piece, or one numpy number."""

Good = Any
"""Validity of a piece: an array of Bools, None if all are good, False if all are bad."""

Register = tuple[Values, Good]
Value = tuple[Any, bool]
"""A number, and whether it is valid."""

Kernel = Callable[[Sequence[Register], "NDArray[Any] | None", Box], Register]
"""From the operands' pixels to those of the result. The array, if given, has the type and shape of
the result and may be used for it; the box says which pixels they are."""


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """What an expression takes over from one of its images."""

    coordinates: coordinatesystem
    unit: str = ""
    imageinfo: dict[str, Any] = field(default_factory=dict)
    miscinfo: dict[str, Any] = field(default_factory=dict)

    def at(self, coordinates: coordinatesystem) -> About:
        """Return the same about other pixels."""
        return About(coordinates, self.unit, self.imageinfo, self.miscinfo)


class Number:
    """A single value.

    Parameters
    ----------
    dtype
        Its type.
    compute
        Returns the value, and whether it is valid; it is given both of each operand.
    operands
        Other numbers that it is computed from.
    certain
        Whether it is known to be valid.
    sources
        The lattices that it comes from, beside those of the operands.
    """

    shape: tuple[int, ...] | None = ()
    about: About | None = None

    def __init__(
        self,
        dtype: np.dtype[Any],
        compute: Callable[..., Value],
        *,
        operands: tuple[Number, ...] = (),
        certain: bool = True,
        sources: tuple[Lattice, ...] = (),
    ) -> None:
        self.dtype = dtype
        self.certain = certain
        found: dict[int, Lattice] = {}
        for number in operands:
            found.update((id(source), source) for source in number.sources)
        found.update((id(source), source) for source in sources)
        self.sources: tuple[Lattice, ...] = tuple(found.values())
        self._operands = operands
        self._compute = compute
        self._lock = threading.RLock()
        self._known: tuple[Any, Value] | None = None

    @property
    def masked(self) -> bool:
        """Whether it can make pixels bad."""
        return not self.certain

    def get(self) -> Value:
        """Return the value as a numpy number, and whether it is valid."""
        waiting, order = [self], []
        while waiting:  # no recursion: a sum may have ten thousand terms
            number = waiting.pop()
            if not number._is_known():
                order.append(number)
                waiting += number._operands
        for number in reversed(order):
            number._settle()
        assert self._known is not None
        return self._known[1]

    def _stamp(self) -> Any:
        return tuple(version_of(source) for source in self.sources)

    def _is_known(self) -> bool:
        known = self._known
        return known is not None and known[0] == self._stamp()

    def _settle(self) -> None:
        with self._lock:
            if self._is_known():
                return
            stamp = self._stamp()
            found = [number._known[1] for number in self._operands if number._known is not None]
            value, valid = self._compute(*found)
            self._known = stamp, (self.dtype.type(value), bool(valid))


def constant(value: Any, dtype: np.dtype[Any]) -> Number:
    """Return a number that is what it is."""
    return Number(dtype, lambda: (value, True))


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """A lattice, or the step that computes one from others.

    Attributes
    ----------
    dtype, shape, masked
        As those of a lattice; the shape is None for ``indexin``, which fits every one.
    about
        Coordinates, unit and information; None for a lattice without coordinates.
    lattice
        Where the pixels are, if they are not computed.
    kernel, operands
        How they are computed otherwise.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...] | None
    masked: bool
    about: About | None = None
    lattice: Lattice | None = None
    kernel: Kernel | None = None
    operands: tuple[Term, ...] = ()
    tile: tuple[int, ...] | None = None

    @property
    def sources(self) -> tuple[Lattice, ...]:
        """Return the lattices that it is made of."""
        found: dict[int, Lattice] = {}
        waiting: list[Any] = [self]
        seen: set[int] = set()
        while waiting:
            term = waiting.pop()
            if id(term) in seen:
                continue
            seen.add(id(term))
            if isinstance(term, Number):
                found.update((id(lattice), lattice) for lattice in term.sources)
            elif term.lattice is not None:
                inner = getattr(term.lattice, "sources", (term.lattice,))
                found.update((id(lattice), lattice) for lattice in inner)
            else:
                waiting += term.operands
        return tuple(found.values())


Term = Number | Pixels


def version_of(lattice: Any) -> Any:
    """Return what differs once pixels of a lattice were written, as far as it can tell.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice, SectionView
    >>> pixels = MemoryLattice([1.0, 2.0])
    >>> view = SectionView(pixels, Box((0,), (1,)))
    >>> before = version_of(view)
    >>> pixels.write(Box((0,), (1,)), np.array([3.0]))
    >>> before == version_of(view)
    False
    """
    own = getattr(lattice, "version", None)
    if own is not None:
        return own
    inner = [getattr(lattice, name, None) for name in ("parent", "selection", "region", "lattice")]
    found = [*inner, *getattr(lattice, "parts", ())]
    return tuple(version_of(part) for part in found if part is not None)


_NAMES = {FLOAT: "float", DOUBLE: "double", COMPLEX: "complex", DCOMPLEX: "dcomplex", BOOL: "Bool"}


def type_name(dtype: np.dtype[Any]) -> str:
    """Return what a type is called in messages."""
    return _NAMES.get(dtype, str(dtype))


def promote(*terms: Any) -> np.dtype[Any]:
    """Return the type in which numbers of several types are combined.

    Examples
    --------
    >>> promote(constant(1, DOUBLE), constant(1, COMPLEX))
    dtype('complex128')
    """
    return np.result_type(*(term.dtype for term in terms))
