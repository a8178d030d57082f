"""Sections by frequency, values at positions, units and beams of whole images."""

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import AltAz, EarthLocation, SkyCoord
from astropy.time import Time

from jupimage import image
from jupimage.compute.beam import Beam
from jupimage.errors import (
    ArgumentError,
    BoxError,
    CancelledError,
    CoordinateError,
    FormatError,
    ImageError,
    ReadOnlyError,
    ShapeError,
)

REST = 1.42040575e9


def cube(shape=(20, 2, 30, 40), *, seed=0, masked=True, rest=REST, falling=False, **settings):
    """Return a cube of noise of 1 arcmin pixels around the origin, with channels of 1 MHz."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=shape).astype("f4")
    im = image("", values=values, mask=rng.random(shape) < 0.1 if masked else (), **settings)
    system = im.coordinates()
    if "spectral" in system.get_names():
        spectral = system["spectral"]
        spectral.set_restfrequency(rest)
        spectral.set_referencepixel(0)
        spectral.set_referencevalue(1.42e9)
        spectral.set_increment(-1e6 if falling else 1e6)
        im.setcoordinates(system)
    im.setunit("Jy/beam")
    im.putimageinfo({"restoringbeam": Beam(180, 150, 30).record()})
    return im


def many_beams(channels, *, stokes=1):
    beams = {f"*{i}": Beam(180 + i, 150, 30).record() for i in range(channels * stokes)}
    return {"perplanebeams": {"nChannels": channels, "nStokes": stokes, **beams}}


# -- spectral_slab -------------------------------------------------------------------------------

LIMITS = {
    "texts": ("1.425 GHz", "1430 MHz"),
    "other order": ("1430 MHz", "1.425 GHz"),
    "quantities": (1.425 * u.GHz, 1430 * u.MHz),
    "numbers": (1.425e9, 1430000000),
    "wavelengths": ((1.425 * u.GHz).to(u.cm, u.spectral()), (1.43 * u.GHz).to(u.m, u.spectral())),
    "radio velocities": tuple(
        (f * u.Hz).to(u.km / u.s, u.doppler_radio(REST * u.Hz)) for f in (1.425e9, 1.43e9)
    ),
}


@pytest.mark.parametrize("falling", [False, True], ids=["rising", "falling"])
@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
def test_a_slab_holds_the_channels_with_centres_between_the_limits(limits, falling):
    im = cube(falling=falling)
    if falling:
        limits = [f"{2.84 - f:.6f} GHz" for f in (1.425, 1.43)]
    slab = im.spectral_slab(*limits)
    assert slab.imagetype() == "SubImage"
    assert slab.shape == (6, 2, 30, 40)
    np.testing.assert_array_equal(slab.getdata(), im.getdata(5, 10))
    np.testing.assert_array_equal(slab.getmask(), im.getmask(5, 10))
    assert slab.toworld([0, 0, 0, 0]) == pytest.approx(im.toworld([5, 0, 0, 0]))


@pytest.mark.parametrize("convention", ["radio", "optical", "relativistic"])
def test_velocities_refer_to_the_rest_frequency(convention):
    im = cube()
    doppler = getattr(u, f"doppler_{convention}")(REST * u.Hz)
    limits = [(f * u.GHz).to(u.m / u.s, doppler) for f in (1.4229, 1.4281)]
    slab = im.spectral_slab(*limits, convention=convention)
    np.testing.assert_array_equal(slab.getdata(), im.getdata(3, 8))


def test_a_slab_reads_and_writes_the_image():
    im = cube()
    slab = im.spectral_slab("1.42 GHz", "1.42 GHz")
    assert slab.shape == (1, 2, 30, 40)
    slab.putdata(np.zeros((1, 2, 30, 40)))
    assert not im.getdata(0, 0).any()
    assert slab.unit() == "Jy/beam"


def test_a_slab_has_the_beams_of_its_channels():
    im = cube(shape=(20, 1, 8, 8))
    im.putimageinfo(many_beams(20))
    slab = im.spectral_slab("1.422 GHz", "1.424 GHz")
    beams = slab.imageinfo()["perplanebeams"]
    assert beams["nChannels"] == 3
    assert [beams[f"*{i}"]["major"]["value"] for i in range(3)] == [182, 183, 184]


def test_limits_may_be_beyond_the_ends():
    im = cube()
    assert im.spectral_slab("1 GHz", "2 GHz").shape == im.shape


@pytest.mark.parametrize(
    ("limits", "settings", "error", "message"),
    [
        (("1 GHz", "1.1 GHz"), {}, BoxError, r"between lo=1 GHz and hi=1.1 GHz .* from 1.42e\+09"),
        (("1.4201 GHz", "1.4209 GHz"), {}, BoxError, "no channel has its centre between"),
        (("1 km", "1 GHz"), {"convention": "wild"}, ArgumentError, "radio, optical, relativistic"),
        (("low", "1 GHz"), {}, ArgumentError, "lo must be a frequency.*got 'low'"),
        (("1 GHz", "3 kg"), {}, ArgumentError, "hi must be a frequency"),
        (("1 GHz", None), {}, ArgumentError, "hi must be a frequency"),
        (([1, 2] * u.GHz, "1 GHz"), {}, ArgumentError, "lo must be one finite frequency"),
        ((np.nan, 1e9), {}, ArgumentError, "lo must be one finite frequency"),
    ],
    ids=["outside", "between", "convention", "text", "unit", "none", "array", "nan"],
)
def test_bad_limits_are_refused(limits, settings, error, message):
    with pytest.raises(error, match=message):
        cube().spectral_slab(*limits, **settings)


def test_a_velocity_without_rest_frequency_is_refused():
    with pytest.raises(CoordinateError, match=r"lo: a velocity \(1.0 km / s\) needs a rest"):
        cube(rest=0.0).spectral_slab("1 km/s", "2 km/s")


def test_a_slab_of_an_image_without_channels_is_refused():
    with pytest.raises(CoordinateError, match=r"no spectral axis.*Declination, Right Ascension"):
        cube((30, 40)).spectral_slab("1 GHz", "2 GHz")


# -- at ------------------------------------------------------------------------------------------


def sky_of(im, y, x):
    """Return the direction of pixels (y, x)."""
    ra, dec = np.moveaxis(im.toworld(pixels(im, 0, y, x))[..., :-3:-1], -1, 0) / 60
    return SkyCoord(ra, dec, unit="deg", frame="fk5")


def pixels(im, channel, y, x):
    channel, y, x = np.broadcast_arrays(channel, y, x)
    stack = np.zeros((*y.shape, int(im.ndim)))
    stack[..., 0], stack[..., -2], stack[..., -1] = channel, y, x
    return np.atleast_2d(stack)


def holed(im):
    return im.get().filled(np.nan)


def test_one_position_gives_the_spectrum_as_an_image():
    im = cube((20, 1, 30, 40))
    spectrum = im.at(sky_of(im, 7, 31)[0])
    assert spectrum.shape == (20,)
    assert spectrum.imagetype() == "SubImage"
    np.testing.assert_array_equal(spectrum.get(), im.get()[:, 0, 7, 31])
    assert spectrum.coordinates().get_names() == ["spectral"]
    assert spectrum.unit() == "Jy/beam"


@pytest.mark.parametrize("frame", ["icrs", "galactic", "fk4"])
def test_positions_may_be_in_any_frame(frame):
    im = cube()
    sky = sky_of(im, 7, 31)[0].transform_to(frame)
    np.testing.assert_array_equal(im.at(sky).getdata(), im.getdata()[:, :, 7, 31])


@pytest.mark.parametrize(
    "sky",
    [
        "0h0m40s -0d5m0s",
        "00:00:40 -0:05:00",
        (10 * u.arcmin, -5 * u.arcmin),
        ("10arcmin", "-5arcmin"),
        SkyCoord("0h0m40s", "-0d5m0s", frame="fk5").frame,
    ],
    ids=["text", "colons", "quantities", "two texts", "frame"],
)
def test_positions_are_given_in_many_ways(sky):
    im = cube((30, 40), masked=False)
    value = im.at(sky)
    assert value.unit == u.Jy / u.beam
    assert value.value == im.getdata()[10, 10]


def test_many_positions_give_values_that_come_last():
    im = cube()
    y, x = np.mgrid[2:20:5, 3:39:7]
    values = im.at(sky_of(im, y, x).reshape(y.shape))
    assert values.shape == (*y.shape, 20, 2)
    np.testing.assert_array_equal(values.value, holed(im)[:, :, y, x].transpose(2, 3, 0, 1))


def test_positions_and_frequencies_broadcast():
    im = cube((20, 1, 30, 40))
    y, x = np.array([3, 4, 29]), np.array([0, 39, 17])
    freq = np.array([[1.42], [1.4261]]) * u.GHz
    values = im.at(sky_of(im, y, x), freq)
    assert values.shape == (2, 3)
    np.testing.assert_array_equal(values.value, holed(im)[[[0], [6]], 0, y, x])


def test_a_position_and_a_velocity_give_a_value():
    im = cube((20, 1, 30, 40), masked=False)
    velocity = (1.4231 * u.GHz).to(u.km / u.s, u.doppler_optical(REST * u.Hz))
    value = im.at(sky_of(im, 9, 9)[0], velocity, convention="optical")
    assert value.shape == ()
    assert value.value == im.getdata()[3, 0, 9, 9]


def linear(values, *places):
    """Return what linear interpolation gives, one axis after the other."""
    for place in places:
        low = min(int(place), values.shape[0] - 2)
        share = place - low
        parts = values[low : low + 2].astype(float)
        values = parts[0] * (1 - share) + parts[1] * share
    return values


def test_linear_interpolation_along_all_axes():
    im = cube((20, 1, 30, 40), masked=False)
    rng = np.random.default_rng(4)
    y, x, c = rng.uniform(0, 29, 25), rng.uniform(0, 39, 25), rng.uniform(0, 19, 25)
    values = im.at(sky_of(im, y, x), (1.42e9 + c * 1e6) * u.Hz, interpolation="linear")
    wanted = [linear(im.getdata()[:, 0], *place) for place in zip(c, y, x, strict=True)]
    np.testing.assert_allclose(values.value, wanted, atol=2e-6)
    assert values.dtype == np.float32


def test_a_linear_spectrum_is_an_image_with_the_same_coordinates():
    im = cube((20, 1, 30, 40))
    sky = sky_of(im, 7.25, 31.5)[0]
    spectrum = im.at(sky, interpolation="linear")
    data = np.moveaxis(holed(im)[:, 0], 0, -1)
    wanted = linear(data, 7.25, 31.5)
    np.testing.assert_allclose(np.asarray(spectrum), wanted, atol=1e-6)
    np.testing.assert_array_equal(spectrum.getmask(), np.isnan(wanted))
    assert spectrum.toworld([3]) == im.at(sky).toworld([3])


def test_a_bad_pixel_without_weight_does_no_harm():
    values = np.arange(12.0).reshape(3, 4)
    im = image("", values=values, mask=values == 6)
    sky = sky_of(im, 1, 1)[0]
    assert im.at(sky, interpolation="linear").value == pytest.approx(5)
    assert np.isnan(im.at(sky_of(im, 1, 1.5)[0], interpolation="linear"))


def test_many_positions_outside_are_nan_and_one_is_refused():
    im = cube((20, 1, 30, 40), masked=False)
    y, x = np.array([0, 50.0, -0.49]), np.array([0, 5, 39.49])
    found = im.at(sky_of(im, y, x), 1.42e9).value
    np.testing.assert_array_equal(np.isnan(found), [False, True, False])
    assert found[2] == im.getdata()[0, 0, 0, 39]
    with pytest.raises(BoxError, match=r"sky .* lies outside .*pixel \(5, 50\)"):
        im.at(sky_of(im, 50, 5)[0])
    with pytest.raises(BoxError, match=r"freq 1.5 GHz lies outside the 20 channels"):
        im.at(sky_of(im, 5, 5)[0], "1.5 GHz")
    with pytest.raises(BoxError, match="lies outside the image"):
        im.at(SkyCoord(180, 0, unit="deg"))
    assert np.isnan(im.at(SkyCoord([180], [0], unit="deg"), 1.42e9)).all()


def test_pixels_of_files_are_read_tile_by_tile(tmp_path):
    im = cube((6, 1, 200, 300))
    im.saveas(tmp_path / "a.img", tileshape=(3, 1, 16, 16))
    stored = image(tmp_path / "a.img")
    rng = np.random.default_rng(8)
    y, x = rng.integers(0, 200, 300), rng.integers(0, 300, 300)
    np.testing.assert_array_equal(stored.at(sky_of(im, y, x)).value, holed(im)[:, 0, y, x].T)


def test_complex_pixels_are_found_too():
    im = image("", values=np.arange(12).reshape(3, 4) * (1 + 2j))
    assert im.at(sky_of(im, 1, 2)[0]) == 6 + 12j


def test_positions_and_frequencies_are_those_that_the_image_shows():
    im = cube((20, 1, 30, 40), masked=False)
    system = im.coordinates()
    sky, spectral = system["direction"].dict(), system["spectral"].dict()
    sky["conversionSystem"] = "GALACTIC"
    spectral["conversion"]["system"] = "BARY"
    spectral["conversion"]["direction"]["m1"] = {"value": 0.3, "unit": "rad"}
    im.setcoordinates(system)
    frequency, _, lat, lon = im.toworld([3, 0, 2, 5])
    assert abs(frequency - 1.423e9) > 1000
    place = SkyCoord(lon / 60, lat / 60, unit="deg", frame="galactic")
    for given in (place, place.fk5, (lon * u.arcmin, lat * u.arcmin)):
        assert im.at(given, frequency) == im.getdata()[3, 0, 2, 5] * u.Jy / u.beam
    slab = im.spectral_slab(frequency - 1, frequency + 1)
    np.testing.assert_array_equal(slab.getdata(), im.getdata(3, 3))


OBSERVER = {"obstime": Time("2020-01-01"), "location": EarthLocation.from_geodetic(5, 50)}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((3,), ArgumentError, "sky must be a SkyCoord"),
        (("somewhere",), ArgumentError, "sky: 'somewhere' is no position"),
        (((1, 2),), ArgumentError, "sky: .* is no position"),
        (((1 * u.m, 2 * u.m),), ArgumentError, "is no position"),
        ((SkyCoord(0, 0, unit="deg", frame=AltAz(**OBSERVER)),), CoordinateError, "altaz"),
        (("0h0m0s 0d0m0s", "1 kg"), ArgumentError, "freq must be a frequency"),
        (
            (SkyCoord([0, 0], [0, 0], unit="deg"), [1.42e9] * 3),
            ArgumentError,
            r"\(2,\) and freq of shape \(3,\)",
        ),
    ],
    ids=["number", "text", "plain", "metres", "altaz", "freq", "broadcast"],
)
def test_what_is_no_position_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        cube().at(*arguments)


def test_an_unknown_interpolation_is_refused():
    with pytest.raises(ArgumentError, match="'nearest' or 'linear', got 'cubic'"):
        cube().at("0h0m0s 0d0m0s", interpolation="cubic")


def test_a_position_in_an_image_without_sky_is_refused():
    with pytest.raises(CoordinateError, match=r"both axes of the sky.*Frequency"):
        cube()[:, 0, 0, 0].at("0h0m0s 0d0m0s")


# -- to ------------------------------------------------------------------------------------------


def frequencies(im):
    return (1.42e9 + 1e6 * np.arange(im.shape[0])) * u.Hz


def test_brightness_temperature_with_beam_and_frequency_of_each_channel():
    im = cube((20, 1, 30, 40))
    im.putimageinfo(many_beams(20))
    warm = im.to("K")
    areas = [Beam(180 + i, 150).area for i in range(20)] * u.sr
    one = u.Jy / u.beam
    factor = (1 * one).to(u.K, u.brightness_temperature(frequencies(im), beam_area=areas)).value
    np.testing.assert_allclose(
        warm.getdata(), im.getdata() * factor[:, None, None, None], rtol=1e-6
    )
    np.testing.assert_array_equal(warm.getmask(), im.getmask())
    assert (warm.unit(), warm.imagetype(), warm.dtype) == ("K", "ImageExpr", np.float32)
    assert warm.name() == "Expression: Temporary_Image in K"


def test_beams_of_channels_and_stokes_parameters_in_any_order(tmp_path):
    im = cube((5, 2, 8, 9))
    im.putimageinfo(many_beams(5, stokes=2))
    areas = np.array([[Beam(180 + c + 5 * s, 150).area for s in range(2)] for c in range(5)])
    wide = im.to("MJy/sr")
    wanted = im.getdata() / areas[:, :, None, None] / 1e6
    np.testing.assert_allclose(wide.getdata(), wanted, rtol=1e-6)
    other = image("", values=im.getdata().swapaxes(0, 1), coordsys=swapped(im))
    other.setunit("Jy/beam")
    other.putimageinfo(many_beams(5, stokes=2))
    np.testing.assert_allclose(other.to("MJy/sr").getdata(), wanted.swapaxes(0, 1), rtol=1e-6)


def swapped(im):
    """Return coordinates whose two slowest axes changed places."""
    record = im.coordinates().dict()
    for key, value in record.items():
        if key.startswith(("pixelmap", "worldmap")):
            record[key] = np.array([{2: 3, 3: 2}.get(int(n), int(n)) for n in value], np.int32)
    return type(im.coordinates())(record)


@pytest.mark.parametrize("unit", ["K", "mJy/beam", "Jy/pixel", "MJy/sr", u.Jy / u.arcsec**2])
def test_there_and_back(unit):
    im = cube()
    there = im.to(unit)
    back = there.to("Jy/beam")
    np.testing.assert_allclose(back.getdata(), im.getdata(), rtol=1e-6)
    assert back.unit() == "Jy/beam"


def test_flux_of_a_source_is_the_sum_in_jansky_per_pixel():
    im = cube((101, 101), masked=False)
    y, x = np.indices((101, 101)) - 50
    covariance = np.linalg.inv(Beam(180, 150, 30).covariance)
    sky = np.stack([-60.0 * x, 60.0 * y]).reshape(2, -1)
    source = 3 * np.exp(-0.5 * np.einsum("in,ij,jn->n", sky, covariance, sky)).reshape(101, 101)
    im.putdata(source)
    assert im.to("Jy/pixel").getdata().sum() == pytest.approx(3, rel=1e-5)


def test_units_are_spelled_as_images_have_them():
    im = cube()
    assert im.to(u.mJy / u.beam).unit() == "mJy/beam"
    assert im.to("MJy / sr").unit() == "MJy/sr"


def test_a_plane_needs_to_be_told_the_frequency():
    plane = cube()[3, 0]
    with pytest.raises(CoordinateError, match=r"Jy / beam to K: .*im\[12:13\].*frequency="):
        plane.to("K")
    kelvin = plane.to("K", frequency="1.423 GHz")
    np.testing.assert_allclose(kelvin.getdata(), cube().to("K").getdata()[3, 0], rtol=1e-6)
    np.testing.assert_allclose(cube()[3:4, 0].to("K").getdata()[0], kelvin.getdata(), rtol=1e-6)


def test_a_beam_that_is_given_is_used_and_kept():
    im = cube((5, 1, 8, 8))
    im.putimageinfo(many_beams(4))
    with pytest.raises(ArgumentError, match="beams for 4 channels, the image has 5"):
        im.to("MJy/sr")
    other = im.to("MJy/sr", beam=(100 * u.arcsec, 90 * u.arcsec, 0 * u.deg))
    np.testing.assert_allclose(other.getdata(), im.getdata() / Beam(100, 90).area / 1e6, rtol=1e-6)
    assert other.imageinfo()["restoringbeam"] == Beam(100, 90).record()
    assert "perplanebeams" not in other.imageinfo()


def test_a_converted_image_is_lazy_and_follows_its_source(tmp_path):
    im = cube((5, 1, 8, 8), masked=False)
    view = im.to("mJy/beam")
    im.putdata(np.full((5, 1, 8, 8), 2.0))
    assert (view.getdata() == 2000).all()
    with pytest.raises(ReadOnlyError):
        view.putdata(np.zeros((5, 1, 8, 8)))
    with pytest.raises(ReadOnlyError):
        view.setunit("K")
    view.saveas(tmp_path / "m.img")
    assert image(tmp_path / "m.img").unit() == "mJy/beam"
    assert (view[2, 0].getdata() == 2000).all()


@pytest.mark.parametrize(
    ("unit", "settings", "error", "message"),
    [
        ("Jy", {}, ArgumentError, "Jy / beam cannot be converted to Jy"),
        ("widget", {}, ArgumentError, "'widget' is not a unit"),
        (3, {}, ArgumentError, "a unit is a text"),
        ("K", {"frequency": 0}, ArgumentError, "frequency must be one above 0, got 0"),
        ("K", {"frequency": [1e9, 2e9]}, ArgumentError, "frequency must be one above 0"),
        ("K", {"frequency": "soon"}, ArgumentError, "frequency must be a frequency"),
        ("K", {"beam": "big"}, ArgumentError, "the major of a beam"),
    ],
    ids=["flux", "unknown", "number", "zero", "many", "frequency", "beam"],
)
def test_bad_units_are_refused(unit, settings, error, message):
    with pytest.raises(error, match=message):
        cube().to(unit, **settings)


def test_an_image_without_unit_or_beam_is_refused():
    im = cube()
    im.putimageinfo({"restoringbeam": None})
    with pytest.raises(ArgumentError, match="restoring beam is needed"):
        im.to("K")
    im.setunit("")
    with pytest.raises(ArgumentError, match="no unit to convert from"):
        im.to("K")
    im.setunit("Jy/pixel")
    with pytest.raises(CoordinateError, match="both axes of the sky"):
        im[:, 0, 0].to("MJy/sr")


# -- convolve_to ---------------------------------------------------------------------------------


def test_convolved_image_has_the_beam_and_everything_else():
    im = cube((6, 1, 64, 70))
    im.addhistory("before")
    wide = im.convolve_to((300 * u.arcsec, 4 * u.arcmin, 10 * u.deg))
    assert wide.imageinfo()["restoringbeam"] == Beam(300, 240, 10).record()
    assert (wide.unit(), wide.shape, wide.dtype) == (im.unit(), im.shape, im.dtype)
    assert wide.imagetype() == "TempImage"
    assert wide.history()[0] == "before"
    assert 'convolved to the beam 300" x 240"' in wide.history()[-1]
    assert wide.toworld([1, 0, 2, 3]) == im.toworld([1, 0, 2, 3])
    np.testing.assert_array_equal(wide.getmask(), im.getmask())
    wide.putdata(np.zeros(wide.shape))


def test_a_file_holds_what_memory_would(tmp_path):
    im = cube((3, 1, 64, 70))
    here = im.convolve_to("5 arcmin")
    there = im.convolve_to("5 arcmin", tmp_path / "wide.img")
    assert there.imagetype() == "PagedImage"
    np.testing.assert_array_equal(there.getdata(), here.getdata())
    np.testing.assert_array_equal(there.getmask(), here.getmask())
    assert there.imageinfo() == here.imageinfo()
    with pytest.raises(FormatError):
        im.convolve_to("5 arcmin", tmp_path / "wide.img", overwrite=False)


def test_channels_with_beams_of_their_own_become_comparable():
    im = cube((4, 1, 64, 64), masked=False)
    im.putimageinfo(many_beams(4))
    y, x = np.indices((64, 64)) - 32
    sky = np.stack([-60.0 * x, 60.0 * y]).reshape(2, -1)
    for channel in range(4):
        covariance = np.linalg.inv(Beam(180 + channel, 150, 30).covariance)
        source = np.exp(-0.5 * np.einsum("in,ij,jn->n", sky, covariance, sky))
        im.putdata(source.reshape(1, 1, 64, 64), channel)
    wide = im.convolve_to("4 arcmin")
    assert "perplanebeams" not in wide.imageinfo()
    data = wide.getdata()[:, 0]
    np.testing.assert_allclose(data, np.broadcast_to(data[0], data.shape), atol=2e-3)
    np.testing.assert_allclose(data[:, 32, 32], 1, atol=1e-3)


def test_progress_is_told_and_work_can_be_stopped(tmp_path):
    im = cube((4, 1, 40, 40))
    told = []
    im.convolve_to("5 arcmin", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    with pytest.raises(CancelledError):
        im.convolve_to("5 arcmin", tmp_path / "no.img", cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("beam", "message"),
    [
        ("1 arcmin", r"beam 60\" x 60\".* is smaller.*beam 180\" x 150\""),
        ((200 * u.arcsec, 160 * u.arcsec, 120 * u.deg), "is smaller, in some direction"),
        (None, "a beam is given as"),
    ],
    ids=["small", "turned", "none"],
)
def test_beams_that_cannot_be_reached_are_refused(beam, message):
    with pytest.raises(ArgumentError, match=message):
        cube().convolve_to(beam)


def test_images_that_cannot_be_convolved_are_refused():
    im = cube()
    with pytest.raises(CoordinateError, match="both axes of the sky"):
        im[:, 0, 3].convolve_to("5 arcmin")
    with pytest.raises(ArgumentError, match="outname must be a file name, got int"):
        im.convolve_to("5 arcmin", 3)
    im.putimageinfo({"restoringbeam": None})
    with pytest.raises(ArgumentError, match="restoring beam is needed"):
        im.convolve_to("5 arcmin")


def test_every_refusal_is_a_runtime_error():
    assert issubclass(ShapeError, ImageError)
    for call in (lambda: cube().at(3), lambda: cube().to("Jy"), lambda: cube().convolve_to(3)):
        with pytest.raises(RuntimeError):
            call()
