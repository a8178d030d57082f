"""Pixels that only the HDF5 library can read or write: packed ones, chunks without a place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage import options
from jupimage.errors import FormatError
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.library import reading_errors, writing_errors
from jupimage.hdf5.newer import open_dataset
from jupimage.hdf5.pixelplace import PixelPlace
from jupimage.lattice import Box

__all__ = ["LibraryAccess"]

_CACHE = 1 << 25
"""Bytes of chunks that the library keeps while it reads one box."""

_LARGEST_CHUNK = 1 << 30


class LibraryAccess:
    """Pixels by way of the library.

    Parameters
    ----------
    file
        The file.
    names
        What leads to the dataset.
    place
        What the dataset is.
    """

    def __init__(self, file: Hdf5File, names: tuple[str, ...], place: PixelPlace) -> None:
        assert place.stored is not None
        self._file = file
        self._names = names
        self._place = place
        self._memory = place.stored.newbyteorder("=")

    def read(self, box: Box) -> NDArray[Any]:
        """Return the pixels of a box."""
        found = np.empty(box.shape, self._memory)
        if not found.size:
            return found
        with self._file.library() as handle, reading_errors(self._file.path, self._place.where):
            dataset = self._open(handle)
            dataset.read(*_spaces(dataset, box), found, mtype=self._type(dataset))
        return found

    def write(self, box: Box, values: NDArray[Any], fresh: bool) -> bool:
        """Write the pixels of a box."""
        if not values.size:
            return False
        values = np.require(values, self._memory, "C")
        self._file.forget()
        with (
            self._file.library(write=True) as handle,
            writing_errors(self._file.path, self._place.where),
        ):
            dataset = self._open(handle)
            dataset.write(*_spaces(dataset, box), values, mtype=self._type(dataset))
            del dataset
        return True

    def _open(self, handle: Any) -> Any:
        from h5py import h5p, h5z

        settings = h5p.create(h5p.DATASET_ACCESS)
        settings.set_chunk_cache(20011, max(_CACHE, 2 * self._place.length), 0.75)
        dataset = open_dataset(handle, self._names, settings, self._file.path)
        made = dataset.get_create_plist()
        if made.get_external_count() and not options.follow_links:
            raise FormatError(f"{self._file.path}: {self._place.where} is in other files")
        filters = [made.get_filter(number) for number in range(made.get_nfilters())]
        for code, _, _, name in filters:
            if not h5z.filter_avail(code):
                raise FormatError(
                    f"{self._file.path}: {self._place.where} is packed with filter {code} "
                    f"({name.decode('ascii', 'replace')[:40]}), which is not installed"
                )
        if filters and self._place.length > _LARGEST_CHUNK:
            raise FormatError(
                f"{self._file.path}: {self._place.where} has packed chunks of "
                f"{self._place.length} bytes, wanted at most {_LARGEST_CHUNK}"
            )
        return dataset

    def _type(self, dataset: Any) -> Any:
        from jupimage.hdf5.datatypes import memory_type

        return memory_type(dataset.get_type(), self._memory)


def _spaces(dataset: Any, box: Box) -> tuple[Any, Any]:
    """Return the extents in memory, and the selection in the file."""
    from h5py import h5s

    space = dataset.get_space()
    space.select_hyperslab(box.start, box.shape, box.step)
    return h5s.create_simple(box.shape), space
