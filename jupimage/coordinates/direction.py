"""Directions on the sky: pixel to world through wcslib, one small WCS per coordinate.

astropy.wcs shifts the array that it is given while it works, and a `Wcsprm` holds scratch
state, so two threads must never be inside one. Each call takes a `Wcsprm` from a pool, and
makes a new one where the pool is empty: a pool is as large as the number of threads that
have ever been in here at once. Every call works on an array of its own, in pieces, since
wcslib hands back seven numbers for every two.

The plain zenithal projections are known to work without asking wcslib, so for them it is
loaded by the first conversion, not when an image is opened.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.distortion import Distortion
from jupimage.coordinates.frames import KNOWN, convert, sky_frame
from jupimage.coordinates.projections import projection
from jupimage.coordinates.units import degrees
from jupimage.coordinates.wcslib import Parameter, build_wcsprm, free_pole, numbered
from jupimage.coordinates.zenithal import Zenithal
from jupimage.errors import CoordinateError

if TYPE_CHECKING:
    from astropy.wcs import Wcsprm

__all__ = ["DirectionTransform"]

Array = NDArray[np.float64]

_PIECE = 1 << 16

Step = Callable[["Wcsprm", Array], Any]


def _p2s(wcs: Wcsprm, pixel: Array) -> Any:
    return wcs.p2s(pixel, 0)["world"]


def _s2p(wcs: Wcsprm, lonlat: Array) -> Any:
    return wcs.s2p(lonlat, 0)["pixcrd"]


class DirectionTransform:
    """Pixel (longitude axis, latitude axis) to longitude and latitude, and back.

    Parameters
    ----------
    record
        A direction coordinate record. Positions are in its units.

    Raises
    ------
    CoordinateError
        If the record cannot be used: unknown projection, matrix without inverse, values
        that are not finite, unknown frames.

    Examples
    --------
    >>> from jupimage.coordinates.record import direction_record
    >>> tan = direction_record(crval=(0.0, 0.0), cdelt=(-1.0, 1.0), crpix=(4.0, 5.0),
    ...                        units=("deg", "deg"), projection="TAN")
    >>> DirectionTransform(tan).toworld(np.array([[4.0, 50.0]])).round(6)
    array([[ 0.      , 38.146026]])
    """

    separable = False

    def __init__(self, record: dict[str, Any]) -> None:
        try:
            self._scale = np.array([degrees(str(unit)) for unit in record["units"]])
            self.system = sky_frame(record["system"])
            self.shown = sky_frame(record.get("conversionSystem") or self.system)
            self._scales: list[float] = self._scale.tolist()
            self._projection, self._parameters = _projection(record, self._scale)
            self._crval = np.asarray(record["crval"], float) * self._scale
            self._cdelt = np.asarray(record["cdelt"], float) * self._scale
            self._crpix = np.array(record["crpix"], float)
            self._pc = np.array(record["pc"], float)
            self._poles = (
                _pole(record.get("longpole", 999.0)),
                _pole(record.get("latpole", 999.0)),
            )
            bent = record.get("distortion")
            self._distortion = None if bent is None else Distortion(bent, self._crpix)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            if isinstance(error, CoordinateError):
                raise
            raise CoordinateError(f"a direction record that cannot be read: {error!r}") from error
        self._check()
        self._zenithal = Zenithal.of(
            self._projection, self._parameters, self._crval, self._poles[0]
        )
        self._free: deque[tuple[Wcsprm, Array]] = deque()
        if self._zenithal is None:
            self._free.append(self._worker())

    @property
    def bent(self) -> bool:
        """Whether pixels are moved by a distortion before they are projected."""
        return self._distortion is not None

    @property
    def degrees_per_unit(self) -> Array:
        """Size of the units of longitude and latitude in degrees."""
        return self._scale

    @property
    def converts(self) -> bool:
        """Whether positions are shown in another frame than that of the projection."""
        return self.shown != self.system

    def _check(self) -> None:
        if self._pc.shape != (2, 2) or {
            self._crval.shape, self._cdelt.shape, self._crpix.shape
        } != {(2,)}:  # fmt: skip
            raise CoordinateError("a direction record needs two values of each kind, a 2x2 matrix")
        for name, values in (
            ("crval", self._crval), ("cdelt", self._cdelt), ("crpix", self._crpix), ("pc", self._pc)
        ):  # fmt: skip
            # plain Python is quicker with so few numbers
            if not all(map(math.isfinite, values.ravel().tolist())):
                raise CoordinateError(f"{name} of a direction is not finite: {values.tolist()}")
        (a, b), (c, d) = self._pc.tolist()
        if not all(self._cdelt.tolist()) or not abs(a * d - b * c) > 0:
            raise CoordinateError(
                f"the increments {self._cdelt.tolist()} deg and the matrix {self._pc.tolist()} of "
                "a direction cannot be inverted"
            )
        if self.converts:
            for name in (self.system, self.shown):
                if name not in KNOWN:
                    raise CoordinateError(
                        f"no conversion from {self.system!r} to {self.shown!r}: {name!r} is not "
                        f"one of {', '.join(KNOWN)}"
                    )

    def _build(self) -> Wcsprm:
        return build_wcsprm(
            self._projection,
            self._parameters,
            crval=self._crval,
            cdelt=self._cdelt,
            crpix=self._crpix,
            pc=self._pc,
            poles=self._poles,
        )

    def toworld(self, pixel: Array) -> Array:
        """Return longitude and latitude of pixels (n, 2); NaN outside the projection."""
        if self._distortion is not None:
            pixel = self._distortion.straighten(pixel)
        world = self._run(_p2s, pixel)
        if self.converts:
            world = convert(world, self.system, self.shown)
        world /= self._scale
        return world

    def topixel(self, world: Array) -> Array:
        """Return the pixels of longitudes and latitudes (n, 2); NaN outside the projection."""
        lonlat = world * self._scale
        if self.converts:
            lonlat = convert(lonlat, self.shown, self.system)
        pixel = self._run(_s2p, lonlat)
        return pixel if self._distortion is None else self._distortion.bend(pixel)

    def world_at(self, pixel: list[float]) -> list[float]:
        """Return longitude and latitude of one pixel."""
        if self.converts or self._distortion is not None:
            values: list[float] = self.toworld(np.array([pixel]))[0].tolist()
            return values
        lonlat = self._one(_p2s, pixel[0], pixel[1])
        return [lonlat[0] / self._scales[0], lonlat[1] / self._scales[1]]

    def pixel_at(self, world: list[float]) -> list[float]:
        """Return the pixel of one longitude and latitude."""
        if self.converts or self._distortion is not None:
            values: list[float] = self.topixel(np.array([world]))[0].tolist()
            return values
        return self._one(_s2p, world[0] * self._scales[0], world[1] * self._scales[1])

    def _one(self, step: Step, first: float, second: float) -> list[float]:
        if not math.isfinite(first + second):
            return [math.nan, math.nan]
        try:
            wcs, pair = worker = self._free.pop()
        except IndexError:
            wcs, pair = worker = self._worker()
        pair[0, 0] = first
        pair[0, 1] = second
        try:
            answer: list[float] = step(wcs, pair).tolist()[0]
        except ValueError as error:  # all errors of wcslib are
            raise CoordinateError(f"projection {self._projection!r} fails: {error}") from error
        finally:
            self._free.append(worker)
        return answer

    def _run(self, step: Step, values: Array) -> Array:
        result: Array = np.empty(values.shape)
        try:
            worker = self._free.pop()
        except IndexError:
            worker = self._worker()
        try:
            for start in range(0, len(values), _PIECE):
                part = np.array(values[start : start + _PIECE], float, order="C")
                bad = ~np.isfinite(part[:, 0] + part[:, 1])
                if bad.any():
                    part[bad] = 0.0
                try:
                    answer = step(worker[0], part)
                except ValueError as error:  # all errors of wcslib are
                    raise CoordinateError(f"projection {self._projection!r} fails") from error
                answer[bad] = np.nan
                result[start : start + _PIECE] = answer
        finally:
            self._free.append(worker)
        # An answer is a pair: where one of the two is undefined, there is none.
        result[np.isnan(result[:, 0] + result[:, 1])] = np.nan
        return result

    def _worker(self) -> tuple[Wcsprm, Array]:
        """Return an object of wcslib for one thread at a time, and room for a position."""
        return self._build(), np.zeros((1, 2))

    def position(self, pixel: Sequence[float]) -> Array:
        """Return longitude and latitude of one pixel, which where possible loads no wcslib.

        Longitudes that are a whole turn apart are the same; to rounding, this is `toworld`.
        """
        if self._zenithal is None or self.converts or self._distortion is not None:
            world: Array = self.toworld(np.array([pixel], float))[0]
            return world
        x, y = self._cdelt * (self._pc @ (np.asarray(pixel, float) - self._crpix))
        lonlat: Array = np.array(self._zenithal.world(float(x), float(y)))
        lonlat /= self._scale
        return lonlat

    def poles(self) -> tuple[float, float]:
        """Return LONPOLE and LATPOLE in degrees as the projection uses them."""
        if self._zenithal is not None:
            return self._zenithal.poles
        free = free_pole(self._projection, self._crval, self._poles, self._parameters)
        longpole, latpole = free or self._build().cel.ref[2:4]
        return float(longpole), float(latpole)

    def projection(self) -> tuple[str, list[Parameter]]:
        """Return the code of the projection and its parameters: axis (1, 2), number, value.

        NCP and GLS have become SIN and SFL.
        """
        return self._projection, numbered(self._projection, self._parameters)

    def state(self) -> dict[str, Any]:
        """Return all numbers of the projection in degrees, as plain JSON."""
        longitude, colatitude, phi = self._build().cel.euler[:3]
        return {
            "projection": self._projection,
            "parameters": [float(value) for value in self._parameters],
            "crpix": self._crpix.tolist(),
            "cdelt": self._cdelt.tolist(),
            "pc": self._pc.tolist(),
            "pole": [float(longitude), 90.0 - float(colatitude), float(phi)],
            "reference_longitude": float(self._crval[0]),
        }


def _pole(value: Any) -> float | None:
    """Return an angle in degrees, or None for 999 (not given)."""
    angle = float(value)
    return None if angle == 999.0 or not np.isfinite(angle) else angle


def _projection(record: dict[str, Any], scale: Array) -> tuple[str, list[float]]:
    """Return the code that wcslib knows and its parameters; NCP and GLS have newer names."""
    code = str(record["projection"]).strip()
    given = np.ravel(record.get("projection_parameters", ())).tolist()
    parameters = projection(code).complete(given)
    if code == "NCP":
        return "SIN", slant(float(record["crval"][1]) * scale[1])
    return ("SFL", []) if code == "GLS" else (code, parameters)


def slant(latitude: float) -> list[float]:
    """Return the parameters with which SIN is NCP about a latitude in degrees.

    Examples
    --------
    >>> [round(value, 9) for value in slant(45.0)]
    [0.0, 1.0]
    """
    tangent = math.tan(math.radians(latitude))
    if not tangent:
        raise CoordinateError("projection NCP cannot have its reference point on the equator")
    return [0.0, 1 / tangent]
