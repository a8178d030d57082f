"""Locks on a table: threads, processes of this library, folders that cannot be written."""

from __future__ import annotations

import dataclasses
import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupimage import options
from jupimage.casatable import (
    OpenTable,
    is_table_open,
    is_table_used_elsewhere,
    read_table,
    write_table,
)
from jupimage.errors import (
    ArgumentError,
    ClosedError,
    FormatError,
    LockError,
    MissingImageError,
    ReadOnlyError,
)
from jupimage.files import Grant, lock_range, unlock_range
from tests.casatable.agent import Agent
from tests.casatable.locks import locks_of
from tests.casatable.realtables import unpack
from tests.files.holding import HOLD
from tests.files.unprivileged import common_folder, unprivileged

USE = ("READ", 1, 1)

READ = ("READ", 0, 1)
"""Lock on byte 0 and the one on byte 1, which the system shows as one."""

WRITE = ("WRITE", 0, 0)

SETUP = """
import dataclasses, os, time
from jupimage import options
from jupimage.casatable import OpenTable
from jupimage.errors import LockError

def count(table, times, unlock):
    for _ in range(times):
        with table.writing():
            value = table.data.keywords["count"] + 1
            table.replace(dataclasses.replace(table.data, keywords={"count": value}))
        if unlock:
            table.unlock()
"""


@pytest.fixture(scope="module")
def other() -> Iterator[Agent]:
    """Give another process that uses this library."""
    agent = Agent(SETUP)
    yield agent
    agent.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(unpack("f4_default.img", tmp_path))


@pytest.fixture
def table(folder: Path) -> Iterator[OpenTable]:
    found = OpenTable.open(str(folder))
    yield found
    found.close()


@pytest.fixture
def theirs(other: Agent, folder: Path) -> Iterator[Agent]:
    """Give the other process, which has the table open, without a lock."""
    other.run(f"table = OpenTable.open({str(folder)!r}); table.unlock()")
    yield other
    other.run("table.close()")


def locks(folder: Path) -> set[tuple[str, int, int]]:
    return locks_of(os.getpid(), folder)


def requests(folder: Path) -> bytes:
    """Return how many processes wait; read by another one, or all locks here would go."""
    command = ["head", "-c", "4", str(folder / "table.lock")]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def set_keyword(table: OpenTable, name: str, value: Any) -> None:
    with table.writing():
        keywords = {**table.data.keywords, name: value}
        table.replace(dataclasses.replace(table.data, keywords=keywords))


def keyword(table: OpenTable, name: str) -> Any:
    with table.reading():
        return table.data.keywords[name]


def in_thread(action: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_one_object_serves_all_paths(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link.img").symlink_to(folder)
    first = OpenTable.open(str(folder))
    second = OpenTable.open(str(tmp_path / "link.img"))
    assert first is second
    second.close()
    assert locks(folder) == {READ}
    assert is_table_open(str(folder))
    first.close()
    assert locks(folder) == set()
    assert not is_table_open(str(folder))


def test_renamed_folder_is_still_the_same_table(folder: Path, tmp_path: Path) -> None:
    first = OpenTable.open(str(folder))
    new = tmp_path / "new.img"
    folder.rename(new)
    second = OpenTable.open(str(new))
    assert second is first
    assert second.folder == str(new)
    set_keyword(second, "x", 1)
    first.close()
    second.close()


def test_closed_table_says_so(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    table.close()
    table.close()
    with pytest.raises(ClosedError, match=r"table .*f4_default\.img was closed"), table.reading():
        pass
    with pytest.raises(ClosedError, match="was closed"), table.writing():
        pass
    with pytest.raises(ClosedError, match="was closed"):
        table.lock(False)
    table.unlock()
    assert not table.haslock()


def test_other_table_at_the_same_place_is_another_one(folder: Path, tmp_path: Path) -> None:
    old = OpenTable.open(str(folder))
    shutil.rmtree(folder)
    unpack("f4_default.img", tmp_path)
    new = OpenTable.open(str(folder))
    assert new is not old
    old.close()
    assert locks(folder) == {READ}
    set_keyword(new, "x", 1)
    new.close()


def test_replaced_table_is_noticed(folder: Path, tmp_path: Path) -> None:
    table = OpenTable.open(str(folder))
    table.unlock()
    (tmp_path / "elsewhere").mkdir()
    other = Path(unpack("f4_default.img", tmp_path / "elsewhere"))
    folder.rename(tmp_path / "old.img")
    other.rename(folder)
    with pytest.raises(FormatError, match="was replaced while it was open"), table.writing():
        pass
    table.close()


def test_removed_table_is_noticed(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    table.unlock()
    shutil.rmtree(folder)
    with pytest.raises(FormatError, match=r"was replaced while it was open|there is no table"):
        table.lock(True)
    table.close()


@pytest.mark.parametrize("what", ["nothing", "folder", "file"])
def test_what_is_no_table_is_left_alone(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.img"
    if what == "folder":
        path.mkdir()
    elif what == "file":
        path.touch()
    wanted = FormatError if what == "file" else MissingImageError
    with pytest.raises(wanted, match=r"a\.img"):
        OpenTable.open(str(path))
    assert not path.is_dir() or os.listdir(path) == []
    assert not is_table_open(str(path))


def test_lock_file_that_is_no_file_is_refused(folder: Path) -> None:
    (folder / "table.lock").unlink()
    os.mkfifo(folder / "table.lock")
    with pytest.raises(FormatError, match=r"table\.lock: wanted a regular file, got a pipe"):
        OpenTable.open(str(folder))
    (folder / "table.lock").unlink()
    (folder / "table.lock").symlink_to("../outside")
    with pytest.raises(FormatError, match=r"wanted a name inside .*f4_default\.img"):
        OpenTable.open(str(folder))
    assert not (folder.parent / "outside").exists()


def test_missing_lock_file_is_made(folder: Path) -> None:
    (folder / "table.lock").unlink()
    table = OpenTable.open(str(folder))
    assert (folder / "table.lock").stat().st_size == 0
    assert locks(folder) == {READ}
    set_keyword(table, "x", 1)
    table.close()
    table = OpenTable.open(str(folder))
    assert keyword(table, "x") == 1
    table.close()


def test_locks_follow_what_is_done(table: OpenTable, folder: Path) -> None:
    assert locks(folder) == {READ}
    with table.writing():
        assert locks(folder) == {WRITE, USE}
    assert table.haslock(True)
    table.unlock()
    assert locks(folder) == {USE}
    table.lock(False)
    assert locks(folder) == {READ}
    table.lock(True, 1)
    table.lock(False, 1)
    assert locks(folder) == {WRITE, USE}


def test_negative_attempts_mean_nothing(table: OpenTable) -> None:
    with pytest.raises(ArgumentError, match="wanted 0 or more attempts to lock, got -1"):
        table.lock(True, -1)


def test_failed_attempt_keeps_the_read_lock(theirs: Agent, table: OpenTable, folder: Path) -> None:
    theirs.run("table.lock(False)")
    for attempts in (1, 2):
        start = time.monotonic()
        wanted = (
            rf"wanted a write lock on .*, got none in {attempts} attempts?: process {theirs.pid}"
        )
        with pytest.raises(LockError, match=wanted):
            table.lock(True, attempts)
        assert attempts == 1 or time.monotonic() - start >= 0.9
        assert table.haslock()
        assert not table.haslock(True)
        assert locks(folder) == {READ}
    assert requests(folder) == bytes(4)
    with table.reading():
        pass


def test_wait_can_be_interrupted(theirs: Agent, table: OpenTable, folder: Path) -> None:
    table.unlock()
    theirs.run("table.lock(True, 1)")
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        table.lock(True, 0)
    assert requests(folder) == bytes(4)
    theirs.run("table.unlock()")
    set_keyword(table, "x", 1)


def test_lock_is_handed_over_and_back(theirs: Agent, table: OpenTable) -> None:
    set_keyword(table, "x", 1)
    assert theirs.run("with table.reading(): answer = table.data.keywords['x']") == 1
    assert not table.haslock()
    set_keyword(table, "x", 2)
    assert theirs.run("answer = table.haslock()") is False
    assert theirs.run("with table.reading(): answer = table.data.keywords['x']") == 2


def test_two_processes_lose_no_change(theirs: Agent, table: OpenTable) -> None:
    names: dict[str, Any] = {}
    exec(SETUP, names)
    with table.writing():
        table.replace(dataclasses.replace(table.data, keywords={"count": 0}))
    table.unlock()
    theirs.start("count(table, 100, unlock=False)")
    names["count"](table, 100, unlock=True)
    theirs.finish()
    assert keyword(table, "count") == 200


def test_killed_writer_leaves_no_lock_and_its_request_does_no_harm(
    table: OpenTable, folder: Path
) -> None:
    table.unlock()
    command = [sys.executable, "-S", "-c", HOLD, str(folder / "table.lock"), "write", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(LockError, match=f"process {process.pid} has one"):
            table.lock(True, 1)
        process.kill()
    table.lock(True, 1)
    with (folder / "table.lock").open("r+b") as file:
        file.write((1).to_bytes(4, "big") + process.pid.to_bytes(4, "big"))
    table.close()  # the file was closed above, and with it all locks were lost
    table = OpenTable.open(str(folder))
    for value in range(3):
        table.unlock()
        set_keyword(table, "x", value)
    assert keyword(table, "x") == 2
    table.close()


def test_threads_lose_no_change(table: OpenTable) -> None:
    set_keyword(table, "count", 0)

    def count() -> None:
        for _ in range(20):
            with table.writing():
                set_keyword(table, "count", table.data.keywords["count"] + 1)
            with table.reading():
                assert table.data.keywords["count"] > 0

    threads = [in_thread(count) for _ in range(5)]
    for _ in range(20):
        table.unlock()
        time.sleep(0.001)
    for thread in threads:
        thread.join(20)
    assert keyword(table, "count") == 100


def test_lock_is_given_up_between_readers_that_overlap(theirs: Agent, table: OpenTable) -> None:
    end = time.monotonic() + 10
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set() and time.monotonic() < end:
            with table.reading():
                time.sleep(0.02)

    threads = [in_thread(read) for _ in range(3)]
    theirs.run("table.lock(True, 8); table.unlock()")
    stop.set()
    for thread in threads:
        thread.join(10)
    assert time.monotonic() < end


def test_reader_may_wait_for_others_though_somebody_asks(theirs: Agent, table: OpenTable) -> None:
    theirs.start("table.lock(True, 0); table.unlock()")
    with table.reading():
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            reader = in_thread(lambda: keyword(table, "coords"))
            reader.join(5)
            assert not reader.is_alive()
    theirs.finish()


def test_reader_cannot_become_a_writer(table: OpenTable) -> None:
    with (
        table.reading(),
        pytest.raises(LockError, match="a thread that reads cannot write"),
        table.writing(),
    ):
        pass
    set_keyword(table, "x", 1)


def test_contexts_nest(table: OpenTable) -> None:
    with table.writing(), table.writing(), table.reading(), table.reading():
        assert table.haslock(True)
    with table.reading(), table.reading():
        pass


def test_changes_need_the_context(table: OpenTable) -> None:
    with pytest.raises(ArgumentError, match=r"wanted a change of .* within `writing`"):
        table.replace(table.data)
    with pytest.raises(ArgumentError, match=r"wanted a change of .* within `writing`"):
        table.touched("map")


def test_changes_are_counted_once_in_each_context(table: OpenTable, folder: Path) -> None:
    def counters() -> list[int]:
        data = (folder / "table.lock").read_bytes()
        return [int.from_bytes(data[at : at + 4], "big") for at in (292, 296, 321)]

    table.unlock()
    table.close()  # reading the file here would drop the locks
    modified, described, stored = counters()
    table = OpenTable.open(str(folder))
    with table.writing():
        table.touched("map")
        table.touched("map")
    with table.writing():
        table.touched("map")
        table.replace(table.data)
    table.close()
    assert counters() == [modified + 3, described + 1, stored + 2]


def test_durable_changes_are_seen_by_others(
    theirs: Agent, table: OpenTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "durable", True)
    with table.writing():
        table.writer("map").write(tuple(slice(0, n, 1) for n in table.array("map").shape), 7)
        table.replace(dataclasses.replace(table.data, keywords={"x": 7}))
    table.flush()
    table.unlock()
    assert theirs.run(
        "with table.reading():\n"
        "    array = table.array('map')\n"
        "    pixels = array.read(tuple(slice(0, n, 1) for n in array.shape))\n"
        "    answer = [table.data.keywords['x'], float(pixels.min()), float(pixels.max())]"
    ) == [7, 7, 7]


def test_pixels_moved_by_another_process_are_found(table: OpenTable, folder: Path) -> None:
    with table.reading():
        array = table.array("map")
        box = tuple(slice(0, n, 1) for n in array.shape)
        before = array.read(box)
        version = table.version
    table.unlock()
    file = folder / "table.f0_TSM0"
    new = file.with_name("new")
    new.write_bytes(bytes(file.stat().st_size))
    new.replace(file)
    with (folder / "table.lock").open("r+b") as lock:
        lock.seek(292)
        lock.write(b"\0\0\1\0")  # something was changed
    with table.reading():
        assert table.version > version
        assert not table.array("map").read(box).any()
        assert before.any()


def test_array_of_a_closed_table_says_so(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    with table.reading():
        array = table.array("map")
    assert table.array("map") is array
    table.close()
    box = tuple(slice(0, 1, 1) for _ in array.shape)
    with pytest.raises(ClosedError, match="was closed"):
        array.read(box)
    with pytest.raises(ClosedError, match="was closed"):
        table.array("map")


def test_failed_change_leaves_the_table_as_it_was(table: OpenTable, folder: Path) -> None:
    before = (folder / "table.dat").read_bytes()
    with pytest.raises(TypeError), table.writing():
        table.replace(dataclasses.replace(table.data, keywords={"x": object()}))
    assert (folder / "table.dat").read_bytes() == before
    assert "x" not in table.data.keywords
    set_keyword(table, "x", 1)


def test_close_waits_for_readers_in_other_threads(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    inside, go = threading.Event(), threading.Event()

    def read() -> None:
        with table.reading():
            inside.set()
            go.wait(10)

    reader = in_thread(read)
    inside.wait(10)
    closer = in_thread(table.close)
    closer.join(0.1)
    assert closer.is_alive()
    assert locks(folder) == {READ}
    go.set()
    closer.join(10)
    reader.join(10)
    assert locks(folder) == set()


def test_close_by_a_reader_takes_effect_when_it_is_done(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    with table.reading():
        table.close()
        assert table.data.rows == 1
        assert locks(folder) == {READ}
    assert locks(folder) == set()


def test_table_opened_again_while_it_closes_stays_open(folder: Path) -> None:
    table = OpenTable.open(str(folder))
    with table.reading():
        table.close()
        assert OpenTable.open(str(folder)) is table
    with table.reading():
        assert table.data.rows == 1
    table.close()
    assert locks(folder) == set()


def test_owner_may_close_it_from_the_collector(folder: Path) -> None:
    class Owner:
        def __init__(self) -> None:
            self.table = OpenTable.open(str(folder))
            self.ring = self
            weakref.finalize(self, self.table.close)

    Owner()
    gc.collect()
    assert not is_table_open(str(folder))
    assert locks(folder) == set()


def test_idle_thread_runs_only_while_locks_are_held(folder: Path) -> None:
    def runs() -> bool:
        return any(thread.name == "jupimage-locks" for thread in threading.enumerate())

    table = OpenTable.open(str(folder))
    assert runs()
    table.unlock()
    assert until(lambda: not runs())
    with table.reading():
        assert runs()
    table.close()
    assert until(lambda: not runs())


def test_child_of_a_fork_has_no_locks_and_takes_its_own(other: Agent, folder: Path) -> None:
    other.run(f"table = OpenTable.open({str(folder)!r})\ntable.writing().__enter__()")
    other.run(
        "table.replace(dataclasses.replace(table.data, keywords={'count': 0}))\n"
        "table.writing().__exit__(None, None, None)"
    )
    child = (
        "child = os.fork()\n"
        "if not child:\n"
        "    try:\n"
        "        free = not table.haslock()\n"
        "        count(table, 1, unlock=False)\n"
        "        os._exit(0 if free and table.haslock(True) else 1)\n"
        "    finally:\n"
        "        os._exit(2)\n"
        "answer = table.haslock(True)\n"
    )
    assert other.run(child) is True
    assert locks_of(other.pid, folder) == {WRITE, USE}
    assert other.run("answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])") == 0
    assert other.run("answer = table.haslock()") is False
    assert other.run("with table.reading(): answer = table.data.keywords['count']") == 1
    other.run("table.close()")
    assert locks_of(other.pid, folder) == set()


def test_use_by_others_is_known(theirs: Agent, folder: Path) -> None:
    assert is_table_used_elsewhere(str(folder))
    assert locks(folder) == set()
    table = OpenTable.open(str(folder))
    assert is_table_used_elsewhere(str(folder))
    assert locks(folder) == {READ}
    theirs.run("table.close()")
    assert not is_table_used_elsewhere(str(folder))
    assert locks(folder) == {READ}
    table.close()
    assert not is_table_used_elsewhere(str(folder))
    theirs.run(f"table = OpenTable.open({str(folder)!r})")


def test_folder_that_cannot_be_written_is_read_without_a_trace() -> None:
    with common_folder() as parent:
        folder = Path(unpack("f4_default.img", parent))
        (folder / "table.lock").unlink()
        (folder / "logtable" / "table.lock").chmod(0o444)
        before = sorted(os.listdir(folder))
        for inner in (folder, folder / "logtable"):
            inner.chmod(0o555)
        with unprivileged():
            table = OpenTable.open(str(folder))
            assert not table.writable
            assert "coords" in table.data.keywords
            with pytest.raises(ReadOnlyError, match="cannot be written"), table.writing():
                pass
            with pytest.raises(ReadOnlyError, match="cannot be written"):
                OpenTable.open(str(folder), writable=True)
            table.close()
            log = OpenTable.open(str(folder / "logtable"))
            assert locks(folder / "logtable") == {READ}
            log.close()
            assert sorted(os.listdir(folder)) == before


def test_lock_file_that_may_not_be_read_is_done_without() -> None:
    with common_folder() as parent:
        folder = Path(unpack("f4_default.img", parent))
        (folder / "table.lock").chmod(0)
        with unprivileged():
            table = OpenTable.open(str(folder))
            assert table.haslock()
            assert table.data.rows == 1
            table.close()


def test_unwanted_writing_is_refused(folder: Path) -> None:
    table = OpenTable.open(str(folder), writable=False)
    assert not table.writable
    with pytest.raises(ReadOnlyError, match="cannot be written"):
        table.lock(True)
    again = OpenTable.open(str(folder), writable=True)
    assert table.writable
    set_keyword(again, "x", 1)
    table.close()
    again.close()


def test_system_without_locks_reads_and_writes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert lock_range(0, 0, 1, write=True) is Grant.UNLOCKABLE
    unlock_range(0, 0, 1)
    table = OpenTable.open(str(folder))
    set_keyword(table, "x", 1)
    assert table.haslock(True)
    assert locks(folder) == set()
    other = read_table(str(folder))
    other.keywords["x"] = 2
    write_table(str(folder), other)  # by somebody who locks nothing and announces nothing
    assert until(lambda: keyword(table, "x") == 2)
    table.close()
