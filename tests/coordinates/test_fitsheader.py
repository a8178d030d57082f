"""FITS headers, above all the bad ones: each gives coordinates, and says what was odd."""

from __future__ import annotations

import math
import random
import warnings
from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Card, Header

from jupimage.coordinates.fitsheader import from_header
from jupimage.coordinates.fitskeywords import Keywords

SKY = {
    "CTYPE1": "RA---SIN", "CRVAL1": 10.0, "CDELT1": -0.01, "CRPIX1": 3.0,
    "CTYPE2": "DEC--SIN", "CRVAL2": -30.0, "CDELT2": 0.01, "CRPIX2": 2.0, "RADESYS": "ICRS",
}  # fmt: skip
FREQ = {
    "CTYPE3": "FREQ", "CRVAL3": 1.4e9, "CDELT3": 1e6, "CRPIX3": 1.0, "CUNIT3": "Hz",
    "SPECSYS": "LSRK",
}  # fmt: skip
CUBE = {**SKY, **FREQ}


def kinds(cards: dict[str, Any], shape: tuple[int, ...] = (3, 4, 5)) -> list[str]:
    return [axis.kind for axis in from_header(Header(cards), shape).system.axes()]


def remarks(cards: dict[str, Any], shape: tuple[int, ...] = (3, 4, 5)) -> str:
    return " | ".join(from_header(Header(cards), shape).remarks)


def test_good_header_has_no_remarks() -> None:
    assert kinds(CUBE) == ["spectral", "direction", "direction"]
    assert remarks(CUBE) == ""


BAD_SKY: dict[str, tuple[dict[str, Any], str]] = {
    "projection unknown": ({"CTYPE1": "RA---XYZ", "CTYPE2": "DEC--XYZ"}, "XYZ"),
    "projections differ": ({"CTYPE2": "DEC--TAN"}, "belong together"),
    "latitude missing": ({"CTYPE2": "PHASE"}, "belong together"),
    "latitude over 90": ({"CRVAL2": 100.0}, "reference latitude"),
    "unit of another kind": ({"CUNIT1": "Jy"}, "is no angle"),
    "very long unit": ({"CUNIT1": "x" * 5000}, "is no angle"),
    "matrix of zeros": ({"CD1_1": 0.0, "CD2_2": 0.0}, "cannot be inverted"),
    "singular matrix": ({"CD1_1": 1.0, "CD1_2": 1.0, "CD2_1": 1.0, "CD2_2": 1.0}, "inverted"),
    "frame unknown": ({"RADESYS": "MARS"}, "frame 'MARS'"),
    "equinox unknown": ({"RADESYS": "FK5", "EQUINOX": 1875.5}, "1875.5"),
    "helioecliptic": ({"CTYPE1": "HLON-CAR", "CTYPE2": "HLAT-CAR"}, "HLON"),
    "solar": ({"CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN"}, ""),
    "frequency mixed in": ({"PC1_3": 0.5}, "ties the axes"),
    "polynomial without terms": ({"CTYPE1": "RA---ZPN", "CTYPE2": "DEC--ZPN"}, "ZPN"),
    "NCP at the equator": (
        {"CTYPE1": "RA---NCP", "CTYPE2": "DEC--NCP", "CRVAL2": 0.0}, "latitude of 0"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_SKY)
def test_bad_sky_becomes_linear(name: str) -> None:
    change, text = BAD_SKY[name]
    found = from_header(Header({**CUBE, **change}), (3, 4, 5))
    assert [axis.kind for axis in found.system.axes()][1:] == ["linear", "linear"]
    assert text in " | ".join(found.remarks)
    assert bool(found.remarks) == bool(text)
    assert np.isfinite(found.system.toworld([1, 1, 1])).all()


BAD_SPECTRUM: dict[str, tuple[dict[str, Any], str]] = {
    "velocity without rest frequency": ({"CTYPE3": "VRAD", "CUNIT3": "m/s"}, "rest frequency"),
    "unit of another kind": ({"CUNIT3": "deg"}, "needs a unit like 'Hz'"),
    "algorithm unknown": ({"CTYPE3": "WAVE-GRI", "CUNIT3": "m", "CRVAL3": 0.2,
                           "CDELT3": 0.001}, "'GRI'"),
    "wavelength through 0": ({"CTYPE3": "WAVE", "CUNIT3": "m", "CRVAL3": 1e-3,
                              "CDELT3": -1e-3}, "range of frequencies"),
    "infinite frequency": ({"CTYPE3": "WAVE", "CUNIT3": "m", "CRVAL3": 0.0}, "no frequency"),
    "faster than light": ({"CTYPE3": "BETA", "CUNIT3": "", "CRVAL3": 2.0, "CDELT3": 0.1,
                           "RESTFRQ": 1e9}, "no frequency"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_SPECTRUM)
def test_bad_spectral_axis_becomes_linear(name: str) -> None:
    change, text = BAD_SPECTRUM[name]
    cards = {**CUBE, **change}
    assert kinds(cards) == ["linear", "direction", "direction"]
    assert text in remarks(cards)


SILLY: dict[str, tuple[dict[str, Any], str]] = {
    "value as text": ({"CRVAL1": "10.0"}, ""),
    "value in Fortran's notation": ({"CRVAL1": "1.0D1"}, ""),
    "NaN": ({"CRVAL1": "NaN"}, "CRVAL1 = 'NaN' is not a finite number"),
    "inf": ({"CRPIX2": "inf"}, "CRPIX2 = 'inf' is not a finite number"),
    "huge": ({"CRVAL3": 1e300}, "CRVAL3 = 1e+300 is not a finite number"),
    "long text for a number": ({"CRVAL1": "x" * 100_000}, "is not a finite number"),
    "no increment": ({"CDELT3": 0.0}, "axis 3 (FREQ) has no increment"),
    "two matrices": (
        {"PC1_1": 1.0, "CD1_1": -0.01, "CD2_2": 0.01}, "both a PC and a CD matrix"
    ),
    "SPECSYS unknown": ({"SPECSYS": "MOON"}, "'MOON' is not known"),
    "VELREF unknown": ({"SPECSYS": "", "VELREF": 99}, "VELREF = 99"),
    "no projection": ({"CTYPE1": "RA", "CTYPE2": "DEC"}, "name no projection"),
    "SIP": ({"CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP"}, "SIP is not applied"),
    "TPV": ({"CTYPE1": "RA---TPV", "CTYPE2": "DEC--TPV"}, "TPV is not applied"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILLY)
def test_silly_value_is_replaced_and_named(name: str) -> None:
    change, text = SILLY[name]
    found = from_header(Header({**CUBE, **change}), (3, 4, 5))
    assert [axis.kind for axis in found.system.axes()] == ["spectral", "direction", "direction"]
    assert text in " | ".join(found.remarks)
    assert bool(found.remarks) == bool(text)
    assert all(len(remark) < 500 for remark in found.remarks)


def test_card_that_cannot_be_parsed_is_passed_over() -> None:
    header = Header(CUBE)
    header.remove("CRVAL1")
    header.append(Card.fromstring("CRVAL1  = 12 34 56 ( nonsense"))
    found = from_header(header, (3, 4, 5))
    assert found.system["direction"].get_referencevalue()[1] == 0.0
    assert "the card of CRVAL1 cannot be read and is ignored" in found.remarks


def test_text_of_any_length_stays_short_and_printable() -> None:
    header = Header({**CUBE, "OBSERVER": "y" * 100_000, "CTYPE3": "z" * 100_000})
    header["TELESCOP"] = "<script>alert(1)</script>"
    found = from_header(header, (3, 4, 5))
    assert len(found.system.get_observer()) == 68
    assert len(found.system.axes()[0].name) == 68
    assert found.system.get_telescope() == "<script>alert(1)</script>"


def test_stokes_that_repeat_become_linear() -> None:
    cards = {"CTYPE1": "STOKES", "CRVAL1": 20.0, "CDELT1": 1.0, "CRPIX1": 1.0}
    assert kinds(cards, (3,)) == ["linear"]
    assert "not all different" in remarks(cards, (3,))


def test_more_than_four_stokes_are_fine_if_they_differ() -> None:
    cards = {"CTYPE1": "STOKES", "CRVAL1": -8.0, "CDELT1": 1.0, "CRPIX1": 1.0}
    assert from_header(Header(cards), (8,)).system["stokes"].get_stokes()[-1] == "RR"
    assert kinds(cards, (100_000_000,)) == ["linear"]


def test_second_spectral_axis_is_linear() -> None:
    cards = {**FREQ, "CTYPE1": "FREQ", "CRVAL1": 2e9, "CDELT1": 1e6, "CTYPE2": "PHASE"}
    assert kinds(cards) == ["linear", "linear", "spectral"]
    assert "2 spectral axes" in remarks(cards)


def test_huge_optical_velocity_axis_makes_no_huge_table() -> None:
    cards = {"CTYPE1": "VOPT", "CRVAL1": 1e5, "CDELT1": 1e-3, "CUNIT1": "m/s", "RESTFRQ": 1.42e9}
    found = from_header(Header(cards), (10**12,))
    assert "wcs" in found.system.dict()["spectral0"]
    assert any("is taken as linear" in remark for remark in found.remarks)


def test_optical_velocity_of_one_channel_is_linear() -> None:
    cards = {"CTYPE1": "VOPT", "CRVAL1": 1e5, "CDELT1": 1e4, "CUNIT1": "m/s", "RESTFRQ": 1.42e9}
    system = from_header(Header(cards), (1,)).system
    assert system.topixel(system.toworld([0.5])) == pytest.approx([0.5])


SPEED = 299792458.0


@pytest.mark.parametrize(
    ("ctype", "value", "frequency"),
    [
        ("ZOPT", 0.1, 1.42e9 / 1.1),
        ("BETA", 0.1, 1.42e9 * math.sqrt(0.9 / 1.1)),
        ("VELO", 0.1 * SPEED, 1.42e9 * math.sqrt(0.9 / 1.1)),
        ("VRAD", 0.1 * SPEED, 1.42e9 * 0.9),
        ("WAVE", 0.21, SPEED / 0.21),
        ("WAVN", 5.0, SPEED * 5),
        ("ENER", 1e-24, 1e-24 / 6.62607015e-34),
    ],
)
def test_spectral_types_become_frequency(ctype: str, value: float, frequency: float) -> None:
    cards = {"CTYPE1": ctype, "CRVAL1": value, "CDELT1": value / 1000, "CRPIX1": 2.0}
    system = from_header(Header({**cards, "RESTFRQ": 1.42e9, "SPECSYS": "LSRK"}), (4,)).system
    assert system.toworld([1]) == pytest.approx([frequency], rel=1e-12)
    step = system.toworld([1 + 1e-4])[0] - frequency
    expected = from_header(
        Header({**cards, "CRVAL1": value * 1.001, "RESTFRQ": 1.42e9, "SPECSYS": "LSRK"}), (4,)
    ).system.toworld([1])[0]
    assert step * 1e4 == pytest.approx(expected - frequency, rel=3e-3)


@pytest.mark.parametrize("ctype", ["VOPT-F2W", "FELO-HEL", "WAVE-F2W", "ZOPT-F2W", "VRAD"])
def test_axis_linear_in_frequency_is_linear(ctype: str) -> None:
    value = 0.3 if ctype[0] in "WZ" else 1e6
    cards = {"CTYPE1": ctype, "CRVAL1": value, "CDELT1": value / 1e3, "CRPIX1": 2.0}
    record = from_header(Header({**cards, "RESTFRQ": 1.42e9}), (9,)).system.dict()["spectral0"]
    assert "wcs" in record


def test_axis_linear_in_wavelength_is_tabulated_along_it() -> None:
    cards = {"CTYPE1": "FREQ-W2F", "CRVAL1": 1e9, "CDELT1": 1e7, "CRPIX1": 3.0}
    system = from_header(Header(cards), (7,)).system
    frequencies = system.toworld(np.arange(7.0)[:, None])[:, 0]
    assert frequencies[2] == 1e9
    np.testing.assert_allclose(np.diff(SPEED / frequencies, 2), 0, atol=1e-12)
    middle = (frequencies[3] - frequencies[1]) / 2
    assert middle == pytest.approx(1e7, rel=1e-3)


def test_logarithmic_axis_is_tabulated() -> None:
    cards = {"CTYPE1": "FREQ-LOG", "CRVAL1": 1e9, "CDELT1": 1e7, "CRPIX1": 1.0}
    world = from_header(Header(cards), (5,)).system.toworld([[0.0], [4.0]])
    np.testing.assert_allclose(world[:, 0], [1e9, 1e9 * math.exp(0.04)])


def test_gls_is_flat_about_its_reference() -> None:
    cards = {**SKY, "CTYPE1": "RA---GLS", "CTYPE2": "DEC--GLS"}
    found = from_header(Header(cards), (4, 5))
    latitude, longitude = found.system.toworld([3, 4])
    assert math.degrees(latitude) == pytest.approx(-30 + 0.02)
    shift = -0.02 / math.cos(latitude)
    assert math.degrees(longitude) == pytest.approx(10 + shift)
    assert any("GLS" in remark for remark in found.remarks)


def test_more_world_axes_than_pixel_axes_are_left_out_or_added() -> None:
    header = Header({**CUBE, "CTYPE4": "STOKES", "CRVAL4": 4.0, "CDELT4": 1.0, "CRPIX4": 1.0})
    found = from_header(header, (4, 5))
    assert found.shape == (4, 5)
    assert [axis.kind for axis in found.system.axes()] == ["direction", "direction"]
    assert any("2 axes of the header" in remark for remark in found.remarks)
    added = from_header(header, (4, 5), extend=True)
    assert added.shape == (1, 1, 4, 5)
    assert added.system.toworld([0, 0, 1, 2])[:2] == [4.0, 1.4e9]
    assert added.remarks == ()


def test_number_of_world_axes_is_bounded() -> None:
    header = Header({"CTYPE99": "FREQ", "WCSAXES": 10**9})
    found = from_header(header, (2, 2))
    assert found.system.ndim == 2
    assert any("99 world axes" in remark for remark in found.remarks)


@pytest.mark.parametrize("ndim", range(7))
def test_any_number_of_axes_without_wcs(ndim: int) -> None:
    shape = tuple(range(2, 2 + ndim))
    found = from_header(Header(), shape)
    assert found.system.ndim == max(1, ndim)
    assert {axis.name for axis in found.system.axes()} == {""}
    assert found.remarks == ()


def test_altrval_and_its_like_are_accounted_for() -> None:
    header = Header({**CUBE, "ALTRVAL": 1.0, "ALTRPIX": 1.0, "PV2_1": 0.0, "MYKEY": 3})
    consumed = from_header(header, (3, 4, 5)).consumed
    assert {"ALTRVAL", "ALTRPIX", "PV2_1", "CTYPE3"} <= consumed
    assert "MYKEY" not in consumed


def test_old_names_of_matrix_elements() -> None:
    cards = {**SKY, "PC001001": 0.8, "PC001002": -0.6, "PC002001": 0.6, "PC002002": 0.8}
    record = from_header(Header(cards), (4, 5)).system.dict()["direction0"]
    assert record["pc"].tolist() == [[0.8, -0.6], [0.6, 0.8]]


def test_keywords_never_give_more_than_asked() -> None:
    keys = Keywords(Header({"A": True, "B": 10**400, "C": "  12.5  ", "D": 1e-300}))
    assert keys.number("A", 0.0) == 1.0
    assert keys.number("B", 7.0) == 7.0
    assert keys.number("C", 0.0) == 12.5
    assert keys.number("D", 1.0) == 0.0
    assert keys.number("E", 3.0) == 3.0
    assert keys.text("A") == ""


VALUES: list[Any] = [
    0.0, 1.0, -1.0, 1e-300, 1e300, 90.0, -90.0, 91.0, 360.0, "NaN", "inf", "x" * 1000, True,
    10**30, "", 0.5,
]  # fmt: skip
CTYPES = [
    "RA---%s", "DEC--%s", "GLON-%s", "GLAT-%s", "FREQ", "VOPT", "VRAD", "WAVE", "STOKES",
    "VELO-LSR", "FREQ-LOG", "WAVE-GRI", "VOPT-F2W", "RA", "DEC", "", "AWAV", "ENER", "BETA",
    "ZOPT", "<b>",
    "FELO-HEL", "HPLN-TAN", "TIME", "FREQ-V2F",
]  # fmt: skip
CODES = [
    "SIN", "TAN", "ZPN", "CAR", "AIT", "HPX", "SZP", "COE", "BON", "NCP", "GLS", "QSC", "TAB",
    "XYZ", "CSC", "TSC", "CEA", "CYP", "AZP", "PCO", "COP", "COD", "COO", "MOL", "PAR", "STG",
    "ARC", "AIR", "MER", "XPH", "SFL", "ZEA", "TPV",
]  # fmt: skip
UNITS = ["deg", "rad", "Hz", "GHz", "m/s", "km/s", "furlong", "", "Angstrom", "(((", "10**3 m"]


def random_header(rng: random.Random) -> tuple[Header, tuple[int, ...]]:
    n = rng.randint(0, 6)
    wild = rng.choice([0.0, 0.03, 0.4])
    code = rng.choice(CODES)
    header = Header()

    def value() -> Any:
        return rng.choice(VALUES) if rng.random() < wild else rng.uniform(-80, 80)

    for i in range(1, n + 1 + rng.choice([0, 0, 1, 2])):
        ctype = ["RA---%s", "DEC--%s"][i - 1] if i < 3 and rng.random() < 0.8 else None
        header[f"CTYPE{i}"] = (ctype or rng.choice(CTYPES)).replace("%s", code)
        for key in ("CRVAL", "CDELT", "CRPIX"):
            if rng.random() < 0.8:
                header[f"{key}{i}"] = value()
        if rng.random() < 0.2:
            header[f"CUNIT{i}"] = rng.choice(UNITS)
        for j in range(1, n + 1):
            if rng.random() < wild / 4:
                header[f"{rng.choice(['PC', 'CD'])}{i}_{j}"] = value()
        if rng.random() < 0.3:
            header[f"PV{i}_{rng.randint(0, 3)}"] = value()
    for key in ("CROTA2", "LONPOLE", "LATPOLE", "EQUINOX", "SPECSYS", "VELREF", "RESTFRQ",
                "WCSAXES", "DATE-OBS", "MJD-OBS", "OBSRA", "OBSGEO-X", "TIMESYS"):  # fmt: skip
        if rng.random() < wild / 2:
            header[key] = value()
    return header, tuple(rng.choice([1, 2, 3, 7]) for _ in range(n))


@pytest.mark.parametrize("seed", range(20))
def test_random_headers_never_raise(seed: int) -> None:
    rng = random.Random(seed)
    found: set[str] = set()
    for _ in range(50):
        header, shape = random_header(rng)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read = from_header(header, shape)
        system = read.system
        assert system.ndim == max(1, len(shape))
        world = system.toworld(np.zeros((2, system.ndim)))
        assert system.topixel(world).shape == (2, system.ndim)
        found.update(axis.kind for axis in system.axes())
        str(system)
        assert all(len(remark) < 2000 for remark in read.remarks), read.remarks
    assert "direction" in found
