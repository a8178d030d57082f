"""What `image` promises beside casacore's interface: numpy habits, clear errors, nothing lost."""

import pickle
from pathlib import Path

import numpy as np
import pytest

import jupimage
from jupimage import image
from jupimage.errors import (
    BoxError,
    ClosedError,
    CoordinateError,
    DataTypeError,
    FormatError,
    ImageError,
    MaskError,
    MissingImageError,
    ReadOnlyError,
    ShapeError,
)


@pytest.fixture
def cube():
    values = np.arange(60.0).reshape(3, 4, 5)
    return image("", values=np.ma.masked_greater(values, 50))


def test_shape_ndim_and_size_are_attributes_and_methods(cube):
    assert cube.shape == (3, 4, 5) == np.shape(cube)
    assert cube.shape() == [3, 4, 5]
    assert isinstance(cube.shape(), list)
    assert (cube.ndim, cube.ndim(), cube.size, cube.size(), len(cube)) == (3, 3, 60, 60, 60)


def test_as_array_bad_pixels_are_nan_and_asany_keeps_the_mask(cube):
    plain = np.asarray(cube)
    assert type(plain) is np.ndarray
    assert np.isnan(plain).sum() == 9
    masked = np.asanyarray(cube)
    assert isinstance(masked, np.ma.MaskedArray)
    assert masked.mask.sum() == 9
    assert np.asarray(cube, dtype="f4").dtype == np.float32


def test_an_array_without_a_copy_is_refused(cube):
    with pytest.raises(ValueError, match="copy"):
        np.array(cube, copy=False)


@pytest.mark.parametrize(
    "index",
    [1, -1, np.s_[:, 2], np.s_[..., 1:5:2], np.s_[1:, :, 3], (), np.int32(2)],
    ids=repr,
)
def test_index_gives_a_lazy_section_as_numpy_would(cube, index):
    section = cube[index]
    expected = cube.get()[index]
    assert section.imagetype() == "SubImage"
    np.testing.assert_array_equal(section.getdata(), expected.data)
    np.testing.assert_array_equal(section.getmask(), expected.mask)
    assert section.coordinates().ndim == expected.ndim


def test_full_index_gives_the_pixel(cube):
    assert cube[1, 2, 3] == 33
    assert cube[2, 3, 4] is np.ma.masked


def test_iteration_goes_over_the_slowest_axis(cube):
    planes = list(cube)
    assert [plane.shape for plane in planes] == [(4, 5)] * 3
    np.testing.assert_array_equal(planes[1].getdata(), cube.getdata(1, 1)[0])


def test_writing_a_section_changes_the_image(cube):
    cube[1, ::2].put(np.ma.masked_array(np.full((2, 5), 7.0), np.eye(2, 5, dtype=bool)))
    assert cube.getdata()[1, ::2].tolist() == [[7] * 5] * 2
    np.testing.assert_array_equal(cube.getmask()[1, ::2], np.eye(2, 5, dtype=bool))


def test_a_mask_made_later_is_not_seen_by_a_section():
    im = image("", shape=(4, 4))
    section = im[1:3]
    im.putmask(np.ones((4, 4), bool))
    assert im.getmask().all()
    assert not section.getmask().any()


def test_a_second_handle_is_the_same_image(cube):
    other = image(cube)
    other.putdata(np.float64(-1), (0, 0, 0))
    assert cube.getdata()[0, 0, 0] == -1


def test_a_section_of_unit_length_keeps_an_axis(cube):
    assert cube.subimage((1, 1, 1), (1, 1, 1)).shape == (1,)


def test_with_closes_the_image(cube):
    with cube as im:
        assert im[0].shape == (4, 5)
    with pytest.raises(ClosedError, match="closed"):
        cube.getdata()


def test_repr_says_what_it_is(cube):
    assert repr(cube) == "<TempImage Temporary_Image 3 x 4 x 5 double>"


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "i8", "f2", "f4", ">f4"], ids=str)
def test_small_numbers_become_float(dtype):
    values = np.array([[0, 1], [1, 0]], dtype)
    im = image("", values=values)
    assert im.datatype() == "float"
    np.testing.assert_array_equal(im.getdata(), values.astype("f4"))


@pytest.mark.parametrize(
    ("dtype", "name"),
    [("f8", "double"), (">f8", "double"), ("c8", "Complex"), ("c16", "DComplex")],
)
def test_types_have_casacore_names(dtype, name):
    assert image("", values=np.ones((2, 2), dtype)).datatype() == name


def test_a_mask_may_be_a_list_or_ints():
    assert image("", values=[1, 2, 3], mask=[0, 1, 0]).getmask().tolist() == [False, True, False]


def test_a_mask_name_without_a_mask_makes_all_pixels_good():
    im = image("", values=[1.0, 2.0], maskname="m")
    assert not im.getmask().any()
    im = image("", shape=(2, 2), maskname="m")
    assert not im.getmask().any()


def test_shape_and_values_are_checked_against_each_other():
    assert image("", shape=(2, 2), values=np.ones((2, 2))).getdata().sum() == 4
    with pytest.raises(ShapeError, match=r"values of shape \(3,\) were given for shape \(2, 2\)"):
        image("", shape=(2, 2), values=np.ones(3))


def test_positions_convert_one_by_one_and_all_at_once(cube):
    rng = np.random.default_rng(5)
    pixels = rng.uniform(0, 3, (7, 2, 3))
    pixels[..., 0] = rng.integers(0, 3, (7, 2))  # Stokes has no positions in between
    world = cube.toworld(pixels)
    assert world.shape == (7, 2, 3)
    for i, j in np.ndindex(7, 2):
        single = cube.toworld(list(pixels[i, j]))
        assert isinstance(single, list)
        np.testing.assert_allclose(single, world[i, j], rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(cube.topixel(world), pixels, atol=1e-9)


def test_coordinates_are_a_copy(cube):
    cube.coordinates().dict()["direction0"]["crval"][0] = 99
    assert cube.coordinates().dict()["direction0"]["crval"][0] != 99


def test_coordinates_of_another_image_are_taken_over(cube):
    other = image("", shape=(3, 4, 5), coordsys=cube.coordinates())
    assert other.toworld([0, 1, 2]) == cube.toworld([0, 1, 2])


def test_concatenation_counts_its_axis_from_the_fastest(cube):
    with pytest.warns(UserWarning, match="not contiguous along Right Ascension"):
        joined = image([cube, cube], axis=0)
    assert joined.shape == (3, 4, 10)
    np.testing.assert_array_equal(joined.getdata()[..., 5:], cube.getdata())
    assert joined.getmask()[..., 5:].sum() == 9


def test_strided_reads_of_a_concatenation_straddle_its_parts(cube):
    with pytest.warns(UserWarning, match="names one of them twice"):
        joined = image([cube, cube, cube], axis=2)
    expected = np.concatenate([cube.getdata()] * 3)
    np.testing.assert_array_equal(joined.getdata((1,), (8,), (4,)), expected[1:9:4])


def test_an_image_in_memory_survives_pickling(cube):
    copy = pickle.loads(pickle.dumps(cube))
    np.testing.assert_array_equal(copy.getmask(), cube.getmask())
    assert copy.toworld([0, 0, 0]) == cube.toworld([0, 0, 0])


def test_wcs_speaks_the_language_of_astropy():
    im = jupimage.samples.galaxy(channels=4, size=32)
    sky = im[1].wcs.pixel_to_world(16, 16)
    assert abs(sky.ra.deg - 184.7396) < 1e-9
    assert abs(sky.dec.deg - 47.3041) < 1e-9
    assert im.wcs.pixel_n_dim == 3


def test_a_path_opens_like_its_text(tmp_path):
    path = tmp_path / "a b.fits"
    jupimage.samples.write_galaxy(path, channels=2, size=16)
    for name in (path, str(path)):
        im = image(name)
        assert im.imagetype() == "FITSImage"
        assert im.name() == str(path)
        assert im.name(True) == str(im) == "a b.fits"
        assert im.ispersistent()
        im.close()


def test_a_relative_name_is_kept_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    jupimage.samples.write_galaxy("g.fits", channels=2, size=16)
    with image("g.fits") as im:
        assert Path(im.name()) == tmp_path / "g.fits"


def test_a_section_of_a_file_is_persistent_only_if_it_is_all_of_it(tmp_path):
    jupimage.samples.write_galaxy(tmp_path / "g.fits", channels=2, size=16)
    with image(tmp_path / "g.fits", maskname="nomask") as im:
        assert im.subimage().ispersistent()
        assert not im.subimage(1).ispersistent()
    with image(tmp_path / "g.fits") as im:  # a mask of its own makes a section another image
        assert not im.subimage().ispersistent()


def test_the_mask_of_a_file_can_be_left_aside(tmp_path):
    path = tmp_path / "nan.fits"
    from astropy.io import fits

    fits.PrimaryHDU(np.array([[np.nan, 1], [2, 3]], "f4")).writeto(path)
    with image(path) as im:
        assert im.getmask().tolist() == [[True, False], [False, False]]
    with image(path, maskname="nomask") as im:
        assert not im.getmask().any()
    with pytest.raises(MaskError, match="no mask called 'mask1'"):
        image(path, maskname="mask1")


def test_a_file_of_another_program_is_not_written(tmp_path):
    path = tmp_path / "g.fits"
    jupimage.samples.write_galaxy(path, channels=2, size=16)
    before = path.read_bytes()
    with image(path) as im:
        for action in (
            lambda: im.putdata(1.0),
            lambda: im.putmask([True]),
            lambda: im[0].putdata(1.0),
            lambda: im.put(np.ma.masked_array([1.0], [True])),
        ):
            with pytest.raises(ReadOnlyError, match="cannot be written"):
                action()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((5,), ValueError, "imagename must be a file name"),
        ((np.zeros(3),), ValueError, r"write image\('', values=array\)"),
        (([],), ValueError, "empty list"),
        (([1.0],), ValueError, "a list of float"),
        ((["a", 5],), DataTypeError, "got int as number 1"),
        (("",), FormatError, "got an empty one"),
        (("no such file",), MissingImageError, "no such file"),
        (("no such file",), FileNotFoundError, "no such file"),
        (("",), ImageError, "empty"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_names_no_image_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        image(*arguments)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"shape": ()}, ShapeError, "at least one axis"),
        ({"shape": (2, 0)}, ShapeError, r"at least one pixel, got shape \(2, 0\)"),
        ({"shape": (2, -1)}, ShapeError, "at least one pixel"),
        ({"shape": (2.0, 2)}, DataTypeError, "made of ints"),
        ({"shape": "ab"}, DataTypeError, "made of ints"),
        ({"shape": (10**9, 10**9, 10**9)}, ShapeError, "does not fit into memory"),
        ({"shape": (2, 2), "values": 1}, DataTypeError, "names no pixel type"),
        ({"shape": (2, 2), "values": True}, DataTypeError, "names no pixel type"),
        ({"values": ["a"]}, DataTypeError, "must be numbers"),
        ({"values": [[1], [1, 2]]}, DataTypeError, "regular array"),
        ({"values": 3.0}, ShapeError, "single number"),
        ({"values": np.zeros((0, 3))}, ShapeError, "at least one pixel"),
        ({"values": [1.0, 2.0], "mask": [True]}, ShapeError, r"a mask of shape \(1,\)"),
        ({"values": [1.0, 2.0], "mask": [1.5, 0]}, DataTypeError, "made of Bools"),
        ({"values": [1.0, 2.0], "mask": None}, TypeError, "mask must be"),
        ({"values": [1.0], "coordsys": 5}, AttributeError, "dict"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_makes_no_image_is_refused(settings, error, message):
    with pytest.raises(error, match=message):
        image("", **settings)


def test_coordinates_of_another_number_of_axes_are_refused(cube):
    with pytest.raises(CoordinateError, match="3 pixel axes was given for 2 axes"):
        image("", shape=(4, 5), coordsys=cube.coordinates())


@pytest.mark.parametrize(
    ("position", "error"),
    [
        ([1, 2], CoordinateError),
        ("abc", DataTypeError),
        (None, DataTypeError),
        (5, CoordinateError),
    ],
    ids=repr,
)
def test_positions_of_another_kind_are_refused(cube, position, error):
    with pytest.raises(error):
        cube.toworld(position)


def test_images_that_do_not_fit_are_not_joined(cube):
    with pytest.raises(ShapeError, match="one number of axes, got 3 and, for number 1, 2"):
        image([cube, cube[0]])
    with pytest.raises(BoxError, match=r"axis 3 lies outside 0\.\.2"):
        image([cube, cube], axis=3)


def test_values_that_reach_beyond_change_nothing(cube):
    before = cube.getdata()
    with pytest.raises(BoxError):
        cube.putdata(np.ones((4, 5)), (0, 1))
    with pytest.raises(DataTypeError, match="complex128 values do not go into float64"):
        cube.putdata(1j)
    np.testing.assert_array_equal(cube.getdata(), before)


def test_every_error_is_a_runtime_error():
    for name in jupimage.errors.__all__:
        assert issubclass(getattr(jupimage.errors, name), RuntimeError)
