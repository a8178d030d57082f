"""The cards of a FITS header as values, read without trusting any of them.

A header of a real file may hold whatever somebody's program wrote. Here a card either has a
value in the form of the FITS standard or none at all; nothing is repaired, what is illegal is
listed in `FitsHeader.problems`, what is odd in `repeated` and `foreign`, and no length that a
card states is believed before it was checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from jupimage.errors import FormatError
from jupimage.formats.slips import nearest

__all__ = ["CARD", "FitsHeader", "Value"]

CARD = 80

Value: TypeAlias = str | bool | int | float | complex

# What nearly every card looks like; all others are taken apart step by step.
_ORDINARY = re.compile(
    r"""
    (?=.{8}=)(?!(?:HISTORY|COMMENT)[ ])([A-Z0-9_-]+)[ ]*=[ ]*
    (?: '([^'&]*)'(?!')
      | (?: ([+-]?\d{1,60}) | ([+-]?(?:\d+\.\d*|\.\d+)(?:E[+-]?\d{1,4})?) | ([TF]) ) [ ]*(?:/|$)
    )
    """,
    re.VERBOSE,
)
_KEYWORD = re.compile(r"[A-Z0-9_-]{1,8}")
_NAMED = re.compile(r"[A-Za-z][A-Za-z0-9_.]*: ")
_TEXT = re.compile(r"'((?:[^']|'')*)'?")
_CLOSED = re.compile(r"'(?:[^']|'')*'")
_COMMENTARY = {"", "COMMENT", "HISTORY", "CONTINUE", "END", "HIERARCH"}
# A card that has a value, if only there were an equals sign before it.
_LIKE_VALUE = re.compile(
    r".\s*(?:'(?:[^']|'')*'|[+-]?(?:\d+\.?\d*|\.\d+)(?:[ED][+-]?\d+)?|[TF])\s*(?:/|$)"
)
_PRINTABLE, _LAST_ASCII = bytes(range(32, 127)), 127
_INTEGER = re.compile(r"[+-]?\d{1,60}")
_REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[EDed][+-]?\d{1,4})?")
_COMPLEX = re.compile(r"\(\s*([^,()\s]+)\s*,\s*([^,()\s]+)\s*\)")


class FitsHeader:
    """The cards of one header.

    Parameters
    ----------
    block
        The cards up to END, 80 bytes each.

    Examples
    --------
    >>> block = b"".join(
    ...     card.ljust(80)
    ...     for card in [b"NAXIS   =                    2", b"OBJECT  = 'O''Neil' / who",
    ...                  b"HISTORY made by hand"]
    ... )
    >>> header = FitsHeader(block)
    >>> header["OBJECT"], header.integer("NAXIS"), header.history
    ("O'Neil", 2, ['made by hand'])
    """

    def __init__(self, block: bytes) -> None:
        self._values: dict[str, Value] = {}
        self._numbers: dict[str, str] = {}  # as the file writes them, with all their digits
        self.history: list[str] = []
        self.problems: list[str] = []  # the illegal cards, with their numbers
        self.repeated: list[str] = []  # keywords of several cards that do not agree
        self.foreign = _foreign_letters(block)  # numbers of cards with them
        self._illegal: set[str] = set()
        continued: tuple[str, list[str]] | None = None
        text = block.decode("latin-1")
        ordinary = _ORDINARY.match if text.isascii() else _no_match
        for start in range(0, len(text), CARD):
            if continued is None and (match := ordinary(text, start, start + CARD)):
                self._add(match)
                continue
            card = text[start : start + CARD]
            keyword = card[:8].rstrip()
            if continued and keyword == "CONTINUE":
                part = _parse_text(card[8:].lstrip())
                continued[1].append(part or "")
                if part is not None and part.endswith("&"):
                    continue
            if continued:
                self._values[continued[0]] = _joined(continued[1])
                continued = None
            if card[8:9] == "=" and keyword in self._values and keyword not in _COMMENTARY:
                self._repeat(keyword, self._parse("", card[9:].strip()))
            elif keyword == "HISTORY":
                self.history.append(_decoded(card[8:].rstrip(" ")))
            elif card[8:9] == "=" and _KEYWORD.fullmatch(keyword):
                field = card[9:].strip()
                value = self._parse(keyword, field)
                if isinstance(value, str) and value.endswith("&"):
                    continued = (keyword, [value])
                    self._values[keyword] = value
                elif value is not None:
                    self._values[keyword] = value
                    if isinstance(value, str) and not _CLOSED.match(field):
                        self._note(start, card, keyword)
                elif field and not field.startswith("/"):
                    self._note(start, card, keyword)
            elif _is_illegal(card, keyword):
                self._note(start, card, keyword)
        if continued:
            self._values[continued[0]] = _joined(continued[1])

    def _repeat(self, keyword: str, value: Value | None) -> None:
        """Remember that a keyword is there once more, unless with the same value.

        Keywords with a name in their value (``DP1 = 'AXIS.1: 1'``) may be there many times.
        """
        if isinstance(value, str) and _NAMED.match(value):
            return
        if value != self._values[keyword] and keyword not in self.repeated:
            self.repeated.append(keyword)

    def _note(self, start: int, card: str, keyword: str) -> None:
        self.problems.append(f"card {start // CARD + 1}: {card.rstrip()!r}")
        self._illegal.add(keyword)

    def check(self, *keywords: str) -> None:
        """Refuse a header in which one of the keywords has a card without a legal value.

        Raises
        ------
        FormatError
            If there is one.
        """
        for keyword in keywords:
            if keyword in self._illegal and keyword not in self._values:
                raise FormatError(
                    f"the header needs a legal value of {keyword}, got {self.problems[0]}"
                )

    def __contains__(self, keyword: str) -> bool:
        return keyword in self._values

    def __getitem__(self, keyword: str) -> Value:
        return self._values[keyword]

    def items(self) -> Iterator[tuple[str, Value]]:
        """Give keywords and values in the order of the file; of several cards, the first."""
        yield from self._values.items()

    def integer(self, keyword: str, default: int | None = None) -> int:
        """Return the value of a card that must hold an integer.

        Raises
        ------
        FormatError
            If it is missing and there is no default, or is no integer.
        """
        value = self._values.get(keyword, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            got = "no such card" if value is None else repr(value)[:40]
            raise FormatError(f"the header needs an integer {keyword}, got {got}")
        return value

    def real(self, keyword: str) -> float | None:
        """Return the value of a card as a number, None if it is missing or none."""
        value = self._values.get(keyword)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            return float(value)
        except OverflowError:
            return None

    def text(self, keyword: str, default: str = "") -> str:
        """Return the value of a card if it is a text, else `default`."""
        value = self._values.get(keyword)
        return value if isinstance(value, str) else default

    def flag(self, keyword: str) -> bool:
        """Return whether a card says T."""
        return self._values.get(keyword) is True

    def renamed(self, names: dict[str, str | None]) -> FitsHeader:
        """Return a header with other keywords; those that become None are left out."""
        other = FitsHeader(b"")
        for keyword, value in self._values.items():
            name = names.get(keyword, keyword)
            if name is not None:
                other._values[name] = value
                if keyword in self._numbers:
                    other._numbers[name] = self._numbers[keyword]
        other.history = self.history
        other.problems, other._illegal = self.problems, self._illegal
        other.repeated, other.foreign = self.repeated, self.foreign
        return other

    def cards(self) -> Iterator[str]:
        """Give the cards anew, each in the form of the standard and without its comment."""
        for keyword, value in self._values.items():
            if isinstance(value, str):
                field = f"'{_plain(value)[: _fits(value)]:<8}'"
            elif isinstance(value, bool):
                field = f"{'T' if value else 'F':>20}"
            else:
                field = f"{self._numbers[keyword]:>20}"
            if len(field) <= CARD - 10:
                yield f"{keyword:<8}= {field}".ljust(CARD)

    def _add(self, match: re.Match[str]) -> None:
        """Take over an ordinary card, unless there was one of that keyword."""
        keyword, words, integer, real, flag = match.groups()
        number = integer or real
        value: Value
        if words is not None:
            value = words.rstrip(" ") or words[:1]
        elif flag is not None:
            value = flag == "T"
        else:
            value = int(integer) if integer is not None else float(real)
        if keyword in self._values:
            self._repeat(keyword, value)
            return
        self._values[keyword] = value
        if number is not None:
            self._numbers[keyword] = number

    def _parse(self, keyword: str, field: str) -> Value | None:
        if field.startswith("'"):
            return _parse_text(field)
        number = field.partition("/")[0].strip()
        if number in ("T", "F"):
            return number == "T"
        value = _parse_number(number)
        if value is not None:
            self._numbers[keyword] = number
        return value


def _is_illegal(card: str, keyword: str) -> bool:
    """Return whether a card looks as if it had a value or a keyword, but has no legal one."""
    if keyword in _COMMENTARY:
        return False
    capitals = keyword.upper()
    if card[8] != "=" and (capitals == "HISTORY" or nearest(capitals, ("HISTORY",))):
        return True
    if _KEYWORD.fullmatch(keyword):
        return card[8] != "=" and _LIKE_VALUE.match(card[8:].rstrip()) is not None
    if card[8:10] == "= ":
        return True
    return re.fullmatch(r"[A-Za-z0-9_ .-]+", keyword) is None


def _foreign_letters(block: bytes) -> list[int]:
    """Return the numbers of the cards with signs that are no letters.

    The standard allows printable ASCII; text in UTF-8 is common all the same, and casacore
    writes tabs into the history.
    """
    if not block.translate(None, _PRINTABLE):
        return []
    cards = (block[start : start + CARD] for start in range(0, len(block), CARD))
    return [number for number, card in enumerate(cards, 1) if not _is_text(card)]


def _is_text(card: bytes) -> bool:
    commentary = card[:8].rstrip() in (b"HISTORY", b"COMMENT")
    rest = card.translate(None, _PRINTABLE + b"\t" * commentary)
    if not rest:
        return True
    try:
        return min(rest) > _LAST_ASCII and card.decode("utf-8").replace("\t", "").isprintable()
    except UnicodeDecodeError:
        return False


def _no_match(text: str, start: int, stop: int) -> None:
    """Find nothing, in a header with letters that the standard does not know."""


def _parse_text(field: str) -> str | None:
    """Return the text in quotes at the start of a field; trailing blanks do not count.

    A text of blanks only is one blank, an empty one is empty: the standard tells them apart.
    """
    match = _TEXT.match(field)
    if match is None:
        return None
    text = _decoded(match[1].replace("''", "'"))
    return text.rstrip(" ") or text[:1]


def _joined(parts: list[str]) -> str:
    """Put a text together; an ``&`` that nothing follows belongs to it."""
    return "".join(part.removesuffix("&") for part in parts[:-1]) + parts[-1]


def _parse_number(number: str) -> int | float | complex | None:
    if _INTEGER.fullmatch(number):
        return int(number)
    if _REAL.fullmatch(number):
        return float(number.upper().replace("D", "E"))
    match = _COMPLEX.fullmatch(number)
    if match and _REAL.fullmatch(match[1]) and _REAL.fullmatch(match[2]):
        real, imaginary = (float(part.upper().replace("D", "E")) for part in match.groups())
        return complex(real, imaginary)
    return None


def _decoded(text: str) -> str:
    """Return text that was meant as UTF-8 as that; the standard knows only ASCII."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text


def _plain(text: str) -> str:
    """Return a text as a card may hold it: printable ASCII, quotes doubled."""
    return "".join(c if " " <= c <= "~" else "?" for c in text).replace("'", "''")


def _fits(text: str) -> int:
    """Return how much of a text fits on one card, without cutting a doubled quote in two."""
    plain = _plain(text)
    room = CARD - 12
    cut = plain[:room]
    return room - (len(plain) > room and (len(cut) - len(cut.rstrip("'"))) % 2)
