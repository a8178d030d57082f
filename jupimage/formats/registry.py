"""Which format a file has: found by what is in it, never by how it is called.

The formats of this package are named here and loaded when a file of their sort turns up, in the
same way as those that other packages announce. What is recognised but cannot be read is named in
the error, so that nobody looks for a damage that is not there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from jupimage.errors import FormatError
from jupimage.formats.blueprint import WritableFormat
from jupimage.formats.format import Format, Target
from jupimage.formats.opened import Opened
from jupimage.formats.targets import find_target

__all__ = ["ENTRY_POINTS", "find_format", "open_path", "recognise", "register"]

ENTRY_POINTS = "jupimage.formats"
"""Entry-point group in which other packages announce a `Format` (a class or an instance)."""

_FOLDERS = ("jupimage.paged:PagedFormat", "jupimage.miriad:MiriadFormat")
_FILES = ("jupimage.fits:FitsFormat", "jupimage.hdf5:Hdf5Format")
_ALIASES = {"casa": "casacore", "paged": "casacore", "h5": "hdf5"}
_registered: list[Format] = []


def register(format: Format) -> None:
    """Add a format; it is asked before those of this package, the latest first.

    Parameters
    ----------
    format
        Anything with the methods of `Format`. One of the same name is replaced.
    """
    if not isinstance(format, Format):
        raise FormatError(f"a format needs name, sniff and open, got {type(format).__name__}")
    _registered[:] = [format, *(other for other in _registered if other.name != format.name)]


def open_path(path: str) -> Opened:
    """Open an image file of any known format. No pixel is read.

    Parameters
    ----------
    path
        Name of a file or directory; part of a FITS file is chosen with its number or name in
        brackets: ``cube.fits[1]``, ``cube.fits[SCI]``, ``cube.fits[SCI,2]``.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If it cannot be read, is damaged, or is no image; the message says what it is instead.
    """
    target = find_target(os.fspath(path))
    for kind in _STORED:
        if kind.sniff(target):
            raise FormatError(f"{target.path} {kind.problem}")
    format = _find(target)
    if format is not None:
        return format.open(target)
    for kind in _RECOGNISED:
        if kind.sniff(target):
            raise FormatError(f"{target.path} {kind.problem}")
    raise FormatError(f"{target.path} {_description(target)}")


def recognise(path: str) -> Format | None:
    """Return the format that takes a file for its own, None if none does."""
    return _find(find_target(path))


def _find(target: Target) -> Format | None:
    for format in _formats(_FOLDERS if target.directory else _FILES):
        if format.sniff(target):
            return format
    return None


def find_format(name: str) -> WritableFormat:
    """Return the format of that name, which can be written.

    Parameters
    ----------
    name
        ``casacore`` (or ``casa``), ``hdf5``, ``fits``, ``miriad`` or the name of an added
        format; capitals do not matter.

    Raises
    ------
    FormatError
        If there is none, or it can only be read.

    Examples
    --------
    >>> find_format("fits").name
    'FITS'
    """
    wanted = _ALIASES.get(name.casefold(), name.casefold())
    known = []
    for format in _formats(_FOLDERS + _FILES):
        if isinstance(format, WritableFormat):
            if format.name.casefold() == wanted:
                return format
            known.append(format.name)
    names = ", ".join(sorted(known))
    raise FormatError(f"no format that can be written is called {name!r}; they are {names}")


def _formats(built_in: tuple[str, ...]) -> Iterator[Format]:
    yield from _registered
    for place in built_in:
        yield _load(place)
    yield from _plugins()  # last: to list them takes longer than to open a file


@cache
def _load(place: str) -> Format:
    """Load a format of this package by ``module:class``."""
    module, _, name = place.partition(":")
    made: Format = getattr(import_module(module), name)()
    return made


@cache
def _plugins() -> tuple[Format, ...]:
    """Load the formats that installed packages announce."""
    found = []
    from importlib import metadata  # a third of the time that importing the package takes

    for entry in metadata.entry_points(group=ENTRY_POINTS):
        try:
            format = entry.load()
            found.append(format() if isinstance(format, type) else format)
        except Exception as error:  # code of somebody else may fail in any way
            raise FormatError(
                f"the format {entry.name!r} ({entry.value}) cannot be loaded: {error}"
            ) from error
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Recognised:
    """A kind of file that can be told apart, but not opened."""

    sniff: Callable[[Target], bool]
    problem: str


def _holds(*names: str) -> Callable[[Target], bool]:
    """Return a test for directories in which all the files `names` are."""

    def test(target: Target) -> bool:
        return target.directory and all(
            os.path.isfile(os.path.join(target.path, name)) for name in names
        )

    return test


def _starts(*starts: bytes) -> Callable[[Target], bool]:
    """Return a test for files that begin with one of `starts`."""
    return lambda target: target.start.startswith(starts)


_LATER = "which is not supported yet"

# These may have the files of a table as well.
_STORED = (
    _Recognised(_holds("imageconcat.json"), f"is a stored concatenation, {_LATER}"),
    _Recognised(_holds("imageexpr.json"), f"is a stored expression, {_LATER}"),
)

_RECOGNISED = (
    _Recognised(_holds("table.dat"), "is a casacore table, but no image"),
    _Recognised(_starts(b"\x89HDF\r\n\x1a\n"), "is an HDF5 file, but no casacore image"),
    _Recognised(_starts(b"\x1f\x9d", b"\x1f\xa0"), "is packed with compress: unpack it first"),
    _Recognised(_starts(b"PK\x03\x04"), "is a zip archive: unpack it first"),
    _Recognised(_starts(b"\x28\xb5\x2f\xfd"), "is packed with zstd: unpack it first"),
    _Recognised(
        _starts(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
        "is a picture without coordinates, not an astronomical image",
    ),
)


def _description(target: Target) -> str:
    """Say what a target is that is no image."""
    if target.directory:
        return "is a directory without an image in it"
    if not target.start:
        return "is empty"
    if target.start.startswith(b"SIMPLE"):
        return (
            f"is no FITS file: wanted 'SIMPLE  =' and T in at least 2880 bytes, "
            f"got {target.start[:30].decode('ascii', 'replace')!r} in {target.size} bytes"
        )
    return f"is in no known image format; it begins with {target.start[:16]!r}"
