"""Masks of Miriad images, and the choice to do without."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import MaskError, ReadOnlyError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.miriad.miriadfiles import SKY, write


@pytest.mark.parametrize("count", [1, 15, 30, 31, 32, 61, 62, 63, 1000, 31 * 31])
def test_masks_of_all_lengths(tmp_path: Path, count: int) -> None:
    good = np.random.default_rng(count).random(count) < 0.5
    path = write(tmp_path / "a.mir", np.zeros(count), good=good)
    np.testing.assert_array_equal(open_path(path).lattice.read(Box((0,), (count,))).good, good)


@pytest.mark.parametrize("seed", range(30))
def test_boxes_of_masks(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(1, 40, int(rng.integers(1, 5))))
    good = rng.random(shape) < 0.5
    lattice = open_path(write(tmp_path / "a.mir", np.zeros(shape), good=good)).lattice
    for _ in range(20):
        start = [int(rng.integers(0, n)) for n in shape]
        stop = [int(rng.integers(a, n)) + 1 for a, n in zip(start, shape, strict=True)]
        step = rng.integers(1, 9, len(shape))
        box = Box(tuple(start), tuple(stop), tuple(int(n) for n in step))
        np.testing.assert_array_equal(lattice.read(box, values=False).good, good[box.slices])


def test_bits_that_belong_to_no_pixel_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mir", np.zeros((5, 5)), good=np.ones((5, 5), bool))
    content = bytearray((tmp_path / "a.mir" / "mask").read_bytes())
    content[4] |= 0xFE
    (tmp_path / "a.mir" / "mask").write_bytes(content + b"more")
    block = open_path(path).lattice.read(Box.whole((5, 5)))
    assert block.good is not None
    assert block.good.all()


@pytest.fixture
def masked(tmp_path: Path) -> str:
    pixels = np.arange(48.0).reshape(6, 8)
    return write(tmp_path / "a.mir", pixels, SKY, good=pixels > 5)


def test_mask_has_a_name(masked: str) -> None:
    opened = open_path(masked)
    assert opened.masks == ("mask",)
    lattice = opened.store.masked("mask")
    np.testing.assert_array_equal(
        lattice.read(Box.whole((6, 8))).good, np.arange(48).reshape(6, 8) > 5
    )


def test_images_can_be_opened_without_their_mask(masked: str) -> None:
    assert not image(masked, maskname="nomask").getmask().any()
    assert image(masked, maskname="mask").getmask().sum() == 6
    assert image(masked).getmask().sum() == 6


def test_lattice_without_its_mask_pickles_without_it(masked: str) -> None:
    lattice = open_path(masked).store.masked("")
    again = pickle.loads(pickle.dumps(lattice))
    assert not again.masked
    assert again.read(Box.whole((6, 8))).good is None


def test_masks_that_are_not_there(masked: str, tmp_path: Path) -> None:
    with pytest.raises(MaskError, match="has a mask called 'mask', none called 'other'"):
        open_path(masked).store.masked("other")
    plain = open_path(write(tmp_path / "b.mir", np.zeros((6, 8)), SKY))
    with pytest.raises(MaskError, match="has no mask, none called 'mask'"):
        plain.store.masked("mask")
    assert not plain.lattice.masked


def test_images_cannot_be_changed(masked: str) -> None:
    opened = open_path(masked)
    assert not opened.store.writable
    with pytest.raises(ReadOnlyError, match=r"a.mir cannot be written"):
        opened.store.save(opened, ["unit"])
    assert opened.store.layout is not None
    assert opened.store.layout.itemsize == 4
