"""The cards of a spectral axis: frequencies, or the velocities that they mean.

An axis that is not linear in what is written is laid along its first step, as casacore does.
For frequencies in equal steps written as optical velocities this is wrong by a small part of
a channel at its ends; for a table that came from an axis of optical velocities it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.headeraxes import HeaderAxis, HeaderPart
from jupimage.coordinates.headerother import bend
from jupimage.coordinates.linear import TableTransform
from jupimage.coordinates.spectral import SpectralTransform, linear_part, rest_frequency
from jupimage.coordinates.units import C, hertz
from jupimage.errors import CoordinateError

__all__ = ["write_spectral"]

Array = NDArray[np.float64]

_SPECSYS = {
    "REST": "SOURCE", "LSRK": "LSRK", "LSR": "LSRK", "LSRD": "LSRD", "BARY": "BARYCENT",
    "GEO": "GEOCENTR", "TOPO": "TOPOCENT", "GALACTO": "GALACTOC", "LGROUP": "LOCALGRP",
    "CMB": "CMBDIPOL",
}  # fmt: skip

# There is no number for LGROUP and CMB.
_VELREF = {"LSRK": 1, "LSR": 1, "BARY": 2, "TOPO": 3, "LSRD": 4, "GEO": 5, "REST": 6, "GALACTO": 7}
_RADIO = 256

_STRAIGHT = 1e-7  # of a channel


@dataclass(frozen=True, slots=True)
class _Axis:
    """A spectral axis in Hz, as it is seen: a value, a pixel from 0 and the first step."""

    value: float
    pixel: float
    step: float
    rest: float
    frame: str
    channels: Array


def write_spectral(part: HeaderPart, *, velocity: bool, optical: bool) -> None:
    """Write the axis, its frame and, if a rest frequency is known, the other way to see it.

    Raises
    ------
    CoordinateError
        If the record cannot be used.
    """
    axis = _read(part)
    known = axis.rest > 0 and axis.frame in _SPECSYS
    shown = velocity and known
    name = ("VOPT" if optical else "VRAD") if shown else "FREQ"
    value, step = axis.value, axis.step
    if shown:
        value = _velocity(axis.value, axis.rest, optical)
        step = _velocity(axis.value + axis.step, axis.rest, optical) - value
    written = HeaderAxis(
        part.numbers[0], name, value, step, part.pixel(0, axis.pixel), "m/s" if shown else "Hz"
    )
    part.axes.append(written)
    _check_straight(part, axis, written, optical)
    if axis.rest > 0:
        part.spectral.append(("RESTFRQ", axis.rest, "Rest Frequency (Hz)"))
    if axis.frame in _SPECSYS:
        part.spectral.append(("SPECSYS", _SPECSYS[axis.frame], "Spectral reference frame"))
    if known:
        other = axis.value if shown else _velocity(axis.value, axis.rest, optical)
        kind = "frequency" if shown else "velocity"
        part.spectral += [
            ("ALTRVAL", other, f"Alternate {kind} reference value"),
            ("ALTRPIX", written.crpix, f"Alternate {kind} reference pixel"),
        ]
        if axis.frame in _VELREF:
            number = _VELREF[axis.frame] + (0 if optical else _RADIO)
            part.spectral += [
                ("VELREF", number, "1 LSR, 2 HEL, 3 OBS, +256 Radio"),
                ("COMMENT", "casacore non-standard usage: 4 LSD, 5 GEO, 6 SOU, 7 GAL", ""),
            ]


def _read(part: HeaderPart) -> _Axis:
    """Take a record apart; a conversion to another frame becomes part of the values."""
    record = part.entry.record
    frame, factor = _frame(part)
    pixel, value, step = linear_part(record)
    unit = str(record.get("unit", "Hz"))
    pixels = np.arange(part.length(0), dtype=float)
    table = None if "wcs" in record else record["tabular"]
    if table is None:
        step *= float(record["wcs"].get("pc", 1.0))
        channels = value + step * (pixels - pixel)
    else:
        unit = str(np.ravel(table["units"])[0])
        at, worlds = (np.asarray(table[key], float) for key in ("pixelvalues", "worldvalues"))
        if len(at) > 1:
            pixel, value = float(at[0]), float(worlds[0])
            step = float((worlds[1] - worlds[0]) / (at[1] - at[0]))
            channels = TableTransform(at, worlds).toworld(pixels[:, None])[:, 0]
        else:
            channels = value + step * (pixels - pixel)
    scale = hertz(unit) * factor
    _name_lost(part, record)
    return _Axis(
        value * scale, pixel, step * scale, rest_frequency(record), frame, channels * scale
    )


def _frame(part: HeaderPart) -> tuple[str, float]:
    """Return the velocity frame that frequencies are shown in, and the factor to get there."""
    record = part.entry.record
    try:
        transform = SpectralTransform(record)
        return transform.shown, transform.factor
    except CoordinateError as error:
        own = str(record.get("system", "Undefined"))
        shown = str((record.get("conversion") or {}).get("system") or own)
        if shown == own:
            raise
        part.losses.append(f"that frequencies are shown in the frame {shown} ({error})")
        return own, 1.0


def _name_lost(part: HeaderPart, record: dict[str, Any]) -> None:
    rests = np.ravel(record.get("restfreqs", ()))
    if len(rests) > 1:
        part.losses.append(f"{len(rests)} rest frequencies, of which the active one is kept")
    if int(record.get("velType", 0)):
        part.losses.append("the preferred type of velocity (velType)")


def _velocity(frequency: float, rest: float, optical: bool) -> float:
    if not frequency and optical:
        raise CoordinateError("frequency 0 has no optical velocity; write frequencies instead")
    return C * (rest / frequency - 1) if optical else C * (1 - frequency / rest)


def _check_straight(part: HeaderPart, axis: _Axis, written: HeaderAxis, optical: bool) -> None:
    """Name it as a loss if channels do not lie where the header will say."""
    values = axis.channels
    if written.ctype != "FREQ":
        with np.errstate(divide="ignore", invalid="ignore"):
            values = C * (axis.rest / values - 1) if optical else C * (1 - values / axis.rest)
    pixels = np.arange(len(values)) + 1.0
    off = bend(values, written.crval + written.cdelt * (pixels - written.crpix), written.cdelt)
    if off > _STRAIGHT:
        hint = "" if written.ctype == "FREQ" else "; velocity=False writes frequencies"
        part.losses.append(
            f"the exact values of the spectral axis: {written.ctype} in equal steps is wrong by "
            f"up to {off * 100:.2g}% of a channel{hint}"
        )
