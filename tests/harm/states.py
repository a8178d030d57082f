"""States of an image at rest: one to start from, and those that may be left by a killed writer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.harm.portrait import PIXELS, differences

__all__ = ["Place", "State", "compare"]


@dataclass(slots=True)
class State:
    """An image at rest.

    Parameters
    ----------
    here, there
        How it looks here and to python-casacore, None if it is no image or nobody looked.
    files
        Which files it has.
    seconds
        How long the last deed took.
    """

    here: dict[str, Any] | None
    there: dict[str, Any] | None
    files: frozenset[str]
    seconds: float = 0


@dataclass(slots=True)
class Place:
    """A folder of its own for an image, for a while.

    Parameters
    ----------
    folder
        Where that folder is made.
    old
        The image to start from.
    before
        Whether it is there (``image``), or ``nothing``, or a ``folder`` with another file.
    """

    folder: Path
    old: Path
    before: str
    _held: tempfile.TemporaryDirectory[str] | None = field(default=None, init=False)

    def __enter__(self) -> Path:
        self._held = tempfile.TemporaryDirectory(dir=self.folder)
        path = Path(self._held.name) / f"image{self.old.suffix}"
        if self.before == "folder":
            path.mkdir()
            (path / "notes").write_text("of a user\n", encoding="utf-8")
        elif self.before == "image" and self.old.is_dir():
            shutil.copytree(self.old, path)
        elif self.before == "image":
            shutil.copy(self.old, path)
        return path

    def __exit__(self, *error: object) -> None:
        assert self._held is not None
        self._held.cleanup()


def compare(
    found: Mapping[str, Any], states: Mapping[str, Mapping[str, Any] | None], *, partly: bool
) -> tuple[str, str]:
    """Find the state that an image is in; if there is none, say what differs from the nearest."""
    nearest: list[str] | None = None
    pixels = [state for state in states.values() if state is not None]
    for name, state in states.items():
        if state is None:
            continue
        differing = differences(state, found)
        wrong = {path for path in differing if path[0].lstrip("/") not in PIXELS}
        if not differing:
            return name, ""
        if not wrong and partly and _is_mixed(found, pixels):
            return "partly", ""
        told = [f"{'.'.join(p)}: {a!r:.50} became {b!r:.50}" for p, (a, b) in differing.items()]
        if nearest is None or len(told) < len(nearest):
            nearest = [f"as {name}, but", *told]
    return "", "; ".join((nearest or ["no state to compare with"])[:6])


def _is_mixed(found: Mapping[str, Any], states: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each pixel, and each flag of the masks, is that of one of the states."""
    for part in PIXELS:
        if part not in found:
            continue
        arrays = found[part] if isinstance(found[part], Mapping) else {"": found[part]}
        for name, array in arrays.items():
            fits = np.zeros(array.shape, bool)
            for state in states:
                other = state[part][name] if name else state[part]
                fits |= array == other
            if not fits.all():
                return False
    return True
