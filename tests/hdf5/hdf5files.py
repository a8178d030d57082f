"""HDF5 images made for tests, and the real ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import default_system
from jupimage.formats import Blueprint, Opened, open_path
from jupimage.hdf5 import Hdf5Format
from jupimage.lattice import Box

DATA = Path(__file__).parent.parent / "data" / "formats"
REAL = sorted(path.name for path in DATA.glob("*.h5"))


def decode(value: Any) -> Any:
    """Turn what a side-car says into records: arrays, lists of text, complex numbers."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "__c__" in value:
        return complex(*value["__c__"])
    if "__nd__" not in value:
        return {key: decode(item) for key, item in value.items()}
    dtype, shape, flat = value["__nd__"]
    if dtype == "str":
        return list(flat)
    if dtype.startswith("complex"):
        flat = [complex(*pair) for pair in flat]
    return np.array(flat, dtype).reshape(shape)


def side_car(name: str) -> dict[str, Any]:
    """Return what casacore said of a real file."""
    found: dict[str, Any] = decode(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    return found


def plain(value: Any) -> Any:
    """Let arrays and lists compare, and numbers of different types."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def copy(name: str, folder: Path) -> str:
    """Copy a real file, so that it can be changed."""
    path = folder / name
    shutil.copyfile(DATA / name, path)
    return str(path)


def pixels_of(shape: tuple[int, ...], dtype: Any = np.float32, seed: int = 1) -> NDArray[Any]:
    """Return whole numbers, complex ones with an imaginary part."""
    rng = np.random.default_rng(seed)
    values = rng.integers(-1000, 1000, shape).astype(dtype)
    if values.dtype.kind == "c":
        values += 1j * rng.integers(-1000, 1000, shape)
    return values


def make(
    path: Path, pixels: NDArray[Any], good: NDArray[np.bool_] | None = None, **fields: Any
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
    draft = Hdf5Format().create(str(path), blueprint)
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
