"""Masks of Miriad images: one bit for each pixel, 31 of them in a word.

A mask item holds big-endian words of 32 bits, behind four bytes with the code of integers. Pixel
p of the image (fastest axis first) is bit ``p % 31`` of word ``p // 31``, least significant bit
first; the sign bit is 0. A bit that is set means a good pixel.

A box is read without unpacking the mask around it: where its pixels lie close together the
words they lie in are unpacked, else the bits are picked one by one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.files.storage import Storage

__all__ = ["BITS", "HEAD", "MaskReader", "MaskWriter", "full_words", "word_count"]

BITS = 31
HEAD = 4

Flags = NDArray[np.bool_]

_SPREAD = 8  # a box that takes one pixel in so many is unpacked with what lies between
_FILL = 1 << 18
_WORD = np.dtype(">u4")


def word_count(pixels: int) -> int:
    """Return the number of words that hold the mask of so many pixels.

    Examples
    --------
    >>> word_count(31), word_count(32)
    (1, 2)
    """
    return -(-pixels // BITS)


class MaskReader:
    """Reads a mask item.

    Parameters
    ----------
    storage
        The file that holds it.
    start
        Where its words begin.
    """

    def __init__(self, storage: Storage, start: int) -> None:
        self.storage = storage
        self._start = start

    def read(self, first: int, steps: Sequence[int], good: Flags) -> None:
        """Read the validity of pixels; the storage has to be held.

        Parameters
        ----------
        first
            Number of the first pixel.
        steps
            How many pixels farther on the next one is, along each axis of `good`.
        good
            Where the validity goes.
        """
        span = sum((n - 1) * step for n, step in zip(good.shape, steps, strict=True)) + 1
        low, high = first // BITS, (first + span - 1) // BITS + 1
        window = self.storage.window(self._start + 4 * low, 4 * (high - low))
        words = np.frombuffer(window, _WORD)
        if span <= _SPREAD * good.size:
            bits = unpacked(words)[first - low * BITS :]
            np.copyto(good, np.lib.stride_tricks.as_strided(bits, good.shape, tuple(steps)))
            return
        pixel = np.full((1,) * good.ndim, first - low * BITS, np.uint64)
        for axis, (n, step) in enumerate(zip(good.shape, steps, strict=True)):
            along = np.arange(n, dtype=np.uint64) * np.uint64(step)
            pixel = pixel + along.reshape((n,) + (1,) * (good.ndim - axis - 1))
        # numpy divides by one number much faster than it does `divmod`
        word = pixel // np.uint64(BITS)
        bit = (pixel - word * np.uint64(BITS)).astype(np.uint32)
        np.not_equal(words[word.astype(np.intp)] >> bit & 1, 0, out=good)


def unpacked(words: NDArray[Any]) -> Flags:
    """Return the bits of words, 31 of each.

    Examples
    --------
    >>> unpacked(np.array([5], ">u4"))[:4]
    array([ True, False,  True, False])
    """
    little = words.astype("<u4")
    bits = np.unpackbits(little.view(np.uint8), bitorder="little").reshape(-1, BITS + 1)
    return np.ascontiguousarray(bits[:, :BITS]).reshape(-1).view(np.bool_)


def packed(good: Flags) -> NDArray[Any]:
    """Return the words of bits, whose number is a multiple of 31: the reverse of `unpacked`."""
    bits = np.zeros((len(good) // BITS, BITS + 1), np.bool_)
    bits[:, :BITS] = good.reshape(-1, BITS)
    return np.packbits(bits, bitorder="little").view("<u4").astype(_WORD)


class MaskWriter:
    """Writes parts of a mask; parts that share a word may be written at the same time.

    Parameters
    ----------
    read, write
        Read from a position in the file (position, count), write to one (position, bytes).
    """

    def __init__(
        self, read: Callable[[int, int], bytes], write: Callable[[int, Any], None]
    ) -> None:
        self._read = read
        self._write = write
        self._lock = threading.Lock()

    def write(self, first: int, steps: Sequence[int], good: Flags) -> None:
        """Write the validity of pixels, given as to `MaskReader.read`."""
        span = sum((n - 1) * step for n, step in zip(good.shape, steps, strict=True)) + 1
        axis = next((i for i, n in enumerate(good.shape) if n > 1), None)
        if axis is not None and (span > _SPREAD * good.size or good.size > _FILL):
            half = good.shape[axis] // 2
            front = (slice(None),) * axis
            self.write(first, steps, good[(*front, slice(0, half))])
            self.write(first + half * steps[axis], steps, good[(*front, slice(half, None))])
            return
        self._merge(first, span, steps, good)

    def _merge(self, first: int, span: int, steps: Sequence[int], good: Flags) -> None:
        """Set bits among those that are there."""
        low, high = first // BITS, (first + span - 1) // BITS + 1
        place = HEAD + 4 * low
        with self._lock:
            bits = unpacked(np.frombuffer(self._read(place, 4 * (high - low)), _WORD))
            part = np.lib.stride_tricks.as_strided(
                bits[first - low * BITS :], good.shape, tuple(steps)
            )
            part[...] = good
            self._write(place, packed(bits).data)


def full_words(pixels: int) -> Iterator[bytes]:
    """Give the words of a mask of good pixels, piece by piece.

    Examples
    --------
    >>> b"".join(full_words(33)).hex()
    '7fffffff00000003'
    """
    whole, rest = divmod(pixels, BITS)
    for start in range(0, whole, _FILL):
        yield np.full(min(_FILL, whole - start), (1 << BITS) - 1, _WORD).tobytes()
    if rest:
        yield np.array([(1 << rest) - 1], _WORD).tobytes()
