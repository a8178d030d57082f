"""A process that is killed at any moment leaves an image that is whole: the old one or the new."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from jupimage.formats import AttributeTable, open_path
from jupimage.hdf5 import locking
from jupimage.lattice import Box
from tests.hdf5.hdf5files import make, read

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

SHAPE = (4, 30, 40)
ROUNDS = 25


def start(work: Callable[[int], None]) -> int:
    """Do work over and over in a child of this process, and return its number."""
    child = os.fork()
    if child:
        return child
    try:
        number = 1
        while True:
            work(number)
            number += 1
    finally:
        os._exit(1)


def kill(child: int, after: float) -> None:
    """Kill a child after some seconds; it must not have ended by itself."""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def change(path: str, number: int) -> None:
    """Change everything in an image, so that its parts agree."""
    opened: Any = open_path(path)
    opened.unit = f"u{number}"
    opened.miscinfo = {"n": number, "unit": f"u{number}", "deep": {"list": [f"u{number}"] * 50}}
    opened.store.save(opened, ["unit", "miscinfo"])
    opened.store.add_history(opened, [f"line {number}", f"end {number}"], "test")
    group = AttributeTable()
    for row in range(5):
        group.put("N", row, number)
    opened.store.save_attributes("G", group)
    if "extra" in opened.masks:
        opened.store.remove_mask("extra")
    else:
        opened.store.add_mask("extra")
    opened.lattice.write(Box.whole(SHAPE), np.full(SHAPE, number), np.full(SHAPE, number % 2 == 0))
    opened.lattice.close()


def check(path: str) -> None:
    """Read an image with this package and with the HDF5 library: all parts agree."""
    opened = open_path(path)
    if opened.miscinfo:
        assert opened.miscinfo["unit"] == opened.unit == f"u{opened.miscinfo['n']}"
        assert opened.miscinfo["deep"]["list"] == [opened.unit] * 50
    lines = list(opened.history)
    assert [line.replace("end", "line") for line in lines[1::2]] == lines[::2]
    for group in opened.store.attributes().values():
        assert group.rows == 5
        assert len(set(group.columns["N"].values)) == 1
    for name in opened.masks:
        opened.store.masked(name).read(Box.whole(SHAPE))
    values, _ = read(opened)
    assert len(np.unique(values)) <= 2
    opened.lattice.close()  # type: ignore[attr-defined]
    with h5py.File(path) as file:
        file.visititems(lambda name, item: (list(item.attrs.items()), None)[1])
        assert file["map"][...].shape == SHAPE


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.h5", np.zeros(SHAPE, np.float32), np.ones(SHAPE, bool))


def test_while_an_image_is_changed(path: str) -> None:
    rng = random.Random(1)
    seen = set()
    begin = time.monotonic()
    change(path, 1)
    longest = max(0.08, 4 * (time.monotonic() - begin))  # some changes are complete by then
    for _ in range(ROUNDS):
        kill(start(lambda number: change(path, number)), rng.uniform(0.0, longest))
        check(path)
        seen.add(open_path(path).unit)
    assert len(seen) > 1


def change_fields(path: str, number: int) -> None:
    """Change two fields at once; the pixels of two writers would mix."""
    opened: Any = open_path(path)
    opened.unit = f"u{number}"
    opened.miscinfo = {"n": number, "unit": f"u{number}", "deep": {"list": [f"u{number}"] * 50}}
    with opened.store.changing():
        opened.store.save(opened, ["unit", "miscinfo"])
    opened.lattice.close()


def test_while_two_processes_change_an_image(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PAUSES", (0.001,) * 5000)
    rng = random.Random(2)
    for _ in range(ROUNDS // 3):
        first = start(lambda number: change_fields(path, number))
        second = start(lambda number: change_fields(path, number))
        try:
            kill(first, rng.uniform(0.0, 0.1))
            opened = open_path(path)
            assert opened.unit == opened.miscinfo.get("unit", "")
        finally:
            kill(second, rng.uniform(0.0, 0.05))
        check(path)


def test_while_an_image_is_replaced(path: str, tmp_path: Path) -> None:
    rng = random.Random(3)
    for _ in range(ROUNDS):

        def work(number: int) -> None:
            pixels = np.full(SHAPE, number, np.float32)
            make(tmp_path / "a.h5", pixels, pixels > 0, unit=f"u{number}")

        kill(start(work), rng.uniform(0.0, 0.08))
        check(path)
        values, good = read(path)
        assert len(np.unique(values)) == 1
        assert good is not None
        assert good.all()
    make(tmp_path / "a.h5", np.zeros(SHAPE, np.float32))
    assert os.listdir(tmp_path) == ["a.h5"]  # and the remains of the killed ones are gone


def test_appending_that_fails_is_undone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from jupimage.errors import FormatError
    from jupimage.hdf5 import revision

    before = Path(path).read_bytes()

    def full(descriptor: int, data: bytes, offset: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(revision, "write_at", full)
    opened = open_path(path)
    opened.unit = "K"
    with pytest.raises(FormatError, match="no space left on device"):
        opened.store.save(opened, ["unit"])
    monkeypatch.undo()
    assert Path(path).read_bytes() == before
    opened.store.save(opened, ["unit"])
    assert open_path(path).unit == "K"
