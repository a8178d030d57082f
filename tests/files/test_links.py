"""Names and links that lead out of a folder, and things that are no files."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest

from jupimage import options
from jupimage.errors import FormatError, MissingImageError, ReadOnlyError
from jupimage.files import open_regular, path_inside
from tests.files.unprivileged import common_folder, unprivileged


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "a.img"
    (found / "inner").mkdir(parents=True)
    (found / "file").write_bytes(b"mine")
    (tmp_path / "secret").write_bytes(b"theirs")
    (tmp_path / "other").mkdir()
    return found


def close(descriptor: int) -> None:
    os.close(descriptor)


@pytest.mark.parametrize("name", ["file", "inner", "./file", "inner/new", "new"])
def test_names_inside_are_taken(folder: Path, name: str) -> None:
    assert Path(path_inside(str(folder), name)) == folder / name


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../secret",
        "inner/../../secret",
        "/etc/passwd",
        "",
        "a\\b",
        "c:file",
        "a\0b",
        "inner/",
    ],
)
def test_names_that_lead_out_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(FormatError, match=r"wanted a name inside .*a\.img, got"):
        path_inside(str(folder), name)


def test_folder_itself_may_be_reached_by_a_link(folder: Path) -> None:
    link = folder.parent / "link.img"
    link.symlink_to(folder)
    assert os.path.samefile(path_inside(str(link), "file"), folder / "file")
    close(open_regular(str(link / "file")))


@pytest.mark.parametrize("target", ["../secret", "../other", "/etc/passwd", "../not_there"])
def test_links_that_lead_out_are_refused(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(target)
    with pytest.raises(FormatError, match="wanted a name inside"):
        path_inside(str(folder), "link")
    with pytest.raises(FormatError, match="wanted a name inside"):
        open_regular(str(folder / "link"))


def test_link_that_stays_inside_is_followed(folder: Path) -> None:
    (folder / "link").symlink_to("file")
    close(open_regular(str(folder / "link")))
    path_inside(str(folder), "link")


def test_option_allows_to_follow_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "link").symlink_to("../secret")
    monkeypatch.setattr(options, "follow_links", True)
    descriptor = open_regular(path_inside(str(folder), "link"))
    assert os.read(descriptor, 9) == b"theirs"
    close(descriptor)
    assert path_inside(str(folder), "../secret").endswith("secret")


def test_pipe_is_refused_without_waiting(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(FormatError, match=r"pipe: wanted a regular file, got a pipe"):
        open_regular(str(folder / "pipe"))


def test_other_things_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormatError, match="wanted a regular file, got a device"):
        open_regular(os.devnull)
    with pytest.raises(FormatError, match="wanted a regular file, got a folder"):
        open_regular(str(folder / "inner"))
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(FormatError, match="wanted a regular file, got a socket"):
            open_regular(str(folder / "socket"))
    monkeypatch.setattr(options, "follow_links", True)
    (folder / "link").symlink_to(os.devnull)
    with pytest.raises(FormatError, match="wanted a regular file, got a device"):
        open_regular(str(folder / "link"))


def test_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(MissingImageError, match=re.escape(f"there is no file {folder}")):
        open_regular(str(folder / "missing"))


def test_file_is_made_on_demand(folder: Path) -> None:
    close(open_regular(str(folder / "new"), os.O_RDWR | os.O_CREAT))
    assert (folder / "new").stat().st_size == 0


def test_file_that_may_not_be_written_is_named() -> None:
    with common_folder() as folder:
        (folder / "file").touch()
        (folder / "file").chmod(0o444)
        (folder / "closed").touch()
        (folder / "closed").chmod(0)
        folder.chmod(0o555)
        with unprivileged():
            with pytest.raises(ReadOnlyError, match=r"cannot write .*file: permission denied"):
                open_regular(str(folder / "file"), os.O_RDWR)
            with pytest.raises(ReadOnlyError, match=r"cannot write .*new: permission denied"):
                open_regular(str(folder / "new"), os.O_RDWR | os.O_CREAT)
            with pytest.raises(FormatError, match=r"cannot read .*closed: permission denied"):
                open_regular(str(folder / "closed"))
