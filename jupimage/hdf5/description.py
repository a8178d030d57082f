"""What an HDF5 image says of itself, read from its root group.

==============  ====================================================================
``coordinfo``   record with the coordinate system in the field ``coords``; required
``unitinfo``    record with the unit of the pixels in the field ``units``
``imageinfo``   type of image, object, beams
``miscinfo``    whatever the user wants
``maskinfo``    record with the records of masks and regions, name of the default mask
``history``     `jupimage.hdf5.history`
==============  ====================================================================

A group that is missing is an empty record. What is of no use but does no harm is left out and said
to be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupimage.errors import FormatError
from jupimage.formats.coordinaterecords import coordinates_from_record
from jupimage.formats.entry import Entry
from jupimage.formats.imagerecords import imageinfo_from_record, unit_from_field
from jupimage.formats.slips import misspelt, unused_fields
from jupimage.hdf5.history import read_history
from jupimage.hdf5.newer import ROOT_NAMES
from jupimage.hdf5.records import GroupLike, read_record

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["DEFAULT_MASK", "Description", "describe", "read_item"]

Record = dict[str, Any]

DEFAULT_MASK = "Image_defaultmask"
_MASK_FIELDS = (DEFAULT_MASK, "masks", "regions")
_INFO_FIELDS = ("imagetype", "objectname", "restoringbeam", "perplanebeams")


@dataclass(slots=True)
class Description:
    """What an image says, each field as in `Opened`.

    Parameters
    ----------
    masks
        Records of the masks, by name.
    problems
        What was left out, and why.
    """

    unit: str
    imageinfo: Record
    miscinfo: Record
    coordinates: coordinatesystem
    masks: dict[str, Record]
    default_mask: str
    regions: dict[str, Record]
    history: list[Entry]
    problems: tuple[str, ...]


def describe(root: GroupLike, path: str, shape: tuple[int, ...]) -> Description:
    """Read all about an image.

    Parameters
    ----------
    root
        Its root group.
    path
        Of the file, for messages.
    shape
        Of the pixels, slowest axis first.

    Raises
    ------
    FormatError
        If the coordinates are missing or damaged, or records cannot be read.
    """
    problems = misspelt(root.names(), ROOT_NAMES)
    coords = read_item(root, "coordinfo", path).get("coords")
    try:
        coordinates = coordinates_from_record(coords, shape)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from error
    problems += unused_fields(coords, coordinates.dict(), "coords")
    maskinfo = read_item(root, "maskinfo", path)
    problems += misspelt(maskinfo, _MASK_FIELDS, "maskinfo.")
    masks = _records(maskinfo, "masks", problems)
    return Description(
        unit=_unit(root, path, problems),
        imageinfo=_imageinfo(root, path, problems),
        miscinfo=read_item(root, "miscinfo", path),
        coordinates=coordinates,
        masks=masks,
        default_mask=_default_mask(maskinfo, masks, problems),
        regions=_records(maskinfo, "regions", problems),
        history=_history(root, path, problems),
        problems=tuple(problems),
    )


def read_item(root: GroupLike, name: str, path: str) -> Record:
    """Return the record in the root group, an empty one if it is missing.

    Raises
    ------
    FormatError
        If it is no group, or cannot be read.
    """
    group: Any = root.child(name)
    if group is None:
        return {}
    if not hasattr(group, "attributes"):
        raise FormatError(f"{path}: wanted a group {name}, got something else")
    return read_record(group, path)


def _unit(root: GroupLike, path: str, problems: list[str]) -> str:
    record = read_item(root, "unitinfo", path)
    problems += misspelt(record, ("units",), "unitinfo.")
    if not isinstance(record.get("units", ""), str):
        problems.append("the unit is left out: wanted a text, got something else")
    return unit_from_field(record.get("units"))


def _imageinfo(root: GroupLike, path: str, problems: list[str]) -> Record:
    record = read_item(root, "imageinfo", path)
    problems += misspelt(record, _INFO_FIELDS, "imageinfo.")
    try:
        return imageinfo_from_record(record)
    except FormatError as error:
        problems.append(f"beam and type of the image are left out: {error}")
        return imageinfo_from_record({})


def _records(record: Mapping[str, Any], name: str, problems: list[str]) -> dict[str, Record]:
    found = record.get(name, {})
    if not isinstance(found, Mapping):
        problems.append(f"{name} are left out: wanted a record, got something else")
        return {}
    problems += [f"{name}.{key} is left out: wanted a record" for key in found
                 if not isinstance(found[key], Mapping)]  # fmt: skip
    return {key: dict(found[key]) for key in found if isinstance(found[key], Mapping)}


def _default_mask(
    maskinfo: Mapping[str, Any], masks: Mapping[str, Record], problems: list[str]
) -> str:
    name = maskinfo.get(DEFAULT_MASK, "")
    if not isinstance(name, str) or (name and name not in masks):
        problems.append(f"no mask is used: the default one is called {name!r:.60}, not there")
        return ""
    return name


def _history(root: GroupLike, path: str, problems: list[str]) -> list[Entry]:
    try:
        return read_history(root, path)
    except FormatError as error:
        problems.append(f"the history is left out: {error}")
        return []
