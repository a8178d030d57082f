"""What is known of the order of the pixels: how many lie in which interval of values.

Strata cut the numbers into intervals. Of each it is known exactly how many pixels it holds, and of
some of these pixels also the values: of all (the stratum is complete), of a part that stands for
the rest, or of none. A pixel of a given rank is known once it lies in a complete stratum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Stratum", "deviation_at", "pick", "stratum_of"]

Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The pixels of an interval of values.

    Parameters
    ----------
    low, high
        The interval, with both ends.
    below, inside
        Number of pixels below it and in it.
    values
        Those that are known, sorted unless complete.
    complete
        Whether all are known. One of a single value needs no list of them.
    """

    low: float
    high: float
    below: int
    inside: int
    values: Values
    complete: bool

    @property
    def weight(self) -> float:
        """Number of pixels that each known one stands for."""
        return self.inside / max(1, len(self.values))

    def at(self, rank: int) -> float:
        """Return the value of the pixel of a rank (from 0, over all strata), if complete."""
        if self.low == self.high:
            return self.low
        return pick(self.values, rank - self.below)

    def distances(self, center: float) -> tuple[float, float]:
        """Return the least and the greatest distance from `center` that its pixels can have."""
        least = 0.0 if self.low <= center <= self.high else self._nearest(center)
        return least, max(abs(self.low - center), abs(self.high - center))

    def _nearest(self, center: float) -> float:
        return min(abs(self.low - center), abs(self.high - center))


def pick(values: Values, rank: int) -> float:
    """Return the value of a rank, from 0, of unsorted ones.

    Examples
    --------
    >>> pick(np.array([3.0, 1.0, 2.0]), 1)
    2.0
    """
    return float(np.partition(values, rank)[rank])


def stratum_of(strata: Sequence[Stratum], rank: int) -> Stratum:
    """Return the stratum that the pixel of a rank lies in."""
    return next(s for s in strata if s.below <= rank < s.below + s.inside)


def deviation_at(
    strata: Sequence[Stratum], center: float, ranks: Sequence[int], guess: float
) -> list[float] | None:
    """Return distances from `center` by rank; None if not enough is known.

    Parameters
    ----------
    strata
        All of them.
    center
        What the distances are from.
    ranks
        Of the distances, from 0, ascending.
    guess
        About what comes out: says which of the incomplete strata lie nearer than that.
    """
    near, unknown = 0, []
    known: list[Values] = []
    repeated: list[tuple[float, int]] = []
    for stratum in strata:
        if not stratum.inside:
            continue
        if stratum.low == stratum.high:
            repeated.append((abs(stratum.low - center), stratum.inside))
        elif stratum.complete:
            known.append(np.abs(np.subtract(stratum.values, center, dtype=np.float64)))
        else:
            least, greatest = stratum.distances(center)
            within = (least + greatest) / 2 < guess
            near += stratum.inside if within else 0
            unknown.append((least, greatest, within))
    distances = np.concatenate(known) if known else np.empty(0)
    total = len(distances) + sum(count for _, count in repeated)
    if not all(0 <= rank - near < total for rank in ranks):
        return None
    found = [_pick_joined(distances, repeated, rank - near) for rank in ranks]
    for least, greatest, within in unknown:
        if (greatest > found[0]) if within else (least < found[-1]):
            return None
    return found


def _pick_joined(values: Values, repeated: Sequence[tuple[float, int]], rank: int) -> float:
    """Return the value of a rank of an array and of some values that occur many times."""
    passed = 0
    for value, count in sorted(repeated):
        if rank < passed + int(np.count_nonzero(values < value)):
            break
        if rank < passed + count + int(np.count_nonzero(values <= value)):
            return value
        passed += count
    return pick(values, rank - passed)
