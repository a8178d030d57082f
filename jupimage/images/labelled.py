"""Images as arrays with named dimensions, and back, without losing the coordinates on the way.

An array that was cut still carries the coordinates of the whole image in its attributes, and for
each dimension the values that are left. So it can be found out which pixels they are, and the
coordinates be cut in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import Axis, coordinatesystem
from jupimage.coordinates.record import assemble, entries, linear_record, tabular_record
from jupimage.coordinates.transform import make_transform
from jupimage.errors import ArgumentError, ImageError
from jupimage.formats import Opened
from jupimage.images.opening import from_values
from jupimage.lattice import Box

__all__ = ["from_labelled", "parts_of"]

_RECORD, _DIMS, _SHAPE = "coordinates", "axes", "shape"
_FIELDS = ("imageinfo", "miscinfo", "history")
_ROUNDING = 1e-6


def parts_of(source: Opened) -> dict[str, Any]:
    """Return dimensions, coordinates and attributes of the DataArray of an image."""
    system, shape = source.coordinates, tuple(source.lattice.shape)
    axes = system.axes()
    dims = _names(axes)
    coords = {}
    for dim, axis, values in zip(dims, axes, _values(system, shape), strict=True):
        about = {"units": axis.unit} if axis.unit and axis.kind != "direction" else {}
        coords[dim] = ((dim,), values, about)
    attributes = {
        "units": source.unit,
        "imageinfo": deepcopy(source.imageinfo),
        "miscinfo": deepcopy(source.miscinfo),
        "history": [str(line) for line in source.history],
        "masked": source.lattice.masked,
        _RECORD: system.copy().dict(),
        _DIMS: list(dims),
        _SHAPE: list(shape),
    }
    return {"dims": dims, "coords": coords, "attrs": attributes}


def from_labelled(array: Any) -> Opened:
    """Return the image that a DataArray describes.

    Raises
    ------
    ArgumentError
        If its axes are no regular selection of those of the image that it came from.
    """
    facts = array.attrs
    if isinstance(facts.get(_RECORD), Mapping) and facts.get(_DIMS):
        array, system = _section(array)
    else:
        system = _own_system(array)
    values = np.asarray(array.data)
    bad = np.isnan(values) if values.dtype.kind in "fc" else np.zeros(values.shape, bool)
    masked = bool(facts.get("masked", bad.any()))
    made = from_values(values, bad if masked else (), "", system)
    made.unit = str(facts.get("units", ""))
    for name in _FIELDS:
        if name in facts:
            setattr(made, name, deepcopy(facts[name]))
    return made


def _names(axes: Sequence[Axis]) -> list[str]:
    """Return a name for each dimension, no two of them the same."""
    found: list[str] = []
    for axis in axes:
        name = {"direction": "xy"[axis.part % 2], "spectral": "frequency"}.get(
            axis.kind, re.sub(r"\W+", "_", axis.name.lower()).strip("_") or axis.kind
        )
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name}{number}", number + 1
        found.append(unique)
    return found


def _values(system: coordinatesystem, shape: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    """Give what stands along each axis: world values, names, or the numbers of the pixels."""
    ndim = len(shape)
    owners = {
        ndim - 1 - number: (entry, own)
        for entry in entries(system.dict())
        for own, number in enumerate(entry.pixelmap)
        if number >= 0
    }
    for axis, (facts, length) in enumerate(zip(system.axes(), shape, strict=True)):
        entry, own = owners[axis]
        pixels = np.arange(length)
        matrix = np.atleast_2d(np.asarray(entry.record.get("pc", np.eye(entry.size)), float))
        alone = entry.size == 1 or not np.delete(matrix[own], own).any()
        if entry.kind == "direction" or not alone or facts.world < 0:
            yield pixels
        elif facts.labels:
            yield np.array([*facts.labels, *map(str, range(len(facts.labels), length))][:length])
        else:
            transform = make_transform(entry.kind, entry.record)
            full = np.tile(entry.pixelreplace, (length, 1))
            full[:, own] = pixels
            world = transform.toworld(full)[:, own]
            distinct = np.isfinite(world).all() and len(np.unique(world)) == length
            yield world if distinct else pixels


def _section(array: Any) -> tuple[Any, coordinatesystem]:
    """Return an array with its axes in the order of the image, and their coordinates."""
    dims, shape = list(array.attrs[_DIMS]), tuple(int(n) for n in array.attrs[_SHAPE])
    unknown = [dim for dim in array.dims if dim not in dims]
    if unknown or len(dims) != len(shape):
        raise ArgumentError(
            f"the array has the dimensions {', '.join(map(str, array.dims))}, the image it came "
            f"from had {', '.join(map(str, dims))}"
        )
    system = coordinatesystem(deepcopy(dict(array.attrs[_RECORD])))
    array = array.transpose(*(dim for dim in dims if dim in array.dims))
    start, stop, step, drop = [], [], [], []
    known = zip(dims, shape, _values(system, shape), strict=True)
    for axis, (dim, length, values) in enumerate(known):
        pixels = _pixels(array, dim, values, length)
        stride = int(pixels[1] - pixels[0]) if len(pixels) > 1 else 1
        if stride < 0:
            array = array.isel({dim: slice(None, None, -1)})
            pixels, stride = pixels[::-1], -stride
        if not stride or np.any(np.diff(pixels) != stride):
            raise ArgumentError(
                f"along {dim!r} the array is no regular selection of the {length} pixels of the "
                f"image, got {pixels[:5].tolist()}..."
            )
        start.append(int(pixels[0]))
        stop.append(int(pixels[-1]) + 1)
        step.append(stride)
        if dim not in array.dims:
            drop.append(axis)
    box = Box(tuple(start), tuple(stop), tuple(step))
    try:
        return array, system.section(box, tuple(drop))
    except ImageError as error:
        raise ArgumentError(f"the array is no section of its image: {error}") from error


def _pixels(array: Any, dim: str, values: NDArray[Any], length: int) -> NDArray[np.int64]:
    """Return which pixels of an axis an array still has; the middle one of an axis averaged out."""
    if dim not in array.coords:
        if dim in array.dims and array.sizes[dim] == length:
            return np.arange(length)
        if dim in array.dims:
            raise ArgumentError(f"the array has lost its coordinate {dim!r}")
        return np.array([length // 2])
    left = np.atleast_1d(array.coords[dim].values)
    if values.dtype.kind not in "biuf" or left.dtype.kind not in "biuf":
        places = {str(value): place for place, value in enumerate(values)}
        pixels = [places.get(str(value), -1) for value in left]
        found = np.array(pixels, np.int64)
        wrong = found < 0
    else:
        distance = np.abs(values[None, :] - left[:, None].astype(float))
        found = distance.argmin(axis=1)
        spacing = float(np.abs(np.diff(values.astype(float))).min()) if length > 1 else 1.0
        wrong = ~(distance.min(axis=1) <= _ROUNDING * spacing)
    if wrong.any():
        raise ArgumentError(
            f"{dim} {left[wrong][0]} of the array is none of the {length} values of the image"
        )
    return found


def _own_system(array: Any) -> coordinatesystem:
    """Return axes that are linear, or tabulated, in an array's own coordinates."""
    parts = []
    for number, dim in enumerate(reversed(array.dims)):
        values = np.arange(array.sizes[dim], dtype=float)
        unit = ""
        if dim in array.coords and array.coords[dim].dtype.kind in "biuf":
            values = np.asarray(array.coords[dim].values, float)
            unit = str(array.coords[dim].attrs.get("units", ""))
        steps = np.diff(values)
        step = float(steps[0]) if len(steps) and steps[0] else 1.0
        if np.allclose(steps, step, rtol=_ROUNDING, atol=0):
            settings: Any = {"names": [str(dim)], "units": [unit], "crval": [float(values[0])]}
            record = linear_record(**settings, cdelt=[step], crpix=[0.0])
            parts.append(("linear", record, [number]))
        else:
            pixels = np.arange(len(values), dtype=float)
            record = tabular_record(pixels, values, name=str(dim), unit=unit)
            parts.append(("tabular", record, [number]))
    return coordinatesystem(assemble(parts))
