"""Coordinates: from pixels to the sky, to frequencies and names, and back.

A coordinate system is a record (a dict) with a thin cover over it; the same record is what
images on disk hold. Importing this room costs no more than numpy: wcslib and astropy are
loaded by the first conversion that needs them.
"""

from typing import TYPE_CHECKING, Any

from jupimage.coordinates.axis import Axis
from jupimage.coordinates.defaults import default_system
from jupimage.coordinates.parts import (
    coordinate,
    directioncoordinate,
    linearcoordinate,
    qualitycoordinate,
    spectralcoordinate,
    stokescoordinate,
    tabularcoordinate,
)
from jupimage.coordinates.system import coordinatesystem

if TYPE_CHECKING:
    from jupimage.coordinates.imagewcs import ImageWCS

__all__ = [
    "Axis",
    "ImageWCS",
    "coordinate",
    "coordinatesystem",
    "default_system",
    "directioncoordinate",
    "linearcoordinate",
    "qualitycoordinate",
    "spectralcoordinate",
    "stokescoordinate",
    "tabularcoordinate",
]


def __getattr__(name: str) -> Any:
    # ImageWCS derives from classes of astropy, so its module is loaded when it is asked for.
    if name == "ImageWCS":
        from jupimage.coordinates.imagewcs import ImageWCS

        return ImageWCS
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
