"""What belongs to an image survives every way from one format to another and back."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.coordinates.units import degrees
from jupimage.formats import Entry

DATA = Path(__file__).parent.parent / "data" / "formats"

WAYS = [
    ("hdf5", "casacore"),
    ("fits", "casacore"),
    ("fits", "hdf5"),
    ("hdf5", "fits", "casacore"),
    ("casacore", "fits", "fits"),
]
SOURCES = ["info", "multibeam", "multibeam_chan", "masks3", "dir_TAN", "dir_CAR", "dir_rot",
           "spec_vel", "longlog", "f4_default", "be_f4"]  # fmt: skip


def unpack(name: str, folder: Path) -> Path:
    """Unpack a stored paged image."""
    with tarfile.open(DATA / f"{name}.img.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / f"{name}.img"


def convert(source: image, way: tuple[str, ...], folder: Path) -> image:
    """Save an image in one format after the other and open the last one."""
    for step, kind in enumerate(way):
        path = folder / f"step{step}"
        source.saveas(path, format=kind)
        source = image(path)
    return source


AVAILABLE = [name for name in SOURCES if (DATA / f"{name}.img.tar.gz").exists()]


def test_there_are_sources() -> None:
    assert len(AVAILABLE) >= 8


@pytest.mark.parametrize("way", WAYS, ids="-".join)
@pytest.mark.parametrize("name", AVAILABLE)
def test_everything_survives(name: str, way: tuple[str, ...], tmp_path: Path) -> None:
    source = image(unpack(name, tmp_path))
    copy = convert(source, way, tmp_path)
    np.testing.assert_array_equal(copy.getmask(), source.getmask())
    np.testing.assert_array_equal(copy.get(), source.get())
    assert copy.unit() == source.unit()
    assert_same_info(copy.imageinfo(), source.imageinfo())
    history = source.history()
    if "fits" in way:  # where a line is a card: no blanks at its end, no breaks, no empty ones
        history = [line.rstrip() for entry in history for line in entry.splitlines()]
        history = [line for line in history if line]
    assert copy.history() == history
    assert_same_miscinfo(copy.miscinfo(), source.miscinfo(), fits="fits" in way)
    assert_same_world(copy, source)


def assert_same_info(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare beams as angles: a FITS file has them in degrees."""
    assert found["imagetype"] == wanted["imagetype"]
    assert found["objectname"].strip() == wanted["objectname"].strip()
    assert set(found) == set(wanted)
    for key in {"restoringbeam", "perplanebeams"} & set(wanted):
        np.testing.assert_allclose(angles(found[key]), angles(wanted[key]), rtol=1e-12)


def angles(beam: Any) -> list[float]:
    """Return all angles of a beam record in degrees, and its counts."""
    if isinstance(beam, dict) and set(beam) == {"value", "unit"}:
        return [float(beam["value"]) * degrees(beam["unit"])]
    if isinstance(beam, dict):
        return [angle for key in sorted(beam) for angle in angles(beam[key])]
    return [float(beam)]


def assert_same_miscinfo(found: dict[str, Any], wanted: dict[str, Any], *, fits: bool) -> None:
    """Compare what a header can hold: names of eight letters, no records."""
    for key, value in wanted.items():
        if isinstance(value, dict | list | np.ndarray):
            if not fits:
                np.testing.assert_equal(found[key], value)
        elif len(key) <= 8 and "date" not in key.lower():
            known = found.get(key, found.get(key.lower()))
            assert known == value or known == pytest.approx(value, rel=1e-7)


def assert_same_world(found: image, wanted: image) -> None:
    """Compare world coordinates in the units of the original."""
    rng = np.random.default_rng(1)
    pixels = rng.uniform(0, 1, (20, int(wanted.ndim))) * (np.array(wanted.shape) - 1)
    for axis, about in enumerate(wanted.coordinates().axes()):
        if about.kind == "stokes":
            pixels[:, axis] = np.round(pixels[:, axis])
    ours = found.toworld(pixels) * scales(found)
    theirs = wanted.toworld(pixels) * scales(wanted)
    turn = np.array(
        [360.0 if a.kind == "direction" else np.inf for a in found.coordinates().axes()]
    )
    difference = np.abs(ours - theirs)
    difference = np.minimum(difference, np.abs(turn - difference))
    assert (difference <= 1e-9 * np.maximum(1, np.abs(theirs))).all()


def scales(im: image) -> np.ndarray[Any, Any]:
    """Return what turns world values into degrees and Hz."""
    frequencies = {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9}
    return np.array(
        [
            degrees(axis.unit) if axis.kind == "direction" else frequencies.get(axis.unit, 1.0)
            for axis in im.coordinates().axes()
        ]
    )


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_times_of_the_log_survive(way: tuple[str, ...], tmp_path: Path) -> None:
    source = image(unpack("info", tmp_path))
    copy = convert(source, way, tmp_path)
    wanted = [Entry.of(line) for line in source._known().history if str(line).strip()]
    found = [Entry.of(line) for line in copy._known().history if str(line).strip()]
    if len(found) == len(wanted):  # a line with breaks is parted in FITS
        times = [entry.time for entry in wanted]
        assert [entry.time for entry in found] == pytest.approx(times, abs=1e-3)
        assert [entry.priority for entry in found] == [entry.priority for entry in wanted]
    else:
        assert len(found) > len(wanted)
        assert {round(entry.time or 0, 2) for entry in found} == {
            round(entry.time or 0, 2) for entry in wanted
        }
