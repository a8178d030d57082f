"""Images keep regions, and give the pixels that belong to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import (
    ArgumentError,
    BoxError,
    CoordinateError,
    MaskError,
    ReadOnlyError,
    ShapeError,
)
from jupimage.images.regions import Regions
from jupimage.lattice import Box, MemoryLattice
from jupimage.regions import (
    Circle,
    Corners,
    Polygon,
    Range,
    SelectedView,
    as_region,
    write_regions,
)
from tests.conftest import Oracle
from tests.regions.skyimages import sky_system

SHAPE = (4, 15, 18)
VALUES = np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)


class regional(image, Regions):  # noqa: N801  (called as the class that it stands for)
    """An image with regions."""


def make(name: str = "", **how: Any) -> regional:
    return regional(name, values=VALUES, coordsys=sky_system(SHAPE), **how)


@pytest.fixture(params=["memory", "table", "hdf5"])
def im(request: pytest.FixtureRequest, tmp_path: Path) -> regional:
    """Give images of several kinds."""
    name = "" if request.param == "memory" else str(tmp_path / "a.img")
    return make(name, ashdf5=request.param == "hdf5")


CIRCLE = Circle((7, 8), 4.5)
LINE = Range("spectral", "1.4005 GHz", "1.4025 GHz")


def test_regions_are_stored_found_and_removed(im: regional) -> None:
    assert im.regions() == []
    im.putregion("disc", CIRCLE)
    im.putregion("line", LINE)
    im.putregion("both", CIRCLE & LINE)
    assert sorted(im.regions()) == ["both", "disc", "line"]
    disc, line = im.getregion(CIRCLE), im.getregion(LINE)
    np.testing.assert_array_equal(im.getregion("both"), disc & line)
    again = im.region("disc") - im.region("line")
    np.testing.assert_array_equal(im.getregion(again), disc & ~line)
    im.putregion("disc", LINE)
    np.testing.assert_array_equal(im.getregion("disc"), line)
    im.removeregion("disc")
    assert sorted(im.regions()) == ["both", "line"]
    if im.ispersistent():
        assert regional(im.name()).regions() == im.regions()
        np.testing.assert_array_equal(regional(im.name()).getregion("both"), disc & line)


def test_regions_that_are_missing_or_cannot_be_are_named(im: regional) -> None:
    im.putregion("disc", CIRCLE)
    for call in (im.region, im.removeregion):
        with pytest.raises(ArgumentError, match="has no region 'ring'; it has disc"):
            call("ring")
    with pytest.raises(ArgumentError, match="there is no region 'ring'; stored are disc"):
        im.getregion("ring")
    with pytest.raises(ArgumentError, match="a region needs a name, got ''"):
        im.putregion("", CIRCLE)
    with pytest.raises(ArgumentError, match="has no pixel in an image of 4 x 15 x 18 pixels"):
        im.putregion("far", Circle((99, 99), 2))
    with pytest.raises(CoordinateError, match="has no pixel"):
        im.putregion("far", Circle("220d 30d", 4))
    assert im.regions() == ["disc"]


def test_section_of_a_region_is_the_box_around_it(im: regional) -> None:
    im.putregion("both", CIRCLE & LINE)
    found = im.subimage(region="both")
    selected = im.getregion("both")
    assert found.shape == (2, 9, 9)
    box = np.s_[1:3, 3:12, 4:13]
    assert selected[box].sum() == selected.sum()
    np.testing.assert_array_equal(found.getdata(), VALUES[box])
    np.testing.assert_array_equal(found.getmask(), ~selected[box])
    corner = [1, 3, 4]
    np.testing.assert_allclose(found.toworld([0, 0, 0]), im.toworld(corner), rtol=1e-12)


def test_section_of_a_plain_box_has_no_mask_and_loses_axes_of_length_1() -> None:
    found = make().subimage(region=Corners((2, 3, 4), (2, 9, 9)))
    assert found.shape == (7, 6)
    assert not found._opened.lattice.masked
    kept = make().subimage(region=Corners((2, 3, 4), (2, 9, 9)), dropdegenerate=False)
    assert kept.shape == (1, 7, 6)
    assert make().subimage(region=Circle((3, 4), 0.4) & Range(0, 2)).shape == (1,)


def test_mask_of_the_image_counts_in_a_section() -> None:
    mask = np.random.default_rng(2).random(SHAPE) < 0.3
    source = make(mask=mask)
    found = source.subimage(region=CIRCLE)
    expected = (mask | ~source.getregion(CIRCLE))[:, 3:12, 4:13]
    np.testing.assert_array_equal(found.getmask(), expected)
    np.testing.assert_array_equal(found[1, ::2].getmask(), expected[1, ::2])


def test_values_written_to_a_section_reach_the_image_and_masks_do_not(im: regional) -> None:
    found = im.subimage(region=CIRCLE)
    found.putdata(np.full(found.shape, 7.0))
    assert (im.getdata()[:, 3:12, 4:13] == 7).all()
    assert (im.getdata()[:, :3] == VALUES[:, :3]).all()
    with pytest.raises(MaskError, match="the mask of a region of an image cannot be written"):
        found.putmask(np.ones(found.shape, bool))


def test_copy_of_a_section_has_its_mask(tmp_path: Path) -> None:
    found = make().subimage(region=CIRCLE)
    found.saveas(tmp_path / "b.img")
    copy = image(tmp_path / "b.img")
    np.testing.assert_array_equal(copy.getmask(), found.getmask())
    np.testing.assert_array_equal(copy.getdata(), found.getdata())


def test_section_takes_corners_or_a_region() -> None:
    for corners in ({"blc": 1}, {"trc": (2,)}, {"inc": [2]}):
        with pytest.raises(ArgumentError, match="subimage takes corners or a region"):
            make().subimage(region=CIRCLE, **corners)
    with pytest.raises(ArgumentError, match="has no pixel in an image"):
        make().subimage(region=Circle((99, 99), 2))


def test_files_and_texts_name_pixels(tmp_path: Path) -> None:
    source, disc = make(), make().getregion(CIRCLE)
    write_regions(tmp_path / "a.reg", CIRCLE)
    write_regions(tmp_path / "a.crtf", CIRCLE)
    for same in (tmp_path / "a.reg", str(tmp_path / "a.crtf"), "image; circle(9, 8, 4.5)", disc):
        np.testing.assert_array_equal(source.getregion(same), disc)
    with pytest.raises(ShapeError, match="wanted Bools of shape"):
        source.getregion(disc[0])


@pytest.mark.parametrize("hdf5", [False, True], ids=["table", "hdf5"])
def test_region_becomes_a_mask(hdf5: bool, tmp_path: Path) -> None:
    source = make(str(tmp_path / "a.img"), ashdf5=hdf5)
    source.makeregionmask("disc", CIRCLE)
    assert source.masknames() == ["disc"]
    assert not source.getmask().any()
    source.setdefaultmask("disc")
    np.testing.assert_array_equal(source.getmask(), ~source.getregion(CIRCLE))
    np.testing.assert_array_equal(image(tmp_path / "a.img").getmask(), source.getmask())
    with pytest.raises(MaskError, match="has a mask 'disc' already"):
        source.makeregionmask("disc", LINE)
    with pytest.raises(MaskError, match="a region cannot have the name of a mask: disc"):
        source.putregion("disc", CIRCLE)
    with pytest.raises(MaskError, match="not stored"):
        make().makeregionmask("disc", CIRCLE)


def test_images_that_cannot_be_written_keep_no_regions(tmp_path: Path) -> None:
    make().tofits(tmp_path / "a.fits")
    fits = regional(tmp_path / "a.fits")
    with pytest.raises(ReadOnlyError):
        fits.putregion("disc", CIRCLE)
    assert fits.regions() == []
    with pytest.raises(ReadOnlyError):
        make()[1:].putregion("disc", CIRCLE)


def test_casacore_reads_stored_regions(oracle: Oracle, tmp_path: Path) -> None:
    path = tmp_path / "a.img"
    source = make(str(path))
    polygon = Polygon(["40.53d -30.33d", "39.61d -30.44d", "40.02d -29.52d"])
    for name, region in {"disc": CIRCLE, "both": CIRCLE & LINE, "sky": polygon - CIRCLE}.items():
        source.putregion(name, region)
    for name in source.regions():
        section = source.subimage(region=name)
        theirs = oracle.images.image(f"'{path}'['{path}::{name}']").subimage()
        np.testing.assert_array_equal(theirs.getdata(), section.getdata())
        np.testing.assert_array_equal(theirs.getmask(), section.getmask())
        np.testing.assert_allclose(theirs.toworld([0] * 3), section.toworld([0] * 3), rtol=1e-12)
        oracle.count(3)


def test_view_of_a_region_is_a_lattice() -> None:
    pixels = MemoryLattice(VALUES)
    region = as_region(CIRCLE, sky_system(SHAPE), SHAPE)
    view = SelectedView(pixels, region)
    assert (view.shape, view.dtype, view.tile) == (SHAPE, pixels.dtype, pixels.tile)
    box = Box((1, 2, 3), (4, 15, 18), (2, 3, 1))
    block = view.read(box)
    np.testing.assert_array_equal(block.values, VALUES[box.slices])
    np.testing.assert_array_equal(block.good, region.select(box))
    assert view.read(box, good=False).good is None
    assert view.read(box, values=False).values is None
    with pytest.raises(BoxError):
        view.read(Box((0, 0, 0), (9, 9, 99)))
    with pytest.raises(ShapeError, match="a region of shape"):
        SelectedView(MemoryLattice(VALUES[0]), region)
    with pytest.raises(ReadOnlyError, match="the image that this is a region of"):
        SelectedView(region, region).write(box, np.ones(box.shape))
    with pytest.raises(MaskError, match="cannot be given a mask"):
        view.add_mask("m")
