"""A picture file with few colours: pixels of the image, grid over them, text around them.

PNG with a palette is three times smaller than full colour, and exact: every image pixel has
one of the colours of the map. The palette holds sixteen greys for paper and text, the levels
of the colour map, and the same levels with a grid line over them in two strengths, so lines
are translucent and smooth without any colour having to be guessed afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jupimage.display.raster import BAD

if TYPE_CHECKING:
    from PIL.Image import Image as PILImage

__all__ = ["BLANK", "INK", "LEVELS", "Palette", "Sheet"]

INK = (31, 35, 40)
ACCENT = (31, 91, 168)
_GREYS = 16
_SPECIAL = 3  # no value: plain, under a faint line, under a strong one
_FIRST = _GREYS + _SPECIAL
LEVELS = 120
BLANK = 255
"""Level that stands for a pixel without a value."""

_STRENGTHS = (0.16, 0.34)


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a sheet, and which of them a level of the image has.

    Parameters
    ----------
    lut
        The colour map, shape (n, 3).
    levels
        How many of its colours are used, at most `LEVELS`.
    """

    lut: NDArray[np.uint8]
    levels: int = LEVELS

    @property
    def under_lines(self) -> int:
        """Number of different levels under grid lines."""
        return min(self.levels, 56)

    def colours(self) -> NDArray[np.uint8]:
        """Return all colours in order, shape (n, 3)."""
        ramp = np.linspace(0, 1, _GREYS)[:, None]
        greys = np.array(INK) * (1 - ramp) + 255 * ramp
        bad = np.array([BAD])
        plain, thinned = self._pick(self.levels), self._pick(self.under_lines)
        parts = [greys, bad, *(_lined(bad, s) for s in _STRENGTHS)]
        parts += [plain, *(_lined(thinned, s) for s in _STRENGTHS)]
        colours: NDArray[np.uint8] = np.rint(np.concatenate(parts)).astype(np.uint8)
        return colours

    def _pick(self, count: int) -> NDArray[np.uint8]:
        picked: NDArray[np.uint8] = self.lut[
            np.rint(np.linspace(0, len(self.lut) - 1, count)).astype(int)
        ]
        return picked

    def indices(self, levels: NDArray[np.uint8], lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return palette indices of image levels (`BLANK` = no value) under a mask of lines."""
        strength = (lines > 60).astype(np.uint8) + (lines > 165)
        table = np.zeros((3, 256), np.uint8)
        plain = np.arange(self.levels)
        table[0, : self.levels] = _FIRST + plain
        for n in (1, 2):
            below = plain * self.under_lines // self.levels
            table[n, : self.levels] = _FIRST + self.levels + (n - 1) * self.under_lines + below
            table[n, BLANK] = _GREYS + n
        table[0, BLANK] = _GREYS
        indices: NDArray[np.uint8] = table[strength, levels]
        return indices


def _lined(colours: NDArray[np.generic], strength: float) -> NDArray[np.float64]:
    """Colours under a translucent line: white over dark ones, black over light ones."""
    plain = np.asarray(colours, float)
    luminance = plain @ [0.2126, 0.7152, 0.0722]
    towards = np.where(luminance < 150, 255.0, 0.0)[:, None]
    return plain * (1 - strength) + towards * strength


class Sheet:
    """White paper of a given size in pixels, to draw on with black ink.

    Parameters
    ----------
    width, height
        Size in pixels.

    Examples
    --------
    >>> sheet = Sheet(40, 30)
    >>> sheet.png(Palette(np.zeros((256, 3), np.uint8)))[1:4]
    b'PNG'
    """

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw

        self.paper: PILImage = Image.new("L", (width, height), 255)
        self.pen = ImageDraw.Draw(self.paper)
        self._over: PILImage = Image.new("L", (width, height), 0)
        self.over_pen = ImageDraw.Draw(self._over)
        self._colours: list[tuple[int, int, NDArray[np.uint8]]] = []
        self._pictures: list[tuple[int, int, NDArray[np.uint8], NDArray[np.uint8]]] = []

    def place(
        self, left: int, top: int, levels: NDArray[np.uint8], lines: NDArray[np.uint8] | None = None
    ) -> None:
        """Put image levels (first row on top) on the sheet, with a mask of lines over them.

        What was drawn with `pen` shows through only where `over_pen` drew something non-zero.
        """
        mask = np.zeros_like(levels) if lines is None else lines
        self._pictures.append((left, top, levels, mask))

    def colour(self, left: int, top: int, mask: NDArray[np.uint8]) -> None:
        """Ink the paper through a mask in the accent colour, once no map of colours is used."""
        self._colours.append((left, top, mask))

    def png(self, palette: Palette | None, *, ratio: int = 2) -> bytes:
        """Return the sheet as a PNG file for a screen with `ratio` device pixels per pixel.

        With no palette the sheet has greys and the accent colour.
        """
        from PIL import Image

        greys = np.asarray(self.paper) >> 4
        drawn: NDArray[np.uint8] = np.asarray(self._over)
        sheet = greys.copy()
        for left, top, levels, lines in self._pictures:
            if palette is None:
                break
            place = np.s_[top : top + levels.shape[0], left : left + levels.shape[1]]
            picture = palette.indices(levels, lines)
            sheet[place] = np.where(drawn[place] > 0, greys[place], picture)
        for left, top, mask in self._colours:
            place = np.s_[top : top + mask.shape[0], left : left + mask.shape[1]]
            strength = mask >> 4
            sheet[place] = np.where(strength > 0, _GREYS - 1 + strength, greys[place])
        image = Image.fromarray(sheet)
        colours = _accents() if palette is None else palette.colours()
        image.putpalette(colours.tobytes())
        out = BytesIO()
        image.save(out, "PNG", compress_level=6, dpi=(96 * ratio, 96 * ratio))
        return out.getvalue()


def _accents() -> NDArray[np.uint8]:
    ramp = np.linspace(0, 1, _GREYS)[:, None]
    greys = np.array(INK) * (1 - ramp) + 255 * ramp
    inks = 255 * (1 - ramp[1:]) + np.array(ACCENT) * ramp[1:]
    colours: NDArray[np.uint8] = np.rint(np.concatenate([greys, inks])).astype(np.uint8)
    return colours
