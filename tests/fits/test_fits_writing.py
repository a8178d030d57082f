"""What is written to a FITS file comes back from it, here and with astropy."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupimage.coordinates import default_system
from jupimage.coordinates.record import direction_record, linear_record, spectral_record
from jupimage.errors import ArgumentError, DataTypeError, FormatError
from jupimage.fits import FitsFormat
from jupimage.formats import Entry
from jupimage.lattice import Box
from tests.fits.fitswriting import blueprint, read_back, save, split, with_records
from tests.formats.contract import FormatContract

RANDOM = np.random.default_rng(11)
SHAPES = [(7,), (5, 6), (4, 5, 6), (3, 2, 5, 6), (2, 3, 2, 5, 4), (2, 1, 3, 2, 3, 4)]


def pixels(shape: tuple[int, ...], dtype: str = "f4") -> NDArray[Any]:
    return RANDOM.standard_normal(shape).astype(dtype)


def beam(major: float, minor: float, angle: float, unit: str = "arcsec") -> dict[str, Any]:
    return {
        "major": {"value": major, "unit": unit},
        "minor": {"value": minor, "unit": unit},
        "positionangle": {"value": angle, "unit": "deg"},
    }


class TestWritten(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        save(folder / "a.fits", pixels)
        return str(folder / "a.fits")


class TestWrittenIntegers(FormatContract):
    def make(self, folder: Path, pixels: NDArray[np.float32]) -> str:
        limits = {"bitpix": 16, "minpix": -32767.0, "maxpix": 32767.0}
        save(folder / "a.fits", pixels, settings=limits)
        return str(folder / "a.fits")


@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
@pytest.mark.parametrize("bitpix", [-32, -64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_pixels_of_any_number_of_axes_come_back(
    shape: tuple[int, ...], bitpix: int, masked: bool, tmp_path: Path
) -> None:
    values = pixels(shape)
    good = RANDOM.random(shape) > 0.3 if masked else None
    save(tmp_path / "a.fits", values, good, settings={"bitpix": bitpix})
    opened, found, valid = read_back(tmp_path / "a.fits")
    assert opened.coordinates.ndim == len(shape)
    expected = np.ones(shape, bool) if good is None else good
    np.testing.assert_array_equal(valid, expected)
    np.testing.assert_array_equal(found[expected], values[expected])
    with fits.open(tmp_path / "a.fits") as file:
        file.verify("exception")
        np.testing.assert_array_equal(np.isnan(file[0].data), ~expected)
        np.testing.assert_array_equal(file[0].data[expected], values[expected])


def test_double_precision_is_kept_unless_single_is_asked_for(tmp_path: Path) -> None:
    values = pixels((4, 5), "f8")
    for settings_, dtype in (({}, ">f8"), ({"bitpix": -64}, ">f8"), ({"bitpix": -32}, ">f4")):
        losses = save(tmp_path / "a.fits", values, settings=settings_)
        with fits.open(tmp_path / "a.fits") as file:
            assert file[0].data.dtype == dtype
            np.testing.assert_array_equal(file[0].data, values.astype(dtype))
        assert any("single precision" in loss for loss in losses) == (dtype == ">f4")


def test_complex_pixels_are_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataTypeError, match=r"complex.*save their real and imaginary part"):
        save(tmp_path / "a.fits", np.zeros((2, 3), np.complex64))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"bitpix": 8}, r"bitpix must be one of \(-32, -64, 16\), got 8"),
        ({"speed": 3}, "no setting 'speed'"),
        ({"bitpix": 16}, "need the limits of the pixels"),
    ],
    ids=["bitpix", "unknown", "no limits"],
)
def test_silly_settings_are_refused(chosen: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=message):
        FitsFormat().create(
            str(tmp_path / "a.fits"), blueprint(np.zeros((2, 3), np.float32)), **chosen
        )
    assert not list(tmp_path.iterdir())


def test_limits_are_wanted_for_integers_without_range() -> None:
    plan = blueprint(np.zeros((2, 3), np.float32))
    wanted = [
        FitsFormat().prepares(plan, **chosen)
        for chosen in ({}, {"bitpix": 16}, {"bitpix": 16, "minpix": 0.0, "maxpix": 1.0})
    ]
    assert wanted == [False, True, False]


INTEGERS: dict[str, tuple[Any, Any]] = {
    "plain": ([1.0, 2.0, 4.0], [True, True, True]),
    "a bad one": ([1.0, 2.0, 4.0], [True, False, True]),
    "NaN": ([1.0, np.nan, 4.0], [True, True, True]),
    "all the same": ([5.0, 5.0, 5.0], [True, True, True]),
    "all the same and negative": ([-5.0, -5.0, -5.0], [True, True, True]),
    "all zero": ([0.0, 0.0, 0.0], [True, True, True]),
    "none good": ([1.0, 2.0, 4.0], [False, False, False]),
    "tiny": ([1e-30, 3e-30, 2e-30], [True, True, True]),
}


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("name", INTEGERS)
def test_integers_are_right_to_a_step(name: str, dtype: str, tmp_path: Path) -> None:
    values, good = np.array(INTEGERS[name][0], dtype), np.array(INTEGERS[name][1])
    save(tmp_path / "a.fits", values, good, settings={"bitpix": 16})
    _, found, valid = read_back(tmp_path / "a.fits")
    cards, _, _ = split(tmp_path / "a.fits")
    expected = good & ~np.isnan(values)
    np.testing.assert_array_equal(valid, expected)
    # cut off towards zero, and single precision when it is read
    off = abs(cards["BSCALE"]) * 1.01 + np.abs(values[expected]) * 1e-6
    assert np.all(np.abs(found[expected] - values[expected]) <= off)


def test_infinite_pixels_do_not_fit_integers(tmp_path: Path) -> None:
    values = np.array([1.0, np.inf], np.float32)
    with pytest.raises(ArgumentError, match="need finite limits"):
        save(tmp_path / "a.fits", values, settings={"bitpix": 16})
    save(tmp_path / "a.fits", values, settings={"bitpix": 16, "minpix": 0.0, "maxpix": 2.0})
    np.testing.assert_allclose(read_back(tmp_path / "a.fits")[1], [1.0, 2.0], rtol=1e-4)


def test_unit_object_and_beam_come_back(tmp_path: Path) -> None:
    info = {
        "imagetype": "Spectral Index",
        "objectname": "O'Neil's object",
        "restoringbeam": beam(12.345678901234567, 1 / 3, -17.123456789012345),
    }
    losses = save(tmp_path / "a.fits", pixels((4, 5)), unit="Jy/beam.km/s", imageinfo=info)
    opened, _, _ = read_back(tmp_path / "a.fits")
    assert losses == ()
    assert opened.unit == "Jy/beam.km/s"
    assert opened.imageinfo == info


@pytest.mark.parametrize("unit", ["deg", "rad", "arcmin", "arcsec", "mas"])
def test_beam_in_any_unit_is_in_degrees(unit: str, tmp_path: Path) -> None:
    per_degree = {"deg": 1, "rad": np.radians(1), "arcmin": 60, "arcsec": 3600, "mas": 3.6e6}
    info = {"restoringbeam": beam(0.02 * per_degree[unit], 0.01 * per_degree[unit], 30.0, unit)}
    save(tmp_path / "a.fits", pixels((4, 5)), imageinfo=info)
    cards, _, _ = split(tmp_path / "a.fits")
    assert (cards["BMAJ"], cards["BMIN"]) == pytest.approx((0.02, 0.01), rel=1e-14)


@pytest.mark.parametrize("unit", ["arcsec", "deg"])
def test_beams_of_planes_come_back_with_all_digits(unit: str, tmp_path: Path) -> None:
    beams: dict[str, Any] = {"nChannels": 3, "nStokes": 2}
    for index in range(6):
        beams[f"*{index}"] = beam(1 / (index + 3), 1 / (index + 7), index + 1 / 7, unit)
    info = {"imagetype": "Intensity", "objectname": "", "perplanebeams": beams}
    frequency = {"velocity": False}
    losses = save(tmp_path / "a.fits", pixels((3, 2, 4, 5)), imageinfo=info, settings=frequency)
    opened, _, _ = read_back(tmp_path / "a.fits")
    assert losses == ()
    assert opened.imageinfo == info
    assert opened.miscinfo == {}
    with fits.open(tmp_path / "a.fits") as file:
        file.verify("exception")
        assert file["BEAMS"].data["BMAJ"][1] == np.float32(1 / 4)
        assert list(file["BEAMS"].data["CHAN"]) == [0, 1, 2, 0, 1, 2]
        assert list(file["BEAMS"].data["POL"]) == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("beams", "message"),
    [
        ({"nChannels": 2, "nStokes": 1, "*0": beam(1, 1, 0)}, r"there is none called \*1"),
        ({"nChannels": -1}, "beams for -1 channels"),
        ({"nChannels": "x"}, "need numbers nChannels"),
        ({"nChannels": 1, "*0": {"major": {"value": 1, "unit": "Jy"}}}, "angles with a unit"),
    ],
    ids=["missing", "negative", "text", "unit"],
)
def test_torn_beams_are_refused(beams: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        save(tmp_path / "a.fits", pixels((4, 5)), imageinfo={"perplanebeams": beams})
    assert not list(tmp_path.iterdir())


def test_leftovers_come_back_or_are_named(tmp_path: Path) -> None:
    kept = {
        "gain": 0.1, "count": -3, "flag": True, "off": False, "note": "it's", "huge": 1e300,
        "small": np.float32(0.1), "large": 2**40, "phase": 1.5 - 2j, "empty": "", "a-b_c": 1,
        "long": "0123456789'" * 30,
    }  # fmt: skip
    changed = {
        "averylongname": 1.25, "vec": np.array([1.0, 2.0]), "names": ["a", "b"], "Upper": 1,
        "d.ot": 2, "greek": "µ is α",
    }  # fmt: skip
    lost = {
        "sub": {"a": 1}, "nan": np.nan, "matrix": np.eye(2), "none": None, "nothing": np.zeros(0),
        "object": "x", "naxis1": 9, "crval1": 5.0, "mydate": "2001-02-03", "comment": "x",
        "averylongtoo": 1, "checksum": "abc", "": 3,
    }  # fmt: skip
    losses = save(tmp_path / "a.fits", pixels((4, 5)), miscinfo=kept | changed | lost)
    opened, _, _ = read_back(tmp_path / "a.fits")
    expected = kept | {"small": 0.1, "averylon": 1.25, "vec1": 1.0, "vec2": 2.0, "names1": "a"}
    expected |= {"names2": "b", "upper": 1, "d_ot": 2, "greek": "u is ?"}
    assert opened.miscinfo == expected
    named = {loss.split("'")[1] for loss in losses if loss.startswith("miscinfo entry")}
    assert named == set(changed) | set(lost)
    with fits.open(tmp_path / "a.fits") as file:
        file.verify("exception")
        assert file[0].header["LONG"] == kept["long"]
        assert file[0].header["PHASE"] == kept["phase"]


def test_what_the_header_says_itself_is_no_leftover(tmp_path: Path) -> None:
    echoes = {"casambm": True, "altrval": 1.0, "altrpix": 2.0, "gain": 2.0}
    losses = save(tmp_path / "a.fits", pixels((4, 5, 6)), miscinfo=echoes)
    opened, _, _ = read_back(tmp_path / "a.fits")
    assert opened.miscinfo == {"gain": 2.0}
    assert not any("miscinfo" in loss for loss in losses)


LINE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=300)


def is_kept(line: str) -> bool:
    return bool(line.strip()) and line == line.rstrip() and not line.startswith(">")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(lines=st.lists(LINE.filter(is_kept), max_size=6), timed=st.booleans())
def test_any_history_comes_back(lines: list[str], timed: bool, tmp_path: Path) -> None:
    history = [Entry(line, time=4.75e9, location="x") if timed else line for line in lines]
    assert save(tmp_path / "a.fits", np.zeros((2, 2), np.float32), history=history) == ()
    opened, _, _ = read_back(tmp_path / "a.fits")
    # a run of blanks longer than a card cannot be written
    assert list(opened.history) == lines or any(" " * 71 in line for line in lines)


def test_history_about_a_beam_makes_none(tmp_path: Path) -> None:
    line = "AIPS   CLEAN BMAJ=  1.3889E-03 BMIN=  1.3889E-03 BPA=   0.00"
    save(tmp_path / "a.fits", pixels((4, 5)), history=[line])
    opened, _, _ = read_back(tmp_path / "a.fits")
    assert "restoringbeam" not in opened.imageinfo
    assert list(opened.history) == [line.replace("BMAJ=", "BMAJ =")]


NAME = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=6)
VALUE = st.one_of(
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200).map(
        lambda text: text.rstrip()
    ),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100
)
@given(miscinfo=st.dictionaries(NAME.map(lambda name: f"x{name}"), VALUE, max_size=8))
def test_any_leftovers_come_back(miscinfo: dict[str, Any], tmp_path: Path) -> None:
    losses = save(tmp_path / "a.fits", np.zeros((2, 2), np.float32), miscinfo=miscinfo)
    opened, _, _ = read_back(tmp_path / "a.fits")
    named = [key for key in miscinfo if any(f"'{key}'" in loss for loss in losses)]
    for key, value in miscinfo.items():
        if key not in named:
            assert opened.miscinfo[key] == value
            assert type(opened.miscinfo[key]) is type(value)
    assert len(named) <= sum("date" in key for key in miscinfo)


def test_all_that_is_lost_is_named(tmp_path: Path) -> None:
    values = pixels((9, 4, 5))
    losses = save(
        tmp_path / "a.fits",
        values,
        np.ones(values.shape, bool),
        imageinfo={"imagetype": "Fancy", "objectname": "Ägir", "colour": 3},
        unit="Jy /beam",
        regions={"box": {}},
        attributes={},
        settings={"velocity": True},
    )
    assert losses == (
        "the values of pixels under the mask",
        "the exact values of the spectral axis: VOPT in equal steps is wrong by up to 0.0014% of "
        "a channel; velocity=False writes frequencies",
        "the spelling of the unit 'Jy /beam'",
        "the image type 'Fancy'",
        "letters of the object name 'Ägir' beyond ASCII, replaced by '?'",
        "imageinfo entry 'colour'",
        "1 region",
    )


def test_data_and_errors_become_two_parts(tmp_path: Path) -> None:
    sky = direction_record(crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(1.0, 1.0))
    from jupimage.coordinates.record import quality_record

    values = pixels((3, 2, 4, 5))
    for names in (["DATA", "ERROR"], ["ERROR", "DATA"]):
        system = with_records(
            [
                ("direction", sky, [0, 1]),
                ("quality", quality_record(names), [2]),
                ("spectral", spectral_record(crval=1e9, cdelt=1e6), [3]),
            ]
        )
        losses = save(tmp_path / "a.fits", values, coordinates=system)
        assert losses == ("the quality axis: data and errors become two parts of the file",)
        for name in names:
            opened, found, _ = read_back(f"{tmp_path / 'a.fits'}[{name}]")
            np.testing.assert_array_equal(found, values[:, names.index(name)])
            assert opened.coordinates.get_names() == ["spectral", "direction"]
        with fits.open(tmp_path / "a.fits") as file:
            file.verify("exception")
            assert [hdu.name for hdu in file] == ["DATA", "ERROR"]


def test_dropped_axis_of_the_sky_comes_back_with_length_one(tmp_path: Path) -> None:
    system = default_system((8, 16, 32))
    strip = system.section(Box((2, 5, 0), (6, 6, 32)), drop=(1,))
    losses = save(tmp_path / "a.fits", pixels((4, 32)), coordinates=strip)
    opened, _, _ = read_back(tmp_path / "a.fits")
    assert opened.lattice.shape == (1, 4, 32)
    assert any("was dropped" in loss for loss in losses)
    found, wanted = opened.coordinates.toworld([0, 1, 7]), system.toworld([3, 5, 7])
    assert np.degrees(found[2]) * 60 == pytest.approx(wanted[2] % 21600, rel=1e-12)
    assert np.degrees(found[0]) * 60 == pytest.approx(wanted[1], rel=1e-12)


def test_astropy_sees_the_same_world(tmp_path: Path) -> None:
    record = direction_record(
        crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(2.0, 1.0), projection="TAN",
        pc=[[0.8, -0.6], [0.6, 0.8]],
    )  # fmt: skip
    axis = spectral_record(crval=1.4e9, cdelt=1e6, crpix=1.5, restfrequency=1.42e9)
    other = linear_record(names=["PHASE"], units=["s"], crval=[1.0], cdelt=[0.5], crpix=[2.0])
    system = with_records(
        [("spectral", axis, [0]), ("direction", record, [1, 3]), ("linear", other, [2])]
    )
    save(tmp_path / "a.fits", pixels((4, 3, 5, 6)), coordinates=system, unit="Jy/beam",
         settings={"velocity": False})  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wcs = WCS(fits.getheader(tmp_path / "a.fits"))
    for pixel in ([0.0, 0, 0, 0], [1.0, 2, 3, 4]):
        wanted = system.toworld(pixel)
        found = wcs.wcs_pix2world([pixel[::-1]], 0)[0]
        np.testing.assert_allclose(found[[0, 2]], [wanted[3], wanted[1]], rtol=1e-12)
        np.testing.assert_allclose(
            found[[1, 3]] % 360, np.degrees([wanted[2], wanted[0]]) % 360, rtol=1e-11
        )
    assert fits.getheader(tmp_path / "a.fits")["BUNIT"] == "Jy/beam"
