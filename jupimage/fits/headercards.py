"""The cards of a header that is written: 80 letters each, in the form of the FITS standard.

Numbers keep all their digits: the shortest text that reads back as the same number. Texts
that are too long for a card go on in CONTINUE cards. The standard knows only printable ASCII;
what else there is in a text is replaced.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from jupimage.errors import FormatError
from jupimage.fits.cards import CARD
from jupimage.fits.hdu import BLOCK

__all__ = ["commentary", "format_card", "header_block", "is_plain", "plain_text"]

_KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}")
_ROOM = CARD - 10  # for a value and its comment
_REPLACEMENTS = str.maketrans({"µ": "u", "μ": "u", "\t": " ", "\n": " ", "\r": " "})


def plain_text(text: str) -> str:
    """Return a text as the standard allows it: blanks for tabs, ``?`` for foreign letters.

    Examples
    --------
    >>> plain_text("5 µJy\\tby José")
    '5 uJy by Jos?'
    """
    return "".join(c if " " <= c <= "~" else "?" for c in text.translate(_REPLACEMENTS))


def is_plain(text: str) -> bool:
    """Return whether a text can be written as it is."""
    return all(" " <= c <= "~" for c in text)


def format_card(keyword: str, value: Any, comment: str = "") -> str:
    """Return the card of a keyword, or several cards where a text needs more.

    Parameters
    ----------
    keyword
        Up to 8 capital letters, digits, ``-`` and ``_``.
    value
        A text, a Bool, an integer, a real number or a complex one.
    comment
        What to say about it; cut to the room that is left.

    Raises
    ------
    FormatError
        If the keyword is none, or the value is of no type that a card holds.

    Examples
    --------
    >>> format_card("CDELT1", -5.0e-3, "degrees").rstrip()
    'CDELT1  =               -0.005 / degrees'
    >>> format_card("OBJECT", "O'Neil").rstrip()
    "OBJECT  = 'O''Neil '"
    """
    if not _KEYWORD.fullmatch(keyword):
        raise FormatError(f"a FITS keyword has up to 8 of A-Z, 0-9, - and _, got {keyword!r}")
    if isinstance(value, str):
        return "".join(_text_cards(keyword, plain_text(value), comment))
    return _card(keyword, f"{_number(keyword, value):>20}", comment)


def commentary(keyword: str, text: str) -> str:
    """Return a card of HISTORY or COMMENT; its text has up to 72 letters.

    Examples
    --------
    >>> commentary("HISTORY", "made by hand").rstrip()
    'HISTORY made by hand'
    """
    return f"{keyword:<8}{plain_text(text)[: CARD - 8]}".ljust(CARD)


def header_block(cards: Iterable[str]) -> bytes:
    """Return cards with an END behind them, padded to whole blocks of the file."""
    text = "".join(cards) + "END".ljust(CARD)
    return text.ljust(-(-len(text) // BLOCK) * BLOCK).encode("ascii")


def _card(keyword: str, field: str, comment: str) -> str:
    text = f"{keyword:<8}= {field}"
    if comment and len(text) < 30:
        text = text.ljust(30)
    if comment and len(text) + 4 < CARD:
        text = f"{text} / {plain_text(comment)}"
    return text[:CARD].ljust(CARD)


def _number(keyword: str, value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "T" if value else "F"
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, np.float32):
        return _real(keyword, float(str(value)))
    if isinstance(value, float | np.floating):
        return _real(keyword, float(value))
    if isinstance(value, complex | np.complexfloating):
        number = complex(value)
        return f"({_real(keyword, number.real)}, {_real(keyword, number.imag)})"
    raise FormatError(f"a FITS card cannot hold a {type(value).__name__} for {keyword}")


def _real(keyword: str, value: float) -> str:
    """Return the shortest text of a real number that has all of it, with a decimal point."""
    if not math.isfinite(value):
        raise FormatError(f"a FITS card cannot hold {keyword} = {value}")
    mantissa, _, exponent = repr(value).partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent):+03d}" if exponent else mantissa


def _text_cards(keyword: str, text: str, comment: str) -> Iterator[str]:
    """Give the card of a text, and CONTINUE cards; a part that goes on ends with ``&``."""
    rest = text.replace("'", "''")
    if len(rest) <= _ROOM - 2:
        yield _card(keyword, f"'{rest:<8}'" if rest else "''", comment)
        return
    start = f"{keyword:<8}= "
    while rest:
        part, rest = _cut(rest)
        yield f"{start}'{part}{'&' if rest else ''}'".ljust(CARD)
        start = "CONTINUE  "


def _cut(text: str) -> tuple[str, str]:
    """Cut off what fits on a card, without parting a doubled quote; the rest may be empty."""
    if len(text) <= _ROOM - 2:
        return text, ""
    part = text[: _ROOM - 3]
    if (len(part) - len(part.rstrip("'"))) % 2:
        part = part[:-1]
    return part, text[len(part) :]
