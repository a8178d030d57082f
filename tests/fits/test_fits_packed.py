"""Packed FITS files: header from the start of the stream, pixels unpacked once, no bombs."""

from __future__ import annotations

import bz2
import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest

from jupimage.errors import ClosedError, FormatError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import EMPTY_PRIMARY, header, image, write

PIXELS = np.random.default_rng(0).normal(size=(30, 100, 100)).astype(np.float32)


def test_opening_unpacks_only_the_header(tmp_path: Path) -> None:
    packed = gzip.compress(image(PIXELS))
    opened = open_path(write(tmp_path / "a.fits.gz", packed[: len(packed) // 2]))
    assert opened.lattice.shape == PIXELS.shape


def test_truncated_pixels_are_found_when_read(tmp_path: Path) -> None:
    packed = gzip.compress(image(PIXELS))
    lattice = open_path(write(tmp_path / "a.fits.gz", packed[: len(packed) // 2])).lattice
    for _ in range(2):
        with pytest.raises(FormatError, match=rf"wanted {PIXELS.nbytes} bytes of pixels, got \d+"):
            lattice.read(Box.whole(PIXELS.shape))


def test_short_contents_are_found_when_read(tmp_path: Path) -> None:
    lattice = open_path(write(tmp_path / "a.fits.gz", gzip.compress(image(PIXELS)[:9000]))).lattice
    with pytest.raises(FormatError, match=f"wanted {PIXELS.nbytes} bytes of pixels, got 6120"):
        lattice.read(Box.whole(PIXELS.shape))


def test_damaged_stream_is_found_when_read(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(image(PIXELS)))
    packed[len(packed) // 2 : len(packed) // 2 + 500] = bytes(500)
    lattice = open_path(write(tmp_path / "a.fits.gz", bytes(packed))).lattice
    with pytest.raises(FormatError, match="is damaged: its gzip stream breaks after"):
        lattice.read(Box.whole(PIXELS.shape))


def test_what_the_header_does_not_promise_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    packed = gzip.compress(image(PIXELS)) + gzip.compress(bytes(50_000_000))
    lattice = open_path(write(tmp_path / "a.fits.gz", packed)).lattice
    values = lattice.read(Box.whole(PIXELS.shape)).values
    np.testing.assert_array_equal(values, PIXELS)
    unpacked = lattice._storage._unpacked  # type: ignore[attr-defined]
    assert unpacked._map.size() == PIXELS.nbytes
    assert list((tmp_path / "scratch").iterdir()) == []  # it has no name


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress], ids=["gzip", "bzip2"])
def test_more_than_a_file_can_hold_is_refused(tmp_path: Path, pack: object) -> None:
    huge = {"SIMPLE": True, "BITPIX": 8, "NAXIS": 2, "NAXIS1": 10**9, "NAXIS2": 10**9}
    content = pack(header(huge) + bytes(10_000_000))  # type: ignore[operator]
    with pytest.raises(FormatError, match="cannot come out of"):
        open_path(write(tmp_path / "a.fits.gz", content))


def test_promise_beyond_the_disk_is_refused(tmp_path: Path) -> None:
    import shutil

    free = shutil.disk_usage(tempfile.gettempdir()).free
    side = int((2 * free) ** 0.5)
    cards = {"SIMPLE": True, "BITPIX": 8, "NAXIS": 2, "NAXIS1": side, "NAXIS2": side}
    packed = bz2.compress(header(cards)) + bytes(2 * free // 50_000)
    lattice = open_path(write(tmp_path / "a.fits.bz2", packed)).lattice
    with pytest.raises(FormatError, match=r"needs .* bytes in .*, got"):
        lattice.read(Box((0, 0), (1, 1)))


def test_parts_of_a_packed_file(tmp_path: Path) -> None:
    parts = [
        EMPTY_PRIMARY,
        image(PIXELS + 1, {"EXTNAME": "A"}, extension=True),
        image(PIXELS, {"EXTNAME": "B"}, extension=True),
    ]
    path = write(tmp_path / "a.fits.gz", gzip.compress(b"".join(parts)))
    values = open_path(f"{path}[b]").lattice.read(Box((3, 0, 0), (4, 5, 5))).values
    np.testing.assert_array_equal(values, PIXELS[3:4, :5, :5])
    assert open_path(path).remarks == ("the image is in HDU 1 (A), the parts before it hold none",)


def test_several_members_are_one_stream(tmp_path: Path) -> None:
    content = image(PIXELS)
    packed = gzip.compress(content[:5000]) + gzip.compress(content[5000:])
    lattice = open_path(write(tmp_path / "a.fits.gz", packed)).lattice
    np.testing.assert_array_equal(lattice.read(Box.whole(PIXELS.shape)).values, PIXELS)


def test_closed_before_it_was_unpacked(tmp_path: Path) -> None:
    lattice = open_path(write(tmp_path / "a.fits.gz", gzip.compress(image(PIXELS)))).lattice
    lattice.close()  # type: ignore[attr-defined]
    with pytest.raises(ClosedError, match="was closed"):
        lattice.read(Box.whole(PIXELS.shape))
