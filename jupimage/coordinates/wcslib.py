"""One projection of the sky as wcslib's own object.

wcslib is told everything in degrees, with reference pixels that count from 1. One case is put
to it in other words: where the reference point lies on both equators and LONPOLE is a quarter
of a turn from it, the pole is not determined by them and LATPOLE says where it is. wcslib 8
moves it to the nearest celestial pole; given the native pole itself as the fiducial point it
does what the paper (Calabretta & Greisen 2002, section 2.4) asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.projections import PROJECTIONS
from jupimage.errors import CoordinateError

if TYPE_CHECKING:
    from astropy.wcs import Wcsprm

__all__ = ["Parameter", "build_wcsprm", "free_pole", "numbered"]

Array = NDArray[np.float64]

Parameter = tuple[int, int, float]
"""Axis (1 longitude, 2 latitude), number and value of a parameter of a projection."""


def numbered(projection: str, parameters: list[float]) -> list[Parameter]:
    """Return the parameters as wcslib numbers them.

    Examples
    --------
    >>> numbered("ZPN", [0.0, 1.0])
    [(2, 0, 0.0), (2, 1, 1.0)]
    """
    if projection == "SFL" and len(parameters) == 3:
        # What GLS became: native longitude and latitude of the reference point, and the flag
        # that the reference pixel is there. They belong to the longitude.
        return [(1, m, value) for m, value in enumerate(parameters)]
    known = PROJECTIONS[projection]
    used = parameters if projection == "HPX" else parameters[: len(known.usual)]
    return [(2, m, value) for m, value in enumerate(used, known.first)]


def free_pole(
    projection: str, crval: Array, poles: tuple[float | None, float | None], parameters: list[float]
) -> tuple[float, float] | None:
    """Return LONPOLE and LATPOLE where the latter alone says at which latitude the pole is.

    Examples
    --------
    >>> free_pole("CAR", np.array([10.0, 0.0]), (90.0, 30.0), [])
    (90.0, 30.0)
    >>> free_pole("CAR", np.array([10.0, 1.0]), (90.0, 30.0), [])
    """
    longpole, latpole = poles
    if longpole is None or latpole is None or crval[1] != 0 or len(parameters) == 3:
        return None
    free = PROJECTIONS[projection].latitude == 0 and longpole % 180.0 == 90.0 and abs(latpole) < 90
    return (longpole, latpole) if free else None


def build_wcsprm(
    projection: str,
    parameters: list[float],
    *,
    crval: Array,
    cdelt: Array,
    crpix: Array,
    pc: Array,
    poles: tuple[float | None, float | None],
) -> Wcsprm:
    """Return wcslib's object for a pair of celestial axes.

    Raises
    ------
    CoordinateError
        If wcslib refuses it.
    """
    from astropy.wcs import WcsError, Wcsprm

    wcs = Wcsprm(naxis=2)
    try:
        wcs.ctype = [f"RA---{projection}", f"DEC--{projection}"]
        wcs.cunit = ["deg", "deg"]
        wcs.crval, wcs.cdelt, wcs.crpix, wcs.pc = crval, cdelt, crpix + 1, pc
        wcs.set_pv(numbered(projection, parameters))
        _set_poles(wcs, projection, parameters, crval, poles)
        wcs.set()
        # Bad parameters of some projections show only now.
        wcs.p2s(np.array([crpix]), 0)
    except (WcsError, ValueError, MemoryError) as error:
        # wcslib names its source files in the text; its last line is what matters
        reason = str(error).strip().splitlines()[-1].strip() if str(error).strip() else error
        raise CoordinateError(
            f"projection {projection!r} with reference {crval.tolist()} deg, increment "
            f"{cdelt.tolist()} deg and parameters {parameters} cannot be used: {reason}"
        ) from error
    return wcs


def _set_poles(
    wcs: Wcsprm,
    projection: str,
    parameters: list[float],
    crval: Array,
    poles: tuple[float | None, float | None],
) -> None:
    free = free_pole(projection, crval, poles, parameters)
    if free is None:
        longpole, latpole = poles
        if longpole is not None:
            wcs.lonpole = longpole
        if latpole is not None:
            wcs.latpole = latpole
        return
    longpole, latpole = free
    # the native pole is 90 degrees from the reference point, on the side that LONPOLE says
    longitude = crval[0] - (90.0 if longpole % 360.0 == 90.0 else -90.0)
    # the sign of the longitude says in which turn wcslib gives longitudes
    if crval[0] >= 0 > longitude:
        longitude += 360.0
    elif crval[0] < 0 < longitude:
        longitude -= 360.0
    wcs.crval = [longitude, latpole]
    wcs.set_pv([*numbered(projection, parameters), (1, 1, 0.0), (1, 2, 90.0)])
    wcs.lonpole = longpole
