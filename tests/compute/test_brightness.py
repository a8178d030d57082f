"""Units of brightness, against astropy's own equivalencies."""

import numpy as np
import pytest
from astropy import units as u

from jupimage.compute.beam import Beam
from jupimage.compute.brightness import Surroundings, conversion_factor
from jupimage.compute.planebeams import PlaneBeams, beams_of_section
from jupimage.compute.scaled import ScaledView
from jupimage.compute.units import as_unit, known_unit, unit_text
from jupimage.coordinates import default_system
from jupimage.errors import ArgumentError, CoordinateError, ShapeError
from jupimage.lattice import Box, MemoryLattice

BEAM, PIXEL = 3.2e-9 * u.sr, 4.4e-11 * u.sr
FREQUENCIES = np.array([0.1, 1.42, 115.271, 850.0]) * u.GHz


def missing():
    raise CoordinateError("nothing is known")


KNOWN = Surroundings(
    lambda: BEAM.to_value(u.sr), lambda: PIXEL.to_value(u.sr), lambda: FREQUENCIES.to_value(u.Hz)
)
UNKNOWN = Surroundings(missing, missing, missing)


def surface(unit):
    """Return one of a unit as a surface brightness, by astropy's equivalencies."""
    per_beam, per_pixel = u.Jy / u.beam, u.Jy / u.pix
    if unit.is_equivalent(per_beam):
        return (1 * unit).to(u.Jy / u.sr, u.beam_angular_area(BEAM))
    if unit.is_equivalent(per_pixel):
        return ((1 * unit).to(per_pixel) * u.pix / PIXEL).to(u.Jy / u.sr)
    if unit.is_equivalent(u.K):
        return (1 * unit).to(u.Jy / u.sr, u.brightness_temperature(FREQUENCIES))
    return (1 * unit).to(u.Jy / u.sr)


UNITS = ["Jy/beam", "mJy/beam", "Jy/pixel", "K", "mK", "MJy/sr", "Jy/arcsec2", "W/m2/Hz/sr"]


@pytest.mark.parametrize("target", UNITS)
@pytest.mark.parametrize("source", UNITS)
def test_factors_are_those_of_astropy(source, target):
    factor = conversion_factor(as_unit(source), as_unit(target), KNOWN)
    wanted = (surface(as_unit(source)) / surface(as_unit(target))).to_value(u.one)
    np.testing.assert_allclose(np.broadcast_to(factor, 4), np.broadcast_to(wanted, 4), rtol=1e-12)


def test_brightness_temperature_of_a_beam_is_astropys():
    factor = conversion_factor(as_unit("Jy/beam"), u.K, KNOWN)
    wanted = (1 * u.Jy / u.beam).to(u.K, u.brightness_temperature(FREQUENCIES, beam_area=BEAM))
    np.testing.assert_allclose(factor, wanted.value, rtol=1e-12)


def test_what_was_integrated_over_velocity_converts_too():
    factor = conversion_factor(as_unit("Jy/beam.km/s"), as_unit("K.m/s"), KNOWN)
    plain = conversion_factor(as_unit("Jy/beam"), u.K, KNOWN)
    np.testing.assert_allclose(factor, 1000 * plain, rtol=1e-12)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [("Jy/beam", "mJy/beam", 1e3), ("K", "mK", 1e3), ("Jy", "uJy", 1e6), ("m/s", "km/s", 1e-3)],
)
def test_what_is_not_needed_is_not_asked_for(source, target, factor):
    found = conversion_factor(as_unit(source), as_unit(target), UNKNOWN)
    assert found == pytest.approx(factor, rel=1e-14)


@pytest.mark.parametrize(
    ("source", "target"), [("Jy/beam", "K"), ("K", "Jy/pixel"), ("Jy/pixel", "Jy/beam")]
)
def test_what_is_missing_is_named_with_the_units(source, target):
    with pytest.raises(CoordinateError, match=r"from .* to .*: nothing is known"):
        conversion_factor(as_unit(source), as_unit(target), UNKNOWN)


@pytest.mark.parametrize(
    ("source", "target"),
    [("Jy/beam", "Jy"), ("K", "m"), ("Jy/beam", "mag"), ("km/s", "Jy"), ("Jy", "Jy/pixel")],
)
def test_units_that_measure_different_things_are_refused(source, target):
    with pytest.raises(ArgumentError, match=r"cannot be converted to .*ratio has the unit"):
        conversion_factor(as_unit(source), as_unit(target), KNOWN)


def test_a_mere_label_is_no_unit_to_convert():
    with pytest.raises(ArgumentError, match="widget is not a unit"):
        conversion_factor(known_unit("widget"), u.K, KNOWN)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Jy/beam", u.Jy / u.beam),
        ("Jy/beam.km/s", u.Jy / u.beam * u.km / u.s),
        ("Jy.beam-1.km.s-1", u.Jy / u.beam * u.km / u.s),
        ("Jy beam-1 km s-1", u.Jy / u.beam * u.km / u.s),
        ("JY/BEAM", u.Jy / u.beam),
        ("Jy/pixel", u.Jy / u.pix),
        ("K.km/s", u.K * u.km / u.s),
        ("K*km/s", u.K * u.km / u.s),
        ("rad/m/m", u.rad / u.m**2),
        ("MJy/sr", u.MJy / u.sr),
        ("(Jy/beam)", u.Jy / u.beam),
        ('"counts"', u.ct),
        ("", u.one),
        ("10**-20 erg/(s cm2)", 1e-20 * u.erg / u.s / u.cm**2),
    ],
)
def test_units_are_read_as_images_spell_them(text, unit):
    found = as_unit(text)
    assert found.is_equivalent(unit)
    assert found.to(unit) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["Jy/beam", "Jy/pixel", "K.km/s", "MJy/sr", "1/s", "", "rad/m2", "mJy/arcsec2", "%"]
)
def test_spelled_units_come_back(text):
    assert unit_text(as_unit(text)) == text


@pytest.mark.parametrize("text", ["widget", "Jy/", "Jy//beam/", 3, None, "Jy" * 200])
def test_what_is_no_unit_is_refused(text):
    with pytest.raises(ArgumentError, match="unit"):
        as_unit(text)


def test_a_unit_with_a_factor_has_no_spelling():
    with pytest.raises(ArgumentError, match="3 Jy"):
        unit_text(u.Unit("3 Jy"))


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_scaled_pixels_are_those_of_numpy(dtype):
    rng = np.random.default_rng(3)
    values = rng.normal(size=(4, 5, 6)).astype(dtype)
    good = rng.random((4, 5, 6)) > 0.3
    factor = rng.normal(size=(4, 1, 6))
    view = ScaledView(MemoryLattice(values, good), factor)
    box = Box((1, 0, 1), (4, 5, 6), (2, 3, 2))
    block = view.read(box)
    assert block.values is not None
    assert block.values.dtype == dtype
    np.testing.assert_array_equal(block.values, (values * factor).astype(dtype)[box.slices])
    np.testing.assert_array_equal(block.good, good[box.slices])
    assert view.read(box, values=False).values is None


def test_a_factor_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match=r"\(3,\) for pixels of \(4, 3\)"):
        ScaledView(MemoryLattice(np.zeros((4, 3))), np.ones(3))


def many(channels, stokes=1):
    beams = {f"*{i}": Beam(10.0 + i, 5.0, i).record() for i in range(channels * stokes)}
    return {"perplanebeams": {"nChannels": channels, "nStokes": stokes, **beams}}


def test_planes_have_their_beams_channels_fastest():
    beams = PlaneBeams.of(many(3, 2), channels=3, stokes=2)
    assert [beams.at(c, s).major for s in range(2) for c in range(3)] == [10, 11, 12, 13, 14, 15]
    assert beams.areas().shape == (3, 2)


def test_a_channel_with_a_beam_of_no_size_has_none():
    info = many(3)
    info["perplanebeams"]["*1"]["major"]["value"] = 0.0
    beams = PlaneBeams.of(info, channels=3, stokes=1)
    assert beams.at(1, 0) is None
    assert np.isnan(beams.areas()[1, 0])


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({}, "imageinfo\\(\\) has none"),
        (many(4), "beams for 4 channels, the image has 3"),
        ({"perplanebeams": {"nChannels": 3}}, "nStokes"),
        ({"restoringbeam": {"major": 1}}, "the major of a beam is an angle"),
        (
            {"restoringbeam": {k: {"value": 0.0, "unit": "deg"} for k in ("major", "minor")}},
            "both above 0",
        ),
    ],
    ids=["none", "count", "record", "parts", "size"],
)
def test_beams_that_do_not_fit_are_refused(info, message):
    with pytest.raises(ArgumentError, match=message):
        PlaneBeams.of(info, channels=3, stokes=1)


SECTIONS = [
    ((1, 0, 0, 0), (4, 1, 5, 6), (1, 1, 1, 1)),
    ((0, 0, 0, 0), (5, 2, 5, 6), (2, 1, 1, 1)),
    ((2, 1, 0, 0), (3, 2, 5, 6), (1, 1, 1, 1)),
    ((0, 1, 2, 2), (5, 2, 3, 3), (3, 1, 1, 1)),
]


@pytest.mark.parametrize("corners", SECTIONS, ids=str)
def test_sections_have_the_beams_that_casacore_gives_them(corners, tmp_path, oracle):
    import jupimage

    box = Box(*corners)
    im = jupimage.image(str(tmp_path / "a.img"), shape=(5, 2, 5, 6))
    im.putimageinfo(many(5, 2))
    im.unlock()
    theirs = oracle.images.image(str(tmp_path / "a.img")).subimage(
        list(box.start), [n - 1 for n in box.stop], list(box.step), dropdegenerate=False
    )
    ours = beams_of_section(im.imageinfo(), default_system(im.shape), tuple(im.shape), box)
    oracle.count()
    assert ours == theirs.imageinfo()
