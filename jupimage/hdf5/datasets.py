"""New datasets for pixels and masks.

All chunks are given their places at once, so that they follow each other, and so that writing
pixels never changes anything else in the file. Nothing is written to them: what is never written
stays a hole.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from jupimage.hdf5.datatypes import file_type

__all__ = ["create_dataset", "tree_bytes"]

_CHILDREN = 64
"""Chunks that a node of the tree has room for; half of it is used as long as the tree grows."""

_SPARE = 1 << 12


def create_dataset(
    parent: Any, name: str, dtype: np.dtype[Any], shape: tuple[int, ...], tile: tuple[int, ...]
) -> Any:
    """Make a dataset of zeros and return its low-level handle.

    Parameters
    ----------
    parent
        Low-level handle of the group in which it will be.
    name
        Of the dataset.
    dtype
        Of the pixels; Bools are stored as signed bytes.
    shape, tile
        Of the dataset and of a chunk, slowest axis first.
    """
    from h5py import h5d, h5p, h5s

    settings = h5p.create(h5p.DATASET_CREATE)
    settings.set_chunk(tile)
    settings.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    settings.set_fill_time(h5d.FILL_TIME_NEVER)
    space = h5s.create_simple(shape)
    return h5d.create(parent, name.encode(), file_type(dtype), space, dcpl=settings)


def tree_bytes(shape: tuple[int, ...], tile: tuple[int, ...]) -> int:
    """Return the size of the tree that says where the chunks of a dataset lie, or a bit more.

    To set aside so much before the dataset is made keeps the tree out of the way of the chunks.
    """
    chunks = prod(-(-n // t) for n, t in zip(shape, tile, strict=True))
    node = 24 + 8 * _CHILDREN + (8 + 8 * (len(shape) + 1)) * (_CHILDREN + 1)
    nodes = chunks / (_CHILDREN / 2) * 1.1 + 4
    return int(nodes * node) + _SPARE
