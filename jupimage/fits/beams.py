"""The table of beams that casacore writes for an image with a beam of its own in each channel.

Its numbers have single precision. A file that is written here has columns with all digits too.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import FormatError
from jupimage.fits.cards import FitsHeader
from jupimage.fits.hdu import Hdu, Reader, walk
from jupimage.fits.info import quantity

__all__ = ["EXACT", "read_beams"]

EXACT = "64"
"""What the names of columns of double precision end in."""

_TYPES = {"L": 1, "B": 1, "A": 1, "I": 2, "J": 4, "E": 4, "K": 8, "D": 8, "C": 8, "M": 16, "P": 8}
_NUMBERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
_COLUMNS = ("BMAJ", "BMIN", "BPA", "CHAN", "POL")
_LIMIT = 1_000_000


def read_beams(reader: Reader) -> dict[str, Any]:
    """Return the beams of the extension BEAMS: counts, and a beam for each channel and Stokes.

    Raises
    ------
    FormatError
        If there is no such table, or not a beam for each.
    """
    for hdu in walk(reader):
        if hdu.number and hdu.header.text("EXTNAME").strip() == "BEAMS":
            return _beams(hdu, reader)
    raise FormatError("the header promises a table of beams, but there is no extension BEAMS")


def _beams(hdu: Hdu, reader: Reader) -> dict[str, Any]:
    header = hdu.header
    if header.problems:
        raise FormatError(f"the header of their table has an illegal {header.problems[0]}")
    columns, units = _columns(hdu, reader)
    channels, stokes = header.integer("NCHAN"), header.integer("NPOL")
    count = max(1, channels) * max(1, stokes)
    if channels < 0 or stokes < 0 or count > _LIMIT or len(columns["CHAN"]) != count:
        raise FormatError(
            f"wanted a beam for each of {channels} channels and {stokes} Stokes parameters, "
            f"got {len(columns['CHAN'])}"
        )
    beams: dict[str, Any] = {"nChannels": channels, "nStokes": stokes}
    index = columns["CHAN"].astype(np.int64) + max(1, channels) * columns["POL"].astype(np.int64)
    if not np.array_equal(np.sort(index), np.arange(count)):
        raise FormatError("the table of beams names a channel twice, or one that is not there")
    parts = [
        (part, _exact(name, columns, units), units[name])
        for part, name in (("major", "BMAJ"), ("minor", "BMIN"), ("positionangle", "BPA"))
    ]
    for row in np.argsort(index):
        beams[f"*{index[row]}"] = {
            part: quantity(float(values[row]), unit) for part, values, unit in parts
        }
    return beams


def _exact(name: str, columns: dict[str, NDArray[Any]], units: dict[str, str]) -> NDArray[Any]:
    """Return a column, with all digits if there is another one that says the same."""
    values, exact = columns[name], columns.get(name + EXACT)
    if exact is None or units[name + EXACT] != units[name]:
        return values
    return exact if np.array_equal(exact.astype(values.dtype), values) else values


def _columns(hdu: Hdu, reader: Reader) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Read the columns that make a beam, and their units."""
    header = hdu.header
    width, rows = header.integer("NAXIS1"), header.integer("NAXIS2")
    if not 0 < width <= 4096 or not 0 < rows <= _LIMIT:
        raise FormatError(f"a table of beams has rows of 20 bytes, got {rows} of {width} bytes")
    data = reader.read(hdu.start, width * rows)
    if len(data) < width * rows:
        raise FormatError(f"the beams are truncated: wanted {width * rows} bytes, got {len(data)}")
    table = np.frombuffer(data, np.uint8).reshape(rows, width)
    columns: dict[str, NDArray[Any]] = {}
    units: dict[str, str] = {}
    for name, offset, code, unit in _layout(header):
        if name.removesuffix(EXACT) in _COLUMNS and code in _NUMBERS:
            dtype = np.dtype(_NUMBERS[code])
            if offset + dtype.itemsize > width:
                raise FormatError(f"column {name} of the beams lies outside rows of {width} bytes")
            cell = np.ascontiguousarray(table[:, offset : offset + dtype.itemsize])
            columns[name] = cell.view(dtype)[:, 0]
            units[name] = unit
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        raise FormatError(f"the table of beams has no numbers {', '.join(missing)}")
    return columns, units


def _layout(header: FitsHeader) -> list[tuple[str, int, str, str]]:
    """Return name, offset in the row, type code and unit of each column."""
    layout = []
    offset = 0
    for number in range(1, min(header.integer("TFIELDS"), 999) + 1):
        match = re.match(r"(\d{0,9})([A-Z])", header.text(f"TFORM{number}").strip())
        if match is None or match[2] not in _TYPES:
            break
        name = header.text(f"TTYPE{number}").strip().upper()
        layout.append((name, offset, match[2], header.text(f"TUNIT{number}").strip()))
        offset += int(match[1] or 1) * _TYPES[match[2]]
    return layout
