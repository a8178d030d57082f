"""A saved notebook shows its pictures again: trusted or not, with a new kernel or without one."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from playwright.sync_api import Locator

from tests.ui.notebook import Notebook, pixels
from tests.ui.pages import Pages
from tests.ui.viewer import ViewerOnPage

CELLS = [
    "import jupimage\nim = jupimage.samples.galaxy(channels=8, size=48)\nim",
    "viewer = im.view(channel=5)\nviewer",
]


@pytest.fixture(scope="module")
def saved(shared_pages: Pages) -> str:
    """Run a notebook with a card and a viewer, move the viewer, and save when it rests."""
    notebook = shared_pages.run("saved.ipynb", CELLS)
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(5)
    before = saved_picture(notebook)
    viewer.press("[")
    viewer.wait_for(4)
    notebook.wait_until(lambda: saved_picture(notebook) != before)
    assert notebook.page.locator("[data-jupimage-picture]").first.is_hidden()
    assert picture_of_card(notebook).is_visible()
    notebook.save()
    assert notebook.is_trusted()
    return notebook.name


def saved_picture(notebook: Notebook) -> str | None:
    """Return the picture that stands beside the live view, hidden."""
    notebook.page.locator("[data-jupimage-picture]").first.wait_for(state="attached")
    return notebook.page.locator("[data-jupimage-picture]").first.get_attribute("src")


def picture_of_card(notebook: Notebook) -> Locator:
    """Return the picture of the first cell's output."""
    return notebook.page.locator(".jp-CodeCell").nth(0).locator(".jp-OutputArea img")


def picture_of_viewer(notebook: Notebook) -> Locator:
    """Return the picture of the second cell's output."""
    return notebook.page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea img")


@pytest.mark.parametrize("kernel", [True, False], ids=["new kernel", "no kernel"])
@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "untrusted"])
def test_reopened_notebook_shows_card_and_viewer(
    saved: str, pages: Pages, trusted: bool, kernel: bool
) -> None:
    name = f"copy-{trusted}-{kernel}.ipynb"
    pages.lab.copy(saved, name, trusted=trusted, kernel=kernel)
    notebook = pages.notebook(name, kernel=kernel)
    assert notebook.is_trusted() is trusted
    for picture in (picture_of_card(notebook), picture_of_viewer(notebook)):
        picture.wait_for()
        assert picture.evaluate("image => image.complete && image.naturalWidth > 200")
        assert picture.get_attribute("alt")
        assert contrast(picture) > 100
    text = notebook.page.locator(".jp-CodeCell").nth(0).locator(".jp-OutputArea").inner_text()
    for word in ("Right Ascension", "Declination", "Frequency", "Jy/beam", "VLA"):
        assert word in text
    assert ".jupimage" not in text  # a style that became text


def contrast(picture: Locator) -> int:
    """Return the largest difference of brightness in a picture on the screen."""
    picture.scroll_into_view_if_needed()
    return int(np.ptp(pixels(picture).max(axis=2).astype(int)))


def test_saved_file_holds_two_outputs_and_no_widget_state(saved: str, pages: Pages) -> None:
    content = nbformat.read(pages.lab.root / saved, as_version=4)
    outputs = [set(output["data"]) for output in content.cells[1].outputs]
    with_picture = [kinds for kinds in outputs if "image/png" in kinds]
    with_view = [kinds for kinds in outputs if any("widget-view" in kind for kind in kinds)]
    assert len(with_picture) == len(with_view) == 1
    assert with_picture != with_view
    assert "widgets" not in content.metadata
    assert (pages.lab.root / saved).stat().st_size < 600_000


def test_pictures_are_legible_in_the_dark_theme(saved: str, pages: Pages) -> None:
    pages.lab.copy(saved, "dark.ipynb", trusted=True, kernel=True)
    notebook = pages.notebook("dark.ipynb")
    notebook.show_theme("Dark")
    try:
        card = notebook.page.locator(".jp-CodeCell").nth(0).locator(".jp-OutputArea-output").first
        inks = card.evaluate(INKS)
        assert inks["ink"] - inks["paper"] > 100, "light text on a dark ground"
        notebook.run_all()
        viewer = ViewerOnPage(notebook.page)
        viewer.wait_for(5)
        inks = viewer.root.evaluate(INKS)
        assert inks["ink"] - inks["paper"] > 100
        assert viewer.root.get_attribute("data-theme") == "dark"
    finally:
        notebook.show_theme("Light")


# Brightness of an element's text, and of what is behind it.
INKS = """element => {
  const bright = colour => {
    const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
    return a === 0 ? null : 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const text = [...element.querySelectorAll('td, .jupimage-value, strong')].at(-1) ?? element;
  let ground = text;
  while (ground && bright(getComputedStyle(ground).backgroundColor) === null)
    ground = ground.parentElement;
  return { ink: bright(getComputedStyle(text).color),
           paper: ground ? bright(getComputedStyle(ground).backgroundColor) : 255 } }"""


def test_picture_comes_back_when_the_live_view_goes(pages: Pages) -> None:
    notebook = pages.run("cleared.ipynb", CELLS)
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(5)
    assert picture_of_viewer(notebook).is_hidden()
    notebook.execute("viewer.close()")
    viewer.root.wait_for(state="detached")
    picture_of_viewer(notebook).wait_for(state="visible")
