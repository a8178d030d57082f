"""Distortions of FITS images by the convention of SIP (Shupe et al. 2005, ASPC 347, 491)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.fitsaxes import Sky
from jupimage.coordinates.fitskeywords import Keywords
from jupimage.coordinates.record import Record

__all__ = ["read_sip"]

_HIGHEST = 9  # order of the convention


def read_sip(sky: Sky, keys: Keywords) -> Record | None:
    """Return the distortion of a direction; None, with a remark, if it cannot be applied.

    The inverse polynomials of a header (AP and BP) are approximations and not used: positions
    are turned into pixels by iteration.
    """
    first, second = _terms("A", keys), _terms("B", keys)
    if {sky.longitude, sky.latitude} != {0, 1}:
        keys.remark("the distortion of SIP is not applied: the sky is not on the first two axes")
        return None
    if first is None or second is None or not (first.any() or second.any()):
        keys.remark("the distortion of SIP is not applied: it has no terms, or too many")
        return None
    if sky.longitude == 1:
        first, second = second.T.copy(), first.T.copy()
    return {"first": first, "second": second, "step": np.ones(2)}


def _terms(name: str, keys: Keywords) -> NDArray[np.float64] | None:
    """Return the coefficients of a polynomial by the powers of the two pixel axes, if it is one."""
    order = keys.number(f"{name}_ORDER", 0.0)
    if not 0 <= order <= _HIGHEST or order != int(order):
        return None
    n = int(order)
    terms = np.zeros((n + 1, n + 1))
    for p in range(n + 1):
        for q in range(n + 1 - p):
            terms[p, q] = keys.number(f"{name}_{p}_{q}", 0.0)
    return terms
