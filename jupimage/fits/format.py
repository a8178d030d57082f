"""FITS images: in the primary part of a file, in an extension, in compressed tiles, packed."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, BinaryIO

from jupimage.errors import ArgumentError, FormatError
from jupimage.files.storage import Storage, open_storage
from jupimage.fits.beams import read_beams
from jupimage.fits.cards import FitsHeader
from jupimage.fits.doubts import find_doubts
from jupimage.fits.draft import FitsDraft, draft_losses
from jupimage.fits.hdu import BLOCK, Hdu, Selector, axis_lengths, choose
from jupimage.fits.history import read_history
from jupimage.fits.info import read_imageinfo, read_miscinfo, wants_beam_table
from jupimage.fits.lattice import FitsLattice
from jupimage.fits.packing import Packing, StreamReader, UnpackedFile, find_packing
from jupimage.fits.pixels import Encoding
from jupimage.fits.settings import Settings
from jupimage.fits.tiles import TiledLattice, image_header
from jupimage.fits.writing import ORIGIN, without_echoes
from jupimage.formats.blueprint import Blueprint
from jupimage.formats.format import Target
from jupimage.formats.opened import Opened
from jupimage.formats.store import Layout, ReadOnlyStore
from jupimage.formats.units import translate_unit

__all__ = ["FitsFormat"]

_FIRST_CARD = re.compile(rb"SIMPLE *= *T[ /\0]")
_SHORTEST = 2880
_AHEAD = 16 << 10  # bytes read at a time: most headers are shorter


class FitsFormat:
    """Opens FITS images, also packed with gzip, bzip2 or xz, and makes plain ones."""

    name = "FITS"
    folder = False

    def sniff(self, target: Target) -> bool:
        """Tell whether the first card, unpacked if need be, is that of a FITS file."""
        if target.directory:
            return False
        packing = find_packing(target.start)
        if packing is None:
            return target.size >= _SHORTEST and bool(_FIRST_CARD.match(target.start))
        with _reading(target, packing) as reader:
            return bool(_FIRST_CARD.match(reader.read(0, 80)))

    def open(self, target: Target) -> Opened:
        """Open the image that the selector names, or the first one in the file."""
        selector = None if target.selector is None else Selector.parse(target.selector)
        packing = find_packing(target.start)
        try:
            with _reading(target, packing) as reader:
                hdu = choose(reader, selector)
                if packing is None:
                    _check_size(hdu, target.size)
                    _check_end(hdu, target, reader)
                elif hdu.start + hdu.count > reader.limit:
                    raise FormatError(
                        f"{hdu.label} promises {hdu.count} bytes, which cannot come out of "
                        f"{target.size} bytes packed with {packing.name}"
                    )
            return _Opening(target, packing, hdu, chosen=selector is not None).finish()
        except FormatError as error:
            if target.path in str(error):
                raise
            raise FormatError(f"{target.name}: {error}") from error

    def create(self, path: str, blueprint: Blueprint, **settings: Any) -> FitsDraft:
        """Begin a new file; `jupimage.fits.settings.Settings` says what may be chosen."""
        return FitsDraft(path, blueprint, _settings(settings))

    def losses(self, blueprint: Blueprint, **settings: Any) -> tuple[str, ...]:
        """Say what of an image its file will not hold, a phrase for each."""
        return tuple(draft_losses(blueprint, _settings(settings)))

    def prepares(self, blueprint: Blueprint, **settings: Any) -> bool:
        """Return whether the limits of the pixels are needed: for integers scaled to them."""
        return _settings(settings).wants_limits


def _settings(chosen: dict[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    for name in chosen:
        if name not in known:
            raise ArgumentError(
                f"a FITS image has no setting {name!r}; there are {', '.join(sorted(known))}"
            )
    return Settings(**chosen)


@dataclass(frozen=True, slots=True)
class _Opening:
    """A part of a file that was found to hold an image."""

    target: Target
    packing: Packing | None
    hdu: Hdu
    chosen: bool

    def finish(self) -> Opened:
        """Put pixels, coordinates and the rest together."""
        from jupimage.coordinates.fitsheader import from_header

        hdu = self.hdu
        header = image_header(hdu) if hdu.compressed else hdu.header
        shape = axis_lengths(hdu.header, "ZNAXIS" if hdu.compressed else "NAXIS")
        if 0 in shape:
            raise FormatError(f"{hdu.label} has an axis of length 0: {shape}")
        # A mapping serves as well as astropy's header, whose cards are slow to parse.
        found = from_header(dict(header.items()), shape, extend=True)
        lattice = self._lattice(header, found.shape)
        imageinfo, remarks = self._imageinfo(header)
        remarks = _illegal_cards(header) + remarks
        remarks += find_doubts(header, len(shape), found, imageinfo)
        for remark in remarks:
            warnings.warn(f"{self.target.name}: {remark}", stacklevel=4)
        return Opened(
            lattice=lattice,
            coordinates=found.system,
            kind="FITSImage",
            name=self.target.name,
            unit=translate_unit(header.text("BUNIT")),
            imageinfo=imageinfo,
            miscinfo=_leftovers(header, found.consumed),
            history=read_history(header.history),
            remarks=(*self._place(), *remarks, *found.remarks),
            store=ReadOnlyStore(description=self.target.name, layout=self._layout(lattice)),
        )

    def _layout(self, lattice: FitsLattice | TiledLattice) -> Layout:
        """Say how the pixels lie in the file."""
        encoding = (
            Encoding.of(self.hdu.header, bitpix="ZBITPIX")
            if self.hdu.compressed
            else (Encoding.of(self.hdu.header))
        )
        manager = f"FITS, big-endian {encoding.stored.newbyteorder('=').name}"
        if self.hdu.compressed:
            manager += f", tiles compressed with {self.hdu.header.text('ZCMPTYPE').strip()}"
        elif self.packing is not None:
            manager += f", packed with {self.packing.name}"
        tile = lattice.tile if self.hdu.compressed else None
        return Layout(manager, tile, encoding.stored.itemsize)

    def _lattice(self, header: FitsHeader, shape: tuple[int, ...]) -> FitsLattice | TiledLattice:
        hdu = self.hdu
        name = f"{self.target.path}[{hdu.number}]"
        storage: Storage
        if self.packing is None:
            storage = open_storage(os.path.realpath(self.target.path))
        else:
            storage = UnpackedFile(self.target.path, self.packing, hdu.start, hdu.count)
        try:
            if hdu.compressed:
                return TiledLattice(storage, hdu, shape, name)
            return FitsLattice(storage, hdu.start, shape, Encoding.of(header), name)
        except BaseException:
            storage.close()
            raise

    def _imageinfo(self, header: FitsHeader) -> tuple[dict[str, Any], list[str]]:
        info = read_imageinfo(header)
        if not wants_beam_table(header, info):
            return info, []
        try:
            with _reading(self.target, self.packing) as reader:
                info["perplanebeams"] = read_beams(reader)
        except FormatError as error:
            return info, [f"the beams of the planes were left aside: {error}"]
        return info, []

    def _place(self) -> list[str]:
        if self.hdu.number == 0 or self.chosen or (self.hdu.compressed and self.hdu.number == 1):
            return []
        return [f"the image is in {self.hdu.label}, the parts before it hold none"]


def _illegal_cards(header: FitsHeader) -> list[str]:
    """Say which cards of a header were left aside, and which have letters that no card may have."""
    said = []
    if count := len(header.problems):
        shown = "; ".join(header.problems[:3]) + ("; ..." if count > 3 else "")
        said.append(f"{count} illegal card{'s' if count > 1 else ''} left aside: {shown}")
    if count := len(header.foreign):
        shown = ", ".join(map(str, header.foreign[:5])) + (", ..." if count > 5 else "")
        said.append(f"letters that no FITS card may have in card{'s' if count > 1 else ''} {shown}")
    return said


class _FileReader:
    """Reads headers from a plain file; the first one is usually known already.

    Parameters
    ----------
    target
        The file, of which a part at the start was read when it was found.
    """

    limit = 1 << 63

    def __init__(self, target: Target) -> None:
        self._target = target
        self._file: BinaryIO | None = None
        self._offset, self._known = 0, target.start

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the file."""
        if offset > self.limit - count:
            return b""
        first = offset - self._offset
        if not 0 <= first <= len(self._known) - count:
            self._offset, self._known = offset, self._more(offset, max(count, _AHEAD))
            first = 0
        return self._known[first : first + count]

    def _more(self, offset: int, count: int) -> bytes:
        try:
            if self._file is None:
                self._file = open(self._target.path, "rb", buffering=0)  # noqa: SIM115
            self._file.seek(offset)
            return self._file.read(count) or b""
        except OSError as error:
            raise FormatError(f"cannot read {self._target.path}: {error.strerror}") from error

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


@contextmanager
def _reading(target: Target, packing: Packing | None) -> Iterator[_FileReader | StreamReader]:
    """Give a reader of the file's headers for a while."""
    reader = _FileReader(target) if packing is None else StreamReader(target.path, packing)
    try:
        yield reader
    finally:
        reader.close()


def _leftovers(header: FitsHeader, consumed: frozenset[str]) -> dict[str, Any]:
    """Return what nobody else speaks for; of our own files not what they say twice."""
    found = read_miscinfo(header, consumed)
    return without_echoes(found) if header.text("ORIGIN").startswith(ORIGIN) else found


def _check_end(hdu: Hdu, target: Target, reader: _FileReader | StreamReader) -> None:
    """Warn if the last block is filled up with anything but zeros: then it may hold pixels."""
    end = hdu.start + hdu.count
    room = min(target.size, -(-end // BLOCK) * BLOCK) - end
    if reader.read(end, room).strip(b"\0 "):
        warnings.warn(
            f"{target.name}: the pixels of {hdu.label} are followed by bytes that are not 0: "
            "the lengths of its axes may be damaged",
            stacklevel=5,
        )


def _check_size(hdu: Hdu, size: int) -> None:
    if hdu.start + hdu.count > size:
        raise FormatError(
            f"{hdu.label} is truncated: wanted {hdu.count} bytes of data, "
            f"got {max(0, size - hdu.start)}"
        )
