"""Threads that read together or write alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from jupimage.errors import LockError
from jupimage.files import ReadersLock


def start(action: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def is_stuck(thread: threading.Thread) -> bool:
    thread.join(0.1)
    return thread.is_alive()


def test_readers_share() -> None:
    lock = ReadersLock()
    lock.start_reading()
    other = start(lock.start_reading)
    other.join(5)
    assert not other.is_alive()


def test_writer_waits_for_readers() -> None:
    lock = ReadersLock()
    lock.start_reading()
    writer = start(lock.start_writing)
    assert is_stuck(writer)
    lock.stop_reading()
    writer.join(5)
    assert not writer.is_alive()


def test_readers_wait_for_a_waiting_writer() -> None:
    lock = ReadersLock()
    lock.start_reading()
    written = threading.Event()

    def write() -> None:
        lock.start_writing()
        written.set()
        lock.stop_writing()

    seen: list[bool] = []

    def read() -> None:
        lock.start_reading()
        seen.append(written.is_set())

    writer = start(write)
    assert is_stuck(writer)
    reader = start(read)
    assert is_stuck(reader)
    lock.stop_reading()
    reader.join(5)
    assert seen == [True]


def test_reader_reads_again_while_a_writer_waits() -> None:
    lock = ReadersLock()
    lock.start_reading()
    writer = start(lock.start_writing)
    assert is_stuck(writer)
    lock.start_reading()
    assert lock.reading_depth() == 2
    lock.stop_reading()
    lock.stop_reading()
    writer.join(5)
    assert not writer.is_alive()


def test_readers_that_others_wait_for_come_in_after_a_while() -> None:
    lock = ReadersLock()
    lock.start_reading()
    writer = start(lock.start_writing)
    assert is_stuck(writer)

    def read() -> None:
        lock.start_reading()
        lock.stop_reading()

    reader = start(read)
    reader.join(5)  # as one who reads in several threads does
    assert not reader.is_alive()
    lock.stop_reading()
    writer.join(5)
    assert not writer.is_alive()


def test_writer_reads_and_writes_again() -> None:
    lock = ReadersLock()
    lock.start_writing()
    lock.start_reading()
    lock.start_writing()
    assert lock.writing_depth() == 2
    lock.stop_writing()
    lock.stop_reading()
    lock.stop_writing()
    assert not lock.writes()
    assert not lock.reads()


def test_reader_cannot_start_to_write() -> None:
    lock = ReadersLock()
    lock.start_reading()
    assert not lock.try_writing()
    with pytest.raises(LockError, match="a thread that reads cannot write before it is done"):
        lock.start_writing()


def test_writer_goes_on_as_a_reader() -> None:
    lock = ReadersLock()
    lock.start_writing()
    lock.stop_writing(read=True)
    assert lock.reads()
    other = start(lock.start_reading)
    other.join(5)
    assert not other.is_alive()
    lock.stop_reading()


def test_attempt_to_write_waits_as_long_as_told() -> None:
    lock = ReadersLock()
    lock.start_reading()
    outcome: list[bool] = []
    start(lambda: outcome.append(lock.try_writing(0.05))).join(5)
    assert outcome == [False]
    trying = start(lambda: outcome.append(lock.try_writing(5)))
    assert is_stuck(trying)
    lock.stop_reading()
    trying.join(5)
    assert outcome == [False, True]


def test_attempt_to_write_disturbs_nobody() -> None:
    lock = ReadersLock()
    lock.start_reading()
    outcome: list[bool] = []
    start(lambda: outcome.append(lock.try_writing())).join(5)
    assert outcome == [False]
    other = start(lock.start_reading)
    other.join(5)
    assert not other.is_alive()


def test_no_thread_sees_what_another_has_half_written() -> None:
    lock = ReadersLock()
    pair = [0, 0]
    torn: list[tuple[int, int]] = []
    end = time.monotonic() + 0.5

    def write() -> None:
        while time.monotonic() < end:
            lock.start_writing()
            pair[0] += 1
            time.sleep(0)
            pair[1] += 1
            lock.stop_writing()

    def read() -> None:
        while time.monotonic() < end:
            lock.start_reading()
            first = pair[0]
            time.sleep(0)
            if first != pair[1]:
                torn.append((first, pair[1]))
            lock.stop_reading()

    threads = [start(action) for action in (write, write, read, read, read)]
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert pair[0] == pair[1] > 0
    assert torn == []
