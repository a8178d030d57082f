"""Which part of a FITS file is opened, and what its cards say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jupimage.fits.cards import FitsHeader
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import EMPTY_PRIMARY, header, image, write

PIXELS = np.arange(12, dtype=np.float32).reshape(3, 4)
TABLE = {"XTENSION": "BINTABLE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 0, "NAXIS2": 0}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return write(
        tmp_path / "a.fits",
        EMPTY_PRIMARY,
        header({**TABLE, "EXTNAME": "TAB"}),
        image(PIXELS + 1, {"EXTNAME": "SCI"}, extension=True),
        image(PIXELS + 2, {"EXTNAME": "SCI", "EXTVER": 2}, extension=True),
        image(PIXELS + 3, {"EXTNAME": "err", "BLAH": 1}, extension=True),
    )


@pytest.mark.parametrize(
    ("selector", "added"),
    [
        ("", 1), ("[2]", 1), ("[3]", 2), ("[4]", 3), ("[SCI]", 1), ("[sci]", 1), ("[SCI,1]", 1),
        ("[Sci, 2]", 2), ("[ERR]", 3), ("[ err ]", 3), ("[ 4 ]", 3),
    ],
)  # fmt: skip
def test_selector_names_a_part(path: str, selector: str, added: int) -> None:
    opened = open_path(path + selector)
    np.testing.assert_array_equal(opened.lattice.read(Box.whole((3, 4))).values, PIXELS + added)
    assert opened.name == path + (f"[{selector[1:-1].strip()}]" if selector else "")


def test_without_selector_it_is_said_which_part_was_taken(path: str) -> None:
    assert open_path(path).remarks == (
        "the image is in HDU 2 (SCI), the parts before it hold none",
    )
    assert open_path(f"{path}[2]").remarks == ()


def test_primary_image_comes_first(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", image(PIXELS), image(PIXELS + 1, extension=True))
    opened = open_path(path)
    np.testing.assert_array_equal(opened.lattice.read(Box.whole((3, 4))).values, PIXELS)
    assert opened.remarks == ()
    assert open_path(f"{path}[0]").lattice.shape == (3, 4)
    assert open_path(f"{path}[primary]").lattice.shape == (3, 4)


def test_file_with_brackets_in_its_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a[1].fits", image(PIXELS))
    assert open_path(path).name == path
    assert open_path(f"{path}[0]").lattice.shape == (3, 4)


def test_relative_name_becomes_absolute(
    path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert open_path("a.fits").name == path


def test_name_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "image.h5", image(PIXELS))
    assert open_path(path).kind == "FITSImage"


def test_casacore_alternates_are_part_of_the_coordinates(tmp_path: Path) -> None:
    cards = {"ALTRVAL": 1.0, "ALTRPIX": 2.0, "ORIGIN": "casacore-3.8.1"}
    assert open_path(write(tmp_path / "a.fits", image(PIXELS, cards))).miscinfo == {}
    cards["ORIGIN"] = "AIPS"
    opened = open_path(write(tmp_path / "b.fits", image(PIXELS, cards)))
    assert opened.miscinfo == {"altrval": 1.0, "altrpix": 2.0}


def test_missing_table_of_beams_is_said(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="the beams of the planes were left aside"):
        opened = open_path(write(tmp_path / "a.fits", image(PIXELS, {"CASAMBM": True})))
    assert opened.imageinfo == {"imagetype": "Intensity", "objectname": ""}
    assert "the header promises a table of beams, but there is no" in opened.remarks[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("= 5", 5),
        ("=-5 / comment", -5),
        ("= +5", 5),
        ("= 1.5E3", 1500.0),
        ("= 1.5D3", 1500.0),
        ("= .5", 0.5),
        ("= 5.", 5.0),
        ("= T", True),
        ("= F / no", False),
        ("= 'a/b' / c", "a/b"),
        ("= 'it''s'", "it's"),
        ("= ''", ""),
        ("= '   '", " "),
        ("= '  a  '", "  a"),
        ("= 'unfinished", "unfinished"),
        ("= 'r\xc3\xa4th'", "räth"),
        ("= (1.0, -2E1)", 1 - 20j),
    ],
)
def test_values_of_cards(text: str, value: object) -> None:
    parsed = FitsHeader(f"KEY     {text}".ljust(80).encode("latin-1"))["KEY"]
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    "text", ["=", "= ", "= abc", "= 1.2.3", "= (1,2", "= NaN", "= 0x10", "5", "= 1E99999"]
)
def test_cards_without_a_value(text: str) -> None:
    assert "KEY" not in FitsHeader(f"KEY     {text}".ljust(80).encode("latin-1"))


def test_cards_are_written_as_the_standard_has_them() -> None:
    block = "".join(
        card.ljust(80)
        for card in ["A       = 1.25D+02 / x", "B       ='it''s'", "C       = T", "D       = 7"]
    )
    cards = list(FitsHeader(block.encode()).cards())
    assert [card.rstrip() for card in cards] == [
        "A       =             1.25D+02",
        "B       = 'it''s   '",
        "C       =                    T",
        "D       =                    7",
    ]
    assert all(len(card) == 80 for card in cards)
