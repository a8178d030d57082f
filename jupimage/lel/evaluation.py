"""Reading pixels of an expression.

A box is worked through in pieces that stay in the processor's cache, on threads if it is large.
For a piece the pixels of all images in the expression are read, then one operator after the other
is applied to whole pieces; arrays that nobody needs any more hold the next results.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.errors import ShapeError
from jupimage.lattice import Block, Box, Lattice, blocks
from jupimage.lel.terms import Number, Pixels, Register, Term

__all__ = ["ExpressionLattice", "as_lattice"]

PIECE = 1 << 17
"""Pixels that are worked on at one go."""

SHARE = 1 << 20
"""Pixels beyond which threads are worth starting."""


class ExpressionLattice:
    """The pixels that a term stands for; read only.

    Parameters
    ----------
    term
        With a shape.
    """

    def __init__(self, term: Pixels) -> None:
        if term.shape is None:
            raise ShapeError("the shape of the expression is not known")
        self.term = term
        self._shape = term.shape
        self._steps = _plan(term)
        self.sources: tuple[Lattice, ...] = term.sources

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.term.dtype

    @property
    def masked(self) -> bool:
        """Whether pixels may be bad."""
        return self.term.masked

    @property
    def tile(self) -> tuple[int, ...]:
        """Storage unit of the first image that has the shape of the result."""
        for step in self._steps:
            term = step.term
            if isinstance(term, Pixels) and term.lattice is not None and term.shape == self._shape:
                return term.lattice.tile
        return (*(1,) * (len(self._shape) - 1), self._shape[-1])

    @property
    def version(self) -> tuple[Any, ...]:
        """What differs when pixels have changed."""
        return tuple(getattr(source, "version", None) for source in self.sources)

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Compute the pixels of `box`, their validity, or both."""
        box.check(self._shape)
        pieces = list(_pieces(self, box))
        if len(pieces) == 1:
            return self._finished(self._evaluate(box), box, values=values, good=good)
        pixels = np.empty(box.shape, self.dtype) if values else None
        valid = np.ones(box.shape, bool) if good and self.masked else None

        def work(found: tuple[Box, tuple[slice, ...]]) -> None:
            piece, place = found
            result, validity = self._evaluate(piece)
            if pixels is not None:
                pixels[place] = result
            if valid is not None and validity is not None:
                valid[place] = validity

        workers = options.workers()
        if workers == 1 or box.size <= SHARE:
            for found in pieces:
                work(found)
        else:
            with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-lel") as pool:
                for _ in pool.map(work, pieces):
                    pass
        return Block(pixels, valid)

    def _finished(self, register: Register, box: Box, *, values: bool, good: bool) -> Block:
        pixels, valid = register
        if not good or not self.masked:
            valid = None
        elif not isinstance(valid, np.ndarray) or valid.shape != box.shape:
            valid = np.full(box.shape, valid is None or bool(np.all(valid)))
        if not values:
            return Block(None, valid)
        if not isinstance(pixels, np.ndarray) or pixels.shape != box.shape:
            pixels = np.broadcast_to(pixels, box.shape)
        pixels = pixels.astype(
            self.dtype, copy=not pixels.flags.writeable or pixels.base is not None
        )
        return Block(pixels, valid)

    def _evaluate(self, box: Box) -> Register:
        """Run all steps on one piece."""
        registers: list[Register] = [(None, None)] * len(self._steps)
        spare = _Spare(box.shape)
        with np.errstate(all="ignore"):
            for number, step in enumerate(self._steps):
                term = step.term
                if isinstance(term, Number):
                    value, valid = term.get()
                    registers[number] = value, (None if valid else False)
                    continue
                if term.lattice is not None:
                    block = term.lattice.read(box, good=term.masked)
                    registers[number] = block.values, block.good
                else:
                    assert term.kernel is not None
                    operands = [registers[i] for i in step.operands]
                    registers[number] = term.kernel(operands, spare.take(term.dtype), box)
                spare.hold(registers[number][0])
                for i in step.done:
                    spare.release(registers[i][0])
                    registers[i] = (None, None)
        return registers[-1]


class _Step(NamedTuple):
    """A term, the numbers of the steps that it needs, and of those that nobody needs after it."""

    term: Term
    operands: tuple[int, ...]
    done: tuple[int, ...]


class _Spare:
    """Arrays of a piece that nobody uses any more.

    A kernel may return an operand's array, never a look into one.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self._free: dict[np.dtype[Any], list[NDArray[Any]]] = {}
        self._held: dict[int, int] = {}

    def take(self, dtype: np.dtype[Any]) -> NDArray[Any] | None:
        """Return an array to write to, None if there is none."""
        found = self._free.get(dtype)
        return found.pop() if found else None

    def hold(self, values: Any) -> None:
        """Note that one more step has an array."""
        self._held[id(values)] = self._held.get(id(values), 0) + 1

    def release(self, values: Any) -> None:
        """Note that one step less has an array."""
        if not isinstance(values, np.ndarray):
            return
        self._held[id(values)] -= 1
        whole = values.shape == self._shape and values.flags.c_contiguous
        if whole and values.flags.writeable and not self._held[id(values)]:
            self._free.setdefault(values.dtype, []).append(values)


def _plan(term: Pixels) -> list[_Step]:
    """Return the steps that lead to a term, without recursion."""
    numbers: dict[int, int] = {}
    order: list[Term] = []
    waiting: list[tuple[Term, bool]] = [(term, False)]
    while waiting:
        found, ready = waiting.pop()
        if id(found) in numbers:
            continue
        operands = () if isinstance(found, Number) or found.lattice is not None else found.operands
        if ready or not operands:
            numbers[id(found)] = len(order)
            order.append(found)
            continue
        waiting.append((found, True))
        waiting += [(operand, False) for operand in reversed(operands)]
    last: dict[int, int] = {}
    needs: list[tuple[int, ...]] = []
    for place, found in enumerate(order):
        operands = () if isinstance(found, Number) or found.lattice is not None else found.operands
        needs.append(tuple(numbers[id(operand)] for operand in operands))
        last.update((number, place) for number in needs[-1])
    done: list[list[int]] = [[] for _ in order]
    for number, place in last.items():
        if not isinstance(order[number], Number):
            done[place].append(number)
    return [_Step(found, needs[place], tuple(done[place])) for place, found in enumerate(order)]


def _pieces(lattice: ExpressionLattice, box: Box) -> Iterator[tuple[Box, tuple[slice, ...]]]:
    """Cut a box into pieces, each with its place in the result."""
    if box.size <= 2 * PIECE:
        yield box, tuple(slice(0, n) for n in box.shape)
        return
    if all(step == 1 for step in box.step):
        for piece in blocks(lattice, box=box):
            yield (
                piece,
                tuple(
                    slice(a - b, c - b)
                    for a, b, c in zip(piece.start, box.start, piece.stop, strict=True)
                ),
            )
        return
    shape = list(box.shape)
    axis = 0
    while prod(shape[axis + 1 :]) > PIECE:
        axis += 1
    tile = [1] * axis + [max(1, PIECE // max(1, prod(shape[axis + 1 :])))] + shape[axis + 1 :]
    for part in Box.whole(shape).tiles(tile):
        yield box.inside(part), part.slices


def as_lattice(term: Pixels) -> Lattice:
    """Return the lattice that a term is, or one that computes it."""
    return ExpressionLattice(term) if term.lattice is None else term.lattice
