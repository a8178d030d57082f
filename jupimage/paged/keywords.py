"""Changes to the keywords of an image's table: from fields of an open image to records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.casatable import TableName
from jupimage.errors import MaskError
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.formats.imagerecords import imageinfo_to_record

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem
    from jupimage.formats.opened import Opened

__all__ = ["changed_keywords", "plain", "spectral_records", "stored_coordinates"]

Record = dict[str, Any]


def plain(value: Any) -> Any:
    """Return a copy of a record in which references to tables are plain text."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return str(value) if isinstance(value, TableName) else deepcopy(value)


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
    return "coords", stored_coordinates(opened.coordinates)


def stored_coordinates(system: coordinatesystem) -> Record:
    """Return the record of coordinates to store.

    The active rest frequency is put among all of them: casacore takes the first for one that is
    not.
    """
    record = coordinates_to_record(system)
    for spectral in spectral_records(record):
        if spectral["restfreq"] not in spectral["restfreqs"]:
            spectral["restfreqs"] = np.insert(spectral["restfreqs"], 0, spectral["restfreq"])
    return record


def spectral_records(record: Mapping[str, Any]) -> list[Record]:
    """Return the records of all spectral coordinates in that of a system."""
    return [record[name] for name in record if name.startswith("spectral")]


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
