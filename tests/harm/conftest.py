"""Shared by the tests of this folder: a server for jobs, and sound images."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harm.damage import MODULES
from tests.harm.deeds import make_old
from tests.harm.scenarios import ENDINGS
from tests.harm.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Give a server that has imported what images need."""
    with Server((*MODULES, "tests.harm.deeds", "tests.harm.hardship")) as started:
        yield started


# Pipes, devices, links and limits on files, which this system has not, or not for everybody.
collect_ignore = (
    ["test_hostile_files.py", "test_hostile_places.py"] if sys.platform == "win32" else []
)


class Sound(dict[str, Path]):
    """An image of each format, made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, format: str) -> Path:
        path = self._folder / f"sound.{ENDINGS[format]}"
        make_old(str(path), format)
        self[format] = path
        return path


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Give an image of each format."""
    return Sound(tmp_path_factory.mktemp("sound"))
