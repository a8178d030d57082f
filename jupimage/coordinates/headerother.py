"""The cards of linear and tabulated axes, of Stokes parameters and of data qualities."""

from __future__ import annotations

import numpy as np

from jupimage.coordinates.headeraxes import HeaderAxis, HeaderPart
from jupimage.coordinates.linear import TableTransform
from jupimage.coordinates.spectral import linear_part
from jupimage.coordinates.stokes import FITS_CODES, STOKES_CODES

__all__ = ["bend", "write_linear", "write_stokes"]

_NUMBERS = {name: number for number, name in FITS_CODES.items()}
_OWN = 100
_NO_STOKES = "POLN"


def write_linear(part: HeaderPart) -> None:
    """Write axes as linear ones, under their names in capitals."""
    record, kind = part.entry.record, part.entry.kind
    if kind == "spectral":
        _write_second_spectral(part)
        return
    names, units = _texts(part, "axes"), _texts(part, "units")
    for axis, number in enumerate(part.numbers):
        name = names[axis]
        part.axes.append(
            HeaderAxis(
                number,
                name.upper(),
                part.values("crval")[axis],
                part.values("cdelt")[axis],
                part.pixel(axis, part.values("crpix")[axis]),
                units[axis],
                name if name != name.upper() else "",
            )
        )
    part.set_matrix(record["pc"])
    if kind == "tabular" and len(record.get("pixelvalues", ())) > 1:
        _check_table(part)


def _texts(part: HeaderPart, key: str) -> list[str]:
    """Return the names or units of the axes, empty where there is none."""
    found = [str(text).strip() for text in np.ravel(part.entry.record.get(key, []))]
    return (found + [""] * len(part.numbers))[: len(part.numbers)]


def _write_second_spectral(part: HeaderPart) -> None:
    """Write a spectral axis under a name that no reader takes for the spectral axis."""
    pixel, value, step = linear_part(part.entry.record)
    unit = str(part.entry.record.get("unit", "Hz"))
    part.axes.append(
        HeaderAxis(part.numbers[0], "SPECTRAL", value, step, part.pixel(0, pixel), unit)
    )


def _check_table(part: HeaderPart) -> None:
    record, axis = part.entry.record, part.axes[0]
    table = TableTransform(
        np.asarray(record["pixelvalues"], float), np.asarray(record["worldvalues"], float)
    )
    pixels = np.arange(part.length(0), dtype=float)
    worlds = table.toworld(pixels[:, None])[:, 0]
    if bend(worlds, axis.crval + axis.cdelt * (pixels + 1 - axis.crpix), axis.cdelt) > 1e-6:
        part.losses.append(f"the table of axis {axis.number} ({axis.ctype}), which is not linear")


def bend(values: np.ndarray, straight: np.ndarray, step: float) -> float:
    """Return how far values are from a straight line at most, in steps of the axis."""
    if not step or not len(values):
        return 0.0
    return float(np.nanmax(np.abs(values - straight))) / abs(step)


def write_stokes(part: HeaderPart) -> None:
    """Write the numbers that FITS has for Stokes parameters.

    A header can only hold numbers in equal steps. Others are not written as if they were:
    the axis then counts planes, and their names stand in its CNAME.
    """
    names = [str(name) for name in part.entry.record["stokes"]]
    numbers = [_NUMBERS.get(name, _OWN + STOKES_CODES.get(name, 0)) for name in names]
    steps = set(np.diff(numbers).tolist()) or {1}
    crpix = part.pixel(0, 0.0)
    if len(steps) == 1 and len(set(names)) == len(names):
        step = steps.pop()
        part.axes.append(HeaderAxis(part.numbers[0], "STOKES", numbers[0], step, crpix))
        return
    listing = " ".join(names)
    part.losses.append(
        f"the Stokes parameters {listing}, whose numbers in FITS have no equal steps"
    )
    part.axes.append(
        HeaderAxis(part.numbers[0], _NO_STOKES, 0.0, 1.0, crpix, name=f"Stokes {listing}")
    )
