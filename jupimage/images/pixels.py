"""Arrays that users hand in, turned into pixels of an image's type and into masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import DataTypeError, ShapeError

__all__ = ["TYPE_NAMES", "as_mask", "as_pixels", "convert", "mask_given", "type_named_by"]

TYPE_NAMES = {
    "float32": "float",
    "float64": "double",
    "complex64": "Complex",
    "complex128": "DComplex",
    "bool": "Bool",
}
"""casacore's name of each type that an image can have; Bool only in expressions."""


def as_pixels(values: Any) -> NDArray[Any]:
    """Return values as an array of one of the four types of an image, in native byte order.

    Integers, Bools and half floats become float32; a masked array gives what lies under its mask.

    Raises
    ------
    DataTypeError
        If the values are not numbers.

    Examples
    --------
    >>> as_pixels([1, 2]).dtype, as_pixels(np.zeros(2, ">f8")).dtype
    (dtype('float32'), dtype('float64'))
    """
    array = np.ma.getdata(values) if isinstance(values, np.ma.MaskedArray) else _array(values)
    if array.dtype.kind in "biu" or array.dtype == np.float16:
        return array.astype(np.float32)
    if array.dtype.kind not in "fc":
        raise DataTypeError(f"pixels must be numbers, got an array of {array.dtype}")
    small = array.dtype.itemsize <= (4 if array.dtype.kind == "f" else 8)
    names = ("float32", "float64") if array.dtype.kind == "f" else ("complex64", "complex128")
    return array.astype(names[0] if small else names[1], copy=False)


def convert(values: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return values as an array that can be put into pixels of `dtype`.

    Raises
    ------
    DataTypeError
        If complex values are given for real pixels, or the values are not numbers.

    Examples
    --------
    >>> convert([1.5, 2], np.dtype("complex64"))
    array([1.5+0.j, 2. +0.j], dtype=complex64)
    """
    array = np.ma.getdata(values) if isinstance(values, np.ma.MaskedArray) else _array(values)
    if array.dtype.kind not in "biufc":
        raise DataTypeError(f"pixels must be numbers, got an array of {array.dtype}")
    if array.dtype.kind == "c" and dtype.kind != "c":
        raise DataTypeError(f"{array.dtype} values do not go into {dtype} pixels")
    with np.errstate(over="ignore"):
        return array.astype(dtype, copy=False)


def as_mask(mask: Any, shape: tuple[int, ...] | None = None) -> NDArray[np.bool_]:
    """Return a mask (True = bad) as an array of Bools.

    Integers count as usual: 0 is False, anything else True.

    Raises
    ------
    DataTypeError
        If the mask is not made of Bools or integers.
    ShapeError
        If `shape` is given and the mask has another.

    Examples
    --------
    >>> as_mask([0, 1])
    array([False,  True])
    """
    array = _array(mask, "a mask")
    if array.dtype.kind not in "biu":
        raise DataTypeError(f"a mask must be made of Bools, got {array.dtype}")
    if shape is not None and array.shape != shape:
        raise ShapeError(f"a mask of shape {array.shape} was given for pixels of shape {shape}")
    return array.astype(bool)


def mask_given(mask: Any) -> bool:
    """Return whether a mask was given: an empty one means none.

    Examples
    --------
    >>> mask_given(()), mask_given([False])
    (False, True)
    """
    return _array(mask, "a mask").size > 0


def type_named_by(value: Any) -> np.dtype[Any]:
    """Return the pixel type that a scalar names when an image is made from a shape.

    None and small numpy numbers name float32; a Python float names float64; complex numbers
    name complex64 or complex128. The value itself is not used.

    Raises
    ------
    DataTypeError
        If the scalar names no pixel type: a Python int, a Bool, a 64-bit integer, text.

    Examples
    --------
    >>> type_named_by(0.0), type_named_by(np.float32(0)), type_named_by(1j)
    (dtype('float64'), dtype('float32'), dtype('complex128'))
    """
    if value is None:
        return np.dtype(np.float32)
    kind = _array(value).dtype
    plain_int = isinstance(value, int) or kind.kind not in "iufc"
    if plain_int or (kind.itemsize == 8 and kind.kind in "iu"):
        raise DataTypeError(
            f"values={value!r} names no pixel type; give a float (float64), np.float32, "
            "a complex (complex128) or np.complex64 number, or an array of that shape"
        )
    return as_pixels(np.zeros(1, kind)).dtype


def _array(values: Any, what: str = "pixels") -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:  # ragged lists
        raise DataTypeError(
            f"{what} must form a regular array, got lists of different lengths"
        ) from None
