"""Sliders whose index and world position always agree."""

import numpy as np
import pytest
import traitlets

import jupimage
from jupimage import image
from jupimage.errors import BoxError
from jupimage.widgets import ChannelSlider, SliceSlider


@pytest.fixture
def cube():
    return jupimage.samples.galaxy(channels=10, size=16)


def test_position_follows_the_index(cube):
    slider = ChannelSlider(cube)
    for channel in (0, 9, 4):
        slider.value = channel
        assert slider.world == pytest.approx(cube.toworld([channel, 8, 8])[0], rel=1e-12)
        assert f"{slider.world / 1e9:.4f}"[:5] in slider.label


def test_index_follows_the_position(cube):
    slider = ChannelSlider(cube)
    slider.world = cube.toworld([7.3, 8, 8])[0]
    assert slider.value == 7
    assert slider.world == pytest.approx(cube.toworld([7, 8, 8])[0], rel=1e-12)


def test_the_inner_slider_is_tied_to_the_value(cube):
    slider = SliceSlider(cube, 1, 3)
    inner = slider.children[0]
    inner.value = 12
    assert slider.value == 12
    slider.value = 2
    assert inner.value == 2


def test_positions_that_are_none_change_nothing(cube):
    slider = ChannelSlider(cube, 3)
    slider.world = float("nan")
    assert slider.value == 3


def test_stokes_are_named():
    im = image("", shape=(8, 4, 16, 16))
    slider = SliceSlider(im, 1, 3)
    assert slider.label == "V"


def test_an_axis_without_coordinates_still_slides():
    im = image("", values=np.zeros((3, 4, 5, 6, 7)))
    assert SliceSlider(im, 0, 1).world == im.toworld([1, 0, 0, 0, 0])[0]


def test_nonsense_is_refused(cube):
    with pytest.raises(BoxError, match=r"axis 3 lies outside 0\.\.2"):
        SliceSlider(cube, 3)
    with pytest.raises(BoxError, match=r"index 10 on axis 0 lies outside 0\.\.9"):
        ChannelSlider(cube, 10)
    slider = ChannelSlider(cube, 3)
    with pytest.raises(traitlets.TraitError, match="10"):
        slider.value = 10
    assert slider.value == 3
