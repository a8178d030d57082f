"""Damaged and hostile Miriad data sets: an error of ours, or an image."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from jupimage import options
from jupimage.errors import FormatError, ImageError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.miriad.miriadfiles import (
    GOLDEN,
    SKY,
    header,
    item,
    mask_item,
    shape_items,
    unpack,
    write,
)

PIXELS = np.arange(48, dtype=np.float32).reshape(6, 8)
GOOD = np.ones((6, 8), bool)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "a.mir", PIXELS, SKY, good=GOOD, history="made\n")
    return tmp_path / "a.mir"


HEADERS: dict[str, tuple[bytes, str]] = {
    "half an entry": (b"naxis", "wanted an entry of 16 bytes at 0, got 5"),
    "no name": (bytes(16), "wanted the name of an item at 0, got ''"),
    "a path": (b"../../x".ljust(16, b"\0"), r"wanted the name of an item at 0, got '../../x'"),
    "too long a name": (b"a" * 9 + bytes(7), "wanted the name of an item at 0, got 'aaaaaaaaa'"),
    "capitals": (b"NAXIS".ljust(16, b"\0"), "wanted the name of an item at 0, got 'NAXIS'"),
    "cut off": (header({"naxis": 2})[:20], "wanted 8 bytes of item 'naxis' at 16, got 4"),
    "twice": (header({"naxis": 2}) * 2, "wanted item 'naxis' once, got it again at 32"),
    "no axes": (b"", "wanted an integer item 'naxis', got none"),
    "axes as text": (header({"naxis": "2"}), "wanted an integer item 'naxis', got '2'"),
    "0 axes": (header({"naxis": 0}), "wanted 1 to 32 axes in item 'naxis', got 0"),
    "33 axes": (header({"naxis": 33}), "wanted 1 to 32 axes in item 'naxis', got 33"),
    "negative axes": (header({"naxis": -1}), "wanted 1 to 32 axes"),
    "no length": (header({"naxis": 2, "naxis1": 8}), "integer item 'naxis2', got none"),
    "length 0": (header({"naxis": 1, "naxis1": 0}), "a length in item 'naxis1', got 0"),
    "other length": (header({"naxis": 1, "naxis1": 47}), r"192 bytes .* \(47,\), got 196"),
    "huge": (
        header({"naxis": 3, "naxis1": 2**31 - 1, "naxis2": 2**31 - 1, "naxis3": 2**31 - 1}),
        r"wanted \d{29} bytes of item 'image'",
    ),
    "half an axis": (header({"naxis": 1, "naxis1": 47.5}), "integer item 'naxis1', got 47.5"),
}


@pytest.mark.parametrize("case", HEADERS)
def test_headers_that_cannot_be(folder: Path, case: str) -> None:
    content, message = HEADERS[case]
    (folder / "header").write_bytes(content)
    with pytest.raises(FormatError, match=message) as caught:
        open_path(str(folder))
    assert str(folder) in str(caught.value)


def test_header_of_a_megabyte_is_refused(folder: Path) -> None:
    (folder / "header").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(FormatError, match="wanted at most 1048576 bytes, got 1048577"):
        open_path(str(folder))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("image", item("x"), "wanted 196 bytes of item 'image' .* got 5"),
        ("image", b"", "wanted 196 bytes of item 'image' .* got 0"),
        ("image", bytes(196), "wanted an item of reals, got one that begins"),
        ("image", b"\0\0\0\2" + bytes(192), "wanted an item of reals, got one that begins"),
        ("image", b"\0\0\0\4" + bytes(193), "wanted 196 bytes of item 'image' .* got 197"),
        ("mask", b"\0\0\0\2" + bytes(4), "wanted 12 bytes of item 'mask' for 48 pixels, got 8"),
        ("mask", b"\0\0\0\4" + bytes(8), "wanted an item of integers, got one that begins"),
    ],
)
def test_items_that_do_not_fit(folder: Path, name: str, content: bytes, message: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(FormatError, match=message):
        open_path(str(folder))


def test_selector_names_nothing(folder: Path) -> None:
    with pytest.raises(FormatError, match=r"has no parts, so \[1\] does not name one"):
        open_path(f"{folder}[1]")


def test_folders_that_are_something_else(tmp_path: Path) -> None:
    (tmp_path / "header").write_bytes(b"visibilities".ljust(16, b"\0") + bytes(64))
    with pytest.raises(FormatError, match="a directory without an image in it"):
        open_path(str(tmp_path))
    (tmp_path / "header").write_bytes(header(shape_items((6, 8))))
    with pytest.raises(FormatError, match="a directory without an image in it"):
        open_path(str(tmp_path))


LINKED = ["header", "image", "mask", "history"]


@pytest.mark.parametrize("name", LINKED)
def test_links_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    try:
        (folder / name).symlink_to(tmp_path / "elsewhere")
    except OSError:
        return  # a system where not everybody may make links
    with pytest.raises(FormatError, match="wanted a name inside"):
        open_path(str(folder))


@pytest.mark.parametrize("name", LINKED)
def test_links_are_followed_if_asked_for(
    folder: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    try:
        (folder / name).symlink_to(tmp_path / "elsewhere")
    except OSError:
        return
    monkeypatch.setattr(options, "follow_links", True)
    image = open_path(str(folder))
    np.testing.assert_array_equal(image.lattice.read(Box.whole((6, 8))).values, PIXELS)
    assert image.history == ["made"]
    assert image.lattice.masked


def test_link_of_a_left_over_item_is_only_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(item("secret"))
    try:
        (folder / "comment").symlink_to(tmp_path / "secret")
    except OSError:
        return
    image = open_path(str(folder))
    assert image.miscinfo == {}
    (remark,) = image.remarks
    assert remark.startswith("item 'comment' is left out: ")
    assert "wanted a name inside" in remark


@pytest.mark.parametrize(
    "damaged",
    [b"\xff\xff\xff\0text", b"\0\0\0\x09text", b"\0\0\0\5", b"\0\0\0\2abc", b"\0\0\0\0text", b""],
    ids=["no type", "unknown type", "no value", "half a value", "small and mixed", "nothing"],
)
@pytest.mark.parametrize("own_file", [False, True])
def test_left_over_items_that_are_lost_are_warned_of(
    folder: Path, damaged: bytes, own_file: bool
) -> None:
    if own_file:
        (folder / "pbtype").write_bytes(damaged)
    else:
        old = (folder / "header").read_bytes()
        (folder / "header").write_bytes(old + header({"pbtype": damaged}))
    with pytest.warns(UserWarning, match="item 'pbtype' is damaged or of no known type"):
        image = open_path(str(folder))
    assert image.miscinfo == {}


def test_tables_of_programs_are_only_named(folder: Path) -> None:
    (folder / "mostable").write_bytes(bytes(400))
    image = open_path(str(folder))
    assert image.miscinfo == {}
    assert image.remarks == ("item 'mostable' is of mixed types and is left out",)


@pytest.mark.parametrize("name", ["image", "mask", "history", "comment"])
def test_pipes_are_not_waited_for(folder: Path, name: str) -> None:
    if not hasattr(os, "mkfifo"):
        return
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    if name == "comment":
        assert open_path(str(folder)).miscinfo == {}
        return
    with pytest.raises(FormatError, match=r"wanted a regular file|without an image"):
        open_path(str(folder))


def test_folder_in_the_place_of_the_mask(folder: Path) -> None:
    (folder / "mask").unlink()
    (folder / "mask").mkdir()
    with pytest.raises(FormatError, match="wanted a regular file, got a folder"):
        open_path(str(folder))


def test_image_that_is_shortened_while_open(tmp_path: Path) -> None:
    pixels = np.zeros((64, 64, 64), np.float32)
    path = write(tmp_path / "a.mir", pixels, good=pixels == 0)
    opened = open_path(path)
    os.truncate(tmp_path / "a.mir" / "image", 100)
    with pytest.raises(FormatError, match="was shortened while it was open"):
        opened.lattice.read(Box.whole((64, 64, 64)))
    opened.lattice.close()  # type: ignore[attr-defined]


def change_byte(content: bytearray, rng: np.random.Generator) -> None:
    content[rng.integers(0, len(content))] = rng.integers(0, 256)


def cut_off(content: bytearray, rng: np.random.Generator) -> None:
    del content[rng.integers(0, len(content)) :]


def take_out(content: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(0, len(content)))
    del content[start : start + int(rng.integers(1, 40))]


def change_length(content: bytearray, rng: np.random.Generator) -> None:
    ends = [at + 15 for at in range(0, len(content) - 15, 16) if content[at : at + 1].isalpha()]
    content[rng.choice(ends) if ends else 0] = rng.integers(0, 256)


DAMAGES: list[Callable[[bytearray, np.random.Generator], None]] = [
    change_byte,
    cut_off,
    take_out,
    change_length,
]


def damaged(seed: int, tmp_path: Path) -> tuple[str, str]:
    """Unpack a data set twice, damage one copy, and return both."""
    rng = np.random.default_rng(seed)
    name = GOLDEN[seed % len(GOLDEN)]
    whole = unpack(name, tmp_path)
    broken = tmp_path / "broken.mir"
    shutil.copytree(whole, broken)
    victim = broken / str(rng.choice(["header", "header", *sorted(os.listdir(whole))]))
    content = bytearray(victim.read_bytes())
    for _ in range(1 if seed % 2 else int(rng.integers(1, 6))):
        if content:
            DAMAGES[int(rng.integers(0, len(DAMAGES)))](content, rng)
    victim.write_bytes(bytes(content))
    return whole, str(broken)


@pytest.mark.parametrize("seed", range(200))
def test_random_damage_gives_an_error_of_ours_or_an_image(tmp_path: Path, seed: int) -> None:
    _, path = damaged(seed, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            opened = open_path(path)
            opened.lattice.read(Box.whole(opened.lattice.shape))
            opened.coordinates.toworld(np.zeros((1, opened.coordinates.ndim)))
        except ImageError as error:
            message = str(error)
        else:
            message = path
    assert path in message


def test_mask_helper_packs_as_described() -> None:
    assert mask_item(np.array([True] * 31 + [False, True])).hex() == "000000027fffffff00000002"
