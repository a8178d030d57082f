"""Changes to the keywords of an image's table: from fields of an open image to records."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from jupimage.casatable import TableName
from jupimage.errors import MaskError
from jupimage.files.leftovers import clean_folder
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.formats.imagerecords import imageinfo_to_record

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened
    from jupimage.paged.handles import TableHandle

__all__ = [
    "changed_keywords",
    "plain",
    "replace_keywords",
]

Record = dict[str, Any]


def plain(value: Any) -> Any:
    """Return a copy of a record in which references to tables are plain text."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, TableName) else deepcopy(value)


def replace_keywords(handle: TableHandle, keywords: Mapping[str, Any]) -> None:
    """Write keywords, unless they are those that are there, and tidy the folder of the image.

    Whatever a killed writer left there is gone after the next change of any kind. The caller
    holds the write lock of the image.
    """
    table = handle.table
    if keywords is not table.data.keywords:
        table.replace(dataclasses.replace(table.data, keywords=dict(keywords)))
    clean_folder(handle.folder)


def changed_keywords(
    keywords: Mapping[str, Any], opened: Opened, fields: Collection[str]
) -> Record:
    """Return keywords in which some fields of an image are what `opened` says.

    Parameters
    ----------
    keywords
        As they are; they stay so.
    opened
        Holds the new values.
    fields
        Among ``unit imageinfo miscinfo coordinates default_mask regions``.

    Raises
    ------
    ArgumentError, CoordinateError
        If a value is not what the field holds.
    MaskError
        If the default mask is not there, or a region has the name of a mask.
    """
    made = dict(keywords)
    for field in fields:
        name, value = _STORED[field](opened, keywords)
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def _stored_unit(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    return "units", opened.unit if opened.unit or "units" in old else None


def _stored_imageinfo(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    return "imageinfo", imageinfo_to_record(opened.imageinfo)


def _stored_miscinfo(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    return "miscinfo", plain(opened.miscinfo)


def _stored_coordinates(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    return "coords", coordinates_to_record(opened.coordinates)


def _stored_default(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    masks = old.get("masks", {})
    if opened.default_mask and opened.default_mask not in masks:
        raise MaskError(
            f"wanted one of the masks {', '.join(masks) or 'none'} as the default one, "
            f"got {opened.default_mask!r}"
        )
    return "Image_defaultmask", opened.default_mask or None


def _stored_regions(opened: Opened, old: Mapping[str, Any]) -> tuple[str, Any]:
    if both := set(opened.regions) & set(old.get("masks", {})):
        raise MaskError(f"a region cannot have the name of a mask: {', '.join(sorted(both))}")
    if not opened.regions and "regions" not in old:
        return "regions", None
    return "regions", deepcopy(dict(opened.regions))


_STORED = {
    "unit": _stored_unit,
    "imageinfo": _stored_imageinfo,
    "miscinfo": _stored_miscinfo,
    "coordinates": _stored_coordinates,
    "default_mask": _stored_default,
    "regions": _stored_regions,
}
