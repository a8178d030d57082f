"""Ranges and boxes take the pixels between their ends, both included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy import units as u

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, linear_record, spectral_record
from jupimage.errors import ArgumentError, CoordinateError
from jupimage.regions import Corners, Range
from tests.regions.skyimages import REST, positions, selected, sky_system

SHAPE = (3, 40, 9, 8)
SYSTEM = sky_system(SHAPE)
FREQUENCY = 1.4e9 + 1e6 * np.arange(40)


def channels(spec: Any, system: coordinatesystem = SYSTEM) -> list[int]:
    found = selected(spec, system, SHAPE)
    along: Any = found.any(axis=(0, 2, 3))
    np.testing.assert_array_equal(found, np.broadcast_to(along[None, :, None, None], SHAPE))
    return [int(n) for n in np.flatnonzero(along)]


def between(values: Any, low: float, high: float) -> list[int]:
    return [int(n) for n in np.flatnonzero((values >= low) & (values <= high))]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("1.4035 GHz", "1.4125 GHz"),
        (1412.5 * u.MHz, 1403.5 * u.MHz),
        ("1403500kHz", (1.4125, "GHz")),
    ],
)
def test_frequencies(low: Any, high: Any) -> None:
    assert channels(Range("spectral", low, high)) == between(FREQUENCY, 1.4035e9, 1.4125e9)


def test_ends_that_are_channels_belong() -> None:
    assert channels(Range("spectral", "1.403 GHz", "1.412 GHz")) == list(range(3, 13))
    assert channels(Range("spectral", 3, 12)) == list(range(3, 13))
    assert channels(Range("Frequency", "3 chan", "12 pix")) == list(range(3, 13))
    assert channels(Range(-3, 7)) == [7]
    assert channels(Range(1, -5, 2)) == [0, 1, 2]


@pytest.mark.parametrize("doppler", ["radio", "optical", "relativistic"])
def test_velocities_use_the_rest_frequency(doppler: str) -> None:
    equivalency = getattr(u, f"doppler_{doppler}")(REST * u.Hz)
    velocity = (FREQUENCY * u.Hz).to_value("km/s", equivalency)
    found = channels(Range("spectral", "1500 km/s", 2700 * u.km / u.s, doppler=doppler))
    assert found == between(velocity, 1500, 2700)
    assert found


def test_wavelengths() -> None:
    wave = 299792458.0 / FREQUENCY
    assert channels(Range("spectral", "21.2 cm", "0.2135 m")) == between(wave, 0.212, 0.2135)


def test_frequencies_that_fall() -> None:
    system = sky_system(SHAPE, channel=-1e6)
    values = 1.4e9 - 1e6 * np.arange(40)
    found = channels(Range("spectral", "1.3805 GHz", "1.3922 GHz"), system)
    assert found == between(values, 1.3805e9, 1.3922e9)


def test_tabulated_frequencies() -> None:
    table = np.cumsum(np.linspace(1e6, 4e6, 40)) + 1.3e9
    line = spectral_record(table=(np.arange(40.0), table))
    system = coordinatesystem(assemble([("spectral", line, [0])]))
    found = selected(Range("spectral", "1.32 GHz", "1.36 GHz"), system, (40,))
    assert np.flatnonzero(found).tolist() == between(table, 1.32e9, 1.36e9)


def test_linear_axes_in_their_unit() -> None:
    line = linear_record(
        names=["depth", "time"], units=["m", "s"], crval=[10, 0], cdelt=[-2, 0.5], crpix=[0, 0]
    )
    system = coordinatesystem(assemble([("linear", line, [0, 1])]))
    found = selected(Range("depth", "0.3 km", "-300 cm"), system, (4, 20))
    expected = np.broadcast_to(10 - 2 * np.arange(20) >= -3, (4, 20))
    np.testing.assert_array_equal(found, expected)
    assert Corners(("0.4 s", "3 m"), ("9 h", "8 m")).place(system, (4, 20)).bounds.start == (1, 1)
    assert selected(Range("TIME", "0.9s", "10 min"), system, (4, 20)).any(axis=1).tolist() == [
        False,
        False,
        True,
        True,
    ]


def test_stokes_parameters_by_name() -> None:
    found = selected(Range("stokes", "Q", "u"), SYSTEM, SHAPE)
    assert found.all(axis=(1, 2, 3)).tolist() == [False, True, True]
    with pytest.raises(ArgumentError, match=r"wanted one of I, Q, U on the axis Stokes, got 'V'"):
        Range("stokes", "V").place(SYSTEM, SHAPE)


@pytest.mark.parametrize("seed", range(10))
def test_corners_in_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = [float(rng.uniform(-2, n + 2)) for n in SHAPE]
    other = [float(rng.uniform(-2, n + 2)) for n in SHAPE]
    expected = np.ones(SHAPE, bool)
    for axis, (a, b) in enumerate(zip(one, other, strict=True)):
        if rng.random() < 0.2:
            one[axis] = None  # type: ignore[call-overload]
            a = 0
        along = np.arange(SHAPE[axis])
        inside = (along >= min(a, b)) & (along <= max(a, b))
        expected &= inside.reshape([-1 if n == axis else 1 for n in range(4)])
    found = selected(Corners(tuple(one), tuple(other)), SYSTEM, SHAPE)
    np.testing.assert_array_equal(found, expected)


def test_corners_in_world_terms() -> None:
    lon, lat = positions(SYSTEM, SHAPE)
    blc = ("Q", "1.4029 GHz", lat[2, 6] * u.deg, lon[2, 6] * u.deg)
    trc = ("Q", "1.4071 GHz", f"{lat[7, 1]}d", (lon[7, 1], "deg"))
    found = selected(Corners(blc, trc), SYSTEM, SHAPE)
    expected = np.zeros(SHAPE, bool)
    expected[1, 3:8, 2:8, 1:7] = True
    np.testing.assert_array_equal(found, expected)
    clock = Corners((None, None, "-30d", "2h40m"), (None, None, "-29d42m", "2h38m"))
    assert clock.place(SYSTEM, SHAPE).bounds.start[2:] == (4, 4)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Range("spectral", "3 arcmin"), "wanted a frequency, velocity or wavelength on the axis"),
        (Range("spectral", "3 wombats"), "Frequency has an unknown unit 'wombats'"),
        (Range("spectral", "Q"), "wanted a value with its unit on the axis Frequency, got 'Q'"),
        (Range("linear", 3), r"wanted one axis of 0 Stokes \(stokes\), 1 Frequency"),
        (Range("direction", 3), "wanted one axis of"),
        (Range(4, 3), "wanted one axis of .* got 4"),
        (Corners((1,) * 5, ()), "blc has 5 values, the image has 4 axes"),
        (Corners(((1, "m"),), ()), "wanted a value in no unit on the axis Stokes, got 1 m"),
        (
            Corners((None, None, "3 Jy", "3 Jy"), ()),
            "blc needs an angle, got 3 Jy",
        ),
    ],
)
def test_what_axes_do_not_have_is_refused(spec: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        spec.place(SYSTEM, SHAPE)


def test_one_angle_of_a_pair_is_refused() -> None:
    with pytest.raises(CoordinateError, match="depends on the other axis of the sky"):
        Range("Declination", "3 deg").place(SYSTEM, SHAPE)
    with pytest.raises(CoordinateError, match="blc needs both axes of the sky in world terms"):
        Corners((None, None, "3 deg"), ()).place(SYSTEM, SHAPE)


def test_velocity_without_rest_frequency_is_refused() -> None:
    record = default_system((9,)).dict()
    record["spectral0"]["restfreq"] = 0.0
    with pytest.raises(CoordinateError, match="needs a rest frequency, there is none"):
        Range(0, "3 km/s").place(coordinatesystem(record), (9,))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Range("spectral", np.nan), "low needs a finite value, got nan"),
        (lambda: Range("spectral", 3, [4]), r"high needs a pixel or a value with its unit"),
        (lambda: Range("spectral", True), "low needs a pixel or a value with its unit, got True"),
        (lambda: Range(None, 3), "axis needs a number or a name, got None"),  # type: ignore[arg-type]
        (lambda: Range(0, 3, doppler="x"), "doppler has to be one of radio, optical"),
        (lambda: Corners(3, ()), "blc needs a value for each axis, got 3"),
        (lambda: Corners((), (np.inf,)), r"trc\[0\] needs a finite value"),
    ],
)
def test_ranges_are_checked_when_they_are_made(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()
