"""Questions that tests put to a server, and what they expect of the answers."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from pathlib import Path
from typing import Any

from tests.harm.server import Answer, Job, Limits, Server

__all__ = ["LIMITS", "ask", "copied", "error_of", "look", "make_irregular"]

LIMITS = Limits(work=20, wait=60)


def ask(server: Server, function: str, *arguments: Any) -> Answer:
    """Run a function of `portrait`, `deeds` or `hardship` in another process."""
    return server.run(Job(f"tests.harm.{function}", arguments), limits=LIMITS)[0]


def look(server: Server, path: Path) -> Answer:
    return ask(server, "portrait:portrait", str(path))


def copied(sound: Path, folder: Path) -> Path:
    path = folder / sound.name
    if sound.is_dir():
        shutil.copytree(sound, path)
    else:
        shutil.copy(sound, path)
    return path


def error_of(answer: Answer) -> str:
    """Return the message of an error of this package; fail if there is another or none."""
    assert answer.kind == "raised", answer
    assert answer.error is not None
    assert "jupimage.errors.ImageError" in answer.error.ancestors, answer.error.trace
    assert answer.peak < 200 << 20
    return answer.error.message


def make_irregular(path: Path, kind: str) -> None:
    """Put something that is no file at a path."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        # such a name can have only about a hundred letters
        with socket.socket(socket.AF_UNIX) as made:
            here = os.getcwd()
            os.chdir(path.parent)
            try:
                made.bind(path.name)
            finally:
                os.chdir(here)
    else:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # gives zeros without end
