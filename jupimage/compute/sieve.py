"""Count the pixels of a lattice by intervals of values, and keep those of some intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.brackets import Bracket
from jupimage.compute.strata import Stratum

__all__ = ["Catch", "Haul", "catch"]

Values = NDArray[Any]

_PIECE = 1 << 16


class Catch(NamedTuple):
    """What one bracket holds of some pixels: how many not below it, how many in it, and which."""

    reached: int
    inside: int
    values: Values


def catch(values: Values, brackets: Sequence[Bracket], center: float | None = None) -> list[Catch]:
    """Return what brackets hold of some pixels, of which NaN belongs nowhere.

    Parameters
    ----------
    values
        Pixels, in one axis.
    brackets
        In the type of the values, or in double precision for distances.
    center
        If given, the distances from it are what counts.
    """
    reached, inside = [0] * len(brackets), [0] * len(brackets)
    kept: list[list[Values]] = [[] for _ in brackets]
    size = min(_PIECE, values.size)
    first, second = np.empty(size, bool), np.empty(size, bool)
    for start in range(0, values.size, _PIECE):
        piece = values[start : start + _PIECE]
        if center is not None:
            piece = np.abs(np.subtract(piece, center, dtype=np.float64))
        above, within = first[: piece.size], second[: piece.size]
        for k, (low, high, stride) in enumerate(brackets):
            np.greater_equal(piece, low, out=above)
            reached[k] += int(np.count_nonzero(above))
            np.less_equal(piece, high, out=within)
            within &= above
            if low == high:
                inside[k] += int(np.count_nonzero(within))
                continue
            found = piece[within]
            phase = -(inside[k] - stride // 2) % stride
            inside[k] += found.size
            kept[k].append(found if stride == 1 else found[phase::stride])
    dtype = values.dtype if center is None else np.dtype(np.float64)
    empty = np.empty(0, dtype)
    return [
        Catch(above, count, np.concatenate(found) if found else empty)
        for above, count, found in zip(reached, inside, kept, strict=True)
    ]


class Haul:
    """Gathers what the brackets hold of block after block, in bounded memory.

    Parameters
    ----------
    brackets
        In ascending order, apart from each other.
    capacity
        Number of values that may be kept in all. Beyond it every other one goes, from the bracket
        that has most.
    """

    def __init__(self, brackets: Sequence[Bracket], capacity: int) -> None:
        self.brackets = brackets
        self._capacity = max(capacity, 4096 * len(brackets))
        self._reached = [0] * len(brackets)
        self._inside = [0] * len(brackets)
        self._kept: list[list[Values]] = [[] for _ in brackets]
        self._sizes = [0] * len(brackets)
        self._thinning = [1] * len(brackets)

    def add(self, catches: Sequence[Catch]) -> None:
        """Take what the brackets hold of one more block."""
        for k, (reached, inside, values) in enumerate(catches):
            self._reached[k] += reached
            self._inside[k] += inside
            if values.size:
                chosen = values[:: self._thinning[k]]
                self._kept[k].append(chosen)
                self._sizes[k] += chosen.size
        while sum(self._sizes) > self._capacity:
            self._thin(self._sizes.index(max(self._sizes)))

    def _thin(self, k: int) -> None:
        self._kept[k] = [np.concatenate(self._kept[k])[::2].copy()]
        self._sizes[k] = self._kept[k][0].size
        self._thinning[k] *= 2

    def strata(self, valid: int, before: Sequence[Stratum]) -> list[Stratum]:
        """Return what is known now.

        Parameters
        ----------
        valid
            Number of pixels in all, NaN not among them.
        before
            What was known before. Between the brackets, its values still stand for the rest.
        """
        known = [s.values for s in before if not s.complete and len(s.values)]
        earlier = np.sort(np.concatenate(known)) if known else np.empty(0)
        found: list[Stratum] = []
        low: Any = -np.inf
        passed = 0
        for k, bracket in enumerate(self.brackets):
            below = valid - self._reached[k]
            if bracket.low > low:
                found.append(_gap(low, _before(bracket.low), passed, below - passed, earlier))
            found.append(self._stratum(k, below))
            passed = below + self._inside[k]
            low = _after(bracket.high)
        if passed < valid or not found:
            found.append(_gap(low, np.inf, passed, valid - passed, earlier))
        return found

    def _stratum(self, k: int, below: int) -> Stratum:
        low, high, stride = self.brackets[k]
        kept = self._kept[k]
        values = np.concatenate(kept) if kept else np.empty(0, np.asarray(low).dtype)
        self._kept[k] = []
        complete = low == high or (stride == 1 and self._thinning[k] == 1)
        if not complete:
            values.sort()
        return Stratum(float(low), float(high), below, self._inside[k], values, bool(complete))


def _gap(low: Any, high: Any, below: int, inside: int, earlier: Values) -> Stratum:
    first, last = np.searchsorted(earlier, low, "left"), np.searchsorted(earlier, high, "right")
    return Stratum(float(low), float(high), below, inside, earlier[first:last], inside == 0)


def _before(value: Any) -> Any:
    return np.nextafter(value, type(value)(-np.inf))


def _after(value: Any) -> Any:
    return np.nextafter(value, type(value)(np.inf))
