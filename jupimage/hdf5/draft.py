"""An HDF5 image in the making: a file with a private name beside its place.

All but the pixels is written first, then the pixels and the mask get their places in the file, as
holes. What is written into them needs no library. The file takes its name when it is complete.
"""

from __future__ import annotations

import gc
import os
from contextlib import closing
from typing import Any

import numpy as np

from jupimage.casatable.tileshape import default_tile
from jupimage.errors import CoordinateError, DataTypeError, FormatError, MaskError, ShapeError
from jupimage.files import beside, place
from jupimage.files.leftovers import remove
from jupimage.formats.blueprint import Blueprint
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.hdf5.attributegroups import ATTRIBUTES, EMPTY_GROUPS
from jupimage.hdf5.datasets import create_dataset, tree_bytes
from jupimage.hdf5.draftlattice import DraftLattice
from jupimage.hdf5.editing import info_record, write_rows
from jupimage.hdf5.history import HISTORY, history_records
from jupimage.hdf5.library import create_file, open_file, writing_errors
from jupimage.hdf5.losses import groups_without_rows, stored_groups
from jupimage.hdf5.maskediting import mask_fields
from jupimage.hdf5.masks import check_mask_name, mask_record
from jupimage.hdf5.openfiles import is_file_open
from jupimage.hdf5.recordwriting import check_record, storable, write_record

__all__ = ["Hdf5Draft"]

_BOOL = np.dtype(bool)
_PIXELS = ("float32", "float64", "complex64", "complex128")
_LARGEST_CHUNK = 2**32 - 1


class Hdf5Draft:
    """An HDF5 image that is not in its place yet.

    Parameters
    ----------
    path
        Where it will be.
    blueprint
        What it is to hold.

    Raises
    ------
    FormatError
        If it cannot be made there.
    DataTypeError, CoordinateError, ShapeError, MaskError
        If no HDF5 image can be like that.
    """

    def __init__(self, path: str, blueprint: Blueprint) -> None:
        self._target = os.path.realpath(path)
        tile = _checked_tile(blueprint)
        records = _records(blueprint, self._target)
        _check_place(self._target)
        self._path = beside(self._target)
        self._finished = False
        try:
            _write_records(self._path, records, blueprint)
            _make_datasets(self._path, blueprint, tile)
            self._lattice = DraftLattice(self._path, blueprint.mask)
        except BaseException:
            remove(self._path)
            raise

    @property
    def lattice(self) -> DraftLattice:
        """Where the pixels go."""
        return self._lattice

    def commit(self) -> None:
        """Put the image in its place."""
        if self._finished:
            return
        self._lattice.finish()
        self._lattice.close()
        place(self._path, self._target)
        self._finished = True

    def abandon(self) -> None:
        """Remove all that was written, unless it is in its place."""
        if not self._finished:
            self._finished = True
            self._lattice.close()
            remove(self._path)


def _check_place(target: str) -> None:
    """Raise a `FormatError` unless a new image may be made at a path."""
    if os.path.isdir(target):
        raise FormatError(f"{target} is a folder, which a file cannot replace")
    if not os.path.isdir(os.path.dirname(target)):
        raise FormatError(f"cannot make {target}: there is no folder {os.path.dirname(target)}")
    if is_file_open(target):
        gc.collect()  # a handle may be garbage already
        if is_file_open(target):
            raise FormatError(f"{target} is open in this process: close it first")


def _checked_tile(blueprint: Blueprint) -> tuple[int, ...]:
    """Return the shape of the chunks, after a check that an HDF5 image can be like that."""
    if blueprint.dtype.newbyteorder("=").name not in _PIXELS:
        raise DataTypeError(f"wanted pixels of {', '.join(_PIXELS)}, got {blueprint.dtype}")
    shape = blueprint.shape
    if not shape or len(shape) > 31 or min(shape) < 1 or max(shape) >= 2**31:
        raise ShapeError(f"wanted up to 31 axes of 1 to {2**31 - 1} pixels, got shape {shape}")
    tile = default_tile(shape) if blueprint.tile is None else tuple(blueprint.tile)
    fits = len(tile) == len(shape) and all(1 <= t <= n for t, n in zip(tile, shape, strict=True))
    if not fits:
        raise ShapeError(f"wanted a tile that fits into the shape {shape}, got {tile}")
    if np.prod(tile, dtype=float) * blueprint.dtype.itemsize > _LARGEST_CHUNK:
        raise ShapeError(f"wanted a tile of less than 4 GiB, got {tile} of {blueprint.dtype}")
    if blueprint.coordinates.ndim != len(shape):
        raise CoordinateError(
            f"wanted coordinates of {len(shape)} axes, got {blueprint.coordinates.ndim}"
        )
    if blueprint.mask:
        check_mask_name(blueprint.mask)
        if blueprint.mask in blueprint.regions:
            raise MaskError(f"a mask cannot be called {blueprint.mask!r}: a region is")
    return tile


def _records(blueprint: Blueprint, target: str) -> dict[str, dict[str, Any]]:
    """Return the records in the root group, without what cannot be stored."""
    coords = {"coords": coordinates_to_record(blueprint.coordinates)}
    try:
        check_record(coords, "coordinates")
    except DataTypeError as error:
        raise CoordinateError(str(error)) from error
    name = blueprint.mask
    masks = {name: mask_record(name, target, blueprint.shape)} if name else {}
    records: dict[str, dict[str, Any]] = {
        "coordinfo": coords,
        "unitinfo": {"units": blueprint.unit} if blueprint.unit else {},
        "imageinfo": info_record(blueprint.imageinfo),
        "miscinfo": dict(blueprint.miscinfo),
        "maskinfo": mask_fields(name, masks, blueprint.regions),
        HISTORY: {f"{n:05d}": r for n, r in enumerate(history_records(blueprint.history))},
    }
    if empty := groups_without_rows(blueprint.attributes):
        records[EMPTY_GROUPS] = {"names": empty}
    found = {key: storable(record, key)[0] for key, record in records.items()}
    return {key: record for key, record in found.items() if record}


def _write_records(path: str, records: dict[str, dict[str, Any]], blueprint: Blueprint) -> None:
    from h5py import h5g

    handle = create_file(path)
    with writing_errors(path), closing(handle):  # what does not fit on the disk may show there
        root = h5g.open(handle, b"/")
        for name, record in records.items():
            write_record(root, name, record)
        groups = stored_groups(blueprint.attributes)
        if groups:
            parent = h5g.create(root, ATTRIBUTES.encode())
            for name, rows in groups.items():
                write_rows(parent, name, rows)


def _make_datasets(path: str, blueprint: Blueprint, tile: tuple[int, ...]) -> None:
    from h5py import h5g

    shape = blueprint.shape
    handle = open_file(path, write=True, block=2 * tree_bytes(shape, tile))
    with writing_errors(path), closing(handle):
        root = h5g.open(handle, b"/")
        create_dataset(root, "map", blueprint.dtype.newbyteorder("="), shape, tile)
        if blueprint.mask:
            group = h5g.create(root, b"masks")
            create_dataset(group, blueprint.mask, _BOOL, shape, tile)
