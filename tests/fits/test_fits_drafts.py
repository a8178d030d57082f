"""A FITS file in the making: nothing is at its place until it is complete."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupimage.errors import BoxError, ClosedError, FormatError, MaskError
from jupimage.fits import FitsFormat
from jupimage.formats import Draft
from jupimage.lattice import Box, WritableLattice
from tests.fits.fitswriting import blueprint, read_back, save

SHAPE = (4, 5, 6)
INTEGERS = {"bitpix": 16, "minpix": -100.0, "maxpix": 100.0}


def begin(path: Path, shape: tuple[int, ...] = SHAPE, dtype: str = "f4", **chosen: Any) -> Draft:
    return FitsFormat().create(str(path), blueprint(np.zeros(shape, dtype)), **chosen)


def test_nothing_is_there_before_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    path.write_text("precious")
    draft = begin(path)
    draft.lattice.write(Box.whole(SHAPE), np.ones(SHAPE, np.float32))
    assert path.read_text() == "precious"
    draft.commit()
    np.testing.assert_array_equal(read_back(path)[1], np.ones(SHAPE))
    assert os.listdir(tmp_path) == ["a.fits"]


def test_abandoned_draft_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    path.write_text("precious")
    draft = begin(path)
    draft.lattice.write(Box.whole(SHAPE), np.ones(SHAPE, np.float32))
    draft.abandon()
    draft.abandon()
    assert path.read_text() == "precious"
    assert os.listdir(tmp_path) == ["a.fits"]
    with pytest.raises(ClosedError, match="was closed"):
        draft.lattice.write(Box.whole(SHAPE), np.ones(SHAPE, np.float32))


def test_commit_and_abandon_can_be_repeated(tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits")
    draft.lattice.flush()
    draft.lattice.close()
    draft.commit()
    draft.commit()
    draft.abandon()
    assert read_back(tmp_path / "a.fits")[1].shape == SHAPE


@pytest.mark.parametrize("chosen", [{}, {"bitpix": -64}, INTEGERS], ids=["-32", "-64", "16"])
def test_pixels_are_zero_and_good_until_written(chosen: dict[str, Any], tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits", **chosen)
    block = draft.lattice.read(Box.whole(SHAPE))
    draft.commit()
    _, values, good = read_back(tmp_path / "a.fits")
    assert block.values is not None
    for found in (values, block.values):
        np.testing.assert_allclose(found, np.zeros(SHAPE), atol=200 / 65534)
    assert good.all()


BOX = st.tuples(
    *(st.tuples(st.integers(0, n), st.integers(0, n), st.integers(1, 3)) for n in SHAPE)
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80
)
@given(
    boxes=st.lists(BOX, max_size=5),
    chosen=st.sampled_from([{}, {"bitpix": -64}, INTEGERS]),
    masked=st.booleans(),
)
def test_boxes_in_any_order_give_what_numpy_gives(
    boxes: list[Any], chosen: dict[str, Any], masked: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(len(boxes))
    draft = begin(tmp_path / "a.fits", **chosen)
    wanted = np.zeros(SHAPE, np.float32)
    for ranges in boxes:
        ends = [(min(a, b), max(a, b), step) for a, b, step in ranges]
        box = Box(*(tuple(part) for part in zip(*ends, strict=True)))
        values = rng.integers(-3, 4, box.shape).astype(np.float32)
        good = rng.random(box.shape) > 0.3 if masked else None
        draft.lattice.write(box, values, good)
        wanted[box.slices] = values if good is None else np.where(good, values, np.nan)
    block = draft.lattice.read(Box.whole(SHAPE))
    draft.commit()
    _, values, valid = read_back(tmp_path / "a.fits")
    near = 200 / 65534 if "minpix" in chosen else 0.0
    np.testing.assert_allclose(values, wanted, rtol=0, atol=near)
    np.testing.assert_array_equal(valid, ~np.isnan(wanted))
    assert block.values is not None
    np.testing.assert_allclose(block.values, wanted, rtol=0, atol=near)
    np.testing.assert_array_equal(block.good, valid)


def test_validity_alone_can_be_written(tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits")
    lattice = draft.lattice
    box = Box((1, 0, 0), (2, 5, 6))
    lattice.write(box, np.full(box.shape, 2.0, np.float32))
    good = np.arange(30).reshape(box.shape) % 2 == 0
    lattice.add_mask("mask0")
    lattice.write(box, None, good)
    lattice.write(box, None, None)
    draft.commit()
    _, values, valid = read_back(tmp_path / "a.fits")
    np.testing.assert_array_equal(valid[1], good[0])
    np.testing.assert_array_equal(values[1][good[0]], 2.0)


def test_many_threads_write_one_file(tmp_path: Path) -> None:
    values = np.random.default_rng(5).standard_normal((64, 30, 40)).astype(np.float32)
    draft = begin(tmp_path / "a.fits", values.shape)
    boxes = list(Box.whole(values.shape).tiles((3, 7, 40)))

    def write(box: Box) -> None:
        draft.lattice.write(box, values[box.slices])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, boxes))
    draft.commit()
    np.testing.assert_array_equal(read_back(tmp_path / "a.fits")[1], values)


def test_zeros_stay_holes(tmp_path: Path) -> None:
    shape = (64, 1024, 1024)
    draft = begin(tmp_path / "a.fits", shape)
    plane = Box((3, 0, 0), (4, 1024, 1024))
    draft.lattice.write(Box.whole(shape), np.broadcast_to(np.float32(0), shape))
    draft.lattice.write(plane, np.ones(plane.shape, np.float32))
    draft.commit()
    status = os.stat(tmp_path / "a.fits")
    assert status.st_size > 256 << 20
    if hasattr(status, "st_blocks"):
        assert status.st_blocks * 512 < 8 << 20


def test_zeros_over_something_are_written(tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits")
    draft.lattice.write(Box.whole(SHAPE), np.ones(SHAPE, np.float32))
    draft.lattice.write(Box.whole(SHAPE), np.zeros(SHAPE, np.float32))
    draft.commit()
    assert not read_back(tmp_path / "a.fits")[1].any()


def test_negative_zero_is_no_hole(tmp_path: Path) -> None:
    save(tmp_path / "a.fits", np.full(SHAPE, -0.0, np.float32))
    assert np.signbit(read_back(tmp_path / "a.fits")[1]).all()


def test_draft_refuses_a_box_outside(tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits")
    with pytest.raises(BoxError, match="lies outside"):
        draft.lattice.write(Box((0, 0, 0), (5, 5, 6)), np.zeros((5, 5, 6), np.float32))
    draft.abandon()


def test_integers_without_a_blank_take_no_mask(tmp_path: Path) -> None:
    draft = begin(tmp_path / "a.fits", bitpix=16, limits=(0.0, 1.0), blanks=False)
    assert not draft.lattice.masked
    with pytest.raises(MaskError, match="without a value for bad pixels"):
        draft.lattice.add_mask("mask0")
    with pytest.raises(FormatError, match="it has bad pixels now"):
        draft.lattice.write(Box.whole(SHAPE), np.full(SHAPE, np.nan, np.float32))
    draft.abandon()


def test_quality_axis_is_written_and_read_as_one(tmp_path: Path) -> None:
    from jupimage.coordinates.record import direction_record, quality_record
    from tests.fits.fitswriting import with_records

    sky = direction_record(crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(1.0, 1.0))
    system = with_records([("direction", sky, [0, 2]), ("quality", quality_record(), [1])])
    values = np.random.default_rng(1).standard_normal((4, 2, 6)).astype(np.float32)
    draft = FitsFormat().create(str(tmp_path / "a.fits"), blueprint(values, coordinates=system))
    lattice: WritableLattice = draft.lattice
    assert (lattice.shape, lattice.dtype) == (values.shape, values.dtype)
    good: NDArray[np.bool_] = values > 0
    lattice.add_mask("mask0")
    for piece in Box.whole(values.shape).tiles((3, 1, 4)):
        lattice.write(piece, values[piece.slices], good[piece.slices])
    part = Box((1, 1, 0), (4, 2, 5), (2, 1, 3))
    block = lattice.read(part)
    np.testing.assert_array_equal(block.good, good[part.slices])
    np.testing.assert_array_equal(block.values, np.where(good, values, np.nan)[part.slices])
    draft.commit()


@pytest.mark.parametrize("name", ["missing/a.fits", "file/a.fits"])
def test_place_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FormatError, match=f"cannot make .*{name}"):
        begin(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    save(path, np.ones(SHAPE, np.float32))
    script = (
        "import resource, signal, numpy as np\n"
        "from tests.fits.fitswriting import save\n"
        "from jupimage.errors import FormatError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))\n"
        "try:\n"
        f"    save({str(path)!r}, np.ones((50, 50, 50), np.float32))\n"
        "except FormatError as error:\n"
        "    print(error)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert str(path) in found.stdout
    assert os.listdir(tmp_path) == ["a.fits"]
    np.testing.assert_array_equal(read_back(path)[1], np.ones(SHAPE))
