"""Images in matplotlib and reproject through `image.wcs`: what is drawn agrees with `toworld`."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.wcs import WCS

from jupimage import image

mpl.use("Agg")

import matplotlib.pyplot as plt  # after the choice of a backend without screen
from reproject import reproject_interp

TURN = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
MATRICES = {
    "north up": np.eye(2),
    "turned": TURN,
    "sheared": TURN @ np.array([[1.0, 0.4], [0.0, 0.8]]),
}


@pytest.fixture(autouse=True)
def _no_figures_left():
    yield
    plt.close("all")


@pytest.fixture(params=list(MATRICES.values()), ids=list(MATRICES))
def cube(request):
    return make(request.param)


def make(matrix=None, *, projection="SIN", shape=(16, 40, 50)):
    """Return a cube at 12h30m +41d with pixels of 1 arcmin, whose values are their places."""
    values = np.arange(float(np.prod(shape))).reshape(shape)
    im = image("", values=np.ma.masked_less(values, 30))
    system = im.coordinates()
    sky = system["direction"]
    record = sky.dict()
    record["projection"] = projection
    record["projection_parameters"] = np.zeros(2 if projection == "SIN" else 0)
    record["pc"] = np.eye(2) if matrix is None else np.array(matrix)
    sky.set_referencevalue([41 * 60.0, 187.5 * 60.0])
    system["direction"] = sky
    im.setcoordinates(system)
    im.setunit("Jy/beam")
    return im


def degrees(im, *pixel):
    """Return (ra, dec) of a pixel, by the image itself."""
    dec, ra = np.array(im.toworld(list(pixel))[-2:]) / 60
    return ra % 360, dec


def test_a_plane_is_drawn_with_its_coordinates(cube):
    plane = cube[12]
    figure = plt.figure()
    axes = plt.subplot(projection=plane.wcs)
    picture = axes.imshow(plane, origin="lower")
    figure.canvas.draw()
    np.testing.assert_array_equal(picture.get_array().filled(-1), plane.get().filled(-1))
    assert picture.get_array().mask.sum() == plane.getmask().sum()
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(0, 39, (5, 2)):
        drawn = axes.get_transform("world").transform([degrees(plane, y, x)])[0]
        np.testing.assert_allclose(axes.transData.inverted().transform(drawn), (x, y), atol=1e-6)


def test_sky_frames_overlay(cube):
    plane = cube[3]
    axes = plt.subplot(projection=plane.wcs)
    axes.imshow(plane)
    place = SkyCoord(*degrees(plane, 10, 20), unit="deg", frame="fk5").galactic
    to_data = axes.get_transform("galactic") - axes.transData
    np.testing.assert_allclose(
        to_data.transform([(place.l.deg, place.b.deg)])[0], (20, 10), atol=1e-5
    )


@pytest.mark.parametrize("number", [0, 1], ids=["longitude", "latitude"])
def test_tick_labels_say_what_toworld_says(cube, number):
    plane = cube[12]
    axes = plt.subplot(projection=plane.wcs)
    axes.imshow(plane, origin="lower")
    helper = axes.coords[number]
    helper.set_major_formatter("d.dddd")
    helper.set_ticklabel(simplify=False)
    axes.figure.canvas.draw()
    drawn = helper._ticklabels  # there is no public way to the labels
    labels = [
        float(re.search(r"[\d.]+", label)[0]) for edge in drawn.text for label in drawn.text[edge]
    ]
    places = [place for edge in drawn.text for place in drawn.data[edge]]
    wanted = [degrees(plane, y, x)[number] for x, y in places]
    assert len(labels) >= 2
    np.testing.assert_allclose(labels, wanted, atol=1e-4)


def test_position_and_frequency_have_their_own_axes(cube):
    axes = plt.subplot(projection=cube.wcs, slices=(20, "x", "y"))
    axes.imshow(np.asarray(cube)[:, :, 20], aspect="auto")
    axes.figure.canvas.draw()
    names = [helper.default_label for helper in axes.coords]
    assert any("em.freq" in name or "Frequency" in name for name in names)


def test_a_spectrum_is_drawn_over_frequency():
    spectrum = make()[:, 20, 20]
    axes = plt.subplot(projection=spectrum.wcs)
    axes.plot(spectrum.getdata())
    axes.figure.canvas.draw()
    channel = spectrum.wcs.world_to_pixel_values(spectrum.toworld([7])[0])
    assert channel == pytest.approx(7)


def test_at_reads_what_is_drawn(cube):
    plane = cube[12]
    place = plane.wcs.pixel_to_world(31, 17)
    assert plane.at(place).value == plane.getdata()[17, 31]


def target(scale=2.0):
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = "GLON-TAN", "GLAT-TAN"
    centre = SkyCoord(187.5, 41, unit="deg", frame="fk5").galactic
    wcs.wcs.crval = centre.l.deg, centre.b.deg
    wcs.wcs.cdelt = -scale / 60, scale / 60
    wcs.wcs.crpix = 8, 9
    return wcs


def test_reproject_takes_an_image_by_its_wcs(cube):
    plane = cube[12]
    there = target()
    found, footprint = reproject_interp(
        (np.asarray(plane), plane.wcs), there, shape_out=(16, 14), order="nearest-neighbor"
    )
    y, x = np.nonzero(footprint > 0)
    assert len(y) > 20
    wanted = plane.at(there.pixel_to_world(x, y)).value
    np.testing.assert_array_equal(found[y, x], wanted)


def test_reproject_agrees_with_linear_interpolation(cube):
    plane = cube[12]
    there = target()
    found, _ = reproject_interp((np.asarray(plane), plane.wcs), there, shape_out=(16, 14))
    y, x = np.nonzero(np.isfinite(found))
    inner = np.asarray(plane.wcs.world_to_pixel_values(*sky_of(plane, there, x, y)))
    safe = ((inner > 0) & (inner < np.array([[49], [39]]))).all(axis=0)
    wanted = plane.at(there.pixel_to_world(x, y), interpolation="linear").value
    np.testing.assert_allclose(found[y, x][safe], wanted[safe], rtol=1e-6)


def sky_of(plane, there, x, y):
    sky = there.pixel_to_world(x, y).transform_to(plane.wcs.pixel_to_world(0, 0).frame)
    return sky.spherical.lon.deg, sky.spherical.lat.deg


def test_reproject_gives_to_the_grid_of_an_image(cube):
    plane = cube[12]
    there = target(scale=4.0)
    values = np.arange(400.0).reshape(20, 20)
    found, _ = reproject_interp(
        (values, there), plane.wcs, shape_out=plane.shape, order="nearest-neighbor"
    )
    pixel = there.world_to_pixel(SkyCoord(*degrees(plane, 20, 25), unit="deg", frame="fk5"))
    column, row = np.round(pixel).astype(int)
    assert found[20, 25] == values[row, column]


def test_units_of_a_picture_can_be_converted():
    im = make()
    im.putimageinfo({"restoringbeam": {
        "major": {"value": 3.0, "unit": "arcmin"},
        "minor": {"value": 2.0, "unit": "arcmin"},
        "positionangle": {"value": 0.0, "unit": "deg"},
    }})  # fmt: skip
    plane = im[12:13].to("K")[0]
    axes = plt.subplot(projection=plane.wcs)
    picture = axes.imshow(plane)
    np.testing.assert_array_equal(picture.get_array().data, np.asarray(plane))
    assert plane.at("12h30m0s 41d0m0s").unit == u.K
