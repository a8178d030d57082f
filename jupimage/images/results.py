"""Where the result of long work goes: into memory, or straight into a file.

The work itself is a lattice that computes what is read from it; here it is read, block by block on
threads, with progress, and can be cancelled. A file appears when it is complete.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from math import prod

from jupimage.display import ProgressLine
from jupimage.errors import ArgumentError, ShapeError
from jupimage.formats import Opened, blueprint_of, check_destination, find_format, open_path
from jupimage.images.opening import TEMPORARY
from jupimage.lattice import Block, Box, MemoryLattice, WritableLattice, map_blocks

__all__ = ["work_out"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def work_out(
    source: Opened,
    outname: str | os.PathLike[str],
    *,
    overwrite: bool,
    title: str,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Opened:
    """Compute all pixels of an image and return the image that holds them.

    Parameters
    ----------
    source
        The image whose lattice computes its pixels.
    outname
        Name of a new casacore image; the result stays in memory if it is empty.
    overwrite
        Whether an image of that name may be replaced.
    title
        What the progress line says.
    progress, cancelled
        As for `saveas`.

    Raises
    ------
    FormatError
        If the file cannot be made there.
    ShapeError
        If the result does not fit into memory.
    CancelledError
        If `cancelled` said so; nothing is left of the file.
    """
    if not isinstance(outname, str | os.PathLike):
        raise ArgumentError(f"outname must be a file name, got {type(outname).__name__}")
    walk = partial(_walk, title=title, progress=progress, cancelled=cancelled)
    if not os.fspath(outname):
        return _in_memory(source, walk)
    format = find_format("casacore")
    mask = (source.default_mask or "mask0") if source.lattice.masked else ""
    path = check_destination(outname, overwrite=overwrite, folder=format.folder)
    draft = format.create(path, blueprint_of(source, mask=mask))
    try:
        walk(source, draft.lattice)
        draft.commit()
    finally:
        draft.abandon()
    return open_path(path)


def _in_memory(source: Opened, walk: Callable[[Opened, WritableLattice], None]) -> Opened:
    pixels = source.lattice
    try:
        target = MemoryLattice.zeros(pixels.shape, pixels.dtype)
        if pixels.masked:
            target.add_mask("mask0")
    except (MemoryError, ValueError) as error:
        raise ShapeError(
            f"{prod(pixels.shape)} pixels do not fit into memory: give the result an outname"
        ) from error
    walk(source, target)
    masks = ("mask0",) if pixels.masked else ()
    return Opened(
        lattice=target,
        coordinates=source.coordinates,
        kind="TempImage",
        name=TEMPORARY,
        unit=source.unit,
        imageinfo=source.imageinfo,
        miscinfo=source.miscinfo,
        history=list(source.history),
        masks=masks,
        default_mask="".join(masks),
    )


def _walk(
    source: Opened,
    target: WritableLattice,
    *,
    title: str,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> None:
    """Read all blocks and write them."""
    pixels = source.lattice

    def copy(box: Box, block: Block) -> None:
        target.write(box, block.values, block.good if pixels.masked else None)

    with ProgressLine(title) as line:
        shown = line if progress is None else progress
        for _ in map_blocks(copy, pixels, cluster=False, progress=shown, cancelled=cancelled):
            pass
