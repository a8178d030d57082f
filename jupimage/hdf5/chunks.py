"""Where the chunks of a dataset lie: a tree of their places, as an array of addresses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jupimage.hdf5.groups import read_node
from jupimage.hdf5.source import UNDEFINED, Source

__all__ = ["MISSING", "MOST_CHUNKS", "grid_of", "read_chunks", "run_start"]

MISSING = -1
"""Address of a chunk that was never written."""

MOST_CHUNKS = 1 << 23
"""Chunks whose places are listed; a hostile file can claim any number of them."""


def grid_of(shape: tuple[int, ...], chunk: tuple[int, ...]) -> tuple[int, ...]:
    """Return the number of chunks along each axis."""
    return tuple(-(-n // c) for n, c in zip(shape, chunk, strict=True))


def read_chunks(
    source: Source,
    tree: int,
    shape: tuple[int, ...],
    chunk: tuple[int, ...],
    itemsize: int,
    what: str,
) -> NDArray[np.int64]:
    """Return the place of each chunk in the file, as an array of the shape of their grid.

    Parameters
    ----------
    source
        The file.
    tree
        Address of the tree.
    shape, chunk
        Of the dataset and of a chunk, slowest axis first.
    itemsize
        Bytes of a value.
    what
        What the dataset is called in messages.

    Raises
    ------
    FormatError
        If the tree is damaged, or names places outside the file.
    """
    places = np.full(grid_of(shape, chunk), MISSING, np.int64)
    if tree == UNDEFINED:
        return places
    length = int(np.prod(chunk, dtype=object)) * itemsize
    key = np.dtype([("size", "<u4"), ("skipped", "<u4"), ("start", "<u8", (len(shape) + 1,))])
    entry = np.dtype([("key", key), ("address", "<u8")])
    leaves = _leaves(source, tree, entry, f"the chunks of {what}")
    _enter(source, np.frombuffer(b"".join(leaves), entry), places, chunk, length, what)
    return places


def _leaves(source: Source, tree: int, entry: np.dtype[np.void], what: str) -> list[bytes]:
    """Return keys and addresses in the lowest nodes of a tree."""
    found: list[bytes] = []
    waiting: list[tuple[int, int | None]] = [(tree, None)]
    seen: set[int] = set()
    while waiting:
        address, level = waiting.pop()
        if address in seen:
            source.fail(f"{what} go round in circles")
        seen.add(address)
        depth, data = read_node(source, address, 1, entry.itemsize - 8, what)
        if level is not None and depth != level:
            source.fail(f"{what} are no tree")
        if depth:
            children = np.frombuffer(data, entry)["address"][::-1]
            waiting += [(int(child), depth - 1) for child in children]
        else:
            found.append(data)
    return found


def _enter(
    source: Source,
    entries: NDArray[np.void],
    places: NDArray[np.int64],
    chunk: tuple[int, ...],
    length: int,
    what: str,
) -> None:
    """Enter chunks into the array of places."""
    starts = entries["key"]["start"]
    tile = np.array((*chunk, 1), np.uint64)
    index = starts // tile
    limits = np.array((*places.shape, 1), np.uint64)
    addresses = entries["address"]
    bad = (starts % tile).any() or (index >= limits).any() or starts[:, -1].any()
    room = source.size - source.base - length
    if bad or room < 0 or (addresses > room).any():
        source.fail(f"a chunk of {what} lies outside")
    if (entries["key"]["size"] != length).any():
        source.fail(f"a chunk of {what} has not the {length} bytes of the others")
    if (np.diff(np.sort(addresses)) < length).any():
        source.fail(f"two chunks of {what} lie in the same place")
    flat = np.ravel_multi_index(tuple(index[:, :-1].T.astype(np.int64)), places.shape)
    if (np.diff(flat) <= 0).any():
        source.fail(f"the chunks of {what} are not in order")
    places.ravel()[flat] = addresses.astype(np.int64) + source.base


def run_start(places: NDArray[np.int64], length: int) -> int | None:
    """Return where the chunks start, if they follow each other in order without gaps.

    Parameters
    ----------
    places
        Of the chunks, as `read_chunks` gives them.
    length
        Bytes of a chunk.

    Examples
    --------
    >>> run_start(np.array([[100, 116], [132, 148]]), 16)
    100
    >>> run_start(np.array([100, 132, 116]), 16) is None
    True
    """
    flat = places.ravel()
    start = int(flat[0])
    if start == MISSING or not (flat == start + length * np.arange(flat.size)).all():
        return None
    return start
