"""Sums, means, medians and extremes of an image, as numpy has them for arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.compute.reductions import reduce_cells
from jupimage.compute.statisticsrequest import as_axes
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.images.counting import Cancelled, Progress, shown
from jupimage.images.deriving import Deriving
from jupimage.lattice import Box

__all__ = ["Reducing"]


class Reducing(Deriving):
    """The part of `image` that collapses axes, with the meaning and the keywords of numpy."""

    def min(self, axis: Any = None, out: None = None, keepdims: bool = False, **long: Any) -> Any:
        """Return the smallest good pixel, of all or along axes; see `mean`.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[[1.0, 2.0], [3.0, 0.0]]).min()
        np.float64(0.0)
        """
        return self._reduced("min", axis, None, out, keepdims, **long)

    def max(self, axis: Any = None, out: None = None, keepdims: bool = False, **long: Any) -> Any:
        """Return the largest good pixel, of all or along axes; see `mean`.

        Examples
        --------
        >>> from jupimage import image
        >>> np.max(image("", values=[[1.0, 2.0], [3.0, 0.0]]), axis=0).getdata()
        array([3., 2.])
        """
        return self._reduced("max", axis, None, out, keepdims, **long)

    def sum(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        **long: Any,
    ) -> Any:
        """Return the sum of the good pixels, of all or along axes; see `mean`.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[[1.0, 2.0], [3.0, 0.0]]).sum(axis=1).getdata()
        array([3., 3.])
        """
        return self._reduced("sum", axis, dtype, out, keepdims, **long)

    def mean(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        keepdims: bool = False,
        **long: Any,
    ) -> Any:
        """Return the mean of the good pixels, of all or along axes.

        Computed in double precision, block by block, whatever the type of the pixels.

        Parameters
        ----------
        axis
            One to collapse or several, slowest first, negative ones from the end; None for all.
        dtype
            Type of the result; by default that of the image for an image, and double precision
            for a number (the pixels' own type for `min` and `max`).
        out
            Not used: has to be None.
        keepdims
            Whether collapsed axes stay, with a length of 1 and the coordinate of their middle.
        **long
            `progress` and `cancelled`, as for `statistics`.

        Returns
        -------
        image or number
            An image in memory over the axes that are left, with their coordinates, masked where
            there is no good pixel. A number if no axis is left, ``np.ma.masked`` if there is no
            good pixel at all.

        Raises
        ------
        ArgumentError, DataTypeError
            If there is no such axis, or complex pixels are to be put in order.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[[1.0, 2.0], [3.0, 0.0]], mask=[[False, True], [False, True]])
        >>> im.mean()
        np.float64(2.0)
        >>> im.mean(axis=0).get()
        masked_array(data=[2.0, --],
                     mask=[False,  True],
               fill_value=1e+20)
        """
        return self._reduced("mean", axis, dtype, out, keepdims, **long)

    def std(
        self,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: int = 0,
        keepdims: bool = False,
        **long: Any,
    ) -> Any:
        """Return the standard deviation of the good pixels, of all or along axes; see `mean`.

        The denominator is their number less `ddof`: `statistics` has ``ddof=1``.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[[1.0, 2.0], [3.0, 2.0]]).std(axis=0).getdata()
        array([1., 0.])
        """
        return self._reduced("std", axis, dtype, out, keepdims, ddof=ddof, **long)

    def median(
        self, axis: Any = None, out: None = None, keepdims: bool = False, **long: Any
    ) -> Any:
        """Return the median of the good pixels, of all or along axes, exactly; see `mean`.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[[1.0, 2.0, 9.0], [3.0, 2.0, 1.0]]).median(axis=1).getdata()
        array([2., 2.])
        """
        return self._reduced("median", axis, None, out, keepdims, **long)

    def _reduced(
        self,
        name: str,
        axis: Any,
        dtype: Any,
        out: Any,
        keepdims: Any,
        *,
        ddof: Any = 0,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Any:
        if out is not None:
            raise ArgumentError(
                f"out must be None, an image is made anew, got {type(out).__name__}"
            )
        lattice = self._known().lattice
        ndim = len(lattice.shape)
        axes = tuple(range(ndim)) if axis is None else as_axes(axis, ndim, name="axis")
        if not axes:
            raise ArgumentError(f"axis must name an axis at least, got {axis!r}")
        own = _result_type(dtype, lattice.dtype, name, number=len(axes) == ndim and not keepdims)
        with shown(progress, name) as report:
            walk = Walk(report, cancelled)
            values, good = reduce_cells(lattice, axes, name, walk, ddof=ddof)
        if len(axes) == ndim and not keepdims:
            return values.astype(own)[()] if good else np.ma.masked
        known = self._known()
        box = Box.whole(lattice.shape)
        line = f"{name} along axes {', '.join(map(str, axes))} of {known.name}"
        unit = known.unit
        return self._derived(
            values.astype(own), good, box, axes, keep=bool(keepdims), unit=unit, line=line
        )


def _result_type(dtype: Any, pixels: np.dtype[Any], name: str, *, number: bool) -> np.dtype[Any]:
    if dtype is not None:
        try:
            wanted: np.dtype[Any] = np.dtype(dtype)
        except TypeError:
            wanted = np.dtype(object)
        if wanted.kind not in "fc" or (pixels.kind == "c" and wanted.kind == "f" and name != "std"):
            raise DataTypeError(
                f"dtype must be a type of pixels that holds {pixels}, got {dtype!r}"
            )
        return wanted
    real: np.dtype[Any] = np.zeros(0, pixels).real.dtype if name == "std" else pixels
    if number and name not in ("min", "max"):
        return np.dtype(np.complex128 if real.kind == "c" else np.float64)
    return real
