"""The first example, as somebody sees it who has just started."""

from __future__ import annotations

import numpy as np
import pytest

from examples.start import FIRST
from tests.ui.notebook import Notebook, pixels
from tests.ui.pages import Pages
from tests.ui.viewer import ViewerOnPage


@pytest.fixture(scope="module")
def notebook(shared_pages: Pages) -> Notebook:
    """Run the example."""
    shared_pages.lab.upload(FIRST)
    notebook = shared_pages.notebook(FIRST.name)
    notebook.run_all()
    return notebook


def test_example_shows_a_card(notebook: Notebook) -> None:
    output = notebook.page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output")
    picture = output.locator("img")
    picture.scroll_into_view_if_needed()
    colours = np.unique(pixels(picture).reshape(-1, 3), axis=0)
    assert len(colours) > 100
    assert "Right Ascension" in output.inner_text()
    assert "J2000" in output.inner_text()


def test_example_shows_a_live_viewer(notebook: Notebook) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for_state("drawn")
    viewer.press("Home", "]")
    viewer.wait_for(1)
    notebook.wait_until(lambda: notebook.value("viewer.channel") == 1)


def test_example_shows_a_spectrum(notebook: Notebook) -> None:
    line = notebook.page.locator(".bqplot path.line").first
    line.scroll_into_view_if_needed()
    path = line.get_attribute("d") or ""
    assert path.count("L") > 10 or path.count(",") > 10


def test_example_runs_without_errors_in_the_page(notebook: Notebook, shared_pages: Pages) -> None:
    assert notebook.errors() == []
    assert shared_pages.problems() == []
