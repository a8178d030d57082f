"""Pixels by their rank, exactly, without holding the image.

A sample says about where the pixels of the wanted ranks are. One pass counts the pixels below and
inside narrow brackets around these places, and keeps those inside. If a bracket holds its rank,
the pixel is among those kept, and exact; if it does not, or was too full to be kept as a whole,
what is known now gives a better bracket for the next pass. Each pass cuts what is left at values
that pixels have, so it ends whatever the pixels are, usually after one; for images of more than
about a billion pixels after two.

The median of the distances from the median takes no pass of its own: pixels at that distance lie
in two brackets, below and above, that are known before the median is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupimage import options
from jupimage.compute.brackets import expected, guess_deviation, plan_brackets, rank_bracket
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.sample import take_sample
from jupimage.compute.sieve import Haul
from jupimage.compute.strata import Stratum, deviation_at, stratum_of
from jupimage.compute.survey import Survey, sift, survey
from jupimage.compute.walk import Walk
from jupimage.lattice import Lattice

__all__ = ["Ranked", "find_ranks", "middle_ranks"]

Ranks = Callable[[int], Sequence[int]]

_SMALL = 1 << 20
"""Pixels that are kept as a whole rather than sampled first."""

_PATIENCE = 3
"""Passes after which distances from the median get a search of their own."""


@dataclass(slots=True)
class Ranked:
    """Pixels by rank, and what else the first pass told.

    Parameters
    ----------
    survey
        Sums and extremes.
    values
        Value of each wanted rank; empty if there are no pixels, or there is NaN among them.
    deviation
        Median distance from the median; NaN if that is infinite.
    """

    survey: Survey
    values: dict[int, float] = field(default_factory=dict)
    deviation: float = math.nan


def middle_ranks(count: int) -> tuple[int, int]:
    """Return the two ranks, or twice the same, whose mean is the median."""
    return (count - 1) // 2, count // 2


def find_ranks(
    lattice: Lattice, rule: Eligibility, ranks: Ranks, walk: Walk, *, deviation: bool = False
) -> Ranked:
    """Find the pixels of some ranks.

    Parameters
    ----------
    lattice, rule
        The pixels, and which of them count.
    ranks
        Gives the wanted ranks, from 0, when it is known how many pixels there are.
    walk
        Goes over the pixels.
    deviation
        Whether the median distance from the median is wanted too; `ranks` then gives the
        ranks of the median.

    Examples
    --------
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice([5.0, 1.0, 3.0])
    >>> find_ranks(pixels, Eligibility(), lambda n: (0, n - 1), Walk()).values
    {0: 1.0, 2: 5.0}
    """
    search = _Search(lattice, rule, ranks, walk)
    haul = search.next_haul(deviation)
    found = Ranked(survey(lattice, rule, walk, haul))
    if found.survey.valid <= 0 or found.survey.nans:
        return found
    search.learn(haul, found.survey.valid)
    while not search.done:
        search.sift(deviation)
    found.values = search.values
    if deviation:
        found.deviation = _deviation(search)
    return found


class _Search:
    """The state of a search for the values of ranks."""

    def __init__(
        self,
        lattice: Lattice,
        rule: Eligibility,
        ranks: Ranks,
        walk: Walk,
        center: float | None = None,
    ) -> None:
        self.lattice, self.rule, self.walk, self.center = lattice, rule, walk, center
        self.ranks = ranks
        self.values: dict[int, float] = {}
        self.dtype: np.dtype[Any] = rule.dtype(lattice.dtype)
        if center is not None:
            self.dtype = np.dtype(np.float64)
        self.capacity = int(options.memory / 4 / self.dtype.itemsize)
        self.count = math.prod(lattice.shape)
        self.spread = 1.0
        self.strata: list[Stratum] = []
        self._start()

    def _start(self) -> None:
        known = np.empty(0, self.dtype)
        if self.count > min(_SMALL, self.capacity / 1.25):
            known, self.spread = take_sample(self.lattice, self.rule, self.walk, self.center)
        self.strata = [Stratum(-math.inf, math.inf, 0, self.count, known, False)]

    @property
    def missing(self) -> list[int]:
        """Ranks whose values are not known yet."""
        return [rank for rank in self.ranks(self.count) if rank not in self.values]

    @property
    def done(self) -> bool:
        """Whether all ranks are known."""
        return not self.missing

    def next_haul(self, deviation: bool) -> Haul:
        """Return brackets for what is missing, and with `deviation` for distances too."""
        intervals: list[tuple[float, float]] = []
        heavy: list[float] = []
        missing = self.missing
        for rank in missing:
            low, high, often = self._bracket(rank, len(missing))
            intervals.append((low, high))
            heavy += often
        if deviation:
            tails = self._tails()
            kept = sum(expected(self.strata, low, high) for low, high in tails)
            if kept < max(self.capacity, self.count / 4) or not missing:
                intervals += tails
        brackets = plan_brackets(intervals, heavy, self.strata, self.dtype, self.capacity)
        return Haul(brackets, self.capacity)

    def _bracket(self, rank: int, shares: int) -> tuple[float, float, list[float]]:
        room = self.capacity / shares
        return rank_bracket(self.strata, rank, self.spread, room=room, shares=shares)

    def _tails(self) -> list[tuple[float, float]]:
        """Return where the pixels at the median distance from the median should be."""
        ends = []
        for rank in middle_ranks(self.count):
            if rank in self.values:
                ends += [self.values[rank]] * 2
            else:
                ends += self._bracket(rank, 1)[:2]
        first, last = min(ends), max(ends)
        if not math.isfinite(last - first):
            return []
        guess = guess_deviation(self.strata, (first + last) / 2, 0.5, self.spread)
        if guess is None:
            return []
        _, near, far = guess
        half = (last - first) / 2
        near, far = max(0.0, near - half), far + half
        return [(first - far, last - near), (first + near, last + far)]

    def learn(self, haul: Haul, count: int) -> None:
        """Take what a pass has brought."""
        self.count = count
        self.strata = haul.strata(count, self.strata)
        for rank in self.missing:
            stratum = stratum_of(self.strata, rank)
            if stratum.complete:
                self.values[rank] = stratum.at(rank)
        self.spread = min(self.spread, 2.0)

    def sift(self, deviation: bool) -> None:
        """Do one more pass."""
        haul = self.next_haul(deviation)
        sift(self.lattice, self.rule, self.walk, haul, self.center)
        self.learn(haul, self.count)


def _deviation(search: _Search) -> float:
    """Return the median distance from the median, with more passes if they are needed."""
    ranks = middle_ranks(search.count)
    median = (search.values[ranks[0]] + search.values[ranks[1]]) / 2
    if not math.isfinite(median):
        return math.nan
    for attempt in range(_PATIENCE):
        found = deviation_at(search.strata, median, ranks, _guess(search, median))
        if found is not None:
            return sum(found) / len(found)
        if attempt < _PATIENCE - 1:
            search.sift(deviation=True)
    own = _Search(search.lattice, search.rule, middle_ranks, search.walk, center=median)
    own.count = search.count
    own.strata = [Stratum(-math.inf, math.inf, 0, own.count, own.strata[0].values, False)]
    while not own.done:
        own.sift(deviation=False)
    return sum(own.values[rank] for rank in ranks) / 2


def _guess(search: _Search, median: float) -> float:
    """Return about the median distance from the median, for strata that are not complete."""
    guess = guess_deviation(search.strata, median, 0.5, search.spread)
    return guess[0] if guess else math.inf
