"""Making a copy of an image in a file: check everything, then stream the pixels.

The new file is made beside its place and put there when it is complete, so that a failure,
a cancelled save or a killed process leaves what was there before. Blocks follow the tiles of
the new file, or those of the source where the new file has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from jupimage.errors import FormatError, ShapeError
from jupimage.formats.blueprint import Blueprint, Draft, PreparingFormat, WritableFormat
from jupimage.formats.opened import Opened
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.scan import map_blocks, visit_blocks
from jupimage.lattice.zeros import ZeroLattice

__all__ = ["SavePlan", "blueprint_of", "check_tile", "plan_save", "save"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SavePlan:
    """A save that was checked.

    Parameters
    ----------
    pixels
        What is copied.
    path
        Where the file will be, an absolute path.
    format
        What kind of file.
    blueprint
        What it will hold.
    settings
        What only this format knows.
    losses
        What it cannot hold, a phrase each.
    """

    pixels: Lattice
    path: str
    format: WritableFormat
    blueprint: Blueprint
    settings: Mapping[str, Any] = field(default_factory=dict)
    losses: tuple[str, ...] = ()


def blueprint_of(
    source: Opened, *, mask: str = "", tile: tuple[int, ...] | None = None
) -> Blueprint:
    """Return what a copy of an image has to hold.

    Parameters
    ----------
    source
        The image.
    mask
        Name of the copy's mask, empty for none.
    tile
        Storage unit of the copy, slowest axis first; None lets the format choose.

    Raises
    ------
    ShapeError
        If the tile does not fit the image.
    """
    shape = source.lattice.shape
    if tile is not None:
        check_tile(tile, shape)
    return Blueprint(
        shape=shape,
        dtype=source.lattice.dtype,
        coordinates=source.coordinates,
        unit=source.unit,
        imageinfo=source.imageinfo,
        miscinfo=source.miscinfo,
        history=tuple(source.history),
        regions=source.regions,
        attributes=source.store.attributes(),
        mask=mask,
        tile=tile,
    )


def check_tile(tile: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Raise a `ShapeError` unless the tile has a length from 1 to the image's on each axis."""
    fits = len(tile) == len(shape) and all(1 <= t <= n for t, n in zip(tile, shape, strict=True))
    if not fits:
        raise ShapeError(
            f"a tile needs a length from 1 to the image's on each axis of {shape}, got {tile}"
        )


def plan_save(
    pixels: Lattice,
    path: str,
    format: WritableFormat,
    blueprint: Blueprint,
    settings: Mapping[str, Any],
    *,
    strict: bool = False,
) -> SavePlan:
    """Check a save to a path that may be written.

    Raises
    ------
    FormatError
        If `strict` and the format cannot hold everything; the message lists what.
    """
    losses = format.losses(blueprint, **settings)
    if strict and losses:
        raise FormatError(
            f"{format.name} cannot hold {'; '.join(losses)}: nothing was written (strict=True)"
        )
    return SavePlan(pixels, path, format, blueprint, settings, losses)


def save(
    plan: SavePlan, *, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> None:
    """Write the file; it appears when it is complete, or not at all.

    Parameters
    ----------
    plan
        What to write.
    progress
        Called with the number of blocks done and their total.
    cancelled
        Asked before each block; once it says True the save ends with `CancelledError`.
    """
    settings = dict(plan.settings)
    if isinstance(plan.format, PreparingFormat) and plan.format.prepares(
        plan.blueprint, **settings
    ):
        settings |= _survey(plan.pixels, progress, cancelled)
    draft = plan.format.create(plan.path, plan.blueprint, **settings)
    try:
        if not isinstance(plan.pixels, ZeroLattice):  # as a draft is before it is written
            masked = bool(plan.blueprint.mask)
            _copy_pixels(plan.pixels, draft, masked, progress=progress, cancelled=cancelled)
        draft.commit()
    finally:
        draft.abandon()


def _copy_pixels(
    pixels: Lattice,
    draft: Draft,
    masked: bool,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Write all pixels, and the mask if `masked`, into a draft."""
    target = draft.lattice

    def copy(box: Box, block: Block) -> None:
        assert block.values is not None
        target.write(box, block.values, block.good if masked else None)

    tile = target.tile if prod(target.tile) > 1 else pixels.tile
    visit_blocks(copy, pixels, tile=tile, progress=progress, cancelled=cancelled)


def _survey(
    pixels: Lattice, progress: Progress | None, cancelled: Cancelled | None
) -> dict[str, Any]:
    """Return the least and the greatest good pixel, and whether any pixel is bad or NaN."""
    low, high, blanks = np.inf, -np.inf, False
    for part in map_blocks(_extremes, pixels, progress=progress, cancelled=cancelled):
        low, high, blanks = min(low, part[0]), max(high, part[1]), blanks or part[2]
    return {"limits": (float(low), float(high)) if low <= high else None, "blanks": blanks}


def _extremes(box: Box, block: Block) -> tuple[float, float, bool]:
    values = block.values
    assert values is not None
    bad = np.isnan(values)
    if block.good is not None:
        bad |= ~block.good
    kept = values[~bad & np.isfinite(values)]  # infinities are clipped to the limits
    blanks = bool(bad.any())
    if not kept.size:
        return np.inf, -np.inf, blanks
    return float(kept.min()), float(kept.max()), blanks
