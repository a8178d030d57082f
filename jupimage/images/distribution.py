"""How the pixels of an image are distributed: quantiles and histograms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.eligibility import Eligibility
from jupimage.compute.histogram import as_edges, histogram
from jupimage.compute.quantiles import as_shares, cell_quantiles, quantiles
from jupimage.compute.statisticsrequest import as_axes
from jupimage.compute.walk import Walk
from jupimage.images.counting import Cancelled, Progress, refuse_complex, shown
from jupimage.images.deriving import Deriving

__all__ = ["Distribution"]


class Distribution(Deriving):
    """The part of `image` that tells how its pixels are distributed."""

    def quantile(
        self,
        q: Any,
        axis: Any = None,
        keepdims: bool = False,
        *,
        region: Any = None,
        ignore_nan: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Any:
        """Return quantiles of the good pixels, of all or along axes, exactly.

        As ``np.quantile`` by default has them: linear between the two nearest pixels. The image
        is never held as a whole.

        Parameters
        ----------
        q
            Shares of the pixels, between 0 and 1: a number or an array.
        axis, keepdims
            As for `mean`.
        region, ignore_nan, progress, cancelled
            As for `statistics`. Where NaN counts the quantiles are NaN.

        Returns
        -------
        number, array, image or list of image
            A number for one `q` of all pixels, an array of the shape of `q` for several; with
            `axis` an image, or a list of images. ``np.ma.masked`` if there is no good pixel.

        Raises
        ------
        ArgumentError, DataTypeError
            If a share lies outside 0..1, there is no such axis, or the pixels are complex.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]])
        >>> im.quantile(0.5), im.quantile([0, 0.9])
        (np.float64(3.5), array([1., 7.]))
        """
        return self._quantiles(
            as_shares(q), axis, keepdims, region, ignore_nan, progress, cancelled
        )

    def percentile(
        self,
        p: Any,
        axis: Any = None,
        keepdims: bool = False,
        *,
        region: Any = None,
        ignore_nan: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Any:
        """Return percentiles of the good pixels: `quantile` with shares between 0 and 100.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]).percentile(90)
        np.float64(7.0)
        """
        shares = as_shares(p, whole=100.0, name="p")
        return self._quantiles(shares, axis, keepdims, region, ignore_nan, progress, cancelled)

    def _quantiles(
        self,
        shares: NDArray[np.float64],
        axis: Any,
        keepdims: bool,
        region: Any,
        ignore_nan: bool,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> Any:
        lattice, box = self._counted(region)
        refuse_complex(lattice, "quantiles")
        ndim = len(lattice.shape)
        rule = Eligibility(ignore_nan=ignore_nan)
        axes = tuple(range(ndim)) if axis is None else as_axes(axis, ndim, name="axis")
        with shown(progress, "quantiles") as report:
            walk = Walk(report, cancelled)
            if len(axes) == ndim:
                return quantiles(lattice, shares, rule, walk)[()]
            found = cell_quantiles(lattice, axes, shares.ravel(), rule, walk)
        known = self._known()
        made = [
            self._derived(
                values.astype(lattice.dtype),
                ~np.isnan(values),
                box,
                axes,
                keep=bool(keepdims),
                unit=known.unit,
                line=f"quantile {share} along axes {', '.join(map(str, axes))} of {known.name}",
            )
            for share, values in zip(shares.ravel(), found, strict=True)
        ]
        return made if shares.ndim else made[0]

    def histogram(
        self,
        bins: Any = 10,
        range: Any = None,
        *,
        region: Any = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return how many good pixels lie in which interval of values, as ``np.histogram`` does.

        Parameters
        ----------
        bins
            Number of intervals of equal width, or their edges.
        range
            From where to where they reach; from the smallest to the largest finite pixel if None,
            which takes a pass of its own. Pixels outside are not counted, nor is NaN.
        region, progress, cancelled
            As for `statistics`.

        Returns
        -------
        counts, edges
            An int for each interval, of which the last includes both of its ends; the edges are
            one more.

        Raises
        ------
        ArgumentError, DataTypeError
            If there are no bins, edges do not rise, the range is not finite, or the pixels are
            complex.

        Examples
        --------
        >>> from jupimage import image
        >>> counts, edges = image("", values=[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]).histogram(4)
        >>> counts, edges
        (array([2, 2, 1, 1]), array([1., 3., 5., 7., 9.]))
        """
        lattice, _ = self._counted(region)
        refuse_complex(lattice, "histogram")
        rule = Eligibility()
        with shown(progress, "histogram") as report:
            walk = Walk(report, cancelled, passes=1 if range is not None else 2)
            edges = as_edges(bins, range, lattice, rule, walk)
            return histogram(lattice, edges, rule, walk), edges
