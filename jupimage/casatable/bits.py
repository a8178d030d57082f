"""Bools in files: one bit each, the lowest bit of a byte first.

Bits cannot be copied with strides as bytes can. But tiles start on a byte, and often lines or
planes inside a tile do too: so the bytes that hold a stretch of bits are copied with strides, all
are unpacked at once, and of the unpacked ones a strided copy takes those that are wanted. Where
few are wanted of many, each is picked out on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.patches import reach
from jupimage.casatable.tilegrid import Dim

__all__ = ["BitWindow", "bit_window", "pack_bits", "pick_bits", "put_bits", "take_bits"]

SPARSE = 64
"""Bits that are unpacked in the time in which one is picked out on its own."""


class BitWindow(NamedTuple):
    """The bytes that hold the bits of a patch.

    Attributes
    ----------
    first, length
        Number of the first byte, and how many there are from it to the last.
    shape, strides
        Of the windows: dimensions that have whole bytes from one item to the next, then the
        bytes of one window.
    bit
        Number of the first bit in a window.
    bits_shape, bits_strides
        Of the wanted bits, among the unpacked ones.
    """

    first: int
    length: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    bit: int
    bits_shape: tuple[int, ...]
    bits_strides: tuple[int, ...]


def bit_window(start: int, dims: Sequence[Dim]) -> BitWindow:
    """Plan the access to the bits of a patch, so that no byte is in two windows.

    Parameters
    ----------
    start
        Number of the first bit.
    dims
        In falling order of the distance in the file.

    Examples
    --------
    Three lines, 16 bits from one to the next, and of each the bits 2 to 4:

    >>> window = bit_window(2, ((3, 16, 0), (3, 1, 0)))
    >>> window.shape, window.strides
    ((3, 1), (2, 1))
    >>> window.bit, window.bits_shape, window.bits_strides
    (2, (3, 3), (8, 1))
    """
    first, bit = divmod(start, 8)
    whole = 0
    while whole < len(dims) and dims[whole][1] % 8 == 0:
        if bit + reach(dims[whole + 1 :]) >= dims[whole][1]:
            break
        whole += 1
    width = (bit + reach(dims[whole:])) // 8 + 1
    counts = tuple(count for count, _, _ in dims)
    strides = [distance for _, distance, _ in dims]
    unpacked = width * 8
    for axis in reversed(range(whole)):
        strides[axis] = unpacked
        unpacked *= counts[axis]
    return BitWindow(
        first,
        reach(dims[:whole]) // 8 + width,
        (*counts[:whole], width),
        (*(distance // 8 for _, distance, _ in dims[:whole]), 1),
        bit,
        counts,
        tuple(strides),
    )


def take_bits(window: BitWindow, data: Any) -> NDArray[np.bool_]:
    """Return the bits of a patch.

    Parameters
    ----------
    window
        Of the patch.
    data
        The bytes from the first to the last one of all windows.
    """
    wanted = prod(window.bits_shape)
    if prod(window.shape) * 8 > SPARSE * wanted:
        return _pick_patch(window, data)
    raw: NDArray[np.uint8] = np.ndarray(window.shape, np.uint8, data, 0, window.strides)
    return _bits_in(window, np.unpackbits(raw.reshape(-1), bitorder="little"))


def _bits_in(window: BitWindow, unpacked: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return a look at the wanted bits."""
    return np.ndarray(window.bits_shape, np.bool_, unpacked.data, window.bit, window.bits_strides)


def put_bits(window: BitWindow, data: Any, values: NDArray[Any]) -> None:
    """Change the bits of a patch; parameters as for `take_bits`, `data` can be written."""
    raw: NDArray[np.uint8] = np.ndarray(window.shape, np.uint8, data, 0, window.strides)
    unpacked = np.unpackbits(raw.reshape(-1), bitorder="little")
    _bits_in(window, unpacked)[...] = values
    raw[...] = np.packbits(unpacked, bitorder="little").reshape(raw.shape)


def _pick_patch(window: BitWindow, data: Any) -> NDArray[np.bool_]:
    distances = [8 * stride for stride in window.strides[:-1]]
    distances += window.bits_strides[len(distances) :]
    places: NDArray[np.int64] = np.array(window.bit)
    for count, distance in zip(window.bits_shape, distances, strict=True):
        places = places[..., None] + np.arange(0, count * distance, distance)
    return pick_bits(np.frombuffer(data, np.uint8), places)


def pick_bits(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return single bits, given their numbers.

    Examples
    --------
    >>> pick_bits(np.array([1, 128], np.uint8), np.array([0, 1, 15]))
    array([ True, False,  True])
    """
    found = data.take(places >> 3)
    found >>= (places & 7).astype(np.uint8)
    found &= np.uint8(1)
    return found.view(np.bool_)


def pack_bits(values: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the bytes that hold bits; each line of the last axis starts on a byte."""
    return np.packbits(values, axis=-1, bitorder="little")
