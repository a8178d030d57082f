"""The classes of coordinates, by the names that records have for them."""

from __future__ import annotations

from jupimage.coordinates.otherparts import (
    linearcoordinate,
    qualitycoordinate,
    stokescoordinate,
    tabularcoordinate,
)
from jupimage.coordinates.part import coordinate
from jupimage.coordinates.skypart import directioncoordinate
from jupimage.coordinates.spectralpart import spectralcoordinate

__all__ = [
    "CLASSES",
    "coordinate",
    "directioncoordinate",
    "linearcoordinate",
    "qualitycoordinate",
    "spectralcoordinate",
    "stokescoordinate",
    "tabularcoordinate",
]

CLASSES: dict[str, type[coordinate]] = {
    cls.kind: cls
    for cls in (
        directioncoordinate,
        spectralcoordinate,
        linearcoordinate,
        stokescoordinate,
        tabularcoordinate,
        qualitycoordinate,
    )
}
"""The class of each kind of coordinate."""
