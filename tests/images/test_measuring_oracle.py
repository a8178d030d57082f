"""`statistics` gives what casacore.images gives: keys, order, types, shapes and numbers.

Medians and their like, extremes, counts and positions have to be equal to the last bit. The
reference squares single pixels in single precision, so `sumsq` and `rms` agree to its rounding.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from jupimage import image, options

EXACT = ("npts", "min", "max", "minpos", "maxpos")
ORDERED = ("median", "medabsdevmed", "quartile")
LONGEST = {1: 60, 2: 16, 3: 9, 4: 6, 5: 4}


@dataclass
class Case:
    """An image, and how it is asked."""

    values: np.ndarray
    mask: np.ndarray | None
    settings: dict[str, Any]


def random_case(rng, *, special="", ndim=0):
    ndim = ndim or int(rng.integers(1, 6))
    shape = tuple(int(n) for n in rng.integers(1, LONGEST[ndim] + 1, ndim))
    scale, level = rng.choice([1, 1e-3, 1e4]), rng.choice([0, 1, 100])
    values = (rng.normal(size=shape) * scale + level).astype(np.float32)
    if rng.random() < 0.3:
        values = np.round(values)
    if special == "inf":
        values[rng.random(shape) < 0.1] = rng.choice([np.inf, -np.inf])
    elif special == "nan":
        values[rng.random(shape) < 0.1] = np.nan
    share = rng.choice([0.1, 0.5, 0.95, 1.0])
    mask = rng.random(shape) < share if rng.random() < 0.5 else None
    count = int(rng.integers(0, ndim + 1))
    axes = [int(axis) for axis in rng.permutation(ndim)[:count]]
    settings = {"axes": [axes, tuple(axes), np.array(axes, int)][rng.integers(3)]}
    if count == 1 and rng.random() < 0.5:
        settings["axes"] = axes[0]
    if rng.random() < 0.5:
        settings["minmaxvalues"] = random_range(rng, values)
        settings["exclude"] = bool(rng.random() < 0.5)
    if rng.random() < 0.3:
        settings["robust"] = False
    return Case(values, mask, settings)


def random_range(rng, values):
    finite = values[np.isfinite(values)]
    if not finite.size:
        return (0, 1)
    low, high = (float(number) for number in rng.choice(finite, 2))
    return [(low, high), [high, low], np.array([low, high]), (low,), high][rng.integers(5)]


def answers(oracle, case):
    mask = {} if case.mask is None else {"mask": case.mask}
    theirs = oracle.images.image("", values=case.values, **mask).statistics(**case.settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        ours = image("", values=case.values, **mask).statistics(**case.settings)
    return ours, theirs


def compare(ours, theirs, case):
    told = (case.values.shape, case.settings)
    assert list(ours) == list(theirs), told
    for name, wanted in theirs.items():
        assert ours[name].dtype == wanted.dtype, (name, told)
        assert ours[name].shape == wanted.shape, (name, told)
    with np.errstate(all="ignore"):
        rms = np.sqrt(ours["sumsq"] / np.maximum(ours["npts"], 1))
        level = np.nan_to_num(rms, posinf=0)
        for name, wanted in theirs.items():
            got = ours[name]
            if name in EXACT:
                assert np.array_equal(got, wanted, equal_nan=True), (name, told, got, wanted)
            elif name in ORDERED:
                # of cells with NaN the reference tells what the order of storage makes of it
                known = ~np.isnan(np.where(np.isinf(ours["sumsq"]), 0, ours["sum"]))
                defined = known & np.isfinite(ours["median"])
                same = np.array_equal(got[defined], wanted[defined], equal_nan=True)
                assert same, (name, told, got, wanted)
            else:
                relative = 2e-7 if name in ("sumsq", "rms") else 1e-11
                absolute = np.where(name in ("sumsq", "rms"), 0, 1e-11 * level)
                if name == "sum":
                    absolute = absolute * ours["npts"]
                close = np.isclose(got, wanted, rtol=relative, atol=absolute, equal_nan=True)
                assert close.all(), (name, told, got, wanted)
    return len(theirs)


@pytest.mark.parametrize("special", ["", "inf", "nan"], ids=["finite", "with inf", "with nan"])
@pytest.mark.parametrize("ndim", [1, 2, 3, 4, 5])
def test_random_images_have_the_same_statistics(oracle, ndim, special):
    rng = np.random.default_rng([ndim, len(special)])
    for _ in range(25):
        case = random_case(rng, special=special, ndim=ndim)
        oracle.count(compare(*answers(oracle, case), case))


@pytest.mark.parametrize("level", [0, 1e3, 1e6], ids=["noise", "on a level", "on a high level"])
@pytest.mark.parametrize("masked", [False, True], ids=["all good", "masked"])
def test_larger_images_have_the_same_statistics(oracle, monkeypatch, level, masked):
    monkeypatch.setattr(options, "memory", 1e6)
    rng = np.random.default_rng(3)
    values = (rng.normal(size=(17, 50, 65)) + level).astype(np.float32)
    mask = rng.random(values.shape) < 0.3 if masked else None
    for axes in ((), 0, (1, 2), (0, 2), 2):
        for limits in ((), (level - 0.5, level + 2)):
            settings = {"axes": axes, "minmaxvalues": limits}
            case = Case(values, mask, settings)
            oracle.count(compare(*answers(oracle, case), case))


@pytest.mark.parametrize(
    "axes",
    [None, 1.0, "0", ("0",), [[0]], {0}],
    ids=["none", "float", "text", "list of text", "nested", "set"],
)
def test_axes_of_a_wrong_type_are_type_errors_in_both(oracle, axes):
    values = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    for library in (image, oracle.images.image):
        with pytest.raises(TypeError):
            library("", values=values).statistics(axes=axes)
    oracle.count()


@pytest.mark.parametrize("axes", [2, (0, 5), (0, 0)], ids=["beyond", "one beyond", "twice"])
def test_axes_that_are_not_there_are_runtime_errors_in_both(oracle, axes):
    values = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    for library in (image, oracle.images.image):
        with pytest.raises(RuntimeError):
            library("", values=values).statistics(axes=axes)
    oracle.count()


@pytest.mark.parametrize("limits", ["a", True, (1j, 2), [[1, 2]], (None, 1), {}], ids=repr)
def test_ranges_of_a_wrong_type_are_runtime_errors_in_both(oracle, limits):
    values = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    for library in (image, oracle.images.image):
        with pytest.raises(RuntimeError):
            library("", values=values).statistics(minmaxvalues=limits)
    oracle.count()


def test_files_sections_and_joined_images_have_the_same_statistics(oracle, tmp_path):
    rng = np.random.default_rng(8)
    values = rng.normal(size=(12, 20, 24)).astype(np.float32)
    path = str(tmp_path / "cube.img")
    made = oracle.images.image(path, values=values, mask=values > 1.5, tileshape=(4, 5, 7))
    made.tofits(str(tmp_path / "cube.fits"))
    del made
    for name in ("cube.img", "cube.fits"):
        pair = [library(str(tmp_path / name)) for library in (image, oracle.images.image)]
        parts = [im.subimage((2, 3), (9, 15)) for im in pair]
        joined = [
            library([im.subimage(0, 4), im.subimage(5, 11)], 2)
            for library, im in zip((image, oracle.images.image), pair, strict=True)
        ]
        for ours, theirs in (pair, parts, joined):
            for axes in ((), 0, (1, 2), 2):
                case = Case(values, None, {"axes": axes})
                found = ours.statistics(axes), theirs.statistics(axes)
                oracle.count(compare(*found, case))


def test_doubles_have_the_statistics_that_numpy_computes():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(9, 11)) + 1e6
    found = image("", values=values).statistics()
    ordered = np.sort(values.ravel())
    middle = np.median(values)
    assert found["median"] == middle
    assert found["medabsdevmed"] == np.median(np.abs(values - middle))
    assert found["quartile"] == ordered[75 - 1] - ordered[25 - 1]
    np.testing.assert_allclose(found["sigma"], values.std(ddof=1), rtol=1e-9)
