"""The classes of coordinates, where scripts for ``casacore.images`` look for them.

>>> from jupimage.images.coordinates import coordinatesystem, directioncoordinate
"""

from jupimage.coordinates import (
    coordinate,
    coordinatesystem,
    directioncoordinate,
    linearcoordinate,
    spectralcoordinate,
    stokescoordinate,
    tabularcoordinate,
)

__all__ = [
    "coordinate",
    "coordinatesystem",
    "directioncoordinate",
    "linearcoordinate",
    "spectralcoordinate",
    "stokescoordinate",
    "tabularcoordinate",
]
