"""Stored masks.

A mask is a record in ``/maskinfo`` and, mostly, a dataset of signed bytes in ``/masks``, 1 where a
pixel is good. Its record names a file too, in which other readers of images look for the dataset:
written is the path that the file has then. Here the dataset is looked for in the same file, under
whatever name that goes by now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError, MaskError
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.pixelarray import PixelArray
from jupimage.lattice import Box
from jupimage.regions import Region, box_record, read_region

__all__ = ["StoredMask", "UnusableMask", "check_mask_name", "mask_record", "open_mask"]

Bools = NDArray[np.bool_]

_DTYPE = np.dtype(bool)
_RECORD = "LCHDF5Mask"


class StoredMask(Region):
    """A mask in a dataset: True where a pixel is good.

    Parameters
    ----------
    file
        The file; it has to be held open by somebody.
    name
        Of the dataset.
    """

    def __init__(self, file: Hdf5File, name: str) -> None:
        self._array = PixelArray(file, ("masks", name), _DTYPE)
        super().__init__(self._array.shape)

    @property
    def tile(self) -> tuple[int, ...]:
        """Shape of the chunks in the file."""
        return self._array.tile

    def select(self, box: Box) -> Bools:
        """Return which pixels of `box` are good."""
        return self._array.read(box)

    def write(self, box: Box, good: Bools) -> None:
        """Write which pixels of `box` are good."""
        self._array.write(box, good)


class UnusableMask(Region):
    """Stands for a mask that cannot be read: the pixels can, their validity cannot.

    Parameters
    ----------
    shape
        Of the image.
    problem
        What to say to those who ask.
    """

    def __init__(self, shape: tuple[int, ...], problem: str) -> None:
        super().__init__(shape)
        self._problem = problem

    def select(self, box: Box) -> Bools:
        """Refuse."""
        raise FormatError(self._problem)


def open_mask(
    file: Hdf5File, masks: Mapping[str, Any], shape: tuple[int, ...], name: str
) -> Region:
    """Return a stored mask as a region, True where a pixel is good.

    Parameters
    ----------
    file
        The file.
    masks
        Records of the masks in it.
    shape
        Of the image, slowest axis first.
    name
        Of the mask.

    Raises
    ------
    MaskError
        If there is none of that name, or it is of a kind that is not understood.
    FormatError
        If it is damaged.
    """
    record = masks.get(name)
    if not isinstance(record, Mapping):
        raise MaskError(f"{file.path} has no mask {name!r}; it has {', '.join(masks) or 'none'}")

    def stored(record: Mapping[str, Any]) -> StoredMask:
        dataset = record.get("maskname")
        if record.get("name") != _RECORD or not isinstance(dataset, str):
            raise FormatError(f"{file.path}: wanted a dataset of the mask {name!r}, got none")
        return StoredMask(file, dataset)

    return read_region(record, shape, f"{file.path}, mask {name!r}", stored)


def mask_record(name: str, path: str, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the record of a mask of a whole image.

    Parameters
    ----------
    name
        Of the mask and of its dataset.
    path
        Of the file, as other readers will find it.
    shape
        Of the image, slowest axis first.
    """
    return {
        "isRegion": 1,
        "name": _RECORD,
        "comment": "",
        "maskname": name,
        "filename": path,
        "box": box_record(Box.whole(shape), shape),
    }


def check_mask_name(name: str) -> None:
    """Raise a `MaskError` unless a mask, and so a dataset, can have the name."""
    if not name or set(name) & set("/\0") or name in (".", "..") or len(name.encode()) > 200:
        raise MaskError(f"wanted a name that a dataset can have for a mask, got {name!r:.80}")
