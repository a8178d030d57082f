"""One pass over a lattice: sums, extremes, and what some brackets hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from jupimage.compute.brackets import Bracket
from jupimage.compute.eligibility import Eligibility, voided
from jupimage.compute.extremes import Extreme, find_extremes, first_of
from jupimage.compute.sieve import Catch, Haul, catch
from jupimage.compute.sums import Sums, sum_all
from jupimage.compute.walk import Walk
from jupimage.lattice import Block, Box, Lattice

__all__ = ["Survey", "find_first", "sift", "survey"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over all pixels tells.

    Parameters
    ----------
    sums
        Of the pixels that count; each a number.
    extremes
        The smallest and the largest of them that are not NaN, None if there are none.
    nans
        How many of them are NaN.
    """

    sums: Sums
    extremes: tuple[Extreme, Extreme] | None
    nans: int

    @property
    def valid(self) -> int:
        """Number of pixels that count and are not NaN."""
        return int(self.sums.number) - self.nans


class _Glimpse(NamedTuple):
    sums: Sums
    extremes: tuple[Extreme, Extreme] | None
    nans: int
    catches: list[Catch]


def survey(lattice: Lattice, rule: Eligibility, walk: Walk, haul: Haul | None = None) -> Survey:
    """Go over all pixels once.

    Parameters
    ----------
    lattice, rule
        The pixels, and which of them count.
    walk
        Does it.
    haul
        Takes what its brackets hold.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> found = survey(MemoryLattice([1.0, 2.0, 6.0]), Eligibility(), Walk())
    >>> float(found.sums.mean), found.extremes[1].position
    (3.0, (2,))
    """
    brackets = () if haul is None else tuple(haul.brackets)
    sums, extremes, nans = [], [], 0
    for glimpse in walk.blocks(partial(_look, rule=rule, brackets=brackets), lattice):
        sums.append(glimpse.sums)
        nans += glimpse.nans
        if glimpse.extremes is not None:
            extremes.append(glimpse.extremes)
        if haul is not None:
            haul.add(glimpse.catches)
    pair = None
    if extremes:
        low, high = zip(*extremes, strict=True)
        pair = first_of(low, largest=False), first_of(high, largest=True)
    return Survey(Sums.stacked(sums).joined(), pair, nans)


def sift(lattice: Lattice, rule: Eligibility, walk: Walk, haul: Haul, center: float | None) -> None:
    """Go over all pixels once, only to fill `haul`, with distances from `center` if it is given."""
    work = partial(_catch, rule=rule, brackets=tuple(haul.brackets), center=center)
    for catches in walk.blocks(work, lattice):
        haul.add(catches)


def find_first(lattice: Lattice, rule: Eligibility, walk: Walk) -> Extreme:
    """Return the first pixel that counts, in C order; there has to be one."""
    length = math.prod(lattice.shape[1:])
    step = max(1, (1 << 18) // length)
    for start in range(0, lattice.shape[0], step):
        ends = min(start + step, lattice.shape[0]), *lattice.shape[1:]
        slab = Box((start, *(0 for _ in ends[1:])), ends)
        # a slab of large planes is more than may be read at one go
        for found in walk.look(partial(_first, rule=rule), lattice, list(_rows(slab))):
            if found is not None:
                return found
    raise AssertionError("no pixel counts")


def _rows(slab: Box) -> Sequence[Box]:
    from jupimage.lattice.memory import row_tile

    return list(slab.tiles((slab.shape[0], *row_tile(slab.shape, 4)[1:])))


def _first(box: Box, block: Block, *, rule: Eligibility) -> Extreme | None:
    values, good = rule.take(block)
    assert values is not None
    place = 0 if good is None else int(good.argmax())
    if good is not None and not good.flat[place]:
        return None
    inner = np.unravel_index(place, box.shape)
    position = tuple(a + int(k) for a, k in zip(box.start, inner, strict=True))
    return Extreme(float(values.flat[place]), position)


def _look(box: Box, block: Block, *, rule: Eligibility, brackets: Sequence[Bracket]) -> _Glimpse:
    values, good = rule.take(block)
    assert values is not None
    values = values.reshape(-1)
    good = None if good is None else good.reshape(-1)
    sums = sum_all(values, good)
    if good is not None:
        values = voided(values, good)
    nans = 0
    if not np.isfinite(sums.total):
        nans = int(np.count_nonzero(np.isnan(values)) - (values.size - sums.number))
    return _Glimpse(sums, find_extremes(values, box), nans, catch(values, brackets))


def _catch(
    box: Box,
    block: Block,
    *,
    rule: Eligibility,
    brackets: Sequence[Bracket],
    center: float | None,
) -> list[Catch]:
    values, good = rule.take(block)
    assert values is not None
    values = values.reshape(-1)
    if good is not None:
        values = voided(values, good.reshape(-1))
    return catch(values, brackets, center)
