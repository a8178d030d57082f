"""Longitude and latitude on the sky as an object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.frames import EQUATORIAL, convert, sky_frame
from jupimage.coordinates.measures import epoch_measure
from jupimage.coordinates.part import ArgumentError, coordinate, line
from jupimage.coordinates.projections import projection
from jupimage.coordinates.record import Record
from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError, DataTypeError

__all__ = ["directioncoordinate"]


class directioncoordinate(coordinate):
    """Longitude and latitude on the sky.

    Parameters
    ----------
    rec
        Its record, kept by reference.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> sky = default_system((30, 40))["direction"]
    >>> sky.set_projection("CAR")
    >>> sky.set_frame("galactic")
    >>> sky.get_projection(), sky.get_frame()
    ('CAR', 'GALACTIC')
    """

    kind = "direction"

    def _more_lines(self) -> list[str]:
        return [line("Frame", self.get_frame()), line("Projection", self.get_projection())]

    def get_projection(self) -> Any:
        """Return the code of the projection, ``SIN``..."""
        return self._coord.get("projection")

    def set_projection(self, val: str, parameters: Sequence[float] | None = None) -> None:
        """Set the projection.

        Parameters
        ----------
        val
            Its code, in any case: all that wcslib knows, and NCP. GLS is stored as SFL.
        parameters
            Its parameters, numbered as in FITS (``PV2_1``...; for ZPN from ``PV2_0``). If None,
            those there are stay if the projection does, else they are the usual ones.

        Raises
        ------
        CoordinateError
            If the code is not known (the error is an `AssertionError` too), or the parameters
            are not those of the projection.
        """
        try:
            known = projection(str(val).upper())
        except CoordinateError as error:
            raise ArgumentError(str(error)) from None
        before = str(self._coord.get("projection"))
        same = known.code == before
        if parameters is None:
            given = np.ravel(self._coord.get("projection_parameters", ())).tolist() if same else []
        else:
            given = [float(value) for value in np.ravel(parameters)]
            if len(given) > max(len(known.usual), 2 if known.code == "HPX" else 0):
                raise CoordinateError(
                    f"projection {known.code} has {len(known.usual)} parameters, got {given}"
                )
        complete = known.complete(given)
        changed = {
            **self._coord,
            "projection": "SFL" if known.code == "GLS" else known.code,
            "projection_parameters": np.array(complete, float),
        }
        if not same:
            self._follow(changed)
        if "crval" in changed:
            DirectionTransform(changed).poles()
        self._coord.update(changed)

    def _follow(self, changed: Record) -> None:
        """Give poles that are the usual ones of the old projection those of the new one."""
        try:
            usual = DirectionTransform(self._coord | {"longpole": 999.0, "latpole": 999.0}).poles()
            own = DirectionTransform(self._coord).poles()
        except CoordinateError:
            return
        if own == usual:
            changed |= {"longpole": 999.0, "latpole": 999.0}
            changed["longpole"], changed["latpole"] = DirectionTransform(changed).poles()

    def get_frame(self) -> Any:
        """Return the sky frame of the projection, ``J2000``..."""
        return self._coord.get("system")

    def set_frame(self, val: str) -> None:
        """Set the sky frame of the projection, and the one in which positions are given.

        Parameters
        ----------
        val
            Its name, in any case: ``J2000``, ``B1950``, ``ICRS``, ``GALACTIC``... The reference
            value stays what it is in numbers; `set_conversion` shows the same sky in another
            frame.

        Raises
        ------
        CoordinateError
            If it is not known; the error is an `AssertionError` too.
        """
        name = _frame(val)
        self._coord["system"] = self._coord["conversionSystem"] = name

    def get_conversion(self) -> Any:
        """Return the sky frame in which positions are given, that of the projection or another."""
        return self._coord.get("conversionSystem") or self.get_frame()

    def set_conversion(self, val: str) -> None:
        """Give positions in another sky frame than that of the projection.

        Parameters
        ----------
        val
            ``J2000``, ``ICRS``, ``B1950``, ``B1950_VLA``, ``GALACTIC``, ``SUPERGAL`` or
            ``ECLIPTIC``, in any case.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> system = default_system((30, 40))
        >>> system["direction"].set_conversion("GALACTIC")
        >>> [round(arcmin / 60, 3) for arcmin in system.toworld([15, 20])]
        [-60.189, 96.337]
        """
        name = _frame(val)
        DirectionTransform({**self._coord, "conversionSystem": name})
        self._coord["conversionSystem"] = name

    def convert(self, world: ArrayLike, frame: str, *, epoch: Any = None) -> Any:
        """Return positions, given as `toworld` gives them, in another sky frame.

        Parameters
        ----------
        world
            Latitude and longitude in the units of the coordinate, slowest axis first as
            everywhere here, or an array of such pairs (..., 2).
        frame
            The sky frame wanted.
        epoch
            The date, for JMEAN, JTRUE, MECLIPTIC and TECLIPTIC: a `Time`, text such as
            ``2024-05-01``, a modified Julian date or a measure.

        Returns
        -------
        list of float, or array
            In the same units and order; longitudes are in (-180, 180] degrees.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> sky = default_system((30, 40))["direction"]
        >>> [round(arcmin / 60, 3) for arcmin in sky.convert([0, 0], "GALACTIC")]
        [-60.189, 96.337]
        """
        pairs = np.asarray(world)
        if pairs.dtype.kind not in "fiub":
            raise DataTypeError(f"world needs numbers, got {world!r:.60}")
        if pairs.ndim == 0 or pairs.shape[-1] != 2:
            raise CoordinateError(f"world needs pairs of values, got an array of {pairs.shape}")
        scale = np.array([degrees(str(unit)) for unit in self._coord["units"]])
        lonlat = pairs.reshape(-1, 2)[:, ::-1] * scale
        day = None if epoch is None else float(epoch_measure(epoch)["m0"]["value"])
        there = convert(lonlat, sky_frame(self.get_conversion()), _frame(frame), day=day) / scale
        result = there[:, ::-1].reshape(pairs.shape)
        return result if pairs.ndim > 1 else result.tolist()

    def sky_state(self) -> Record | None:
        """Return the numbers of the projection for a browser, as plain JSON.

        All angles are in degrees, reference pixels count from 0, longitude comes first.
        ``pole`` holds celestial longitude and latitude of the native pole and the native
        longitude of the celestial pole. None where there is more to it than a projection:
        a distortion, or positions that are shown in another frame.

        Examples
        --------
        >>> from jupimage.coordinates.record import direction_record
        >>> sky = directioncoordinate(direction_record(crval=(10.0, 60.0), cdelt=(-0.1, 0.1),
        ...                           crpix=(5.0, 5.0), units=("deg", "deg"))).sky_state()
        >>> sky["projection"], [round(angle, 9) for angle in sky["pole"]]
        ('SIN', [10.0, 60.0, 180.0])
        """
        transform = DirectionTransform(self._coord)
        if transform.converts or transform.bent:
            return None
        return {
            **transform.state(),
            "frame": transform.system,
            "sexagesimal": transform.system in EQUATORIAL,
        }


def _frame(name: Any) -> str:
    try:
        return sky_frame(name)
    except CoordinateError as error:
        raise ArgumentError(str(error)) from None
