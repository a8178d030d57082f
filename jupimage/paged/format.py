"""casacore's paged images: what opens them, what makes them.

A folder is one if it holds a table of the type ``Image``. casacore insists on that; where the type
is missing a column called ``map`` will do. Tables that hold an array without coordinates, such as
a mask on its own, open as well, with pixel numbers as coordinates.
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from jupimage.casatable import read_info, read_table
from jupimage.errors import FormatError, ImageError
from jupimage.formats import Blueprint, Draft, Opened, Target
from jupimage.paged.arraytable import IMAGE_COLUMN, MASK_COLUMN
from jupimage.paged.handles import TableHandle
from jupimage.paged.lattice import PagedLattice
from jupimage.paged.logtable import NAME as LOG
from jupimage.paged.masks import open_mask
from jupimage.paged.store import PagedStore
from jupimage.paged.storedmask import UnusableMask

__all__ = ["PagedFormat"]

_COLUMNS = {"Image": IMAGE_COLUMN, "Paged Array": MASK_COLUMN}
_NUMBERS = frozenset(
    {"Bool", "uChar", "Short", "uShort", "Int", "uInt", "Int64",
     "float", "double", "Complex", "DComplex"}
)  # fmt: skip


class PagedFormat:
    """casacore's paged images: tables in folders."""

    name = "casacore"
    folder = True

    def sniff(self, target: Target) -> bool:
        """Tell whether `target` is a folder with an image's table in it."""
        if not target.directory or not os.path.isfile(os.path.join(target.path, "table.dat")):
            return False
        if _type_of(target.path) in _COLUMNS:
            return True
        try:
            return any(column.name == IMAGE_COLUMN for column in read_table(target.path).columns)
        except ImageError:
            return True  # `open` says what is wrong

    def open(self, target: Target) -> Opened:
        """Open an image. Coordinates and header are read, neither pixels nor history."""
        if target.selector is not None:
            raise FormatError(f"{target.path} has no parts to choose from, got [{target.selector}]")
        kind, path = _type_of(target.path), target.path
        handle = TableHandle(path, _COLUMNS.get(kind or "", IMAGE_COLUMN))
        try:
            return _opened(handle, kind)
        except BaseException:
            handle.close()
            raise

    def create(
        self, path: str, blueprint: Blueprint, *, big_endian: bool = False, **settings: Any
    ) -> Draft:
        """Begin a new image.

        Parameters
        ----------
        path
            Absolute path.
        blueprint
            What it is to hold.
        big_endian
            Byte order of the pixels.
        **settings
            None are known.
        """
        from jupimage.paged.draft import PagedDraft

        return PagedDraft(path, blueprint, big_endian=big_endian)

    def losses(self, blueprint: Blueprint, **settings: Any) -> tuple[str, ...]:
        """Say what of `blueprint` a paged image cannot hold."""
        from jupimage.paged.draft import losses

        return losses(blueprint)


def _type_of(folder: str) -> str | None:
    """Return the type of a table, None if it is not known."""
    try:
        return read_info(folder).type or None
    except ImageError:
        return None


def _opened(handle: TableHandle, kind: str | None) -> Opened:
    folder = handle.folder
    column = handle.table.data.column(handle.column)
    if not column.array or column.type not in _NUMBERS:
        raise FormatError(
            f"{folder}: wanted a column of arrays of numbers {column.name!r}, "
            f"got {'arrays of ' if column.array else ''}{column.type}"
        )
    pixels = PagedLattice(handle)
    store = PagedStore(handle, pixels)
    found = store.describe()
    remarks = [*found.problems, *_oddities(folder, kind)]
    if found.default_mask:
        pixels.maskname = found.default_mask
        try:
            pixels.mask = open_mask(handle, pixels.shape, found.default_mask)
        except ImageError as error:
            problem = f"{error}; maskname='nomask' opens the image without it"
            remarks.append(problem)
            warnings.warn(f"the mask cannot be used: {problem}", UserWarning, stacklevel=4)
            pixels.mask = UnusableMask(pixels.shape, problem)
    return Opened(
        lattice=pixels,
        coordinates=found.coordinates,
        kind="PagedImage" if handle.column == IMAGE_COLUMN else "PagedArray",
        name=folder,
        unit=found.unit,
        imageinfo=found.imageinfo,
        miscinfo=found.miscinfo,
        history=store.history,
        remarks=tuple(remarks),
        masks=found.masks,
        default_mask=found.default_mask,
        regions=found.regions,
        store=store,
    )


def _oddities(folder: str, kind: str | None) -> list[str]:
    """Say what is odd about an image, as far as it does not change what it holds."""
    remarks = []
    if kind not in _COLUMNS:
        remarks.append("table.info does not say that this is an image: casacore does not open it")
    if kind != "Paged Array" and not os.path.isfile(os.path.join(folder, LOG, "table.dat")):
        problem = f"the table {LOG} is missing, so there is no history: casacore does not open it"
        remarks.append(problem)
        warnings.warn(f"{folder}: {problem}", UserWarning, stacklevel=5)
    return remarks
