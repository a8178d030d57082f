"""Miriad images: folders of items, read and written.

Differences from casacore, which reads them too: masks are applied, axes may be in any order and
of any kind, an image of fewer than 16 pixels may be inside the header, the beam is kept if its
position angle is 0, and object, observer, history and left-over items are read.
"""

from __future__ import annotations

import os
import stat
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.errors import ArgumentError, DataTypeError, FormatError
from jupimage.formats.blueprint import Blueprint, Draft
from jupimage.formats.format import Target
from jupimage.formats.opened import Opened
from jupimage.formats.registry import recognise
from jupimage.miriad.axisitems import axis_items
from jupimage.miriad.coordinates import read_coordinates
from jupimage.miriad.draft import MiriadDraft
from jupimage.miriad.folder import HEADER, HISTORY, IMAGE, MASK, ItemFolder
from jupimage.miriad.header import Header
from jupimage.miriad.information import (
    read_history,
    read_imageinfo,
    read_miscinfo,
    read_unit,
)
from jupimage.miriad.informationitems import history_bytes, information_items
from jupimage.miriad.items import encode_item
from jupimage.miriad.lattice import PIXEL
from jupimage.miriad.pixels import open_lattice, read_shape
from jupimage.miriad.store import MiriadStore

__all__ = ["MiriadFormat"]

_MOST_ITEM = 1 << 16
_MOST_ITEMS = 1000
_ELSEWHERE = frozenset({IMAGE, MASK, HISTORY})


class MiriadFormat:
    """Opens and makes Miriad images."""

    name = "Miriad"
    folder = True

    def sniff(self, target: Target) -> bool:
        """Tell whether a folder has the files ``header`` and ``image``, or the first holds both."""
        if not target.directory or not _is_file(os.path.join(target.path, HEADER)):
            return False
        return _is_file(os.path.join(target.path, IMAGE)) or _holds_image(target.path)

    def open(self, target: Target) -> Opened:
        """Open an image; where its header is damaged, a warning says what is used instead."""
        if target.selector is not None:
            raise FormatError(
                f"{target.path} has no parts, so [{target.selector}] does not name one"
            )
        try:
            return _open(target.path)
        except FormatError as error:
            if target.path in str(error):
                raise
            raise FormatError(f"{target.path}: {error}") from error

    def losses(self, blueprint: Blueprint, **settings: Any) -> tuple[str, ...]:
        """Say what of `blueprint` a Miriad image cannot hold."""
        _check(settings)
        _, phrases = _described(blueprint)
        if blueprint.dtype == np.float64:
            phrases.append("double precision: pixels are rounded to float32")
        elif blueprint.dtype != PIXEL:
            phrases.append(f"pixels of type {blueprint.dtype}")
        if blueprint.mask not in ("", "mask0", MASK):
            phrases.append(f"the name {blueprint.mask!r} of the mask")
        for what, count in (
            ("region", len(blueprint.regions)),
            ("attribute group", len(blueprint.attributes)),
        ):
            if count:
                phrases.append(f"{count} {what}{'s' if count > 1 else ''}")
        return tuple(phrases)

    def create(self, path: str, blueprint: Blueprint, **settings: Any) -> Draft:
        """Begin a new image that replaces the one at `path` when it is complete.

        Raises
        ------
        FormatError
            If the place cannot be written, or there is a folder that is no image.
        DataTypeError
            If the pixels are complex.
        """
        _check(settings)
        if blueprint.dtype.kind != "f":
            raise DataTypeError(f"a Miriad image holds real pixels, this one has {blueprint.dtype}")
        if os.path.isdir(path) and os.listdir(path) and recognise(path) is None:
            raise FormatError(f"{path} is a folder that is no image, so it is not replaced")
        items, _ = _described(blueprint)
        return MiriadDraft(
            path,
            blueprint.shape,
            {name: encode_item(value) for name, value in items.items()},
            history_bytes(blueprint.history),
            masked=bool(blueprint.mask),
        )


def _check(settings: Mapping[str, Any]) -> None:
    if settings:
        raise ArgumentError(f"Miriad images have no settings, got {', '.join(settings)}")


def _described(blueprint: Blueprint) -> tuple[dict[str, Any], list[str]]:
    """Return all items of a new image but the pixels, and what they cannot say."""
    shape = blueprint.shape
    lengths = {f"naxis{axis}": n for axis, n in enumerate(reversed(shape), 1)}
    axes, losses = axis_items(blueprint.coordinates.dict(), shape)
    information, phrases = information_items(blueprint)
    return {"naxis": len(shape), **lengths, **axes, **information}, losses + phrases


def _open(path: str) -> Opened:
    folder = ItemFolder.open(path)
    header = Header(*_items(folder))
    shape = read_shape(header)
    coordinates = read_coordinates(header, shape)
    unit, imageinfo = read_unit(header), read_imageinfo(header)
    miscinfo, history = read_miscinfo(header), read_history(folder, header)
    lattice = open_lattice(folder, shape)
    if header.faults:
        warnings.warn(f"{path}: {'; '.join(header.faults)}", UserWarning, stacklevel=2)
    return Opened(
        lattice=lattice,
        coordinates=coordinates,
        kind="MIRIADImage",
        name=path,
        unit=unit,
        imageinfo=imageinfo,
        miscinfo=miscinfo,
        history=history,
        remarks=(*header.faults, *header.remarks),
        masks=(MASK,) if lattice.masked else (),
        default_mask=MASK if lattice.masked else "",
        store=MiriadStore.of(path, lattice),
    )


def _items(folder: ItemFolder) -> tuple[dict[str, bytes], dict[str, str]]:
    """Read all items that describe the image; those that are not read are empty, and why is said.

    Longer ones are files of their own, which may be too long for that, or links to elsewhere.
    """
    items = {name: folder.header[a : a + n] for name, (a, n) in folder.small.items()}
    unread = {}
    for name in folder.files()[:_MOST_ITEMS]:
        if name in items or name in _ELSEWHERE:
            continue
        try:
            items[name] = folder.read(name, _MOST_ITEM) or b""
        except FormatError as error:
            items[name], unread[name] = b"", str(error)
    return {name: item for name, item in items.items() if name not in _ELSEWHERE}, unread


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def _holds_image(path: str) -> bool:
    """Tell whether a header holds an image item itself."""
    try:
        return IMAGE in ItemFolder.open(path).small
    except FormatError:
        return False
