"""Units of old headers, as casacore writes them.

Old FITS files spell units in capitals (``JY/BEAM``): such words are translated one by one. A unit
that is not made of known words loses a remark in brackets; if it is still unknown it is kept in
double quotes, which marks it as a mere label.
"""

from __future__ import annotations

import re

__all__ = ["translate_unit"]

_FITS = {
    "BEAM": "beam", "DAYS": "d", "DEG": "deg", "DEGREES": "deg", "HZ": "Hz", "JY": "Jy",
    "KELVIN": "K", "KELVINS": "K", "KM": "km", "M": "m", "METERS": "m", "PASCAL": "Pa",
    "PIXEL": "pixel", "S": "s", "SEC": "s", "SECONDS": "s", "VOLTS": "V", "YEAR": "a",
    "YEARS": "a",
}  # fmt: skip

# The words of casacore's units that can stand in a brightness unit.
_KNOWN = frozenset((
    "%", "A", "AE", "AU", "Ah", "Angstrom", "Beam", "Bq", "Btu", "C", "CM", "Cal", "F", "FU", "G",
    "Gal", "Gb", "Gy", "H", "Hz", "J", "Jy", "K", "L", "M0", "Mx", "N", "Oe", "Ohm", "Pa",
    "Pixel", "R", "S", "S0", "St", "Sv", "T", "Torr", "UA", "USfl_oz", "USgal", "V", "W", "WU",
    "Wb", "_", "a", "abA", "abC", "abF", "abH", "abOhm", "abV", "ac", "adu", "arcmin", "arcmin_2",
    "arcsec", "arcsec_2", "as", "ata", "atm", "bar", "beam", "cal", "cd", "count", "ct", "cwt",
    "cy", "d", "debye", "deg", "deg_2", "dyn", "eV", "erg", "fl_oz", "ft", "fu", "fur", "g",
    "gal", "h", "ha", "hp", "in", "kg", "kn", "l", "lambda", "lb", "lm", "lx", "ly", "m", "mHg",
    "mile", "min", "mol", "n_mile", "oz", "pc", "pixel", "rad", "s", "sb", "sq_arcmin",
    "sq_arcsec", "sq_deg", "sr", "statA", "statC", "statF", "statH", "statOhm", "statV", "t", "u",
    "yd", "yr",
))  # fmt: skip
_PREFIXES = ("da", *"EGMPQRTYZacdfhkmnpqruyz")

_TOKEN = re.compile(r"[A-Za-z_]+[0-9]?(?<=_2)|M0|S0|[A-Za-z_]+|%|\d+|[-+./()]")
_LONGEST = 200


def translate_unit(text: str) -> str:
    """Return a unit from a FITS header in casacore's spelling.

    Examples
    --------
    >>> translate_unit("JY/BEAM"), translate_unit("Jy km s-1"), translate_unit("Jy/beam (peak)")
    ('Jy/beam', 'Jy.km.s-1', 'Jy/beam')
    >>> translate_unit("counts")
    '"counts"'
    """
    whole = text.strip()
    short = re.split(r"[\[(]", whole, maxsplit=1)[0].strip()
    for candidate in (whole, short):
        unit = _translate(candidate)
        if unit is not None:
            return unit
    return f'"{whole}"'


def _translate(text: str) -> str | None:
    """Return the unit in casacore's words, None if there is an unknown one in it."""
    if len(text) > _LONGEST:
        return None
    unit = re.sub(r"\*\*|\^", "", text).replace("*", ".")
    unit = re.sub(r"\s*([/.])\s*", r"\1", unit)
    unit = re.sub(r"\s+", ".", unit).replace("//", ".")
    words = []
    position = 0
    while position < len(unit):
        match = _TOKEN.match(unit, position)
        if match is None:
            return None
        word = match[0]
        if word[0].isalpha() or word[0] in "_%":
            word = _FITS.get(word, word)
            if not _is_known(word):
                return None
        words.append(word)
        position = match.end()
    return "".join(words)


def _is_known(word: str) -> bool:
    if word in _KNOWN:
        return True
    return any(
        word.startswith(prefix) and (word[len(prefix) :] in _KNOWN or word[len(prefix) :] in _FITS)
        for prefix in _PREFIXES
    )
