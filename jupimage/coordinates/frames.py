"""Sky frames: their names in records, what astropy calls them, and from one to the other.

Frames that are rotations of one another are converted with one matrix, taken once from
astropy, because a conversion through `SkyCoord` costs milliseconds for a single position.
B1950 is not a rotation (its positions contain the elliptic terms of aberration), so it goes
through astropy each time; its epoch is J2000, as in the library that wrote these records,
which agrees with astropy to 0.005" then.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.datedframes import DATED, of_date
from jupimage.errors import CoordinateError

__all__ = [
    "EQUATORIAL",
    "KNOWN",
    "SKY_FRAMES",
    "astropy_frame",
    "axis_names",
    "convert",
    "sky_frame",
]

Array = NDArray[np.float64]

KNOWN = ("J2000", "ICRS", "B1950", "B1950_VLA", "GALACTIC", "SUPERGAL", "ECLIPTIC")
"""Frames that can be converted into each other."""

SKY_FRAMES = (
    "J2000", "JMEAN", "JTRUE", "APP", "B1950", "B1950_VLA", "BMEAN", "BTRUE", "GALACTIC", "HADEC",
    "AZEL", "AZELSW", "AZELGEO", "AZELSWGEO", "AZELNE", "AZELNEGEO", "JNAT", "ECLIPTIC",
    "MECLIPTIC", "TECLIPTIC", "SUPERGAL", "ITRF", "TOPO", "ICRS", "MERCURY", "VENUS", "MARS",
    "JUPITER", "SATURN", "URANUS", "NEPTUNE", "PLUTO", "SUN", "MOON", "COMET",
)  # fmt: skip
"""Frames that a record can name."""

EQUATORIAL = frozenset(
    {"J2000", "JMEAN", "JTRUE", "APP", "B1950", "B1950_VLA", "BMEAN", "BTRUE", "ICRS", "HADEC",
     "JNAT", "TOPO"}
)  # fmt: skip
"""Frames whose longitude is written in hours."""

_SYNONYMS = {"AZELNE": "AZEL", "AZELNEGEO": "AZELGEO"}

_ROTATIONS = frozenset({"J2000", "ICRS", "GALACTIC", "SUPERGAL", "ECLIPTIC"})

_AXIS_NAMES = {
    "HADEC": ("Hour Angle", "Declination"),
    "AZEL": ("Azimuth", "Elevation"),
    "AZELSW": ("Azimuth", "Elevation"),
}


def sky_frame(name: Any) -> str:
    """Return the name of a sky frame as records have it.

    Raises
    ------
    CoordinateError
        If it is none.

    Examples
    --------
    >>> sky_frame("galactic")
    'GALACTIC'
    """
    text = name.strip().upper() if isinstance(name, str) else ""
    if text in SKY_FRAMES:
        return _SYNONYMS.get(text, text)
    raise CoordinateError(
        f"sky frame {str(name)[:40]!r} is not known; known are {', '.join(SKY_FRAMES)}"
    )


def axis_names(system: str) -> tuple[str, str]:
    """Return the names of longitude and latitude in a frame.

    Examples
    --------
    >>> axis_names("GALACTIC")
    ('Longitude', 'Latitude')
    """
    if system in _AXIS_NAMES:
        return _AXIS_NAMES[system]
    if system in EQUATORIAL:
        return ("Right Ascension", "Declination")
    return ("Longitude", "Latitude")


def astropy_frame(system: str, *, obstime: Any = None) -> Any:
    """Return the astropy frame of a record's frame name.

    Parameters
    ----------
    system
        ``J2000``, ``B1950``, ``GALACTIC``...
    obstime
        Time for the frames whose positions depend on it (B1950); J2000 if None.

    Examples
    --------
    >>> astropy_frame("GALACTIC").name
    'galactic'
    """
    from astropy import coordinates

    if system == "J2000":
        return coordinates.FK5(equinox="J2000")
    if system == "ICRS":
        return coordinates.ICRS()
    if system == "B1950":
        return coordinates.FK4(equinox="B1950", obstime="J2000" if obstime is None else obstime)
    if system == "B1950_VLA":
        return coordinates.FK4(equinox="B1950", obstime="B1979.9")
    if system == "GALACTIC":
        return coordinates.Galactic()
    if system == "SUPERGAL":
        return coordinates.Supergalactic()
    if system == "ECLIPTIC":
        return coordinates.BarycentricMeanEcliptic(equinox="J2000")
    raise CoordinateError(f"frame {system!r} cannot be converted; known are {', '.join(KNOWN)}")


def convert(lonlat: Array, source: str, target: str, *, day: float | None = None) -> Array:
    """Convert directions (n, 2) in degrees; longitudes come out in (-180, 180].

    Parameters
    ----------
    lonlat
        Longitudes and latitudes.
    source, target
        Names of frames.
    day
        Modified Julian date, for the frames that move with it.

    Examples
    --------
    The galactic centre:

    >>> convert(np.array([[266.40499, -28.93617]]), "J2000", "GALACTIC").round(3) + 0.0
    array([[0., 0.]])
    """
    for name in (source, target):
        if name in DATED and day is None:
            raise CoordinateError(f"sky frame {name} needs a date, there is none")
        if name not in KNOWN and name not in DATED:
            raise CoordinateError(
                f"no conversion from {source!r} to {target!r}: {name!r} is not one of "
                f"{', '.join(KNOWN)} or, with a date, {', '.join(sorted(DATED))}"
            )
    good = np.isfinite(lonlat).all(axis=1)
    result: Array = np.full(lonlat.shape, np.nan)
    if good.any():
        result[good] = _convert(lonlat[good], source, target, day or 0.0)
    return result


def _convert(lonlat: Array, source: str, target: str, day: float) -> Array:
    if source in DATED and source != target:
        vectors = _vectors(lonlat) @ of_date(source, day)
        return _convert(np.stack(_angles(vectors), axis=1), "ICRS", target, day)
    if target in DATED and source != target:
        vectors = _vectors(_convert(lonlat, source, "ICRS", day)) @ of_date(target, day).T
        lon, lat = _angles(vectors)
    elif source == target:
        lon, lat = lonlat.T
    elif source in _ROTATIONS and target in _ROTATIONS:
        lon, lat = _angles(_vectors(lonlat) @ _rotation(source, target).T)
    else:
        from astropy import units
        from astropy.coordinates import SkyCoord

        sky = SkyCoord(*lonlat.T, unit=units.deg, frame=astropy_frame(source))
        there = sky.transform_to(astropy_frame(target)).spherical
        lon, lat = there.lon.deg, there.lat.deg
    return np.stack([180.0 - (180.0 - lon) % 360.0, lat], axis=1)


@lru_cache
def _rotation(source: str, target: str) -> Array:
    """Return the matrix that turns unit vectors of one frame into those of another."""
    from astropy import units
    from astropy.coordinates import SkyCoord

    axes = SkyCoord([0, 90, 0], [0, 0, 90], unit=units.deg, frame=astropy_frame(source))
    there = axes.transform_to(astropy_frame(target)).represent_as("unitspherical").to_cartesian()
    matrix: Array = np.asarray(there.xyz.value, float)
    return matrix


def _vectors(lonlat: Array) -> Array:
    lon, lat = np.radians(lonlat).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _angles(vectors: Array) -> tuple[Array, Array]:
    x, y, z = vectors.T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))
