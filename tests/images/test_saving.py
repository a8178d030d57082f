"""Copies of images in files: what they keep, what they may replace, how they fail."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.coordinates.units import degrees
from jupimage.display import ProgressLine
from jupimage.errors import ArgumentError, CancelledError, DataTypeError, FormatError, ShapeError
from jupimage.formats import Entry

SHAPE = (6, 20, 30)
RNG = np.random.default_rng(4)
PIXELS = RNG.normal(size=SHAPE).astype(np.float32)
MASK = RNG.random(SHAPE) > 0.8


@pytest.fixture
def im() -> image:
    made = image("", values=PIXELS, mask=MASK, maskname="bright")
    made.setunit("Jy/beam")
    made.putmiscinfo({"pipeline": "v3", "weight": 1.5, "runs": 7})
    beam = {
        "major": {"value": 4.0, "unit": "arcsec"},
        "minor": {"value": 3.0, "unit": "arcsec"},
        "positionangle": {"value": 30.0, "unit": "deg"},
    }
    made.putimageinfo({"objectname": "M 51", "restoringbeam": beam})
    made.addhistory(["first", "second: ä — ☉", "third"])
    return made


Save = Callable[[image, Path], None]
SAVES: dict[str, Save] = {
    "casacore": lambda im, path: im.saveas(path),
    "HDF5": lambda im, path: im.saveas(path, hdf5=True),
    "FITS": lambda im, path: im.tofits(path, velocity=False),
    "Miriad": lambda im, path: im.saveas(path, format="miriad"),
}


@pytest.fixture(params=SAVES)
def save(request: pytest.FixtureRequest) -> Save:
    return SAVES[request.param]


def test_a_copy_has_the_pixels_and_what_belongs_to_them(
    im: image, save: Save, tmp_path: Path
) -> None:
    save(im, tmp_path / "copy")
    copy = image(tmp_path / "copy")
    np.testing.assert_array_equal(copy.get(), im.get())
    np.testing.assert_array_equal(copy.getmask(), MASK)
    assert copy.unit() == "Jy/beam"
    assert copy.imageinfo()["objectname"] == "M 51"
    beam = copy.imageinfo()["restoringbeam"]
    sizes = [_angle(beam[key]) for key in ("major", "minor", "positionangle")]
    np.testing.assert_allclose(sizes, [4 / 3600, 3 / 3600, 30], rtol=1e-9)
    position = [2, 3, 4]
    world = np.array(copy.toworld(position)) * _radians(copy)
    np.testing.assert_allclose(world, np.array(im.toworld(position)) * _radians(im), rtol=1e-9)


def _angle(quantity: dict[str, Any]) -> float:
    """Return an angle in degrees."""
    return float(quantity["value"]) * degrees(quantity["unit"])


def _radians(im: image) -> np.ndarray[Any, Any]:
    """Return what turns world values into Hz and radians."""
    scale = {"rad": 1.0, "'": np.pi / 180 / 60, "deg": np.pi / 180, "Hz": 1.0}
    units = [axis.unit for axis in im.coordinates().axes()]
    return np.array([scale[unit] for unit in units])


@pytest.mark.parametrize("kind", ["casacore", "HDF5"])
def test_casacores_own_formats_lose_nothing(im: image, kind: str, tmp_path: Path) -> None:
    im.attrcreategroup("STATIONS")
    im.attrput("STATIONS", "NAME", 0, "CS001", "m", ["POSITION", "ITRF"])
    SAVES[kind](im, tmp_path / "copy")
    copy = image(tmp_path / "copy")
    np.testing.assert_array_equal(copy.getdata(), PIXELS)  # what lies under the mask as well
    assert copy.history() == im.history()
    assert copy.miscinfo() == im.miscinfo()
    assert copy.imageinfo() == im.imageinfo()
    assert copy.masknames() == ["bright"]
    assert copy.defaultmask() == "bright"
    assert copy.attrgetrow("STATIONS", 0) == {"NAME": "CS001"}
    assert copy.attrgetunit("STATIONS", "NAME") == ["m"]
    assert copy.attrgetmeas("STATIONS", "NAME") == ["POSITION", "ITRF"]
    assert im.explain(kind).losses == ()


def test_history_comes_back_from_fits(im: image, tmp_path: Path) -> None:
    im.sethistory(["plain", "", "of two\nlines", "x" * 200])
    im.tofits(tmp_path / "copy.fits")
    lines = ["plain", "of two", "lines", "x" * 200]  # what cards can hold
    assert image(tmp_path / "copy.fits").history() == lines
    assert any("line breaks" in loss for loss in im.explain("fits").losses)


def test_the_mask_can_be_renamed_or_left_out(im: image, tmp_path: Path) -> None:
    im.saveas(tmp_path / "named.img", newmaskname="clean")
    im.saveas(tmp_path / "none.img", copymask=False)
    assert image(tmp_path / "named.img").masknames() == ["clean"]
    assert image(tmp_path / "none.img").masknames() == []


def test_the_tile_is_the_one_asked_for(im: image, tmp_path: Path) -> None:
    im.saveas(tmp_path / "a.img", newtileshape=(2, 5, 7))
    im.saveas(tmp_path / "b.img", tileshape=(6, 1, 1), ashdf5=True)
    assert image(tmp_path / "a.img").explain().tile == (2, 5, 7)
    assert image(tmp_path / "b.img").explain().tile == (6, 1, 1)
    for tile in [(2, 5), (0, 5, 7), (7, 5, 7)]:
        with pytest.raises(ShapeError, match="a tile needs a length from 1"):
            im.saveas(tmp_path / "c.img", newtileshape=tile)
    assert not (tmp_path / "c.img").exists()


def test_sections_joined_images_and_copies_of_copies(im: image, tmp_path: Path) -> None:
    im[2:4, ::2].saveas(tmp_path / "part.img")
    np.testing.assert_array_equal(image(tmp_path / "part.img").getdata(), PIXELS[2:4, ::2])
    both = image([im.subimage(0, 3), im.subimage(4, 5)], axis=2)
    both.saveas(tmp_path / "both.img")
    again = image(tmp_path / "both.img")
    np.testing.assert_array_equal(again.getdata(), PIXELS)
    np.testing.assert_array_equal(again.getmask(), MASK)
    again.tofits(tmp_path / "both.fits")
    np.testing.assert_array_equal(image(tmp_path / "both.fits").getmask(), again.getmask())


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("hdf5", [False, True], ids=["casacore", "HDF5"])
def test_every_type_is_stored(dtype: str, hdf5: bool, tmp_path: Path) -> None:
    values = (RNG.normal(size=(7, 11)) + (1j if dtype[0] == "c" else 0)).astype(dtype)
    made = image(tmp_path / "a", values=values, ashdf5=hdf5)
    assert made.dtype == dtype
    np.testing.assert_array_equal(image(tmp_path / "a").getdata(), values)


def test_a_new_image_is_stored_and_can_be_written(tmp_path: Path) -> None:
    made = image(tmp_path / "new.img", shape=(4, 5), maskname="m")
    assert made.imagetype() == "PagedImage"
    assert made.ispersistent()
    assert made.name() == str(tmp_path / "new.img")
    assert made.getdata().sum() == 0
    assert not made.getmask().any()
    assert made.haslock(write=True)
    made.putdata(np.ones(5), 2)
    assert image(tmp_path / "new.img").getdata().sum() == 5


# --------------------------------------------------------------------------- what is replaced


def test_nothing_is_replaced_against_the_users_wish(im: image, save: Save, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    save(im, target)
    with pytest.raises(FormatError, match="exists already; overwrite=True would replace it"):
        im.saveas(target, overwrite=False)
    with pytest.raises(FormatError, match="exists already"):
        im.tofits(target, overwrite=False)
    np.testing.assert_array_equal(image(target).get(), im.get())


def test_an_image_is_replaced(im: image, save: Save, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    save(im, target)
    other = image("", values=PIXELS[:2] + 1)
    save(other, target)
    np.testing.assert_array_equal(image(target).getdata(), PIXELS[:2] + 1)
    assert sorted(os.listdir(tmp_path)) == ["copy"]


def test_what_is_no_image_is_never_replaced(im: image, save: Save, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("do not lose this", encoding="utf-8")
    with pytest.raises(FormatError, match=r"is not an image|is a file"):
        save(im, notes)
    assert notes.read_text(encoding="utf-8") == "do not lose this"


def test_a_folder_keeps_what_is_in_it(im: image, save: Save, tmp_path: Path) -> None:
    folder = tmp_path / "things"
    folder.mkdir()
    (folder / "notes.txt").write_text("do not lose this", encoding="utf-8")
    with suppress(FormatError):  # casacore's tables go into it, others refuse
        save(im, folder)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "do not lose this"


def test_an_image_that_is_open_is_not_replaced(im: image, tmp_path: Path) -> None:
    held = image(tmp_path / "a.img", values=PIXELS)
    for attempt in (lambda: im.saveas(held.name()), lambda: held.saveas(held.name())):
        with pytest.raises(FormatError, match="is open in this process"):
            attempt()
    np.testing.assert_array_equal(held.getdata(), PIXELS)


def test_names_that_cannot_be(im: image, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="a file name is needed"):
        im.saveas("")
    with pytest.raises(FormatError, match="there is no folder"):
        im.saveas(tmp_path / "missing" / "a.img")
    with pytest.raises(FormatError, match="no format that can be written is called 'gif'"):
        im.saveas(tmp_path / "a.gif", format="gif")
    assert os.listdir(tmp_path) == []


# --------------------------------------------------------------------------- losses


def test_losses_are_named_before_anything_is_written(im: image, tmp_path: Path) -> None:
    im.attrcreategroup("G")
    losses = im.explain("fits").losses
    assert any("attribute group" in loss for loss in losses)
    with pytest.raises(FormatError, match=r"FITS cannot hold .*attribute group.* nothing was"):
        im.tofits(tmp_path / "a.fits", strict=True)
    assert os.listdir(tmp_path) == []


def test_strict_saves_what_fits(tmp_path: Path) -> None:
    plain = image("", values=PIXELS)
    plain.tofits(tmp_path / "a.fits", velocity=False, strict=True)
    np.testing.assert_array_equal(image(tmp_path / "a.fits").getdata(), PIXELS)


def test_complex_pixels_have_no_fits(tmp_path: Path) -> None:
    with pytest.raises(DataTypeError, match="real"):
        image("", values=[1j, 2]).tofits(tmp_path / "a.fits")
    assert os.listdir(tmp_path) == []


def test_double_pixels_stay_double(tmp_path: Path) -> None:
    values = RNG.normal(size=(5, 6))
    image("", values=values).tofits(tmp_path / "a.fits")
    from astropy.io import fits

    with fits.open(tmp_path / "a.fits") as file:
        np.testing.assert_array_equal(file[0].data, values)


# --------------------------------------------------------------------------- long work


def test_a_cancelled_save_leaves_what_was_there(im: image, save: Save, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    save(im, target)
    with pytest.raises(CancelledError):
        im.saveas(target, cancelled=lambda: True, format=_format(target))
    np.testing.assert_array_equal(image(target).get(), im.get())
    assert sorted(os.listdir(tmp_path)) == ["copy"]


def test_an_interrupted_save_leaves_what_was_there(im: image, save: Save, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    save(im, target)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        im.saveas(target, progress=interrupt, format=_format(target))
    np.testing.assert_array_equal(image(target).get(), im.get())
    assert sorted(os.listdir(tmp_path)) == ["copy"]


def _format(path: Path) -> str:
    kinds = {"PagedImage": "casacore", "HDF5Image": "hdf5", "FITSImage": "fits"}
    return kinds.get(image(path).imagetype(), "miriad")


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    big = image("", values=RNG.normal(size=(40, 256, 256)).astype(np.float32))
    seen: list[tuple[int, int]] = []
    big.saveas(tmp_path / "a.img", progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 3
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1]


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_progress_is_shown_in_a_terminal_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    with ProgressLine("saving a.img", stream) as progress:
        progress(1, 4)
        assert stream.getvalue() == ""
        progress._due = 0  # as if a second had passed
        progress(2, 4)
        assert "saving a.img [###############...............]  50%" in stream.getvalue()
    assert stream.getvalue().endswith("\r")
    assert stream.getvalue().rstrip("\r").endswith(" ")


def test_progress_stays_out_of_files() -> None:
    stream = io.StringIO()
    with ProgressLine("saving a.img", stream) as progress:
        progress._due = 0
        progress(2, 4)
    assert stream.getvalue() == ""


def test_times_and_origins_of_history_come_back_from_fits(tmp_path: Path) -> None:
    made = image(tmp_path / "a.img", values=PIXELS)
    line = Entry("cleaned", time=5e9, priority="WARN", location="here", object_id="7")
    made.sethistory([line, "looked at"])
    made.tofits(tmp_path / "a.fits")
    image(tmp_path / "a.fits").saveas(tmp_path / "b.img")
    again = Entry.of(image(tmp_path / "b.img")._known().history[0])
    known = (again.time, again.priority, again.location, again.object_id)
    assert known == (5e9, "WARN", "here", "7")
    assert image(tmp_path / "b.img").history() == ["cleaned", "looked at"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scaled_integers_keep_what_16_bits_can(dtype: str, tmp_path: Path) -> None:
    values = RNG.normal(size=(20, 30)).astype(dtype)
    values[0, 0], values[1, 1] = np.nan, np.inf
    image("", values=values).tofits(tmp_path / "a.fits", bitpix=16)
    again = image(tmp_path / "a.fits").get()
    np.testing.assert_array_equal(again.mask, np.isnan(values))
    finite = np.isfinite(values)
    step = float(np.ptp(values[finite])) / 65534
    np.testing.assert_allclose(again.data[finite], values[finite], atol=1.01 * step)
    assert again[1, 1] == pytest.approx(values[finite].max(), abs=step)


@pytest.mark.parametrize("kind", ["casacore", "hdf5", "miriad"])
def test_a_distorted_sky_is_not_lost_silently(kind: str, tmp_path: Path) -> None:
    system = image("", shape=(20, 30)).coordinates()
    terms = {"first": [[0.0, 0.0], [0.0, 0.0], [1e-3, 0.0]], "second": [[0.0]], "step": [1, 1]}
    system.dict()["direction0"]["distortion"] = terms
    bent = image("", shape=(20, 30), coordsys=system)
    assert any("distortion" in loss for loss in bent.explain(kind).losses)
    with pytest.raises(FormatError, match="distortion"):
        bent.saveas(tmp_path / "a", format=kind, strict=True)
    bent.saveas(tmp_path / "a.fits", format="fits", strict=True)
    pixel = [5.0, 25.0]
    world = np.radians(np.array(bent.toworld(pixel)) / 60)
    np.testing.assert_allclose(image(tmp_path / "a.fits").toworld(pixel), world, atol=1e-12)
