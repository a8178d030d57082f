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
from jupimage.coordinates.frames import KNOWN, convert
from jupimage.coordinates.units import degrees
from jupimage.coordinates.zenithal import Zenithal
from jupimage.errors import CoordinateError

if TYPE_CHECKING:
    from astropy.wcs import Wcsprm

__all__ = ["DirectionTransform"]

Array = NDArray[np.float64]

_PIECE = 1 << 16


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
            self.system = str(record["system"])
            self.shown = str(record.get("conversionSystem") or self.system)
            self._projection, self._parameters = _projection(record, self._scale)
            self._crval = np.asarray(record["crval"], float) * self._scale
            self._cdelt = np.asarray(record["cdelt"], float) * self._scale
            self._crpix = np.asarray(record["crpix"], float)
            self._pc = np.asarray(record["pc"], float)
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
        self._free: deque[Wcsprm] = deque()
        if self._zenithal is None:
            self._free.append(self._build())

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
        from astropy.wcs import WcsError, Wcsprm

        wcs = Wcsprm(naxis=2)
        try:
            wcs.ctype = [f"RA---{self._projection}", f"DEC--{self._projection}"]
            wcs.cunit = ["deg", "deg"]
            wcs.crval, wcs.cdelt, wcs.crpix = self._crval, self._cdelt, self._crpix + 1
            wcs.pc = self._pc
            wcs.set_pv(_pv(self._projection, self._parameters))
            longpole, latpole = self._poles
            if longpole is not None:
                wcs.lonpole = longpole
            if latpole is not None:
                wcs.latpole = latpole
            wcs.set()
            # Bad parameters of some projections show only now.
            wcs.p2s(np.array([self._crpix]), 0)
        except (WcsError, ValueError, MemoryError) as error:
            # wcslib names its source files in the text; its last line is what matters
            reason = str(error).strip().splitlines()[-1].strip() if str(error).strip() else error
            raise CoordinateError(
                f"projection {self._projection!r} with reference {self._crval.tolist()} deg and "
                f"increment {self._cdelt.tolist()} deg cannot be used: {reason}"
            ) from error
        return wcs

    def toworld(self, pixel: Array) -> Array:
        """Return longitude and latitude of pixels (n, 2); NaN outside the projection."""
        if self._distortion is not None:
            pixel = self._distortion.straighten(pixel)
        world = self._run(lambda wcs, part: wcs.p2s(part, 0)["world"], pixel)
        if self.converts:
            world = convert(world, self.system, self.shown)
        world /= self._scale
        return world

    def topixel(self, world: Array) -> Array:
        """Return the pixels of longitudes and latitudes (n, 2); NaN outside the projection."""
        lonlat = world * self._scale
        if self.converts:
            lonlat = convert(lonlat, self.shown, self.system)
        pixel = self._run(lambda wcs, part: wcs.s2p(part, 0)["pixcrd"], lonlat)
        return pixel if self._distortion is None else self._distortion.bend(pixel)

    def _run(self, step: Callable[[Wcsprm, Array], Array], values: Array) -> Array:
        from astropy.wcs import WcsError

        result: Array = np.empty(values.shape)
        try:
            wcs = self._free.pop()
        except IndexError:
            wcs = self._build()
        try:
            for start in range(0, len(values), _PIECE):
                part = np.array(values[start : start + _PIECE], float, order="C")
                bad = ~np.isfinite(part[:, 0] + part[:, 1])
                if bad.any():
                    part[bad] = 0.0
                try:
                    answer = step(wcs, part)
                except WcsError as error:
                    raise CoordinateError(f"projection {self._projection!r} fails") from error
                answer[bad] = np.nan
                result[start : start + _PIECE] = answer
        finally:
            self._free.append(wcs)
        # An answer is a pair: where one of the two is undefined, there is none.
        result[np.isnan(result[:, 0] + result[:, 1])] = np.nan
        return result

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
        wcs = self._build()
        longpole, latpole = wcs.cel.ref[2:4]
        return float(longpole), float(latpole)

    def projection(self) -> tuple[str, list[tuple[int, int, float]]]:
        """Return the code of the projection and its parameters: axis (1, 2), number, value.

        NCP and GLS have become SIN and SFL.
        """
        return self._projection, _pv(self._projection, self._parameters)

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


def _pv(projection: str, parameters: list[float]) -> list[tuple[int, int, float]]:
    """Return the parameters as wcslib numbers them, (axis, number, value)."""
    if projection == "SFL" and len(parameters) == 3:
        # What GLS became: native longitude and latitude of the reference point, and the flag
        # that the reference pixel is there. They belong to the longitude.
        return [(1, m, value) for m, value in enumerate(parameters)]
    first = 0 if projection == "ZPN" else 1
    return [(2, m, value) for m, value in enumerate(parameters, first)]


def _pole(value: Any) -> float | None:
    """Return an angle in degrees, or None for 999 (not given)."""
    angle = float(value)
    return None if angle == 999.0 or not np.isfinite(angle) else angle


def _projection(record: dict[str, Any], scale: Array) -> tuple[str, list[float]]:
    """Return the code that wcslib knows and its parameters; NCP and GLS have newer names."""
    code = str(record["projection"]).strip().upper()
    parameters = [float(value) for value in np.ravel(record.get("projection_parameters", ()))]
    if code == "NCP":
        latitude = np.radians(float(record["crval"][1]) * scale[1])
        return "SIN", [0.0, float(1 / np.tan(latitude))]
    if code == "GLS":
        return "SFL", []
    if len(code) != 3:
        raise CoordinateError(f"a projection has a code of three letters, got {code[:40]!r}")
    return code, parameters
