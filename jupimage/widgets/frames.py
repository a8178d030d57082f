"""From the state of a viewer to the bytes of one picture.

Pure functions: which plane the indices name, what is read for it, how it is packed. Moving
pictures travel as 16-bit codes, half the bytes of floats; once the picture rests, the floats
follow, so that the value under the cursor is the value in the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.display.limits import auto_limits
from jupimage.display.plane import Plane, plane_box, read_plane
from jupimage.display.raster import quantise
from jupimage.errors import BoxError
from jupimage.formats import Opened
from jupimage.widgets.labels import AxisPositions

__all__ = ["make_frame", "plane_at", "slider_axes"]

Frame = tuple[dict[str, Any], list[memoryview]]


def slider_axes(opened: Opened, plane: Plane) -> list[int]:
    """Return the axes that get a slider: longer than 1 and not shown, the spectral one first."""
    shape = opened.lattice.shape
    spectral = opened.coordinates.spectral_axis()
    axes = [axis for axis in plane.others if shape[axis] > 1]
    return sorted(axes, key=lambda axis: axis != spectral)


def plane_at(opened: Opened, plane: Plane, axes: Collection[int], indices: Sequence[int]) -> Plane:
    """Return the plane at the given indices of the slider axes.

    Raises
    ------
    BoxError
        If an index lies outside its axis, or there are not as many as axes.
    """
    if len(axes) != len(indices):
        raise BoxError(f"{len(axes)} axes have a slider, got {len(indices)} indices")
    position = list(plane.position)
    for axis, index in zip(axes, indices, strict=True):
        length = opened.lattice.shape[axis]
        if not 0 <= index < length:
            raise BoxError(f"index {index} on axis {axis} lies outside 0..{length - 1}")
        position[axis] = index
    return Plane(plane.x_axis, plane.y_axis, tuple(position))


def make_frame(
    opened: Opened, plane: Plane, axes: Mapping[int, AxisPositions], *, exact: bool, budget: int
) -> Frame:
    """Read a plane and pack it for the browser.

    Parameters
    ----------
    opened
        The image.
    plane
        What to show of it.
    axes
        Axes with a slider, in their order, and what their positions are called.
    exact
        Whether to send floats, or 16-bit codes.
    budget
        Largest number of pixels; a larger plane is read with a stride.

    Returns
    -------
    header, buffers
        What the browser needs to draw, in plain JSON types, and the pixels, lowest row first.
    """
    begin = perf_counter()
    box = plane_box(plane, opened.lattice.shape, budget=budget)
    block = read_plane(opened.lattice, plane, box)
    read = perf_counter()
    values, good = block.values, block.good
    assert values is not None
    if good is not None and good.all():
        good = None  # one quick look saves packing and sending a mask of nothing
    height, width = values.shape
    steps = [box.step[plane.y_axis] if plane.y_axis >= 0 else 1, box.step[plane.x_axis]]
    packing, buffers = _floats(values, good) if exact else _codes(values, good)
    indices = [plane.position[axis] or 0 for axis in axes]
    header = {
        "channel": indices[0] if indices else 0,
        "others": indices[1:],
        "width": width,
        "height": height,
        "step": steps,
        "limits": list(auto_limits(values, good)),
        "labels": [axes[axis].label(index) for axis, index in zip(axes, indices, strict=True)],
        "masked": good is not None,
        **packing,
    }
    done = perf_counter()
    header["timing"] = {"read": (read - begin) * 1e3, "encode": (done - read) * 1e3}
    return header, buffers


def _codes(values: NDArray[Any], good: NDArray[np.bool_] | None) -> Frame:
    codes, scale, offset = quantise(values, good)
    packing = {"dtype": "u2", "scale": scale, "offset": offset}
    return packing, [_bytes(codes.astype("<u2", copy=False))]


def _floats(values: NDArray[Any], good: NDArray[np.bool_] | None) -> Frame:
    with np.errstate(over="ignore"):
        buffers = [_bytes(np.ascontiguousarray(values, "<f4"))]
    if good is not None:
        buffers.append(_bytes(np.packbits(good)))
    return {"dtype": "f4", "scale": 1.0, "offset": 0.0}, buffers


def _bytes(array: NDArray[Any]) -> memoryview:
    return np.ascontiguousarray(array).data.cast("B")
