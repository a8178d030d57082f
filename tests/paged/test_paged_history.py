"""The history of a paged image: read when asked for, appended to, replaced."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError
from jupimage.formats import Entry, open_path
from tests.casatable.realtables import unpack
from tests.conftest import Oracle
from tests.paged.pagedfiles import make, pixels_of, read

LINES = ["", "12345678", "nine char", "größer als ∞", "two\nlines", "x" * 40_000, "日本語" * 50]


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.img", pixels_of((3, 4)))


def test_new_image_has_an_empty_history(oracle: Oracle, path: str) -> None:
    assert list(open_path(path).history) == []
    assert oracle.images.image(path).history() == []
    oracle.count()


@pytest.mark.parametrize("big_endian", [False, True], ids=["little", "big"])
def test_lines_of_all_lengths(big_endian: bool, oracle: Oracle, tmp_path: Path) -> None:
    path = make(tmp_path / "a.img", pixels_of((3, 4)), history=LINES[:3], big_endian=big_endian)
    opened = open_path(path)
    opened.store.add_history(opened, LINES[3:], "somebody")
    assert opened.history == LINES
    assert oracle.images.image(path).history() == LINES
    oracle.count()


def test_two_thousand_lines_one_after_the_other(oracle: Oracle, path: str) -> None:
    opened = open_path(path)
    lines = [f"line {number} {LINES[number % 3 + 2][:300]}" for number in range(2000)]
    for start in range(0, 2000, 100):
        opened.store.add_history(opened, lines[start : start + 99], "test")
        opened.store.add_history(opened, lines[start + 99 : start + 100], "test")
    assert list(opened.history) == lines
    assert oracle.images.image(path).history() == lines
    oracle.count()


def test_entries_keep_what_they_know(path: str, oracle: Oracle) -> None:
    opened = open_path(path)
    entry = Entry("m", time=4.75e9, priority="WARN", location="here", object_id="7")
    opened.store.add_history(opened, [entry, "plain"], "origin")
    found: Any = list(open_path(path).history)
    assert [(e.time, e.priority, e.location, e.object_id) for e in found[:1]] == [
        (4.75e9, "WARN", "here", "7")
    ]
    assert (found[1].priority, found[1].location) == ("NORMAL", "origin")
    assert found[1].time > 5e9
    with oracle.tables.table(f"{path}/logtable", ack=False) as log:
        assert log.getcol("PRIORITY") == ["WARN", "NORMAL"]
        assert log.getcol("LOCATION") == ["here", "origin"]
        assert log.getcolkeywords("TIME")["UNIT"] == "s"
    oracle.count(3)


def test_replaced_history_keeps_the_times_of_old_lines(path: str) -> None:
    opened = open_path(path)
    opened.store.add_history(opened, [Entry("a", time=1.0), Entry("b", time=2.0)], "x")
    with opened.store.changing():
        opened.history = ["a", "c"]
        opened.store.save(opened, ("history",))
    found: Any = list(opened.history)
    assert found == ["a", "c"]
    assert found[0].time == 1.0
    assert found[1].time > 5e9


def test_history_of_another_handle_follows(path: str) -> None:
    mine, other = open_path(path), open_path(path)
    assert list(other.history) == []
    mine.store.add_history(mine, ["new"], "test")
    assert list(other.history) == ["new"]
    assert other.history[0] == "new"
    assert len(other.history) == 1


def test_lines_that_casacore_adds_are_seen(oracle: Oracle, tmp_path: Path) -> None:
    path = unpack("longlog.img", tmp_path)
    opened = open_path(path)
    before = list(opened.history)
    with oracle.tables.table(f"{path}/logtable", readonly=False, ack=False) as log:
        log.addrows(1)
        log.putcell("MESSAGE", len(before), "added by casacore")
    assert list(opened.history) == [*before, "added by casacore"]
    opened.store.add_history(opened, ["added here"], "test")
    del opened
    theirs = oracle.images.image(path).history()
    assert theirs == [*before, "added by casacore", "added here"]
    oracle.count(2)


def test_missing_log_is_warned_of_and_made_again(oracle: Oracle, path: str) -> None:
    shutil.rmtree(Path(path, "logtable"))
    with pytest.warns(UserWarning, match="the table logtable is missing, so there is no history"):
        opened = open_path(path)
    assert len(opened.remarks) == 1
    opened.store.add_history(opened, ["again"], "test")
    assert list(opened.history) == ["again"]
    assert oracle.images.image(path).history() == ["again"]
    oracle.count()


def test_damaged_log_counts_as_empty_and_is_not_thrown_away(path: str) -> None:
    (again := open_path(path)).store.add_history(again, ["precious"], "test")
    table = Path(path, "logtable", "table.f0")
    kept = table.read_bytes()
    table.write_bytes(kept[:600])
    opened = open_path(path)
    with pytest.warns(UserWarning, match=r"the history of .*a\.img is taken as empty: .*table\.f0"):
        assert list(opened.history) == []
    with pytest.raises(FormatError, match=r"table\.f0"):
        opened.store.add_history(opened, ["more"], "test")
    assert table.read_bytes() == kept[:600]
    np.testing.assert_array_equal(read(opened)[0], pixels_of((3, 4)))
    table.write_bytes(kept)
    assert list(opened.history) == ["precious"]
