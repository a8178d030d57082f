"""`image` answers as casacore.images does: the same calls on both, side by side."""

import warnings

import numpy as np
import pytest

from jupimage import image

DTYPES = ["f4", "f8", "c8", "c16"]


def pair(oracle, values, mask=None):
    """Make the same temporary image here and in the real library."""
    settings = {} if mask is None else {"mask": mask}
    return image("", values=values, **settings), oracle.images.image("", values=values, **settings)


def outcome(action, *arguments, **settings):
    """Return what a call gives, or that it raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return action(*arguments, **settings)
        except (RuntimeError, TypeError, ValueError):
            return "an error"


def same(ours, theirs):
    if isinstance(theirs, str) or isinstance(ours, str):
        return type(ours) is type(theirs) and ours == theirs
    if isinstance(theirs, np.ma.MaskedArray):
        return same(ours.data, theirs.data) and same(
            np.ma.getmaskarray(ours), np.ma.getmaskarray(theirs)
        )
    return (
        ours.dtype == theirs.dtype
        and ours.shape == theirs.shape
        and np.array_equal(ours, theirs, equal_nan=ours.dtype.kind in "fc")
    )


def random_image(rng, dtype):
    shape = tuple(rng.integers(1, 7, rng.integers(1, 5)))
    values = rng.normal(size=shape).astype(dtype)
    if dtype[0] == "c":
        values = (values + 1j * rng.normal(size=shape)).astype(dtype)
    values[rng.random(shape) < 0.1] = np.nan
    mask = rng.random(shape) < 0.3 if rng.random() < 0.6 else None
    return values, mask


def random_corner(rng, shape, low, high):
    some = shape[: rng.integers(0, len(shape) + 1)]
    corner = [int(rng.integers(max(low, -n), max(n + high, 1))) for n in some]
    kind = rng.integers(3)
    return corner[0] if kind == 0 and corner else tuple(corner) if kind == 1 else corner


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_sections_read_the_same(oracle, dtype):
    rng = np.random.default_rng(11)
    errors = 0
    for _ in range(150):
        values, mask = random_image(rng, dtype)
        ours, theirs = pair(oracle, values, mask)
        corners = (
            random_corner(rng, values.shape, -1, 1),
            random_corner(rng, values.shape, -2, 1),
            random_corner(rng, values.shape, 0, 1),
        )
        for method in ("getdata", "get"):
            a = outcome(getattr(ours, method), *corners)
            b = outcome(getattr(theirs, method), *corners)
            assert same(a, b), (values.shape, corners, a, b)
            errors += isinstance(b, str)
            oracle.count()
        if mask is not None:
            a, b = (outcome(im.getmask, *corners) for im in (ours, theirs))
            assert same(a, b), (values.shape, corners, a, b)
            oracle.count()
    assert errors > 10


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_writes_leave_the_same_image(oracle, dtype):
    rng = np.random.default_rng(12)
    written = 0
    for _ in range(150):
        values, mask = random_image(rng, dtype)
        ours, theirs = pair(oracle, values, mask)
        shape = tuple(int(rng.integers(1, n + 1)) for n in values.shape)[rng.integers(0, 2) :]
        value = rng.normal(size=shape).astype(rng.choice(["i4", "f4", "f8", dtype]))
        blc = random_corner(rng, values.shape, 0, 0)
        inc = random_corner(rng, values.shape, 1, 1)
        method = rng.choice(["putdata", "putmask", "put"])
        if method == "putmask":
            value = value > 0
        elif method == "put":
            value = np.ma.masked_array(value, rng.random(shape) < 0.4)
        before = ours.get()
        a = outcome(getattr(ours, method), value, blc, (), inc)
        b = outcome(getattr(theirs, method), value, blc, (), inc)
        assert a == b, (method, values.shape, shape, blc, inc)
        if a is not None:  # the real library may have made a mask before it found out
            assert same(ours.get(), before)
            continue
        assert same(ours.get(), theirs.get()), (method, values.shape, shape, blc, inc)
        written += 1
        oracle.count(2)
    assert written > 30


def test_random_subimages_agree_in_pixels_shape_and_position(oracle):
    rng = np.random.default_rng(13)
    for _ in range(120):
        values, mask = random_image(rng, "f4")
        ours, theirs = pair(oracle, values, mask)
        blc, trc = [], []
        for n in values.shape:
            a = int(rng.integers(0, n))
            blc.append(a)
            trc.append(int(rng.integers(a, n)))
        inc = [int(i) for i in rng.integers(1, 3, values.ndim)]
        drop = bool(rng.integers(2))
        if drop and all(b - a < s for a, b, s in zip(blc, trc, inc, strict=True)):
            continue  # with no axis left the real library's sub-image cannot be used
        a, b = (im.subimage(blc, trc, inc, drop) for im in (ours, theirs))
        assert a.shape() == b.shape()
        assert same(a.get(), b.get())
        assert a.imagetype() == b.imagetype()
        assert a.ispersistent() == b.ispersistent()
        oracle.count(4)
        if not drop:
            position = [float(n) / 2 for n in a.shape]
            x, y = outcome(a.toworld, position), outcome(b.toworld, position)
            if isinstance(y, str):
                assert x == y
            else:
                np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-9)
            oracle.count()


@pytest.mark.parametrize("dtype", DTYPES)
def test_concatenations_agree(oracle, dtype):
    rng = np.random.default_rng(14)
    for _ in range(40):
        shape = list(rng.integers(1, 5, rng.integers(1, 5)))
        axis = int(rng.integers(0, len(shape)))
        parts = []
        for _ in range(rng.integers(1, 4)):
            shape[len(shape) - 1 - axis] = int(rng.integers(1, 4))
            values = rng.normal(size=shape).astype(dtype)
            mask = rng.random(shape) < 0.5 if rng.random() < 0.5 else None
            parts.append(pair(oracle, values, mask))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ours = image([part[0] for part in parts], axis=axis)
        theirs = oracle.images.image([part[1] for part in parts], axis=axis)
        assert ours.shape() == theirs.shape()
        assert same(ours.get(), theirs.get())
        assert ours.imagetype() == theirs.imagetype()
        assert ours.name() == theirs.name()
        oracle.count(4)


@pytest.mark.parametrize("length", [4, 7, 3], ids=["contiguous", "a gap", "an overlap"])
def test_coordinates_of_a_joined_spectral_axis_agree(oracle, length):
    parts = []
    for library in (image, oracle.images.image):
        first = library("", shape=(30, 1, 6, 5))
        a = first.subimage((0, 0), (3, 0), dropdegenerate=False)
        b = first.subimage((length, 0), (length + 3, 0), dropdegenerate=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parts.append(library([a, b], axis=3))
    ours, theirs = parts
    for channel in range(8):
        position = [channel, 0, 1, 2]
        np.testing.assert_allclose(
            ours.toworld(position), theirs.toworld(position), rtol=1e-12, atol=1e-12
        )
        oracle.count()


@pytest.mark.parametrize("second", [3, 0], ids=["I and V", "I twice"])
def test_polarisations_are_listed_one_after_the_other(oracle, second):
    joined = []
    for library in (image, oracle.images.image):
        whole = library("", shape=(8, 4, 6, 5))
        parts = [whole.subimage((0, k), (7, k), dropdegenerate=False) for k in (0, second)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            joined.append(library(parts, axis=2))
    for pixel in (0, 1):
        position = [2, pixel, 3, 2]
        ours, theirs = (outcome(im.toworld, position) for im in joined)
        if isinstance(theirs, str):
            assert ours == theirs
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
        oracle.count()


@pytest.mark.parametrize(
    "shape",
    [
        (5,),
        (4, 5),
        (3, 4, 5),
        (9, 4, 5),
        (2, 9, 4, 5),
        (9, 2, 4, 5),
        (9, 8, 4, 5),
        (2, 3, 9, 2, 4, 5),
    ],
    ids=str,
)
def test_default_coordinates_agree(oracle, shape):
    ours, theirs = image("", shape=shape), oracle.images.image("", shape=shape)
    assert ours.datatype() == theirs.datatype()
    middle = [n // 2 for n in shape]
    for offset in (0, 0.25):
        position = [m + offset for m in middle]
        world = theirs.toworld(position)
        np.testing.assert_allclose(ours.toworld(position), world, rtol=1e-11, atol=1e-11)
        oracle.count()
    mine, other = ours.info()["coordinates"], theirs.info()["coordinates"]
    assert mine.keys() == other.keys()
    assert ours.coordinates().get_names() == theirs.coordinates().get_names()
    oracle.count(2)


@pytest.mark.parametrize(
    "scalar",
    [None, 0.0, 1j, np.float32(0), np.float64(0), np.complex64(0), np.complex128(0), np.int32(0),
     np.int8(0), np.uint16(0), 1, True, "a", np.int64(1)],
    ids=repr,
)  # fmt: skip
def test_a_scalar_names_the_same_type(oracle, scalar):
    a = outcome(lambda: image("", shape=(2, 3), values=scalar).datatype())
    b = outcome(lambda: oracle.images.image("", shape=(2, 3), values=scalar).datatype())
    assert a == b
    oracle.count()


@pytest.mark.parametrize(
    "shape", [(), (0,), (2, -1), (2.0, 3), "ab", (2, 3), 4, [5], (np.int64(2),)]
)
def test_the_same_shapes_are_accepted(oracle, shape):
    a, b = (
        outcome(lambda make=make: make("", shape=shape).shape())
        for make in (image, oracle.images.image)
    )
    assert a == b
    oracle.count()
