"""The spectrum beside a viewer shows the pixels of its pinned place, and shares its channel."""

import numpy as np
import pytest

import jupimage
from jupimage import image
from jupimage.errors import BoxError


@pytest.fixture
def viewer():
    return jupimage.samples.galaxy(channels=12, size=24).view(channel=2)


def line(plot):
    return np.asarray(plot.figure.marks[0].y)


def test_the_pinned_pixel_is_plotted(viewer):
    plot = viewer.spectrum()
    viewer.pin(y=10, x=14.4)
    np.testing.assert_array_equal(line(plot), viewer.image.getdata()[:, 10, 14].astype(float))


def test_without_a_pin_it_follows_the_pointer(viewer):
    plot = viewer.spectrum()
    assert viewer.track_cursor
    viewer.cursor = [3.0, 4.0]
    np.testing.assert_array_equal(line(plot), viewer.image.getdata()[:, 3, 4])
    viewer.pin(y=5, x=6)
    viewer.cursor = [7.0, 8.0]
    np.testing.assert_array_equal(line(plot), viewer.image.getdata()[:, 5, 6])
    viewer.unpin()
    np.testing.assert_array_equal(line(plot), viewer.image.getdata()[:, 7, 8])


def test_before_there_is_a_place_the_middle_is_plotted(viewer):
    np.testing.assert_array_equal(line(viewer.spectrum()), viewer.image.getdata()[:, 12, 12])


def test_a_spectrum_without_good_pixels_can_be_left_again():
    values = np.ones((4, 3, 3), "f4")
    im = image("", values=values, mask=np.arange(36).reshape(4, 3, 3) % 9 == 4)
    viewer = im.view()
    plot = viewer.spectrum()
    assert np.isnan(line(plot)).all()
    scale = plot.figure.marks[0].scales["y"]
    assert scale.min < scale.max
    viewer.pin(y=0, x=0)
    assert (line(plot) == 1).all()
    assert scale.min < 1 < scale.max


def test_the_channel_line_moves_with_the_channel(viewer):
    plot = viewer.spectrum()
    viewer.channel = 9
    x = np.asarray(plot.figure.marks[0].x)
    np.testing.assert_array_equal(plot.figure.marks[1].x, [x[9], x[9]])


def test_selecting_in_the_plot_moves_the_channel(viewer):
    plot = viewer.spectrum()
    x = np.asarray(plot.figure.marks[0].x)
    plot.figure.interaction.selected = np.array([x[7] * 0.9 + x[8] * 0.1])
    assert viewer.channel == 7


def test_bad_pixels_leave_gaps():
    values = np.ones((4, 3, 3), "f4")
    im = image("", values=values, mask=np.arange(36).reshape(4, 3, 3) == 13)
    viewer = im.view()
    plot = viewer.spectrum()
    viewer.pin(y=1, x=1)
    assert np.isnan(line(plot)).tolist() == [False, True, False, False]


def test_a_place_outside_the_picture_changes_nothing(viewer):
    plot = viewer.spectrum()
    viewer.pin(y=1, x=1)
    before = line(plot).copy()
    viewer.pin(y=-3, x=500)
    np.testing.assert_array_equal(line(plot), before)


def test_a_closed_plot_no_longer_follows(viewer):
    plot = viewer.spectrum()
    viewer.pin(y=1, x=1)
    before = line(plot).copy()
    plot.close()
    viewer.pin(y=5, x=5)
    np.testing.assert_array_equal(line(plot), before)


def test_an_error_is_shown_beside_the_plot(viewer):
    plot = viewer.spectrum()
    viewer.image.close()
    viewer.pin(y=5, x=5)
    assert "closed" in plot.children[1].value


def test_a_plane_has_no_spectrum():
    with pytest.raises(BoxError, match="a spectrum needs an axis that is not shown"):
        image("", shape=(4, 5)).view().spectrum()
