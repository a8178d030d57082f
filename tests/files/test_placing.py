"""New things in place of old ones, also when the writer is killed on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupimage import options
from jupimage.errors import FormatError, ReadOnlyError
from jupimage.files import (
    beside,
    exchange,
    leftovers,
    place,
    placing,
    recover,
    swap,
)
from tests.files.unprivileged import common_folder, unprivileged

ROADS = ["exchange", "renames"]

STEPS = {
    "exchange": ["ready", "exchanged", "done"],
    "renames": ["ready", "moved", "placed", "done"],
}


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Take the road of this system, or the one of systems that exchange nothing."""
    found = str(request.param)
    monkeypatch.setattr(swap, "_allowed", found == "exchange")
    return found


def make(path: Path | str, content: str) -> Path:
    """Make a folder with a file in it, and one in a folder in it."""
    inner = Path(path) / "logtable"
    inner.mkdir(parents=True)
    (inner / "table.dat").write_text(content)
    (Path(path) / "table.dat").write_text(content)
    return Path(path)


def content(path: Path) -> str:
    """Return what `make` wrote, after a look at all of it."""
    outer = (path / "table.dat").read_text()
    assert (path / "logtable" / "table.dat").read_text() == outer
    assert sorted(os.listdir(path)) == ["logtable", "table.dat"]
    return outer


def test_folder_takes_the_place_of_another(tmp_path: Path, road: str) -> None:
    target = make(tmp_path / "a.img", "old")
    new = make(beside(str(target)), "new")
    place(str(new), str(target))
    assert content(target) == "new"
    assert os.listdir(tmp_path) == ["a.img"]


def test_folder_takes_a_name_that_is_free(tmp_path: Path, road: str) -> None:
    target = tmp_path / "a.img"
    place(str(make(beside(str(target)), "new")), str(target))
    assert content(target) == "new"
    assert os.listdir(tmp_path) == ["a.img"]


def test_file_takes_the_place_of_another(tmp_path: Path, road: str) -> None:
    target = tmp_path / "a.fits"
    for text in ("first", "second"):
        new = Path(beside(str(target)))
        new.write_text(text)
        place(str(new), str(target))
        assert target.read_text() == text
    assert os.listdir(tmp_path) == ["a.fits"]


def test_folder_and_file_take_each_others_place(tmp_path: Path, road: str) -> None:
    target = make(tmp_path / "a", "old")
    new = Path(beside(str(target)))
    new.write_text("file")
    place(str(new), str(target))
    assert target.read_text() == "file"
    place(str(make(beside(str(target)), "new")), str(target))
    assert content(target) == "new"
    assert os.listdir(tmp_path) == ["a"]


def test_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path, road: str) -> None:
    real = make(tmp_path / "real.img", "real")
    target = tmp_path / "a.img"
    target.symlink_to(real)
    place(str(make(beside(str(target)), "new")), str(target))
    assert content(target) == "new"
    assert content(real) == "real"
    assert sorted(os.listdir(tmp_path)) == ["a.img", "real.img"]


def test_backup_of_the_user_is_not_touched(tmp_path: Path, road: str) -> None:
    target = make(tmp_path / "a.img", "old")
    backup = make(tmp_path / "a.img.bak", "precious")
    place(str(make(beside(str(target)), "new")), str(target))
    assert content(backup) == "precious"
    assert content(target) == "new"
    assert sorted(os.listdir(tmp_path)) == ["a.img", "a.img.bak"]


def test_new_thing_that_is_missing_is_said(tmp_path: Path, road: str) -> None:
    target = make(tmp_path / "a.img", "old")
    with pytest.raises(FormatError, match=r"cannot put a new .*a\.img in place: no such file"):
        place(str(tmp_path / "none"), str(target))
    assert content(target) == "old"


def test_folder_that_cannot_be_written_keeps_the_old_one(road: str) -> None:
    with common_folder() as folder:
        target, new = make(folder / "a.img", "old"), make(folder / "new", "new")
        folder.chmod(0o555)
        with (
            unprivileged(),
            pytest.raises(ReadOnlyError, match=r"cannot put a new .*a\.img in place: permission"),
        ):
            place(str(new), str(target))
        assert content(target) == "old"
        assert content(new) == "new"


def test_durable_placing_waits_for_the_disk(
    tmp_path: Path, road: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "durable", True)
    target = make(tmp_path / "a.img", "old")
    place(str(make(beside(str(target)), "new")), str(target))
    assert content(target) == "new"


def test_reader_that_recovers_between_the_steps_delays_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_allowed", False)
    target = make(tmp_path / "a.img", "old")
    seen: list[str] = []

    def read(step: str) -> None:
        if step == "moved" and len(seen) < 3:
            assert not target.exists()
            assert recover(str(target))
            seen.append(content(target))

    monkeypatch.setattr(placing, "_at_step", read)
    place(str(make(beside(str(target)), "new")), str(target))
    assert seen == ["old"] * 3
    assert content(target) == "new"
    assert os.listdir(tmp_path) == ["a.img"]


def test_interrupted_writer_puts_the_old_one_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_allowed", False)
    target = make(tmp_path / "a.img", "old")

    def interrupt(step: str) -> None:
        if step == "moved":
            raise KeyboardInterrupt

    monkeypatch.setattr(placing, "_at_step", interrupt)
    with pytest.raises(KeyboardInterrupt):
        place(str(make(beside(str(target)), "new")), str(target))
    assert content(target) == "old"


def test_many_writers_and_readers_see_whole_folders_only(tmp_path: Path, road: str) -> None:
    target = make(tmp_path / "a.img", "old")
    wrong: list[str] = []
    done = threading.Event()

    def write(name: str) -> None:
        for number in range(15):
            place(str(make(beside(str(target)), f"{name}{number}")), str(target))

    def read() -> None:
        while not done.is_set():
            if not recover(str(target)) and road == "exchange":
                wrong.append("missing")

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    reader = threading.Thread(target=read)
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join(30)
    done.set()
    reader.join(30)
    assert wrong == []
    assert content(target) in {"a14", "b14"}
    assert os.listdir(tmp_path) == ["a.img"]


KILLED = """
import json, os, signal, sys
from jupimage.files import beside, place, placing, swap
for target, road, last in json.load(sys.stdin):
    child = os.fork()
    if child:
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        continue
    swap._allowed = road == "exchange"
    def stop(step):
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)
    placing._at_step = stop
    new = beside(target)
    os.rename(target + ".prepared", new)
    place(new, target)
    os._exit(1)
"""


def test_killed_writer_leaves_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    cases = [
        (tmp_path / road / step / backup / "a.img", road, step)
        for road in ROADS
        for step in STEPS[road]
        for backup in ("alone", "backup", "unread")
    ]
    for target, _, _ in cases:
        make(target, "old")
        make(f"{target}.prepared", "new")
        if target.parent.name == "backup":
            make(f"{target}.bak", "precious")
    subprocess.run(
        [sys.executable, "-c", KILLED],
        input=json.dumps([(str(target), road, step) for target, road, step in cases]),
        text=True,
        check=True,
    )
    for target, _, step in cases:
        assert target.exists() == (step != "moved")
        if target.parent.name != "unread":
            assert recover(str(target))
            assert content(target) == ("old" if step in ("ready", "moved") else "new")
        new = make(beside(str(target)), "newer")
        place(str(new), str(target))
        assert content(target) == "newer"
        left = set(os.listdir(target.parent)) - {"a.img"}
        if target.parent.name == "backup":
            assert content(Path(f"{target}.bak")) == "precious"
            left -= {"a.img.bak"}
        assert left == set(), (target, step)


def test_recover_leaves_a_copy_that_the_user_made(tmp_path: Path) -> None:
    make(tmp_path / "a.img.bak", "old")
    assert not recover(str(tmp_path / "a.img"))
    assert os.listdir(tmp_path) == ["a.img.bak"]


def test_recover_of_what_never_was(tmp_path: Path) -> None:
    assert not recover(str(tmp_path / "a.img"))
    assert os.listdir(tmp_path) == []


def test_recover_changes_nothing_in_a_read_only_folder() -> None:
    with common_folder() as folder:
        target = make(folder / "a.img", "old")
        with placing._note(str(target)) as spare:
            os.rename(target, spare)
            folder.chmod(0o555)
            with unprivileged():
                assert not recover(str(target))
            assert not target.exists()
            folder.chmod(0o755)
            assert recover(str(target))


def test_private_names_are_short_new_and_of_this_process(tmp_path: Path) -> None:
    target = str(tmp_path / ("ä" * 120 + ".img"))
    first, second = beside(target), beside(target)
    assert first != second
    assert os.path.dirname(first) == str(tmp_path)
    assert len(os.fsencode(os.path.basename(first))) < 140
    assert f".{os.getpid()}." in first


def test_leftovers_of_living_processes_stay(tmp_path: Path) -> None:
    target = str(tmp_path / "a.img")
    mine = make(beside(target), "mine")
    name = mine.name.replace(f".{os.getpid()}.", f".{os.getppid()}.")
    parents = make(tmp_path / name, "parent's")
    other_machine = make(
        tmp_path / name.replace(leftovers.this_machine(), "0" * 8).replace("4", "5"), "far"
    )
    other_target = make(beside(str(tmp_path / "b.img")), "another")
    beside(target)
    for folder in (mine, parents, other_machine, other_target):
        assert folder.exists()


def test_leftovers_of_killed_processes_go_whatever_they_were_beside(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    mine = make(beside(str(tmp_path / "a.img")), "mine")
    left = [
        make(Path(beside(str(tmp_path / name)).replace(f".{os.getpid()}.", f".{process.pid}.")), "")
        for name in ("a.img", "b.img", "ä" * 60)
    ]
    others = [".hidden", f".a.{process.pid}.0.tmp", left[0].name + "x", "x" + left[0].name]
    for name in others:
        make(tmp_path / name, "of the user")
    leftovers.clean_folder(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == sorted([*others, mine.name])
    leftovers.clean_folder(str(tmp_path / "missing"))


def test_processes_are_told_alive_from_gone() -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as process:
        process.wait()
    assert not leftovers.is_alive(process.pid)
    assert leftovers.is_alive(1)
    assert leftovers.is_alive(os.getppid())


def test_exchange_of_two_names(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a", "a"), make(tmp_path / "b", "b")
    if exchange(str(first), str(second)):
        assert (content(first), content(second)) == ("b", "a")
    else:
        assert (content(first), content(second)) == ("a", "b")


def test_exchange_with_a_missing_name_changes_nothing(tmp_path: Path) -> None:
    first = make(tmp_path / "a", "a")
    with pytest.raises(FileNotFoundError):
        exchange(str(first), str(tmp_path / "none"))
    assert content(first) == "a"
