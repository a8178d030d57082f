"""What the programs of radio astronomy write, read as casacore reads it, or better."""

from __future__ import annotations

import io
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from jupimage.formats import Opened, open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import EMPTY_PRIMARY, card, write
from tests.fits.foreignheaders import AIPS, ALMA, CASA, HEADERS, MEERKAT, changed, file_of, without

if TYPE_CHECKING:
    from tests.conftest import Oracle

CASACORE_SAYS_IT_TWICE = {"altrval", "altrpix"}

CUBE = without(CASA, "PC", "HISTORY", "ALTR", "CTYPE3", "CRVAL3", "CDELT3", "CRPIX3", "CUNIT3")
CUBE = changed(CUBE, {"NAXIS": 3, "NAXIS3": 5, "NAXIS4": None})
for _key in ("CTYPE", "CRVAL", "CDELT", "CRPIX", "CUNIT"):
    CUBE = CUBE.replace(f"{_key}4", f"{_key}3")
STOKES = changed(without(CASA, "PC", "HISTORY", "ALTR"), {"NAXIS4": 1})
SKY = changed(
    without(STOKES, *(f"{key}{axis}" for key in ("NAXIS", "CTYPE", "CRVAL", "CDELT", "CRPIX",
                      "CUNIT") for axis in (3, 4)), "PV", "RESTFRQ", "SPECSYS", "VELREF"),
    {"NAXIS": 2},
)  # fmt: skip


def agree(
    oracle: Oracle, folder: Path, header: str, *more: bytes, tolerance: float = 1e-9
) -> Opened:
    """Let both open a file, compare everything, and return what we found."""
    path = write(folder / "a.fits", file_of(header), *more)
    ours, theirs = open_path(path), oracle.images.image(path)
    shape = ours.lattice.shape
    assert list(shape) == theirs.shape()
    rng = np.random.default_rng(1)
    positions = [np.zeros(len(shape)), np.array(shape) - 1.0, *(rng.random((3, len(shape))) * 5)]
    for pixel in positions:
        pixel = np.minimum(pixel, np.array(shape) - 1.0).tolist()
        np.testing.assert_allclose(
            ours.coordinates.toworld(pixel), theirs.toworld(pixel), rtol=tolerance, atol=1e-12
        )
    assert ours.unit == theirs.unit()
    assert ours.imageinfo == theirs.imageinfo()
    assert ours.history == theirs.history()
    same_coordinates(ours.coordinates.dict(), theirs.coordinates().dict())
    block = ours.lattice.read(Box.whole(shape))
    np.testing.assert_array_equal(block.values, theirs.getdata())
    np.testing.assert_array_equal(block.masked().mask, theirs.getmask())
    oracle.count(len(positions) + 6)
    return ours


def same_coordinates(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Compare frames, names, rest frequencies, and what is known of the observation."""
    assert ours["telescope"] == theirs["telescope"]
    assert ours["observer"] == theirs["observer"]
    assert same_measure(ours["obsdate"], theirs["obsdate"])
    assert same_measure(ours.get("telescopeposition"), theirs.get("telescopeposition"))
    np.testing.assert_allclose(
        ours["pointingcenter"]["value"], theirs["pointingcenter"]["value"], rtol=1e-12, atol=1e-12
    )
    assert ours["pointingcenter"]["initial"] == theirs["pointingcenter"]["initial"]
    for key, part in theirs.items():
        if isinstance(part, dict) and key[-1].isdigit():
            for name in ("system", "projection", "axes", "units", "stokes", "conversionSystem"):
                np.testing.assert_array_equal(ours[key].get(name), part.get(name), err_msg=key)
            for name in ("restfreq", "longpole", "latpole"):
                if name in part:
                    assert ours[key][name] == pytest.approx(part[name], rel=1e-12, abs=1e-12)


def same_measure(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> bool:
    """Tell whether two measures are the same but for rounding."""
    if ours is None or theirs is None:
        return ours is theirs
    values = [
        (ours[key]["value"], theirs[key]["value"]) for key in ("m0", "m1", "m2") if key in theirs
    ]
    close = all(math.isclose(a, b, rel_tol=1e-11, abs_tol=1e-12) for a, b in values)
    return ours["refer"] == theirs["refer"] and close


NO_TABLE = pytest.mark.filterwarnings(
    "ignore:.*the beams of the planes were left aside:UserWarning"
)
PROGRAMS = [
    pytest.param(name, marks=NO_TABLE if name == "ALMA" else ())
    for name in HEADERS
    if name != "AIPS FELO"
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_programs(oracle: Oracle, tmp_path: Path, program: str) -> None:
    image = agree(oracle, tmp_path, HEADERS[program])
    theirs = oracle.images.image(str(tmp_path / "a.fits")).miscinfo()
    ours = {**image.miscinfo}
    # casacore leaves out every card with BTYPE in its name, and gives back what it wrote itself
    ours.pop("pbtype", None)
    assert ours == {k: v for k, v in theirs.items() if k not in CASACORE_SAYS_IT_TWICE or k in ours}
    problem = "the header promises a table of beams, but there is no extension BEAMS"
    expected = (f"the beams of the planes were left aside: {problem}",)
    assert image.remarks == (expected if program == "ALMA" else ())


def test_headers_are_made_of_whole_cards() -> None:
    for header in HEADERS.values():
        assert all(len(line) <= 80 for line in header.splitlines())


def test_beam_in_the_history_of_aips(oracle: Oracle, tmp_path: Path) -> None:
    beam = agree(oracle, tmp_path, AIPS).imageinfo["restoringbeam"]
    assert beam["major"] == {"value": 4.1667e-3, "unit": "deg"}
    assert beam["positionangle"] == {"value": 45.6, "unit": "deg"}


def test_beams_of_channels(oracle: Oracle, tmp_path: Path) -> None:
    from astropy.io import fits

    channels = np.arange(5)
    columns = [
        fits.Column("BMAJ", "1E", unit="arcsec", array=1 + channels / 8),
        fits.Column("BMIN", "1E", unit="arcsec", array=0.5 + channels / 8),
        fits.Column("BPA", "1E", unit="deg", array=-75.0 + channels),
        fits.Column("CHAN", "1J", array=channels),
        fits.Column("POL", "1J", array=np.zeros(5)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="BEAMS", ver=1)
    table.header["NCHAN"], table.header["NPOL"] = 5, 1
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    image = agree(oracle, tmp_path, ALMA, file.getvalue()[2880:])
    assert image.imageinfo["perplanebeams"]["*3"]["major"]["value"] == 1.375
    assert image.remarks == ()


VELOCITY = {"CRVAL3": 1e5, "CDELT3": 5e3, "CUNIT3": "m/s", "RESTFRQ": 1.42040575e9}
CIRCULAR = {"CRVAL3": -1.0, "CDELT3": -1.0, "NAXIS3": 4}

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{
        f"{kind} {velref} {specsys}": (
            CUBE, {**VELOCITY, "CTYPE3": kind, "VELREF": velref, "SPECSYS": specsys}
        )
        for kind in ("VRAD", "VOPT", "VELO", "VELO-LSR", "VELO-HEL", "VELO-OBS")
        for velref in (None, 1, 2, 257, 258, 259)
        for specsys in (None, "BARYCENT")
    },
    **{
        f"{kind} {velref}": (CUBE, {"CTYPE3": kind, "VELREF": velref, "SPECSYS": None})
        for kind in ("FREQ", "FREQ-LSR", "FREQ-HEL", "FREQ-OBS")
        for velref in (None, 1, 2, 3, 4, 5, 6, 7, 257, 263)
    },
    **{
        f"frequency in {unit}": (CUBE, {"CUNIT3": unit})
        for unit in ("Hz", "HZ", "hz", "kHz", "KHZ", "MHz", "MHZ", "GHz", "GHZ", "", None, "s-1")
    },
    **{
        f"velocity in {unit}": (
            CUBE, {**VELOCITY, "CTYPE3": "VRAD", "CRVAL3": 1e3, "CDELT3": 1.0, "CUNIT3": unit}
        )
        for unit in ("m/s", "M/S", "km/s", "KM/S", "km s-1", "m.s-1", "cm/s", "M/SEC", None)
    },
    **{
        f"sky in {unit}": (SKY, {"CUNIT1": unit, "CUNIT2": unit})
        for unit in ("deg", "DEG", "Deg", "degree", "DEGREES", "arcsec", "ARCSEC", "arcmin", "")
    },
    "no CUNIT": (SKY, {"CUNIT1": None, "CUNIT2": None}),
    "one CUNIT": (SKY, {"CUNIT2": None}),
    "negative channel width": (CUBE, {"CDELT3": -1e5}),
    "one channel": (CUBE, {"NAXIS3": 1}),
    "one channel of velocity": (CUBE, {**VELOCITY, "CTYPE3": "VOPT", "NAXIS3": 1}),
    "far reference channel": (CUBE, {**VELOCITY, "CTYPE3": "VOPT", "CRPIX3": -200.0}),
    **{
        f"{code} at {latitude}": (
            SKY,
            {"CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}", "CRVAL2": latitude,
             "LONPOLE": None, "LATPOLE": None},
        )
        for code in ("NCP", "GLS", "TAN", "ARC", "STG", "ZEA", "CAR", "MER", "AIT", "SFL")
        for latitude in (-34.5, 40.0)
    },
    "GLS rotated": (
        SKY, {"CTYPE1": "RA---GLS", "CTYPE2": "DEC--GLS", "CROTA2": 20.0, "LONPOLE": None,
              "LATPOLE": None},
    ),
    "NCP rotated": (
        SKY, {"CTYPE1": "RA---NCP", "CTYPE2": "DEC--NCP", "CROTA2": 20.0, "LATPOLE": None}
    ),
    "galactic GLS": (
        SKY, {"CTYPE1": "GLON-GLS", "CTYPE2": "GLAT-GLS", "LONPOLE": None, "LATPOLE": None}
    ),
    "zenithal with defaults": (SKY, {"CTYPE1": "RA---SZP", "CTYPE2": "DEC--SZP", "PV2_1": 2.0}),
    "Airy with defaults": (SKY, {"CTYPE1": "RA---AIR", "CTYPE2": "DEC--AIR"}),
    "cylindrical with defaults": (SKY, {"CTYPE1": "RA---CYP", "CTYPE2": "DEC--CYP"}),
    "equal area": (SKY, {"CTYPE1": "RA---CEA", "CTYPE2": "DEC--CEA", "PV2_1": 0.5}),
    "HEALPix": (SKY, {"CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX"}),
    "HEALPix in part": (SKY, {"CTYPE1": "RA---HPX", "CTYPE2": "DEC--HPX", "PV2_1": 4.0}),
    "pole as parameter": (SKY, {"PV1_3": 170.0, "LONPOLE": None}),
    "CROTA2": (SKY, {"CROTA2": 30.0}),
    "CROTA1 is not used": (SKY, {"CROTA1": 30.0}),
    "CROTA2 of oblong pixels": (SKY, {"CROTA2": 30.0, "CDELT2": 2e-4}),
    "CD": (SKY, {"CDELT1": None, "CDELT2": None, "CD1_1": -8e-5, "CD1_2": 2e-5, "CD2_1": 2e-5,
                 "CD2_2": 8e-5}),
    "CD beside CDELT": (SKY, {"CD1_1": -9e-5, "CD1_2": 2e-5, "CD2_1": 2e-5, "CD2_2": 8e-5}),
    "CD beside CROTA2": (SKY, {"CD1_1": -9e-5, "CD2_2": 8e-5, "CROTA2": 13.0}),
    "PC": (SKY, {"PC1_1": 0.8, "PC1_2": -0.6, "PC2_1": 0.6, "PC2_2": 0.8}),
    "PC in part": (SKY, {"PC1_2": -0.1, "PC2_1": 0.1}),
    "PC beside CROTA2": (SKY, {"PC1_2": -0.1, "PC2_1": 0.1, "CROTA2": 13.0}),
    "PC beside CD": (SKY, {"PC1_2": -0.1, "PC2_1": 0.1, "CD1_1": -9e-5, "CD2_2": 8e-5}),
    "old PC": (SKY, {"PC001001": 0.8, "PC001002": -0.6, "PC002001": 0.6, "PC002002": 0.8}),
    "old CD": (SKY, {"CD001001": -8e-5, "CD001002": 2e-5, "CD002001": 2e-5, "CD002002": 8e-5}),
    "declination first": (
        SKY, {"CTYPE1": "DEC--SIN", "CTYPE2": "RA---SIN", "CRVAL1": -34.0, "CRVAL2": 165.0,
              "LATPOLE": None},
    ),
    "hyphens": (SKY, {"CTYPE1": "RA--SIN", "CTYPE2": "DEC-SIN"}),
    "celestial pole": (SKY, {"CRVAL2": 90.0, "LATPOLE": None}),
    "longitude beyond a turn": (SKY, {"CRVAL1": 400.0}),
    "negative longitude": (SKY, {"CRVAL1": -20.0}),
    **{
        f"{frame} {keyword} {year}": (SKY, {"RADESYS": frame, "EQUINOX": None, keyword: year})
        for frame, year in (
            (None, None), (None, 1950.0), (None, 2000.0), (None, 1979.9), ("FK5", 2000.0),
            ("FK5", None), ("FK4", 1950.0), ("FK4", None), ("FK4-NO-E", 1950.0), ("ICRS", 2000.0),
            ("ICRS", None), ("FK4-NO-E", 1979.9),
        )
        for keyword in ("EQUINOX", "EPOCH")
    },
    "EPOCH beside EQUINOX": (SKY, {"RADESYS": None, "EQUINOX": 2000.0, "EPOCH": 1950.0}),
    "RADECSYS": (SKY, {"RADESYS": None, "EQUINOX": None, "RADECSYS": "FK4"}),
    "circular": (STOKES, CIRCULAR),
    "linear": (STOKES, {**CIRCULAR, "CRVAL3": -5.0}),
    "linear backwards": (STOKES, {**CIRCULAR, "CRVAL3": -8.0, "CDELT3": 1.0}),
    "circular in steps": (STOKES, {**CIRCULAR, "CDELT3": -3.0, "NAXIS3": 2}),
    "QUV": (STOKES, {"CRVAL3": 2.0, "NAXIS3": 3}),
    "VUQI": (STOKES, {"CRVAL3": 4.0, "CDELT3": -1.0, "NAXIS3": 4}),
    "I and V": (STOKES, {"CDELT3": 3.0, "NAXIS3": 2}),
    "Stokes about the second": (STOKES, {"CRVAL3": 2.0, "CRPIX3": 2.0, "NAXIS3": 3}),
    "inexact Stokes": (STOKES, {"CRVAL3": 0.9999999, "NAXIS3": 4}),
    **{
        f"unit {unit}": (SKY, {"BUNIT": unit})
        for unit in ("JY/BEAM", "jy/beam", "Jy/Beam", "Jy / beam", "K km / s", "JY/BEAM*M/S", "K",
                     "KELVIN", "K (Tb)", "UNDEFINE", "RATIO", "W/M/M/HZ", "10**-3 K", None)
    },
    **{
        f"date {date}": (SKY, {"DATE-OBS": date})
        for date in ("2011-04-22", "22/04/83", "2011-04-22T00:33:33", "2011-04-22T00:33:33Z", None)
    },
    "date as MJD": (SKY, {"DATE-OBS": None, "MJD-OBS": 55673.25}),
    "MJD beside date": (SKY, {"MJD-OBS": 55673.25}),
    **{
        f"pointing {degrees}": (SKY, {"OBSRA": degrees})
        for degrees in (0.0, 180.0, 350.0, -170.0, -350.0, 725.0)
    },
    "half a pointing": (SKY, {"OBSDEC": None}),
    **{
        f"telescope {name}": (
            SKY, {"TELESCOP": name, "OBSGEO-X": None, "OBSGEO-Y": None, "OBSGEO-Z": None}
        )
        for name in ("VLA", "EVLA", "MeerKAT", "ATCA", "WSRT", "my scope", "GMRT", "ASKAP")
    },
    "instrument": (SKY, {"TELESCOP": None, "INSTRUME": "WSRT", "OBSGEO-X": None}),
    "no beam": (SKY, {"BMAJ": None}),
    "beam of size 0": (SKY, {"BMAJ": 0.0, "BMIN": 0.0, "BPA": 0.0}),
    "beam the other way": (SKY, {"BMAJ": 1e-3, "BMIN": 2e-3}),
    "more world axes": (CASA, {"NAXIS": 2, "NAXIS3": None, "NAXIS4": None}),
    "axis without name": (CUBE, {"CTYPE3": None}),
    "no reference": (CUBE, {"CRPIX1": None, "CRVAL3": None}),
}  # fmt: skip


NO_BEAM = pytest.mark.filterwarnings("ignore:.*BMIN, BPA make no beam:UserWarning")


@pytest.mark.parametrize(
    "variant",
    [pytest.param(name, marks=NO_BEAM if name == "no beam" else ()) for name in VARIANTS],
)
def test_variants(oracle: Oracle, tmp_path: Path, variant: str) -> None:
    header, changes = VARIANTS[variant]
    agree(oracle, tmp_path, changed(header, changes))


def opened(folder: Path, header: str, changes: dict[str, Any]) -> Opened:
    return open_path(write(folder / "a.fits", file_of(changed(header, changes))))


def history(*lines: str) -> str:
    """Return the header of AIPS with another history."""
    return without(AIPS, "HISTORY") + "\n" + "\n".join(f"HISTORY {line}" for line in lines)


CLEAN = "AIPS   CLEAN BMAJ=  4.1667E-03 BMIN=  3.8889E-03 BPA=  45.60"


@pytest.mark.parametrize(
    "lines",
    [
        [CLEAN],
        [CLEAN, CLEAN.replace("4.1667", "5.5000")],
        [CLEAN.replace("CLEAN", "IMAGR")],
        [CLEAN.replace("CLEAN", "CONVL")],
        [CLEAN.lower()],
        [CLEAN.replace(" 45.60", "-45.60")],
        [CLEAN + " / comment"],
        [CLEAN.partition("BPA")[0]],
        [CLEAN.replace("4.1667", "0.0000")],
        ["nothing of the kind"],
    ],
    ids=str,
)
def test_histories_of_aips(oracle: Oracle, tmp_path: Path, lines: list[str]) -> None:
    agree(oracle, tmp_path, history(*lines))


@pytest.mark.parametrize(
    "line",
    [CLEAN.replace("= ", "="), CLEAN.replace("E-", "D-"), CLEAN.replace(" BMIN", ", BMIN")],
    ids=str,
)
def test_beams_in_histories_that_casacore_cannot_read(tmp_path: Path, line: str) -> None:
    beam = opened(tmp_path, history(line), {}).imageinfo["restoringbeam"]
    assert [part["value"] for part in beam.values()] == [4.1667e-3, 3.8889e-3, 45.6]


def test_beam_of_the_header_comes_before_that_of_the_history(
    oracle: Oracle, tmp_path: Path
) -> None:
    header = changed(history(CLEAN), {"BMAJ": 2e-3, "BMIN": 1e-3, "BPA": 0.0})
    beam = agree(oracle, tmp_path, header).imageinfo["restoringbeam"]
    assert beam["major"]["value"] == pytest.approx(7.2)


@pytest.mark.parametrize("kind", ["FELO-HEL", "FELO-LSR", "VOPT-F2W"])
def test_optical_velocities_in_equal_steps_of_frequency(
    oracle: Oracle, tmp_path: Path, kind: str
) -> None:
    # casacore takes them for equal steps of velocity, so it agrees near the reference only
    rest, value, step = 1.42040575e9, 5.787e6, 3.411e4
    changes = {"CTYPE3": kind, "CRVAL3": value, "CDELT3": step, "CRPIX3": 1.0, "RESTFREQ": rest}
    image = opened(tmp_path, HEADERS["AIPS FELO"], changes)
    frequency = [image.coordinates.toworld([0, channel, 0, 0])[1] for channel in range(5)]
    assert frequency[0] == pytest.approx(rest / (1 + value / 299792458), rel=1e-14)
    np.testing.assert_allclose(np.diff(frequency), -step * frequency[0] / (299792458 + value))
    theirs = oracle.images.image(str(tmp_path / "a.fits"))
    assert theirs.toworld([0, 0, 0, 0])[1] == pytest.approx(frequency[0], rel=1e-14)
    assert theirs.toworld([0, 4, 0, 0])[1] == pytest.approx(frequency[4], rel=1e-6)
    oracle.count(2)


@pytest.mark.parametrize("kind", ["FREQ-BAR", "FREQ-TOP", "FREQ-GEO", "FREQ-LSD", "VRAD-LSR"])
def test_frames_behind_hyphens_that_casacore_does_not_know(tmp_path: Path, kind: str) -> None:
    frame = {"BAR": "BARY", "TOP": "TOPO", "GEO": "GEO", "LSD": "LSRD", "LSR": "LSRK"}[kind[-3:]]
    values = VELOCITY if kind[0] == "V" else {}
    changes = {**values, "CTYPE3": kind, "SPECSYS": None, "VELREF": None}
    image = opened(tmp_path, CUBE, changes)
    assert image.coordinates.dict()["spectral1"]["system"] == frame
    assert image.remarks == ()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"CTYPE1": "ra---sin", "CTYPE2": "dec--sin"}, "direction"),
        ({"CTYPE3": "freq"}, "spectral"),
        ({"CTYPE3": "vrad", **VELOCITY}, "spectral"),
    ],
    ids=str,
)
def test_names_of_axes_in_small_letters(tmp_path: Path, changes: dict[str, Any], kind: str) -> None:
    image = opened(tmp_path, CUBE, changes)
    assert kind in image.coordinates.get_names()
    assert image.remarks == ()


@pytest.mark.parametrize(
    ("scale", "refer", "shift"),
    [("TAI", "TAI", 0), ("TT", "TDT", 0), ("TDB", "TDB", 0), ("UT1", "UT1", 0), ("GPS", "TAI", 19)],
)
def test_time_scales_that_casacore_takes_for_utc(
    tmp_path: Path, scale: str, refer: str, shift: int
) -> None:
    changes = {"DATE-OBS": "2011-04-22T00:00:00", "TIMESYS": scale}
    date = opened(tmp_path, SKY, changes).coordinates.get_obsdate()
    assert date["refer"] == refer
    assert date["m0"]["value"] == pytest.approx(55673 + shift / 86400, abs=1e-9)


@pytest.mark.parametrize(
    ("value", "kind"), [(0, "Beam"), (8, "Spectral Index"), (9, "Optical Depth")]
)
def test_types_of_images_among_stokes_parameters(
    oracle: Oracle, tmp_path: Path, value: int, kind: str
) -> None:
    image = opened(tmp_path, STOKES, {"CRVAL3": float(value)})
    assert image.imageinfo["imagetype"] == kind
    assert image.lattice.shape == (1, 1, 7, 8)  # casacore drops the axis
    theirs = oracle.images.image(str(tmp_path / "a.fits"))
    assert theirs.imageinfo()["imagetype"] == kind
    oracle.count()


def test_all_circular_and_linear_products(tmp_path: Path) -> None:
    image = opened(tmp_path, STOKES, {"CRVAL3": -1.0, "CDELT3": -1.0, "NAXIS3": 8})
    assert image.coordinates["stokes"].get_stokes() == [
        *("RR", "LL", "RL", "LR", "XX", "YY", "XY", "YX")
    ]


def test_rest_wavelength(tmp_path: Path) -> None:
    image = opened(tmp_path, CUBE, {"RESTFRQ": None, "RESTWAV": 0.21})
    rest = image.coordinates.dict()["spectral1"]["restfreq"]
    assert rest == pytest.approx(299792458 / 0.21)


SIP = {
    "CTYPE1": "RA---TAN-SIP", "CTYPE2": "DEC--TAN-SIP", "A_ORDER": 2, "A_2_0": 1e-3, "A_1_1": 1e-4,
    "B_ORDER": 3, "B_0_2": 2e-3, "B_2_1": -1e-4, "CROTA2": 20.0,
}  # fmt: skip
SWAPPED = {"CTYPE1": "DEC--TAN-SIP", "CTYPE2": "RA---TAN-SIP", "CRVAL1": -34.0, "CRVAL2": 165.0}


@pytest.mark.parametrize(
    "changes",
    [SIP, {**SIP, **SWAPPED, "CROTA2": None, "LATPOLE": None},
     {**SIP, "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"}],
    ids=["usual", "declination first", "no suffix"],
)  # fmt: skip
def test_distortions_are_those_of_astropy(tmp_path: Path, changes: dict[str, Any]) -> None:
    # casacore counts the distance from the reference pixel one too many, so it cannot judge
    from astropy.io import fits
    from astropy.wcs import WCS

    image = opened(tmp_path, SKY, changes)
    with warnings.catch_warnings(), fits.open(tmp_path / "a.fits") as file:
        warnings.simplefilter("ignore")
        judge = WCS(file[0].header)
    assert image.remarks == ()
    rng = np.random.default_rng(2)
    pixels = rng.uniform(-20, 30, (200, 2))
    wanted = judge.all_pix2world(pixels[:, ::-1], 0)[:, ::-1]
    world = np.degrees(image.coordinates.toworld(pixels))
    np.testing.assert_allclose(world, wanted, rtol=1e-12)
    plain = judge.wcs_pix2world(pixels[:, ::-1], 0)[:, ::-1]
    assert np.abs(world - plain).max() > 1e-5
    back = image.coordinates.topixel(np.radians(wanted))
    np.testing.assert_allclose(back, pixels, atol=1e-8)


def test_distortion_stays_in_a_section(tmp_path: Path) -> None:
    image = opened(tmp_path, SKY, SIP)
    section = image.coordinates.section(Box((1, 2), (7, 8), (2, 3)))
    for pixel in ([0.0, 0.0], [1.5, 0.5], [2.0, 1.0]):
        there = [1 + 2 * pixel[0], 2 + 3 * pixel[1]]
        wanted = image.coordinates.toworld(there)
        np.testing.assert_allclose(section.toworld(pixel), wanted, rtol=1e-14)
        np.testing.assert_allclose(section.topixel(wanted), pixel, atol=1e-8)
    row = image.coordinates.section(Box((3, 0), (4, 8)), drop=(0,))
    longitude = image.coordinates.toworld([3.0, 5.0])[1]
    assert row.toworld([5.0]) == pytest.approx([longitude], rel=1e-14)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"A_ORDER": 20}, "it has no terms, or too many"),
        ({"A_ORDER": "two"}, "A_ORDER = 'two' is not a finite number"),
        ({"A_ORDER": 1e99}, "it has no terms, or too many"),
        ({"A_2_0": 1e300}, "A_2_0 = 1e+300 is not a finite number"),
    ],
    ids=str,
)
def test_distortions_that_cannot_be(tmp_path: Path, changes: dict[str, Any], remark: str) -> None:
    image = opened(tmp_path, SKY, {**SIP, "B_0_2": 0.0, "B_2_1": 0.0, **changes})
    assert any(remark in text for text in image.remarks)
    assert np.isfinite(image.coordinates.toworld([3.0, 3.0])).all()


def test_distortion_without_end_has_no_pixels(tmp_path: Path) -> None:
    image = opened(tmp_path, SKY, {**SIP, "A_2_0": 50.0})
    world = image.coordinates.toworld([[30.0, 30.0], [3.0, 3.0]])
    pixels = image.coordinates.topixel(world)
    np.testing.assert_allclose(pixels[1], [3.0, 3.0], atol=1e-8)


def test_distortions_that_are_not_applied_are_named(tmp_path: Path) -> None:
    for code in ("TPV", "TNX"):
        names = {"CTYPE1": f"RA---{code}", "CTYPE2": f"DEC--{code}"}
        image = opened(tmp_path, SKY, names)
        assert image.remarks == (f"the distortion of {code} is not applied",)
        assert image.coordinates["direction"].get_projection() == "TAN"


def test_image_in_an_extension(oracle: Oracle, tmp_path: Path) -> None:
    first, *middle = without(MEERKAT, "SIMPLE", "EXTEND").split("NAXIS4  =                    4\n")
    counts = "NAXIS4  =                    4\n" + card("PCOUNT", 0) + "\n" + card("GCOUNT", 1)
    header = "\n".join([card("XTENSION", "IMAGE"), first.rstrip(), counts, *middle])
    path = write(
        tmp_path / "a.fits",
        EMPTY_PRIMARY,
        file_of(changed(header, {"EXTNAME": "SCI"})),
        file_of(changed(header, {"EXTNAME": "SCI", "EXTVER": 2, "CRVAL3": 1.3e9})),
    )
    ours, theirs = open_path(path), oracle.images.image(path)
    whole = Box.whole(ours.lattice.shape)
    pixel = [1.0, 2.0, 3.0, 4.0]
    assert list(ours.lattice.shape) == theirs.shape()
    np.testing.assert_allclose(ours.coordinates.toworld(pixel), theirs.toworld(pixel), rtol=1e-12)
    assert ours.unit == theirs.unit() == "Jy/beam"
    np.testing.assert_array_equal(ours.lattice.read(whole).values, theirs.getdata())
    second = open_path(f"{path}[SCI,2]").coordinates.toworld([0.0] * 4)
    assert second[1] == 1.3e9
    oracle.count(4)
