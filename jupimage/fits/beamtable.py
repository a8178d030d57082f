"""The table of beams, one for each channel and Stokes parameter, that casacore also writes.

casacore opens a file only if the columns are of single precision. The same numbers with all
their digits are in columns of their own behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.coordinates.units import degrees
from jupimage.errors import CoordinateError, FormatError
from jupimage.fits.beams import EXACT
from jupimage.fits.cards import CARD
from jupimage.fits.hdu import BLOCK
from jupimage.fits.headercards import format_card, header_block

__all__ = ["beam_table", "in_degrees"]

_LIMIT = 1_000_000
_SIZES = ("arcsec", "arcmin", "deg", "rad", "mas")
_ROW = np.dtype(
    [
        *((name, ">f4") for name in ("BMAJ", "BMIN", "BPA")),
        *((name, ">i4") for name in ("CHAN", "POL")),
        *((f"{name}{EXACT}", ">f8") for name in ("BMAJ", "BMIN", "BPA")),
    ]
)
_FORMS = {"f4": "1E", "i4": "1J", "f8": "1D"}
_FIELDS = {"BMAJ": "major", "BMIN": "minor", "BPA": "positionangle"}


def in_degrees(quantity: Mapping[str, Any]) -> float:
    """Return an angle of a record in degrees.

    Raises
    ------
    FormatError
        If it is no angle.
    """
    try:
        return float(quantity["value"]) * degrees(str(quantity["unit"]))
    except (KeyError, TypeError, ValueError, CoordinateError) as error:
        raise FormatError(f"a beam needs angles with a unit, got {quantity!r:.80}") from error


def beam_table(beams: Mapping[str, Any]) -> bytes:
    """Return the extension BEAMS, padded to whole blocks.

    Parameters
    ----------
    beams
        ``nChannels``, ``nStokes`` and a beam ``*0``, ``*1``... for each, channels fastest.

    Raises
    ------
    FormatError
        If there is not a beam for each.
    """
    try:
        channels, stokes = int(beams.get("nChannels", 0)), int(beams.get("nStokes", 0))
    except (TypeError, ValueError) as error:
        raise FormatError(f"beams need numbers nChannels and nStokes, got {beams!r:.80}") from error
    count = max(1, channels) * max(1, stokes)
    if channels < 0 or stokes < 0 or count > _LIMIT:
        raise FormatError(f"beams for {channels} channels and {stokes} Stokes parameters")
    rows = np.zeros(count, _ROW)
    rows["POL"], rows["CHAN"] = np.divmod(np.arange(count), max(1, channels))
    found = [beams.get(f"*{index}") for index in range(count)]
    for index, beam in enumerate(found):
        if not isinstance(beam, Mapping):
            raise FormatError(f"wanted {count} beams, but there is none called *{index}")
    size = _unit(found[0])
    units = {"BMAJ": size, "BMIN": size, "BPA": "deg"}
    for column, part in _FIELDS.items():
        values = [_in_unit(beam.get(part, {}), units[column]) for beam in found if beam]
        rows[column] = rows[column + EXACT] = values
    data = rows.tobytes()
    header = header_block(_cards(channels, stokes, count, units))
    return header + data.ljust(-(-len(data) // BLOCK) * BLOCK, b"\0")


def _unit(beam: Any) -> str:
    """Return the unit of a beam's size, if it is one that readers know."""
    quantity = beam.get("major", {})
    unit = str(quantity.get("unit", "")) if isinstance(quantity, Mapping) else ""
    return unit if unit in _SIZES else "arcsec"


def _in_unit(quantity: Any, unit: str) -> float:
    """Return an angle in a unit; in its own one it stays as it is."""
    angle = in_degrees(quantity)
    return float(quantity["value"]) if quantity["unit"] == unit else angle / degrees(unit)


def _cards(channels: int, stokes: int, rows: int, units: Mapping[str, str]) -> list[str]:
    cards = [
        f"{'XTENSION':<8}= {chr(39)}BINTABLE{chr(39)}".ljust(CARD),
        format_card("BITPIX", 8),
        format_card("NAXIS", 2),
        format_card("NAXIS1", _ROW.itemsize, "bytes in a row"),
        format_card("NAXIS2", rows, "rows"),
        format_card("PCOUNT", 0),
        format_card("GCOUNT", 1),
        format_card("TFIELDS", len(_ROW.names or ())),
        format_card("EXTNAME", "BEAMS"),
        format_card("EXTVER", 1),
        format_card("NCHAN", channels),
        format_card("NPOL", stokes),
    ]
    for number, name in enumerate(_ROW.names or (), 1):
        cards.append(format_card(f"TTYPE{number}", name))
        cards.append(format_card(f"TFORM{number}", _FORMS[_ROW[name].str[1:]]))
        if unit := units.get(name.removesuffix(EXACT)):
            cards.append(format_card(f"TUNIT{number}", unit))
    return cards
