"""Boxes as records of regions hold them.

There a box has both corners, the first one counted from 1, as floats, fastest axis first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.errors import FormatError
from jupimage.lattice.box import Box
from jupimage.regions.fields import first_pixel, integers, numbers

__all__ = ["box_record", "read_box"]


def box_record(box: Box, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the record of a box in an image.

    Parameters
    ----------
    box
        Without strides.
    shape
        Of the image.

    Examples
    --------
    >>> record = box_record(Box((0, 2), (4, 5)), (4, 5))
    >>> record["blc"].tolist(), record["trc"].tolist(), record["shape"].tolist()
    ([3.0, 1.0], [5.0, 4.0], [5, 4])
    """
    return {
        "isRegion": 1,
        "name": "LCBox",
        "comment": "",
        "oneRel": True,
        "blc": np.array(box.start[::-1], np.float32) + np.float32(1),
        "trc": np.array(box.stop[::-1], np.float32),
        "shape": np.array(shape[::-1], np.int32),
    }


def read_box(record: Mapping[str, Any], shape: tuple[int, ...], where: str) -> Box:
    """Return the box of a record; `box_record` is the reverse.

    Parameters
    ----------
    record
        The record.
    shape
        Of the image that it has to be for.
    where
        What the record is called in messages.

    Raises
    ------
    FormatError
        If it is damaged, or for an image of another shape.
    """
    found = integers(record, "shape", where)
    if tuple(found[::-1].tolist()) != shape:
        raise FormatError(
            f"{where}: wanted a region of an image of shape {shape}, got {tuple(found[::-1])}"
        )
    origin = first_pixel(record, where)
    low = numbers(record, "blc", where, count=len(shape)) - origin
    high = numbers(record, "trc", where, count=len(shape)) - origin
    ends = np.array(shape[::-1], float)
    if not np.isfinite(low + high).all():
        raise FormatError(f"{where}: wanted corners, got {low[::-1].tolist()}")
    start = np.maximum(np.floor(low + 0.5), 0)
    stop = np.minimum(np.floor(high + 0.5) + 1, ends)
    # single precision cannot tell the last pixels of very long axes apart
    stop = np.where(np.float32(stop) == np.float32(ends), ends, stop)
    if (start >= stop).any():
        raise FormatError(
            f"{where}: wanted corners inside an image of shape {shape}, got {low[::-1].tolist()} "
            f"and {high[::-1].tolist()}"
        )
    return Box(tuple(int(n) for n in start[::-1]), tuple(int(n) for n in stop[::-1]))
