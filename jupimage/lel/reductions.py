"""Numbers out of all pixels of a lattice, streamed.

Sums are kept in double precision. Pixels that are bad do not count. Medians and fractions need the
valid pixels in order; where they do not fit the memory budget they are narrowed down in passes.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Block, Box, Lattice, map_blocks
from jupimage.lel.terms import BOOL, DOUBLE, Number, Pixels

__all__ = ["Reduction", "reduction"]

SMALL = 1 << 20
"""Pixels that are put in order as a whole."""

Reduction = Callable[[Lattice], tuple[Any, bool]]


def reduction(
    term: Pixels, dtype: np.dtype[Any], reduce: Reduction, *, certain: bool = False
) -> Number:
    """Return the number that a reduction makes of a lattice, computed when it is needed."""
    from jupimage.lel.evaluation import as_lattice

    lattice = as_lattice(term)
    never_empty = not term.masked

    def compute() -> tuple[Any, bool]:
        with np.errstate(all="ignore"):
            return reduce(lattice)

    return Number(dtype, compute, certain=certain or never_empty, sources=term.sources)


def _wide(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(np.complex128) if dtype.kind == "c" else DOUBLE


def _valid(block: Block) -> NDArray[Any]:
    assert block.values is not None
    return block.values.ravel() if block.good is None else block.values[block.good]


def _total(box: Box, block: Block) -> tuple[Any, int]:
    found = _valid(block)
    return found.sum(dtype=_wide(found.dtype)), found.size


def _sum_and_count(lattice: Lattice) -> tuple[Any, int]:
    total: Any = _wide(lattice.dtype).type(0)
    count = 0
    for part, number in map_blocks(_total, lattice, cluster=False):
        total += part
        count += number
    return total, count


def total(lattice: Lattice) -> tuple[Any, bool]:
    """Return the sum."""
    return _sum_and_count(lattice)[0], True


def mean(lattice: Lattice) -> tuple[Any, bool]:
    """Return the mean."""
    found, count = _sum_and_count(lattice)
    return (found / count, True) if count else (0, False)


def variance(lattice: Lattice) -> tuple[Any, bool]:
    """Return the sum of squared deviations from the mean over n - 1; 0 where there is none."""
    middle, valid = mean(lattice)
    if not valid:
        return 0, True
    middle = lattice.dtype.type(middle)

    def squares(box: Box, block: Block) -> tuple[Any, int]:
        away = _valid(block).astype(_wide(lattice.dtype)) - middle
        return np.square(away).sum(), away.size

    found, count = _fold(lattice, squares)
    return found / max(1, count - 1), True


def stddev(lattice: Lattice) -> tuple[Any, bool]:
    """Return the square root of the variance."""
    found, valid = variance(lattice)
    return np.sqrt(_wide(lattice.dtype).type(found)), valid


def avdev(lattice: Lattice) -> tuple[Any, bool]:
    """Return the mean distance from the mean; 0 where there is none."""
    middle, valid = mean(lattice)
    if not valid:
        return 0, True
    middle = lattice.dtype.type(middle)

    def distances(box: Box, block: Block) -> tuple[Any, int]:
        away = np.abs(_valid(block).astype(_wide(lattice.dtype)) - middle)
        return away.sum(), away.size

    found, count = _fold(lattice, distances)
    return found / max(1, count), True


def _fold(lattice: Lattice, part: Callable[[Box, Block], tuple[Any, int]]) -> tuple[Any, int]:
    total_: Any = 0.0
    count = 0
    for value, number in map_blocks(part, lattice, cluster=False):
        total_ += value
        count += number
    return total_, count


def minimum(lattice: Lattice) -> tuple[Any, bool]:
    """Return the smallest value; of complex ones that with the smallest modulus."""
    return _extreme(lattice, smallest=True)


def maximum(lattice: Lattice) -> tuple[Any, bool]:
    """Return the largest value; of complex ones that with the largest modulus."""
    return _extreme(lattice, smallest=False)


def _extreme(lattice: Lattice, *, smallest: bool) -> tuple[Any, bool]:
    """A NaN never replaces a number; one that comes first stays."""

    def part(box: Box, block: Block) -> tuple[Any, Any] | None:
        found = _valid(block)
        if not found.size:
            return None
        key = np.abs(found) if found.dtype.kind == "c" else found
        best = (np.fmin if smallest else np.fmax).reduce(key)
        if np.isnan(best):
            return found[0], best
        where = found[np.argmax(key == best)] if found.dtype.kind == "c" else best
        return where, best

    first: Any = None
    best: Any = None
    for found in map_blocks(part, lattice, cluster=False):
        if found is None:
            continue
        if best is None or (found[1] < best[1] if smallest else found[1] > best[1]):
            best = found
    if best is None:
        return 0, False
    first = _first_valid(lattice)
    if first is not None and np.isnan(first):
        return first, True
    return best[0], True


def _first_valid(lattice: Lattice) -> Any:
    """Return the first valid pixel in the order of memory."""

    def part(box: Box, block: Block) -> Any:
        found = _valid(block)
        return (found[0],) if found.size else None

    for found in map_blocks(part, lattice, cluster=False):
        if found is not None:
            return found[0]
    return None


def count_valid(lattice: Lattice) -> tuple[Any, bool]:
    """Return the number of valid pixels."""
    if not lattice.masked:
        return float(np.prod(lattice.shape)), True
    return float(_sum_and_count(Validity(lattice))[0]), True


def count_equal(value: bool) -> Reduction:
    """Return the reduction that counts the valid pixels of a Bool lattice that are `value`."""

    def count(lattice: Lattice) -> tuple[Any, bool]:
        def part(box: Box, block: Block) -> tuple[Any, int]:
            found = _valid(block)
            hits = int(np.count_nonzero(found))
            return hits if value else found.size - hits, found.size

        return float(_fold(lattice, part)[0]), True

    return count


def all_true(lattice: Lattice) -> tuple[Any, bool]:
    """Return whether all valid pixels are true."""
    return count_equal(False)(lattice)[0] == 0, True


def any_true(lattice: Lattice) -> tuple[Any, bool]:
    """Return whether some valid pixel is true."""
    return count_equal(True)(lattice)[0] > 0, True


class Validity:
    """The validity of a lattice as a lattice of Bools."""

    masked = False
    dtype = BOOL

    def __init__(self, parent: Lattice) -> None:
        self._parent = parent

    @property
    def shape(self) -> tuple[int, ...]:
        return self._parent.shape

    @property
    def tile(self) -> tuple[int, ...]:
        return self._parent.tile

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        found = self._parent.read(box, values=False).good
        return Block(np.ones(box.shape, bool) if found is None else found)


def ordered(ranks: Callable[[int], tuple[int, ...]]) -> Reduction:
    """Return the reduction that picks values by their rank among the valid ones.

    Parameters
    ----------
    ranks
        From the number of valid pixels to ranks; the result is the mean of those values if
        there are two, and the last minus the first if there are three (the middle one unused).
    """

    def pick(lattice: Lattice) -> tuple[Any, bool]:
        found = _streamed(lattice, ranks)
        if found is None:
            values = _all_valid(lattice)
            if not values.size:
                return 0, False
            wanted = _inside(ranks(values.size), values.size)
            ordered_ = np.partition(values, sorted(set(wanted)))
            found = [ordered_[rank] for rank in wanted]
        if len(found) == 1:
            return found[0], True
        if len(found) == 2:
            return lattice.dtype.type(0.5) * (found[0] + found[1]), True
        return found[2] - found[0], True

    return pick


def _inside(ranks: tuple[int, ...], count: int) -> list[int]:
    return [min(max(rank, 0), count - 1) for rank in ranks]


def _streamed(lattice: Lattice, ranks: Callable[[int], tuple[int, ...]]) -> list[Any] | None:
    """Return the values of ranks without holding all pixels; None where these are few, or NaN."""
    from jupimage.compute.eligibility import Eligibility
    from jupimage.compute.ranks import find_ranks
    from jupimage.compute.walk import Walk

    if prod(lattice.shape) <= SMALL:
        return None
    result = find_ranks(lattice, Eligibility(), lambda count: _inside(ranks(count), count), Walk())
    count = int(result.survey.valid)
    if not result.values or not count:
        return None
    dtype = lattice.dtype.type
    return [dtype(result.values[rank]) for rank in _inside(ranks(count), count)]


def _all_valid(lattice: Lattice) -> NDArray[Any]:
    def part(box: Box, block: Block) -> NDArray[Any]:
        return _valid(block)

    parts = list(map_blocks(part, lattice, cluster=False))
    return np.concatenate(parts) if parts else np.empty(0, lattice.dtype)


def median_ranks(count: int) -> tuple[int, ...]:
    """Return the middle rank; of an even number up to 100 both middle ones."""
    if count % 2 or count > 100:
        return ((count - 1) // 2,)
    return count // 2 - 1, count // 2


def fraction_ranks(fraction: float) -> Callable[[int], tuple[int, ...]]:
    """Return the rule for the rank of a fraction, which is single precision."""
    single = np.float32(fraction)
    if single == np.float32(0.5):
        return median_ranks
    return lambda count: (int(np.float32(count - 1) * single + np.float32(0.01)),)


def range_ranks(low: float, high: float) -> Callable[[int], tuple[int, ...]]:
    """Return the rule for the two ranks of a range of fractions."""
    a, b = np.float32(low), np.float32(high)

    def ranks(count: int) -> tuple[int, ...]:
        first, last = int(a * np.float32(count - 1)), int(b * np.float32(count - 1))
        return first, first, last

    return ranks
