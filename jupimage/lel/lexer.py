"""Text into tokens.

The longest match wins, and among equals the rule that stands first: so ``T`` is a Bool but
``T.im`` a name, and ``in.im`` no keyword. Names may hold dots, tildes and escaped characters; what
else a file name may hold has to be quoted.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from jupimage.lel.errors import LelSyntaxError, Span

__all__ = ["Token", "tokenize"]


class Token(NamedTuple):
    """A word of an expression.

    Attributes
    ----------
    kind
        ``number``, ``bool``, ``keyword``, ``name`` (may name a function), ``file`` (cannot),
        ``qualified`` (with a colon), ``string``, ``temporary`` (``$1``), ``variable`` (``$name``),
        ``python`` (``$(...)``), ``operator`` or ``end``.
    text
        As it is written.
    span
        Where it stands.
    """

    kind: str
    text: str
    span: Span


_FIRST = r"(?:[A-Za-z_~]|\\.)"
_NEXT = r"(?:[A-Za-z0-9._~]|\\.)*"
_NAME = _FIRST + _NEXT
_RULES = [
    (kind, re.compile(pattern, re.DOTALL))
    for kind, pattern in (
        ("number", r"(?:\d+\.\d*|\.\d+|\d+)(?:[eEdD][+-]?\d+)?i?"),
        ("bool", r"[TF]"),
        ("keyword", r"(?i:indexin|indexnotin|index\d+|in|not)"),
        ("name", r"[A-Za-z_][A-Za-z0-9_]*"),
        ("temporary", r"\$[rR]?\d+"),
        ("variable", r"\$[A-Za-z_][A-Za-z0-9_]*"),
        ("file", _NAME),
        ("qualified", rf"(?:{_NAME})?::?{_NAME}"),
        ("string", r"(?:\"[^\"\n]*\"|'[^'\n]*')+"),
        ("operator", r"==|>=|<=|!=|&&|\|\||[><!^*/%+\-()\[\],:]"),
    )
]
_SPACE = re.compile(r"[ \t\r\n]*")


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens; the last one is of the kind ``end``.

    Raises
    ------
    LelSyntaxError
        If there is something that is no token.

    Examples
    --------
    >>> [token.text for token in tokenize("sin(a.im)^2 > 1.5e0")]
    ['sin', '(', 'a.im', ')', '^', '2', '>', '1.5e0', '']
    """
    tokens: list[Token] = []
    place = 0
    while True:
        place = _space_end(text, place)
        if place == len(text):
            tokens.append(Token("end", "", Span(place, place)))
            return tokens
        kind, end = _longest(text, place)
        if text.startswith("$(", place):
            kind, end = "python", _python_end(text, place)
        if not kind:
            raise _illegal(text, place)
        tokens.append(Token(kind, text[place:end], Span(place, end)))
        place = end


def _space_end(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _longest(text: str, place: int) -> tuple[str, int]:
    best, end = "", place
    for kind, pattern in _RULES:
        found = pattern.match(text, place)
        if found and found.end() > end:
            best, end = kind, found.end()
    return best, end


def _python_end(text: str, place: int) -> int:
    """Return the end of ``$(...)``, whose brackets and quotes belong to Python."""
    depth, quote = 0, ""
    for end in range(place + 1, len(text)):
        character = text[end]
        if quote:
            quote = "" if character == quote and text[end - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if not depth:
                return end + 1
    raise LelSyntaxError("this bracket is not closed", text, Span(place, place + 2))


def _illegal(text: str, place: int) -> LelSyntaxError:
    character = text[place]
    if character in "\"'":
        return LelSyntaxError("this quote is not closed", text, Span(place, len(text)))
    hints = {
        "&": "; and is &&",
        "|": "; or is ||",
        "=": "; equality is ==",
        "#": "; comments stand on lines of their own",
    }
    shown = character if character.isprintable() else repr(character)
    return LelSyntaxError(
        f"{shown} means nothing here{hints.get(character, '')}", text, Span(place, place + 1)
    )
