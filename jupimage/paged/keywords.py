"""The keywords of an image's table: everything about an image that is small.

====================  =================================================================
``coords``            coordinate system; an image without one is damaged
``logtable``          the table with the history
``units``             unit of the pixels
``imageinfo``         type of image, object, beams
``miscinfo``          whatever the user wants
``masks``             record of each stored mask, by name
``regions``           record of each stored region, by name; no name is in both
``Image_defaultmask`` the mask that is used unless another is asked for
``ATTRGROUPS``        the table of each attribute group, by name
====================  =================================================================

What is of no use but does no harm, such as a unit that is no text, is left out and said to be. So
is a keyword whose name is that of a known one but for a letter or two: it was damaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.casatable import TableName
from jupimage.coordinates.record import assemble, linear_record
from jupimage.errors import FormatError, MaskError
from jupimage.formats.coordinaterecords import coordinates_from_record, coordinates_to_record
from jupimage.formats.imagerecords import imageinfo_from_record, imageinfo_to_record
from jupimage.formats.units import translate_unit
from jupimage.paged.names import find_slips

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem
    from jupimage.formats.opened import Opened

__all__ = ["Description", "changed_keywords", "describe", "plain", "stored_coordinates"]

Record = dict[str, Any]

KNOWN = (
    "coords", "logtable", "units", "imageinfo", "miscinfo", "masks", "regions",
    "Image_defaultmask", "ATTRGROUPS",
)  # fmt: skip
"""Names of keywords that mean something."""

IMAGEINFO = ("imagetype", "objectname", "restoringbeam", "perplanebeams")
"""Fields of the record ``imageinfo``."""

OLD_NAMES = frozenset({"prefVelType", "prefVelUnit", "tabular"})
"""Fields of coordinates that were read, and are called or kept otherwise now."""


@dataclass(slots=True)
class Description:
    """What the keywords of an image say, each field as in `Opened`.

    Parameters
    ----------
    problems
        What was left out, and why.
    """

    unit: str
    imageinfo: Record
    miscinfo: Record
    coordinates: coordinatesystem
    masks: tuple[str, ...]
    default_mask: str
    regions: dict[str, Record]
    problems: tuple[str, ...]


def describe(
    keywords: Mapping[str, Any], shape: tuple[int, ...], *, image: bool = True
) -> Description:
    """Return what keywords say of an image.

    Parameters
    ----------
    keywords
        Of its table.
    shape
        Of the image, slowest axis first.
    image
        Whether there have to be coordinates; in their place an array has pixel numbers.

    Raises
    ------
    FormatError
        If the coordinates are missing or damaged.
    """
    problems = find_slips(keywords, KNOWN)
    masks = _records(keywords, "masks", problems)
    coords = keywords.get("coords") if image or "coords" in keywords else _numbers(len(shape))
    coordinates = coordinates_from_record(coords, shape)
    for spectral in _spectral(coordinates.dict()):
        if spectral["restfreqs"].size and spectral["restfreq"] not in spectral["restfreqs"]:
            spectral["restfreq"] = float(spectral["restfreqs"][0])  # as casacore does
    problems += _surplus(coords, coordinates.dict(), "coords")
    return Description(
        unit=_unit(keywords, problems),
        imageinfo=_imageinfo(keywords, problems),
        miscinfo=plain(_record(keywords, "miscinfo", problems)),
        coordinates=coordinates,
        masks=tuple(masks),
        default_mask=_default_mask(keywords, masks, problems),
        regions=deepcopy(_records(keywords, "regions", problems)),
        problems=tuple(problems),
    )


def _surplus(stored: Any, used: Any, where: str) -> list[str]:
    """Name the fields of coordinates that nothing knows: a damaged name hides its value."""
    if not isinstance(stored, Mapping):
        return []
    found = [
        f"{where}.{name!r:.60} is left out: nothing is called so"
        for name in stored
        if name not in used and name not in OLD_NAMES
    ]
    for name in stored:
        if name in used and isinstance(used[name], Mapping):
            found += _surplus(stored[name], used[name], f"{where}.{name}")
    return found


def _numbers(axes: int) -> Record:
    """Return the record of coordinates that are pixel numbers."""
    record = linear_record(
        names=[f"linear{axis + 1}" for axis in range(axes)],
        units=[""] * axes,
        crval=[0.0] * axes,
        cdelt=[1.0] * axes,
        crpix=[0.0] * axes,
    )
    return assemble([("linear", record, range(axes))])


def _unit(keywords: Mapping[str, Any], problems: list[str]) -> str:
    unit = keywords.get("units", "")
    if not isinstance(unit, str):
        problems.append(f"the unit is left out: wanted a text, got {type(unit).__name__}")
        return ""
    if " " in unit.strip():
        translated = translate_unit(unit)
        return unit if translated.startswith('"') else translated
    return str(unit)


def _imageinfo(keywords: Mapping[str, Any], problems: list[str]) -> Record:
    record = _record(keywords, "imageinfo", problems)
    problems += find_slips(record, IMAGEINFO)
    try:
        return imageinfo_from_record(record)
    except FormatError as error:
        problems.append(f"beam and type of the image are left out: {error}")
        return imageinfo_from_record({})


def _record(keywords: Mapping[str, Any], name: str, problems: list[str]) -> Mapping[str, Any]:
    found = keywords.get(name, {})
    if isinstance(found, Mapping):
        return found
    problems.append(f"{name} is left out: wanted a record, got {type(found).__name__}")
    return {}


def _records(keywords: Mapping[str, Any], name: str, problems: list[str]) -> dict[str, Record]:
    found = _record(keywords, name, problems)
    for key in found:
        if not isinstance(found[key], Mapping):
            problems.append(f"{name}.{key} is left out: wanted a record")
    return {key: dict(found[key]) for key in found if isinstance(found[key], Mapping)}


def _default_mask(keywords: Mapping[str, Any], masks: Collection[str], problems: list[str]) -> str:
    name = keywords.get("Image_defaultmask", "")
    if not isinstance(name, str) or (name and name not in masks):
        problems.append(f"no mask is used: the default one is called {name!r:.60}, not there")
        return ""
    return str(name)


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
    for spectral in _spectral(record):
        if spectral["restfreq"] not in spectral["restfreqs"]:
            spectral["restfreqs"] = np.insert(spectral["restfreqs"], 0, spectral["restfreq"])
    return record


def _spectral(record: Mapping[str, Any]) -> list[Record]:
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
