"""An image in the making is not there until it is complete."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import default_system
from jupimage.errors import ClosedError, FormatError, MaskError
from jupimage.formats import Blueprint, open_path
from jupimage.hdf5 import Hdf5Format
from jupimage.lattice import Box
from tests.hdf5.hdf5files import make, pixels_of, read

SHAPE = (7, 9, 10)


def draft_of(path: Path, **fields: Any) -> Any:
    blueprint = Blueprint(
        SHAPE,
        fields.pop("dtype", np.dtype(np.float32)),
        default_system(SHAPE),
        tile=(2, 4, 3),
        **fields,
    )
    return Hdf5Format().create(str(path), blueprint)


def test_old_image_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    old = pixels_of((4, 5))
    path = make(tmp_path / "a.h5", old)
    draft = draft_of(tmp_path / "a.h5")
    draft.lattice.write(Box.whole(SHAPE), pixels_of(SHAPE))
    np.testing.assert_array_equal(read(path)[0], old)
    draft.commit()
    np.testing.assert_array_equal(read(path)[0], pixels_of(SHAPE))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.h5"]


def test_abandoned_image_leaves_nothing(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5", mask="m")
    draft.lattice.write(Box((0, 0, 0), (1, 9, 10)), np.ones((1, 9, 10)))
    draft.abandon()
    draft.abandon()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ClosedError, match="was closed"):
        draft.lattice.read(Box.whole(SHAPE))


def test_after_commit_abandon_does_nothing(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5")
    draft.commit()
    draft.commit()
    draft.abandon()
    assert read(str(tmp_path / "a.h5"))[0].shape == SHAPE


def test_all_is_zero_and_good_until_written(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5", mask="m")
    block = draft.lattice.read(Box.whole(SHAPE))
    assert not block.values.any()
    assert block.good.all()
    good = np.zeros((2, 1, 3), bool)
    draft.lattice.write(Box((3, 4, 5), (5, 5, 8)), None, good)
    wanted = np.ones(SHAPE, bool)
    wanted[3:5, 4:5, 5:8] = False
    np.testing.assert_array_equal(draft.lattice.read(Box.whole(SHAPE)).good, wanted)
    draft.commit()
    values, valid = read(str(tmp_path / "a.h5"))
    assert not values.any()
    np.testing.assert_array_equal(valid, wanted)


def test_zeros_over_what_was_written_are_written(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5")
    draft.lattice.write(Box.whole(SHAPE), np.ones(SHAPE))
    draft.lattice.write(Box((0, 0, 0), (4, 9, 10)), np.zeros((4, 9, 10)))
    draft.commit()
    values = read(str(tmp_path / "a.h5"))[0]
    assert not values[:4].any()
    assert values[4:].all()


def test_negative_zeros_are_kept(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5", dtype=np.dtype(np.float64))
    draft.lattice.write(Box.whole(SHAPE), np.full(SHAPE, -0.0))
    draft.commit()
    assert np.signbit(read(str(tmp_path / "a.h5"))[0]).all()


def test_threads_may_write_any_boxes(tmp_path: Path) -> None:
    pixels = pixels_of(SHAPE)
    good = pixels > 0
    draft = draft_of(tmp_path / "a.h5", mask="m")
    boxes = [
        Box((i, j, k), (min(i + 3, 7), min(j + 2, 9), min(k + 5, 10)))
        for i in range(0, 7, 3)
        for j in range(0, 9, 2)
        for k in range(0, 10, 5)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda b: draft.lattice.write(b, pixels[b.slices], good[b.slices]), boxes[::-1]
            )
        )
    draft.commit()
    values, valid = read(str(tmp_path / "a.h5"))
    np.testing.assert_array_equal(values, pixels)
    np.testing.assert_array_equal(valid, good)


def test_folder_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="there is no folder"):
        draft_of(tmp_path / "none" / "a.h5")


def test_mask_that_was_not_asked_for_is_refused(tmp_path: Path) -> None:
    draft = draft_of(tmp_path / "a.h5")
    with pytest.raises(MaskError, match="no mask to write to"):
        draft.lattice.write(Box.whole(SHAPE), None, np.ones(SHAPE, bool))
    with pytest.raises(MaskError, match="cannot be given a mask"):
        draft.lattice.add_mask("m")
    draft.abandon()


def test_record_of_the_mask_names_the_file(tmp_path: Path) -> None:
    import h5py

    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    make(tmp_path / "link" / "a.h5", pixels_of((3, 4)), np.ones((3, 4), bool))
    with h5py.File(tmp_path / "folder" / "a.h5") as file:
        name = file["maskinfo/masks/mask0"].attrs["filename"]
    assert name == str((tmp_path / "folder" / "a.h5").resolve()).encode()
    assert open_path(str(tmp_path / "link" / "a.h5")).lattice.masked
