"""World values as text and as quantities, both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.angles import parse_angle, split_quantity
from jupimage.coordinates.record import assemble, direction_record, linear_record
from jupimage.errors import CoordinateError, DataTypeError


def cube() -> coordinatesystem:
    return default_system((64, 4, 512, 512))


ANGLES: dict[str, float] = {
    "12h34m56.7s": 188.73625,
    "12h": 180.0,
    "12h30m": 187.5,
    " -12h30.5m ": -187.625,
    "+00h00m01s": 15 / 3600,
    "-45d30m": -45.5,
    "-0d30m": -0.5,
    "45d30m36s": 45.51,
    "45d30m36": 45.51,
    "45°30′36″": 45.51,
    "45°30'36\"": 45.51,
    "−45°30′": -45.5,
    "12:34:56.7": 12 + 34 / 60 + 56.7 / 3600,
    "-00:30": -0.5,
    "-45.30.36.0": -45.51,
    "45.5deg": 45.5,
    "45.5 deg": 45.5,
    "1.5rad": np.degrees(1.5),
    "30'": 0.5,
    "30 arcmin": 0.5,
    "36 arcsec": 0.01,
    '36"': 0.01,
    "1e2": 100.0,
    ".5": 0.5,
    "-7": -7.0,
}  # fmt: skip


@pytest.mark.parametrize("text", ANGLES)
def test_angle(text: str) -> None:
    assert parse_angle(text) == pytest.approx(ANGLES[text], rel=1e-14)


def test_colons_may_be_hours() -> None:
    assert parse_angle("12:30", hours=True) == 187.5
    assert parse_angle("12d30m", hours=True) == 12.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "wanted a number"), ("abc", "wanted a number"), ("1h2", "unit of angle, got 'h2'"),
        ("12h60m", "less than 60, got '12h60m'"), ("12d10m61s", "less than 60"),
        ("5 Jy", "unit of angle, got 'Jy'"), ("1:2:3:4", "unit of angle"),
        ("nan", "wanted a number"),
    ],
)  # fmt: skip
def test_text_that_is_no_angle(text: str, words: str) -> None:
    with pytest.raises(CoordinateError, match=words):
        parse_angle(text)


def test_number_with_a_unit() -> None:
    assert split_quantity(" 1.4204  GHz ") == (1.4204, "GHz")
    assert split_quantity("-2.5e-3km/s") == (-0.0025, "km/s")


PIXEL = [32.0, 2.0, 246.0, 261.0]

POSITIONS: dict[str, list[Any]] = {
    "text": ["1.415 GHz", "U", "-0d10m", "-0h0m20s"],
    "other text": ["1415 MHz", "U", "-00:10:00", "-00:00:20"],
    "degrees": ["1415000000", "U", f"{-10 / 60!r} deg", f"{-5 / 60!r}deg"],
    "numbers among text": [1.415e9, 3, -10, "-0h0m20s"],
    "own units": ["1.415e9", "U", "-10", "-5"],
    "quantities": [1.415 * u.GHz, "U", -10 * u.arcmin, -20 * u.arcsec * 15],
    "direction": ["1.415 GHz", "U", SkyCoord(-5 * u.arcmin, -10 * u.arcmin, frame="fk5")],
    "direction first": [SkyCoord(-5 * u.arcmin, -10 * u.arcmin, frame="fk5"), 1.415e9, "U"],
    "other frame": [
        "1.415 GHz", "U", SkyCoord(-5 * u.arcmin, -10 * u.arcmin, frame="fk5").galactic
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", POSITIONS)
def test_position_as_people_write_it(name: str) -> None:
    # of the sky projected: a parabola of 0.0003 pixels at 10 arcmin
    assert cube().topixel(POSITIONS[name]) == pytest.approx(PIXEL, abs=1e-3)
    known = cube().topixel([1.415e9, 3.0, -10.0, -5.0])
    assert cube().topixel(POSITIONS[name]) == pytest.approx(known, abs=1e-6)


def test_wavelength_is_a_frequency_too() -> None:
    metres = 299792458.0 / 1.415e9
    for value in (f"{metres!r} m", f"{metres * 100!r}cm", metres * u.m):
        assert cube().topixel([value, "I", 0, 0])[0] == pytest.approx(32.0)


def test_many_positions_as_quantities() -> None:
    sky = SkyCoord([1, 2, 3] * u.arcmin, [0, 1, 2] * u.arcmin, frame="fk5")
    found = cube().topixel([[1.415, 1.4150001, 1.4150002] * u.GHz, "Q", sky])
    assert found.shape == (3, 4)
    np.testing.assert_allclose(found[:, 0], [32, 32.1, 32.2], atol=1e-4)
    np.testing.assert_allclose(found[:, 1], 1)
    np.testing.assert_allclose(found[:, 3], [255, 254, 253], atol=1e-3)
    np.testing.assert_allclose(found[:, 2], [256, 257, 258], atol=1e-3)


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (["1 Jy", "I", 0, 0], "Frequency: wanted a frequency or a wavelength, got the unit 'Jy'"),
        (["100 km/s", "I", 0, 0], "spectralcoordinate.frequency turns velocities"),
        (["1 GHz", "blue", 0, 0], "Stokes: wanted one of I, Q, U, V, got 'blue'"),
        (["1 GHz", "I", "north", 0], "Declination: wanted a number"),
        (["1 GHz", "I", 0, "3 Hz"], "Right Ascension: a direction needs a unit of angle, got 'Hz'"),
        (["1 GHz", "I", 0], "world needs 4 values for the axes Frequency, Stokes, Decl.* got 3"),
        ([3 * u.s, "I", 0, 0], "Frequency is in Hz, got 3.0 s"),
        (["1 GHz", None, 0, 0], "Stokes needs a number, text or a quantity, got None"),
        ("somewhere", "world needs 4 values"),
        ([[1, 2] * u.GHz, "I", [1, 2, 3] * u.deg, 0], r"shapes .* do not fit each other"),
        (["1 GHz", "I", "89d", "0d"], "has no pixel|world"),
    ],
)  # fmt: skip
def test_position_that_says_nothing(world: Any, words: str) -> None:
    system = cube()
    system["direction"].set_referencevalue([-5000.0, 0.0])
    with pytest.raises((CoordinateError, DataTypeError), match=words):
        system.topixel(world)


@pytest.mark.parametrize("world", ["somewhere", ["a", "b", "c", "d"], ["a"], None, [None] * 4])
def test_text_that_is_no_position_is_a_type_error(world: Any) -> None:
    with pytest.raises(TypeError):
        cube().topixel(world)


def test_direction_needs_both_axes_of_the_sky() -> None:
    with pytest.raises(CoordinateError, match="there are 0 such axes"):
        default_system((9,)).topixel([SkyCoord(1 * u.deg, 2 * u.deg)])


def test_linear_axis_takes_its_units() -> None:
    record = linear_record(names=["x", ""], units=["km", ""], crval=[0, 0], cdelt=[1, 2],
                           crpix=[0, 0])  # fmt: skip
    system = coordinatesystem(assemble([("linear", record, (0, 1))]))
    assert system.topixel([4, "500 m"]) == [2.0, 0.5]
    assert system.topixel(["4", 0.5 * u.km]) == [2.0, 0.5]
    for bad in ("3 s", "3 parrots", 3 * u.s):
        with pytest.raises(CoordinateError, match="x"):
            system.topixel([4, bad])


def test_galactic_longitudes_with_colons_are_degrees() -> None:
    record = direction_record(crval=(120.0, 0.0), cdelt=(-0.1, 0.1), crpix=(5, 5),
                              system="GALACTIC", units=("deg", "deg"))  # fmt: skip
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    assert system.topixel(["0:00:00", "120:00:00"]) == pytest.approx([5.0, 5.0])


def test_text_can_be_read_again() -> None:
    rng = np.random.default_rng(3)
    system = cube()
    for pixel in rng.uniform(0, 500, (20, 4)) * [0.1, 0.006, 1, 1]:
        pixel[1] = round(pixel[1])
        text = system.format(system.toworld(pixel))
        assert system.topixel(text) == pytest.approx(pixel, abs=0.06)
        fine = system.format(system.toworld(pixel), step=[1e-3, 1, 1e-7, 1e-7])
        assert system.topixel(fine) == pytest.approx(pixel, abs=2e-6)


def test_text_of_a_position() -> None:
    assert cube().format([1.415e9, 2.0, -10.0, -5.0]) == [
        "1.4150000 GHz", "Q", "-00°10′00″", "23h59m40.0s"
    ]  # fmt: skip
    with pytest.raises(CoordinateError, match="world needs 4 values, got 2"):
        cube().format([1.0, 2.0])
    with pytest.raises(CoordinateError, match="step needs 4 values, got 1"):
        cube().format([1.0, 2.0, 3.0, 4.0], step=[1.0])
