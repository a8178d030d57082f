"""Paged images made for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import default_system
from jupimage.formats import Blueprint, Opened, open_path
from jupimage.lattice import Box
from jupimage.paged import PagedFormat

TYPES = {"float": "f4", "double": "f8", "Complex": "c8", "DComplex": "c16"}


def pixels_of(shape: tuple[int, ...], dtype: Any = np.float32, seed: int = 1) -> NDArray[Any]:
    """Return whole numbers, complex ones with an imaginary part."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-1000, 1000, shape).astype(dtype)
    if values.dtype.kind == "c":
        values += 1j * rng.integers(-1000, 1000, shape)
    return values


def make(
    path: Path,
    pixels: NDArray[Any],
    good: NDArray[np.bool_] | None = None,
    *,
    big_endian: bool = False,
    **fields: Any,
) -> str:
    """Write an image and return its path."""
    if good is not None:
        fields.setdefault("mask", "mask0")
    blueprint = Blueprint(
        shape=pixels.shape,
        dtype=pixels.dtype,
        coordinates=fields.pop("coordinates", None) or default_system(pixels.shape),
        **fields,
    )
    draft = PagedFormat().create(str(path), blueprint, big_endian=big_endian)
    draft.lattice.write(Box.whole(pixels.shape), pixels, good)
    draft.commit()
    return str(path)


def read(opened: Opened | str) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return all pixels and their validity."""
    if isinstance(opened, str):
        opened = open_path(opened)
    block = opened.lattice.read(Box.whole(opened.lattice.shape))
    assert block.values is not None
    return block.values, block.good
