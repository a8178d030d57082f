"""A damaged image is an error, or what it was; never something else."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError
from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.paged.pagedfiles import make, pixels_of

SHAPE = (6, 7, 8)


def everything(path: str) -> Any:
    """Read all there is in an image."""
    opened = open_path(path)
    try:
        block = opened.lattice.read(Box.whole(opened.lattice.shape))
        groups = opened.store.attributes()
        for group in groups.values():
            for column in group.columns.values():
                assert len(column.values) == group.rows
        return block, list(opened.history)
    finally:
        opened.lattice.close()  # type: ignore[attr-defined]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    from tests.paged.test_paged_attributes import group_of

    pixels = pixels_of(SHAPE)
    make(
        tmp_path / "a.img",
        pixels,
        pixels > 0,
        tile=(3, 4, 5),
        history=["one", "a longer line than eight"],
        unit="Jy/beam",
        miscinfo={"a": {"b": [1, 2, 3]}, "names": ["x", "y"]},
        attributes={"G": group_of()},
    )
    return tmp_path / "a.img"


def files(image: Path) -> list[Path]:
    return sorted(path for path in image.rglob("*") if path.is_file())


@pytest.mark.parametrize("seed", range(12))
def test_changed_bytes_and_cut_files_give_an_error_or_nothing(image: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kept = {path: path.read_bytes() for path in files(image)}
    for _ in range(25):
        path = files(image)[int(rng.integers(len(kept)))]
        data = bytearray(kept[path])
        if rng.random() < 0.5 or not data:
            data = data[: int(rng.integers(0, len(data) + 1))]
        else:
            for _ in range(int(rng.integers(1, 5))):
                data[int(rng.integers(len(data)))] = int(rng.integers(256))
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            with contextlib.suppress(FormatError):
                everything(str(image))
        path.write_bytes(kept[path])
    everything(str(image))


@pytest.mark.parametrize("seed", range(6))
def test_changed_keywords_give_an_error_or_a_warning_or_nothing(image: Path, seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    path = image / "table.dat"
    kept = path.read_bytes()
    for _ in range(60):
        data = bytearray(kept)
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(len(data)))] = int(rng.integers(256))
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            with contextlib.suppress(FormatError):
                everything(str(image))


@pytest.mark.parametrize(
    ("name", "damaged", "told"),
    [
        (b"units\0\0\0\x0b", b"unjts\0\0\0\x0b", "it looks like a damaged 'units'"),
        (b"miscinfo", b"miscinfp", "'miscinfp' is left out: it looks like a damaged 'miscinfo'"),
        (b"imageinfo", b"imageimfo", "it looks like a damaged 'imageinfo'"),
        (b"objectname", b"objectnane", "it looks like a damaged 'objectname'"),
        (b"telescope\0", b"telescopa\0", "coords.'telescopa' is left out: nothing is called so"),
        (b"longpole", b"longpoll", "coords.direction0.'longpoll' is left out"),
    ],
)
def test_damaged_names_of_keywords_are_told(
    image: Path, name: bytes, damaged: bytes, told: str
) -> None:
    path = image / "table.dat"
    data = path.read_bytes()
    assert name in data
    path.write_bytes(data.replace(name, damaged))
    with pytest.warns(UserWarning, match=re.escape(told)):
        opened = open_path(str(image))
    assert any(told in remark for remark in opened.remarks)


@pytest.mark.parametrize("name", ["table.dat", "table.f0", "table.f0_TSM0"])
def test_cut_file_is_named(image: Path, name: str) -> None:
    path = image / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match=name):
        everything(str(image))


def test_pipe_in_the_place_of_a_file_is_not_waited_for(image: Path) -> None:
    for name in ("table.f0_TSM0", "table.f0", "table.lock"):
        path = image / name
        kept = path.read_bytes()
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(FormatError, match="wanted a regular file"):
            everything(str(image))
        path.unlink()
        path.write_bytes(kept)


def test_link_out_of_the_folder_is_not_followed(image: Path, tmp_path: Path) -> None:
    path = image / "table.f0_TSM0"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FormatError, match=r"wanted a name inside|leads out"):
        everything(str(image))


def test_file_that_shrinks_while_it_is_open_is_an_error(image: Path) -> None:
    opened = open_path(str(image))
    opened.lattice.read(Box.whole(SHAPE))
    os.truncate(image / "table.f0_TSM0", 100)
    with pytest.raises(FormatError, match=r"shortened|wanted"):
        opened.lattice.read(Box.whole(SHAPE))
