"""Files that are damaged, hostile or no images: a clear error of our tree, at once."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError, ImageError, MissingImageError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import EMPTY_PRIMARY, header, image, image_cards, write

PIXELS = np.arange(12, dtype=np.float32).reshape(3, 4)
HUGE: dict[str, Any] = {
    "SIMPLE": True,
    "BITPIX": -32,
    "NAXIS": 3,
    "NAXIS1": 10**9,
    "NAXIS2": 10**9,
    "NAXIS3": 10**9,
}


def simple(**cards: Any) -> bytes:
    """Return a header of a primary image with some cards changed; None leaves one out."""
    wanted = dict(image_cards(PIXELS)) | cards
    return header({key: value for key, value in wanted.items() if value is not None})


BAD = {
    "empty": (b"", "is empty"),
    "no FITS": (b"hello world" * 1000, "is in no known image format; it begins with b'hello"),
    "first card only": (b"SIMPLE  =                    T", "at least 2880 bytes, got"),
    "SIMPLE = F": (simple(SIMPLE=False), "is no FITS file"),
    "no END": (header(image_cards(PIXELS), end=False), "no END card; the file ends after 2880"),
    "no END for long": (
        b"SIMPLE  =                    T".ljust(80) * 360_000,
        "END card in 16777216",
    ),
    "half a header": (header([("SIMPLE", True), *[("COMMENT", 1)] * 60])[:4000], "ends after 4000"),
    "truncated": (image(PIXELS)[:2900], "truncated: wanted 48 bytes of data, got 20"),
    "no data": (header(image_cards(PIXELS)), "truncated: wanted 48 bytes of data, got 0"),
    "huge axes": (header(HUGE), f"wanted {4 * 10**27} bytes of data, got 0"),
    "axis of length 0": (
        simple(NAXIS1=0),
        r"HDU 0 \(PRIMARY\) has an axis of length 0 \(NAXIS1 = 0\)",
    ),
    "outer axis of length 0": (simple(NAXIS2=0), r"axis of length 0 \(NAXIS2 = 0\)"),
    "no axes": (EMPTY_PRIMARY, r"holds no data \(NAXIS = 0\)"),
    "negative axis": (simple(NAXIS1=-4), "NAXIS1 must not be negative, got -4"),
    "negative NAXIS": (simple(NAXIS=-1), r"NAXIS must be 0\.\.32, got -1"),
    "many axes": (simple(NAXIS=999), r"NAXIS must be 0\.\.32, got 999"),
    "axis missing": (simple(NAXIS2=None), "integer NAXIS2, got no such card"),
    "NAXIS missing": (simple(NAXIS=None), "integer NAXIS, got no such card"),
    "BITPIX missing": (simple(BITPIX=None), "integer BITPIX, got no such card"),
    "BITPIX wrong": (simple(BITPIX=17), "BITPIX must be one of .*, got 17"),
    "BITPIX text": (simple(BITPIX="-32"), "integer BITPIX, got '-32'"),
    "axis is a logical": (simple(NAXIS1=True), "integer NAXIS1, got True"),
    "axis is a fraction": (simple(NAXIS1=2.5), "integer NAXIS1, got 2.5"),
    "axis is enormous": (simple(NAXIS1=10**50), "truncated: wanted"),
    "random groups": (
        header({**HUGE, "NAXIS1": 0, "GROUPS": True, "PCOUNT": 5, "GCOUNT": 3}),
        "holds random groups",
    ),
    "a table only": (
        EMPTY_PRIMARY
        + header({"XTENSION": "BINTABLE", "BITPIX": 8, "NAXIS": 2, "NAXIS1": 0, "NAXIS2": 0}),
        r"HDU 1 is a table \(BINTABLE\)",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(5000), "is a picture without coordinates"),
    "zip": (b"PK\x03\x04" + bytes(5000), "is a zip archive"),
    "compress": (b"\x1f\x9d" + bytes(5000), "is packed with compress"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(5000), "wanted addresses of 8 bytes, got sizes"),
    "gzip of nothing": (gzip.compress(b""), "is in no known image format"),
    "gzip of something else": (gzip.compress(b"hello" * 999), "is in no known image format"),
    "damaged gzip": (
        gzip.compress(image(PIXELS))[:10] + bytes(3000),
        "is damaged: its gzip stream",
    ),
    "gzip with huge axes": (gzip.compress(header(HUGE)), "cannot come out of"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_say_what_is_wrong(tmp_path: Path, case: str) -> None:
    content, message = BAD[case]
    path = write(tmp_path / "a.fits", content)
    start = time.monotonic()
    with pytest.raises(FormatError, match=message) as caught:
        open_path(path)
    assert path in str(caught.value)
    assert isinstance(caught.value, OSError)
    assert time.monotonic() - start < 20  # none scans or waits without end


def test_data_without_padding_are_complete(tmp_path: Path) -> None:
    opened = open_path(write(tmp_path / "a.fits", image(PIXELS)[: 2880 + 48]))
    np.testing.assert_array_equal(opened.lattice.read(Box.whole((3, 4))).values, PIXELS)


def test_anything_may_follow_the_last_part(tmp_path: Path) -> None:
    opened = open_path(write(tmp_path / "a.fits", image(PIXELS), b"junk" * 999))
    assert opened.lattice.shape == (3, 4)


@pytest.mark.parametrize("ndim", range(1, 33))
def test_images_have_1_to_32_axes(tmp_path: Path, ndim: int) -> None:
    pixels = PIXELS.reshape((1,) * (ndim - 2) + (3, 4)) if ndim > 1 else PIXELS.ravel()
    opened = open_path(write(tmp_path / "a.fits", image(pixels)))
    assert opened.lattice.shape == pixels.shape
    block = opened.lattice.read(Box.whole(pixels.shape))
    np.testing.assert_array_equal(block.values, pixels)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingImageError, match="there is no file or directory") as caught:
        open_path(str(tmp_path / "a.fits"))
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(MissingImageError, match="there is no file"):
        open_path(str(tmp_path / "a.fits[1]"))


@pytest.mark.parametrize(
    "name", ["http://a.org/b.fits", "HTTPS://a.org/b", "s3://c/d", "file:///e"]
)
def test_addresses_are_no_files(name: str) -> None:
    with pytest.raises(FormatError, match="is an address, not a file: download it first"):
        open_path(name)


def test_null_character_in_a_name() -> None:
    with pytest.raises(FormatError, match="null character"):
        open_path("a\0b.fits")


def test_name_that_is_too_long() -> None:
    with pytest.raises(FormatError, match="cannot read"):
        open_path("x" * 10_000)


def test_directory_without_an_image(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="is a directory without an image in it"):
        open_path(str(tmp_path))


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["imageconcat.json", "table.dat"], "a stored concatenation"),
        (["imageexpr.json"], "a stored expression"),
    ],
)
def test_kinds_that_are_not_supported_yet_are_named(
    tmp_path: Path, files: list[str], kind: str
) -> None:
    for name in files:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FormatError, match=f"is {kind}, which is not supported yet"):
        open_path(str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipes_do_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError, match="a device or a pipe"):
        open_path(str(tmp_path / "pipe"))


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_links_in_a_circle(tmp_path: Path) -> None:
    os.symlink(tmp_path / "a", tmp_path / "a")
    with pytest.raises(FormatError, match=r"cannot read .*too many levels of symbolic links"):
        open_path(str(tmp_path / "a"))


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Be nobody for a while, as the superuser may read everything."""
    if not hasattr(os, "geteuid") or os.geteuid():
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="permissions mean something else")
def test_unreadable_file(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = write(tmp_path / "a.fits", image(PIXELS))
    os.chmod(path, 0)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(FormatError, match=r"cannot read .*a\.fits: permission denied"):
        open_path(path)


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("3", "no such part in it, which has HDU 0 .*, HDU 1 .*, HDU 2"),
        ("NOPE", "no such part in it"),
        ("SCI,3", "no such part in it"),
        ("SCI,x", "must be a number, a name or a name and a version"),
        ("", "must be a number, a name"),
        ("0", r"HDU 0 \(PRIMARY\) holds no data"),
        ("2", r"HDU 2 \(TAB\) is a table"),
    ],
)
def test_parts_that_cannot_be_opened(tmp_path: Path, selector: str, message: str) -> None:
    table: dict[str, Any] = {
        "XTENSION": "BINTABLE",
        "BITPIX": 8,
        "NAXIS": 2,
        "NAXIS1": 0,
        "NAXIS2": 0,
    }
    extension = image(PIXELS, {"EXTNAME": "SCI"}, extension=True)
    parts = [EMPTY_PRIMARY, extension, header({**table, "EXTNAME": "TAB"})]
    path = write(tmp_path / "a.fits", *parts)
    with pytest.raises(FormatError, match=message):
        open_path(f"{path}[{selector}]")


def test_part_behind_a_truncated_one(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", header(HUGE))
    with pytest.raises(FormatError, match="no such part in it, which has HDU 0"):
        open_path(f"{path}[1]")


HOSTILE = [
    "OBJECT  = '<script>alert(1)</script>'",
    "OBSERVER= 'a\x00b\x1bc\x7f'",
    "BUNIT   = '\"><img src=x>'",
    "HISTORY \x00\x01<b>\xff",
    "CTYPE1  = 'RA---\x00\x00\x00'",
    "CRVAL1  = 1E9999",
    "CRPIX1  = NaN",
    "CDELT1  = '1'",
    "BMAJ    = 1E400",
    "BLANK   = 99999999999999999999999999999999999999",
    "BSCALE  = 'two'",
    "=       = 5",
    "        = 5",
    "\xc3\xa9t\xc3\xa9    = 5",
    "LONG    = 'unfinished",
]


@pytest.mark.filterwarnings(
    "ignore:.*(left aside|letters that no|is no number|no beam|is not a finite number):UserWarning"
)
def test_hostile_cards_stay_text(tmp_path: Path) -> None:
    opened = open_path(write(tmp_path / "a.fits", image(PIXELS, HOSTILE)))
    assert opened.imageinfo["objectname"] == "<script>alert(1)</script>"
    assert opened.unit == '""><img src=x>"'
    assert opened.miscinfo == {"long": "unfinished"}
    np.testing.assert_array_equal(opened.lattice.read(Box.whole((3, 4))).values, PIXELS)


def test_long_texts_are_kept(tmp_path: Path) -> None:
    cards = ["WORDS   = 'ab&'", *["CONTINUE  '" + "x" * 60 + "&'"] * 2000, "CONTINUE  'end' / c"]
    opened = open_path(write(tmp_path / "a.fits", image(PIXELS, [*cards, ("AFTER", 1)])))
    assert opened.miscinfo == {"words": "ab" + "x" * 120_000 + "end", "after": 1}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(150))
def test_random_damage_gives_an_error_of_ours_or_an_image(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    golden = sorted((Path(__file__).parent.parent / "data" / "formats").glob("*.fits"))
    content = bytearray(golden[seed % len(golden)].read_bytes())
    for _ in range(int(rng.integers(1, 20))):
        content[rng.integers(0, len(content))] = rng.integers(0, 256)
    if seed % 3 == 0:
        del content[rng.integers(0, len(content)) :]
    path = write(tmp_path / "a.fits", bytes(content))
    try:
        opened = open_path(path)
        opened.lattice.read(Box.whole(opened.lattice.shape))
    except ImageError:
        pass


def test_file_that_is_shortened_while_open(tmp_path: Path) -> None:
    pixels = np.zeros((64, 1024, 1024), np.uint8)
    path = write(tmp_path / "a.fits", image(pixels))
    opened = open_path(path)
    assert opened.lattice.read(Box((60, 0, 0), (61, 8, 8))).values is not None
    os.truncate(path, 5000)
    with pytest.raises(
        FormatError, match=r"was shortened while it was open: wanted \d+ .* got 5000"
    ):
        opened.lattice.read(Box((60, 0, 0), (61, 8, 8)))


def test_error_when_reading_does_not_hinder_closing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", image(PIXELS))
    lattice = open_path(path).lattice
    os.truncate(path, 2890)
    with pytest.raises(FormatError, match="was shortened"):
        lattice.read(Box.whole((3, 4)))
    lattice.close()  # type: ignore[attr-defined]
    os.remove(path)


def test_illegal_cards_are_named_in_a_warning(tmp_path: Path) -> None:
    content = image(np.ones((2, 3), np.float32), ["CRVAL1  = 1.0x5", ("NOTE", "fine")])
    path = write(tmp_path / "a.fits", content)
    with pytest.warns(UserWarning, match=r"1 illegal card left aside: card .*CRVAL1 .*1\.0x5"):
        opened = open_path(path)
    assert any("illegal card" in remark for remark in opened.remarks)


@pytest.mark.parametrize("keyword", ["BSCALE", "BZERO"])
def test_pixels_of_unknown_scale_are_refused(tmp_path: Path, keyword: str) -> None:
    cards = [f"{keyword:<8}= 9.21q8E-04"]
    path = write(tmp_path / "a.fits", image(np.ones((2, 3), np.float32), cards))
    with pytest.raises(FormatError, match=f"a legal value of {keyword}, got card"):
        open_path(path)
