"""What a dataset of pixels holds, and where its chunks lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError

__all__ = ["PixelPlace", "link_refusal"]


@dataclass(frozen=True, slots=True)
class PixelPlace:
    """A dataset.

    Parameters
    ----------
    where
        What it is called in messages.
    shape
        Slowest axis first.
    stored
        Type of the values in the file, None if they are no numbers.
    chunk
        Shape of a chunk, None if the dataset is not cut into chunks.
    places
        Where the chunks lie in the file, an array of the shape of their grid, or what finds that
        out. None if it cannot be said, because they are packed or in other files.
    fill
        Bytes of the value of pixels that were never written, empty for zero.
    simple
        Whether the bytes in the file are the values; otherwise the HDF5 library has to read them.
    """

    where: str
    shape: tuple[int, ...]
    stored: np.dtype[Any] | None
    chunk: tuple[int, ...] | None
    places: NDArray[np.int64] | Callable[[], NDArray[np.int64]] | None
    fill: bytes
    simple: bool

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of a chunk; that of the whole if there are none."""
        return self.shape if self.chunk is None else self.chunk

    @property
    def length(self) -> int:
        """Bytes of a chunk."""
        return prod(self.tile) * (0 if self.stored is None else self.stored.itemsize)


def link_refusal(name: str, where: str) -> FormatError:
    """Return the error for what leads to another place."""
    return FormatError(
        f"{name}: {where} leads to another place, which may be another file; that is followed only "
        "if jupimage.options.follow_links is True"
    )
