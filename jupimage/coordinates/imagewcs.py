"""Coordinates as astropy's shared interface for WCS objects (APE 14) asks for them.

Its order is that of FITS, fastest axis first. Angles are in degrees whatever the record
holds, because that is what programs that use such objects expect; other axes keep their
units. Of a direction that lost one pixel axis both world values are still given (a strip of
sky has a longitude and a latitude), so that it can be a `SkyCoord`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from astropy.wcs.wcsapi import BaseLowLevelWCS, HighLevelWCSMixin
from numpy.typing import NDArray

from jupimage.coordinates.axis import Axis, describe
from jupimage.coordinates.frames import KNOWN, astropy_frame
from jupimage.coordinates.spectral import rest_frequency
from jupimage.coordinates.stokes import FITS_CODES, STOKES_NAMES
from jupimage.coordinates.system import coordinatesystem
from jupimage.coordinates.transform import Part
from jupimage.coordinates.units import degrees

__all__ = ["ImageWCS"]

_PHYSICAL = {
    "GALACTIC": ("pos.galactic.lon", "pos.galactic.lat"),
    "ECLIPTIC": ("pos.ecliptic.lon", "pos.ecliptic.lat"),
    "SUPERGAL": ("custom:pos.supergalactic.lon", "custom:pos.supergalactic.lat"),
    "J2000": ("pos.eq.ra", "pos.eq.dec"),
    "ICRS": ("pos.eq.ra", "pos.eq.dec"),
    "B1950": ("pos.eq.ra", "pos.eq.dec"),
    "B1950_VLA": ("pos.eq.ra", "pos.eq.dec"),
}

_TO_FITS = np.array([0.0] * len(STOKES_NAMES))
_TO_FITS[:] = [100.0 + code for code in range(len(STOKES_NAMES))]
for _code, _name in FITS_CODES.items():
    _TO_FITS[STOKES_NAMES.index(_name)] = _code


@dataclass(frozen=True, slots=True)
class _World:
    """One world axis: which axis of which coordinate, and where it is in our vectors."""

    part: Part
    own: int
    column: int  # in vectors of `coordinatesystem`, -1 if it was removed there
    axis: Axis
    scale: float  # from the record's unit to the one given out


class ImageWCS(BaseLowLevelWCS, HighLevelWCSMixin):  # type: ignore[misc]
    """World coordinates of an image for astropy, matplotlib and all that understand APE 14.

    Parameters
    ----------
    system
        The coordinate system. Later changes of it do not change this object.
    shape
        Shape of the image, slowest axis first.
    partners
        Whether a longitude whose latitude was removed (or the other way round) still comes
        with it. matplotlib's grid needs as many world as pixel axes, so its axes do without.

    Examples
    --------
    >>> from jupimage.coordinates import ImageWCS, default_system
    >>> wcs = ImageWCS(default_system((20, 30)), (20, 30))
    >>> wcs.pixel_to_world(0, 10).to_string(precision=4)
    '0.2500 0.0000'

    """

    def __init__(
        self, system: coordinatesystem, shape: Sequence[int], *, partners: bool = True
    ) -> None:
        self._system = system.copy()
        self._transform = self._system.transform()
        self._shape = tuple(int(n) for n in shape)
        self._worlds = _worlds(self._transform.parts, partners)

    def __repr__(self) -> str:
        names = ", ".join(name or "?" for name in self.world_axis_names)
        return f"<ImageWCS {' x '.join(map(str, self._shape))}: {names} (fastest axis first)>"

    def _as_mpl_axes(self) -> Any:
        return super(ImageWCS, self.without_partners())._as_mpl_axes()

    @property
    def system(self) -> coordinatesystem:
        """The coordinate system, a copy of its own."""
        return self._system

    def without_partners(self) -> ImageWCS:
        """Return the same coordinates, without world axes that were removed."""
        return ImageWCS(self._system, self._shape, partners=False)

    @property
    def pixel_n_dim(self) -> int:
        return self._transform.ndim

    @property
    def world_n_dim(self) -> int:
        return len(self._worlds)

    @property
    def pixel_shape(self) -> tuple[int, ...]:
        return self._shape[::-1]

    @property
    def array_shape(self) -> tuple[int, ...]:
        return self._shape

    @property
    def pixel_bounds(self) -> list[tuple[float, float]]:
        return [(-0.5, n - 0.5) for n in self.pixel_shape]

    @property
    def world_axis_names(self) -> list[str]:
        return [world.axis.name for world in self._worlds]

    @property
    def world_axis_physical_types(self) -> list[str | None]:
        return [_physical(world) for world in self._worlds]

    @property
    def world_axis_units(self) -> list[str]:
        return [_unit(world) for world in self._worlds]

    @property
    def axis_correlation_matrix(self) -> NDArray[np.bool_]:
        matrix = np.zeros((self.world_n_dim, self.pixel_n_dim), bool)
        for row, world in enumerate(self._worlds):
            depends = _dependence(world)
            for own, column in enumerate(world.part.pixel_columns):
                if column >= 0 and depends[own]:
                    matrix[row, self.pixel_n_dim - 1 - column] = True
        return matrix

    def pixel_to_world_values(self, *pixel_arrays: Any) -> Any:
        arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in pixel_arrays))
        pixel = np.stack([a.ravel() for a in arrays[::-1]], axis=1)
        own: dict[int, NDArray[np.float64]] = {}
        result = []
        for world in self._worlds:
            key = id(world.part)
            if key not in own:
                own[key] = world.part.worlds(pixel)
            values = own[key][:, world.own] * world.scale
            if world.axis.kind == "stokes":
                values = _fits_stokes(values)
            elif world.axis.kind == "direction" and world.own == 0:
                values = values % 360.0
            result.append(values.reshape(arrays[0].shape)[()])
        return result[0] if len(result) == 1 else tuple(result)

    def world_to_pixel_values(self, *world_arrays: Any) -> Any:
        arrays = np.broadcast_arrays(*(np.asarray(a, float) for a in world_arrays))
        vectors = np.empty((arrays[0].size, self._transform.world_ndim))
        for world, array in zip(self._worlds, arrays, strict=True):
            if world.column >= 0:
                values = array.ravel()
                if world.axis.kind == "stokes":
                    values = _casa_stokes(values)
                vectors[:, world.column] = values / world.scale
        pixel = self._transform.topixel(vectors)
        result = [pixel[:, i].reshape(arrays[0].shape)[()] for i in range(pixel.shape[1])][::-1]
        return result[0] if len(result) == 1 else tuple(result)

    @property
    def world_axis_object_components(self) -> list[tuple[Any, Any, Any]]:
        return [_component(row, world, self._worlds) for row, world in enumerate(self._worlds)]

    @property
    def world_axis_object_classes(self) -> dict[Any, Any]:
        classes: dict[Any, Any] = {}
        for row, world in enumerate(self._worlds):
            name = _component(row, world, self._worlds)[0]
            if name not in classes:
                classes[name] = self._object_class(world)
        return classes

    def _object_class(self, world: _World) -> tuple[Any, ...]:
        from astropy import units
        from astropy.coordinates import SkyCoord, SpectralCoord, StokesCoord

        kind = world.axis.kind
        if _is_sky(world, self._worlds):
            frame = astropy_frame(world.axis.frame, obstime=self._obstime())
            return (SkyCoord, (), {"frame": frame, "unit": (units.deg, units.deg)})
        if kind == "spectral":
            keywords: dict[str, Any] = {"unit": _unit(world)}
            rest = rest_frequency(world.part.entry.record)
            if rest > 0:
                keywords |= {"doppler_rest": rest * units.Hz, "doppler_convention": "radio"}
            return (SpectralCoord, (), keywords)
        if _is_stokes(world):
            return (StokesCoord, (), {})
        return (units.Quantity, (), {"unit": _unit(world)})

    def _obstime(self) -> Any:
        """Return the time of the observation, None if the record does not hold one."""
        from astropy.time import Time

        date = self._system.get_obsdate() or {}
        try:
            day = float(date["m0"]["value"])
            return Time(day, format="mjd", scale="utc") if day > 0 else None
        except (KeyError, TypeError, ValueError):
            return None


def _worlds(parts: tuple[Part, ...], partners: bool) -> tuple[_World, ...]:
    found: list[tuple[tuple[int, int], _World]] = []
    for part in parts:
        kept = [column for column in part.world_columns if column >= 0]
        if not kept:
            continue
        for own, column in enumerate(part.world_columns):
            if column < 0 and not (partners and part.entry.kind == "direction"):
                continue
            axis = describe(part.entry, own, column)
            scale = degrees(axis.unit) if axis.kind == "direction" else 1.0
            # A removed longitude or latitude goes beside the one that was kept.
            place = -column if column >= 0 and len(kept) == part.entry.size else -kept[0]
            found.append(((place, own), _World(part, own, column, axis, scale)))
    return tuple(world for _, world in sorted(found, key=lambda item: item[0]))


def _dependence(world: _World) -> list[bool]:
    """Return for each pixel axis of the coordinate whether the world axis depends on it."""
    entry = world.part.entry
    if entry.kind == "direction":
        return [True, True]
    if entry.kind == "linear":
        row = np.atleast_2d(np.asarray(entry.record["pc"], float))[world.own]
        return [bool(value) for value in row != 0]
    return [True]


def _physical(world: _World) -> str | None:
    kind = world.axis.kind
    if kind == "direction":
        names = _PHYSICAL.get(world.axis.frame)
        return names[world.own] if names else f"custom:pos.{('lon', 'lat')[world.own]}"
    if kind == "spectral":
        return "em.freq"
    return "phys.polarization.stokes" if _is_stokes(world) else None


def _unit(world: _World) -> str:
    """Return the unit of the values given out, "" if astropy does not know it."""
    from astropy import units

    if world.axis.kind == "direction":
        return "deg"
    try:
        unit = units.Unit(world.axis.unit[:60]) if world.axis.unit else units.one
        return str(unit.to_string("vounit"))
    except (ValueError, TypeError):
        return ""


def _is_stokes(world: _World) -> bool:
    """Return whether all names of a Stokes axis are ones that astropy has."""
    known = {name for code, name in FITS_CODES.items() if -8 <= code <= 4}
    return world.axis.kind == "stokes" and set(world.axis.labels) <= known


def _is_sky(world: _World, worlds: tuple[_World, ...]) -> bool:
    """Return whether a world axis is half of a direction that astropy has a frame for."""
    pair = [other for other in worlds if other.part is world.part]
    return world.axis.kind == "direction" and world.axis.frame in KNOWN and len(pair) == 2


def _component(row: int, world: _World, worlds: tuple[_World, ...]) -> tuple[Any, Any, Any]:
    kind = world.axis.kind
    if _is_sky(world, worlds):
        value = "spherical.lon.degree" if world.own == 0 else "spherical.lat.degree"
        return (f"celestial{world.part.entry.number}", world.own, value)
    name = f"{kind}{row}"
    if _is_stokes(world):
        return (name, 0, "value")
    unit = _unit(world)
    return (name, 0, lambda quantity: quantity.to_value(unit))


def _fits_stokes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    result = np.full(values.shape, np.nan)
    good = np.isfinite(values)
    result[good] = _TO_FITS[values[good].astype(int)]
    return result


def _casa_stokes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found = values[:, None] == _TO_FITS
    return np.where(found.any(axis=1), found.argmax(axis=1), np.nan)
