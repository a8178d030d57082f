"""Places where nothing can be written, files that change while they are open, two writers at once.

All of this happens in other processes, because the way to fail might be to end or to hang them.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import ImageError
from tests.harm.injury import files_of
from tests.harm.portrait import differences, portrait
from tests.harm.questions import LIMITS, ask, copied, error_of, look, make_irregular
from tests.harm.scenarios import ENDINGS
from tests.harm.server import Job, Server

DEEDS = {
    "casacore": ("put_pixels", "put_mask", "set_unit", "put_miscinfo", "add_history",
                 "set_history", "put_attribute", "create_group", "make_mask", "remove_mask"),
    "hdf5": ("put_pixels", "put_mask", "set_unit", "put_miscinfo", "put_attribute", "make_mask",
             "remove_mask"),
}  # fmt: skip


@pytest.mark.parametrize("size", [0, 100, 70_000])
@pytest.mark.parametrize("format", ENDINGS)
def test_full_disk_leaves_the_old_image(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str, size: int
) -> None:
    path = copied(sound[format], tmp_path)
    reference = portrait(str(path))
    answer = ask(server, "hardship:full_disk", size, "tests.harm.deeds:save", str(path), format)
    error_of(answer)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    found = look(server, path)
    assert found.kind == "returned", found
    assert differences(reference, found.value) == {}


@pytest.mark.parametrize(("format", "deed"), [(f, deed) for f in DEEDS for deed in DEEDS[f]])
def test_full_disk_leaves_each_part_old_or_new(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str, deed: str
) -> None:
    reference = portrait(str(sound[format]))
    done = copied(sound[format], tmp_path)
    assert ask(server, f"deeds:{deed}", str(done)).kind == "returned"
    complete = portrait(str(done))
    files = {*files_of(done), *files_of(sound[format])}
    shutil.rmtree(done) if done.is_dir() else done.unlink()
    for size in (0, 100, 5000):
        path = copied(sound[format], tmp_path)
        answer = ask(server, "hardship:full_disk", size, f"tests.harm.deeds:{deed}", str(path))
        if answer.kind != "returned":
            error_of(answer)
        found = look(server, path)
        assert found.kind == "returned", found
        from_old = {where[0] for where in differences(reference, found.value)}
        from_new = {where[0] for where in differences(complete, found.value)}
        assert from_old & from_new <= {"/data", "/mask", "/masks"}
        if not deed.startswith("put_") or deed in ("put_miscinfo", "put_attribute"):
            assert not from_old or not from_new
        assert set(files_of(path)) <= files
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path | None]:
    """Give a file system of its own, None where that is not possible."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    try:
        yield folder if made else None
    finally:
        if made:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("format", ENDINGS)
def test_disk_without_room_for_a_second_image_leaves_the_first(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str
) -> None:
    size = sum((sound[format] / name).stat().st_size for name in files_of(sound[format]))
    with small_disk(tmp_path / "disk", size * 3 // 2) as disk:
        if disk is None:  # a user may not mount: a limit on files comes near to it
            disk = tmp_path
            wrapper: tuple[Any, ...] = ("hardship:full_disk", size // 2)
        else:
            wrapper = ("hardship:links_followed",)
        path = copied(sound[format], disk)
        answer = ask(server, *wrapper, "tests.harm.deeds:save", str(path), format)
        assert "space" in error_of(answer) or "large" in error_of(answer)
        assert [entry for entry in disk.iterdir() if entry.name[0] == "."] == []
        found = look(server, path)
        assert found.kind == "returned", found
        assert differences(portrait(str(sound[format])), found.value) == {}


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Take away the right to write a folder and all in it, and give it back."""
    places = [path.parent, path, *(path.rglob("*") if path.is_dir() else [])]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        yield
    finally:
        for place in places:
            place.chmod(0o755 if place.is_dir() else 0o644)


@pytest.mark.parametrize("format", ENDINGS)
def test_read_only_folder_can_be_read_and_nothing_else(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str
) -> None:
    path = copied(sound[format], tmp_path)
    reference = portrait(str(path))
    with read_only(path):
        found = ask(server, "hardship:no_rights", "tests.harm.portrait:portrait", str(path))
        assert found.kind == "returned", found
        assert differences(reference, found.value) == {}
        for deed in DEEDS.get(format, ("set_unit",)):
            name = f"tests.harm.deeds:{deed}"
            answer = ask(server, "hardship:no_rights", name, str(path))
            error_of(answer)
            assert answer.error is not None
            assert answer.error.name == "ReadOnlyError", (deed, answer.error)
        saved = ask(server, "hardship:no_rights", "tests.harm.deeds:save", str(path), format)
        assert path.name in error_of(saved)
        fresh = path.parent / f"fresh.{ENDINGS[format]}"
        saved = ask(server, "hardship:no_rights", "tests.harm.deeds:save", str(fresh), format)
        assert path.parent.name in error_of(saved)
    assert differences(reference, portrait(str(path))) == {}
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


CHANGES = ("cut", "removed", "garbage", "replaced", "gone")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("format", ENDINGS)
def test_files_that_change_while_open_end_no_process(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str, change: str
) -> None:
    for name in files_of(sound[format]) if change != "gone" else [""]:
        path = copied(sound[format], tmp_path)
        answer = ask(server, "hardship:changed_while_open", str(path), change, name)
        assert answer.kind == "returned", (name, answer)
        for told in answer.value:
            ours = ",ImageError," in told
            assert told.endswith((": same", ": other")) or ours, (name, told)
            if change in ("removed", "replaced") and told.endswith(": other"):
                assert answer.warnings, (name, told)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("format", ENDINGS)
def test_two_writers_of_one_image_leave_one_of_theirs(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str
) -> None:
    states = []
    for value in (5.0, 6.0):
        path = copied(sound[format], tmp_path)
        assert ask(server, "deeds:save", str(path), format, True, value).kind == "returned"
        states.append(portrait(str(path)))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for exchange in (True, False):
        path = copied(sound[format], tmp_path)
        jobs = [
            Job("tests.harm.deeds:save", (str(path), format, exchange, value))
            for value in (5.0, 6.0)
        ]
        answers = server.run(*jobs, limits=LIMITS)
        for answer in answers:
            if answer.kind != "returned":
                error_of(answer)
        assert any(answer.kind == "returned" for answer in answers)
        found = portrait(str(path))
        assert any(differences(state, found) == {} for state in states)
        assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("format", ENDINGS)
@pytest.mark.parametrize("kind", ["text", "folder with files", "pipe"])
def test_what_is_no_image_is_never_replaced(tmp_path: Path, format: str, kind: str) -> None:
    path = tmp_path / "thing"
    if kind == "text":
        path.write_text("my notes\n")
    elif kind == "pipe":
        make_irregular(path, "pipe")
    else:
        path.mkdir()
        (path / "notes").write_text("my notes\n")
    im = image("", values=np.ones((4, 5), np.float32))
    try:
        if format == "FITS":
            im.tofits(path)
        else:
            im.saveas(path, format=format)
    except ImageError as error:
        assert "thing" in str(error)  # noqa: PT017 (an image may go into a folder with files)
    if kind == "text":
        assert path.read_text() == "my notes\n"
    elif kind == "pipe":
        assert stat.S_ISFIFO(path.stat().st_mode)
    else:
        assert (path / "notes").read_text() == "my notes\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["thing"]
