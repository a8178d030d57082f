"""Legal headers that say less than they did: whoever opens the file is warned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupimage.formats import open_path
from tests.fits.fitsfiles import write
from tests.fits.foreignheaders import CASA, HEADERS, changed, file_of

DAMAGED = {
    "keyword of an axis": (("CRVAL1  =", "CRVAQ1  ="), "CRVAQ1 looks like a damaged CRVAL1"),
    "axis that is not there": (("CRPIX2  =", "CRPIX7  ="), "CRPIX7 looks like a damaged CRPIX2"),
    "element of the matrix": (("PC1_1   =", "PC1_9   ="), "PC1_9 looks like a damaged PC1_1"),
    "unit": (("BUNIT   =", "BUNIU   ="), "BUNIU looks like a damaged BUNIT"),
    "scale of the pixels": (("BSCALE  =", "BSCAHE  ="), "BSCAHE looks like a damaged BSCALE"),
    "axis that is there": (("CDELT1  =", "CDELT2  ="), "several cards CDELT2 that do not agree"),
    "line of history": (("HISTORY Re", "HISTNRY Re"), "illegal cards? left aside: .*HISTNRY"),
    "small letter in the history": (("HISTORY Re", "HISTORy Re"), "illegal cards? left .*HISTORy"),
    "log": (("CASA END LOG", "CASA EMD LOG"), "a log in the history begins 1 times and ends 0"),
    "sky": (("'RA---SIN'", "'RB---SIN'"), "no direction coordinates: .*no longitude"),
    "projection": (("'RA---SIN'", "'RA---SHN'"), "no direction coordinates"),
    "unit of an axis": (("CUNIT1  = 'deg", "CUNIT1  = 'drg"), "no direction coordinates"),
    "frame of the sky": (("'FK5     '", "'FK6     '"), "no direction coordinates: .*'FK6'"),
    "spectral axis": (("'FREQ    '", "'GREQ    '"), "'GREQ' is taken as linear: .* FREQ"),
    "unit of frequency": (("'Hz      '", "'Hx      '"), "no spectral coordinates: .*'Hx'"),
    "velocity frame": (("'LSRK    '", "'LSRX    '"), "SPECSYS = 'LSRX' is not known"),
    "kind of velocity": (("VELREF  =                  257", "VELREF  =                  999"),
                         "VELREF = 999 is not known"),
    "Stokes axis": (("'STOKES  '", "'STOCES  '"), "'STOCES' is taken as linear: .* STOKES"),
    "beam": (("BMAJ    =   1.6", "BMAJ    =  -1.6"), "BMAJ, BMIN, BPA make no beam"),
    "angle of the beam": (("BPA     =", "BPB     ="), "BMAJ, BMIN make no beam"),
    "type of image": (("'Intensity'", "'Intemsity'"), "looks like a damaged 'INTENSITY'"),
    "truth for a number": (("CRPIX1  =   4.000000000000E+00", "CRPIX1  = T".ljust(30)),
                           "CRPIX1 = True is no number"),
    "text for a number": (("CRPIX1  =   4.000000000000E+00", "CRPIX1  = 'four'".ljust(30)),
                          "CRPIX1 = 'four' is no number"),
    "sign of another program": (("CRPIX1  =   4.0", "CRPIX1  =   \t.0"),
                                "letters that no FITS card"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_that_leaves_a_legal_header_is_warned_of(tmp_path: Path, case: str) -> None:
    (old, new), message = DAMAGED[case]
    assert len(old) == len(new)
    assert old in CASA
    path = write(tmp_path / "a.fits", file_of(CASA.replace(old, new, 1)))
    with pytest.warns(UserWarning, match=message):
        open_path(path)


OBSERVED: dict[str, Any] = {
    "date": ({"DATE-OBS": "2009-96-18"}, "DATE-OBS = '2009-96-18' is no date"),
    "scale of time": ({"TIMESYS": "VTC"}, "TIMESYS = 'VTC' is no scale of time, UTC is assumed"),
    "Stokes": ({"CTYPE3": "STOKES", "CRVAL3": 40.0}, "no Stokes parameters"),
}


@pytest.mark.parametrize("case", OBSERVED)
def test_values_without_a_meaning_are_warned_of(tmp_path: Path, case: str) -> None:
    changes, message = OBSERVED[case]
    path = write(tmp_path / "a.fits", file_of(changed(CASA, changes)))
    with pytest.warns(UserWarning, match=message):
        open_path(path)


SOUND: dict[str, Any] = {
    "axes of the sun": {"CTYPE1": "HPLN-TAN", "CTYPE2": "HPLT-TAN"},
    "position of an object": {"OBJRA": 12.5},
    "same card twice": {"EXTRA": 5},
    "no beam": {"BMAJ": 0.0, "BMIN": 0.0, "BPA": 0.0},
    "unknown type": {"BTYPE": "Flux"},
    "axis of other kind": {"CTYPE4": "PHASE", "SPECSYS": None, "VELREF": None},
    "tab in the history": {"HISTORY": None},
}


@pytest.mark.parametrize("case", SOUND)
def test_unusual_headers_are_not_doubted(tmp_path: Path, case: str) -> None:
    header = changed(CASA, SOUND[case])
    header += "\n" + f"{'EXTRA':<8}= {5:>20}" + "\nHISTORY tab\there\nHISTORY gr\xc3\xb6\xc3\x9fe"
    open_path(write(tmp_path / "a.fits", file_of(header)))


@pytest.mark.parametrize("program", [name for name in HEADERS if name not in ("ALMA",)])
def test_headers_of_programs_are_not_doubted(tmp_path: Path, program: str) -> None:
    open_path(write(tmp_path / "a.fits", file_of(HEADERS[program])))


def test_records_in_texts_may_be_there_many_times(tmp_path: Path) -> None:
    header = CASA + "\nDP1     = 'NAXIS: 2'\nDP1     = 'AXIS.1: 1'"
    open_path(write(tmp_path / "a.fits", file_of(header)))


def test_axis_that_is_too_short_is_warned_of(tmp_path: Path) -> None:
    content = file_of(CASA)
    short = content.replace(b"NAXIS4  =                    5", b"NAXIS4  =                    4")
    open_path(write(tmp_path / "a.fits", content)).lattice.close()  # type: ignore[attr-defined]
    with pytest.warns(UserWarning, match="followed by bytes that are not 0: the lengths of"):
        assert open_path(write(tmp_path / "b.fits", short)).lattice.shape == (4, 1, 7, 8)
