"""Other processes that use the HDF5 library are kept out for the moment, and keep us out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import LockError
from jupimage.formats import open_path
from jupimage.hdf5 import locking
from jupimage.lattice import Box
from tests.hdf5.hdf5files import make, pixels_of, read

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="HDF5 locks no files there")

BOX = Box((0, 0), (1, 4))


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.h5", pixels_of((3, 4)))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PAUSES", (0.01,))


@contextmanager
def held_elsewhere(path: str, mode: str) -> Iterator[None]:
    """Have the file open in another process, with the locks of the HDF5 library."""
    code = (
        f"import h5py, sys; file = h5py.File({path!r}, {mode!r}, locking=True)\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == b"open\n"
        yield
    finally:
        child.stdin.close()
        child.wait(30)
        child.stdout.close()


def test_file_that_others_write_is_locked(path: str) -> None:
    opened = open_path(path)
    with held_elsewhere(path, "r+"):
        with pytest.raises(LockError, match="another process writes it"):
            read(opened)
        with pytest.raises(LockError, match="another process writes it"):
            open_path(path)
    assert read(opened)[0].shape == (3, 4)


def test_file_that_others_read_can_be_read_but_not_written(path: str) -> None:
    opened: Any = open_path(path)
    with held_elsewhere(path, "r"):
        np.testing.assert_array_equal(read(opened)[0], pixels_of((3, 4)))
        opened.unit = "K"
        with pytest.raises(LockError, match="another process has it open"):
            opened.store.save(opened, ["unit"])
        with pytest.raises(LockError, match="another process has it open"):
            opened.lattice.write(BOX, np.zeros((1, 4)))
    opened.store.save(opened, ["unit"])
    assert open_path(path).unit == "K"


def test_others_wait_for_a_change(path: str) -> None:
    opened = open_path(path)
    code = f"import h5py; h5py.File({path!r}, 'r', locking=True)"
    with opened.store.changing():
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "unable to lock file" in done.stderr
    subprocess.run([sys.executable, "-c", code], check=True)


def test_locks_can_be_turned_off(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: Any = open_path(path)
    with held_elsewhere(path, "r"):
        monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "FALSE")
        opened.lattice.write(BOX, np.zeros((1, 4)))
    assert not read(opened)[0][0].any()


def test_library_may_take_the_locks_itself(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "TRUE")
    opened: Any = open_path(path)
    opened.unit = "K"
    opened.store.save(opened, ["unit"])
    opened.lattice.write(BOX, np.zeros((1, 4)))
    assert open_path(path).unit == "K"


def test_store_needs_no_locks_from_its_user(path: str) -> None:
    store = open_path(path).store
    assert store.haslock(True)
    store.lock(True, 1)
    store.unlock()
    assert store.haslock(False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_child_of_a_fork_has_locks_of_its_own(path: str) -> None:
    opened: Any = open_path(path)
    with opened.store.changing():
        child = os.fork()
        if not child:
            try:
                read(opened)
            except LockError:
                os._exit(7)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    child = os.fork()
    if not child:
        opened.lattice.write(BOX, np.full((1, 4), 5))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (read(opened)[0][0] == 5).all()
