"""Lattices on disk travel as names and read the same where they arrive; memory does not travel."""

import threading
from functools import partial

import numpy as np
import pytest
from astropy.io import fits

from jupimage import image
from jupimage.errors import ArgumentError, FormatError, MissingImageError
from jupimage.lattice import Box, ConcatView, MaskedView, MemoryLattice, SectionView, ZeroLattice
from jupimage.lattice.parcel import is_stored, pack

SHAPE = (7, 30, 20)
VALUES = np.random.default_rng(3).normal(size=SHAPE).astype(np.float32)


def size_of(box, block):
    return box.size


def compressed(path):
    fits.CompImageHDU(VALUES, quantize_level=0, compression_type="GZIP_2").writeto(path)


def second_hdu(path):
    hdus = fits.HDUList([fits.PrimaryHDU(np.zeros((2, 2))), fits.ImageHDU(VALUES, name="SCI")])
    hdus.writeto(path)


def save(path, **keywords):
    image("", values=VALUES, mask=VALUES > 1).saveas(path, **keywords)


FILES = {
    "cube.img": save,
    "cube.h5": partial(save, hdf5=True),
    "cube.fits": partial(save, format="fits"),
    "tiles.fits": compressed,
    "parts.fits": second_hdu,
    "cube.mir": partial(save, format="miriad"),
}

VIEWS = {
    "whole": lambda lattice: lattice,
    "section": lambda lattice: SectionView(lattice, Box((1, 2, 3), (6, 30, 15), (2, 1, 3))),
    "plane": lambda lattice: SectionView(lattice, Box((1, 0, 0), (2, 30, 20)), drop=(0,)),
    "joined": lambda lattice: ConcatView([lattice, lattice], axis=2),
    "no mask": lambda lattice: MaskedView(lattice, None),
}


@pytest.fixture
def opened(request, tmp_path):
    FILES[request.param](tmp_path / request.param)
    name = request.param + ("[SCI]" if request.param.startswith("parts") else "")
    return image(str(tmp_path / name))._opened.lattice


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("opened", FILES, indirect=True)
def test_pixels_are_the_same_where_they_arrive(opened, view):
    lattice = VIEWS[view](opened)
    parcel = pack(size_of, lattice)
    assert parcel.size < 1500
    function, found = parcel.unpack()
    assert function is size_of
    assert found is not lattice
    for one, other in zip(read(found), read(lattice), strict=True):
        np.testing.assert_array_equal(one, other)
    assert found.tile == lattice.tile
    assert is_stored(lattice)


def read(lattice):
    return lattice.read(Box.whole(lattice.shape))


@pytest.mark.parametrize("mask", ["nomask", "second"])
@pytest.mark.parametrize("name", ["cube.img", "cube.h5"])
def test_the_mask_in_use_travels(tmp_path, name, mask):
    FILES[name](tmp_path / name)
    made = image(tmp_path / name)
    made.makemask("second")
    made.close()
    lattice = image(tmp_path / name, maskname=mask)._opened.lattice
    _, found = pack(size_of, lattice).unpack()
    assert found.masked == lattice.masked == (mask != "nomask")
    np.testing.assert_array_equal(read(found).good, read(lattice).good)


def test_pixels_in_memory_and_what_holds_them_do_not_travel(tmp_path):
    memory = MemoryLattice(VALUES)
    save(tmp_path / "cube.img")
    lattice = image(tmp_path / "cube.img")._opened.lattice
    for held in (memory, VIEWS["section"](memory), ConcatView([lattice, memory], axis=0)):
        assert pack(size_of, held) is None
        assert pack(partial(size_of, held), lattice) is None
        assert is_stored(held)
    assert pack(size_of, lattice) is not None


def test_what_is_computed_is_not_stored():
    assert not is_stored(ZeroLattice(SHAPE, float))
    assert not is_stored(VIEWS["section"](ZeroLattice(SHAPE, float)))


def test_a_lattice_that_nobody_can_pickle_stays():
    class Odd(ZeroLattice):
        def __init__(self):
            super().__init__(SHAPE, float)
            self.lock = threading.Lock()

    assert pack(size_of, Odd()) is None


def inner_function():
    share = []

    def function(box, block):
        share.append(box)

    return function


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (inner_function(), "shares the variables share with the function around it"),
        (partial(size_of, inner_function()), "shares the variables share"),
        (partial(size_of, threading.Lock()), "cannot pickle '_thread.lock'"),
    ],
    ids=["closure", "argument that is one", "lock"],
)
def test_functions_that_cannot_travel_are_named(function, reason):
    with pytest.raises(ArgumentError, match=f"size_of|function.* cannot be sent .*{reason}"):
        pack(function, ZeroLattice(SHAPE, float))


def test_arrays_of_a_function_arrive_read_only():
    grid = np.arange(1000.0)
    function, _ = pack(partial(size_of, grid), ZeroLattice(SHAPE, float)).unpack()
    np.testing.assert_array_equal(function.args[0], grid)
    assert not function.args[0].flags.writeable


def test_each_walk_has_a_parcel_of_its_own():
    zeros = ZeroLattice(SHAPE, float)
    assert pack(size_of, zeros).token != pack(size_of, zeros).token


def test_a_file_that_went_or_changed_is_noticed_on_arrival(tmp_path):
    save(tmp_path / "cube.fits", format="fits")
    parcel = pack(size_of, image(tmp_path / "cube.fits")._opened.lattice)
    image("", values=VALUES[:2]).tofits(tmp_path / "cube.fits")
    with pytest.raises(FormatError, match=r"another image .* wanted .*7, 30, 20.* got .*2, 30, 20"):
        parcel.unpack()
    (tmp_path / "cube.fits").unlink()
    with pytest.raises(MissingImageError, match=r"cube\.fits"):
        parcel.unpack()
