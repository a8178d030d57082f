"""Datasets of the older form, read without the HDF5 library: what they hold, and where."""

from __future__ import annotations

import struct
from math import prod

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.hdf5 import headers
from jupimage.hdf5.chunks import MOST_CHUNKS, grid_of, read_chunks
from jupimage.hdf5.headers import Message, only_message
from jupimage.hdf5.messages import number_type, parse_space, parse_type
from jupimage.hdf5.pixelplace import PixelPlace, link_refusal
from jupimage.hdf5.source import UNDEFINED, Source

__all__ = ["Dataset"]

_CONTIGUOUS, _CHUNKED = 1, 2
_VIRTUAL = b"\4\3"
"""Version and kind of the layout of pixels that are in other datasets, perhaps in other files."""


class Dataset:
    """A dataset.

    Parameters
    ----------
    source
        The file.
    where
        What it is called in messages.
    messages
        Of its header.
    """

    def __init__(self, source: Source, where: str, messages: list[Message]) -> None:
        self.where = where
        self._source = source
        self._messages = messages

    def place(self) -> PixelPlace:
        """Return what the dataset holds, and how."""
        source, where = self._source, self.where
        shape = parse_space(
            source, only_message(source, self._messages, headers.SPACE, 4, where), where
        )
        kind = parse_type(
            source, only_message(source, self._messages, headers.TYPE, 8, where), where
        )
        stored = number_type(kind)
        found = {message.kind: message.data for message in self._messages}
        if headers.EXTERNAL in found and not options.follow_links:
            raise link_refusal(source.name, where)
        plain = headers.EXTERNAL not in found and not any(found.get(headers.FILTERS, b"\0\0")[1:2])
        layout = only_message(source, self._messages, headers.LAYOUT, 2, where)
        if layout[:2] == _VIRTUAL:
            if not options.follow_links or source.newer is None:
                raise link_refusal(source.name, where)
            newer: PixelPlace = source.newer(where).place()
            return newer
        if layout[0] != 3:
            source.fail(f"{where} is laid out in version {layout[0]} of the form")
        if not shape or stored is None or layout[1] not in (_CONTIGUOUS, _CHUNKED):
            return PixelPlace(where, shape or (), stored, None, None, _fill(found), simple=False)
        if layout[1] == _CONTIGUOUS:
            places = self._contiguous(layout, shape, stored)
            return PixelPlace(where, shape, stored, None, places, _fill(found), simple=plain)
        chunk, tree = self._chunk(layout, shape, stored)

        def locate() -> NDArray[np.int64]:
            return read_chunks(source, tree, shape, chunk, stored.itemsize, where)

        plain = plain and prod(grid_of(shape, chunk)) <= MOST_CHUNKS
        return PixelPlace(
            where, shape, stored, chunk, locate if plain else None, _fill(found), simple=plain
        )

    def _contiguous(
        self, layout: bytes, shape: tuple[int, ...], stored: np.dtype[np.generic]
    ) -> NDArray[np.int64]:
        source = self._source
        if len(layout) < 18:
            source.fail(f"the layout of {self.where} is cut off")
        address, length = struct.unpack_from("<2Q", layout, 2)
        if address == UNDEFINED:
            return np.full((1,) * len(shape), -1, np.int64)
        wanted = prod(shape) * stored.itemsize
        if length < wanted or source.base + address + wanted > source.size:
            source.fail(f"{self.where} needs {wanted} bytes at {address}, they are not there")
        return np.full((1,) * len(shape), source.base + address, np.int64)

    def _chunk(
        self, layout: bytes, shape: tuple[int, ...], stored: np.dtype[np.generic]
    ) -> tuple[tuple[int, ...], int]:
        source = self._source
        rank = layout[2] if len(layout) > 2 else 0
        if rank != len(shape) + 1 or len(layout) < 11 + 4 * rank:
            source.fail(f"the chunks of {self.where} have {rank - 1} axes, wanted {len(shape)}")
        (tree,) = struct.unpack_from("<Q", layout, 3)
        *chunk, itemsize = struct.unpack_from(f"<{rank}I", layout, 11)
        if itemsize != stored.itemsize or min(chunk) < 1 or prod(chunk) * itemsize >= 2**32:
            source.fail(
                f"{self.where} has the impossible chunks {tuple(chunk)} of {itemsize} bytes"
            )
        return tuple(chunk), tree


def _fill(found: dict[int, bytes]) -> bytes:
    """Return the value of pixels that were never written, empty for zero."""
    data = found.get(headers.FILL, b"")
    if len(data) >= 8 and data[0] in (1, 2) and data[3]:
        return data[8 : 8 + int.from_bytes(data[4:8], "little")]
    if len(data) >= 6 and data[0] == 3 and data[1] & 32:
        return data[6 : 6 + int.from_bytes(data[2:6], "little")]
    return b""
