"""Writes Miriad data sets byte by byte, also ones that no program would write."""

from __future__ import annotations

import struct
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent.parent / "data" / "formats"
GOLDEN = sorted(path.name.removesuffix(".tar.gz") for path in DATA.glob("m_*.mir.tar.gz"))

SKY: dict[str, Any] = {
    "ctype1": "RA---SIN",
    "crval1": 1.25,
    "cdelt1": -1e-4,
    "crpix1": 4.0,
    "ctype2": "DEC--SIN",
    "crval2": -0.6,
    "cdelt2": 1e-4,
    "crpix2": 3.0,
    "epoch": 2000.0,
}
FREQUENCY: dict[str, Any] = {
    "ctype3": "FREQ-LSR",
    "crval3": 1.42,
    "cdelt3": 1e-3,
    "crpix3": 2.0,
    "restfreq": 1.420405752,
}


def item(value: Any) -> bytes:
    """Return the bytes of an item; bytes are taken as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return b"\0\0\0\1" + value.encode()
    if isinstance(value, int):
        return b"\0\0\0\2" + struct.pack(">i", value)
    if isinstance(value, np.float32):
        return b"\0\0\0\4" + struct.pack(">f", value)
    return b"\0\0\0\5\0\0\0\0" + struct.pack(">d", value)


def header(items: Mapping[str, Any]) -> bytes:
    """Return the content of a header; items that are None are left out."""
    parts = []
    for name, value in items.items():
        if value is not None:
            content = item(value)
            parts.append(name.encode().ljust(15, b"\0") + bytes([len(content)]))
            parts.append(content + b"\0" * (-len(content) % 16))
    return b"".join(parts)


def mask_item(good: NDArray[np.bool_]) -> bytes:
    """Return a mask item, made one bit after the other."""
    words = [0] * (-(-good.size // 31))
    for pixel, valid in enumerate(good.ravel()):
        words[pixel // 31] |= int(valid) << pixel % 31
    return b"\0\0\0\2" + struct.pack(f">{len(words)}I", *words)


def shape_items(shape: tuple[int, ...]) -> dict[str, int]:
    """Return the items that say how long the axes are (`shape` has the slowest first)."""
    lengths = {f"naxis{axis}": n for axis, n in enumerate(shape[::-1], 1)}
    return {"naxis": len(shape), **lengths}


def linear_items(ndim: int) -> dict[str, Any]:
    """Return items that say that axes count pixels from 0."""
    description = {"ctype": "LINEAR", "crval": 0.0, "cdelt": 1.0, "crpix": 1.0}
    return {
        f"{key}{axis}": value for axis in range(1, ndim + 1) for key, value in description.items()
    }


def write(
    folder: Path,
    pixels: NDArray[Any],
    items: Mapping[str, Any] | None = None,
    *,
    good: NDArray[np.bool_] | None = None,
    history: str = "",
) -> str:
    """Write a data set and return its name; without items its axes are linear."""
    own = linear_items(pixels.ndim) if items is None else items
    folder.mkdir(exist_ok=True)
    (folder / "header").write_bytes(header({**shape_items(pixels.shape), **own}))
    (folder / "image").write_bytes(b"\0\0\0\4" + pixels.astype(">f4").tobytes())
    if good is not None:
        (folder / "mask").write_bytes(mask_item(good))
    if history:
        (folder / "history").write_text(history, encoding="utf-8")
    return str(folder)


def unpack(name: str, folder: Path) -> str:
    """Unpack a data set of the corpus and return its path."""
    with tarfile.open(DATA / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return str(folder / name)
