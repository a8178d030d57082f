"""Text in pictures, in the one font that Pillow carries with it.

That font has ASCII, the degree sign and a few more characters; astronomers need the rest.
Raised letters and digits (hours as a raised h, exponents) are drawn small; a minus sign, a prime,
a multiplication sign and a micro sign are drawn as lines; accents are dropped, and what is still
missing becomes a question mark. Pictures look the same on every machine, whatever fonts it has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

__all__ = ["Lettering"]

_RAISED = dict(zip("ʰᵐˢ⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "hms0123456789-+", strict=True))
_SPELLED = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "λ": "lambda",
            "ν": "nu", "α": "alpha", "δ": "delta", "Δ": "d", "Å": "A"}  # fmt: skip
_DRAWN = frozenset("−′″µ×")
_SMALL = 0.68
_LIFT = 0.36


@dataclass(frozen=True)
class Lettering:
    """Measures and draws text of one size.

    Parameters
    ----------
    size
        Size of the letters in pixels.

    Examples
    --------
    >>> plain = Lettering(20)
    >>> plain.width("20ʰ14ᵐ") < plain.width("20h14m")
    True
    """

    size: float

    @property
    def _font(self) -> Any:
        return _font(round(self.size))

    @property
    def _small(self) -> Any:
        return _font(round(self.size * _SMALL))

    @property
    def height(self) -> float:
        """Height of a capital letter in pixels."""
        return 0.71 * self.size

    def width(self, text: str) -> float:
        """Return the width of `text` in pixels."""
        return _width(self, text)

    def draw(
        self,
        canvas: ImageDraw,
        x: float,
        baseline: float,
        text: str,
        *,
        fill: Any,
        anchor: str = "l",
        stroke: int = 0,
        stroke_fill: Any = None,
    ) -> None:
        """Draw `text` on one line.

        Parameters
        ----------
        canvas
            Where to draw.
        x, baseline
            Pixel position: of the left end, middle or right end as `anchor` says, and of the
            line the letters stand on.
        text
            The text.
        fill
            Colour or index of the letters.
        anchor
            ``l``, ``m`` or ``r``.
        stroke, stroke_fill
            Width in pixels and colour of an outline around the letters.
        """
        x -= {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * self.width(text)
        pen = {"fill": fill}
        if stroke:
            pen |= {"stroke_width": stroke, "stroke_fill": stroke_fill}
        for kind, run in _runs(text):
            if kind == "drawn":
                self._symbol(canvas, x, baseline, run, fill, stroke)
            elif kind == "raised":
                lifted = baseline - _LIFT * self.size
                canvas.text((x, lifted), run, font=self._small, anchor="ls", **pen)
            else:
                canvas.text((x, baseline), run, font=self._font, anchor="ls", **pen)
            x += self._advance(kind, run)

    def upright(self, text: str, *, fill: int) -> Image:
        """Return a greyscale picture of `text` turned to read from bottom to top."""
        from PIL import Image, ImageDraw

        size = max(1, round(self.width(text)) + 2), round(self.size * 1.3)
        strip = Image.new("L", size, 0)
        self.draw(ImageDraw.Draw(strip), 1, round(self.size), text, fill=fill)
        return strip.transpose(Image.Transpose.ROTATE_90)

    def _advance(self, kind: str, run: str) -> float:
        if kind == "drawn":
            return {"′": 0.26, "″": 0.4, "−": 0.6, "×": 0.62, "µ": 0.6}[run] * self.size
        font = self._small if kind == "raised" else self._font
        return float(font.getlength(run)) + (0.06 * self.size if kind == "raised" else 0.0)

    def _symbol(
        self, canvas: ImageDraw, x: float, baseline: float, run: str, fill: Any, stroke: int
    ) -> None:
        """Draw one of the characters that the font lacks."""
        em, pen = self.size, max(1, round(self.size / 12)) + 2 * stroke
        if run in "′″":
            for n in range(1 if run == "′" else 2):
                top = x + em * (0.16 + 0.15 * n)
                canvas.line(
                    (top, baseline - 0.74 * em, top - 0.05 * em, baseline - 0.5 * em), fill, pen
                )
        elif run == "−":
            y = baseline - 0.29 * em
            canvas.line((x + 0.09 * em, y, x + 0.5 * em, y), fill, pen)
        elif run == "×":
            left, right, low, high = (
                x + 0.12 * em,
                x + 0.48 * em,
                baseline - 0.1 * em,
                baseline - 0.46 * em,
            )
            canvas.line((left, low, right, high), fill, pen)
            canvas.line((left, high, right, low), fill, pen)
        else:  # a micro sign is a u with a tail
            canvas.text((x, baseline), "u", font=self._font, anchor="ls", fill=fill)
            canvas.line(
                (x + 0.1 * em, baseline - 0.2 * em, x + 0.1 * em, baseline + 0.2 * em), fill, pen
            )


@lru_cache(maxsize=1024)
def _width(letters: Lettering, text: str) -> float:
    return sum(letters._advance(kind, run) for kind, run in _runs(text))


@lru_cache(maxsize=32)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(max(size, 4))


@lru_cache(maxsize=1024)
def _has(character: str) -> bool:
    """Whether the font has a glyph: ASCII, and what is not drawn as its empty box."""
    if character.isascii():
        return character.isprintable()
    font = _font(20)
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def _spell(character: str) -> str:
    if character in _SPELLED:
        return _SPELLED[character]
    if character == "\u03bc":
        return "µ"
    if _has(character):
        return character
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if c.isascii())
    return plain if plain.isprintable() and plain else "?"


@lru_cache(maxsize=256)
def _runs(text: str) -> tuple[tuple[str, str], ...]:
    """Cut text into runs of one kind: plain, raised, or a single drawn symbol."""
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[tuple[str, str]]:
    kind, run = "plain", ""
    for character in text:
        now = _RAISED.get(character)
        this = "raised" if now is not None else "plain"
        if now is None:
            now = character if character in _DRAWN else _spell(character)
        if now in _DRAWN:
            if run:
                yield kind, run
            run = ""
            yield "drawn", now
        elif this == kind:
            run += now
        else:
            if run:
                yield kind, run
            kind, run = this, now
    if run:
        yield kind, run
