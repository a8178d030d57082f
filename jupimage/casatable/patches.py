"""Cutting patches into pieces that fit the processor's cache, and into calls of the system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import prod
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.casatable.tilegrid import Dim, Patch

__all__ = ["calls", "cut_patch", "memory_view", "plan_calls", "reach", "share_out"]

T = TypeVar("T")

CALL = 1 << 14
"""Bytes that are copied in the time that one more call of the system takes."""

LONGEST_CALL = 1 << 22
"""Bytes that one call may take in for the sake of a few pixels."""


def reach(dims: Iterable[Dim]) -> int:
    """Return the distance in the file of the first and the last pixel."""
    return sum((count - 1) * distance for count, distance, _ in dims)


def cut_patch(patch: Patch, most: int) -> Iterator[Patch]:
    """Cut a patch into pieces of at most `most` pixels, in the order of the file.

    Examples
    --------
    >>> [piece.start for piece in cut_patch(Patch(0, 0, ((5, 100, 4), (3, 4, 20))), 6)]
    [0, 200, 400]
    """
    start, place, dims = patch
    size = prod(count for count, _, _ in dims)
    if size <= most:
        yield patch
        return
    (count, distance, step), *rest = dims
    room = max(1, most * count // size)
    for first in range(0, count, room):
        items = min(room, count - first)
        head = [(items, distance, step)] if items > 1 else []
        piece = Patch(start + first * distance, place + first * step, (*head, *rest))
        yield from cut_patch(piece, most)


def plan_calls(dims: Sequence[Dim], item: int, *, unit: int = 1, gaps: int = 1) -> int:
    """Return how many dimensions of a patch are best gone through call by call.

    The others are read or written at one go, with all the bytes between their pixels.

    Parameters
    ----------
    dims
        Of the patch.
    item, unit
        Size of a pixel, and of a byte, in what distances in the file are counted in.
    gaps
        How often bytes have to be moved if there are some between the pixels: a writer has to
        read those first.

    Examples
    --------
    Two floats that are a gigabyte apart, of each of 32 lines that are 8 kB apart:

    >>> plan_calls([(32, 8192, 0), (2, 2**30, 0)][::-1], 4)
    1
    """
    best, cheapest = len(dims), 0
    for depth in range(len(dims), -1, -1):
        rest = dims[depth:]
        span = (reach(rest) + item - 1) // unit + 1
        if span > LONGEST_CALL and depth < len(dims):
            break
        dense = unit == 1 and span == item * prod(count for count, _, _ in rest)
        cost = (CALL + span) * (1 if dense else gaps)
        cost *= prod(count for count, _, _ in dims[:depth])
        if depth == len(dims) or cost <= cheapest:
            best, cheapest = depth, cost
    return best


def calls(patch: Patch, depth: int) -> Iterator[Patch]:
    """Go through the first `depth` dimensions of a patch item by item."""
    start, place, dims = patch
    rest = dims[depth:]
    for items in product(*(range(count) for count, _, _ in dims[:depth])):
        here, there = start, place
        for number, (_, distance, step) in zip(items, dims, strict=False):
            here += number * distance
            there += number * step
        yield Patch(here, there, rest)


class _Interface:
    """What numpy asks for a view of memory; keeps the memory alive."""

    __slots__ = ("__array_interface__", "owner")

    def __init__(self, owner: NDArray[Any], interface: dict[str, Any]) -> None:
        self.owner = owner
        self.__array_interface__ = interface


def memory_view(array: NDArray[Any], patch: Patch) -> NDArray[Any]:
    """Return a look at the pixels of a patch in memory, with the dimensions of the patch.

    Parameters
    ----------
    array
        With any strides.
    patch
        Made for these strides.
    """
    shape = tuple(count for count, _, _ in patch.dims)
    strides = tuple(step for _, _, step in patch.dims)
    if array.flags.c_contiguous and array.flags.writeable:
        return np.ndarray(shape, array.dtype, array, patch.place, strides)
    interface = dict(array.__array_interface__)
    address, read_only = interface["data"]
    interface.update(shape=shape, strides=strides, data=(address + patch.place, read_only))
    return np.asarray(_Interface(array, interface))


def share_out(work: Callable[[T], None], pieces: Iterable[T], *, threads: bool) -> None:
    """Do some work for each of many pieces.

    Parameters
    ----------
    work
        To be done.
    pieces
        For each of which.
    threads
        Whether there is enough of it to start threads.
    """
    workers = options.workers() if threads else 1
    if workers == 1:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-tiles") as pool:
        for _ in pool.map(work, pieces):
            pass
