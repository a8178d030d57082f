"""A Miriad image in the making: a folder beside its place until it is complete.

The pixels go into a file that has its full size from the start: what is zero stays a hole in it.
The header, without which nobody takes the folder for an image, is written last.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError, MaskError
from jupimage.files.leftovers import beside, remove
from jupimage.files.placing import place
from jupimage.lattice.box import Box
from jupimage.miriad.folder import HEADER, HISTORY, IMAGE, MASK
from jupimage.miriad.items import REAL, SMALL, WORDS, header_bytes
from jupimage.miriad.lattice import HEAD, STORED, MiriadLattice
from jupimage.miriad.mask import MaskReader, MaskWriter, full_words, word_count
from jupimage.miriad.newfile import NewFile

__all__ = ["MiriadDraft", "WritableMiriadLattice"]

_PIECE = 1 << 18  # pixels that are turned into bytes at a time


class WritableMiriadLattice(MiriadLattice):
    """The pixels of a Miriad image that is being made.

    Parameters
    ----------
    image, mask
        The files with these items; no mask if None.
    shape
        Length of each axis, slowest first.
    name
        Of the image, for errors.
    """

    def __init__(
        self, image: NewFile, mask: NewFile | None, shape: tuple[int, ...], name: str
    ) -> None:
        reader = None if mask is None else MaskReader(mask.storage(), HEAD)
        super().__init__(image.storage(), HEAD, shape, name, reader)
        self._files = [file for file in (image, mask) if file is not None]
        self._image = image
        self._bits = None if mask is None else MaskWriter(mask.read, mask.write)

    def write(
        self, box: Box, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None
    ) -> None:
        """Write pixels, their validity, or both, into `box`; doubles are rounded to reals."""
        box.check(self._shape)
        if good is not None and self._bits is None:
            raise MaskError(f"{self._name} was not given a mask when it was made")
        if not box.size:
            return
        steps = [n * s for n, s in zip(self._steps, box.step, strict=True)]
        first = sum(a * n for a, n in zip(box.start, self._steps, strict=True))
        if values is not None:
            self._store(first, steps, np.broadcast_to(values, box.shape))
        if good is not None and self._bits is not None:
            self._bits.write(first, steps, np.broadcast_to(good, box.shape))

    def add_mask(self, name: str) -> None:
        """Refuse: whether there is a mask was said when the draft was made."""
        raise MaskError(f"{self._name} was not given a mask when it was made")

    def flush(self) -> None:
        """Do nothing: what was written is with the system."""

    def close(self) -> None:
        """Let go of the files."""
        super().close()
        for file in self._files:
            file.close()

    def _store(self, first: int, steps: list[int], values: NDArray[Any]) -> None:
        """Write pixels, cut into runs that follow one another in the file."""
        if values.size <= _PIECE and _is_run(steps, values.shape):
            with np.errstate(over="ignore", invalid="ignore"):
                stored = np.ascontiguousarray(values, STORED).reshape(-1).view(np.uint8)
            start = HEAD + STORED.itemsize * first
            if stored.any() or any(self._image.read(start, len(stored))):
                self._image.write(start, stored.data)
            return
        axis = next(i for i, n in enumerate(values.shape) if n > 1)
        half = values.shape[axis] // 2
        front = (slice(None),) * axis
        self._store(first, steps, values[(*front, slice(0, half))])
        self._store(first + half * steps[axis], steps, values[(*front, slice(half, None))])


def _is_run(steps: list[int], shape: tuple[int, ...]) -> bool:
    """Tell whether pixels follow one another in the file."""
    expected = 1
    for n, step in zip(reversed(shape), reversed(steps), strict=True):
        if n > 1 and step != expected:
            return False
        expected *= n
    return True


class MiriadDraft:
    """A new Miriad image that is not in its place yet.

    Parameters
    ----------
    path
        Where it will be.
    shape
        Of its pixels, slowest axis first.
    items
        The small items, by name.
    history
        Content of the item ``history``, empty for none.
    masked
        Whether there is a mask.
    """

    def __init__(
        self,
        path: str,
        shape: tuple[int, ...],
        items: Mapping[str, bytes],
        history: bytes,
        *,
        masked: bool,
    ) -> None:
        self._path = path
        self._items = items
        self._folder: str | None = beside(path)
        self._open: list[NewFile] = []
        try:
            os.mkdir(self._folder)
            count = prod(shape)
            image = self._new(IMAGE, REAL, STORED.itemsize * count)
            mask = self._mask(count) if masked else None
            if history:
                self._put(HISTORY, history)
            self.lattice = WritableMiriadLattice(image, mask, shape, path)
        except OSError as error:
            self.abandon()
            if isinstance(error, FormatError):
                raise
            reason = (error.strerror or str(error)).lower()
            raise FormatError(f"cannot make {path}: {reason}") from error
        except BaseException:
            self.abandon()
            raise

    def commit(self) -> None:
        """Write the header, and put the folder in place of whatever image was there."""
        if self._folder is None:
            return
        self.lattice.close()
        small = {name: item for name, item in self._items.items() if len(item) <= SMALL}
        for name, item in self._items.items():
            if name not in small:
                self._put(name, item)
        self._put(HEADER, header_bytes(small))
        place(self._folder, self._path)
        self._folder = None

    def abandon(self) -> None:
        """Remove everything that was written. After `commit` it does nothing."""
        folder, self._folder = self._folder, None
        for file in self._open:
            file.close()
        if folder is not None:
            if hasattr(self, "lattice"):
                self.lattice.close()
            remove(folder)

    def _mask(self, count: int) -> NewFile:
        """Make the mask of so many good pixels."""
        mask = self._new(MASK, WORDS, 4 * word_count(count))
        start = HEAD
        for words in full_words(count):
            mask.write(start, words)
            start += len(words)
        return mask

    def _new(self, name: str, code: int, size: int) -> NewFile:
        """Make the file of a large item: its type, then zeros."""
        assert self._folder is not None
        file = NewFile(os.path.join(self._folder, name), HEAD + size)
        self._open.append(file)
        file.write(0, bytes([0, 0, 0, code]))
        return file

    def _put(self, name: str, content: bytes) -> None:
        """Write a small file."""
        assert self._folder is not None
        file = NewFile(os.path.join(self._folder, name), len(content))
        self._open.append(file)
        file.write(0, content)
        file.close()
