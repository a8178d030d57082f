"""A FITS file in the making, beside its place until it is complete."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from jupimage.coordinates import coordinatesystem
from jupimage.errors import FormatError, ReadOnlyError
from jupimage.files import beside, place
from jupimage.files.leftovers import remove
from jupimage.fits.beamtable import beam_table
from jupimage.fits.encoders import Encoder
from jupimage.fits.hdu import BLOCK
from jupimage.fits.headercards import format_card, header_block
from jupimage.fits.newfile import NewFile
from jupimage.fits.newlattice import NewLattice
from jupimage.fits.settings import Settings
from jupimage.fits.splitlattice import SplitLattice
from jupimage.fits.writing import Headers
from jupimage.formats import Blueprint
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import WritableLattice

__all__ = ["FitsDraft", "draft_losses"]

_DOCUMENT = "DICD version 6"


class FitsDraft:
    """A new FITS file.

    Parameters
    ----------
    path
        Where it will be.
    blueprint
        What it is to hold.
    settings
        How.
    """

    def __init__(self, path: str, blueprint: Blueprint, settings: Settings) -> None:
        encoder = settings.encoder(blueprint)
        plan = _Plan.of(blueprint, settings)
        parts = [header_block(cards) for cards in plan.headers(encoder)]
        beams = plan.primary.beams
        tail = b"" if beams is None else beam_table(beams)
        pixels = prod(plan.shape) * encoder.stored.itemsize
        padded = -(-pixels // BLOCK) * BLOCK
        size = sum(len(part) + padded for part in parts) + len(tail)
        self._path, self._place = beside(path), path
        self._done = False
        try:
            self._file = NewFile(self._path, size, path)
        except OSError as error:
            remove(self._path)
            raise _failure(path, error) from error
        try:
            self.lattice: WritableLattice = self._fill(parts, padded, plan, blueprint, encoder)
            self._file.write(tail, size - len(tail))
        except BaseException:
            self.abandon()
            raise

    def commit(self) -> None:
        """Close the file and put it in place of whatever image was there."""
        if not self._done:
            self._file.close()
            place(self._path, self._place)
            self._done = True

    def abandon(self) -> None:
        """Remove everything that was written. After `commit` it does nothing."""
        if not self._done:
            self._done = True
            try:
                self._file.close()
            finally:
                remove(self._path)

    def _fill(
        self, parts: list[bytes], padded: int, plan: _Plan, blueprint: Blueprint, encoder: Encoder
    ) -> WritableLattice:
        """Write the headers, and return where the pixels go."""
        lattices: dict[str, NewLattice] = {}
        offset = 0
        for name, header in zip(plan.names, parts, strict=True):
            self._file.write(header, offset)
            offset += len(header)
            lattices[name] = NewLattice(self._file, offset, plan.shape, blueprint.dtype, encoder)
            offset += padded
        if plan.axis is None:
            return lattices[plan.names[0]]
        return SplitLattice([lattices[name] for name in plan.order], plan.axis)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The parts of the file: one image, or its data and their errors.

    Parameters
    ----------
    primary
        What the headers hold.
    names
        Of the parts, in the order of the file.
    order
        Of the parts, in the order of the quality axis.
    axis
        The quality axis, None if there is none.
    """

    primary: Headers
    names: tuple[str, ...]
    order: tuple[str, ...]
    axis: int | None

    @classmethod
    def of(cls, blueprint: Blueprint, settings: Settings) -> _Plan:
        """Look for an axis of qualities, which becomes parts of the file."""
        system, shape = blueprint.coordinates, blueprint.shape
        axis, order = _quality(system)
        if axis is not None and shape[axis] == len(order) and len(shape) > 1:
            start = tuple(0 for _ in shape)
            stop = tuple(1 if n == axis else length for n, length in enumerate(shape))
            system = system.section(Box(start, stop), drop=(axis,))
            shape = shape[:axis] + shape[axis + 1 :]
        else:
            axis, order = None, ("DATA",)
        headers = Headers.of(
            blueprint, system, shape, velocity=settings.velocity, optical=settings.optical
        )
        names = tuple(sorted(order))  # DATA before ERROR
        return cls(headers, names, order, axis)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of each part."""
        return self.primary.shape

    def headers(self, encoder: Encoder) -> Iterator[list[str]]:
        """Give the cards of each part."""
        for number, name in enumerate(self.names):
            extra = [] if self.axis is None else _kinship(name, self.names)
            yield list(self.primary.cards(encoder, extra=extra, first=not number))


def _quality(system: coordinatesystem) -> tuple[int | None, tuple[str, ...]]:
    """Return the numpy axis of qualities and their names, if there is such an axis."""
    for axis, description in enumerate(system.axes()):
        if description.kind == "quality":
            record = system.get_coordinate("quality").dict()
            return axis, tuple(str(name) for name in record["quality"])
    return None, ()


def _kinship(name: str, names: tuple[str, ...]) -> list[str]:
    """Return the cards that tell data and errors apart and name the other part."""
    cards = [
        format_card("EXTNAME", name, f"name of {name.lower()} extension"),
        format_card("HDUCLASS", "ESO", "class name"),
        format_card("HDUDOC", "DICD", "document with class description"),
        format_card("HDUVERS", _DOCUMENT, "version number"),
        format_card("HDUCLAS1", "IMAGE", "the FITS type described"),
        format_card("HDUCLAS2", name, "extension type"),
    ]
    if name == "ERROR":
        cards.append(format_card("HDUCLAS3", "MSE", "error type"))
    for other in names:
        if other != name:
            keyword = "ERRDATA" if other == "ERROR" else "SCIDATA"
            cards.append(format_card(keyword, other, f"name of {other.lower()} extension"))
    return cards


def draft_losses(blueprint: Blueprint, settings: Settings) -> Iterator[str]:
    """Say what of an image its FITS file will not hold."""
    bits = settings.bits(blueprint)
    if bits == 16:
        yield "digits of the pixels beyond 65535 steps (bitpix=-32 keeps them)"
    elif bits == -32 and blueprint.dtype.itemsize > 4:
        yield "digits of the pixels beyond single precision (bitpix=-64 keeps them)"
    if blueprint.mask:
        yield "the values of pixels under the mask"
    plan = _Plan.of(blueprint, settings)
    if plan.axis is not None:
        yield "the quality axis: data and errors become two parts of the file"
    yield from plan.primary.losses()
    for count, what in (
        (len(blueprint.attributes), "attribute group"),
        (len(blueprint.regions), "region"),
    ):
        if count:
            yield f"{count} {what}" + ("" if count == 1 else "s")


def _failure(path: str, error: OSError) -> FormatError | ReadOnlyError:
    reason = (error.strerror or str(error)).lower()
    forbidden = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    kind = ReadOnlyError if forbidden else FormatError
    return kind(f"cannot make {path}: {reason}")
