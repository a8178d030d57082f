"""Items of all types, and what is assumed where one of them cannot be used."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.formats import Opened, open_path
from jupimage.lattice import Box
from jupimage.miriad.items import decode_item, encode_item, parse_header
from tests.miriad.miriadfiles import FREQUENCY, SKY, header, mask_item, shape_items, write

PIXELS = np.arange(48, dtype=np.float32).reshape(6, 8)


def opened(folder: Path, **items: Any) -> Opened:
    return open_path(write(folder / "a.mir", PIXELS, items))


def raw(code: int, data: bytes) -> bytes:
    """Return an item with a type code."""
    return bytes([0, 0, 0, code]) + data


ITEMS: dict[str, tuple[bytes, Any]] = {
    "text": (raw(1, b"Jy"), "Jy"),
    "long text": (raw(6, b"Jy"), "Jy"),
    "text with NULs": (raw(1, b"Jy\0\0"), "Jy"),
    "Latin text": (raw(1, "é".encode("latin-1")), "é"),
    "empty text": (raw(1, b""), ""),
    "int": (raw(2, struct.pack(">i", -7)), -7),
    "short": (raw(3, struct.pack(">h", -7)), -7),
    "real": (raw(4, struct.pack(">f", 0.5)), 0.5),
    "double": (raw(5, b"\xa1\x55\0\0" + struct.pack(">d", 0.1)), 0.1),
    "complex": (raw(7, bytes(4) + struct.pack(">2f", 1, -2)), 1 - 2j),
    "long int": (raw(8, bytes(4) + struct.pack(">q", 2**40)), 2**40),
    "no item": (b"\0\0", None),
    "no type": (b"abcdefgh", None),
    "bytes": (raw(0, b"abcd"), None),
    "unknown type": (raw(9, b"abcd"), None),
    "half a double": (raw(5, bytes(8)), None),
    "one byte too many": (raw(2, bytes(5)), None),
}


@pytest.mark.parametrize("case", ITEMS)
def test_items_of_all_types(case: str) -> None:
    content, value = ITEMS[case]
    assert decode_item(content) == value
    assert type(decode_item(content)) is type(value)


def test_items_with_several_values() -> None:
    value = decode_item(raw(5, bytes(4) + struct.pack(">3d", 1, 2, 3)))
    assert isinstance(value, np.ndarray)
    assert value.dtype == np.float64
    np.testing.assert_array_equal(value, [1, 2, 3])


@pytest.mark.parametrize(
    "value",
    ["", "größer", 5, -(2**31), 2**31, 0.1, np.int16(3), np.float32(0.1), np.complex64(1j),
     np.arange(3.0), np.arange(3, dtype=np.int32), np.arange(3, dtype=np.int64)],
    ids=repr,
)  # fmt: skip
def test_items_come_back(value: Any) -> None:
    np.testing.assert_array_equal(decode_item(encode_item(value)), value)


def test_left_over_items_are_kept(tmp_path: Path) -> None:
    image = opened(
        tmp_path,
        **SKY,
        vobs=np.float32(-2.5),
        niters=100,
        cellscal="CONSTANT",
        pair=raw(2, struct.pack(">2i", 1, 2)),
    )
    assert image.miscinfo.pop("pair").tolist() == [1, 2]
    assert image.miscinfo == {"vobs": -2.5, "niters": 100, "cellscal": "CONSTANT"}
    assert image.remarks == ()


def test_items_that_are_files_of_their_own_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mir", PIXELS, SKY)
    (tmp_path / "a.mir" / "object").write_bytes(raw(1, b"n" * 100))
    (tmp_path / "a.mir" / "comment").write_bytes(raw(1, b"c" * 100))
    (tmp_path / "a.mir" / "mostable").write_bytes(raw(0, bytes(1000)))
    (tmp_path / "a.mir" / "gains").write_bytes(bytes(1 << 17))
    (tmp_path / "a.mir" / "README.txt").write_text("not an item", encoding="utf-8")
    (tmp_path / "a.mir" / "folder").mkdir()
    image = open_path(path)
    assert image.imageinfo["objectname"] == "n" * 100
    assert image.miscinfo == {"comment": "c" * 100}
    first, second = sorted(image.remarks)
    assert first.startswith("item 'gains' is left out: ")
    assert first.endswith("wanted at most 65536 bytes, got 131072")
    assert second == "item 'mostable' is of mixed types and is left out"


def test_image_inside_the_header(tmp_path: Path) -> None:
    pixels = np.arange(15, dtype=np.float32).reshape(3, 5)
    good = pixels % 2 == 0
    items = {
        **shape_items(pixels.shape),
        "image": b"\0\0\0\4" + pixels.astype(">f4").tobytes(),
        "mask": mask_item(good),
        **SKY,
        "history": b"in the header\n",
    }
    (tmp_path / "a.mir").mkdir()
    (tmp_path / "a.mir" / "header").write_bytes(header(items))
    image = open_path(str(tmp_path / "a.mir"))
    block = image.lattice.read(Box.whole((3, 5)))
    np.testing.assert_array_equal(block.values, pixels)
    np.testing.assert_array_equal(block.good, good)
    assert image.history == ["in the header"]
    assert image.miscinfo == {}


def test_names_may_be_followed_by_anything(tmp_path: Path) -> None:
    content = header({"naxis": 2}).replace(b"naxis\0\0\0", b"naxis\0qx")
    assert parse_header(content) == {"naxis": (16, 8)}


def test_history_of_other_systems(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mir", PIXELS, SKY)
    (tmp_path / "a.mir" / "history").write_bytes(b"one\r\n\xe9\r\nlast\r\n")
    with pytest.warns(UserWarning, match="the history is no text in UTF-8"):
        assert open_path(path).history == ["one", "é", "last"]


def test_history_with_signs_that_are_no_letters(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mir", PIXELS, SKY, history="o\tne\ntw\0o\n")
    with pytest.warns(UserWarning, match="the history holds signs that are no letters"):
        assert open_path(path).history == ["o\tne", "tw\0o"]


def test_history_that_was_cut_off(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mir", PIXELS, SKY, history="one\ntw")
    with pytest.warns(UserWarning, match="the history does not end with a line break"):
        assert open_path(path).history == ["one", "tw"]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "text for a number": ({"crval1": "1.25"}, "item 'crval1' is no number, 0.0 is used"),
    "no letters": ({"telescop": "AT\1A"}, "the text of item 'telescop' holds signs that are no"),
    "no UTF-8": ({"comment": raw(1, b"a\xefb")}, "the text of item 'comment' holds signs that"),
    "letter of a name": ({"btypf": "beam"}, "'btypf' looks like a damaged 'btype', which is miss"),
    "letter of a spectral axis": (
        {"ctype2": "FRIQ-LSR"},
        "FRIQ-LSR is taken as linear: it looks like a damaged FREQ",
    ),
    "letter of an axis": ({"ctype1": "STOKER"}, "it looks like a damaged STOKES"),
    "type of image": ({"btype": "optical_dept"}, "btype 'optical_dept' is not known, Intensity"),
    "no Stokes parameters": (
        {"ctype1": "STOKES", "crval1": -9.0, "cdelt1": 1.0, "crpix1": 1.0},
        "the Stokes axis holds values that are no Stokes parameters",
    ),
    "half a double": ({"crval1": raw(5, bytes(8))}, "item 'crval1' is no number, 0.0 is used"),
    "infinite": ({"crpix2": float("inf")}, "item 'crpix2' is no number, 0.0 is used"),
    "NaN": ({"cdelt2": float("nan")}, "item 'cdelt2' is no number, 1.0 is used"),
    "no increment": ({"cdelt2": 0.0}, "item 'cdelt2' is 0, 1.0 is used"),
    "complex": ({"epoch": raw(7, bytes(12))}, "item 'epoch' is no number, 2000.0 is used"),
    "several": ({"epoch": raw(4, bytes(8))}, "item 'epoch' is no number, 2000.0 is used"),
    "number for a text": ({"bunit": 5}, "item 'bunit' is no text and is ignored"),
    "missing": ({"crval1": None}, "items crval1 are missing, their defaults are used"),
    "no axis": (
        {"ctype2": None, "crval2": None, "cdelt2": None, "crpix2": None},
        "no item describes axis 2",
    ),
    "half a beam": ({"bmaj": 1e-4}, "bmaj = 0.0001 and bmin = 0.0 are no beam"),
    "no angle": ({"bmaj": 2e-4, "bmin": 1e-4}, "item 'bpa' is missing"),
    "date": ({"obstime": "yesterday"}, "item 'obstime' is no number and is ignored"),
    "rest frequency": ({"restfreq": "HI"}, "item 'restfreq' is no number, 0.0 is used"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_defaults_are_used_with_a_warning(tmp_path: Path, case: str) -> None:
    items, message = FAULTS[case]
    with pytest.warns(UserWarning, match=message) as caught:
        image = opened(tmp_path, **{**SKY, **items})
    assert len(caught) == 1
    assert caught[0].filename == __file__ or "a.mir" in str(caught[0].message)
    assert any(message in remark for remark in image.remarks)
    np.testing.assert_array_equal(image.lattice.read(Box.whole((6, 8))).values, PIXELS)


def test_beam_with_exchanged_axes_is_turned(tmp_path: Path) -> None:
    beam = opened(tmp_path, **SKY, bmaj=1e-4, bmin=2e-4, bpa=30.0).imageinfo["restoringbeam"]
    assert beam["major"]["value"] == 2e-4
    assert beam["positionangle"]["value"] == 120.0


@pytest.mark.parametrize("angle", [0.0, 0, np.float32(0)])
def test_beam_with_an_angle_of_0_is_kept(tmp_path: Path, angle: Any) -> None:
    image = opened(tmp_path, **SKY, bmaj=2e-4, bmin=1e-4, bpa=angle)
    assert image.imageinfo["restoringbeam"]["positionangle"]["value"] == 0.0


def test_round_beam_needs_no_angle(tmp_path: Path) -> None:
    assert "restoringbeam" in opened(tmp_path, **SKY, bmaj=1e-4, bmin=1e-4).imageinfo


def test_unknown_unit_is_kept_in_quotes(tmp_path: Path) -> None:
    assert opened(tmp_path, **SKY, bunit="COUNTS").unit == '"COUNTS"'


def test_unknown_type_of_image(tmp_path: Path) -> None:
    image = opened(tmp_path, **SKY, btype="polarised_intensity")
    assert image.imageinfo["imagetype"] == "Intensity"
    assert image.remarks == ("btype 'polarised_intensity' is not known, Intensity is used",)


def test_items_that_are_not_applied_are_named(tmp_path: Path) -> None:
    image = opened(tmp_path, **SKY, lonpole=170.0)
    assert image.remarks == ("item 'lonpole' is not applied",)
    assert image.miscinfo == {"lonpole": 170.0}


def test_control_characters_do_not_come_through(tmp_path: Path) -> None:
    with pytest.warns(
        UserWarning, match="the text of item 'object' holds signs that are no letters"
    ):
        image = opened(tmp_path, **SKY, object="a\x1b[31m\n<b>")
    assert image.imageinfo["objectname"] == "a?[31m?<b>"


@pytest.mark.parametrize("kind", [np.float32(6), 6.0, raw(3, struct.pack(">h", 6))])
def test_lengths_of_axes_of_other_types(tmp_path: Path, kind: Any) -> None:
    assert opened(tmp_path, **SKY, naxis2=kind).lattice.shape == (6, 8)


def test_frequency_axis_names_are_used(tmp_path: Path) -> None:
    cube = np.zeros((5, 6, 8), np.float32)
    image = open_path(write(tmp_path / "a.mir", cube, {**SKY, **FREQUENCY}))
    assert [axis.name for axis in image.coordinates.axes()] == [
        "Frequency",
        "Declination",
        "Right Ascension",
    ]
