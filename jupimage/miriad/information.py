"""What the items of a Miriad image say besides pixels and coordinates.

Names and forms of the results are those of all formats: a unit, a record of image information,
a record of what is left over, lines of history.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from jupimage.formats.imagerecords import IMAGE_TYPES
from jupimage.formats.slips import find_slips
from jupimage.formats.units import translate_unit
from jupimage.miriad.folder import HISTORY, ItemFolder
from jupimage.miriad.header import Header

__all__ = ["NO_ANGLE", "image_type", "read_history", "read_imageinfo", "read_miscinfo", "read_unit"]

NO_ANGLE = 1e-30
"""Position angle in degrees that is written for 0: casacore drops beams with exactly 0."""

_OTHER_TYPES = frozenset(
    {"fractional_polarization", "linear_polarization", "polarized_intensity", "polarised_intensity",
     "position_angle", "position_angle_error", "flux", "amplitude", "phase", "mask"}
)  # fmt: skip
"""Types of images that are no damaged ones, but that only Miriad knows."""

_NO_TEXT = re.compile(r"[^\t\n\r\f -~\xa0-\U0010ffff]")
_NEIGHBOURS = frozenset({"ltype"})
"""Names of items that are one letter off those that are asked for."""

_MOST_HISTORY = 1 << 26


def read_unit(header: Header) -> str:
    """Return the unit of the pixels; one that is not known is kept in double quotes."""
    unit = header.text("bunit")
    return translate_unit(unit) if unit else ""


def image_type(name: str) -> str:
    """Return how Miriad spells a type of image.

    Examples
    --------
    >>> image_type("Optical Depth")
    'optical_depth'
    """
    return name.casefold().replace(" ", "_")


def read_imageinfo(header: Header) -> dict[str, Any]:
    """Return object, type of image and restoring beam."""
    wanted = image_type(header.text("btype"))
    found = next((name for name in IMAGE_TYPES if image_type(name) == wanted), "Intensity")
    if wanted and image_type(found) != wanted:
        say = header.remark if wanted in _OTHER_TYPES else header.fault
        say(f"btype {wanted!r} is not known, {found} is used")
    info: dict[str, Any] = {"imagetype": found, "objectname": header.text("object")}
    beam = _beam(header)
    if beam is not None:
        info["restoringbeam"] = beam
    return info


def _beam(header: Header) -> dict[str, Any] | None:
    """Return the beam; its axes are in rad, and the longer one is the major one."""
    major, minor = header.number("bmaj", 0.0), header.number("bmin", 0.0)
    if not (major > 0 and minor > 0):
        if major > 0 or minor > 0:
            header.fault(f"bmaj = {major} and bmin = {minor} are no beam")
        return None
    if "bpa" not in header and major != minor:
        header.fault("item 'bpa' is missing, a position angle of 0 is used")
    angle = header.number("bpa", 0.0)
    angle = 0.0 if abs(angle) <= NO_ANGLE else angle
    if major < minor:
        header.remark("bmaj is less than bmin: they are exchanged, and the beam turned by 90 deg")
        major, minor, angle = minor, major, angle + 90
    return {
        "major": {"value": major, "unit": "rad"},
        "minor": {"value": minor, "unit": "rad"},
        "positionangle": {"value": angle, "unit": "deg"},
    }


def read_miscinfo(header: Header) -> dict[str, Any]:
    """Return the items that nobody else asked for.

    Tables that programs keep for themselves, such as the pointings of a mosaic, are items of
    mixed types in files of their own: nobody else can use them, so leaving them out is no fault.
    """
    info: dict[str, Any] = {}
    for name, other in find_slips(header, header.used, most=1):
        if name not in _NEIGHBOURS:
            header.fault(f"item {name!r} looks like a damaged {other!r}, which is missing")
    for name in header.left():
        value = header.value(name)
        if value is not None:
            info[name] = value.copy() if isinstance(value, np.ndarray) else value
            if isinstance(value, str):
                header.check_text(name)
        elif name in header.unread:
            header.remark(f"item {name!r} is left out: {header.unread[name]}")
        elif header.is_mixed(name):
            header.remark(f"item {name!r} is of mixed types and is left out")
        else:
            header.fault(f"item {name!r} is damaged or of no known type and is left out")
    return info


def read_history(folder: ItemFolder, header: Header) -> list[str]:
    """Return the lines of the history, a plain text; the header is told if the last is cut off.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    content = folder.read(HISTORY, _MOST_HISTORY)
    if content is None:
        return []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        header.fault("the history is no text in UTF-8, it is taken as Latin-1")
    if _NO_TEXT.search(text):
        header.fault("the history holds signs that are no letters")
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1]:
        header.fault("the history does not end with a line break")
        return lines
    return lines[:-1]
