"""A paged image in the making.

It grows in a private folder beside its place: data files first, then masks, log and attribute
groups, then the description. Pixels follow. `PagedDraft.commit` gives the folder its name; a
process that is killed before leaves a folder with a private name, which the next writer of the
same image removes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.casatable import AipsWriter, TableName, write_record
from jupimage.casatable.datatype import type_of
from jupimage.errors import CoordinateError, DataTypeError, MaskError, ShapeError
from jupimage.files import beside
from jupimage.files.leftovers import remove
from jupimage.formats import Blueprint
from jupimage.formats.coordinaterecords import coordinate_losses, coordinates_to_record
from jupimage.formats.imagerecords import imageinfo_to_record
from jupimage.paged.arraytable import IMAGE_COLUMN, begin_table, finish_table, tile_for
from jupimage.paged.attributegroups import write_group
from jupimage.paged.draftlattice import DraftLattice
from jupimage.paged.handles import writing_errors
from jupimage.paged.keywords import plain
from jupimage.paged.logtable import NAME as LOG
from jupimage.paged.logtable import write_log
from jupimage.paged.masks import check_mask_name, make_mask, mask_record
from jupimage.paged.place import check_place, move_into_place
from jupimage.paged.subtables import is_table_name

__all__ = ["PagedDraft", "losses"]

ORIGIN = "jupimage"

_PIXELS = ("float", "double", "Complex", "DComplex")


class PagedDraft:
    """A paged image that is not in its place yet.

    Parameters
    ----------
    path
        Where it will be.
    blueprint
        What it is to hold.
    big_endian
        Byte order of the pixels.

    Raises
    ------
    FormatError
        If it cannot be made there.
    DataTypeError, CoordinateError, ShapeError, MaskError
        If no paged image can be like that.
    """

    def __init__(self, path: str, blueprint: Blueprint, *, big_endian: bool = False) -> None:
        check_blueprint(blueprint)
        self._target = os.path.realpath(path)
        check_place(self._target)
        self._folder = beside(self._target)
        self._finished = False
        with writing_errors(self._target):
            try:
                _build(self._folder, blueprint, big_endian=big_endian)
                self._lattice = DraftLattice(self._folder, blueprint.mask)
            except BaseException:
                remove(self._folder)
                raise

    @property
    def lattice(self) -> DraftLattice:
        """Where the pixels go."""
        return self._lattice

    def commit(self) -> None:
        """Put the image in its place."""
        if self._finished:
            return
        self._lattice.close()
        with writing_errors(self._target):
            move_into_place(self._folder, self._target)
        self._finished = True

    def abandon(self) -> None:
        """Remove all that was written, unless it is in its place."""
        if not self._finished:
            self._finished = True
            self._lattice.close()
            remove(self._folder)


def check_blueprint(blueprint: Blueprint) -> None:
    """Raise an error unless a paged image can hold such pixels under such a mask."""
    kind = blueprint.dtype.newbyteorder("=")
    if kind.kind not in "fc" or type_of(kind).name not in _PIXELS:
        raise DataTypeError(f"wanted pixels of {', '.join(_PIXELS)}, got {blueprint.dtype}")
    shape, tile = blueprint.shape, blueprint.tile
    if not shape or min(shape) < 1 or max(shape) >= 2**31:
        raise ShapeError(f"wanted axes of 1 to {2**31 - 1} pixels, got shape {shape}")
    if tile is not None and (
        len(tile) != len(shape) or not all(1 <= t <= n for t, n in zip(tile, shape, strict=True))
    ):
        raise ShapeError(f"wanted a tile that fits into the shape {shape}, got {tile}")
    if blueprint.coordinates.ndim != len(shape):
        raise CoordinateError(
            f"wanted coordinates of {len(shape)} axes, got {blueprint.coordinates.ndim}"
        )
    if blueprint.mask:
        check_mask_name(blueprint.mask)
        if blueprint.mask in {*blueprint.regions, *blueprint.attributes}:
            raise MaskError(f"a mask cannot be called {blueprint.mask!r}: a region or group is")


def _build(folder: str, blueprint: Blueprint, *, big_endian: bool) -> None:
    """Make the whole folder, all pixels zero and good."""
    kind = type_of(blueprint.dtype.newbyteorder("=")).name
    shape, tile = blueprint.shape, tile_for(blueprint.shape, blueprint.tile)
    keywords = _keywords(blueprint)
    data = begin_table(folder, IMAGE_COLUMN, kind, shape, tile, big_endian=big_endian)
    write_log(os.path.join(folder, LOG), blueprint.history, big_endian=big_endian, origin=ORIGIN)
    if blueprint.mask:
        make_mask(os.path.join(folder, blueprint.mask), shape, tile, big_endian=big_endian)
    for name in _groups(blueprint):
        group = blueprint.attributes[name]
        write_group(os.path.join(folder, name), group, big_endian=big_endian)
    finish_table(folder, data, "Image", keywords)


def _keywords(blueprint: Blueprint) -> dict[str, Any]:
    keywords: dict[str, Any] = {
        LOG: TableName.inside(LOG),
        "coords": coordinates_to_record(blueprint.coordinates),
    }
    if blueprint.mask:
        keywords["masks"] = {blueprint.mask: mask_record(blueprint.mask, blueprint.shape)}
        keywords["Image_defaultmask"] = blueprint.mask
    keywords["miscinfo"] = {
        name: value
        for name, value in plain(blueprint.miscinfo).items()
        if not _problem(name, value)
    }
    keywords["imageinfo"] = imageinfo_to_record(blueprint.imageinfo)
    keywords["units"] = blueprint.unit
    keywords["ATTRGROUPS"] = {name: TableName.inside(name) for name in _groups(blueprint)}
    regions = {name: r for name, r in blueprint.regions.items() if not _holds_table(r)}
    if regions:
        keywords["regions"] = regions
    return keywords


def _groups(blueprint: Blueprint) -> list[str]:
    """Return the names of the groups that a folder can have."""
    return [name for name in blueprint.attributes if is_table_name(name)]


def _problem(name: str, value: Any) -> str:
    """Return why a record cannot hold a value, empty if it can."""
    try:
        write_record(AipsWriter(), {name: value})
    except DataTypeError as error:
        return str(error)
    return ""


def _holds_table(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_table(item) for item in value.values())
    return isinstance(value, TableName) and not isinstance(value, np.ndarray)


def losses(blueprint: Blueprint) -> tuple[str, ...]:
    """Say what of `blueprint` a paged image cannot hold, a phrase each."""
    found = [
        f"miscinfo entry {name!r}, a {type(value).__name__}"
        for name, value in plain(blueprint.miscinfo).items()
        if _problem(name, value)
    ]
    found += [
        f"region {name!r}, which is stored pixel by pixel"
        for name, region in blueprint.regions.items()
        if _holds_table(region)
    ]
    found += [
        f"attribute group {name!r}, whose name no folder can have"
        for name in blueprint.attributes
        if not is_table_name(name)
    ]
    found += coordinate_losses(blueprint.coordinates)
    return tuple(found)
