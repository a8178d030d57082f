"""Coordinates as cards of a header, read back from them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.fitsheader import from_header
from jupimage.coordinates.headerwriting import to_header
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    linear_record,
    measure,
    observation,
    quality_record,
    spectral_record,
    stokes_record,
    tabular_record,
)
from jupimage.coordinates.spectraltypes import frequency
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

REST = 1.420405752e9


def system_of(*parts: tuple[str, Any, list[int]], **known: Any) -> coordinatesystem:
    return coordinatesystem(assemble(parts, observation(**known)))


def cards_of(system: coordinatesystem, shape: tuple[int, ...], **chosen: bool) -> dict[str, Any]:
    return {key: value for key, value, _ in to_header(system, shape, **chosen).cards}


def again(system: coordinatesystem, shape: tuple[int, ...], **chosen: bool) -> coordinatesystem:
    found = from_header(cards_of(system, shape, **chosen), shape)
    assert found.remarks == ()
    return found.system


def losses_of(system: coordinatesystem, shape: tuple[int, ...], **chosen: bool) -> tuple[str, ...]:
    return to_header(system, shape, **chosen).losses


def sky(**more: Any) -> tuple[str, Any, list[int]]:
    chosen = {"crval": (1.0, -0.5), "cdelt": (-1e-5, 1e-5), "crpix": (3.0, 2.0)} | more
    return ("direction", direction_record(**chosen), [0, 1])


def lines(**more: Any) -> tuple[str, Any, list[int]]:
    chosen = {"crval": 1.4e9, "cdelt": 1e6, "crpix": 2.0, "restfrequency": REST} | more
    return ("spectral", spectral_record(**chosen), [0])


ANGLE = st.floats(-3.0, 3.0)
STEP = st.sampled_from([-1e-3, -1e-5, 1e-7, 2e-4])


@settings(deadline=None)
@given(
    crval=st.tuples(ANGLE, st.floats(-1.5, 1.5)),
    cdelt=st.tuples(STEP, STEP),
    crpix=st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    rotation=st.floats(-3, 3),
    frame=st.sampled_from(["J2000", "B1950", "B1950_VLA", "ICRS", "GALACTIC", "SUPERGAL"]),
    projection=st.sampled_from(["SIN", "TAN", "ARC", "STG", "ZEA"]),
    longpole=st.sampled_from([180.0, 0.0, 33.3]),
)
def test_any_sky_comes_back(
    crval: Any,
    cdelt: Any,
    crpix: Any,
    rotation: float,
    frame: str,
    projection: str,
    longpole: float,
) -> None:
    cosine, sine = math.cos(rotation), math.sin(rotation)
    part = sky(
        crval=crval, cdelt=cdelt, crpix=crpix, pc=[[cosine, -sine], [sine, cosine]],
        system=frame, projection=projection, longpole=longpole,
    )  # fmt: skip
    wanted = part[1]
    found = again(system_of(part), (8, 9)).dict()["direction0"]
    for key in ("system", "projection", "axes", "units", "conversionSystem"):
        assert found[key] == wanted[key]
    for key in ("crval", "cdelt", "crpix", "pc", "projection_parameters", "longpole", "latpole"):
        np.testing.assert_allclose(found[key], wanted[key], rtol=4e-16, atol=1e-15)


PROJECTIONS: dict[str, list[float]] = {
    "AZP": [2.0, 30.0], "SZP": [2.0, 180.0, 60.0], "CEA": [0.8], "HPX": [4.0, 3.0],
    "COE": [45.0, 20.0], "BON": [45.0], "CAR": [], "MER": [], "SFL": [], "AIT": [], "MOL": [],
    "SIN": [0.1, -0.2], "ZPN": [0.0, 1.0, 0.0, -0.1] + [0.0] * 16,
}  # fmt: skip


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_parameters_of_projections_come_back(projection: str) -> None:
    part = sky(projection=projection, parameters=PROJECTIONS[projection])
    system = system_of(part)
    found = again(system, (8, 9))
    for pixel in ([0.0, 0.0], [7.0, 8.0]):
        np.testing.assert_allclose(found.toworld(pixel), system.toworld(pixel), rtol=1e-13)


def test_gls_and_ncp_come_back_as_what_they_became() -> None:
    gls = system_of(sky(projection="SFL", parameters=[1.0, 0.0, math.degrees(-0.5)]))
    cards = cards_of(gls, (8, 9))
    assert cards["CTYPE1"] == "RA---GLS"
    found = from_header(cards, (8, 9)).system
    np.testing.assert_allclose(found.toworld([1.0, 7]), gls.toworld([1.0, 7]), rtol=1e-14)
    other = sky(projection="SFL", parameters=[1.0, 0.0, 10.0])
    assert cards_of(system_of(other), (8, 9))["PV1_2"] == 10.0
    ncp = sky(projection="NCP", parameters=[])
    assert cards_of(system_of(ncp), (8, 9))["PV2_2"] == pytest.approx(1 / math.tan(-0.5))


@pytest.mark.parametrize("frame", ["APP", "AZEL", "HADEC", "JMEAN", "ITRF", "MECLIPTIC", "MARS"])
def test_frame_without_a_name_is_not_taken_for_another(frame: str) -> None:
    system = system_of(sky(system=frame))
    assert losses_of(system, (8, 9)) == (f"the sky frame {frame}, for which FITS has no name",)
    found = from_header(cards_of(system, (8, 9)), (8, 9)).system
    assert [axis.kind for axis in found.axes()] == ["linear", "linear"]


def test_shown_frame_is_named_as_lost() -> None:
    part = sky()
    part[1]["conversionSystem"] = "GALACTIC"
    assert losses_of(system_of(part), (8, 9)) == (
        "that positions are shown in GALACTIC (conversionSystem)",
    )


def distorted() -> dict[str, Any]:
    """Return the cards of an image with SIP."""
    return {
        "CTYPE1": "RA---TAN-SIP", "CRVAL1": 30.0, "CDELT1": -0.01, "CRPIX1": 30.0,
        "CTYPE2": "DEC--TAN-SIP", "CRVAL2": -20.0, "CDELT2": 0.01, "CRPIX2": 40.0,
        "RADESYS": "ICRS", "A_ORDER": 2, "A_2_0": 1e-4, "A_1_1": -2e-4, "B_ORDER": 3,
        "B_0_2": 3e-4, "B_2_1": 1e-6,
    }  # fmt: skip


@pytest.mark.parametrize("step", [(1, 1), (2, 3)], ids=str)
def test_distortion_comes_back(step: tuple[int, int]) -> None:
    box = Box((4, 8), (64, 80), step)
    system = from_header(distorted(), (100, 90)).system.section(box)
    found = again(system, box.shape)
    for pixel in ([0.0, 0.0], [10.0, 19.0]):
        np.testing.assert_allclose(found.toworld(pixel), system.toworld(pixel), rtol=1e-13)
    assert losses_of(system, box.shape) == ()


def test_distortion_of_other_axes_is_named() -> None:
    record = from_header(distorted(), (100, 90)).system.dict()
    system = system_of(("direction", record["direction0"], [1, 2]), ("spectral", lines()[1], [0]))
    assert losses_of(system, (100, 90, 4), velocity=False) == ("the distortion of the sky",)


FRAMES = ("REST", "LSRK", "LSRD", "BARY", "GEO", "TOPO", "GALACTO", "LGROUP", "CMB", "Undefined")


@pytest.mark.parametrize("rest", [REST, 0.0], ids=["rest frequency", "no rest frequency"])
@pytest.mark.parametrize("frame", FRAMES)
def test_velocity_frames_come_back(frame: str, rest: float) -> None:
    system = system_of(lines(system=frame, restfrequency=rest))
    for chosen in ({"velocity": False}, {"optical": False}, {}):
        found = from_header(cards_of(system, (5,), **chosen), (5,)).system.dict()["spectral0"]
        assert (found["system"], found["restfreq"]) == (frame, rest)


def test_frequencies_come_back_exactly() -> None:
    part = lines(crval=1.4e9 + 1 / 3, cdelt=1e6 / 7, crpix=2.125)
    found = again(system_of(part), (64,), velocity=False).dict()["spectral0"]
    assert found["wcs"] == part[1]["wcs"]
    assert losses_of(system_of(part), (64,), velocity=False) == ()


def test_radio_velocities_are_frequencies() -> None:
    part = lines(crval=1.4e9, cdelt=1e6)
    system = system_of(part)
    found = again(system, (64,), optical=False)
    assert losses_of(system, (64,), optical=False) == ()
    for pixel in (0.0, 63.0):
        np.testing.assert_allclose(found.toworld([pixel]), system.toworld([pixel]), rtol=1e-14)


def test_optical_velocities_of_frequencies_are_named_as_approximate() -> None:
    cards = cards_of(system_of(lines()), (64,))
    assert (cards["CTYPE1"], cards["ALTRVAL"], cards["ALTRPIX"]) == ("VOPT", 1.4e9, 3.0)
    (loss,) = losses_of(system_of(lines()), (64,))
    assert loss.startswith("the exact values of the spectral axis: VOPT in equal steps is wrong")
    assert losses_of(system_of(lines(crpix=0.0)), (1,)) == ()


@pytest.mark.parametrize("kind", ["VOPT", "WAVE"])
def test_optical_velocities_come_back_exactly(kind: str) -> None:
    pixels = np.arange(64.0)
    start, step = (2.2e6, -1.07e4) if kind == "VOPT" else (0.2141, 3e-5)
    table = (pixels, frequency(kind, start + step * pixels, REST))
    system = system_of(lines(table=table))
    assert losses_of(system, (64,)) == ()
    found = again(system, (64,))
    worlds = [found.toworld([pixel])[0] for pixel in pixels]
    np.testing.assert_allclose(worlds, table[1], rtol=1e-14)


def test_table_that_is_not_linear_is_named() -> None:
    table = (np.arange(4.0), np.array([1.0e9, 1.1e9, 1.3e9, 1.6e9]))
    system = system_of(lines(table=table))
    (loss,) = losses_of(system, (4,), velocity=False)
    assert "FREQ in equal steps is wrong by up to 3e+02% of a channel" in loss
    cards = cards_of(system, (4,), velocity=False)
    assert (cards["CRVAL1"], cards["CDELT1"], cards["CRPIX1"]) == (1.0e9, pytest.approx(1e8), 1.0)


def test_conversion_of_frequencies_becomes_permanent() -> None:
    part = lines(system="BARY")
    part[1]["conversion"] |= {
        "direction": measure("direction", "J2000", (1.0, "rad"), (-0.5, "rad")), "system": "LSRK",
    }  # fmt: skip
    system = system_of(part)
    found = again(system, (8,), velocity=False)
    assert found.dict()["spectral0"]["system"] == "LSRK"
    np.testing.assert_allclose(found.toworld([3.0]), system.toworld([3.0]), rtol=1e-15)


def test_frequencies_in_other_units_come_back_in_hertz() -> None:
    part = lines(crval=1.4, cdelt=1e-3, restfrequency=1.42)
    part[1]["unit"] = "GHz"
    found = again(system_of(part), (8,), velocity=False).dict()["spectral0"]
    assert found["restfreq"] == pytest.approx(1.42e9)
    assert found["wcs"]["crval"] == pytest.approx(1.4e9)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"restfreqs": np.array([1e9, 2e9])}, "2 rest frequencies"),
        ({"velType": 2}, "velType"),
    ],
    ids=["rest frequencies", "velocity type"],
)
def test_what_a_spectral_axis_loses_is_named(change: dict[str, Any], named: str) -> None:
    part = lines()
    part[1].update(change)
    assert any(named in loss for loss in losses_of(system_of(part), (4,), velocity=False))


def test_velocity_frame_that_does_not_exist_is_refused() -> None:
    part = lines()
    part[1]["system"] = part[1]["conversion"]["system"] = "MOON"
    with pytest.raises(CoordinateError, match="velocity frame 'MOON' is not known"):
        losses_of(system_of(part), (4,), velocity=False)


STOKES = [
    ["I"], ["I", "V"], ["LL", "RR"], ["XX", "YX"], ["PFlinear"], ["Ptotal", "Plinear"],
    ["V", "U", "Q", "I"],
]  # fmt: skip


@pytest.mark.parametrize("names", STOKES, ids=" ".join)
def test_stokes_parameters_come_back(names: list[str]) -> None:
    system = system_of(("stokes", stokes_record(names), [0]))
    assert again(system, (len(names),)).dict()["stokes0"]["stokes"] == names
    assert losses_of(system, (len(names),)) == ()


def test_uneven_stokes_parameters_are_not_written_as_even_ones() -> None:
    names = ["XX", "XY", "YX", "YY"]
    system = system_of(("stokes", stokes_record(names), [2]), sky())
    cards = cards_of(system, (4, 8, 9))
    assert (cards["CTYPE3"], cards["CNAME3"]) == ("POLN", "Stokes XX XY YX YY")
    assert cards["CTYPE1"] == "RA---SIN"
    (loss,) = losses_of(system, (4, 8, 9))
    assert loss == "the Stokes parameters XX XY YX YY, whose numbers in FITS have no equal steps"


def test_linear_axes_come_back() -> None:
    record = linear_record(
        names=["TIME", "PHASE"], units=["s", ""], crval=[1 / 3, 2.0], cdelt=[0.1, -1.0],
        crpix=[0.5, -7.0], pc=[[1.0, 0.25], [0.0, 2.0]],
    )  # fmt: skip
    found = again(system_of(("linear", record, [1, 0])), (8, 9)).dict()["linear0"]
    order = [1, 0]
    for key in ("crval", "cdelt", "crpix"):
        np.testing.assert_array_equal(np.array(found[key])[order], record[key])
    np.testing.assert_array_equal(found["pc"][np.ix_(order, order)], record["pc"])
    assert (found["axes"], found["units"]) == (["PHASE", "TIME"], ["", "s"])


def test_table_of_another_axis_is_named_unless_it_is_linear() -> None:
    for worlds, count in (([1.0, 2.0, 3.0], 0), ([1.0, 2.0, 4.0], 1)):
        record = tabular_record(np.arange(3.0), np.array(worlds), name="TIME", unit="s")
        system = system_of(("tabular", record, [0]))
        assert len(losses_of(system, (3,))) == count
        assert again(system, (3,)).toworld([0.0]) == [1.0]


def test_transposed_axes_keep_their_places() -> None:
    system = system_of(
        ("stokes", stokes_record(["I", "Q"]), [3]),
        ("direction", sky()[1], [2, 0]),
        ("spectral", lines()[1], [1]),
    )
    shape = (2, 8, 4, 9)
    found = again(system, shape, velocity=False)
    assert [axis.kind for axis in found.axes()] == [axis.kind for axis in system.axes()]
    for pixel in ([0.0, 0, 0, 0], [1.0, 7, 3, 8]):
        np.testing.assert_allclose(found.toworld(pixel), system.toworld(pixel), rtol=1e-14)


def test_second_coordinates_of_a_kind_become_linear() -> None:
    system = system_of(
        sky(), ("direction", sky()[1], [2, 3]), ("spectral", lines()[1], [4]),
        ("spectral", lines()[1], [5]),
    )  # fmt: skip
    shape = (2, 3, 4, 5, 6, 7)
    found = again(system, shape, velocity=False)
    kinds = ["linear", "spectral", "linear", "linear", "direction", "direction"]
    assert [axis.kind for axis in found.axes()] == kinds
    assert losses_of(system, shape, velocity=False) == (
        "that axis 3 is a second direction coordinate",
        "that axis 6 is a second spectral coordinate",
    )


def test_dropped_axes_of_the_sky_follow_the_others() -> None:
    system = default_system((8, 16, 32)).section(Box((2, 5, 0), (6, 6, 32)), drop=(1,))
    cards = cards_of(system, (4, 32), velocity=False)
    assert (cards["WCSAXES"], cards["CTYPE3"]) == (3, "DEC--SIN")
    found = from_header(cards, (4, 32), extend=True)
    assert found.shape == (1, 4, 32)


def test_axis_dropped_as_a_whole_is_named() -> None:
    record = system_of(sky(), ("spectral", lines()[1], [2])).dict()
    record["pixelmap1"], record["worldmap1"] = np.array([-1]), np.array([-1])
    assert losses_of(coordinatesystem(record), (8, 9)) == (
        "the value of the spectral axis that was dropped from the image",
    )


def test_quality_without_parts_is_linear() -> None:
    system = system_of(("quality", quality_record(), [0]))
    assert cards_of(system, (2,))["CTYPE1"] == "QUALITY"


@settings(deadline=None)
@given(
    day=st.floats(-20000, 90000),
    scale=st.sampled_from(["UTC", "TAI", "TDT", "UT1", "TDB", "TCB", "TCG"]),
)
def test_any_date_comes_back(day: float, scale: str) -> None:
    system = system_of(sky(), obsdate=measure("epoch", scale, (day, "d")))
    found = again(system, (8, 9)).get_obsdate()
    if day:
        assert found["refer"] == scale
        # a part of the float that holds the day, which has no decimals for all of them
        assert found["m0"]["value"] == pytest.approx(day, rel=4e-16, abs=1e-16)


def test_who_and_where_come_back() -> None:
    place = (2.6101423190348916, -0.5261379196128062, 6372960.257723439)
    system = system_of(
        sky(), telescope="ATCA", observer="A. Test", pointing=(0.3, -0.4), position=place
    )
    found = again(system, (8, 9)).dict()
    assert (found["telescope"], found["observer"]) == ("ATCA", "A. Test")
    np.testing.assert_allclose(found["pointingcenter"]["value"], (0.3, -0.4), rtol=4e-16)
    values = [found["telescopeposition"][part]["value"] for part in ("m0", "m1", "m2")]
    np.testing.assert_allclose(values, place, rtol=1e-15)


def test_height_above_the_ellipsoid_becomes_a_place() -> None:
    from astropy import units
    from astropy.coordinates import EarthLocation

    record = system_of(sky()).dict()
    record["telescopeposition"] = measure(
        "position", "WGS84", (149.5, "deg"), (-30.3, "deg"), (0.237, "km")
    )
    cards = cards_of(coordinatesystem(record), (8, 9))
    place = EarthLocation.from_geodetic(149.5, -30.3, 237 * units.m)
    found = [cards[f"OBSGEO-{axis}"] for axis in "XYZ"]
    np.testing.assert_allclose(found, [place.x.value, place.y.value, place.z.value], rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"obsdate": measure("epoch", "LAST", (5e4, "d"))}, "in the time scale LAST"),
        ({"obsdate": {"type": "epoch"}}, "the date of the observation, which cannot be read"),
        ({"obsdate": measure("epoch", "UTC", (1e300, "d"))}, "which cannot be read"),
        ({"telescope": "Very Large Array"}, "the telescope 'Very Large Array' but its first word"),
        ({"telescopeposition": {"m0": 1}}, "position of the telescope, which cannot be read"),
        ({"pointingcenter": {"initial": False, "value": [1.0]}}, "the pointing centre"),
    ],
    ids=["sidereal", "torn date", "far date", "long name", "torn place", "torn pointing"],
)
def test_what_an_observation_loses_is_named(change: dict[str, Any], named: str) -> None:
    record = system_of(sky()).dict() | change
    (loss,) = losses_of(coordinatesystem(record), (8, 9))
    assert named in loss


def test_coordinates_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CoordinateError, match="coordinates of 3 pixel axes cannot describe 2"):
        to_header(default_system((4, 5, 6)), (5, 6))


def test_values_that_are_not_finite_are_refused() -> None:
    record = linear_record(names=["A"], units=[""], crval=[math.nan], cdelt=[1.0], crpix=[0.0])
    with pytest.raises(CoordinateError, match="crval of axis 1"):
        to_header(system_of(("linear", record, [0])), (3,))
