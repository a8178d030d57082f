"""A spectral axis as an object: frequencies, and the velocities and wavelengths they mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates.doppler import frame_factor, velocity_frame
from jupimage.coordinates.measures import direction_measure, epoch_measure, position_measure
from jupimage.coordinates.part import ArgumentError, coordinate, line, one_number
from jupimage.coordinates.record import Record, no_conversion
from jupimage.coordinates.spectral import linear_part, rest_frequency
from jupimage.coordinates.velocities import frequencies, velocities, wavelengths
from jupimage.errors import CoordinateError

__all__ = ["spectralcoordinate"]

_MEASURES = {
    "direction": direction_measure,
    "position": position_measure,
    "epoch": epoch_measure,
}


class spectralcoordinate(coordinate):
    """Frequency; all that is a list elsewhere is a single value here.

    Parameters
    ----------
    rec
        Its record, kept by reference.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> axis = default_system((9,))["spectral"]
    >>> axis.get_referencevalue(), axis.get_unit(), axis.get_frame()
    (1415000000.0, 'Hz', 'LSRK')
    >>> round(axis.velocity(1.415e9), 3)  # km/s
    1140.944
    """

    kind = "spectral"

    def _more_lines(self) -> list[str]:
        rest = line("Rest Frequency", self.get_restfrequency(), "Hz")
        return [line("Frame", self.get_frame()), rest]

    def get_unit(self) -> Any:
        """Return the unit of the frequencies."""
        return self._coord.get("unit")

    def get_axes(self) -> Any:
        """Return the name of the axis."""
        return self._coord.get("name")

    def get_referencepixel(self) -> Any:
        """Return the reference pixel; of a tabulated axis its first pixel."""
        return linear_part(self._coord)[0]

    def get_referencevalue(self) -> Any:
        """Return the frequency at the reference pixel."""
        return linear_part(self._coord)[1]

    def get_increment(self) -> Any:
        """Return the increment per pixel; of a tabulated axis the mean one."""
        return linear_part(self._coord)[2]

    def get_restfrequency(self) -> Any:
        """Return the rest frequency."""
        return self._coord.get("restfreq")

    def get_frame(self) -> Any:
        """Return the velocity frame, ``LSRK``..."""
        return self._coord.get("system")

    def get_conversion(self) -> Any:
        """Return what is needed to see the frequencies in another velocity frame."""
        return self._coord.get("conversion")

    def set_restfrequency(self, val: float) -> None:
        """Set the rest frequency, in the unit of the axis.

        It replaces the one there is in the list of rest frequencies that a record holds.
        """
        value = one_number(val, "restfrequency")
        if value < 0:
            raise ArgumentError(f"restfrequency has to be positive, or 0 for none, got {value}")
        others = np.ravel(self._coord.get("restfreqs", ())).astype(float)
        if value not in others:
            old = self._coord.get("restfreq")
            self._coord["restfreqs"] = np.array(
                [value, *(other for other in others if other != old)]
            )
        self._coord["restfreq"] = value

    def set_frame(self, val: str) -> None:
        """Set the velocity frame of the axis, and the one in which frequencies are given.

        Parameters
        ----------
        val
            ``LSRK``, ``LSRD``, ``BARY``, ``TOPO``, ``GEO``, ``GALACTO``, ``LGROUP``, ``CMB``,
            ``REST`` or ``Undefined``, in any case. The frequencies stay what they are in
            numbers; ``set_conversion("system", ...)`` shows them in another frame.

        Raises
        ------
        CoordinateError
            If it is not known; the error is an `AssertionError` too.
        """
        name = _frame(val)
        self._coord["system"] = name
        self._conversion()["system"] = name

    def set_conversion(self, key: str, val: Any) -> None:
        """Set one of the things that another velocity frame needs.

        Parameters
        ----------
        key
            ``system``, the frame in which frequencies are given; ``direction``, where the
            source is; and for TOPO and GEO also ``position`` and ``epoch``, whence and when it
            was observed.
        val
            The name of a frame; a measure (dict) or a `SkyCoord`; a measure, an
            `EarthLocation` or the name of an observatory; a measure, a `Time`, text such as
            ``2024-05-01`` or a modified Julian date.

        Raises
        ------
        CoordinateError
            If there is no such key (the error is an `AssertionError` too), or the value is
            none for it.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> system = default_system((9,))
        >>> system["spectral"].set_conversion("direction", ["12h", "-30d"])
        >>> system["spectral"].set_conversion("system", "BARY")
        >>> round(system.toworld([4])[0] - 1.415e9)
        -24788
        """
        if key == "system":
            self._conversion()["system"] = _frame(val)
        elif key in _MEASURES:
            self._conversion()[key] = _MEASURES[key](val)
        else:
            raise ArgumentError(
                f"a conversion has system, {', '.join(_MEASURES)}; got {str(key)[:40]!r}"
            )

    def _conversion(self) -> Record:
        """Return the record of the conversion, made where there is none."""
        system = str(self._coord.get("system", "Undefined"))
        conversion: Record = self._coord.setdefault("conversion", no_conversion(system))
        return conversion

    def _set(self, key: str, name: str, values: Any) -> None:
        if "wcs" not in self._coord:
            raise ArgumentError(f"{name} of a tabulated spectral coordinate cannot be set")
        value = one_number(values, name)
        if key == "cdelt" and not value:
            raise ArgumentError("an increment cannot be 0")
        self._coord["wcs"][key] = value

    @property
    def restfrequency(self) -> float:
        """Rest frequency in Hz, 0 if it is not known."""
        return rest_frequency(self._coord)

    @property
    def frame(self) -> str:
        """Velocity frame in which the axis gives its frequencies."""
        conversion = self._coord.get("conversion") or {}
        return str(conversion.get("system") or self._coord.get("system", ""))

    def velocity(self, frequency_hz: Any, convention: str = "radio", *, unit: str = "km/s") -> Any:
        """Return the velocities of frequencies.

        Parameters
        ----------
        frequency_hz
            One or many, in Hz or as a quantity.
        convention
            ``radio``, ``optical`` or ``relativistic``.
        unit
            Unit of the result.

        Raises
        ------
        CoordinateError
            If there is no rest frequency.

        Examples
        --------
        >>> from jupimage.coordinates.record import spectral_record
        >>> axis = spectralcoordinate(spectral_record(restfrequency=1.42e9))
        >>> [round(axis.velocity(1.41e9, name), 3) for name in ("radio", "optical")]
        [2111.214, 2126.188]
        """
        return velocities(frequency_hz, self.restfrequency, convention=convention, unit=unit)

    def frequency(self, value: Any, convention: str = "radio", *, unit: str = "km/s") -> Any:
        """Return the frequencies in Hz of velocities, or of wavelengths.

        Parameters
        ----------
        value
            One or many, in `unit` or as a quantity.
        convention
            What velocities are: ``radio``, ``optical`` or ``relativistic``.
        unit
            A unit of speed, or one of length for wavelengths in vacuum.

        Examples
        --------
        >>> from jupimage.coordinates.record import spectral_record
        >>> axis = spectralcoordinate(spectral_record(restfrequency=1.42e9))
        >>> axis.frequency(0.0), round(axis.frequency(21.0, unit="cm"))
        (1420000000.0, 1427583133)
        """
        return frequencies(value, self.restfrequency, convention=convention, unit=unit)

    def wavelength(self, frequency_hz: Any, *, unit: str = "m") -> Any:
        """Return the wavelengths in vacuum of frequencies in Hz.

        Examples
        --------
        >>> from jupimage.coordinates.record import spectral_record
        >>> spectralcoordinate(spectral_record()).wavelength(299792458.0, unit="cm")
        100.0
        """
        return wavelengths(frequency_hz, unit=unit)

    def convert(
        self,
        frequency: Any,
        frame: str,
        *,
        direction: Any = None,
        position: Any = None,
        epoch: Any = None,
    ) -> Any:
        """Return frequencies, given as `toworld` gives them, in another velocity frame.

        Parameters
        ----------
        frequency
            One or many, in any unit of frequency.
        frame
            The velocity frame wanted: ``BARY``, ``TOPO``...
        direction, position, epoch
            Where the source is, whence and when it was observed, as `set_conversion` takes
            them; those of the record if None.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> axis = default_system((9,))["spectral"]
        >>> round(axis.convert(1.4e9, "BARY", direction=["12h", "-30d"]))
        1399975475
        """
        needed = dict(self._coord.get("conversion") or {})
        for key, given in (("direction", direction), ("position", position), ("epoch", epoch)):
            if given is not None:
                needed[key] = _MEASURES[key](given)
        values = np.asarray(frequency)
        if values.dtype.kind not in "fiub":
            raise ArgumentError(f"frequency needs numbers, got {frequency!r:.60}")
        found = values * frame_factor(velocity_frame(self.frame), _frame(frame), needed)
        return found if found.ndim else float(found)


def _frame(name: Any) -> str:
    try:
        return velocity_frame(name)
    except CoordinateError as error:
        raise ArgumentError(str(error)) from None
