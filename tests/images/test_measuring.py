"""Numbers out of images: what is added to casacore's statistics, and what goes wrong."""

import pickle
import warnings

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import ArgumentError, CancelledError, DataTypeError, ImageError

VALUES = np.random.default_rng(1).normal(size=(8, 9, 10))
MASK = np.random.default_rng(2).random(VALUES.shape) < 0.3


@pytest.fixture
def cube():
    return image("", values=VALUES, mask=MASK)


# -- statistics --------------------------------------------------------------------------------


def test_negative_axes_and_numpy_ints_are_axes(cube):
    wanted = cube.statistics(axes=(0, 2))["sum"]
    for axes in ((-1, 0), np.array([0, -1]), (np.int64(2), np.int32(0))):
        np.testing.assert_array_equal(cube.statistics(axes=axes)["sum"], wanted)
    np.testing.assert_array_equal(
        cube.statistics(axes=np.int64(-1))["sum"], cube.statistics(axes=2)["sum"]
    )


def test_positions_in_numpy_order_are_there_and_not_listed(cube):
    found = cube.statistics()
    good = np.ma.masked_array(VALUES, MASK)
    assert found.maxpixel == np.unravel_index(good.argmax(), good.shape)
    assert found["minpixel"] == found.minpixel == tuple(found["minpos"][::-1])
    assert "minpixel" not in found
    assert list(found)[-2:] == ["minpos", "maxpos"]
    assert isinstance(found, dict)
    assert dict(found).keys() == found.keys()
    with pytest.raises(KeyError):
        found["other"]
    per_plane = cube.statistics(axes=(1, 2))
    assert per_plane.maxpixel is None
    with pytest.raises(KeyError):
        per_plane["maxpixel"]
    assert list(pickle.loads(pickle.dumps(found))) == list(found)


def test_nan_is_counted_with_a_warning_that_says_how_to_leave_it_out():
    im = image("", values=[[1.0, np.nan, 3.0], [4.0, 5.0, 6.0]])
    with pytest.warns(RuntimeWarning, match="1 of the pixels are NaN.*ignore_nan=True"):
        found = im.statistics()
    assert found["npts"] == 6
    assert np.isnan(found["mean"])
    assert found.nans == 1
    assert found["min"] == 1
    found = im.statistics(ignore_nan=True)
    assert found["npts"] == 5
    assert found["median"] == 4
    with pytest.warns(RuntimeWarning, match="NaN"):
        per_row = im.statistics(axes=1)
    np.testing.assert_array_equal(per_row["median"], [np.nan, 5])


def test_the_warning_points_at_the_caller():
    im = image("", values=[1.0, np.nan])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        im.statistics()
    assert caught[0].filename == __file__


def test_nan_inside_no_range_is_not_counted():
    found = image("", values=[1.0, np.nan, 3.0]).statistics(minmaxvalues=(0, 5))
    assert found["npts"] == 2


def test_nothing_good_gives_empty_arrays():
    found = image("", values=np.ones((2, 3)), mask=np.ones((2, 3), bool)).statistics()
    assert all(array.shape == (0,) for array in found.values())
    assert "minpos" not in found


@pytest.mark.parametrize("dtype", ["f8", "c8", "c16"])
def test_all_types_have_statistics(dtype):
    values = VALUES.astype(dtype)
    if dtype[0] == "c":
        values = values + 1j * VALUES[::-1].astype(dtype)
    im = image("", values=values)
    found = im.statistics(axes=(1, 2))
    np.testing.assert_allclose(found["mean"], values.mean(axis=(1, 2)), rtol=1e-5, atol=1e-6)
    middle = np.median(values.real.astype(float), axis=(1, 2))
    np.testing.assert_array_equal(found["median"].real, middle)
    assert found["npts"].dtype == np.float64


def test_a_region_says_what_counts(cube):
    inside = np.zeros(VALUES.shape, bool)
    inside[2:5, 1:4, 3:9] = True
    found = cube.statistics(region=inside)
    chosen = VALUES[inside & ~MASK]
    assert found["npts"] == chosen.size
    assert found["median"] == np.median(chosen)
    assert VALUES[found.maxpixel] == chosen.max()
    disc = cube.statistics(axes=(1, 2), region="image; circle(5, 5, 2)")
    assert disc["npts"].shape == (8,)
    assert (disc["npts"] <= 13).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"axes": 3}, r"axes must lie in -3\.\.2 for an image of 3 axes, got 3"),
        ({"axes": (0, -3)}, "axes must name each axis once"),
        ({"minmaxvalues": (1, 2, 3)}, r"one or two numbers, or empty, got \(1, 2, 3\)"),
        ({"minmaxvalues": (np.nan, 1)}, "none of them NaN"),
        ({"region": "nowhere"}, "there is no region 'nowhere'"),
    ],
    ids=["axis beyond", "axis twice", "three limits", "nan", "region"],
)
def test_wrong_values_are_named(cube, settings, message):
    with pytest.raises(ArgumentError, match=message):
        cube.statistics(**settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"axes": 1.0}, "axes must be an int or a sequence of ints, got 1.0"),
        ({"axes": None}, "axes must be an int"),
        ({"minmaxvalues": "high"}, "minmaxvalues must be one or two numbers, or empty, got 'high'"),
        ({"exclude": "yes"}, "exclude must be a Bool, got 'yes'"),
    ],
    ids=["float axis", "no axis", "text range", "text exclude"],
)
def test_wrong_types_are_named(cube, settings, message):
    with pytest.raises(DataTypeError, match=message):
        cube.statistics(**settings)


# -- reductions --------------------------------------------------------------------------------

NAMES = ("min", "max", "sum", "mean", "std", "median")


def by_numpy(name, axis, keepdims=False):
    masked = np.ma.masked_array(VALUES, MASK)
    return getattr(np.ma, name)(masked, axis=axis, keepdims=keepdims)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axis", [0, -1, (0, 2), (1, 2), [0]], ids=str)
def test_reductions_are_images_with_coordinates(cube, name, axis):
    found = getattr(cube, name)(axis=axis)
    wanted = by_numpy(name, tuple(axis) if isinstance(axis, list) else axis)
    assert isinstance(found, image)
    assert found.shape == wanted.shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.get(), wanted, rtol=1e-12)
    assert len(found.coordinates().get_axes()) > 0
    assert found.coordinates().ndim == found.ndim
    assert any(name in line for line in found.history())


@pytest.mark.parametrize("name", NAMES)
def test_reductions_of_all_pixels_are_numbers(cube, name):
    found = getattr(cube, name)()
    assert np.isscalar(found)
    assert np.isclose(found, by_numpy(name, None), rtol=1e-12)


@pytest.mark.parametrize("name", ["min", "max", "sum", "mean", "std"])
def test_functions_of_numpy_find_the_reductions(cube, name):
    function = getattr(np, name)
    assert np.isclose(function(cube), by_numpy(name, None), rtol=1e-12)
    np.testing.assert_allclose(function(cube, axis=1).get(), by_numpy(name, 1), rtol=1e-12)
    kept = function(cube, axis=(0, 1), keepdims=True)
    assert kept.shape == (1, 1, 10)
    np.testing.assert_allclose(kept.get(), by_numpy(name, (0, 1), True), rtol=1e-12)


def test_kept_axes_have_the_coordinate_of_their_middle(cube):
    whole = cube.coordinates().toworld([3, 4, 4])
    kept = cube.mean(axis=0, keepdims=True)
    assert np.allclose(kept.coordinates().toworld([0, 4, 4]), whole)
    assert np.allclose(cube.mean(axis=0).coordinates().toworld([4, 4]), whole[1:])


def test_std_takes_what_ddof_says(cube):
    assert np.isclose(cube.std(ddof=1), np.ma.masked_array(VALUES, MASK).std(ddof=1))
    assert np.isclose(cube.std(ddof=1), cube.statistics()["sigma"][0])


def test_cells_without_pixels_are_masked():
    im = image("", values=np.ones((2, 2)), mask=[[True, False], [True, False]])
    assert im.sum(axis=0).get().mask.tolist() == [True, False]
    nothing = image("", values=np.ones((2, 2)), mask=np.ones((2, 2), bool))
    assert nothing.sum() is np.ma.masked
    assert nothing.median() is np.ma.masked


def test_nan_is_seen_in_reductions():
    im = image("", values=[[1.0, np.nan], [3.0, 4.0]])
    for name in NAMES:
        found = getattr(im, name)(axis=1)
        assert np.isnan(found.getdata()).tolist() == [True, False], name


def test_single_precision_stays_but_sums_do_not_lose():
    values = np.full((3, 1 << 12), 0.1, np.float32)
    im = image("", values=values)
    assert im.sum(axis=0).dtype == np.float32
    assert im.sum(axis=1, dtype=np.float64).dtype == np.float64
    assert np.isclose(im.sum(), values.astype(float).sum(), rtol=1e-14)
    assert im.max().dtype == np.float32


def test_complex_pixels_have_sums_but_no_order():
    values = VALUES + 1j * VALUES[::-1]
    im = image("", values=values)
    np.testing.assert_allclose(im.mean(axis=0).getdata(), values.mean(axis=0))
    np.testing.assert_allclose(im.std(axis=0).getdata(), values.std(axis=0))
    assert np.isclose(im.sum(), values.sum())
    for verb in (im.max, im.median, lambda: im.quantile(0.5), im.histogram, im.moments):
        with pytest.raises(DataTypeError, match="complex pixels have no"):
            verb()


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda im: im.mean(axis=5), r"axis must lie in -3\.\.2 for an image of 3 axes, got 5"),
        (lambda im: im.mean(axis="x"), "axis must be an int or a sequence of ints, got 'x'"),
        (lambda im: im.mean(axis=()), r"axis must name an axis at least, got \(\)"),
        (lambda im: im.mean(axis=0, out=VALUES), "out must be None"),
        (lambda im: im.sum(dtype=int), "dtype must be a type of pixels that holds float64"),
        (lambda im: im.std(ddof="one"), "ddof must be a number"),
        (lambda im: im.quantile(2), "q must lie between 0 and 1, got 2"),
        (lambda im: im.percentile("x"), "p must be numbers between 0 and 100"),
        (lambda im: im.histogram(0), "number of bins must lie in"),
        (lambda im: im.moments(axis=(0, 1)), "axis must be a single axis"),
        (lambda im: im.moments(orders=-1), "orders of moments must lie in"),
        (lambda im: im.moments(include=1, exclude=2), "not both"),
        (lambda im: im[0].moments(), "there is no spectral axis: say along which"),
        (lambda im: im.region_statistics([]), "regions must be one region at least"),
        (lambda im: im.region_statistics([3]), "wanted a region"),
    ],
)
def test_what_means_nothing_is_refused(cube, action, message):
    with pytest.raises(ImageError, match=message):
        action(cube)


# -- distribution and moments ------------------------------------------------------------------


def test_quantiles_along_axes_are_images(cube):
    good = np.ma.masked_array(VALUES, MASK)
    lower, upper = cube.quantile([0.1, 0.9], axis=(1, 2))
    wanted = [np.quantile(plane.compressed(), 0.9) for plane in good]
    np.testing.assert_allclose(upper.getdata(), wanted, rtol=1e-14)
    assert lower.shape == (8,)
    assert cube.percentile(90, axis=0).shape == (9, 10)
    chosen = good.compressed()
    assert np.isclose(cube.percentile(12.5), np.percentile(chosen, 12.5), rtol=1e-14)
    np.testing.assert_allclose(
        cube.quantile([[0.1], [0.2]]), np.quantile(chosen, [[0.1], [0.2]]), rtol=1e-14
    )


def test_histograms_are_those_of_numpy(cube):
    chosen = VALUES[~MASK]
    for settings in ({}, {"bins": 30, "range": (-1, 1)}, {"bins": [-1, 0, 0.5]}):
        for got, wanted in zip(
            cube.histogram(**settings), np.histogram(chosen, **settings), strict=True
        ):
            np.testing.assert_array_equal(got, wanted)


def test_moments_are_images_with_units_and_coordinates():
    channels = np.arange(40.0).reshape(-1, 1, 1)
    im = image("", values=np.exp(-((channels - 17) ** 2) / 18) * np.ones((40, 6, 7)))
    im.setunit("Jy/beam")
    total, center, width = im.moments()
    assert [found.unit() for found in (total, center, width)] == ["Jy/beam.km/s", "km/s", "km/s"]
    speeds = (
        im.coordinates()
        .get_coordinate("spectral")
        .velocity([im.coordinates().toworld([k, 0, 0])[0] for k in range(40)])
    )
    step = abs(np.diff(speeds)).mean()
    np.testing.assert_allclose(center.getdata(), speeds[17], rtol=1e-6)
    np.testing.assert_allclose(width.getdata(), 3 * step, rtol=1e-3)
    np.testing.assert_allclose(total.getdata(), 3 * np.sqrt(2 * np.pi) * step, rtol=1e-6)
    assert center.coordinates().toworld([2, 3]) == im.coordinates().toworld([0, 2, 3])[1:]


def test_moments_count_what_a_range_says():
    values = np.array([[5.0, -3.0, 0.1, np.nan]] * 2).T.reshape(4, 2)
    im = image("", values=np.tile(values[:, :, None], (2, 1, 3)))
    wide = im.moments(0, axis=0, include=(1, np.inf))
    outer = im.moments(0, axis=0, exclude=(-1, 1))
    ratio = wide.getdata() / outer.getdata()
    np.testing.assert_allclose(ratio, 5 / 2)


def test_an_image_of_one_axis_keeps_it():
    line = image("", values=np.ones((8, 1, 1))).subimage()
    assert line.shape == (8,)
    assert line.moments(0).shape == (1,)


# -- long work ---------------------------------------------------------------------------------

VERBS = {
    "statistics": lambda im, **long: im.statistics(**long),
    "per plane": lambda im, **long: im.statistics(axes=(1, 2), **long),
    "mean": lambda im, **long: im.mean(axis=0, **long),
    "median": lambda im, **long: im.median(**long),
    "quantile": lambda im, **long: im.quantile([0.1, 0.2], **long),
    "histogram": lambda im, **long: im.histogram(**long),
    "moments": lambda im, **long: im.moments(**long),
    "regions": lambda im, **long: im.region_statistics([MASK], **long),
}


@pytest.mark.parametrize("name", VERBS)
def test_long_verbs_tell_how_far_they_are(cube, name):
    seen = []
    VERBS[name](cube, progress=lambda done, total: seen.append((done, total)))
    assert seen
    assert seen[-1][0] == seen[-1][1]
    shares = [done / total for done, total in seen]
    assert shares == sorted(shares)


@pytest.mark.parametrize("name", VERBS)
def test_long_verbs_can_be_cancelled(cube, name):
    with pytest.raises(CancelledError, match="as asked"):
        VERBS[name](cube, cancelled=lambda: True)
