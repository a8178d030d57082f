"""What the keywords of an image's table say: everything about an image that is small.

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
is a keyword whose name is that of a known one but for some letters: it was damaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupimage.coordinates.record import assemble, linear_record
from jupimage.errors import FormatError
from jupimage.formats.coordinaterecords import coordinates_from_record
from jupimage.formats.imagerecords import imageinfo_from_record
from jupimage.formats.slips import misspelt, unused_fields
from jupimage.formats.units import translate_unit
from jupimage.paged.keywords import plain

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Description", "describe"]

Record = dict[str, Any]

KNOWN = (
    "coords", "logtable", "units", "imageinfo", "miscinfo", "masks", "regions",
    "Image_defaultmask", "ATTRGROUPS",
)  # fmt: skip
"""Names of keywords that mean something."""

IMAGEINFO = ("imagetype", "objectname", "restoringbeam", "perplanebeams")
"""Fields of the record ``imageinfo``."""


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
    problems = misspelt(keywords, KNOWN)
    masks = _records(keywords, "masks", problems)
    coords = keywords.get("coords") if image or "coords" in keywords else _numbers(len(shape))
    coordinates = coordinates_from_record(coords, shape)
    problems += unused_fields(coords, coordinates.dict(), "coords")
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
    problems += misspelt(record, IMAGEINFO)
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
