"""Sky frames that move with the date: the equator and the ecliptic of a day.

All are rotations of ICRS, by the precession and nutation of IAU 2006/2000A, which erfa
computes from the date alone: nothing is looked up.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import CoordinateError

__all__ = ["DATED", "of_date"]

Array = NDArray[np.float64]

DATED = frozenset({"JMEAN", "JTRUE", "MECLIPTIC", "TECLIPTIC"})
"""Mean and true equator, mean and true ecliptic of a date."""

_MJD = 2400000.5


@lru_cache
def of_date(frame: str, day: float) -> Array:
    """Return the matrix from ICRS to a frame of a date.

    Parameters
    ----------
    frame
        One of `DATED`.
    day
        Modified Julian date (TT; UTC is as good).

    Examples
    --------
    In a year the equinox moves by 50.3" along the ecliptic:

    >>> there = of_date("MECLIPTIC", 51544.5 + 365.25) @ of_date("MECLIPTIC", 51544.5).T
    >>> round(float(np.degrees(np.arctan2(there[1, 0], there[0, 0]))) * 3600, 1)
    50.3
    """
    import erfa  # type: ignore[import-untyped]  # it ships no types

    if not 0 < day < 1e5:
        raise CoordinateError(f"sky frame {frame} needs a date after 1858, got {day}")
    if frame == "JMEAN":
        found: Any = erfa.pmat06(_MJD, day)
    elif frame == "JTRUE":
        found = erfa.pnm06a(_MJD, day)
    elif frame == "MECLIPTIC":
        found = erfa.ecm06(_MJD, day)
    else:
        _, tilt = erfa.nut06a(_MJD, day)
        found = _turned(erfa.obl06(_MJD, day) + tilt) @ erfa.pnm06a(_MJD, day)
    matrix: Array = np.asarray(found, float)
    return matrix


def _turned(angle: float) -> Array:
    """Return the matrix that turns the equator into the ecliptic."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])
