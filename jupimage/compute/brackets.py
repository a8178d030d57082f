"""Intervals of values that are worth a closer look, guessed from what is known so far.

A guess that is wrong costs another pass over the pixels, never a wrong result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.strata import Stratum, stratum_of

__all__ = ["Bracket", "expected", "guess_deviation", "plan_brackets", "rank_bracket"]

Values = NDArray[Any]

_SIGMAS = 5.0
_FEW = 64
"""Known values that say too little of where to look."""

_ENOUGH = 1 << 15
"""Known values of a stratum that are enough to guess where distances lie."""

_HEAVY = 0.25
"""Share of a bracket from which on a value that occurs often is counted and not collected."""


class Bracket(NamedTuple):
    """An interval with both ends, the values of which are collected: every `stride`-th one.

    Of a single value the pixels are only counted.
    """

    low: Any
    high: Any
    stride: int = 1


def rank_bracket(
    strata: Sequence[Stratum], rank: int, spread: float, *, room: float = math.inf, shares: int = 1
) -> tuple[float, float, list[float]]:
    """Return an interval that should hold the pixel of a rank, and values that fill much of it.

    Parameters
    ----------
    strata
        What is known; the values of incomplete ones are sorted.
    rank
        From 0.
    spread
        How many times worse than independent pixels the known ones stand for the rest.
    room
        Number of pixels that it should hold at most. If it would hold more it is made narrower,
        though it may then miss the rank: a pass that keeps nearly all pixels teaches nothing.
    shares
        Number of brackets that are wanted.
    """
    stratum = stratum_of(strata, rank)
    known = stratum.values
    if len(known) < _FEW:
        return stratum.low, stratum.high, []
    share = (rank - stratum.below + 0.5) / stratum.inside
    reach = spread * _SIGMAS * math.sqrt(share * (1 - share) * len(known)) + 2
    if 2 * reach * stratum.weight > room:
        reach = min(reach, max(2.0, len(known) / (8 * shares)))
    first, last = math.floor(share * len(known) - reach), math.ceil(share * len(known) + reach)
    low = float(known[first]) if first >= 0 else stratum.low
    high = float(known[last]) if last < len(known) else stratum.high
    return low, high, _heavy(known, max(0, first), min(len(known) - 1, last))


def _heavy(known: Values, first: int, last: int) -> list[float]:
    found = []
    for value in np.unique(known[[first, (first + last) // 2, last]]):
        count = np.searchsorted(known, value, "right") - np.searchsorted(known, value, "left")
        if count > max(8.0, _HEAVY * (last - first)):
            found.append(float(value))
    return found


def guess_deviation(
    strata: Sequence[Stratum], center: float, share: float, spread: float
) -> tuple[float, float, float] | None:
    """Return about the distance from `center` that a share of the pixels keep, and its range."""
    filled = [_thinned(s) for s in strata if s.inside and len(s.values)]
    if sum(len(s.values) for s in filled) < _FEW:
        return None
    distances, reached = _cumulated(filled, center)
    middle = share * reached[-1]
    guess = float(distances[min(len(distances) - 1, np.searchsorted(reached, middle))])
    edges = [s for s in filled if not s.complete and _at_edge(s, center, guess)]
    doubt = sum(s.weight**2 * len(s.values) for s in edges)
    least = max(s.weight for s in filled)
    reach = spread * _SIGMAS * math.sqrt(doubt * share * (1 - share)) + 2 * least
    first, last = np.searchsorted(reached, (middle - reach, middle + reach))
    low = 0.0 if reach >= middle else float(distances[first])
    high = math.inf if last >= len(distances) else float(distances[last])
    return guess, low, high


def _thinned(stratum: Stratum) -> Stratum:
    whole = stratum.low == -math.inf and stratum.high == math.inf
    step = len(stratum.values) // _ENOUGH
    if whole or step <= 1:
        return stratum
    return replace(stratum, values=stratum.values[::step], complete=False)


def _cumulated(
    strata: Sequence[Stratum], center: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distances from `center`, sorted, and how many pixels lie up to each of them."""
    apart = [np.abs(np.subtract(s.values, center, dtype=np.float64)) for s in strata]
    if len(strata) == 1:
        return np.sort(apart[0]), strata[0].weight * np.arange(1.0, len(apart[0]) + 1)
    distances = np.concatenate(apart)
    weights = np.concatenate([np.full(len(s.values), s.weight) for s in strata])
    order = np.argsort(distances)
    return distances[order], np.cumsum(weights[order])


def _at_edge(stratum: Stratum, center: float, distance: float) -> bool:
    least, greatest = stratum.distances(center)
    return least <= distance <= greatest


def plan_brackets(
    intervals: Sequence[tuple[float, float]],
    heavy: Sequence[float],
    strata: Sequence[Stratum],
    dtype: np.dtype[Any],
    capacity: int,
) -> list[Bracket]:
    """Return brackets that cover the intervals, apart from each other, in ascending order.

    Parameters
    ----------
    intervals
        Wanted, with both ends; they may overlap.
    heavy
        Values that get brackets of their own where an interval holds them.
    strata
        What is known, to foresee how much the brackets hold.
    dtype
        Of the pixels.
    capacity
        Number of values that may be collected in all.

    Examples
    --------
    >>> plan_brackets([(0.0, 2.0), (1.0, 5.0)], [3.0], [], np.dtype("f8"), 1000)[1]
    Bracket(low=np.float64(3.0), high=np.float64(3.0), stride=1)
    """
    pieces: list[tuple[Any, Any]] = []
    for low, high in _joined(intervals, dtype):
        start = low
        for value in sorted({dtype.type(v) for v in heavy if low <= v <= high}):
            if start < value:
                pieces.append((start, np.nextafter(value, dtype.type(-np.inf))))
            pieces.append((value, value))
            start = np.nextafter(value, dtype.type(np.inf))
        if start <= high and not (pieces and pieces[-1][1] == high):
            pieces.append((start, high))
    room = max(4096, capacity // max(1, len(pieces)))
    return [Bracket(a, b, math.ceil(1.25 * expected(strata, a, b) / room) or 1) for a, b in pieces]


def _joined(
    intervals: Sequence[tuple[float, float]], dtype: np.dtype[Any]
) -> list[tuple[Any, Any]]:
    """Return intervals in the type of the pixels, overlapping ones as one."""
    found: list[tuple[Any, Any]] = []
    for low, high in sorted(_rounded(interval, dtype) for interval in intervals):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(high, found[-1][1])
        else:
            found.append((low, high))
    return found


def _rounded(interval: tuple[float, float], dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Return an interval whose ends are of a type, no smaller."""
    with np.errstate(over="ignore"):
        low, high = dtype.type(interval[0]), dtype.type(interval[1])
    if float(low) > interval[0]:
        low = np.nextafter(low, dtype.type(-np.inf))
    if float(high) < interval[1]:
        high = np.nextafter(high, dtype.type(np.inf))
    return low, high


def expected(strata: Sequence[Stratum], low: Any, high: Any) -> float:
    """Return about how many pixels an interval holds, none to keep if it is a single value."""
    if low == high:
        return 0.0
    found = 0.0
    for stratum in strata:
        if low <= stratum.low and stratum.high <= high:
            found += stratum.inside
        elif len(stratum.values) and stratum.low <= high and low <= stratum.high:
            inner = np.count_nonzero((stratum.values >= low) & (stratum.values <= high))
            found += stratum.weight * float(inner)
    return found
