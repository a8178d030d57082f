"""Whatever a file says stays text."""

from __future__ import annotations

import pytest

from tests.ui.notebook import Notebook
from tests.ui.pages import Pages
from tests.ui.viewer import ViewerOnPage

ATTACK = "<script>window.caught = 1</script><img src=x onerror='window.caught = 2'>\"'&lt;b&gt;"

# The header as bytes, because a library that writes FITS refuses most of this.
CELL = (
    f"ATTACK = {ATTACK!r}"
    + """
import pathlib, tempfile, jupimage
def card(name, value):
    if isinstance(value, str):
        value = "'" + value.replace("'", "''")[:66] + "'"
    return f"{name:8}= {value:>20}"[:80].ljust(80)
texts = {"OBJECT": ATTACK, "TELESCOP": ATTACK[30:], "BUNIT": ATTACK[35:], "OBSERVER": ATTACK,
         "CTYPE3": "<b>x</b>", "CUNIT3": "<i>y</i>", "SPECSYS": "<script>", "RADESYS": '"><b>'}
cards = ["SIMPLE  =                    T".ljust(80), card("BITPIX", -32), card("NAXIS", 3),
         card("NAXIS1", 8), card("NAXIS2", 8), card("NAXIS3", 4), card("CTYPE1", "RA---SIN"),
         card("CTYPE2", "DEC--SIN"), card("CDELT1", -0.01), card("CDELT2", 0.01)]
cards += [card(name, text) for name, text in texts.items()]
cards += [("HISTORY " + ATTACK)[:80].ljust(80), ("COMMENT " + ATTACK)[:80].ljust(80)]
header = "".join([*cards, "END".ljust(80)]).encode("latin-1")
header += b" " * (-len(header) % 2880)
folder = tempfile.TemporaryDirectory()
path = pathlib.Path(folder.name, "a<b>&c.fits")
path.write_bytes(header + bytes(2880))
hostile = jupimage.image(path)
hostile
"""
)

LONG = """
import numpy as np
long = jupimage.image("", values=np.arange(48.0).reshape(3, 4, 4))
info = ATTACK * 1200 + "\\x00\\x07\\x1b[31m\\u202e"
long._opened.imageinfo["objectname"] = info
long._opened.unit = ATTACK + "\\x1b[0m"
long._opened.history.extend([info, "\\x00\\x01"])
long._opened.name = info
long
"""

VIEW = "hostile.view()"
LONG_VIEW = "long.view()"


@pytest.fixture(scope="module")
def notebook(shared_pages: Pages) -> Notebook:
    """Run a notebook with the cards and viewers of hostile images."""
    notebook = shared_pages.run("hostile.ipynb", [CELL, LONG, VIEW, LONG_VIEW])
    ViewerOnPage(notebook.page, 0).wait_for_state("drawn")
    ViewerOnPage(notebook.page, 1).wait_for_state("drawn")
    return notebook


def test_nothing_of_a_file_runs(notebook: Notebook, shared_pages: Pages) -> None:
    assert notebook.page.evaluate("window.caught") is None
    assert shared_pages.problems() == []
    outputs = notebook.page.locator(".jp-OutputArea-output")
    assert outputs.locator("script").count() == 0
    assert outputs.locator("img:not([src^='data:image/png;base64,'])").count() == 0
    assert outputs.locator("[onerror]").count() == 0


def test_texts_of_a_file_are_shown_as_they_are(notebook: Notebook) -> None:
    outputs = notebook.page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output")
    assert "<script>window.caught = 1</script>" in outputs.last.inner_text()
    assert "<script>window.caught = 1</script>" in ViewerOnPage(notebook.page).text("title")


def test_long_texts_are_cut(notebook: Notebook) -> None:
    card = notebook.page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
    assert len(card.first.inner_html()) < 150_000
    box = card.first.bounding_box()
    assert box is not None
    assert box["height"] < 1500


def test_readout_and_sliders_work_all_the_same(notebook: Notebook) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.press("Home", "]")
    viewer.wait_for(1)
    assert viewer.hover(0.5, 0.5) is not None
    assert notebook.page.evaluate("window.caught") is None
