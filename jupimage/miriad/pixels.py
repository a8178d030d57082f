"""Where the pixels of a Miriad image are, and its mask: found, checked, opened."""

from __future__ import annotations

from math import prod

from jupimage.errors import FormatError
from jupimage.files.storage import Storage
from jupimage.miriad.folder import IMAGE, MASK, ItemFolder, Place, open_place
from jupimage.miriad.header import Header
from jupimage.miriad.items import REAL, WORDS, head_of
from jupimage.miriad.lattice import HEAD, STORED, MiriadLattice
from jupimage.miriad.mask import MaskReader, word_count

__all__ = ["open_lattice", "read_shape"]

_MOST_AXES = 32


def read_shape(header: Header) -> tuple[int, ...]:
    """Return the length of each axis, slowest first.

    Raises
    ------
    FormatError
        If the items ``naxis``, ``naxis1``... do not say.
    """
    count = header.integer("naxis")
    if not 1 <= count <= _MOST_AXES:
        raise FormatError(f"header: wanted 1 to {_MOST_AXES} axes in item 'naxis', got {count}")
    lengths = [header.integer(f"naxis{axis}") for axis in range(count, 0, -1)]
    for axis, length in zip(range(count, 0, -1), lengths, strict=True):
        if length < 1:
            raise FormatError(f"header: wanted a length in item 'naxis{axis}', got {length}")
    return tuple(lengths)


def open_lattice(
    folder: ItemFolder, shape: tuple[int, ...], *, masked: bool = True
) -> MiriadLattice:
    """Open the pixels of a data set.

    Parameters
    ----------
    folder
        The data set.
    shape
        What its header says.
    masked
        Whether to apply its mask, if it has one.

    Raises
    ------
    FormatError
        If the items that hold them are missing, of a wrong size or of a wrong type.
    """
    count = prod(shape)
    place = folder.place(IMAGE)
    if place is None:
        raise FormatError(f"{folder.path}: wanted an item {IMAGE!r}, got none")
    wanted = HEAD + STORED.itemsize * count
    if place.size != wanted:
        raise FormatError(
            f"{folder.path}: wanted {wanted} bytes of item {IMAGE!r} for the shape {shape}, "
            f"got {place.size}"
        )
    mask = folder.place(MASK) if masked else None
    if mask is not None and mask.size < HEAD + 4 * word_count(count):
        raise FormatError(
            f"{folder.path}: wanted {HEAD + 4 * word_count(count)} bytes of item {MASK!r} for "
            f"{count} pixels, got {mask.size}"
        )
    storage = _opened(place, REAL, "reals")
    try:
        reader = (
            None
            if mask is None
            else MaskReader(_opened(mask, WORDS, "integers"), mask.start + HEAD)
        )
    except BaseException:
        storage.close()
        raise
    return MiriadLattice(storage, place.start + HEAD, shape, folder.path, reader)


def _opened(place: Place, code: int, kind: str) -> Storage:
    """Open an item whose type has to be `code`."""
    storage = open_place(place)
    try:
        with storage.hold():
            head = bytes(storage.window(place.start, HEAD))
        if head_of(head) != code:
            raise FormatError(
                f"{place.path}: wanted an item of {kind}, got one that begins {head!r}"
            )
    except BaseException:
        storage.close()
        raise
    return storage
