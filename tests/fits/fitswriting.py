"""Writes images through the format, and takes written files apart again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.fits import FitsFormat
from jupimage.fits.cards import FitsHeader
from jupimage.formats import Blueprint, Opened, open_path
from jupimage.lattice import Box, MemoryLattice


def blueprint(
    values: NDArray[Any], good: NDArray[np.bool_] | None = None, **more: Any
) -> Blueprint:
    """Return what a file of these pixels is to hold."""
    more.setdefault("coordinates", default_system(values.shape))
    more.setdefault("imageinfo", {"imagetype": "Intensity", "objectname": ""})
    mask = "" if good is None else "mask0"
    return Blueprint(shape=values.shape, dtype=values.dtype, mask=mask, **more)


def survey(values: NDArray[Any], good: NDArray[np.bool_] | None) -> dict[str, Any]:
    """Return the limits of the pixels as a save finds them."""
    valid = ~np.isnan(values) if good is None else good & ~np.isnan(values)
    kept = values[valid]
    limits = (float(kept.min()), float(kept.max())) if kept.size else None
    return {"limits": limits, "blanks": kept.size < values.size}


def save(
    path: Path | str,
    values: NDArray[Any],
    good: NDArray[np.bool_] | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[str, ...]:
    """Write an image, and return the losses that were announced."""
    format, plan, chosen = FitsFormat(), blueprint(values, good, **more), dict(settings or {})
    if format.prepares(plan, **chosen):
        chosen |= survey(values, good)
    losses = format.losses(plan, **chosen)
    draft = format.create(str(path), plan, **chosen)
    source = MemoryLattice(values, good)
    for piece in Box.whole(values.shape).tiles(draft.lattice.tile):
        block = source.read(piece)
        draft.lattice.write(piece, block.values, block.good)
    draft.commit()
    return losses


def reopen(path: Path | str) -> Opened:
    """Open an image; the caller closes its lattice."""
    return open_path(str(path))


def read_back(path: Path | str) -> tuple[Opened, NDArray[Any], NDArray[np.bool_]]:
    """Return an image with its pixels and which of them are good."""
    opened = open_path(str(path))
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    opened.lattice.close()  # type: ignore[attr-defined]
    assert block.values is not None
    good = np.ones(block.values.shape, bool) if block.good is None else block.good
    return opened, block.values, good


def split(path: Path | str) -> tuple[dict[str, Any], list[str], bytes]:
    """Return the cards of a file's first header, its history, and what comes behind it."""
    data = Path(path).read_bytes()
    end = next(at for at in range(0, len(data), 80) if data[at : at + 8] == b"END     ")
    header = FitsHeader(data[:end])
    return dict(header.items()), header.history, data[(end // 2880 + 1) * 2880 :]


def with_records(parts: Sequence[tuple[str, Any, Sequence[int]]], **more: Any) -> coordinatesystem:
    """Return a system of these coordinates, with what is known about the observation."""
    from jupimage.coordinates.record import assemble, observation

    return coordinatesystem(assemble(parts, observation(**more)))
