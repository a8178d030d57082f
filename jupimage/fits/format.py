"""FITS images: in the primary part of a file, in an extension, in compressed tiles, packed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jupimage.errors import FormatError
from jupimage.files.storage import Storage, open_storage
from jupimage.fits.beams import read_beams
from jupimage.fits.cards import FitsHeader
from jupimage.fits.hdu import Hdu, Selector, choose
from jupimage.fits.history import read_history
from jupimage.fits.info import read_imageinfo, read_miscinfo, wants_beam_table
from jupimage.fits.lattice import FitsLattice
from jupimage.fits.packing import Packing, StreamReader, UnpackedFile, find_packing
from jupimage.fits.pixels import Encoding
from jupimage.fits.tiles import TiledLattice, image_header
from jupimage.fits.units import translate_unit
from jupimage.formats.format import Target
from jupimage.formats.opened import Opened

__all__ = ["FitsFormat"]

_FIRST_CARD = re.compile(rb"SIMPLE *= *T[ /\0]")
_SHORTEST = 2880


class FitsFormat:
    """Opens FITS images, also packed with gzip, bzip2 or xz."""

    name = "FITS"

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
        shape = tuple(header.integer(f"NAXIS{n}") for n in range(header.integer("NAXIS"), 0, -1))
        # A mapping serves as well as astropy's header, whose cards are slow to parse.
        found = from_header(dict(header.items()), shape, extend=True)
        lattice = self._lattice(header, found.shape)
        imageinfo, remarks = self._imageinfo(header)
        return Opened(
            lattice=lattice,
            coordinates=found.system,
            kind="FITSImage",
            name=self.target.name,
            unit=translate_unit(header.text("BUNIT")),
            imageinfo=imageinfo,
            miscinfo=read_miscinfo(header, found.consumed),
            history=read_history(header.history),
            remarks=(*self._place(), *remarks, *found.remarks),
        )

    def _lattice(self, header: FitsHeader, shape: tuple[int, ...]) -> FitsLattice | TiledLattice:
        hdu = self.hdu
        name = f"{self.target.path}[{hdu.number}]"
        storage: Storage
        if self.packing is None:
            storage = open_storage(self.target.path)
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
            return info, [str(error)]
        return info, []

    def _place(self) -> list[str]:
        if self.hdu.number == 0 or self.chosen or (self.hdu.compressed and self.hdu.number == 1):
            return []
        return [f"the image is in {self.hdu.label}, the parts before it hold none"]


class _FileReader:
    """Reads headers from a plain file."""

    limit = 1 << 63

    def __init__(self, path: str) -> None:
        try:
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by `close`
        except OSError as error:
            raise FormatError(f"cannot read {path}: {error.strerror}") from error

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the file."""
        if offset > self.limit - count:
            return b""
        self._file.seek(offset)
        return self._file.read(count) or b""

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@contextmanager
def _reading(target: Target, packing: Packing | None) -> Iterator[_FileReader | StreamReader]:
    """Give a reader of the file's headers for a while."""
    reader = _FileReader(target.path) if packing is None else StreamReader(target.path, packing)
    try:
        yield reader
    finally:
        reader.close()


def _check_size(hdu: Hdu, size: int) -> None:
    if hdu.start + hdu.count > size:
        raise FormatError(
            f"{hdu.label} is truncated: wanted {hdu.count} bytes of data, "
            f"got {max(0, size - hdu.start)}"
        )
