"""World values as text."""

from __future__ import annotations

import math

import pytest

from jupimage.coordinates import Axis
from jupimage.coordinates.text import format_value


def axis(kind: str, unit: str, *, part: int = 0, frame: str = "") -> Axis:
    return Axis(kind, "name", part, 0, unit, 0.0, 0.0, 1.0, frame, "", ())


RA = axis("direction", "deg", frame="J2000")
DEC = axis("direction", "deg", part=1, frame="ICRS")
GLON = axis("direction", "deg", frame="GALACTIC")
GLAT = axis("direction", "rad", part=1, frame="GALACTIC")
FREQ = axis("spectral", "Hz")


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (188.73625, None, "12h34m56.7s"),
        (0.0, None, "00h00m00.0s"),
        (359.9999999, None, "00h00m00.0s"),
        (-15.0, None, "23h00m00.0s"),
        (188.73625, 15 / 3600, "12h34m57s"),
        (188.73625, 15 / 3600 / 100, "12h34m56.70s"),
        (14.999999, 0.25, "01h00m"),
        (15.0, 15.0, "01h"),
        (22.5, 7.5, "01h30m"),
        (30.0, 30.0, "02h"),
    ],
)
def test_right_ascension(value: float, step: float | None, text: str) -> None:
    assert format_value(RA, value, step=step) == text


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (12.58241667, None, "+12°34′56.7″"),
        (-0.5, None, "-00°30′00.0″"),
        (0.0, None, "+00°00′00.0″"),
        (-89.99999999, None, "-90°00′00.0″"),
        (-30.0, 1.0, "-30°"),
        (-30.5, 0.5, "-30°30′"),
        (1 + 59.99 / 3600, 1 / 3600, "+01°01′00″"),
    ],
)
def test_declination(value: float, step: float | None, text: str) -> None:
    assert format_value(DEC, value, step=step) == text


def test_other_frames_are_in_degrees() -> None:
    assert format_value(GLON, 123.45649) == "123.456°"
    assert format_value(GLON, -0.00001) == "0.000°"
    assert format_value(GLON, 359.5, step=1) == "0°"
    assert format_value(GLAT, math.radians(-12.5), step=math.radians(0.1)) == "-12.5°"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (1420405751.786, None, "1.42041 GHz"),
        (1420405751.786, 1e3, "1.420406 GHz"),
        (998e6, None, "998.000 MHz"),
        (0.5, None, "0.50000 Hz"),
        (4.5e14, 1e11, "450.0 THz"),
        (-2.5e3, None, "-2.50000 kHz"),
    ],
)
def test_frequency_takes_a_prefix(value: float, step: float | None, text: str) -> None:
    assert format_value(FREQ, value, step=step) == text


def test_frequency_in_another_unit() -> None:
    assert format_value(axis("spectral", "GHz"), 0.0014) == "1.40000 MHz"


def test_names() -> None:
    assert format_value(axis("stokes", ""), 1.0) == "I"
    assert format_value(axis("stokes", ""), 99.0) == "99"
    assert format_value(axis("quality", ""), 2.0) == "ERROR"


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (12.5, None, "12.5 km"),
        (1 / 3, None, "0.333333 km"),
        (12.5, 0.01, "12.50 km"),
        (12.5, 10.0, "12 km"),
        (1.5e12, 1e9, "1.5e+12 km"),
        (0.0, 1.0, "0 km"),
    ],
)
def test_linear(value: float, step: float | None, text: str) -> None:
    assert format_value(axis("linear", "km"), value, step=step) == text


@pytest.mark.parametrize("kind", ["direction", "spectral", "stokes", "linear"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_value_that_is_none_is_a_dash(kind: str, value: float) -> None:
    assert format_value(axis(kind, "deg"), value) == "–"


@pytest.mark.parametrize("step", [math.nan, math.inf, 0.0, -1.0])
def test_step_that_is_none_is_ignored(step: float) -> None:
    assert format_value(RA, 15.0, step=step).startswith("01h")


def test_unknown_units_are_written_as_they_are() -> None:
    assert format_value(axis("direction", "Jy", frame="J2000"), 1.5) == "1.5 Jy"
    assert format_value(axis("spectral", "Jy"), 1.5) == "1.5 Jy"
    assert format_value(axis("linear", ""), 1.5) == "1.5"
