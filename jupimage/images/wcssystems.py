"""The coordinate system behind a WCS object: ours, one of FITS, a slice of either."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.fitsheader import from_header
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

__all__ = ["system_of"]


def system_of(wcs: Any, shape: tuple[int, ...]) -> coordinatesystem | None:
    """Return the coordinate system of an array that comes with a WCS, None for no WCS.

    Parameters
    ----------
    wcs
        What `image.wcs` gives, an `astropy.wcs.WCS`, or what astropy makes of these when data are
        sliced.
    shape
        Shape of the array, slowest axis first.

    Raises
    ------
    CoordinateError
        If it is something else, or does not fit the array.

    Examples
    --------
    >>> from jupimage import image
    >>> system_of(image("", shape=(4, 16, 16)).wcs, (4, 16, 16)).get_names()
    ['stokes', 'direction']
    """
    if wcs is None:
        return None
    from astropy.wcs import WCS
    from astropy.wcs.wcsapi import SlicedLowLevelWCS

    from jupimage.coordinates import ImageWCS

    low = getattr(wcs, "low_level_wcs", wcs)
    if low.pixel_n_dim != len(shape):
        raise CoordinateError(f"a WCS of {low.pixel_n_dim} pixel axes for an array of {shape}")
    if isinstance(low, SlicedLowLevelWCS):
        return _sliced(low, shape)
    if isinstance(low, ImageWCS):
        return low.system.copy()
    if isinstance(low, WCS):
        return _of_fits(low, shape)
    raise CoordinateError(
        f"a WCS of image.wcs or astropy.wcs.WCS is needed, got {type(low).__name__}"
    )


def _of_fits(wcs: Any, shape: tuple[int, ...]) -> coordinatesystem:
    from astropy.wcs import WcsError

    try:
        header = wcs.to_header(relax=True)
    except (WcsError, ValueError) as error:
        raise CoordinateError(f"a WCS that cannot be used: {error}") from error
    return from_header(dict(header), shape).system


def _sliced(low: Any, shape: tuple[int, ...]) -> coordinatesystem:
    """Return a section of the coordinate system that was sliced."""
    items = low._slices_array
    lengths = iter(shape)
    start, stop, step, drop = [], [], [], []
    for axis, item in enumerate(items):
        if isinstance(item, slice):
            n, s = next(lengths), item.step or 1
            a = item.start or 0
            b = a + (n - 1) * s + 1
        else:
            a, b, s = int(item), int(item) + 1, 1
            drop.append(axis)
        if a < 0 or s < 1 or a != np.floor(a):
            raise CoordinateError(f"a WCS that was sliced with {item} describes no image")
        start.append(int(a))
        stop.append(int(b))
        step.append(int(s))
    whole = system_of(low._wcs, tuple(stop))
    assert whole is not None
    return whole.section(Box(tuple(start), tuple(stop), tuple(step)), tuple(drop))
