"""Damages to the files of an image: what each does, and how one is drawn by lot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

__all__ = ["Injury", "draw", "files_of"]

WORDS = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x80000000, 0x10000000, 0x00FFFFFF)
NUMBERS = (b"0", b"-1", b"1", b"7", b"4096", b"2147483648", b"999999999999999999", b"1E9")
DIGITS = re.compile(rb"=( +-?\d+)")


@dataclass(frozen=True, slots=True)
class Injury:
    """One damage to one file.

    Parameters
    ----------
    kind
        ``byte``, ``bytes``, ``length``, ``cut`` or ``lost``.
    file
        The file, relative to the folder of the image; empty if the image is that file.
    changes
        Offsets and the bytes that stand there now.
    size
        Bytes that are left by a cut.
    """

    kind: str
    file: str
    changes: tuple[tuple[int, bytes], ...] = ()
    size: int = 0

    def apply(self, image: Path) -> None:
        """Do it."""
        path = image / self.file if self.file else image
        if self.kind == "lost":
            path.unlink()
            return
        content = path.read_bytes()
        path.write_bytes(content[: self.size] if self.kind == "cut" else self.applied(content))

    def applied(self, content: bytes) -> bytes:
        """Return the content of the file with the changes made to it."""
        changed = bytearray(content)
        for offset, new in self.changes:
            changed[offset : offset + len(new)] = new
        return bytes(changed)

    def parts(self) -> list[Injury]:
        """Return its changes one by one, as damages of their own."""
        return [Injury("byte", self.file, (change,)) for change in self.changes]

    def touched(self, content: bytes) -> list[int]:
        """Return the offsets at which bytes changed, given the content before."""
        return [
            offset + number
            for offset, new in self.changes
            for number, byte in enumerate(new)
            if content[offset + number] != byte
        ]

    def __str__(self) -> str:
        name = self.file or "the file"
        if self.kind == "cut":
            return f"{name} cut to {self.size} bytes"
        if self.kind == "lost":
            return f"{name} removed"
        places = ", ".join(f"{offset}: {new.hex()}" for offset, new in self.changes[:4])
        return f"{name}, {self.kind} at {places}"


def files_of(image: Path) -> list[str]:
    """List the files of an image, relative to its folder, sorted; one empty name for a file."""
    if image.is_file():
        return [""]
    paths = sorted(path for path in image.rglob("*") if path.is_file())
    return [path.relative_to(image).as_posix() for path in paths]


def draw(image: Path, random: np.random.Generator) -> Injury:
    """Draw a damage: a third each of cuts, of changed bytes and of changed lengths."""
    names = files_of(image)
    sizes = {name: (image / name if name else image).stat().st_size for name in names}
    filled = [name for name in names if sizes[name]]
    name = filled[random.integers(len(filled))]
    content = (image / name if name else image).read_bytes()
    kind = random.integers(12)
    if kind < 4:
        if name and random.integers(8) == 0:
            return Injury("lost", name)
        return Injury("cut", name, size=_cut(len(content), random))
    if kind < 8:
        count = 1 if kind < 7 else int(random.integers(2, 6))
        return _bytes(name, content, count, random)
    return _length(name, content, random)


def _cut(size: int, random: np.random.Generator) -> int:
    """Draw what is left: often nothing, or all but little."""
    kind = random.integers(10)
    if kind == 0:
        return 0
    if kind < 3:
        return max(0, size - int(random.integers(1, 9)))
    return int(random.integers(size))


def _bytes(name: str, content: bytes, count: int, random: np.random.Generator) -> Injury:
    """Change bytes: by lot, or one bit of each; half of the places are not zero."""
    data = np.frombuffer(content, np.uint8)
    places = np.flatnonzero(data) if random.integers(2) and data.any() else np.arange(data.size)
    chosen = random.choice(places, min(count, len(places)), replace=False)
    changes = []
    for place in sorted(int(place) for place in chosen):
        old = content[place]
        new = old ^ (1 << random.integers(8)) if random.integers(2) else random.integers(256)
        changes.append((place, bytes([int(new) if new != old else old ^ 255])))
    return Injury("byte" if len(changes) == 1 else "bytes", name, tuple(changes))


def _length(name: str, content: bytes, random: np.random.Generator) -> Injury:
    """Change what may be a length or a count: a word, or the digits of a card."""
    cards = list(DIGITS.finditer(content[: 20 * 2880])) if content[:6] == b"SIMPLE" else []
    if cards and random.integers(4):
        found = cards[random.integers(len(cards))]
        number = NUMBERS[random.integers(len(NUMBERS))]
        return Injury("length", name, ((found.start(1), number.rjust(len(found[1]))),))
    wide = random.integers(4) == 0
    width = 8 if wide else 4
    places = list(_places(content, width, random))
    if not places:
        return _bytes(name, content, 1, random)
    place = places[random.integers(len(places))]
    order: Literal["big", "little"] = "big" if random.integers(2) else "little"
    old = int.from_bytes(content[place : place + width], order)
    step = int(random.integers(len(WORDS) + 3))
    if step < len(WORDS):
        new = WORDS[step] * (0x100000001 if wide and random.integers(2) else 1)
    else:
        new = (old + 1, old - 1, old * 2)[step - len(WORDS)]
    word = (new % (1 << 8 * width)).to_bytes(width, order)
    if word == content[place : place + width]:
        word = bytes(byte ^ 255 for byte in word)
    return Injury("length", name, ((place, word),))


def _places(content: bytes, width: int, random: np.random.Generator) -> Sequence[int]:
    """Return where a word may begin: where a small number stands, or any multiple of 4."""
    if random.integers(2):
        small = list(_small_numbers(content, width))
        if small:
            return small
    return range(0, len(content) - width + 1, 4)


def _small_numbers(content: bytes, width: int) -> Iterator[int]:
    """Give the places of numbers up to 65535 and not 0, in either order of bytes."""
    data = np.frombuffer(content, np.uint8)
    if data.size < width:
        return
    windows = np.lib.stride_tricks.sliding_window_view(data, width)
    big = ~windows[:, : width - 2].any(axis=1) & windows[:, width - 2 :].any(axis=1)
    little = ~windows[:, 2:].any(axis=1) & windows[:, :2].any(axis=1)
    yield from (int(place) for place in np.flatnonzero(big | little))
