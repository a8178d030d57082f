"""The header of a new FITS file: everything about an image but its pixels.

Cards come in the order in which casacore writes them. `Headers` knows the cards of each part of
the file and what they cannot hold; see `jupimage.fits.draft` for the file itself.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.headerwriting import WrittenHeader, to_header
from jupimage.fits.beamtable import in_degrees
from jupimage.fits.cards import FitsHeader
from jupimage.fits.encoders import Encoder, IntegerEncoder
from jupimage.fits.headercards import commentary, format_card, is_plain
from jupimage.fits.historycards import history_cards, history_losses
from jupimage.fits.info import read_imageinfo
from jupimage.fits.naming import Leftover, name_leftovers
from jupimage.fits.quantising import BLANK
from jupimage.formats import Blueprint
from jupimage.formats.units import translate_unit

__all__ = ["ORIGIN", "Headers", "without_echoes"]

ORIGIN = "jupimage"
"""How the value of ORIGIN begins in files that are made here."""

_KNOWN_INFO = frozenset({"imagetype", "objectname", "restoringbeam", "perplanebeams"})

# Cards that say again what the header says elsewhere; images that were FITS once have them.
_ECHOES = frozenset({"casambm", "altrval", "altrpix", "longstrn"})


@dataclass(frozen=True, slots=True)
class Headers:
    """The header of an image.

    Parameters
    ----------
    blueprint
        The image.
    written
        Its coordinates.
    shape
        Shape of the part of the file, slowest axis first.
    """

    blueprint: Blueprint
    written: WrittenHeader
    shape: tuple[int, ...]

    @classmethod
    def of(
        cls,
        blueprint: Blueprint,
        system: coordinatesystem,
        shape: tuple[int, ...],
        *,
        velocity: bool,
        optical: bool,
    ) -> Headers:
        """Work out the coordinates of a part of the file."""
        return cls(blueprint, to_header(system, shape, velocity=velocity, optical=optical), shape)

    def cards(self, encoder: Encoder, *, extra: Sequence[str], first: bool) -> Iterator[str]:
        """Give all cards but END.

        Parameters
        ----------
        encoder
            How pixels are stored.
        extra
            Cards that only this part of the file has.
        first
            Whether it is the first one, or else an extension.
        """
        body = [
            *self._pixels(encoder),
            *self._image(),
            *(
                commentary(key, value) if key == "COMMENT" else format_card(key, value, comment)
                for key, value, comment in self.written.cards
            ),
        ]
        leftovers = [card for entry in self.leftovers(body) for card in entry.cards]
        body += [*extra, *(format_card(key, value) for key, value in leftovers), *self._ending()]
        yield from self._beginning(encoder, first=first, long=any(map(_goes_on, body)))
        yield from body
        yield from history_cards(self.blueprint.history, beam=self._beam is not None)

    def leftovers(self, body: Sequence[str] = ()) -> Iterator[Leftover]:
        """Give what becomes of the entries of miscinfo, in a header with these cards."""
        taken = {card[:8].rstrip() for card in body}
        if not body:
            taken.update(key for key, _, _ in self.written.cards)
        yield from name_leftovers(without_echoes(self.blueprint.miscinfo), taken)

    def losses(self) -> Iterator[str]:
        """Say what of the image the header cannot hold."""
        yield from self.written.losses
        yield from self._info_losses()
        yield from (entry.loss for entry in self.leftovers() if entry.loss)
        yield from history_losses(self.blueprint.history)

    @property
    def beams(self) -> Mapping[str, Any] | None:
        """The beams of channels and Stokes parameters, if there are such."""
        found = self.blueprint.imageinfo.get("perplanebeams")
        return found if isinstance(found, Mapping) and self._beam is None else None

    @property
    def _beam(self) -> tuple[float, float, float] | None:
        """Axes and angle of the one beam in degrees, if it has a size."""
        beam = self.blueprint.imageinfo.get("restoringbeam")
        if not isinstance(beam, Mapping):
            return None
        parts = [beam.get(key, {}) for key in ("major", "minor", "positionangle")]
        major, minor, angle = (_exact_degrees(part) for part in parts)
        sane = major > 0 and minor > 0 and math.isfinite(major + minor + angle)
        return (major, minor, angle) if sane else None

    def _beginning(self, encoder: Encoder, *, first: bool, long: bool) -> Iterator[str]:
        if first:
            yield format_card("SIMPLE", True, "Standard FITS")
        else:
            yield format_card("XTENSION", "IMAGE", "IMAGE extension")
        stored = encoder.stored
        yield format_card("BITPIX", stored.itemsize * (8 if stored.kind == "i" else -8))
        yield format_card("NAXIS", len(self.shape))
        for number, length in enumerate(reversed(self.shape), 1):
            yield format_card(f"NAXIS{number}", length)
        if first:
            yield format_card("EXTEND", True)
        else:
            yield format_card("PCOUNT", 0)
            yield format_card("GCOUNT", 1)
        if long:
            yield format_card("LONGSTRN", "OGIP 1.0", "long texts go on in CONTINUE cards")

    def _pixels(self, encoder: Encoder) -> Iterator[str]:
        steps = encoder.steps if isinstance(encoder, IntegerEncoder) else None
        comment = "PHYSICAL = PIXEL*BSCALE + BZERO"
        yield format_card("BSCALE", steps.scale if steps else 1.0, comment)
        yield format_card("BZERO", steps.zero if steps else 0.0)
        if steps and steps.blanks:
            yield format_card("BLANK", BLANK, "Pixels with this value are blank")
        if steps and math.isfinite(steps.low):
            number = np.float32 if self.blueprint.dtype.itemsize == 4 else float
            yield format_card("DATAMIN", number(steps.low))
            yield format_card("DATAMAX", number(steps.high))

    def _image(self) -> Iterator[str]:
        info = self.blueprint.imageinfo
        if self._beam is not None:
            for keyword, value in zip(("BMAJ", "BMIN", "BPA"), self._beam, strict=True):
                yield format_card(keyword, value)
        yield format_card("BTYPE", str(info.get("imagetype", "Intensity")))
        yield format_card("OBJECT", str(info.get("objectname", "")))
        yield format_card("BUNIT", _unquoted(self.blueprint.unit), "Brightness (pixel) unit")

    def _ending(self) -> Iterator[str]:
        from jupimage import __version__

        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        yield format_card("DATE", now.isoformat(timespec="microseconds"), "Date of writing (UTC)")
        yield format_card("ORIGIN", f"{ORIGIN}-{__version__}")
        if self.beams is not None:
            yield format_card("CASAMBM", True, "CASA multiple BEAMS table present")

    def _info_losses(self) -> Iterator[str]:
        info, unit = self.blueprint.imageinfo, self.blueprint.unit
        if translate_unit(_unquoted(unit)) != unit and unit.strip():
            yield f"the spelling of the unit {unit!r}"
        kind, name = str(info.get("imagetype", "Intensity")), str(info.get("objectname", ""))
        reading = FitsHeader(format_card("BTYPE", kind).encode("ascii"))
        if read_imageinfo(reading)["imagetype"] != kind:
            yield f"the image type {kind!r}"
        if not is_plain(name):
            yield f"letters of the object name {name!r} beyond ASCII, replaced by '?'"
        if info.get("restoringbeam") and self._beam is None:
            yield "a beam without a size"
        if self._beam is not None and info.get("perplanebeams"):
            yield "the beams of channels, beside the one of the image"
        for key in info:
            if key not in _KNOWN_INFO:
                yield f"imageinfo entry {key!r}"


def without_echoes(miscinfo: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries without those that the header says elsewhere.

    Examples
    --------
    >>> without_echoes({"casambm": True, "gain": 2.0})
    {'gain': 2.0}
    """
    return {key: value for key, value in miscinfo.items() if str(key).lower() not in _ECHOES}


def _goes_on(card: str) -> bool:
    return len(card) > 80


def _unquoted(unit: str) -> str:
    """Return a unit as a header has it: quotes mark in records what is a mere label."""
    text = unit.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _exact_degrees(quantity: Any) -> float:
    """Return an angle in degrees; of arcseconds, so that they read back as the same number."""
    angle = in_degrees(quantity)
    if isinstance(quantity, Mapping) and quantity.get("unit") == "arcsec":
        value = float(quantity["value"])
        for candidate in (angle, math.nextafter(angle, 0), math.nextafter(angle, math.inf)):
            if candidate * 3600 == value:
                return candidate
    return angle
