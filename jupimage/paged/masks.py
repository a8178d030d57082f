"""Stored masks of an image.

A mask is a record among the keywords ``masks`` and, mostly, a table of packed Bools in the folder
of the image. A new mask is complete on the disk before the keywords name it; one that is removed
is no longer named before its table goes. So nobody ever finds a name without a mask.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupimage.casatable import TableName, read_info
from jupimage.casatable.tiled import TiledCube, read_cube
from jupimage.errors import FormatError, ImageError, MaskError
from jupimage.files import beside, place
from jupimage.files.leftovers import remove
from jupimage.formats.coordinaterecords import coordinates_from_record
from jupimage.lattice import Box
from jupimage.paged.arraytable import MASK_COLUMN, begin_table, finish_table
from jupimage.paged.handles import TableHandle, writing_errors
from jupimage.paged.keywords import replace_keywords
from jupimage.paged.storedmask import StoredMask
from jupimage.paged.subtables import is_table_name
from jupimage.regions import Region, box_record, read_region

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = [
    "add_mask",
    "check_mask_name",
    "drop_mask",
    "make_mask",
    "mask_record",
    "open_mask",
]

_REMOVED = "removed"
"""Begins the private name of a mask that is on its way out."""

_KIND = "Paged Array"
_CHUNK = 1 << 20


def open_mask(handle: TableHandle, shape: tuple[int, ...], name: str) -> Region:
    """Return a stored mask as a region, True where a pixel is good.

    Parameters
    ----------
    handle
        Of the image.
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
    folder = handle.folder
    masks = _masks(handle.table.data.keywords)
    if not isinstance(masks.get(name), Mapping):
        known = ", ".join(masks) or "none"
        raise MaskError(f"{folder} has no mask {name!r}; it has {known}")

    def stored(record: Mapping[str, Any]) -> StoredMask:
        return StoredMask(_folder_of(record, folder))

    where = f"{folder}, mask {name!r}"
    return read_region(
        masks[name], shape, where, stored, system=_system(handle, masks[name], shape)
    )


def _system(
    handle: TableHandle, mask: Mapping[str, Any], shape: tuple[int, ...]
) -> coordinatesystem | None:
    """Return the coordinates of the image where a mask is a region in world coordinates."""
    if not str(mask.get("name")).startswith("WC"):
        return None
    return coordinates_from_record(handle.table.data.keywords.get("coords"), shape)


def _masks(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    found = keywords.get("masks", {})
    return found if isinstance(found, Mapping) else {}


def _folder_of(record: Mapping[str, Any], folder: str) -> str:
    name = record.get("mask")
    if not isinstance(name, TableName):
        raise FormatError(f"{folder}: wanted a table as field 'mask' of a mask, got {name!r:.60}")
    return name.folder(folder)


def make_mask(
    folder: str, shape: tuple[int, ...], tile: tuple[int, ...], *, big_endian: bool
) -> None:
    """Make the table of a mask in which all pixels are good.

    Parameters
    ----------
    folder
        Where; it is made.
    shape, tile
        Of the mask, slowest axis first.
    big_endian
        Byte order of the image, and so of the table: single bits have none.
    """
    data = begin_table(folder, MASK_COLUMN, "Bool", shape, tile, big_endian=big_endian)
    _fill(read_cube(folder, data, MASK_COLUMN))
    finish_table(folder, data, _KIND, {})


def _fill(cube: TiledCube) -> None:
    """Make all pixels of a new mask good."""
    ones = b"\xff" * min(cube.size, _CHUNK)
    with open(cube.path, "r+b") as file:
        for start in range(0, cube.size, len(ones)):
            file.write(ones[: cube.size - start])


def mask_record(name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the record of a mask of a whole image, in a table of its name."""
    return {
        "isRegion": 1,
        "name": "LCPagedMask",
        "comment": "",
        "mask": TableName.inside(name),
        "box": box_record(Box.whole(shape), shape),
    }


def add_mask(
    handle: TableHandle, name: str, shape: tuple[int, ...], tile: tuple[int, ...], *, default: bool
) -> None:
    """Store a new mask, all good.

    Parameters
    ----------
    handle
        Of the image.
    name
        Of the mask, and of its folder.
    shape, tile
        Of the image.
    default
        Whether it becomes the default mask.

    Raises
    ------
    MaskError
        If the name is taken, or is none that a folder can have.
    """
    handle.check_writable()
    table, folder = handle.table, os.path.join(handle.folder, name)
    with writing_errors(handle.folder), table.writing():
        check_mask_name(name)
        keywords = table.data.keywords
        if name in keywords.get("regions", {}) or name in _masks(keywords):
            raise MaskError(f"{handle.folder} has a mask or region {name!r} already")
        if os.path.lexists(folder) and not _is_spare(folder, keywords, name):
            raise MaskError(f"a mask cannot be called {name!r}: {folder} is something else")
        new = beside(folder)
        try:
            make_mask(new, shape, tile, big_endian=table.data.big_endian)
            place(new, folder)
        finally:
            remove(new)
        masks = {**_masks(keywords), name: mask_record(name, shape)}
        changed = {**keywords, "masks": masks}
        if default:
            changed["Image_defaultmask"] = name
        replace_keywords(handle, changed)


def check_mask_name(name: str) -> None:
    """Raise a `MaskError` unless a mask, and so a folder of an image, can have the name."""
    if not is_table_name(name):
        raise MaskError(f"wanted a name that a folder can have for a mask, got {name!r:.80}")


def _is_spare(folder: str, keywords: Mapping[str, Any], name: str) -> bool:
    """Whether a folder is a mask that no keyword names: the rest of a change that was cut off."""
    used = [str(table) for table in keywords.get("ATTRGROUPS", {}).values()]
    used += [str(mask.get("mask")) for mask in _masks(keywords).values()]
    if TableName.inside(name) in used:
        return False
    try:
        return os.path.isdir(folder) and read_info(folder).type == _KIND
    except ImageError:
        return False


def drop_mask(handle: TableHandle, name: str) -> None:
    """Remove a stored mask; if it was the default one there is none afterwards.

    Raises
    ------
    MaskError
        If there is none of that name.
    """
    handle.check_writable()
    table = handle.table
    with writing_errors(handle.folder), table.writing():
        keywords = table.data.keywords
        masks = dict(_masks(keywords))
        if name not in masks:
            raise MaskError(f"{handle.folder} has no mask {name!r}; it has {', '.join(masks)}")
        record = masks.pop(name)
        changed = {**keywords, "masks": masks}
        if keywords.get("Image_defaultmask") == name:
            del changed["Image_defaultmask"]
        replace_keywords(handle, changed)
        _throw_away(handle.folder, record, masks)


def _throw_away(folder: str, record: Any, others: Mapping[str, Any]) -> None:
    """Remove the table of a mask, unless another mask has it too or it lies elsewhere."""
    name = record.get("mask") if isinstance(record, Mapping) else None
    if not isinstance(name, TableName):
        return
    if any(isinstance(other, Mapping) and other.get("mask") == name for other in others.values()):
        return
    try:
        target = name.folder(folder)
    except FormatError:
        return
    if os.path.islink(target) or not os.path.isdir(target):
        return
    spare = beside(os.path.join(folder, _REMOVED))
    try:
        os.rename(target, spare)
    except OSError:
        return  # somebody has it open, where that matters; `add_mask` can use the name all the same
    shutil.rmtree(spare, ignore_errors=True)
