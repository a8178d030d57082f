"""Keywords of FITS headers, read so that no header can do harm.

Real headers hold numbers written as text, text where numbers belong, cards that cannot be
parsed, infinities, and strings of any length. Whatever is asked for here comes back as a
finite number or a short text; what had to be passed over is remembered as a remark.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from astropy.io.fits import Header

__all__ = ["MAX_AXES", "Keywords"]

Array = NDArray[np.float64]

MAX_AXES = 16
"""World axes read at most: matrices grow with the square of their number."""

_LONGEST = 68  # what fits on one card

_AXIS_KEYWORD = re.compile(
    r"(?:CTYPE|CRVAL|CDELT|CRPIX|CUNIT|CROTA|CNAME|CRDER|CSYER|CZPHS|CPERI)\d{1,2}"
    r"|(?:PC|CD)\d{1,2}_\d{1,2}|PC\d{6}|CD\d{6}|P[VS]\d{1,2}_\d{1,3}|PROJP\d{1,2}"
)

_OTHER_KEYWORDS = frozenset(
    {"WCSAXES", "WCSNAME", "LONPOLE", "LATPOLE", "EQUINOX", "EPOCH", "RADESYS", "RADECSYS",
     "RESTFRQ", "RESTFREQ", "RESTWAV", "SPECSYS", "SSYSOBS", "SSYSSRC", "VELREF", "VELOSYS",
     "ZSOURCE", "VELANGL", "ALTRVAL", "ALTRPIX", "TELESCOP", "OBSERVER", "TIMESYS", "MJD-OBS",
     "MJDREF", "OBSRA", "OBSDEC", "OBSGEO-X", "OBSGEO-Y", "OBSGEO-Z", "DATE-OBS"}
)  # fmt: skip


class Keywords:
    """The WCS keywords of a header.

    Parameters
    ----------
    header
        The header: astropy's, or a dict, whose values are taken as they are.

    Examples
    --------
    >>> from astropy.io.fits import Header
    >>> keys = Keywords(Header({"CRVAL1": "12.5", "CRVAL2": "inf", "CTYPE1": "RA---TAN "}))
    >>> keys.number("CRVAL1", 0.0), keys.number("CRVAL2", 0.0), keys.text("CTYPE1")
    (12.5, 0.0, 'RA---TAN')
    >>> keys.remarks
    ["CRVAL2 = 'inf' is not a finite number, 0.0 is used"]
    """

    def __init__(self, header: Header | dict[str, Any]) -> None:
        self._header = header
        self._names = frozenset(header if type(header) is dict else (str(key) for key in header))
        self.remarks: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._names

    def value(self, key: str) -> Any:
        """Return what a keyword holds, None if it is absent or its card cannot be parsed."""
        if key not in self._names:
            return None
        if type(self._header) is dict:
            return self._header[key]
        from astropy.io.fits import VerifyError
        from astropy.io.fits.card import Undefined

        try:
            value = self._header[key]
        except (VerifyError, ValueError, KeyError, UnicodeError):
            self.remark(f"the card of {key} cannot be read and is ignored")
            return None
        return None if isinstance(value, Undefined) else value

    def number(self, key: str, default: float) -> float:
        """Return a finite number; what is not one is replaced by `default`, with a remark."""
        number = self.optional(key)
        if number is None and key in self._names and self.value(key) is not None:
            self.remark(
                f"{key} = {_short(self.value(key))} is not a finite number, {default} is used"
            )
        return default if number is None else number

    def optional(self, key: str) -> float | None:
        """Return a finite number, None if there is none.

        Numbers beyond 1e100 count as infinite and below 1e-100 as 0: whatever is computed
        from them would be so.
        """
        value = self.value(key)
        if isinstance(value, str):
            value = value.strip()[:40].upper().replace("D", "E")
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            return None
        if not abs(number) < 1e100:
            return None
        return number if abs(number) > 1e-100 else 0.0

    def first(self, *keys: str) -> float | None:
        """Return the first of several keywords that holds a finite number."""
        return next((n for n in (self.optional(key) for key in keys) if n is not None), None)

    def text(self, key: str) -> str:
        """Return a text of one card at most, without blanks around it; "" if there is none."""
        value = self.value(key)
        if not isinstance(value, str):
            return ""
        value = value.strip()
        if len(value) > _LONGEST:
            self.remark(f"{key} holds {len(value)} characters, {_LONGEST} are used")
            value = value[:_LONGEST].strip()
        return "".join(c if c.isprintable() else "?" for c in value)

    def remark(self, text: str) -> None:
        """Remember what was odd, once."""
        if text not in self.remarks:
            self.remarks.append(text)

    def axis_count(self, naxis: int) -> int:
        """Return the number of world axes: those of the image, or more if the header has more."""
        count = naxis
        for name in self._names:
            if name.startswith("CTYPE") and (match := re.fullmatch(r"CTYPE(\d{1,2})", name)):
                count = max(count, int(match[1]))
        limit = max(naxis, MAX_AXES)
        if count > limit:
            self.remark(f"{count} world axes, of which {limit} are used")
        return min(count, limit)

    @property
    def silent(self) -> bool:
        """Whether the header says nothing about coordinates."""
        return not any(map(_is_about_axes, self._names))

    def matrix(self, n: int, cdelt: Array, latitude: int | None, longitude: int | None) -> Array:
        """Return the matrix that comes before the increments (and change those, if it is CD).

        Parameters
        ----------
        n
            Number of axes.
        cdelt
            Increments; with a CD matrix they are replaced by the lengths of its rows.
        latitude, longitude
            Celestial axes, for headers that have CROTA instead of a matrix.
        """
        cd, pc = self._elements("CD", n), self._elements("PC", n)
        if cd is not None:
            stepped = any(f"CDELT{i + 1}" in self._names for i in range(n))
            if pc is not None:
                used = "PC" if stepped else "CD"
                self.remark(f"both a PC and a CD matrix, {used} is used")
            if pc is None or not stepped:
                return _normalise(cd, cdelt)
        if pc is not None:
            return pc
        matrix = np.eye(n)
        if latitude is not None and longitude is not None:
            rotation = math.radians(self.number(f"CROTA{latitude + 1}", 0.0))
            if rotation and cdelt[latitude] and cdelt[longitude]:
                ratio = cdelt[latitude] / cdelt[longitude]
                matrix[longitude, longitude] = matrix[latitude, latitude] = math.cos(rotation)
                matrix[longitude, latitude] = -math.sin(rotation) * ratio
                matrix[latitude, longitude] = math.sin(rotation) / ratio
        return matrix

    def _elements(self, name: str, n: int) -> Array | None:
        """Return a matrix of which elements are given; the others are those of the unit matrix.

        Of a CD matrix, elements that are not given are 0, unless a whole row is missing.
        """
        if not any(key.startswith(name) for key in self._names):
            return None
        matrix = np.eye(n) if name == "PC" else np.zeros((n, n))
        given = np.zeros((n, n), bool)
        for i in range(n):
            for j in range(n):
                for key in (f"{name}{i + 1}_{j + 1}", f"{name}{i + 1:03d}{j + 1:03d}"):
                    if key in self._names:
                        matrix[i, j] = self.number(key, float(i == j))
                        given[i, j] = True
        if not given.any():
            return None
        if name == "CD":
            for i in range(n):
                if not given[i].any():
                    matrix[i, i] = self.number(f"CDELT{i + 1}", 1.0)
        return matrix

    def consumed(self) -> frozenset[str]:
        """Return the keywords of the header that the coordinates account for."""
        return frozenset(
            name for name in self._names if name in _OTHER_KEYWORDS or _is_about_axes(name)
        )


@lru_cache(4096)
def _is_about_axes(name: str) -> bool:
    """Tell whether a keyword describes an axis; the same few come again in every header."""
    return _AXIS_KEYWORD.fullmatch(name) is not None


def _normalise(cd: Array, cdelt: Array) -> Array:
    """Split a CD matrix into increments (written to `cdelt`) and a matrix of unit rows."""
    matrix = np.eye(len(cd))
    for i, row in enumerate(cd):
        length = float(np.linalg.norm(row))
        cdelt[i] = -length if row[i] < 0 else length
        matrix[i] = row / cdelt[i] if length else 0.0
    return matrix


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
