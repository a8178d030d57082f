"""Functions that know about axes: `rebin` and `spectralindex`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.lattice import Box
from jupimage.lel import kernels
from jupimage.lel.conformance import MismatchError, conform
from jupimage.lel.evaluation import as_lattice
from jupimage.lel.functions import Builder, MisfitError, add_function
from jupimage.lel.rebinning import RebinnedView, rebinned_system
from jupimage.lel.terms import BOOL, Number, Pixels, promote

__all__: list[str] = []


def _rebin(builder: Builder, operands: Sequence[Any]) -> Any:
    source, factors = operands
    if not isinstance(source, Pixels) or source.shape is None or source.dtype == BOOL:
        raise MisfitError("wanted a lattice of numbers as the first argument")
    if factors.dtype.kind != "f":
        raise MisfitError("wanted real numbers as binning factors")
    if isinstance(factors, Number):
        values = [factors.get()[0]]
    else:
        values = as_lattice(factors).read(Box.whole(factors.shape)).filled().tolist()
    if len(values) != len(source.shape):
        raise MisfitError(
            f"wanted {len(source.shape)} binning factors, one for each axis, got {len(values)}"
        )
    if any(not value > 0 or int(value + 0.5) < 1 for value in values):
        raise MisfitError(f"wanted binning factors of 1 or more, got {[float(v) for v in values]}")
    bins = tuple(int(value + 0.5) if value < 1 << 40 else 1 << 40 for value in values)[::-1]
    if set(bins) == {1}:
        return source
    view = RebinnedView(as_lattice(source), bins)
    about = source.about and source.about.at(rebinned_system(source.about.coordinates, bins))
    return Pixels(source.dtype, view.shape, source.masked, about, lattice=view)


def _spectralindex(builder: Builder, operands: Sequence[Any]) -> Any:
    left, right = operands
    for number, term in enumerate(operands, 1):
        if not isinstance(term, Pixels) or term.dtype.kind != "f" or term.about is None:
            raise MisfitError(
                f"wanted a lattice of real numbers with a spectral axis as argument {number}"
            )
    dtype = promote(left, right)
    frequencies = [_frequencies(term) for term in operands]
    left, right = conform(left, right)
    assert left.about is not None
    assert left.shape is not None
    axis = left.about.coordinates.spectral_axis()
    assert axis is not None
    length = left.shape[axis]
    for found in frequencies:
        if len(found) not in (1, length):
            raise MismatchError(f"{len(found)} channels do not fit {length}")
    with np.errstate(all="ignore"):
        ratio = np.broadcast_to(frequencies[0] / frequencies[1], length)
        scale = np.where(ratio == 1, 0, 1 / np.log(ratio)).astype(np.float32)

    def kernel(found: Any, spare: Any, box: Box) -> Any:
        (x, x_good), (y, y_good) = found
        shape = [1] * box.ndim
        shape[axis] = box.shape[axis]
        factor = scale[box.slices[axis]].reshape(shape)
        x, y = x.astype(dtype), y.astype(dtype)
        index = np.log(x / y) * factor
        index = np.where((y == 0) | (factor == 0), dtype.type(0), index).astype(dtype, copy=False)
        return index, kernels.both(x_good, y_good)

    return builder.apply(dtype, kernel, [left, right])


def _frequencies(term: Pixels) -> Any:
    assert term.about is not None
    assert term.shape is not None
    system = term.about.coordinates
    axis = system.spectral_axis()
    if axis is None:
        raise MisfitError("there is no spectral axis")
    pixels = np.tile([about.reference_pixel for about in system.axes()], (term.shape[axis], 1))
    pixels[:, axis] = np.arange(term.shape[axis])
    return system.toworld(pixels)[:, system.axes()[axis].world]


add_function("rebin(x, factors)", "means over blocks of pixels; a factor for each axis", _rebin)
add_function(
    "spectralindex(x, y)", "exponent of the power law between two frequencies", _spectralindex
)
