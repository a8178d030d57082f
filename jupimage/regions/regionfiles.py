"""Files and texts of regions: those of ds9 and those of CASA (CRTF).

The package `regions` reads and writes them; the sign of ds9 regions to exclude is added here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any

from jupimage.errors import ArgumentError, FormatError, MissingImageError
from jupimage.regions.crtf import is_crtf, is_crtf_line, parse_crtf, to_crtf
from jupimage.regions.package import MissingPackageError, package
from jupimage.regions.packageregions import combined, from_package
from jupimage.regions.packagewriting import to_package
from jupimage.regions.spec import RegionSpec

__all__ = [
    "is_region_file",
    "is_region_text",
    "one_region",
    "parse_regions",
    "read_region_file",
    "read_regions",
    "write_regions",
]

_DS9_LINE = re.compile(r"(\s*(?:\w+\s*;\s*)?)([-+]?\s*[a-z]+\s*\()", re.IGNORECASE)
_ENDINGS = {".reg": "ds9", ".ds9": "ds9", ".crtf": "crtf", ".crf": "crtf"}
_LARGEST = 1 << 26


def is_region_file(text: str) -> bool:
    """Return whether a text looks like the path of a file of regions."""
    return "\n" not in text and os.path.splitext(text)[1].lower() in _ENDINGS


def is_region_text(text: str) -> bool:
    """Return whether a text looks like regions themselves."""
    lines = [part for line in text.splitlines() for part in line.split(";")]
    return any(is_crtf_line(line) or _DS9_LINE.match(line) for line in lines)


def parse_regions(text: str, *, where: str = "text") -> tuple[RegionSpec, ...]:
    """Return the regions that a ds9 or CRTF text holds; those to exclude as complements.

    Parameters
    ----------
    text
        Lines of a file.
    where
        What it is called in messages.

    Raises
    ------
    FormatError
        If it cannot be understood.

    Examples
    --------
    >>> parse_regions("image; circle(4, 3, 2)")[0].center
    (2.0, 3.0)
    >>> parse_regions("circle[[3pix, 2pix], 2pix]")[0].center
    (2.0, 3.0)
    """
    parse = parse_crtf if is_crtf(text) else _parse_ds9
    try:
        found = parse(text)
    except MissingPackageError:
        raise
    except ArgumentError as error:
        raise FormatError(f"{where}: {error}") from error
    except Exception as error:  # whatever a damaged text does to the package
        raise FormatError(f"{where}: wanted regions of ds9 or CRTF: {error!s:.200}") from error
    if not found:
        raise FormatError(f"{where}: wanted regions of ds9 or CRTF, got none in {text!r:.60}")
    return tuple(found)


def one_region(text: str, *, where: str = "text") -> RegionSpec:
    """Return the regions of a text as one."""
    return combined(parse_regions(text, where=where), ordered=is_crtf(text))


def _parse_ds9(text: str) -> list[RegionSpec]:
    parsed = package().Regions.parse(text, format="ds9")
    return [from_package(each) for each in parsed if not type(each).__name__.startswith("Text")]


def read_regions(path: str | os.PathLike[str]) -> tuple[RegionSpec, ...]:
    """Read a ds9 or CRTF file.

    Parameters
    ----------
    path
        Of the file. What it holds is told from its text.

    Returns
    -------
    tuple of RegionSpec
        One for each region, in the order of the file, under the name that its label or text
        gives; regions to exclude are complements.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If it holds no regions.
    """
    return parse_regions(_text_of(path), where=os.fspath(path))


def read_region_file(path: str | os.PathLike[str]) -> RegionSpec:
    """Return the regions of a file as one."""
    return one_region(_text_of(path), where=os.fspath(path))


def _text_of(path: str | os.PathLike[str]) -> str:
    try:
        if os.path.getsize(path) > _LARGEST:
            raise FormatError(f"{path}: too large for a file of regions")
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError as error:
        raise MissingImageError(f"there is no file of regions {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{path} cannot be read as a file of regions: {error}") from error


def write_regions(
    path: str | os.PathLike[str],
    regions: RegionSpec | Iterable[RegionSpec],
    *,
    overwrite: bool = False,
) -> None:
    """Write regions as ds9 (``.reg``) or CRTF (``.crtf``).

    Parameters
    ----------
    path
        Of the file. Its ending says which of both.
    regions
        Flat shapes, their unions and differences; in CRTF also in ranges of channels or of
        Stokes parameters (``shape & Range(...)``). Positions on the sky without a frame are taken
        for ICRS.
    overwrite
        Whether a file that is there is replaced.

    Raises
    ------
    ArgumentError
        If the ending is unknown, the file is there, or a region cannot be said in that form.

    Examples
    --------
    >>> import os, tempfile
    >>> from jupimage.regions import Circle
    >>> path = os.path.join(tempfile.mkdtemp(), "a.reg")
    >>> write_regions(path, Circle("12h30m -45d", "2 arcmin"))
    >>> read_regions(path)[0].radius
    Arc(degrees=0.03333333)
    """
    ending = os.path.splitext(os.fspath(path))[1].lower()
    if ending not in _ENDINGS:
        raise ArgumentError(f"wanted a file {' or '.join(_ENDINGS)}, got {os.fspath(path)!r}")
    specs = [regions] if isinstance(regions, RegionSpec) else list(regions)
    objects = [each for spec in specs for each in to_package(spec)]
    if not objects:
        raise ArgumentError("wanted regions to write, got none")
    text = _ds9(objects) if _ENDINGS[ending] == "ds9" else to_crtf(objects)
    try:
        with open(path, "w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ArgumentError(f"{path} is there already: overwrite=True replaces it") from error


def _ds9(objects: list[Any]) -> str:
    if any(each.meta.get("range") or each.meta.get("corr") for each in objects):
        raise ArgumentError("a ds9 file has no ranges of channels: write CRTF")
    excluded = iter([not each.meta.pop("include") for each in objects])
    lines = package().Regions(objects).serialize(format="ds9").splitlines()
    for number, line in enumerate(lines):
        if _DS9_LINE.match(line) and next(excluded):
            lines[number] = _DS9_LINE.sub(r"\1-\2", line)
    return "\n".join([*lines, ""])
