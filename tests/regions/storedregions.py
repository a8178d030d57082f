"""Regions stored in images, as casacore sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.formats.coordinaterecords import coordinates_to_record
from tests.conftest import Oracle


def make_image(
    oracle: Oracle, path: Path, system: coordinatesystem, shape: tuple[int, ...]
) -> dict[str, Any]:
    """Make an image whose pixels are their numbers; return the record of its coordinates."""
    coordinates = oracle.images.coordinates
    record: dict[str, Any] = coordinates_to_record(system)
    made = oracle.images.image(
        str(path), shape=list(shape), coordsys=coordinates.coordinatesystem(record)
    )
    made.putdata(np.arange(np.prod(shape), dtype="f4").reshape(shape))
    return record


def put_regions(oracle: Oracle, path: Path, records: dict[str, Any]) -> None:
    """Store records of regions in an image."""
    with oracle.tables.table(str(path), readonly=False, ack=False) as table:
        table.putkeyword("regions", records)


def their_pixels(
    oracle: Oracle, path: Path, name: str, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return which pixels casacore takes for a stored region."""
    found = oracle.images.image(f"'{path}'['{path}::{name}']")
    numbers = found.getdata()[~found.getmask()].astype(int)
    pixels = np.zeros(shape, bool)
    pixels.flat[numbers] = True
    oracle.count()
    return pixels
