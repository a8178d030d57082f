"""FITS files made at random, read by us and by casacore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.formats import Opened, open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import Cards, card, image, write

if TYPE_CHECKING:
    from tests.conftest import Oracle

SCALES: dict[str, dict[str, Any]] = {
    "plain": {},
    "scaled": {"BSCALE": 0.1, "BZERO": 0.7},
    "tiny": {"BSCALE": 9.02e-4, "BZERO": -4.139},
    "unsigned": {"BSCALE": 1.0, "BZERO": 32768.0},
    "flat": {"BSCALE": 0.0, "BZERO": 5.0},
}


def random_pixels(kind: str, shape: tuple[int, ...], seed: int = 0) -> NDArray[Any]:
    """Return pixels that use the range of their type."""
    rng = np.random.default_rng(seed)
    if kind[0] == "f":
        pixels: NDArray[Any] = rng.normal(size=shape).astype(kind) * 10 ** rng.integers(
            -5, 5, shape
        ).astype(kind)
        pixels[rng.random(shape) < 0.2] = np.nan
        pixels[rng.random(shape) < 0.05] = np.inf
        return pixels
    limits = np.iinfo(kind)
    integers: NDArray[Any] = rng.integers(limits.min, limits.max, shape, dtype=kind, endpoint=True)
    return integers


def compare_pixels(oracle: Oracle, path: str) -> Opened:
    """Compare pixels, mask, type and shape."""
    theirs = oracle.images.image(path)
    ours = open_path(path)
    assert theirs.datatype() == "float"
    assert ours.lattice.dtype == np.float32
    assert list(ours.lattice.shape) == theirs.shape()
    block = ours.lattice.read(Box.whole(ours.lattice.shape))
    np.testing.assert_array_equal(block.values, theirs.getdata())
    np.testing.assert_array_equal(block.masked().mask, theirs.getmask())
    oracle.count(2)
    return ours


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", ["u1", "i2", "i4"])
def test_integers(oracle: Oracle, tmp_path: Path, kind: str, scale: str) -> None:
    pixels = random_pixels(kind, (11, 13, 17))
    opened = compare_pixels(oracle, write(tmp_path / "a.fits", image(pixels, SCALES[scale])))
    assert not opened.lattice.masked


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", ["i2", "i4"])  # casacore cannot read bytes with a BLANK
def test_integers_with_blank(oracle: Oracle, tmp_path: Path, kind: str, scale: str) -> None:
    pixels = random_pixels(kind, (11, 13, 17))
    pixels[pixels % 3 == 0] = -77
    path = write(tmp_path / "a.fits", image(pixels, {**SCALES[scale], "BLANK": -77}))
    opened = compare_pixels(oracle, path)
    assert opened.lattice.masked


@pytest.mark.parametrize("cards", [{}, {"BLANK": 3}, {"BSCALE": 1.0, "BZERO": 0.0}], ids=str)
@pytest.mark.parametrize("kind", ["f4", "f8"])
def test_floats(oracle: Oracle, tmp_path: Path, kind: str, cards: Cards) -> None:
    path = write(tmp_path / "a.fits", image(random_pixels(kind, (11, 13, 17)), cards))
    opened = compare_pixels(oracle, path)
    assert opened.lattice.masked


def test_doubles_beyond_floats(oracle: Oracle, tmp_path: Path) -> None:
    pixels = np.array([[1.1e300, -1e300, 1e-300, 0.1, np.nan]])
    compare_pixels(oracle, write(tmp_path / "a.fits", image(pixels)))


@pytest.mark.parametrize("shape", [(7,), (1,), (5, 7), (3, 5, 7), (2, 3, 5, 7), (2, 1, 3, 4, 5)])
def test_shapes(oracle: Oracle, tmp_path: Path, shape: tuple[int, ...]) -> None:
    compare_pixels(oracle, write(tmp_path / "a.fits", image(random_pixels("i2", shape))))


UNITS = """
JY/BEAM Jy/beam jy/beam Jy/Beam JY/beam K KELVIN Kelvin k counts/s COUNTS count ct adu ADU km/s KM/S
M/S HZ Hz MHZ kHZ KHZ DEGREES degrees deg DEG JY mJy/beam MJY/SR MJy/sr uJy/beam erg/s/cm2
erg/s/cm^2/Hz ERG/S/CM**2 JY/BEAM.KM/S Jy/beam.km/s JY/BEAM*M/S K.km/s junk Jy/foo DN mag JY/PIXEL
Jy/pixel Jy/pix BEAM [Jy] RATIO % W/m2 SECONDS seconds METERS VOLTS volts rad/m/m RAD/M/M rad/m2
Jy/(beam) (Jy/beam) 1 lambda Angstrom microns um RAD arcsec M SEC PERCENT JY/HZ Jy/arcsec2 YEAR DAYS
DAY PASCAL Jy^2 JY**2 (Jy/beam)2 Jy/beam, Jy//beam /s km.s-1 Jy_beam pc solMass mas nm R D EV YR
beam-1.Jy kbeam mJY/BEAM mKELVIN Hz**-1 log(Jy) m(s) W/M/M/HZ MJy.sr-1 pT nanomaggy 1e-3.Jy
""".split()  # noqa: SIM905 - it reads better
UNITS += [
    *("Jy beam-1", "JY BEAM-1", "K km/s", "Jy  km/s", "10**-23 erg", "10^-18 W", "  ", "", " Jy"),
    *(
        "Jy [flux]",
        "Jy/beam (peak)",
        "JY/BEAM (PEAK)",
        "JUNK (PEAK)",
        "x y [z]",
        "HZ [LSR]",
        "it's",
    ),
]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_units(oracle: Oracle, tmp_path: Path, unit: str) -> None:
    path = write(tmp_path / "a.fits", image(np.zeros((2, 3), np.float32), {"BUNIT": unit}))
    assert open_path(path).unit == oracle.images.image(path).unit()
    oracle.count()


INFO: dict[str, list[tuple[str, Any] | str]] = {
    "beam": [("BMAJ", 2e-3), ("BMIN", 1e-3), ("BPA", 10.0)],
    "beam the other way": [("BMAJ", 1e-3), ("BMIN", 2e-3), ("BPA", 10.0)],
    "beam of integers": [("BMAJ", 2), ("BMIN", 1), ("BPA", 370)],
    "beam of size 0": [("BMAJ", 0.0), ("BMIN", 0.0), ("BPA", 0.0)],
    "negative beam": [("BMAJ", -1e-3), ("BMIN", -1e-3), ("BPA", 0.0)],
    "beam without angle": [("BMAJ", 2e-3), ("BMIN", 1e-3)],
    "beam as text": [("BMAJ", "2e-3"), ("BMIN", 1e-3), ("BPA", 0.0)],
    "beam of AIPS": [
        "HISTORY AIPS   CLEAN BMAJ=  1.6667E-02 BMIN=  1.5000E-02 BPA=  10.50",
        "HISTORY AIPS   CLEAN BMAJ=  2.6667E-02 BMIN=  1.5000E-02 BPA=  10.50",
    ],
    "beam in another history": ["HISTORY BMAJ=  1.6667E-02 BMIN=  1.5000E-02 BPA=  10.50"],
    "type": [("BTYPE", "beam")],
    "type with blank": [("BTYPE", "Optical Depth")],
    "type without blank": [("BTYPE", "opticaldepth")],
    "type after blank": [("BTYPE", " Spectral Index")],
    "unknown type": [("BTYPE", "weird")],
    "object": [("OBJECT", "M 31")],
    "object of nothing": [("OBJECT", "")],
    "object with blanks": [("OBJECT", "  N 5  ")],
    "object with quote": [("OBJECT", "O'Neil")],
    "object of blanks": ["OBJECT  = '        '"],
    "object that is none": ["OBJECT  = ''"],
    "object that is a number": [("OBJECT", 5)],
}


def header_of(oracle: Oracle, tmp_path: Path, cards: Cards) -> tuple[Opened, Any]:
    """Write a file with these cards and let both open it."""
    path = write(tmp_path / "a.fits", image(np.zeros((2, 3), np.float32), cards))
    oracle.count()
    return open_path(path), oracle.images.image(path)


@pytest.mark.filterwarnings("ignore:.*make no beam:UserWarning")
@pytest.mark.parametrize("case", INFO)
def test_imageinfo(oracle: Oracle, tmp_path: Path, case: str) -> None:
    ours, theirs = header_of(oracle, tmp_path, INFO[case])
    assert ours.imageinfo == theirs.imageinfo()


ROW = "HISTORY 2009-05-25T20:26:40 NORMAL SRCCODE='mk' OBJID='OBJ0'"
START, END = "HISTORY CASA START LOGTABLE", "HISTORY CASA END LOGTABLE"
HISTORY = {
    "plain": ["HISTORY plain", "HISTORY", "HISTORY   blanks  ", "HISTORY it's"],
    "continued": ["HISTORY plain", "HISTORY >more", "HISTORY " + "x" * 72, "HISTORY >y"],
    "interrupted": ["HISTORY a", "COMMENT no", "HISTORY >b"],
    "log": [START, ROW, "HISTORY one", ROW, "HISTORY two", END, "HISTORY after"],
    "long log": [START, ROW, "HISTORY " + "m" * 72, "HISTORY >n", END],
    "log without end": [START, ROW, "HISTORY one"],
    "log with an empty message": [START, ROW, "HISTORY", ROW, "HISTORY two", END],
    "log with two empty messages": [START, ROW, ROW, "HISTORY one", "HISTORY two", END],
    "log after something": ["HISTORY a", START, ROW, "HISTORY one", END],
    "two logs": [START, ROW, "HISTORY one", END, "HISTORY b", START, ROW, "HISTORY two", END],
}


ENDLESS = pytest.mark.filterwarnings("ignore:.*a log in the history begins 1 times and ends 0")


@pytest.mark.parametrize(
    "case",
    [pytest.param(name, marks=ENDLESS if name == "log without end" else ()) for name in HISTORY],
)
def test_history(oracle: Oracle, tmp_path: Path, case: str) -> None:
    ours, theirs = header_of(oracle, tmp_path, HISTORY[case])
    assert ours.history == theirs.history()


MISCINFO = """
MYDATE DATE-FOO PCFOO PC NAXIS9 BITPIX2 CTYPE9 CD9_9 CD003003 DATAMAXX TELESCO2 LTV1 WCSDIM MJD-AVG
CRDER1 RADECSYS RESTWAV CUNIT1A PHASE VELO-LSR OBSFREQ IMAGFREQ LINE EPOCH ORIGIN LATPOLE INSTRUME
EXTNAME EXTVER GROUPS FILTER EXPTIME NITERS BEAMEFF DATASUM CHECKSUM BLANK2 DATAMAX EXTEND
OBSRA TELESCOP CROTA2 PV2_1 LONPOLE BLOCKED MY_KEY-1 OBSERVER TIMESYS BUNIT
""".split()  # noqa: SIM905


@pytest.mark.filterwarnings("ignore:.*(CTYPE9|TELESCO2) looks like a damaged:UserWarning")
@pytest.mark.parametrize("keyword", MISCINFO)
def test_miscinfo_leaves_out_what_casacore_leaves_out(
    oracle: Oracle, tmp_path: Path, keyword: str
) -> None:
    ours, theirs = header_of(oracle, tmp_path, [(keyword, 1.5)])
    assert ours.miscinfo == theirs.miscinfo()


@pytest.mark.filterwarnings("ignore:.*several cards TWICE:UserWarning")
def test_miscinfo_values(oracle: Oracle, tmp_path: Path) -> None:
    cards: list[tuple[str, Any] | str] = [
        *[("INT", 5), ("NEG", -7), ("REAL", 2.5), ("WHOLE", 3.0), ("YES", True), ("NO", False)],
        *[("TEXT", "a  b "), ("EMPTY", ""), ("TWICE", 1), ("TWICE", 2), ("QUOTE", "it's")],
        *["DOUBLE  =  1.25D+02 / comment", "COMPLEX = (1.0, 2.0)", "NOTHING =", "NOVALUE"],
        *["SLASH   = 'a/b' / c", "COMMENT = 5", card("BLANKS", "     ")],
    ]
    ours, theirs = header_of(oracle, tmp_path, cards)
    wanted = theirs.miscinfo()
    assert wanted.pop("double") == 1.25  # casacore drops the exponent
    got = dict(ours.miscinfo)
    assert got.pop("double") == 125.0
    wanted.pop("complex", None)
    assert got.pop("complex") == 1 + 2j
    assert got == wanted
    assert [type(value) for value in got.values()] == [type(got[key]) for key in wanted]


def test_beams_of_channels_and_stokes(oracle: Oracle, tmp_path: Path) -> None:
    golden = Path(__file__).parent.parent / "data" / "formats" / "fnomask_default.fits"
    ours, theirs = open_path(str(golden)), oracle.images.image(str(golden))
    oracle.count()
    assert ours.imageinfo["perplanebeams"] == theirs.imageinfo()["perplanebeams"]


def test_axes_that_only_the_coordinates_have(oracle: Oracle, tmp_path: Path) -> None:
    cards = [
        *[("CTYPE1", "RA---SIN"), ("CRVAL1", 10.0), ("CDELT1", -0.1), ("CRPIX1", 1.0)],
        *[("CTYPE2", "DEC--SIN"), ("CRVAL2", 20.0), ("CDELT2", 0.1), ("CRPIX2", 1.0)],
        *[("CTYPE3", "FREQ"), ("CRVAL3", 1e9), ("CDELT3", 1e6), ("CRPIX3", 1.0)],
    ]
    pixels = np.arange(6, dtype=np.float32).reshape(2, 3)
    opened = compare_pixels(oracle, write(tmp_path / "a.fits", image(pixels, cards)))
    assert opened.lattice.shape == (1, 2, 3)


def test_image_in_the_first_extension(oracle: Oracle, tmp_path: Path) -> None:
    from tests.fits.fitsfiles import EMPTY_PRIMARY

    pixels = random_pixels("f4", (3, 4))
    extension = image(pixels, {"EXTNAME": "SCI", "BAR": 2}, extension=True)
    path = write(tmp_path / "a.fits", EMPTY_PRIMARY, extension)
    opened = compare_pixels(oracle, path)
    assert opened.miscinfo == oracle.images.image(path).miscinfo()
    assert opened.name == oracle.images.image(path).name()
