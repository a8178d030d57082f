"""A viewer on a page, as a user has it: hands on it, eyes on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from tests.ui.notebook import box_of, drag_range, pixels

__all__ = ["ViewerOnPage", "grey_levels"]

# Fractions of the canvas, across and down, where its colours are looked at: all over the picture
# but where the beam is drawn.
PLACES = [
    (across, down)
    for across in np.linspace(0.1, 0.9, 33)
    for down in np.linspace(0.05, 0.9, 17)
    if across > 0.5 or down < 0.7
]

# Points at each place and notes column and row on the canvas, and what the readout says.
POINT_AT_MANY = """(canvas, places) => {
  const box = canvas.getBoundingClientRect();
  const readout = canvas.closest('.jupimage-viewer').querySelector('.jupimage-pixel');
  return places.map(([across, down]) => {
    const [column, row] = [Math.round(across * box.width), Math.round(down * box.height)];
    const at = { clientX: box.left + column, clientY: box.top + row, bubbles: true };
    canvas.dispatchEvent(new PointerEvent('pointermove', { ...at, pointerType: 'mouse' }));
    return [column, row, readout.textContent];
  });
}"""


class ViewerOnPage:
    """One live view of a viewer.

    Parameters
    ----------
    number
        Which of the views on the page, from the top.
    """

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.root = page.locator(".jupimage-viewer").nth(number)
        self.canvas = self.part("canvas")

    def part(self, name: str) -> Locator:
        """Return the element whose class is ``jupimage-NAME``."""
        return self.root.locator(f".jupimage-{name}").first

    def text(self, name: str) -> str:
        """Return the text of a part."""
        return self.part(name).inner_text()

    def texts(self, *names: str) -> list[str]:
        """Return the texts of several parts at one moment, between two keys if keys are pending."""
        found: list[str] = self.root.evaluate(
            "(e, names) => names.map(n => e.querySelector('.jupimage-' + n).innerText)", list(names)
        )
        return found

    def wait_for(self, channel: int, *, state: str = "drawn", exact: bool = True) -> None:
        """Wait until a channel is on the canvas, its pixels as they are."""
        marks = {"channel": channel, "exact": str(exact).lower(), "state": state}
        test = "".join(f"[data-{name}='{value}']" for name, value in marks.items())
        self.root.and_(self.page.locator(test)).wait_for()

    def wait_for_state(self, state: str) -> None:
        """Wait until the view is ``waiting``, ``drawn`` or ``failed``."""
        self.root.and_(self.page.locator(f"[data-state='{state}']")).wait_for()

    def wait_for_repaint(self) -> None:
        """Wait until what is to be painted at the next frame of the screen has been."""
        self.page.evaluate(
            "new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok)))"
        )

    def frames(self) -> int:
        """Return how many frames were drawn so far."""
        return int(self.root.get_attribute("data-seq") or 0)

    def drag_slider(self, *positions: int, row: int = 0) -> None:
        """Drag a slider's handle from position to position."""
        slider = self.root.locator("input.jupimage-slider").nth(row)
        last = int(slider.get_attribute("max") or 1)
        drag_range(self.page, slider, [position / last for position in positions])

    def press(self, *keys: str) -> None:
        """Press keys on the picture."""
        self.canvas.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, across: float, down: float) -> tuple[float, float]:
        """Return the place on the page of a fraction of the canvas."""
        left, top, width, height = box_of(self.canvas)
        return round(left + across * width), round(top + down * height)

    def hover(self, across: float, down: float) -> tuple[int, int] | None:
        """Point at a fraction of the canvas; return the pixel (y, x) that the readout names."""
        self.page.mouse.move(*self.at(across, down))
        text = self.text("pixel")
        if "," not in text:
            return None
        x, y = text.split(",")
        return int(y), int(x)

    def samples(self) -> list[tuple[tuple[int, int], NDArray[np.uint8]]]:
        """Return pixels (y, x) of the image and the colours that they have on the screen.

        Places where an image pixel ends, or something is drawn over it, are left out.
        """
        self.canvas.scroll_into_view_if_needed()
        # many places at once: asking for each readout from here takes a tenth of a second
        named: list[tuple[int, int, str]] = self.canvas.evaluate(POINT_AT_MANY, PLACES)
        self.page.mouse.move(1, 1)
        picture = pixels(self.canvas)
        found = []
        for column, row, text in named:
            patch = picture[row - 2 : row + 3, column - 2 : column + 3]
            if "," in text and np.ptp(patch.reshape(-1, 3), axis=0).max() == 0:
                x, y = text.split(",")
                found.append(((int(y), int(x)), patch[2, 2]))
        return found

    def check_pixels(self, plane: NDArray[np.floating], limits: tuple[float, float]) -> None:
        """Compare the canvas, coloured ``grey``, with what numpy makes of the plane."""
        expected = grey_levels(plane, limits)
        found = self.samples()
        assert len(found) > 20, f"only {len(found)} places of the canvas could be compared"
        assert len({pixel for pixel, _ in found}) > 15
        wrong = [
            (pixel, colour.tolist(), int(expected[pixel]))
            for pixel, colour in found
            if np.abs(colour.astype(int) - int(expected[pixel])).max() > 1
        ]
        assert not wrong, f"pixel, colour on the screen, numpy's grey level: {wrong[:9]}"


def grey_levels(plane: NDArray[np.floating], limits: tuple[float, float]) -> NDArray[np.uint8]:
    """Return the grey level of each pixel: 0 at the low limit, 255 at the high one."""
    low, high = limits
    levels = np.floor((plane.astype(float) - low) / (high - low) * 256)
    return np.clip(levels, 0, 255).astype(np.uint8)
