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

__all__ = ["BitWindow", "bit_window", "pack_bits", "pick_bits", "put_bits", "take_bits"]

SPARSE = 64
"""Bits that are unpacked in the time in which one is picked out on its own."""

ONE = np.uint8(1)


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
    shape: list[int]
    strides: list[int]
    bit: int
    bits_shape: Sequence[int]
    bits_strides: list[int]


def bit_window(
    start: int, counts: Sequence[int], distances: Sequence[int], *, apart: bool = False
) -> BitWindow:
    """Plan the access to the bits of a patch.

    Parameters
    ----------
    start
        Number of the first bit.
    counts, distances
        Items along each dimension, and how far apart they are. The bits come in this order.
    apart
        Make windows that have no byte in common, so that they can be changed. Distances have to
        be in falling order then.

    Examples
    --------
    Three lines, 16 bits from one to the next, and of each the bits 2 to 4:

    >>> window = bit_window(2, (3, 3), (16, 1))
    >>> window.shape, window.strides
    ([3, 1], [2, 1])
    >>> window.bit, window.bits_shape, window.bits_strides
    (2, (3, 3), [8, 1])
    """
    first, bit = divmod(start, 8)
    last = bit
    shape: list[int] = []
    strides: list[int] = []
    whole = [not distance & 7 for distance in distances]
    if apart:
        whole = _keep_apart(bit, counts, distances)
    length = 1
    for count, distance, outside in zip(counts, distances, whole, strict=True):
        if outside:
            shape.append(count)
            strides.append(distance >> 3)
            length += (count - 1) * (distance >> 3)
        else:
            last += (count - 1) * distance
    width = (last >> 3) + 1
    shape.append(width)
    strides.append(1)
    bits_strides = list(distances)
    unpacked = width * 8
    for axis in range(len(whole) - 1, -1, -1):
        if whole[axis]:
            bits_strides[axis] = unpacked
            unpacked *= counts[axis]
    return BitWindow(first, length + width - 1, shape, strides, bit, counts, bits_strides)


def _keep_apart(bit: int, counts: Sequence[int], distances: Sequence[int]) -> list[bool]:
    """Find the outer dimensions whose items have no byte in common."""
    inside = sum((n - 1) * distance for n, distance in zip(counts, distances, strict=True))
    for axis, distance in enumerate(distances):
        inside -= (counts[axis] - 1) * distance
        if distance & 7 or bit + inside >= distance:
            return [number < axis for number in range(len(counts))]
    return [True] * len(counts)


def take_bits(window: BitWindow, data: Any) -> NDArray[np.bool_]:
    """Return the bits of a patch, in memory of their own.

    Parameters
    ----------
    window
        Of the patch.
    data
        The bytes from the first to the last one of all windows.
    """
    shape = window.shape
    raw: NDArray[np.uint8] = np.ndarray(shape, np.uint8, data, 0, window.strides)
    if shape[-1] == 1 and len(shape) > len(window.bits_shape):  # a single bit of each byte
        bits = np.right_shift(raw[..., 0], window.bit)
        bits &= ONE
        return bits.view(np.bool_)
    if prod(shape) * 8 > SPARSE * prod(window.bits_shape):
        return _pick_patch(window, data)
    return _wanted(window, np.unpackbits(raw.reshape(-1), bitorder="little"))


def _wanted(window: BitWindow, unpacked: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return a look at the wanted bits."""
    return np.ndarray(window.bits_shape, np.bool_, unpacked.data, window.bit, window.bits_strides)


def put_bits(window: BitWindow, data: Any, values: NDArray[Any]) -> None:
    """Change the bits of a patch; parameters as for `take_bits`, `data` can be written."""
    raw: NDArray[np.uint8] = np.ndarray(window.shape, np.uint8, data, 0, window.strides)
    unpacked = np.unpackbits(raw.reshape(-1), bitorder="little")
    _wanted(window, unpacked)[...] = values
    raw[...] = np.packbits(unpacked, bitorder="little").reshape(raw.shape)


def _pick_patch(window: BitWindow, data: Any) -> NDArray[np.bool_]:
    """Pick the bits of a patch out of the bytes, without unpacking all of these."""
    outside = iter(window.strides)
    unpacked = 8 * window.shape[-1]
    places: NDArray[np.int64] = np.array(window.bit)
    for count, distance in zip(window.bits_shape, window.bits_strides, strict=True):
        here = 8 * next(outside) if distance >= unpacked else distance
        places = places[..., None] + np.arange(count) * here
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
    found &= ONE
    return found.view(np.bool_)


def pack_bits(values: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the bytes that hold bits; each line of the last axis starts on a byte."""
    return np.packbits(values, axis=-1, bitorder="little")
