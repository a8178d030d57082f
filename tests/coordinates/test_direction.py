"""Directions: frames, poles, and the numbers that a browser gets."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from astropy import units
from astropy.coordinates import SkyCoord

from jupimage.coordinates import coordinatesystem, directioncoordinate
from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.frames import astropy_frame, convert
from jupimage.coordinates.record import assemble, direction_record


def sky(**more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "crval": (40.0, -35.0), "cdelt": (-0.5, 0.4), "crpix": (12.0, 9.0), "units": ("deg", "deg")
    }  # fmt: skip
    return direction_record(**{**values, **more})


def browser_pixel_to_world(state: dict[str, Any], x: float, y: float) -> tuple[float, float]:
    """Do what a browser does with the numbers, for three projections."""
    dx, dy = x - state["crpix"][0], y - state["crpix"][1]
    (a, b), (c, d) = state["pc"]
    u = math.radians(state["cdelt"][0] * (a * dx + b * dy))
    v = math.radians(state["cdelt"][1] * (c * dx + d * dy))
    if state["projection"] == "CAR":
        phi, theta = u, v
    elif state["projection"] == "SIN":
        phi, theta = math.atan2(u, -v), math.acos(math.hypot(u, v))
    else:
        phi, theta = math.atan2(u, -v), math.atan2(1.0, math.hypot(u, v))
    alpha_p, delta_p, phi_p = (math.radians(angle) for angle in state["pole"])
    turn = phi - phi_p
    delta = math.asin(
        math.sin(theta) * math.sin(delta_p) + math.cos(theta) * math.cos(delta_p) * math.cos(turn)
    )
    alpha = alpha_p + math.atan2(
        -math.cos(theta) * math.sin(turn),
        math.sin(theta) * math.cos(delta_p) - math.cos(theta) * math.sin(delta_p) * math.cos(turn),
    )
    return math.degrees(alpha) % 360, math.degrees(delta)


@pytest.mark.parametrize("projection", ["SIN", "TAN", "CAR"])
@pytest.mark.parametrize("longpole", [None, 150.0])
def test_sky_state_is_all_that_a_browser_needs(projection: str, longpole: float | None) -> None:
    record = sky(projection=projection, longpole=longpole, pc=[[0.9, 0.2], [-0.1, 1.1]])
    state = directioncoordinate(record).sky_state()
    assert state is not None
    json.dumps(state, allow_nan=False)
    assert state["sexagesimal"] is True
    assert state["frame"] == "J2000"
    transform = DirectionTransform(record)
    for x, y in ((12.0, 9.0), (0.0, 0.0), (30.0, 3.0)):
        longitude, latitude = transform.toworld(np.array([[x, y]]))[0]
        expected = (longitude % 360, latitude)
        np.testing.assert_allclose(browser_pixel_to_world(state, x, y), expected, rtol=1e-12)


def test_sky_state_counts_in_degrees_whatever_the_unit() -> None:
    record = sky(crval=(60.0, 120.0), cdelt=(-1.0, 1.0), units=("'", "'"))
    state = directioncoordinate(record).sky_state()
    assert state is not None
    assert state["reference_longitude"] == pytest.approx(1.0)
    np.testing.assert_allclose(state["cdelt"], [-1 / 60, 1 / 60])


def test_no_sky_state_where_positions_are_converted() -> None:
    record = sky() | {"conversionSystem": "GALACTIC"}
    assert directioncoordinate(record).sky_state() is None


def test_galactic_is_not_sexagesimal() -> None:
    state = directioncoordinate(sky(system="GALACTIC")).sky_state()
    assert state is not None
    assert state["sexagesimal"] is False


@pytest.mark.parametrize(
    ("projection", "latitude", "poles"),
    [("SIN", 30.0, (180, 30)), ("TAN", 90.0, (0, 90)), ("CAR", 20.0, (0, 70)),
     ("CAR", -20.0, (180, 70)), ("AIT", 0.0, (0, 90)), ("ZEA", -90.0, (180, -90))],
)  # fmt: skip
def test_poles_follow_the_rules_of_fits(
    projection: str, latitude: float, poles: tuple[float, float]
) -> None:
    record = sky(projection=projection, crval=(10.0, latitude))
    assert (record["longpole"], abs(record["latpole"])) == pytest.approx((poles[0], abs(poles[1])))


def test_outside_of_the_projection_there_is_nothing() -> None:
    sine = DirectionTransform(sky())
    assert np.isnan(sine.toworld(np.array([[300.0, 9.0]]))).all()
    assert np.isnan(sine.topixel(np.array([[220.0, 35.0]]))).all()
    both = sine.toworld(np.array([[12.0, 9.0], [300.0, 9.0]]))
    np.testing.assert_allclose(both[0], [40.0, -35.0])


def test_longitudes_follow_the_sign_of_the_reference() -> None:
    for longitude, low, high in ((1.0, 0, 360), (-1.0, -360, 0)):
        record = sky(crval=(longitude, 0.0))
        world = DirectionTransform(record).toworld(np.array([[0.0, 9.0], [30.0, 9.0]]))
        assert ((world[:, 0] >= low) & (world[:, 0] <= high)).all()


def test_input_array_is_left_alone() -> None:
    pixel = np.array([[1.0, 2.0], [np.nan, 2.0]])
    before = pixel.copy()
    DirectionTransform(sky()).toworld(pixel)
    DirectionTransform(sky()).topixel(pixel)
    np.testing.assert_array_equal(pixel, before)


def test_many_positions_are_worked_through_in_pieces() -> None:
    transform = DirectionTransform(sky())
    pixel = np.random.default_rng(0).uniform(0, 24, (150_000, 2))
    world = transform.toworld(pixel)
    np.testing.assert_array_equal(world[-5:], transform.toworld(pixel[-5:]))
    np.testing.assert_allclose(transform.topixel(world), pixel, atol=1e-9)


FRAMES = ["J2000", "ICRS", "B1950", "B1950_VLA", "GALACTIC", "SUPERGAL", "ECLIPTIC"]


@pytest.mark.parametrize("source", FRAMES)
@pytest.mark.parametrize("target", FRAMES)
def test_frames_are_converted_as_astropy_does(source: str, target: str) -> None:
    rng = np.random.default_rng(5)
    lonlat = np.stack([rng.uniform(-180, 180, 20), rng.uniform(-89, 89, 20)], axis=1)
    ours = convert(lonlat, source, target)
    start = SkyCoord(*lonlat.T, unit=units.deg, frame=astropy_frame(source))
    there = start.transform_to(astropy_frame(target))
    found = SkyCoord(*ours.T, unit=units.deg, frame=astropy_frame(target))
    assert found.separation(there).max() < 1e-6 * units.arcsec
    assert (np.abs(ours[:, 0]) <= 180).all()


def test_converted_positions_come_back() -> None:
    record = sky() | {"conversionSystem": "GALACTIC"}
    system = coordinatesystem(assemble([("direction", record, (0, 1))]))
    world = system.toworld([3.0, 4.0])
    expected = SkyCoord(*DirectionTransform(sky()).toworld(np.array([[4.0, 3.0]]))[0],
                        unit=units.deg, frame="fk5").galactic  # fmt: skip
    assert world == pytest.approx([expected.b.deg, expected.l.wrap_at(180 * units.deg).deg])
    assert system.topixel(world) == pytest.approx([3.0, 4.0])
    assert system.axes()[0].frame == "GALACTIC"


def test_ncp_is_slant_sine() -> None:
    old = sky(crval=(40.0, 60.0))
    new = sky(crval=(40.0, 60.0), parameters=(0.0, 1 / math.tan(math.radians(60.0))))
    old["projection"], old["projection_parameters"] = "NCP", np.zeros(0)
    at = np.array([[3.0, 4.0]])
    np.testing.assert_allclose(
        DirectionTransform(old).toworld(at), DirectionTransform(new).toworld(at), rtol=1e-14
    )
