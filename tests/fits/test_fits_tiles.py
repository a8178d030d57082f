"""Tile-compressed images: every method, boxes that touch few tiles, tables that lie."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.errors import FormatError, ImageError
from jupimage.fits.tiles import TiledLattice
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.fits.fitsfiles import card

RNG = np.random.default_rng(5)
FLOATS = RNG.normal(size=(3, 40, 50)).astype(np.float32)
SHORTS = (FLOATS * 100).astype(np.int16)

METHODS: dict[str, tuple[NDArray[Any], dict[str, Any]]] = {
    "RICE": (SHORTS, {"compression_type": "RICE_1"}),
    "RICE of floats": (FLOATS, {"compression_type": "RICE_1"}),
    "RICE with dither": (FLOATS, {"compression_type": "RICE_1", "quantize_method": 1}),
    "RICE of bytes": (np.abs(SHORTS).astype(np.uint8), {"compression_type": "RICE_1"}),
    "GZIP 1": (FLOATS, {"compression_type": "GZIP_1", "quantize_level": 0}),
    "GZIP 2": (SHORTS.astype(np.int32), {"compression_type": "GZIP_2"}),
    "GZIP of doubles": (FLOATS.astype(float), {"compression_type": "GZIP_2", "quantize_level": 0}),
    "HCOMPRESS": (SHORTS, {"compression_type": "HCOMPRESS_1", "tile_shape": (1, 20, 25)}),
    "PLIO": (np.abs(SHORTS), {"compression_type": "PLIO_1"}),
    "uneven tiles": (SHORTS, {"compression_type": "RICE_1", "tile_shape": (2, 7, 11)}),
    "unsigned": (np.abs(SHORTS).astype(np.uint16), {"compression_type": "RICE_1"}),
}


def compress(path: Path, pixels: NDArray[Any], **settings: Any) -> str:
    """Let astropy write a compressed image."""
    from astropy.io import fits

    hdu = fits.CompImageHDU(pixels, name="SCI", **settings)
    hdu.header["OBJECT"] = "M 31"
    hdu.header["HISTORY"] = "compressed"
    hdu.header["FILTER"] = "R"
    hdu.writeto(path)
    return str(path)


@pytest.mark.parametrize("method", METHODS)
def test_methods_give_what_astropy_gives(tmp_path: Path, method: str) -> None:
    from astropy.io import fits

    pixels, settings = METHODS[method]
    path = compress(tmp_path / "a.fits", pixels, **settings)
    wanted = fits.getdata(path).astype(np.float32)
    opened = open_path(path)
    assert opened.lattice.shape == pixels.shape
    np.testing.assert_array_equal(opened.lattice.read(Box.whole(pixels.shape)).values, wanted)
    box = Box((0, 3, 1), (3, 38, 50), (2, 9, 4))
    np.testing.assert_array_equal(opened.lattice.read(box).values, wanted[box.slices])


def test_header_is_that_of_the_image(tmp_path: Path) -> None:
    opened = open_path(compress(tmp_path / "a.fits", FLOATS))
    assert opened.imageinfo["objectname"] == "M 31"
    assert opened.history == ["compressed"]
    assert opened.miscinfo == {"extname": "SCI", "filter": "R"}
    assert opened.remarks == ()
    assert isinstance(opened.lattice, TiledLattice)


def test_tile_is_what_is_compressed_together(tmp_path: Path) -> None:
    opened = open_path(compress(tmp_path / "a.fits", FLOATS, tile_shape=(1, 20, 25)))
    assert opened.lattice.tile == (1, 20, 25)


def test_nan_among_quantised_floats(tmp_path: Path) -> None:
    pixels = FLOATS.copy()
    pixels[:, ::3, 5] = np.nan
    opened = open_path(compress(tmp_path / "a.fits", pixels, compression_type="RICE_1"))
    block = opened.lattice.read(Box.whole(pixels.shape))
    np.testing.assert_array_equal(block.good, ~np.isnan(pixels))


def changed(path: Path, **cards: Any) -> str:
    """Write a compressed image and change cards of its table."""
    compress(path, SHORTS, compression_type="RICE_1")
    content = path.read_bytes()
    for keyword, value in cards.items():
        start = content.index(f"{keyword:<8}=".encode(), 2880)
        content = content[:start] + card(keyword, value).encode() + content[start + 80 :]
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(
    ("cards", "message"),
    [
        ({"ZCMPTYPE": "MAGIC"}, "unknown compression 'MAGIC'"),
        ({"ZNAXIS1": 10**9}, "wanted a row for each of|cannot come out of"),
        ({"ZNAXIS1": 10**9, "ZTILE1": 10**9}, "cannot come out of"),
        ({"ZNAXIS1": 0}, "has an axis of length 0"),
        ({"ZNAXIS1": -5}, "ZNAXIS1 must not be negative"),
        ({"ZNAXIS": 77}, r"ZNAXIS must be 0\.\.32, got 77"),
        ({"ZTILE1": 0}, "ZTILE1 must be positive, got 0"),
        ({"ZTILE2": 3}, "wanted a row for each of 42 tiles, got 120 rows"),
        ({"ZBITPIX": 17}, "ZBITPIX must be one of"),
        ({"TTYPE1": "NOTHING"}, "no column COMPRESSED_DATA"),
        ({"TFORM1": "1PZ(9)"}, "no column COMPRESSED_DATA"),
        ({"TFORM1": "5E"}, "no column COMPRESSED_DATA"),
        ({"NAXIS2": 10**9}, "is truncated"),
        ({"PCOUNT": 10**12}, "is truncated"),
    ],
    ids=str,
)
def test_tables_that_lie_are_refused(tmp_path: Path, cards: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=message):
        open_path(changed(tmp_path / "a.fits", **cards))


@pytest.mark.parametrize("seed", range(60))
def test_damaged_tables_give_an_error_of_ours_or_pixels(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    method = sorted(METHODS)[seed % len(METHODS)]
    pixels, settings = METHODS[method]
    path = tmp_path / "a.fits"
    compress(path, pixels, **settings)
    content = bytearray(path.read_bytes())
    for _ in range(int(rng.integers(1, 10))):
        content[rng.integers(2880, len(content))] = rng.integers(0, 256)
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy warns of odd tables
        try:
            lattice = open_path(str(path)).lattice
            lattice.read(Box.whole(lattice.shape))
        except ImageError:
            pass


def test_damaged_tiles_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    compress(path, FLOATS, compression_type="GZIP_1", quantize_level=0)
    content = path.read_bytes()
    start = content.index(b"\x1f\x8b")
    path.write_bytes(content[:start] + bytes(500) + content[start + 500 :])
    lattice = open_path(str(path)).lattice
    with pytest.raises(FormatError, match=r"is damaged: the tiles of .* cannot be unpacked"):
        lattice.read(Box.whole(FLOATS.shape))
    assert lattice.read(Box((2, 30, 0), (3, 40, 50))).values is not None
