"""The viewer in JupyterLab: what hands do to it, what eyes see, compared with numpy."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import Angle

import jupimage
from jupimage import image
from tests.ui.notebook import Notebook, drag, drag_ipywidget, pixels
from tests.ui.pages import Pages
from tests.ui.viewer import ViewerOnPage

CHANNELS, SIZE, LIMITS = 12, 32, (-0.001, 0.006)

CELLS = [
    f"""
import ipywidgets, jupimage, traitlets
im = jupimage.samples.galaxy(channels={CHANNELS}, size={SIZE})
start = dict(channel=3, colormap="grey", limits={list(LIMITS)}, grid=False,
             viewport=[], pinned=[], playing=False, error="")
viewer = im.view(height=520, **start)
viewer
""",
    f"""
slider = ipywidgets.IntSlider(max={CHANNELS - 1}, description="linked")
link = traitlets.link((viewer, "channel"), (slider, "value"))
slider
""",
    "viewer.spectrum()",
]


@pytest.fixture(scope="module")
def cube() -> image:
    """Make the image that the notebook shows: it is seeded, so it has the same pixels."""
    return jupimage.samples.galaxy(channels=CHANNELS, size=SIZE)


@pytest.fixture(scope="module")
def notebook(shared_pages: Pages) -> Notebook:
    """Run the notebook that all tests of this module use."""
    return shared_pages.run("viewer.ipynb", CELLS)


@pytest.fixture
def viewer(notebook: Notebook) -> ViewerOnPage:
    """Bring the viewer back to where it started."""
    notebook.execute("for name, value in start.items(): setattr(viewer, name, value)")
    shown = ViewerOnPage(notebook.page)
    shown.wait_for(3)
    shown.hover(0.5, 0.5)  # takes the keyboard's cursor off the picture
    return shown


def test_canvas_shows_the_channel_asked_for(viewer: ViewerOnPage, cube: image) -> None:
    viewer.check_pixels(cube[3].getdata(), LIMITS)


def test_dragged_slider_shows_the_channel_under_it(
    viewer: ViewerOnPage, notebook: Notebook, cube: image
) -> None:
    viewer.drag_slider(3, 6, 8)
    viewer.wait_for(8)
    viewer.check_pixels(cube[8].getdata(), LIMITS)
    notebook.wait_until(lambda: bool(notebook.value("viewer.channel") == 8))


def test_slider_says_where_the_channel_is(viewer: ViewerOnPage, cube: image) -> None:
    viewer.drag_slider(3, 8)
    viewer.wait_for(8)
    value, unit = viewer.text("world").split()[:2]
    frequency = cube.toworld([8, 0, 0])[0]
    assert unit == "GHz"
    assert float(value) * 1e9 == pytest.approx(frequency, abs=0.5e9 * 10.0 ** -decimals(value))


def decimals(text: str) -> int:
    """Return the number of digits behind the point."""
    return len(text.partition(".")[2])


def test_keys_move_the_channel(viewer: ViewerOnPage, notebook: Notebook, cube: image) -> None:
    viewer.press("]")
    viewer.wait_for(4)
    viewer.press("[", "[")
    viewer.wait_for(2)
    viewer.press("End")
    viewer.wait_for(CHANNELS - 1)
    viewer.check_pixels(cube[CHANNELS - 1].getdata(), LIMITS)
    viewer.press("]")
    viewer.press("Home")
    viewer.wait_for(0)
    notebook.wait_until(lambda: notebook.value("viewer.channel") == 0)


def test_keys_stay_in_the_viewer(viewer: ViewerOnPage, notebook: Notebook) -> None:
    cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    viewer.press("a", "b", "x", "d", "d", "m", "y")  # commands of JupyterLab
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_readout_agrees_with_toworld(viewer: ViewerOnPage, cube: image) -> None:
    data = cube[3].getdata()
    viewer.press("ArrowRight", *["ArrowUp"] * 4, *["ArrowLeft"] * 9)
    for keys in (["ArrowUp"] * 5, ["ArrowRight"] * 7, ["ArrowDown"] * 3):
        viewer.press(*keys)
        pixel, sky, said = viewer.texts("pixel", "sky", "value")
        x, y = (int(number) for number in pixel.split(","))
        _, latitude, longitude = cube.toworld([3, y, x])
        shown_longitude, shown_latitude = (
            Angle(text.replace("°", "d").replace("′", "m").replace("″", "s"))
            for text in sky.split()
        )
        off = (shown_longitude.rad - longitude + np.pi) % (2 * np.pi) - np.pi
        assert abs(off * np.cos(latitude)) < np.radians(1 / 3600)
        assert abs(shown_latitude.rad - latitude) < np.radians(0.6 / 3600)
        value, unit = said.split()
        assert float(value.replace("−", "-")) == pytest.approx(data[y, x], rel=1e-5)
        assert unit == cube.unit()


def test_readout_under_the_pointer_is_within_its_pixel(viewer: ViewerOnPage, cube: image) -> None:
    pixel = viewer.hover(0.4, 0.3)
    assert pixel is not None
    _, latitude, longitude = cube.toworld([3, *pixel])
    right_ascension, declination = viewer.text("sky").split()
    half = np.radians(16 / 60 / SIZE) * 0.75
    assert abs(Angle(right_ascension).rad % (2 * np.pi) - longitude % (2 * np.pi)) < half * 2
    shown = Angle(declination.replace("°", "d").replace("′", "m").replace("″", "s"))
    assert abs(shown.rad - latitude) < half


def test_north_is_up_and_east_is_left(viewer: ViewerOnPage, cube: image) -> None:
    upper, left, right = viewer.hover(0.5, 0.2), viewer.hover(0.4, 0.6), viewer.hover(0.6, 0.6)
    assert upper is not None
    assert left is not None
    assert right is not None
    assert cube.toworld([3, *upper])[1] > cube.toworld([3, *left])[1]
    assert cube.toworld([3, *left])[2] > cube.toworld([3, *right])[2]


def test_linked_slider_moves_the_viewer(
    viewer: ViewerOnPage, notebook: Notebook, cube: image
) -> None:
    drag_ipywidget(notebook.page, notebook.page.locator(".widget-slider"), 1)
    viewer.wait_for(CHANNELS - 1)
    viewer.check_pixels(cube[CHANNELS - 1].getdata(), LIMITS)


def test_viewer_moves_the_linked_slider(viewer: ViewerOnPage, notebook: Notebook) -> None:
    viewer.drag_slider(3, 7)
    viewer.wait_for(7)
    notebook.page.locator(".widget-slider .noUi-handle[aria-valuenow='7.0']").wait_for()
    notebook.wait_until(lambda: notebook.value("slider.value") == 7)


def test_kernel_moves_the_viewer(viewer: ViewerOnPage, notebook: Notebook, cube: image) -> None:
    notebook.execute("viewer.channel = 9")
    viewer.wait_for(9)
    viewer.check_pixels(cube[9].getdata(), LIMITS)


def test_player_turns_through_the_channels(viewer: ViewerOnPage, notebook: Notebook) -> None:
    before = viewer.frames()
    viewer.part("play").click()
    notebook.page.wait_for_function(
        "n => document.querySelector('.jupimage-viewer').dataset.seq >= n", arg=before + 4
    )
    viewer.part("play").click()
    viewer.wait_for_state("drawn")
    notebook.wait_until(lambda: notebook.value("viewer.playing") is False)


def test_colours_and_limits_need_no_new_pixels(
    viewer: ViewerOnPage, notebook: Notebook, cube: image
) -> None:
    frames = viewer.frames()
    viewer.part("high").fill("0.003")
    viewer.part("high").press("Enter")
    viewer.check_pixels(cube[3].getdata(), (LIMITS[0], 0.003))
    viewer.part("colormap").select_option("viridis")
    colours = {tuple(colour.tolist()) for _, colour in viewer.samples()}
    assert any(max(colour) - min(colour) > 30 for colour in colours), "no colour on the screen"
    assert viewer.frames() == frames
    notebook.wait_until(
        lambda: (
            notebook.value("[viewer.colormap, list(viewer.limits)]")
            == ["viridis", [LIMITS[0], 0.003]]
        ),
    )


def test_drag_and_keys_move_the_picture_and_fit_brings_it_back(
    viewer: ViewerOnPage, notebook: Notebook, cube: image
) -> None:
    viewer.press("+", "+", "+")
    notebook.wait_until(lambda: width_of(notebook) < SIZE / 2.5)
    before = notebook.value("list(viewer.viewport)")
    viewer.check_pixels(cube[3].getdata(), LIMITS)
    drag(notebook.page, [viewer.at(0.5, 0.5), viewer.at(0.55, 0.4)])
    notebook.wait_until(lambda: bool(notebook.value("list(viewer.viewport)") != before))
    x0, y0, _, y1 = notebook.value("list(viewer.viewport)")
    assert x0 < before[0]  # dragged to the right: what lies to the left comes in
    assert y0 < before[1]  # dragged up
    assert y1 < before[3]
    viewer.check_pixels(cube[3].getdata(), LIMITS)
    viewer.part("fit").click()
    notebook.wait_until(lambda: bool(notebook.value("list(viewer.viewport)") == []))


def width_of(notebook: Notebook) -> float:
    """Return how many pixels the viewer shows from left to right."""
    x0, _, x1, _ = notebook.value("list(viewer.viewport)") or [0, 0, SIZE, 0]
    return float(x1 - x0)


def test_wheel_zooms_at_the_pointer(viewer: ViewerOnPage, notebook: Notebook) -> None:
    viewer.canvas.focus()
    pixel = viewer.hover(0.4, 0.4)
    notebook.page.mouse.wheel(0, -300)
    notebook.wait_until(lambda: len(notebook.value("list(viewer.viewport)")) == 4)
    assert viewer.hover(0.4, 0.4) == pixel


def test_grid_is_drawn_and_taken_away(viewer: ViewerOnPage) -> None:
    viewer.part("title").click()  # the focus off the picture, whose frame shows it
    plain = pixels(viewer.canvas)
    viewer.part("grid").check()
    viewer.wait_for_repaint()
    lined = pixels(viewer.canvas)
    assert (plain != lined).any(axis=2).sum() > 500
    viewer.part("grid").uncheck()
    viewer.wait_for_repaint()
    assert (pixels(viewer.canvas) == plain).all()


def test_click_pins_a_pixel_and_shows_its_spectrum(
    viewer: ViewerOnPage, notebook: Notebook, cube: image
) -> None:
    pixel = viewer.hover(0.45, 0.5)
    assert pixel is not None
    viewer.page.mouse.click(*viewer.at(0.45, 0.5))
    notebook.wait_until(lambda: bool(notebook.value("list(viewer.pinned)") == list(pixel)))
    line = "[mark for mark in plot.figure.marks if len(mark.x) > 2][0]"
    notebook.execute("plot = viewer.spectrum()")
    shown = notebook.value(f"[float(y) for y in {line}.y]")
    assert shown == pytest.approx(cube[:, pixel[0], pixel[1]].getdata().tolist())
    assert notebook.page.locator(".bqplot path.line").count() > 0
    viewer.press("Escape")
    notebook.wait_until(lambda: bool(notebook.value("list(viewer.pinned)") == []))


def test_nothing_went_wrong_in_the_page(shared_pages: Pages, viewer: ViewerOnPage) -> None:
    assert shared_pages.problems() == []
    assert viewer.part("error").is_hidden()
