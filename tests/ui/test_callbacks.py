"""Two views of one viewer, a busy kernel, and things that go wrong."""

from __future__ import annotations

import pytest

from tests.ui.notebook import Notebook, pixels
from tests.ui.pages import Pages
from tests.ui.viewer import ViewerOnPage

CELLS = [
    """
import pathlib, tempfile, time, jupimage
from IPython.display import display
folder = tempfile.TemporaryDirectory()
path = pathlib.Path(folder.name, "galaxy.fits")
jupimage.samples.write_galaxy(path, channels=8, size=32)
im = jupimage.image(path)
viewer = im.view(channel=2, height=300)
display(viewer)
display(viewer)
""",
    "busy = True; time.sleep(6); busy = False",
]


@pytest.fixture
def notebook(pages: Pages) -> Notebook:
    """Open the notebook and run its first cell."""
    pages.lab.write("views.ipynb", CELLS)
    notebook = pages.notebook("views.ipynb")
    notebook.run(0)
    return notebook


def test_two_views_of_one_viewer_show_the_same(notebook: Notebook, pages: Pages) -> None:
    first, second = (ViewerOnPage(notebook.page, number) for number in (0, 1))
    first.wait_for(2)
    second.wait_for(2)
    second.drag_slider(2, 5)
    first.wait_for(5)
    second.wait_for(5)
    first.press("]")
    second.wait_for(6)
    assert pages.problems() == []


def test_slider_works_while_a_cell_runs(notebook: Notebook, pages: Pages) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(2)
    notebook.run(1, wait=False)
    viewer.drag_slider(2, 3, 5, 6)
    viewer.wait_for(6)  # at once where the kernel has a thread for it, else when the cell ends
    notebook.wait_idle()
    assert notebook.value("[viewer.channel, viewer.error, busy]") == [6, "", False]
    assert notebook.errors() == []
    assert pages.problems() == []


def test_failing_read_is_shown_in_the_words_of_a_script(notebook: Notebook) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(2)
    notebook.execute("im.close()")
    viewer.press("]")
    viewer.wait_for_state("failed")
    said = notebook.execute(
        "try: im.getdata()\nexcept jupimage.errors.ClosedError as error: print(error)"
    )
    assert viewer.text("message") == said.strip()


def test_error_of_a_callback_is_a_banner_that_can_be_dismissed(notebook: Notebook) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(2)
    assert viewer.part("error").is_hidden()
    notebook.execute("viewer.error = 'no <b>such</b> thing'")
    viewer.part("error").wait_for()
    assert "no <b>such</b> thing" in viewer.text("error")
    viewer.part("error").get_by_role("button").click()
    viewer.part("error").wait_for(state="hidden")
    notebook.wait_until(lambda: bool(notebook.value("viewer.error") == ""))


def test_picture_outlives_its_kernel(notebook: Notebook, pages: Pages) -> None:
    viewer = ViewerOnPage(notebook.page)
    viewer.wait_for(2)
    viewer.hover(0.5, 0.5)
    before = pixels(viewer.canvas)
    notebook.command("kernelmenu:shutdown")
    viewer.wait_for_repaint()
    assert (pixels(viewer.canvas) == before).all()
    assert viewer.hover(0.5, 0.5) is not None
    assert pages.problems() == []
