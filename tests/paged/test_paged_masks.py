"""Any number of masks, of which one is used."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError, MaskError
from jupimage.formats import Opened, open_path
from jupimage.lattice import Box, WritableLattice
from tests.conftest import Oracle
from tests.paged.pagedfiles import make, pixels_of, read
from tests.regions.regionrecords import box, compound, ellipsoid

SHAPE = (4, 6, 8)
WHOLE = Box.whole(SHAPE)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.img", pixels_of(SHAPE), tile=(3, 2, 5))


def good_of(seed: int) -> Any:
    return np.random.default_rng(seed).random(SHAPE) < 0.5


def set_default(opened: Opened, name: str) -> None:
    with opened.store.changing():
        opened.store.renew(opened)
        opened.default_mask = name
        opened.store.save(opened, ("default_mask",))


def test_many_masks_each_with_its_pixels(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    names = ["mask0", "second", "a third", "größe"]
    for seed, name in enumerate(names):
        opened.store.add_mask(name)
        lattice: Any = opened.store.masked(name)
        np.testing.assert_array_equal(lattice.read(WHOLE).good, np.ones(SHAPE, bool))
        lattice.write(WHOLE, None, good_of(seed))
    set_default(opened, "second")
    opened.store.unlock()
    again = open_path(path)
    assert again.masks == tuple(names)
    assert again.default_mask == "second"
    np.testing.assert_array_equal(read(again)[1], good_of(1))
    del opened, again, lattice
    np.testing.assert_array_equal(oracle.images.image(path).getmask(), ~good_of(1))
    for seed, name in enumerate(names):
        theirs = oracle.images.image(path, maskname=name).getmask()
        np.testing.assert_array_equal(theirs, ~good_of(seed))
        oracle.count()


def test_first_mask_of_a_lattice_becomes_the_default(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    other = open_path(path)
    lattice: Any = opened.lattice
    assert isinstance(lattice, WritableLattice)
    assert not lattice.masked
    lattice.add_mask("mask0")
    assert lattice.masked
    lattice.write(WHOLE, None, good_of(1))
    opened.store.renew(opened)
    assert (opened.masks, opened.default_mask) == (("mask0",), "mask0")
    assert not other.lattice.masked  # a handle keeps the mask that it was opened with
    np.testing.assert_array_equal(read(path)[1], good_of(1))
    del opened, other, lattice
    np.testing.assert_array_equal(oracle.images.image(path).getmask(), ~good_of(1))
    oracle.count()


def test_removed_mask_leaves_nothing_behind(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    for name in ("one", "two"):
        opened.store.add_mask(name)
    set_default(opened, "one")
    opened.store.remove_mask("one")
    opened.store.renew(opened)
    assert (opened.masks, opened.default_mask) == (("two",), "")
    assert not Path(path, "one").exists()
    assert not [p for p in Path(path).iterdir() if p.name.startswith(".")]
    assert not open_path(path).lattice.masked
    del opened
    assert not oracle.images.image(path).getmask().any()
    oracle.count()


def test_mask_can_be_made_again_after_it_was_removed(path: str) -> None:
    opened = open_path(path)
    for seed in range(3):
        opened.store.add_mask("m")
        lattice: Any = opened.store.masked("m")
        assert lattice.read(WHOLE).good.all()
        lattice.write(WHOLE, None, good_of(seed))
        opened.store.remove_mask("m")


def test_rest_of_a_mask_that_no_keyword_names_is_replaced(path: str) -> None:
    opened = open_path(path)
    opened.store.add_mask("m")
    shutil.copytree(Path(path, "m"), Path(path, "rest"))
    opened.store.add_mask("rest")
    opened.store.renew(opened)
    assert opened.masks == ("m", "rest")


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "logtable", "table.dat", "x" * 300, "GROUP", "m"]
)
def test_names_that_cannot_be(path: str, name: str) -> None:
    opened = open_path(path)
    opened.store.add_mask("m")
    Path(path, "GROUP").mkdir()
    before = sorted(Path(path).iterdir())
    with pytest.raises(MaskError, match="mask"):
        opened.store.add_mask(name)
    assert sorted(Path(path).iterdir()) == before


def test_unknown_masks_are_named_with_those_there_are(path: str) -> None:
    opened = open_path(path)
    with pytest.raises(MaskError, match="has no mask 'x'; it has none"):
        opened.store.masked("x")
    opened.store.add_mask("m")
    with pytest.raises(MaskError, match="has no mask 'x'; it has m"):
        opened.store.masked("x")
    with pytest.raises(MaskError, match="has no mask 'x'"):
        opened.store.remove_mask("x")


def test_lattice_without_mask_refuses_validity(path: str) -> None:
    lattice: Any = open_path(path).lattice
    with pytest.raises(MaskError, match="has no mask in use to write to"):
        lattice.write(WHOLE, None, good_of(1))


def test_mask_that_is_missing_is_said_and_the_pixels_stay_readable(path: str) -> None:
    opened = open_path(path)
    lattice: Any = opened.lattice
    lattice.add_mask("m")
    lattice.close()
    shutil.rmtree(Path(path, "m"))
    with pytest.warns(UserWarning, match="the mask cannot be used: there is no table"):
        again = open_path(path)
    assert len(again.remarks) == 1
    assert again.lattice.masked
    assert again.lattice.read(WHOLE, good=False).values is not None
    with pytest.raises(FormatError, match="maskname='nomask' opens the image without it"):
        again.lattice.read(WHOLE)
    assert again.store.masked("").read(WHOLE).good is None


def test_mask_outside_the_folder_is_not_followed(path: str, tmp_path: Path) -> None:
    other = make(tmp_path / "b.img", pixels_of(SHAPE), good_of(1))
    opened = open_path(path)
    lattice: Any = opened.lattice
    lattice.add_mask("m")
    lattice.close()
    shutil.rmtree(Path(path, "m"))
    Path(path, "m").symlink_to(Path(other, "mask0"))
    with pytest.warns(UserWarning, match="the mask cannot be used: wanted a name inside"):
        again = open_path(path)
    with pytest.raises(FormatError, match="wanted a name inside"):
        again.lattice.read(WHOLE)


def test_regions_as_masks(oracle: Oracle, path: str) -> None:
    disc = ellipsoid((4, 3, 2), (3, 2.5, 2), SHAPE[::-1])
    complement = compound("LCComplement", disc)
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.putkeyword("masks", {"outside": complement, "odd": {"name": "WCLELMask"}})
        table.putkeyword("Image_defaultmask", "outside")
    opened = open_path(path)
    theirs = oracle.images.image(path).getmask()
    np.testing.assert_array_equal(read(opened)[1], ~theirs)
    assert 0 < theirs.sum() < theirs.size
    lattice: Any = opened.lattice
    with pytest.raises(MaskError, match="it is not stored pixel by pixel"):
        lattice.write(WHOLE, None, good_of(1))
    with pytest.raises(MaskError, match="a region of kind 'WCLELMask' cannot be used"):
        opened.store.masked("odd")
    oracle.count()


def test_mask_of_a_part_of_the_image(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    opened.store.add_mask("m")
    del opened
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        masks = table.getkeyword("masks")
    record = masks["m"] | {"box": box((1, 1, 1), (8, 6, 3), SHAPE[::-1])}
    assert record["box"]["trc"].tolist() == [8, 6, 3]
    with oracle.tables.table(path, readonly=False, ack=False) as table:
        table.putkeyword("masks", {"m": record})
        table.putkeyword("Image_defaultmask", "m")
    with pytest.warns(UserWarning, match="the mask cannot be used"):
        opened = open_path(path)
    with pytest.raises(FormatError, match=r"mask"):
        read(opened)
