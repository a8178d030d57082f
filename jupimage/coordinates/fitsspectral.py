"""Spectral and Stokes axes of a FITS header.

Everything becomes frequency in Hz. An axis that is linear in frequency or in radio velocity
is linear in the record; for the others (optical velocity, wavelength) each channel's
frequency goes into a table.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.fitsaxes import Axes, spectral_code
from jupimage.coordinates.fitskeywords import Keywords
from jupimage.coordinates.record import Record, spectral_record, stokes_record
from jupimage.coordinates.spectraltypes import (
    base_value,
    frequency,
    frequency_slope,
)
from jupimage.coordinates.stokes import FITS_CODES, STOKES_NAMES
from jupimage.coordinates.table import is_monotonic
from jupimage.coordinates.units import C
from jupimage.errors import CoordinateError

__all__ = ["read_spectral", "read_stokes"]

Array = NDArray[np.float64]

_LONGEST_TABLE = 1 << 22

_SPECSYS = {
    "LSRK": "LSRK", "LSR": "LSRK", "BARYCENT": "BARY", "BARY": "BARY", "HELIOCEN": "BARY",
    "TOPOCENT": "TOPO", "TOPO": "TOPO", "GEOCENTR": "GEO", "LSRD": "LSRD",
    "GALACTOC": "GALACTO", "CMBDIPOL": "CMB", "LOCALGRP": "LGROUP", "SOURCE": "REST",
}  # fmt: skip

_SUFFIXES = {
    "LSR": "LSRK", "LSK": "LSRK", "LSD": "LSRD", "HEL": "BARY", "BAR": "BARY", "OBS": "TOPO",
    "TOP": "TOPO", "GEO": "GEO", "REST": "REST", "SOU": "REST", "GAL": "GALACTO", "CMB": "CMB",
}  # fmt: skip

_VELREF = {1: "LSRK", 2: "BARY", 3: "TOPO", 4: "LSRD", 5: "GEO", 6: "REST", 7: "GALACTO"}

_NATIVE = {
    "FREQ": 0, "ENER": 0, "WAVN": 0, "VRAD": 1, "VOPT": 2, "ZOPT": 2, "BETA": 3, "VELO": 3,
    "WAVE": 4, "AWAV": 5,
}  # fmt: skip

_UNITS: dict[str, dict[str, float]] = {
    "Hz": {"": 1.0, "HZ": 1.0, "KHZ": 1e3, "MHZ": 1e6, "GHZ": 1e9, "THZ": 1e12,
           "HERTZ": 1.0, "S-1": 1.0, "1/S": 1.0},
    "m/s": {"": 1.0, "M/S": 1.0, "KM/S": 1e3, "M.S-1": 1.0, "KM.S-1": 1e3, "M S-1": 1.0,
            "KM S-1": 1e3, "M*S-1": 1.0, "KM*S-1": 1e3, "CM/S": 1e-2, "M S**-1": 1.0,
            "KM S**-1": 1e3, "M/SEC": 1.0, "KM/SEC": 1e3},
    "m": {"": 1.0, "M": 1.0, "CM": 1e-2, "MM": 1e-3, "UM": 1e-6, "MICRON": 1e-6,
          "MICRONS": 1e-6, "NM": 1e-9, "ANGSTROM": 1e-10, "ANGSTROMS": 1e-10, "A": 1e-10},
    "m-1": {"": 1.0, "M-1": 1.0, "1/M": 1.0, "CM-1": 1e2, "1/CM": 1e2},
    "J": {"": 1.0, "J": 1.0, "EV": 1.602176634e-19, "KEV": 1.602176634e-16,
          "MEV": 1.602176634e-13, "GEV": 1.602176634e-10, "ERG": 1e-7},
    "": {"": 1.0},
}  # fmt: skip

_UNIT_OF = {
    "FREQ": "Hz", "VRAD": "m/s", "VOPT": "m/s", "VELO": "m/s", "WAVE": "m", "AWAV": "m",
    "WAVN": "m-1", "ENER": "J", "ZOPT": "", "BETA": "",
}  # fmt: skip


def read_spectral(axes: Axes, axis: int, keys: Keywords) -> Record:
    """Return the record of a spectral axis.

    Raises
    ------
    CoordinateError
        If its frequencies cannot be known: no rest frequency, unknown unit or algorithm.
    """
    kind, code, system = _type(axes.ctype[axis], keys)
    rest = _rest_frequency(keys)
    if kind in ("VRAD", "VOPT", "VELO", "ZOPT", "BETA") and not rest > 0:
        raise CoordinateError(f"{axes.ctype[axis]} needs a rest frequency, there is none")
    scale = _unit(axes.cunit[axis], kind)
    value, step = axes.crval[axis] * scale, axes.cdelt[axis] * axes.pc[axis, axis] * scale
    crpix, length = float(axes.crpix[axis]), axes.length[axis]
    crval = float(frequency(kind, np.array(value), rest))
    slope = step * frequency_slope(kind, value, rest)
    if not (
        math.isfinite(crval) and math.isfinite(slope) and slope and (crval > 0 or kind == "FREQ")
    ):
        raise CoordinateError(f"{axes.ctype[axis]} {value} in steps of {step} is no frequency")
    table = None
    if 1 < length <= _LONGEST_TABLE:
        pixels = np.arange(length, dtype=float)
        table = _table(kind, code, value, step, crval, slope, pixels - crpix, rest)
    elif length > _LONGEST_TABLE and not _is_linear(kind, code):
        keys.remark(f"{axes.ctype[axis]} of {length} channels is taken as linear in frequency")
    record = spectral_record(
        system=system,
        crval=crval,
        cdelt=slope,
        crpix=crpix,
        table=None if table is None else (pixels, table),
        restfrequency=rest,
        native=_NATIVE[kind],
    )
    if kind in ("WAVE", "AWAV"):
        record["waveUnit"] = "m"
    return record


def _type(ctype: str, keys: Keywords) -> tuple[str, str, str]:
    """Return the type, its algorithm, and the velocity frame.

    Older headers put the frame behind the type (``VELO-LSR``, ``FELO-HEL``); whether VELO
    then is radio or optical velocity, VELREF says (above 256: radio).
    """
    kind, code = spectral_code(ctype)
    velref = keys.optional("VELREF")
    old = code in _SUFFIXES or (not code and velref is not None)
    system = _SUFFIXES.get(code, "")
    if code in _SUFFIXES:
        code = ""
    if kind == "FELO":
        kind, code = "VOPT", "F2W"
    elif kind == "VELO" and old:
        kind = "VRAD" if velref is not None and velref > 256 else "VOPT"
    return kind, code, _frame(keys, velref) or system or _no_frame(keys)


def _frame(keys: Keywords, velref: float | None) -> str:
    specsys = keys.text("SPECSYS").upper()
    if specsys:
        if specsys not in _SPECSYS:
            keys.remark(f"SPECSYS = {specsys[:20]!r} is not known, the velocity frame is undefined")
            return "Undefined"
        return _SPECSYS[specsys]
    if velref is None or not velref:
        return ""
    number = int(velref) % 256 if abs(velref) < 1e6 else -1
    if number not in _VELREF:
        keys.remark(f"VELREF = {velref:g} is not known, the observer's frame is taken")
    return _VELREF.get(number, "TOPO")


def _no_frame(keys: Keywords) -> str:
    keys.remark("the header does not say in which velocity frame its spectral axis is")
    return "Undefined"


def _rest_frequency(keys: Keywords) -> float:
    rest = keys.first("RESTFRQ", "RESTFREQ")
    if not rest:
        wave = keys.optional("RESTWAV")
        rest = C / wave if wave else 0.0
    return rest if rest > 0 and math.isfinite(rest) else 0.0


def _unit(unit: str, kind: str) -> float:
    wanted = _UNIT_OF[kind]
    try:
        return _UNITS[wanted][unit.strip().upper()]
    except KeyError:
        raise CoordinateError(
            f"{kind} needs a unit like {wanted or 'none'!r}, got {unit[:40]!r}"
        ) from None


def _is_linear(kind: str, code: str) -> bool:
    """Return whether frequency is linear along the axis."""
    return code[:1] == "F" or (not code and kind in ("FREQ", "VRAD", "ENER", "WAVN"))


def _table(
    kind: str,
    code: str,
    value: float,
    step: float,
    crval: float,
    slope: float,
    offset: Array,
    rest: float,
) -> Array | None:
    """Return the frequency of each channel, None where they are linear.

    An algorithm code such as ``W2F`` says along what the axis is linear (here wavelength),
    in steps that at the reference pixel mean those of the header.
    """
    if _is_linear(kind, code):
        return None
    if not code:
        table = frequency(kind, value + step * offset, rest)
    elif code == "LOG" and value:
        with np.errstate(over="ignore"):
            table = frequency(kind, value * np.exp(step * offset / value), rest)
    elif len(code) == 3 and code[0] in _LINEAR_IN and code[1] == "2":
        base = _LINEAR_IN[code[0]]
        at = base_value(base, crval, rest or 1.0)
        base_step = slope / frequency_slope(base, at, rest or 1.0)
        table = frequency(base, at + base_step * offset, rest or 1.0)
    else:
        raise CoordinateError(f"algorithm {code!r} of a spectral axis is not known")
    if not (np.isfinite(table).all() and (table > 0).all() and is_monotonic(table)):
        raise CoordinateError(f"{kind} {value} in steps of {step} leaves the range of frequencies")
    return table


_LINEAR_IN = {"W": "WAVE", "A": "AWAV", "V": "BETA"}


def read_stokes(axes: Axes, axis: int, keys: Keywords) -> Record:
    """Return the record of a Stokes axis.

    Raises
    ------
    CoordinateError
        If a name would appear twice, or the axis is longer than there are names.
    """
    length = axes.length[axis]
    if length > len(STOKES_NAMES):
        raise CoordinateError(f"a Stokes axis of {length} pixels")
    step = axes.cdelt[axis] * axes.pc[axis, axis]
    names = [
        _stokes_name(axes.crval[axis] + (pixel - axes.crpix[axis]) * step)
        for pixel in range(length)
    ]
    if len(set(names)) < length:
        raise CoordinateError(f"Stokes parameters {', '.join(names)} are not all different")
    if "??" in names:
        keys.remark("the Stokes axis holds values that are no Stokes parameters")
    return stokes_record(names)


def _stokes_name(value: float) -> str:
    if not abs(value) < 1e6:
        return "??"
    code = math.floor(value + 1e-6)
    if code in FITS_CODES:
        return FITS_CODES[code]
    code -= 100
    return STOKES_NAMES[code] if 0 < code < len(STOKES_NAMES) else "??"
