"""Two processes work on one image: this library in one, casacore in the other."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from jupimage.casatable import OpenTable, tableguard
from jupimage.errors import LockError
from tests.casatable.agent import Agent
from tests.casatable.locks import locks_of
from tests.casatable.realtables import unpack
from tests.conftest import Oracle

PATIENCE = 20
"""Seconds after which a wait is a failure."""


@pytest.fixture(scope="module")
def casacore(oracle: Oracle) -> Iterator[Agent]:
    """Give a process that uses casacore."""
    agent = Agent(
        "import time\nfrom casacore.images import image\nfrom casacore.tables import table"
    )
    yield agent
    agent.stop()


@pytest.fixture
def folder(tmp_path: Path, casacore: Agent) -> Iterator[Path]:
    """Give an image that nobody has opened."""
    yield Path(unpack("f4_default.img", tmp_path))
    casacore.run("im = tab = None")


@pytest.fixture
def table(folder: Path) -> Iterator[OpenTable]:
    found = OpenTable.open(str(folder))
    yield found
    found.close()


def set_keyword(table: OpenTable, name: str, value: Any) -> None:
    with table.writing():
        keywords = {**table.data.keywords, name: value}
        table.replace(dataclasses.replace(table.data, keywords=keywords))


def keyword(table: OpenTable, name: str) -> Any:
    with table.reading():
        return table.data.keywords.get(name)


def theirs(casacore: Agent, folder: Path, kind: str = "image") -> None:
    """Let casacore open the image, as `im`, or without a lock as `tab`."""
    if kind == "image":
        casacore.run(f"im = image({str(folder)!r})")
    else:
        casacore.run(f"tab = table({str(folder)!r}, readonly=False, ack=False); tab.unlock()")


STEPS = [
    ("nothing", "", ""),
    ("unlock", "im.unlock()", "table.unlock()"),
    ("read", "im.getdata()", "with table.reading(): pass"),
    ("write", "im.putdata(im.getdata())", "with table.writing(): pass"),
    ("read after a write", "im.getdata()", "with table.reading(): pass"),
    ("unlock after a write", "im.unlock()", "table.unlock()"),
    ("lock", "im.lock()", "table.lock(False)"),
    ("lock for writing", "im.lock(True, 1)", "table.lock(True, 1)"),
    ("lock for reading only", "im.lock(False, 1)", "table.lock(False, 1)"),
    (
        "write after unlock",
        "im.unlock(); im.putdata(1.0)",
        "table.unlock()\nwith table.writing(): pass",
    ),
]


def test_same_steps_lock_the_same_bytes(casacore: Agent, folder: Path, oracle: Oracle) -> None:
    wanted = []
    theirs(casacore, folder)
    for _, step, _ in STEPS:
        answer = casacore.run(f"{step}\nanswer = [im.haslock(False), im.haslock(True)]")
        wanted.append((locks_of(casacore.pid, folder), answer))
    casacore.run("im = None")
    wanted.append((locks_of(casacore.pid, folder), None))
    table = OpenTable.open(str(folder))
    for (name, _, step), (locks, has) in zip(STEPS, wanted, strict=False):
        exec(step, {"table": table})
        assert locks_of(os.getpid(), folder) == locks, name
        assert [table.haslock(False), table.haslock(True)] == has, name
        oracle.count(2)
    table.close()
    assert locks_of(os.getpid(), folder) == wanted[-1][0] == set()


def test_write_lock_is_kept_from_casacore_and_given_up_when_it_waits(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    with table.writing():
        pass
    assert table.haslock(True)
    assert not casacore.run("tab.lock(True, 1); answer = tab.haslock(True)")
    casacore.start("tab.lock(True, 0); answer = tab.haslock(True)")
    assert casacore.finish()
    assert not table.haslock()
    oracle.count(2)


def test_lock_asked_for_is_given_up_after_some_rest(
    casacore: Agent,
    table: OpenTable,
    folder: Path,
    oracle: Oracle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tableguard, "REST", 1)
    theirs(casacore, folder, "table")
    table.lock(True)
    casacore.start("tab.lock(True, 0); answer = tab.haslock(True)")
    end = time.monotonic() + 1.5
    while time.monotonic() < end:  # in use, but not in every moment
        with table.reading():
            pass
        assert table.haslock(True)
        time.sleep(0.3)
    assert casacore.finish()
    oracle.count()


def test_read_lock_is_given_up_for_a_writer(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    with table.reading():
        casacore.start("tab.unlock(); tab.putkeyword('seen', 7); tab.unlock()")
        time.sleep(1.5)  # long enough for the idle thread to look, but the table is in use
        assert table.haslock()
        assert "seen" not in table.data.keywords
    casacore.finish()
    assert keyword(table, "seen") == 7
    oracle.count()


def test_keywords_that_casacore_writes_are_seen_at_once(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    for value in range(3):
        version = table.version
        table.unlock()
        casacore.run(f"tab.putkeyword('seen', {value}); tab.unlock()")
        assert keyword(table, "seen") == value
        assert table.version > version
        oracle.count()


def test_keywords_written_here_are_seen_by_casacore(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    for value in range(3):
        casacore.run("tab.unlock()")
        set_keyword(table, "seen", value)
        table.unlock()
        assert casacore.run("tab.lock(False); answer = tab.getkeyword('seen')") == value
        oracle.count()


def pixels(table: OpenTable) -> NDArray[Any]:
    with table.reading():
        array = table.array("map")
        return array.read(tuple(slice(0, n, 1) for n in array.shape))


def test_pixels_that_casacore_writes_are_seen_at_once(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder)
    casacore.run("im.unlock()")
    assert pixels(table).any()
    for value in range(3):
        table.unlock()
        casacore.run(f"im.putdata(im.getdata() * 0 + {value}); im.unlock()")
        assert (pixels(table) == value).all()
        oracle.count()


def test_pixels_written_here_are_seen_by_casacore(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder)
    for value in range(3):
        casacore.run("im.getdata(); im.unlock()")
        with table.writing():
            writer = table.writer("map")
            writer.write(tuple(slice(0, n, 1) for n in writer.cube.shape), value)
        table.unlock()
        found = casacore.run(
            "x = im.getdata(); im.unlock(); answer = [float(x.min()), float(x.max())]"
        )
        assert found == [value, value]
        oracle.count()


def test_neither_undoes_what_the_other_wrote(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    for value in range(3):
        set_keyword(table, "ours", value)
        table.unlock()
        casacore.run(f"tab.putkeyword('theirs', {value}); tab.unlock()")
        assert keyword(table, "ours") == keyword(table, "theirs") == value
        table.unlock()
        assert (
            casacore.run("tab.lock(); x = tab.getkeyword('ours'); tab.unlock(); answer = x")
            == value
        )
        oracle.count(2)


def test_casacore_gives_up_its_lock_when_asked(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder)
    table.unlock()
    casacore.run("im.lock(True)")
    with pytest.raises(LockError, match=rf"wanted a read lock .* process {casacore.pid} has one"):
        table.lock(False, 1)
    # it looks who waits every five seconds, and only while it works on pixels
    casacore.start(
        f"end = time.time() + {PATIENCE}\n"
        "while im.haslock(True) and time.time() < end: im.getdata(); time.sleep(0.02)\n"
        "answer = im.haslock(True)"
    )
    set_keyword(table, "seen", 1)
    assert table.haslock(True)
    assert casacore.finish() is False
    oracle.count(2)


def test_two_readers_that_want_to_write_do_not_wait_for_each_other(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    casacore.run("tab.lock(False)")
    assert table.haslock()
    casacore.start("tab.lock(True, 0); tab.putkeyword('theirs', 1); tab.unlock()")
    set_keyword(table, "ours", 1)
    casacore.finish()
    table.unlock()
    assert casacore.run(
        "tab.lock(); answer = [tab.getkeyword('ours'), tab.getkeyword('theirs')]"
    ) == [1, 1]
    oracle.count()


@pytest.mark.parametrize("length", [None, 0, 260, 270, 300])
def test_lock_file_of_any_length_will_do(
    casacore: Agent, folder: Path, length: int | None, oracle: Oracle
) -> None:
    if length is None:
        (folder / "table.lock").unlink()
    else:
        os.truncate(folder / "table.lock", length)
    table = OpenTable.open(str(folder))
    assert "coords" in table.data.keywords
    set_keyword(table, "ours", 2)
    table.close()
    theirs(casacore, folder, "table")
    assert casacore.run("answer = [tab.nrows(), tab.getkeyword('ours')]") == [1, 2]
    oracle.count()


def test_damaged_counters_are_replaced_by_new_ones(
    casacore: Agent, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    casacore.run("tab.putkeyword('theirs', 1); tab.unlock()")
    raw = bytearray((folder / "table.lock").read_bytes())
    raw[260:264] = b"\x7f\xff\xff\xff"
    (folder / "table.lock").write_bytes(raw)
    table = OpenTable.open(str(folder))
    set_keyword(table, "ours", 2)
    table.close()
    assert casacore.run(
        "tab.lock(); answer = [tab.getkeyword('ours'), tab.getkeyword('theirs')]"
    ) == [2, 1]
    oracle.count()


def test_three_processes_lose_no_change(
    casacore: Agent, table: OpenTable, folder: Path, oracle: Oracle
) -> None:
    theirs(casacore, folder, "table")
    set_keyword(table, "count", 0.0)
    table.unlock()
    casacore.start(
        "for i in range(4):\n"
        "    tab.lock(True, 0)\n"
        "    tab.putkeyword('count', tab.getkeyword('count') + 1.0)\n"
        "    tab.unlock()"
    )
    end = time.monotonic() + 2
    here = 0
    while time.monotonic() < end:
        with table.writing():
            value = table.data.keywords["count"] + 1
            set_keyword(table, "count", value)
        here += 1
    casacore.finish()
    assert keyword(table, "count") == here + 4
    oracle.count()
