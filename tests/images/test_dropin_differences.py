"""Where `image` differs from casacore.images on purpose; the table is in CONTRIBUTING.md.

Each test first shows what the reference does (so that a change there is noticed), then what
is done here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import jupimage
from jupimage import image
from jupimage.errors import (
    ArgumentError,
    BoxError,
    DataTypeError,
    FormatError,
    LelError,
    ShapeError,
)
from jupimage.images.surroundings import in_notebook
from tests.conftest import Oracle

PIXELS = np.arange(24.0).reshape(4, 6)


def refused(call: Any, *arguments: Any, **settings: Any) -> bool:
    """Return whether a call ends with one of the errors of the reference."""
    try:
        call(*arguments, **settings)
    except (RuntimeError, TypeError, ValueError):
        return True
    return False


def test_an_axis_of_a_concatenation_can_be_counted_as_numpy_does(oracle: Oracle) -> None:
    assert oracle.images.image([oracle.images.image("", values=PIXELS)] * 2, 1).shape() == [8, 6]
    im = image("", values=PIXELS)
    for axis, along in [(1, 0), (0, 1), (1, -2), (0, -1)]:
        with pytest.warns(UserWarning, match="coordinates of its first part"):
            by_axis, by_along = image([im, im], axis), image([im, im], along=along)
        assert by_along.shape == by_axis.shape
        np.testing.assert_array_equal(by_along.getdata(), by_axis.getdata())
    for along in (2, -3):
        with pytest.raises(BoxError, match=rf"along must lie in -2\.\.1, got {along}"):
            image([im, im], along=along)
    with pytest.raises(DataTypeError, match="along must be an int, got str"):
        image([im, im], along="x")  # type: ignore[arg-type]


def test_a_strided_read_straddles_the_parts_of_a_concatenation(tmp_path: Path) -> None:
    whole = image(tmp_path / "a", values=np.arange(600.0).reshape(10, 6, 10))
    joined = image([whole.subimage(0, 2), whole.subimage(3, 9)], along=0)
    rng = np.random.default_rng(3)
    for _ in range(60):
        blc = [int(rng.integers(0, n)) for n in whole.shape]
        inc = [int(n) for n in rng.integers(1, 5, 3)]
        np.testing.assert_array_equal(joined.getdata(blc, (), inc), whole.getdata(blc, (), inc))


def test_a_section_along_one_axis_of_the_sky_knows_where_it_is() -> None:
    im = image("", shape=(9, 40, 50))
    rng = np.random.default_rng(4)
    for drop in (1, 2):
        blc = [2, 5, 7]
        trc = [6, 30, 45]
        trc[drop] = blc[drop]
        line = im.subimage(blc, trc)
        assert line.ndim == 2
        for _ in range(5):
            inner = rng.uniform(0, 1, 2) * (np.array(line.shape) - 1)
            outer = np.insert(inner, drop, 0.0) + blc
            world = im.toworld(list(outer))
            kept = [w for axis, w in enumerate(world) if axis != drop]
            np.testing.assert_allclose(line.toworld(list(inner)), kept, rtol=1e-6, atol=1e-4)
            np.testing.assert_allclose(line.topixel(kept), inner, atol=1e-4)


def test_double_pixels_have_a_fits_file(oracle: Oracle, tmp_path: Path) -> None:
    theirs = oracle.images.image("", values=PIXELS / 3)
    assert refused(theirs.tofits, str(tmp_path / "theirs.fits"))
    image("", values=PIXELS / 3).tofits(tmp_path / "ours.fits")
    from astropy.io import fits

    with fits.open(tmp_path / "ours.fits") as file:
        np.testing.assert_array_equal(file[0].data, PIXELS / 3)
    with pytest.raises(DataTypeError, match="complex"):
        image("", values=PIXELS * 1j).tofits(tmp_path / "ours.fits")


def test_both_spellings_of_saveas_are_taken(oracle: Oracle, tmp_path: Path) -> None:
    theirs = oracle.images.image("", values=PIXELS)
    assert refused(theirs.saveas, str(tmp_path / "t"), tileshape=(2, 3))
    assert refused(theirs.saveas, str(tmp_path / "t"), ashdf5=True)
    im = image("", values=PIXELS)
    for number, settings in enumerate(({"newtileshape": (2, 3)}, {"tileshape": (2, 3)})):
        im.saveas(tmp_path / f"{number}", **settings)  # type: ignore[arg-type]
        assert image(tmp_path / f"{number}").explain().tile == (2, 3)
    for name in ("hdf5", "ashdf5"):
        im.saveas(tmp_path / name, **{name: True})  # type: ignore[arg-type]
        assert image(tmp_path / name).imagetype() == "HDF5Image"


def test_shape_and_values_go_together(oracle: Oracle, tmp_path: Path) -> None:
    assert refused(oracle.images.image, "", shape=(4, 6), values=PIXELS)
    for name in ("", tmp_path / "a"):
        np.testing.assert_array_equal(image(name, shape=(4, 6), values=PIXELS).getdata(), PIXELS)
        with pytest.raises(ShapeError, match=r"shape \(4, 6\) were given for shape \(6, 4\)"):
            image(name, shape=(6, 4), values=PIXELS)


def test_a_temporary_image_needs_no_name(oracle: Oracle) -> None:
    assert refused(oracle.images.image, shape=(4, 6))
    assert image(shape=(4, 6)).name() == "Temporary_Image"
    np.testing.assert_array_equal(image(values=PIXELS, mask=PIXELS > 5).getdata(), PIXELS)
    with pytest.raises(TypeError, match="needs a file name, an image, values= or shape="):
        image()


def test_corners_that_mean_something_else_are_told(oracle: Oracle) -> None:
    theirs, ours = oracle.images.image("", values=PIXELS), image("", values=PIXELS)
    with pytest.warns(UserWarning, match=r"blc \(-1,\): a negative start means 0"):
        np.testing.assert_array_equal(ours.getdata(-1), theirs.getdata(-1))
    with pytest.warns(UserWarning, match=r"inc \(0,\): a stride below 1 means 1"):
        np.testing.assert_array_equal(ours.getdata(inc=0), theirs.getdata(inc=0))
    theirs.putdata(np.ones(6), 2, 3)
    with pytest.warns(UserWarning, match="trc is not used when pixels are put"):
        ours.putdata(np.ones(6), 2, 3)
    np.testing.assert_array_equal(ours.getdata(), theirs.getdata())
    with pytest.warns(UserWarning, match="trc is not used .* trc must be an int"):
        ours.putdata(np.ones(6), 2, "x")
    ours.putdata(np.ones(6), 2, 2)  # agrees


def test_a_mask_name_alone_makes_all_pixels_good(oracle: Oracle, tmp_path: Path) -> None:
    for settings in ({"values": PIXELS}, {"shape": (4, 6)}):
        assert oracle.images.image("", maskname="m", **settings).getmask().all()
        for name in ("", tmp_path / "a"):
            made = image(name, maskname="m", **settings)
            assert not made.getmask().any()
            assert made.masknames() == ["m"]
            del made


@pytest.mark.parametrize("bad", [1, True, np.array([1, 0, 1, 0, 0, 1])], ids=repr)
def test_numbers_in_a_mask_count_as_usual(bad: Any, oracle: Oracle) -> None:
    theirs = oracle.images.image("", values=PIXELS, mask=PIXELS > 99)
    theirs.putmask(bad, 1)
    assert not theirs.getmask().any()
    ours = image("", values=PIXELS)
    ours.putmask(bad, 1)
    expected = np.zeros((4, 6), bool)
    expected[1, : np.size(bad)] = bad
    np.testing.assert_array_equal(ours.getmask(), expected)


def test_lists_are_masks(oracle: Oracle) -> None:
    bad = (PIXELS > 5).tolist()
    assert refused(oracle.images.image, "", values=PIXELS, mask=bad)
    ours = image("", values=PIXELS, mask=bad)
    np.testing.assert_array_equal(ours.getmask(), PIXELS > 5)
    ours.putmask([False, True], (2, 3))
    assert not ours.getmask()[2, 3]
    with pytest.raises(DataTypeError, match="a mask must be made of Bools, got float64"):
        ours.putmask([0.5])


def test_what_is_known_can_be_changed(tmp_path: Path) -> None:
    im = image(tmp_path / "a", values=PIXELS)
    im.setunit("Jy/beam")
    im.putmiscinfo({"run": 7})
    im.putimageinfo({"objectname": "M 51"})
    im.sethistory(["made"])
    im.addhistory("looked at")
    system = im.coordinates()
    system["direction"].set_referencevalue([3.0, 4.0])
    im.setcoordinates(system)
    im.makemask("second")
    im.setdefaultmask("second")
    again = image(tmp_path / "a")
    assert (again.unit(), again.miscinfo(), again.history()) == (
        "Jy/beam", {"run": 7}, ["made", "looked at"],
    )  # fmt: skip
    assert again.imageinfo()["objectname"] == "M 51"
    assert again.coordinates()["direction"].get_referencevalue() == pytest.approx([3.0, 4.0])
    assert (again.masknames(), again.defaultmask()) == (["second"], "second")
    im.removemask("second")
    assert image(tmp_path / "a").masknames() == []


def test_attributes_are_made_anywhere(oracle: Oracle, tmp_path: Path) -> None:
    theirs = oracle.images.image(str(tmp_path / "t"), values=PIXELS)
    assert refused(theirs.attrcreategroup, "G")
    for name in ("", tmp_path / "a"):
        im = image(name, values=PIXELS)
        im.attrcreategroup("G")
        im.attrput("G", "count", 0, 5)
        im.attrput("G", "beam", 1, [1.5, 2.5])
        copy = f"copy{bool(name)}"
        im.saveas(tmp_path / copy)  # a row where no array was put does no harm
        again = image(tmp_path / copy)
        assert again.attrgetcol("G", "count") == [5, 0]
        np.testing.assert_array_equal(again.attrget("G", "beam", 1), [1.5, 2.5])


def test_a_temporary_image_is_in_nobodys_way(oracle: Oracle) -> None:
    assert refused(oracle.images.image, "", values=PIXELS, overwrite=False)
    np.testing.assert_array_equal(image("", values=PIXELS, overwrite=False).getdata(), PIXELS)
    assert image("", shape=(2, 3), overwrite=False).shape() == [2, 3]


def test_a_copy_needs_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for copy in (image("", values=PIXELS).saveas, image("", values=PIXELS).tofits):
        with pytest.raises(ArgumentError, match="a file name is needed"):
            copy("")
    assert os.listdir(tmp_path) == []


def test_a_section_of_one_pixel_keeps_an_axis(oracle: Oracle) -> None:
    theirs = oracle.images.image("", values=PIXELS).subimage((1, 2), (1, 2))
    assert refused(theirs.getdata)
    ours = image("", values=PIXELS).subimage((1, 2), (1, 2))
    assert ours.getdata().tolist() == [8.0]
    assert len(ours.toworld([0])) == 1


def test_a_mask_beyond_the_image_is_refused(oracle: Oracle) -> None:
    assert oracle.images.image("", values=PIXELS).getmask((), 9).shape == (10, 6)
    with pytest.raises(BoxError, match=r"corners 0\.\.9 on axis 0 lie outside 0\.\.3"):
        image("", values=PIXELS).getmask((), 9)


def test_a_missing_file_is_called_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no file or directory .*cube"):
        image(tmp_path / "cube")
    with pytest.raises(RuntimeError, match=r"there is no file or directory .*cube"):
        image([str(tmp_path / "cube")])
    (tmp_path / "notes").write_text("some text", encoding="utf-8")
    with pytest.raises(FormatError, match="in no known image format; it begins with"):
        image(tmp_path / "notes")


@pytest.mark.parametrize(
    ("text", "place"),
    [("'a.img' * 2", "'a.img'"), ("max(a.img)", "a.img"), ("$nothing + 1", "$nothing"),
     ("a[a>3]", "a"), ("$2*2", "$2"), ("$1 + (", ""), ("$1 + T", "+")],
)  # fmt: skip
def test_an_expression_points_at_what_is_wrong(text: str, place: str) -> None:
    with pytest.raises(LelError) as caught:
        image(text, images=[image("", values=PIXELS)])
    start, stop = caught.value.span
    assert text[start:stop] == place


def test_an_expression_sees_what_is_written_later_and_its_callers_variables_only() -> None:
    im = image("", values=PIXELS)

    def double() -> image:
        return image("$im * 2")

    with pytest.raises(LelError, match=r"there is no variable \$im"):
        double()
    doubled = image("$im * 2")
    before = doubled.getdata()
    im.putdata(PIXELS + 1)
    np.testing.assert_array_equal(doubled.getdata(), before + 2)


@pytest.mark.parametrize(
    "values",
    [PIXELS.astype(">f4"), PIXELS.astype("f2"), PIXELS > 5, PIXELS.tolist(), [True, False]],
    ids=["big-endian", "half floats", "Bools", "nested lists", "list of Bools"],
)
def test_all_numbers_are_pixels(values: Any, oracle: Oracle) -> None:
    assert refused(oracle.images.image, "", values=values)
    im = image("", values=values)
    np.testing.assert_array_equal(im.getdata(), np.asarray(values, "f4"))
    im.putdata(values)
    np.testing.assert_array_equal(im.getdata(), np.asarray(values, "f4"))


def test_a_number_is_put_into_one_pixel(oracle: Oracle) -> None:
    theirs, ours = oracle.images.image("", values=PIXELS), image("", values=PIXELS)
    for im in (theirs, ours):
        im.putdata(-3.0, (1, 2))
        im.putdata(np.arange(6.0), 3)
    np.testing.assert_array_equal(ours.getdata(), theirs.getdata())
    assert (ours.getdata() == -3).sum() == 1


@pytest.mark.parametrize(
    "values", [np.zeros(5), PIXELS, PIXELS * 1j], ids=["1-d", "2-d", "complex"]
)
def test_a_view_outside_a_notebook_says_what_to_do(
    values: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(os.listdir("/tmp"))
    im = image("", values=values)
    im.view()
    im.view("/tmp/tempimage")
    im.view(tempname="/tmp/tempimage")
    assert "is shown in a notebook: start JupyterLab" in capsys.readouterr().err
    assert "/tmp/tempimage" not in {f"/tmp/{name}" for name in set(os.listdir("/tmp")) - before}


def test_a_view_in_a_notebook_says_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert in_notebook()
    shell.kernel = None  # IPython in a terminal
    assert not in_notebook()
    assert capsys.readouterr().err == ""


def test_an_image_shows_itself_and_can_be_indexed(tmp_path: Path) -> None:
    with image(tmp_path / "a", values=PIXELS) as im:
        assert repr(im) == "<PagedImage a 4 x 6 double>"
        np.testing.assert_array_equal(im[1:, ::2].getdata(), PIXELS[1:, ::2])
        assert im[1, 2] == 8


def test_invented_observers_are_kept(oracle: Oracle) -> None:
    for im in (oracle.images.image("", shape=(4, 6)), image("", shape=(4, 6))):
        system = im.coordinates()
        assert (system.get_telescope(), system.get_observer()) == ("ALMA", "Karl Jansky")
        assert system.get_obsdate()["m0"]["value"] == 51544.00000000116


def test_cards_of_the_spectral_axis_are_used_up(oracle: Oracle, tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    oracle.images.image("", values=np.zeros((9, 4, 6), "f4")).tofits(str(path))
    assert {"altrval", "altrpix"} <= set(oracle.images.image(str(path)).miscinfo())
    assert image(path).miscinfo() == {}


# ------------------------------------------------------------------- statistics and regridding


def noise(*shape: int) -> np.ndarray[Any, Any]:
    """Return random pixels, none of which is 0."""
    return np.random.default_rng(1).normal(10, 1, shape).astype("f4")


def shifted(im: Any, pixels: float) -> Any:
    """Return the coordinates of an image, moved on the sky."""
    system = im.coordinates()
    sky = system["direction"]
    sky.set_referencepixel(np.asarray(sky.get_referencepixel()) + pixels)
    return system


def test_positions_of_extremes_are_told_in_numpy_order_too(oracle: Oracle) -> None:
    values = noise(4, 2, 5, 6)
    theirs = oracle.images.image("", values=values).statistics()
    ours = image("", values=values).statistics()
    for key in ("minpos", "maxpos"):
        np.testing.assert_array_equal(ours[key], theirs[key])
    assert set(ours) == set(theirs)
    assert ours.maxpixel == np.unravel_index(values.argmax(), values.shape)
    assert ours.minpixel == np.unravel_index(values.argmin(), values.shape)


def test_all_types_have_statistics_and_are_regridded(oracle: Oracle) -> None:
    values = noise(20, 21)
    for kind in ("f8", "c8", "c16"):
        theirs = oracle.images.image("", values=values.astype(kind))
        ours = image("", values=values.astype(kind))
        assert refused(theirs.statistics)
        assert refused(theirs.regrid, (0, 1), shifted(theirs, 1))
        np.testing.assert_allclose(ours.statistics()["mean"], values.mean(), rtol=1e-6)
        moved = ours.regrid((0, 1), shifted(ours, 1), interpolation="nearest", decimate=0)
        assert moved.dtype == kind
        np.testing.assert_array_equal(moved.getdata()[1:, 1:], values[:-1, :-1].astype(kind))


def test_statistics_refuse_what_means_nothing(oracle: Oracle) -> None:
    theirs, ours = oracle.images.image("", values=noise(4, 5)), image("", values=noise(4, 5))
    assert theirs.statistics(minmaxvalues=[1, 2, 3])["npts"].shape == (0,)
    with pytest.raises(ValueError, match="minmaxvalues must be one or two numbers"):
        ours.statistics(minmaxvalues=[1, 2, 3])
    assert refused(theirs.statistics, axes=-1)
    assert refused(theirs.statistics, axes=np.int64(1))
    for axes in (-1, np.int64(1)):
        np.testing.assert_array_equal(
            ours.statistics(axes=axes)["mean"], theirs.statistics(axes=1)["mean"]
        )


def test_pixels_that_are_no_numbers_can_be_left_out(oracle: Oracle) -> None:
    values = noise(4, 5)
    values[1, 2] = np.nan
    theirs, ours = oracle.images.image("", values=values), image("", values=values)
    with pytest.warns(RuntimeWarning, match="ignore_nan=True"):
        found = ours.statistics(robust=False)
    np.testing.assert_array_equal(found["sum"], theirs.statistics(robust=False)["sum"])
    without = ours.statistics(ignore_nan=True)
    assert without["npts"] == 19
    np.testing.assert_allclose(without["mean"], np.nanmean(values, dtype=float))


def test_a_regridded_image_can_have_a_mask(oracle: Oracle) -> None:
    values = noise(20, 21)
    theirs, ours = oracle.images.image("", values=values), image("", values=values)
    there = theirs.regrid((0, 1), shifted(theirs, 5), decimate=0)
    here = ours.regrid((0, 1), shifted(ours, 5), decimate=0)
    masked = ours.regrid((0, 1), shifted(ours, 5), decimate=0, mask=True)
    assert not there.getmask().any()
    assert not here.getmask().any()
    np.testing.assert_allclose(here.getdata(), there.getdata(), rtol=1e-5)
    np.testing.assert_array_equal(masked.getmask(), there.getdata() == 0)


def test_regridding_polarisations_alone_is_a_copy(oracle: Oracle) -> None:
    values = noise(4, 2, 5, 6)
    theirs, ours = oracle.images.image("", values=values), image("", values=values)
    assert not theirs.regrid([1], theirs.coordinates()).getdata().any()
    np.testing.assert_array_equal(ours.regrid([1], ours.coordinates()).getdata(), values)


def test_equal_velocity_frames_need_no_observatory(oracle: Oracle) -> None:
    for make in (oracle.images.image, image):
        system = make("", shape=(6, 5, 4)).coordinates()
        for key in ("telescope", "telescopeposition", "obsdate"):
            system.dict().pop(key, None)
        im = make("", values=noise(6, 5, 4), coordsys=system)
        system["spectral"].set_referencepixel(system["spectral"].get_referencepixel() + 1)
        if make is image:
            moved = im.regrid([0], system).getdata()
            np.testing.assert_allclose(moved[1:], noise(6, 5, 4)[:-1], rtol=1e-6)
        else:
            assert refused(im.regrid, [0], system)


def test_every_row_of_the_table_names_a_test() -> None:
    root = Path(jupimage.__file__).parent.parent
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## Where we differ from casacore.images")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ")][1:]
    numbers = {int(n) for row in rows for n in row[0].split(",")}
    assert numbers == set(range(1, 36))
    sources = "\n".join(p.read_text(encoding="utf-8") for p in (root / "tests").rglob("test_*.py"))
    missing = [row[-1].strip(" `") for row in rows if f"def {row[-1].strip(' `')}(" not in sources]
    assert missing == []
