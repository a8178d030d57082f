"""Brightness units: from the text that images hold to astropy's units, and back.

An image spells its unit as casacore does: words joined by ``.`` and ``/`` and read from left to
right, so that ``Jy/beam.km/s`` is a velocity integral; a power follows its word (``m2``, ``s-1``).
astropy reads ``a/b.c`` as ``a/(b.c)`` and spells a few words in other ways, so its parser is given
one word at a time.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

from jupimage.errors import ArgumentError

__all__ = ["as_unit", "known_unit", "unit_text"]

_WORD = re.compile(r"([MS]0|[A-Za-z%]+(?:_[a-z2]+)*|1)(?:\^|\*\*)?([+-]?\d+)?")
_LONGEST = 200

# Words of casacore, and of old headers, that astropy spells otherwise.
_SPELLINGS = {
    "Beam": "beam",
    "Pixel": "pixel",
    "FU": "Jy",
    "fu": "Jy",
    "Kelvin": "K",
    "KELVIN": "K",
    "KELVINS": "K",
    "JY": "Jy",
    "BEAM": "beam",
    "PIXEL": "pixel",
    "counts": "ct",
    "S0": "solMass",
    "M0": "solMass",
    "AE": "AU",
    "UA": "AU",
    "as": "arcsec",
    "sq_deg": "deg2",
    "deg_2": "deg2",
    "sq_arcmin": "arcmin2",
    "arcmin_2": "arcmin2",
    "sq_arcsec": "arcsec2",
    "arcsec_2": "arcsec2",
    "cy": "hyr",
    "sqdeg": "deg2",
}


def as_unit(text: Any) -> Any:
    """Return the astropy unit that a text (or a unit) means.

    Raises
    ------
    ArgumentError
        If it is no unit that astropy knows.

    Examples
    --------
    >>> as_unit("Jy/beam.km/s").to_string("fits")
    'Jy km beam-1 s-1'
    >>> as_unit("mJy.arcsec-2") == as_unit("mJy/arcsec2")
    True
    """
    from astropy import units

    if isinstance(text, units.UnitBase):
        return text
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise ArgumentError(f"a unit is a text such as 'Jy/beam', got {text!r:.80}")
    words = text.strip().strip('"')  # casacore quotes what it does not know
    if re.fullmatch(r"\([^()]*\)", words):
        words = words[1:-1]
    found = _product(words)
    if found is None:
        found = _whole(words)
    if found is None:
        raise ArgumentError(f"{text!r:.80} is not a unit that astropy knows")
    return found


def known_unit(text: str) -> Any:
    """Return the astropy unit of an image, a mere label where astropy does not know it.

    Examples
    --------
    >>> str(known_unit("Jy/beam")), str(known_unit("furlong_per_fortnight"))
    ('Jy / beam', 'furlong_per_fortnight')
    """
    from astropy import units

    try:
        return as_unit(text)
    except ArgumentError:
        return units.Unit(text.strip('" '), parse_strict="silent")


def unit_text(unit: Any) -> str:
    """Return a unit in the spelling of images.

    Raises
    ------
    ArgumentError
        If it has a factor, as in 3 Jy, or fractional powers, for which there is no spelling.

    Examples
    --------
    >>> from astropy import units
    >>> unit_text(units.Jy / units.beam), unit_text("K km s-1"), unit_text(units.s**-2)
    ('Jy/beam', 'K.km/s', '1/s2')
    """
    found = as_unit(unit)
    if found.scale != 1 or any(power != int(power) for power in found.powers):
        raise ArgumentError(f"an image cannot have the unit {found}: wanted words and whole powers")
    words = sorted(
        ((_own(base), int(power)) for base, power in zip(found.bases, found.powers, strict=True)),
        key=lambda word: word[0] != "Jy" and not word[0].endswith("Jy"),
    )
    above = [word + (str(power) if power != 1 else "") for word, power in words if power > 0]
    below = [word + (str(-power) if power != -1 else "") for word, power in words if power < 0]
    if not above and not below:
        return ""
    return "/".join([".".join(above) or "1", *below])


def _own(base: Any) -> str:
    return {"pix": "pixel", "percent": "%"}.get(base.name, str(base.name))


def _product(text: str) -> Any | None:
    """Return the unit of words joined by ``.`` and ``/``, None if there is more to it."""
    from astropy import units

    if text in ("", "_"):
        return units.dimensionless_unscaled
    if re.search(r"[()\"]|[./]$|[A-Za-z0-9_]\*[A-Za-z]", text):
        return None
    result = units.dimensionless_unscaled
    above = True
    for sign, piece in re.findall(r"([./\s]*)([^./\s]+)", text):
        match = _WORD.fullmatch(piece)
        word = None if match is None else _word(match[1])
        if word is None or match is None or sign.count("/") > 1:
            return None
        above = "/" not in sign
        power = int(match[2] or 1)
        result = result * word ** (power if above else -power)
    return result


def _word(word: str) -> Any | None:
    from astropy import units

    if word == "1":
        return units.dimensionless_unscaled
    try:
        return units.Unit(_SPELLINGS.get(word, word))
    except ValueError:
        return None


def _whole(text: str) -> Any | None:
    """Return a unit in one of astropy's own spellings."""
    from astropy import units

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", units.UnitsWarning)  # "multiple slashes are discouraged"
        for form in ("generic", "fits", "vounit"):
            try:
                return units.Unit(text, format=form)
            except ValueError:
                continue
    return None
