"""What users say for a section, turned into a box: casacore corners, numpy indices.

This is the one place where an inclusive end or a negative index has a meaning.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.errors import BoxError, DataTypeError, ImageError
from jupimage.images.arguments import as_int, described
from jupimage.lattice import Box

__all__ = ["box_for_value", "box_from_corners", "box_from_index"]


def box_from_corners(blc: Any, trc: Any, inc: Any, *, shape: tuple[int, ...]) -> Box:
    """Return the box of a casacore section: both ends included, given for leading axes.

    Parameters
    ----------
    blc, trc, inc
        Tuple or list of ints for the leading (slowest) axes, or one int for axis 0. Missing
        ones are 0, the last pixel and 1. A negative `trc` counts from the end; a negative
        `blc` means 0 and an `inc` below 1 means 1, with a warning.
    shape
        Shape of the image.

    Raises
    ------
    BoxError
        If a corner lies outside the image or there are more numbers than axes.
    DataTypeError
        If a corner is not an int or a tuple or list of ints.

    Examples
    --------
    >>> box_from_corners(1, (-1, 2), (), shape=(4, 5)).slices
    (slice(1, 4, 1), slice(0, 3, 1))
    """
    box = _usual_box(blc, trc, inc, shape)
    if box is not None:
        return box
    start = _start("blc", blc, shape)
    last = [i + n if i < 0 else i for i, n in zip(_ints("trc", trc), shape, strict=False)]
    _count("trc", _ints("trc", trc), shape)
    step = _stride(inc, shape)
    return Box.from_corners(start, last, step, shape=shape)


def _usual_box(blc: Any, trc: Any, inc: Any, shape: tuple[int, ...]) -> Box | None:
    """Return the box of plain corners inside the image, None where there is more to say.

    Reading a spectrum takes some ten microseconds: a third of that would go into the care that
    the unusual cases need.
    """
    if type(inc) is not tuple or inc or type(blc) is not tuple or type(trc) is not tuple:
        return None
    count = len(shape)
    if len(blc) < count:
        blc += (0,) * (count - len(blc))
    if len(trc) < count:
        trc += tuple([n - 1 for n in shape[len(trc) :]])
    if len(blc) != count or len(trc) != count:
        return None
    stop, lengths = [], []
    for a, b, n in zip(blc, trc, shape, strict=False):
        if type(a) is not int or type(b) is not int or not 0 <= a <= b < n:
            return None
        b += 1
        stop.append(b)
        lengths.append(b - a)
    return Box.plain(blc, tuple(stop), tuple(lengths), within=shape)


def box_for_value(
    value_shape: tuple[int, ...], blc: Any, trc: Any, inc: Any, *, shape: tuple[int, ...]
) -> Box:
    """Return the box that a value put at `blc` with stride `inc` fills.

    A value with fewer axes than the image belongs to the fastest ones; the others get length 1.
    `trc` plays no part, as in casacore; if it disagrees with the value there is a warning.

    Raises
    ------
    BoxError
        If the box reaches beyond the image or the value has more axes than it.

    Examples
    --------
    >>> box_for_value((5,), 2, (), (), shape=(4, 5)).slices
    (slice(2, 3, 1), slice(0, 5, 1))
    """
    _ints("blc", blc), _ints("inc", inc)
    if len(value_shape) > len(shape):
        raise BoxError(f"a value of {len(value_shape)} axes was given for {len(shape)} axes")
    lengths = (1,) * (len(shape) - len(value_shape)) + value_shape
    start = _start("blc", blc, shape)
    start = start + [0] * (len(shape) - len(start))
    step = _stride(inc, shape)
    step = step + [1] * (len(shape) - len(step))
    last = [a + (n - 1) * s for a, n, s in zip(start, lengths, step, strict=True)]
    box = Box.from_corners(start, last, step, shape=shape)
    _compare_trc(trc, start, step, value_shape, box, shape)
    return box


def box_from_index(index: Any, *, shape: tuple[int, ...]) -> tuple[Box, tuple[int, ...]]:
    """Return the box of a numpy basic index, and the axes that it drops.

    Raises
    ------
    BoxError
        If an index is outside, a step is negative, or nothing is selected.
    DataTypeError
        If an element is neither an int, a slice nor ``...``.

    Examples
    --------
    >>> box, drop = box_from_index((2, slice(None, -1)), shape=(4, 5))
    >>> box.slices, drop
    ((slice(2, 3, 1), slice(0, 4, 1)), (0,))
    """
    start, stop, step, drop = [], [], [], []
    for axis, (item, length) in enumerate(zip(_full_index(index, shape), shape, strict=True)):
        if isinstance(item, slice):
            a, b, s = item.indices(length)
            if s < 0:
                raise BoxError(f"a negative step ({s}) on axis {axis}: images read forwards")
            if b <= a:
                raise BoxError(f"{_text(item)} selects no pixel of the {length} on axis {axis}")
        else:
            i = as_int("an index", item)
            if not -length <= i < length:
                raise BoxError(f"index {i} on axis {axis} lies outside {-length}..{length - 1}")
            a = i % length
            b, s = a + 1, 1
            drop.append(axis)
        start.append(a)
        stop.append(b)
        step.append(s)
    return Box(tuple(start), tuple(stop), tuple(step)), tuple(drop)


def _full_index(index: Any, shape: tuple[int, ...]) -> list[Any]:
    """Return one item for each axis, with ``...`` and missing ones filled in."""
    items = list(index) if isinstance(index, tuple) else [index]
    for item in items:
        if isinstance(item, bool | np.bool_) or not (
            isinstance(item, slice) or item is Ellipsis or hasattr(type(item), "__index__")
        ):
            raise DataTypeError(
                f"an image is indexed by ints, slices and ..., got {type(item).__name__}"
            )
    gaps = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(gaps) > 1:
        raise BoxError("an index can have only one ...")
    given = len(items) - len(gaps)
    if given > len(shape):
        raise BoxError(f"{given} indices were given for {len(shape)} axes")
    place = gaps[0] if gaps else len(items)
    fill = [slice(None)] * (len(shape) - given)
    return items[:place] + fill + items[place + len(gaps) :]


def _ints(name: str, corner: Any) -> list[int]:
    items: Sequence[Any] = corner if isinstance(corner, tuple | list) else [corner]
    return [_int(name, item) for item in items]


def _int(name: str, item: Any) -> int:
    if isinstance(item, int | np.integer | np.bool_):
        return int(item)
    if isinstance(item, np.ndarray) and not item.ndim:
        item = item[()]
    # a computed position: np.floor gives a float that is a whole number
    if isinstance(item, np.integer) or (isinstance(item, np.floating) and item.is_integer()):
        return int(item)
    raise DataTypeError(f"{name} must be an int or a tuple or list of ints, got {described(item)}")


def _compare_trc(
    trc: Any,
    start: list[int],
    step: list[int],
    value_shape: tuple[int, ...],
    box: Box,
    shape: tuple[int, ...],
) -> None:
    """Warn if `trc`, which says nothing where the value has a shape, disagrees with that."""
    if isinstance(trc, tuple | list) and not trc:
        return
    try:
        asked = box_from_corners(start, trc, step, shape=shape)
        if asked == box:
            return
        told = f"the corners say {asked.shape}"
    except ImageError as error:
        told = str(error)
    warnings.warn(
        f"trc is not used when pixels are put: the value of shape {value_shape} fills "
        f"{box.shape} pixels, {told}",
        stacklevel=5,
    )


def _count(name: str, corner: list[int], shape: tuple[int, ...]) -> None:
    if len(corner) > len(shape):
        raise BoxError(f"{name} has {len(corner)} elements, the image has {len(shape)} axes")


def _start(name: str, corner: Any, shape: tuple[int, ...]) -> list[int]:
    start = _ints(name, corner)
    _count(name, start, shape)
    if any(i < 0 for i in start):
        warnings.warn(f"{name} {tuple(start)}: a negative start means 0", stacklevel=5)
    return [max(0, i) for i in start]


def _stride(corner: Any, shape: tuple[int, ...]) -> list[int]:
    step = _ints("inc", corner)
    _count("inc", step, shape)
    if any(i < 1 for i in step):
        warnings.warn(f"inc {tuple(step)}: a stride below 1 means 1", stacklevel=5)
    return [max(1, i) for i in step]


def _text(item: slice) -> str:
    parts = ["" if part is None else str(part) for part in (item.start, item.stop, item.step)]
    return ":".join(parts[:2] if item.step is None else parts)
