"""Errors that point at the place in an expression."""

from __future__ import annotations

from typing import NamedTuple

from jupimage.errors import LelError

__all__ = ["LelNameError", "LelSyntaxError", "LelTypeError", "Span"]


class Span(NamedTuple):
    """Characters of a text, from `start` up to but not including `stop`."""

    start: int
    stop: int

    def to(self, other: Span) -> Span:
        """Return the characters from this span to the end of another."""
        return Span(min(self.start, other.start), max(self.stop, other.stop))


class LelSyntaxError(LelError):
    """A text is not an expression."""


class LelNameError(LelError):
    """A name in an expression is not known."""


class LelTypeError(LelError):
    """Operands of an expression do not fit each other, or a function."""
