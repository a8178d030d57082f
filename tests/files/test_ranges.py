"""Locks on bytes of a file, against another process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupimage.files import Grant, blocker, lock_range, lock_range_in_time, unlock_range
from tests.files.holding import HOLD


@contextmanager
def holder(path: Path, kind: str, start: int) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold a lock on a byte."""
    command = [sys.executable, "-S", "-c", HOLD, str(path), kind, str(start)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "locked"
    found.touch()
    return found


@pytest.fixture
def descriptor(path: Path) -> Iterator[int]:
    found = os.open(path, os.O_RDWR)
    yield found
    os.close(found)


def test_read_locks_go_together_and_exclude_a_write_lock(path: Path, descriptor: int) -> None:
    with holder(path, "read", 0) as other:
        assert lock_range(descriptor, 0, 1, write=False) is Grant.TAKEN
        assert lock_range(descriptor, 0, 1, write=True) is Grant.REFUSED
        assert blocker(descriptor, 0, 1, write=False) is None
        assert blocker(descriptor, 0, 1, write=True) == other.pid


def test_write_lock_excludes_both_on_its_bytes_only(path: Path, descriptor: int) -> None:
    with holder(path, "write", 1):
        assert not lock_range(descriptor, 1, 1, write=False)
        assert not lock_range(descriptor, 0, 2, write=False)
        assert lock_range(descriptor, 0, 1, write=True)
        assert lock_range(descriptor, 2, 5, write=True)


def test_lock_is_given_when_the_holder_ends(path: Path, descriptor: int) -> None:
    with holder(path, "write", 0) as other:
        asked = []

        def pauses() -> Iterator[float]:
            while True:
                asked.append(1)
                if len(asked) == 2:
                    other.kill()
                yield 0.01

        assert lock_range_in_time(descriptor, 0, 1, write=True, pauses=pauses())
        assert len(asked) >= 2


def test_attempts_run_out(path: Path, descriptor: int) -> None:
    with holder(path, "write", 0):
        assert not lock_range_in_time(descriptor, 0, 1, write=False, pauses=[0.01, 0.01])


def test_unlocking_what_is_not_locked_is_no_error(descriptor: int) -> None:
    unlock_range(descriptor, 0, 1)


def test_read_only_descriptor_refuses_a_write_lock(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        assert lock_range(descriptor, 0, 1, write=False)
        with pytest.raises(OSError, match="Bad file descriptor"):
            lock_range(descriptor, 0, 1, write=True)
    finally:
        os.close(descriptor)


def test_files_without_locks_count_as_locked() -> None:
    # a pipe has no bytes that could be locked
    reading, writing = os.pipe()
    try:
        assert lock_range(reading, 0, 1, write=False) in (Grant.TAKEN, Grant.UNLOCKABLE)
        assert blocker(reading, 0, 1, write=False) is None
    finally:
        os.close(reading)
        os.close(writing)
