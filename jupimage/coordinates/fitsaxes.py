"""What the axes of a FITS header are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.fitskeywords import Keywords

__all__ = ["Axes", "Sky", "find_sky", "is_spectral", "read_axes"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Axes:
    """All axes of a header, fastest first; reference pixels count from 0."""

    ctype: tuple[str, ...]
    cunit: tuple[str, ...]
    crval: Array
    cdelt: Array
    crpix: Array
    pc: Array
    length: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ctype)

    def coupled(self, axes: set[int]) -> set[int]:
        """Return all axes that the matrix ties to the given ones, themselves included."""
        group = set(axes)
        links = (self.pc != 0) | (self.pc.T != 0)
        while True:
            more = {int(j) for i in group for j in np.flatnonzero(links[i])} | group
            if more == group:
                return group
            group = more


@dataclass(frozen=True, slots=True)
class Sky:
    """The celestial axes: their places, ``RA``, ``GLON``..., projection and distortion."""

    longitude: int
    latitude: int
    name: str
    projection: str
    distortion: str = ""


# One hyphen too few (RA--SIN) or too many is common.
_CELESTIAL = re.compile(r"(RA|DEC|[A-Z]LON|[A-Z]LAT)(?:-+([A-Z]{3})(-SIP)?)?")

_LATITUDES = {"RA": "DEC"} | {
    f"{letter}LON": f"{letter}LAT" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
}

_SPECTRAL = re.compile(
    r"(FREQ|VELO|FELO|VRAD|VOPT|ZOPT|BETA|WAVE|AWAV|WAVN|ENER)(?:-([A-Z0-9]{3}))?"
)


def read_axes(keys: Keywords, lengths: tuple[int, ...]) -> Axes:
    """Read the description of each axis (`lengths` fastest first).

    A header that says nothing about an axis means value 0 at FITS pixel 0, steps of 1.
    """
    n = len(lengths)
    numbers = range(1, n + 1)
    ctype = tuple(keys.text(f"CTYPE{i}") for i in numbers)
    cunit = tuple(keys.text(f"CUNIT{i}") for i in numbers)
    crval = np.array([keys.number(f"CRVAL{i}", 0.0) for i in numbers])
    cdelt = np.array([keys.number(f"CDELT{i}", 1.0) for i in numbers])
    crpix = np.array([keys.number(f"CRPIX{i}", 0.0) - 1 for i in numbers])
    latitude = longitude = None
    for i, name in enumerate(ctype):
        match = _CELESTIAL.fullmatch(name.upper())
        if match and match[1].endswith(("LAT", "DEC")):
            latitude = i
        elif match:
            longitude = i
    pc = keys.matrix(n, cdelt, latitude, longitude)
    for i in range(n):
        if not cdelt[i]:
            keys.remark(f"axis {i + 1} ({ctype[i] or 'no name'}) has no increment, 1 is used")
            cdelt[i] = 1.0
    return Axes(ctype, cunit, crval, cdelt, crpix, pc, lengths)


def find_sky(axes: Axes, keys: Keywords) -> Sky | None:
    """Find the first pair of celestial axes that belong together."""
    found = [
        (i, match[1], match[2] or "")
        for i, match in enumerate(_CELESTIAL.fullmatch(name.upper()) for name in axes.ctype)
        if match
    ]
    for longitude, name, code in found:
        for latitude, other, other_code in found:
            if other == _LATITUDES.get(name) and code == other_code:
                usable, distortion = _usable(name, code, keys)
                if axes.ctype[longitude].upper().endswith("-SIP") or "A_ORDER" in keys:
                    distortion = "SIP"
                return Sky(longitude, latitude, name, usable, distortion)
    if found:
        names = ", ".join(axes.ctype[i] for i, _, _ in found)
        keys.remark(f"{names}: no longitude and latitude that belong together")
    return None


def _usable(name: str, code: str, keys: Keywords) -> tuple[str, str]:
    """Return the projection, and the name of a distortion on top of it."""
    if not code:
        keys.remark(f"{name} and {_LATITUDES[name]} name no projection, CAR is used")
        return "CAR", ""
    if code in ("TPV", "TNX"):
        keys.remark(f"the distortion of {code} is not applied")
        return "TAN", code
    return code, ""


def is_spectral(ctype: str) -> bool:
    """Return whether a CTYPE is one of a spectral axis.

    Examples
    --------
    >>> [is_spectral(name) for name in ("FREQ", "VOPT-F2W", "VELO-LSR", "LAMBDA")]
    [True, True, True, False]
    """
    return _SPECTRAL.fullmatch(ctype.upper()) is not None


def spectral_code(ctype: str) -> tuple[str, str]:
    """Return the type and the algorithm or frame of a spectral CTYPE."""
    match = _SPECTRAL.fullmatch(ctype.upper())
    assert match is not None
    return match[1], match[2] or ""
