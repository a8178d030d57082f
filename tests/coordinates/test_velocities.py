"""Frequencies, velocities, wavelengths, and the frames in which they are seen."""

from __future__ import annotations

import copy
import itertools
import socket
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import EarthLocation, SkyCoord
from astropy.time import Time

from jupimage.coordinates import coordinatesystem, default_system, spectralcoordinate
from jupimage.coordinates.measures import direction_measure, epoch_measure, position_measure
from jupimage.coordinates.record import spectral_record
from jupimage.coordinates.velocities import CONVENTIONS
from jupimage.errors import CoordinateError, DataTypeError
from tests.conftest import Oracle

REST = 1.420405751786e9
DOPPLER = {
    "radio": u.doppler_radio,
    "optical": u.doppler_optical,
    "relativistic": u.doppler_relativistic,
}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may look anything up."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def axis() -> spectralcoordinate:
    return spectralcoordinate(spectral_record(crval=1.42e9, cdelt=1e6, restfrequency=REST))


@pytest.mark.parametrize("convention", DOPPLER)
def test_velocities_are_those_of_astropy(convention: str) -> None:
    frequencies = np.linspace(0.7e9, 2.1e9, 21).reshape(3, 7)
    equivalence = DOPPLER[convention](REST * u.Hz)
    known = (frequencies * u.Hz).to_value(u.km / u.s, equivalence)
    ours = axis().velocity(frequencies, convention)
    np.testing.assert_allclose(ours, known, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(axis().frequency(ours, convention), frequencies, rtol=1e-12)
    np.testing.assert_allclose(
        axis().velocity(frequencies * u.Hz, convention.upper(), unit="m/s"), known * 1e3, atol=1e-6
    )


def test_velocities_are_those_of_casacore(oracle: Oracle) -> None:
    from casacore.measures import measures
    from casacore.quanta import quantity

    machine = measures()
    for convention in CONVENTIONS:
        name = "TRUE" if convention == "relativistic" else convention.upper()
        for velocity in (-5000.0, 0.0, 300.0, 60000.0):
            known = machine.tofrequency(
                "LSRK", machine.doppler(name, f"{velocity!r}km/s"), quantity(f"{REST!r}Hz")
            )["m0"]["value"]
            assert axis().frequency(velocity, convention) == pytest.approx(known, rel=1e-12)
            assert axis().velocity(known, convention) == pytest.approx(velocity, abs=1e-6)
            oracle.count(2)


def test_wavelengths_both_ways() -> None:
    frequencies = np.array([1e9, 1.4e9, 3e11])
    known = (frequencies * u.Hz).to_value(u.mm, u.spectral())
    ours = axis().wavelength(frequencies, unit="mm")
    np.testing.assert_allclose(ours, known, rtol=1e-14)
    np.testing.assert_allclose(axis().frequency(ours, unit="mm"), frequencies, rtol=1e-14)
    np.testing.assert_allclose(axis().frequency(ours * u.mm), frequencies, rtol=1e-14)
    assert axis().frequency(0 * u.km / u.s, "optical") == REST
    assert isinstance(axis().wavelength(1e9), float)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda a: a.velocity(1e9, "x"), "one of radio, optical, relativistic, got 'x'"),
        (lambda a: a.velocity(1e9, unit="Jy"), "needs a unit of speed, got 'Jy'"),
        (lambda a: a.velocity("fast"), "wanted numbers in Hz"),
        (lambda a: a.velocity(3 * u.s), "can be in Hz, got 3.0 s"),
        (lambda a: a.frequency(3 * u.s), "wanted velocities or wavelengths, got 3.0 s"),
        (lambda a: a.frequency(3.0, unit="Jy"), "needs a unit of speed, got 'Jy'"),
        (lambda a: a.wavelength(1e9, unit="Hz"), "needs a unit of length, got 'Hz'"),
        (lambda a: a.convert(1e9, "MARS"), "velocity frame 'MARS' is not known"),
        (lambda a: a.convert(1e9, "TOPO"), "needs a date between 1913 and 2105"),
        (lambda a: a.convert(1e9, "REST"), "no conversion of frequencies .* 'REST'"),
        (lambda a: a.convert("x", "BARY"), "frequency needs numbers"),
    ],
)  # fmt: skip
def test_question_without_answer_says_why(ask: Any, words: str) -> None:
    with pytest.raises((CoordinateError, DataTypeError), match=words):
        ask(axis())


def test_velocity_needs_a_rest_frequency_and_wavelength_does_not() -> None:
    bare = spectralcoordinate(spectral_record())
    for ask in (lambda: bare.velocity(1e9), lambda: bare.frequency(100.0)):
        with pytest.raises(CoordinateError, match="needs a rest frequency, there is none"):
            ask()
    assert bare.frequency(1.0, unit="m") == pytest.approx(299792458.0)


FRAMES = ["TOPO", "GEO", "BARY", "LSRK", "LSRD", "GALACTO", "LGROUP", "CMB"]


def test_frames_are_converted_as_casacore_does(oracle: Oracle) -> None:
    from casacore.measures import measures

    machine = measures()
    place = machine.measure(machine.observatory("WSRT"), "ITRF")
    epoch = machine.epoch("UTC", "2010/03/04/05:06:07")
    sky = machine.direction("J2000", "5h34m32s", "22d0m52s")
    for measure in (place, epoch, sky):
        machine.do_frame(measure)
    frequencies = np.array([1.3e9, 1.4e9])
    for source, target in itertools.permutations(FRAMES, 2):
        own = spectralcoordinate(spectral_record(system=source, crval=1e9, cdelt=1e6))
        ours = own.convert(
            frequencies, target, direction=["5h34m32s", "22d0m52s"], position="WSRT",
            epoch="2010-03-04T05:06:07",
        )  # fmt: skip
        for frequency, found in zip(frequencies.tolist(), ours, strict=True):
            known = machine.measure(machine.frequency(source, f"{frequency!r}Hz"), target)
            # casacore rounds the constants of its frames, and so is off by up to 2 m/s
            assert abs(found - known["m0"]["value"]) / frequency * 299792458 < 2, (source, target)
            oracle.count()


def test_barycentre_is_that_of_astropy() -> None:
    """To a few m/s: astropy adds the redshift that gravity and the Earth's speed cause."""
    place, when = position_measure("VLA"), Time(57000.25, format="mjd", scale="utc")
    sky = SkyCoord("5h34m32s", "22d0m52s")
    xyz = [place[f"m{i}"]["value"] for i in range(3)]
    location = EarthLocation.from_geocentric(
        xyz[2] * np.cos(xyz[1]) * np.cos(xyz[0]), xyz[2] * np.cos(xyz[1]) * np.sin(xyz[0]),
        xyz[2] * np.sin(xyz[1]), unit=u.m,
    )  # fmt: skip
    known = sky.radial_velocity_correction(obstime=when, location=location).to_value(u.m / u.s)
    own = spectralcoordinate(spectral_record(system="TOPO", crval=1e9, cdelt=1e6))
    found = own.convert(1e9, "BARY", direction=sky, position=location, epoch=when)
    assert (1e9 / found - 1) * 299792458 == pytest.approx(known, abs=5)


def test_whole_system_is_shown_in_another_velocity_frame() -> None:
    cube = default_system((9, 8, 8))
    cube.dict()["obsdate"]["m0"]["value"] = 57000.25
    for frame in FRAMES:
        seen = cube.converted(velocity_frame=frame.lower())
        assert seen["spectral"].get_frame() == "LSRK"
        assert seen["spectral"].frame == frame
        world = seen.toworld(np.array([[0.0, 4, 4], [8.0, 0, 0]]))
        own = seen["spectral"]
        expected = cube["spectral"].convert(
            cube.toworld(np.array([[0.0, 4, 4], [8.0, 0, 0]]))[:, 0], frame,
            **{key: own.get_conversion()[key] for key in ("direction", "position", "epoch")},
        )  # fmt: skip
        np.testing.assert_allclose(world[:, 0], expected, rtol=1e-14)
        np.testing.assert_allclose(seen.topixel(world), [[0, 4, 4], [8, 0, 0]], atol=1e-6)
    assert cube["spectral"].frame == "LSRK"


def test_shown_system_works_in_casacore(oracle: Oracle) -> None:
    cube = default_system((9, 8, 8))
    cube.dict()["obsdate"]["m0"]["value"] = 57000.25
    for frame in FRAMES:
        seen = cube.converted(sky_frame="ICRS", velocity_frame=frame)
        image = oracle.images.image("", shape=[9, 8, 8], coordsys=seen)
        ours, known = seen.toworld([2, 3, 4]), image.toworld([2, 3, 4])
        assert abs(ours[0] / known[0] - 1) * 299792458 < 2
        assert ours[1:] == pytest.approx(known[1:], abs=0.002)  # 0.06", in arcmin
        oracle.count()


def test_what_a_conversion_lacks_is_named() -> None:
    cube = default_system((9, 8, 8))
    with pytest.raises(CoordinateError, match="sky frame 'FK9' is not known"):
        cube.converted(sky_frame="FK9")
    with pytest.raises(CoordinateError, match="'AZEL' is not one of J2000"):
        cube.converted(sky_frame="AZEL")
    with pytest.raises(CoordinateError, match="no spectral coordinate to be shown in 'BARY'"):
        default_system((8, 8)).converted(velocity_frame="BARY")
    spectrum = default_system((9,)).dict()
    del spectrum["telescopeposition"], spectrum["obsdate"]
    spectrum["telescope"] = "my garden"
    with pytest.raises(CoordinateError, match="needs a date"):
        coordinatesystem(copy.deepcopy(spectrum)).converted(velocity_frame="TOPO")
    cube.dict()["direction0"]["projection"] = "XXX"
    with pytest.raises(CoordinateError, match="'XXX' is not known"):
        cube.converted(velocity_frame="BARY")


def test_many_positions_and_one_are_the_same() -> None:
    cube = default_system((9, 8, 8)).converted(sky_frame="GALACTIC", velocity_frame="CMB")
    pixels = np.random.default_rng(1).uniform(0, 8, (50, 3))
    world = cube.toworld(pixels)
    for pixel, row in zip(pixels, world, strict=True):
        assert cube.toworld(pixel) == row.tolist()


@pytest.mark.parametrize(
    "frame", ["ICRS", "B1950", "B1950_VLA", "GALACTIC", "SUPERGAL", "ECLIPTIC"]
)
def test_positions_are_converted_as_astropy_does(frame: str) -> None:
    from jupimage.coordinates.frames import astropy_frame

    sky = default_system((8, 8))["direction"]
    world = np.random.default_rng(2).uniform(-80, 80, (2, 5, 2)) * 60
    ours = sky.convert(world, frame)
    known = SkyCoord(world[..., 1] * u.arcmin, world[..., 0] * u.arcmin, frame="fk5").transform_to(
        astropy_frame(frame)
    )
    found = SkyCoord(ours[..., 1] * u.arcmin, ours[..., 0] * u.arcmin, frame=astropy_frame(frame))
    assert known.separation(found).max() < 1e-9 * u.arcsec
    assert (
        sky.convert([600.0, 60.0], frame)
        == sky.convert(np.array([[600.0, 60.0]]), frame)[0].tolist()
    )


@pytest.mark.parametrize("frame", ["JMEAN", "JTRUE", "MECLIPTIC", "TECLIPTIC"])
def test_frames_of_a_date_are_those_of_casacore(oracle: Oracle, frame: str) -> None:
    """To 0.2": casacore's precession and nutation are those of 1976 and 1980."""
    from casacore.measures import measures

    machine = measures()
    machine.do_frame(machine.epoch("UTC", "57000.25d"))
    sky = default_system((8, 8))["direction"]
    for lon, lat in ((10.0, 20.0), (200.0, -70.0), (350.0, 85.0)):
        known = machine.measure(machine.direction("J2000", f"{lon}deg", f"{lat}deg"), frame)
        found = sky.convert([lat * 60, lon * 60], frame, epoch=57000.25)
        there = SkyCoord(found[1] / 60, found[0] / 60, unit="deg")
        other = SkyCoord(known["m0"]["value"], known["m1"]["value"], unit="rad")
        assert there.separation(other) < 0.2 * u.arcsec
        seen = default_system((8, 8))["direction"]
        seen.set_frame(frame)
        back = seen.convert(found, "J2000", epoch="2014-12-09T06:00:00")
        np.testing.assert_allclose(
            SkyCoord(back[1], back[0], unit="arcmin").separation(
                SkyCoord(lon, lat, unit="deg")).arcsec, 0, atol=1e-6
        )  # fmt: skip
        oracle.count()
    with pytest.raises(CoordinateError, match=f"sky frame {frame} needs a date, there is none"):
        sky.convert([0.0, 0.0], frame)
    with pytest.raises(CoordinateError, match="needs a date after 1858, got -5"):
        sky.convert([0.0, 0.0], frame, epoch=-5.0)


def test_conversion_of_a_sky_coordinate_and_back() -> None:
    system = default_system((8, 8))
    before = system.toworld([3, 5])
    system["direction"].set_conversion("galactic")
    assert system["direction"].get_conversion() == "GALACTIC"
    assert system["direction"].get_frame() == "J2000"
    there = default_system((8, 8))["direction"].convert(before, "GALACTIC")
    np.testing.assert_allclose(system.toworld([3, 5]), there, rtol=1e-12)
    assert system.topixel(system.toworld([3, 5])) == pytest.approx([3, 5])
    system["direction"].set_conversion("J2000")
    assert system.toworld([3, 5]) == before


@pytest.mark.parametrize(
    ("make", "value", "words"),
    [
        (direction_measure, 5.0, "a direction is a measure, a SkyCoord or a pair"),
        (direction_measure, ["12h", "95d"], "a latitude within 90 degrees, got 180.0, 95.0"),
        (direction_measure, {"type": "epoch", "m0": {"value": 1}}, "the measure of a direction"),
        (direction_measure, ["x", "y"], "wanted a number"),
        (position_measure, "my garden", "no place is known for 'my garden'"),
        (position_measure, 3, "a position is a measure, an EarthLocation or the name"),
        (epoch_measure, "yesterday", "'yesterday' is no time"),
        (epoch_measure, None, "an epoch is a measure, a time"),
    ],
)
def test_measure_that_cannot_be_made(make: Any, value: Any, words: str) -> None:
    with pytest.raises((CoordinateError, DataTypeError), match=words):
        make(value)


def test_measures_of_everything() -> None:
    epoch = epoch_measure(Time("2020-01-02T12:00:00"))
    assert epoch == epoch_measure("2020-01-02T12:00:00") == epoch_measure(58850.5)
    assert epoch_measure(epoch) is epoch
    parkes = position_measure("Parkes")
    assert parkes["refer"] == "ITRF"
    sky = direction_measure(SkyCoord(10 * u.deg, 20 * u.deg, frame="galactic"))
    assert sky["refer"] == "ICRS"
    assert direction_measure([10.0, "20d"])["m0"]["value"] == np.radians(10.0)


def test_observatories_stand_where_casacore_has_them(oracle: Oracle) -> None:
    from casacore.measures import measures

    from jupimage.coordinates.observatories import known_observatories, observatory

    machine = measures()
    for name in known_observatories():
        known = machine.measure(machine.observatory(name), "ITRF")
        assert observatory(name) == pytest.approx(
            [known[f"m{i}"]["value"] for i in range(3)], rel=1e-12
        )
        oracle.count()
    assert len(known_observatories()) > 50
