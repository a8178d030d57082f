"""Statistics of an image."""

from __future__ import annotations

from typing import Any

from jupimage.compute.imagestatistics import image_statistics
from jupimage.compute.statisticsrecord import Statistics
from jupimage.compute.statisticsrequest import as_axes, as_rule
from jupimage.images.counting import Cancelled, Counting, Progress, shown, warn_of_nan

__all__ = ["Statistical"]


class Statistical(Counting):
    """The part of `image` that has casacore's statistics."""

    def statistics(
        self,
        axes: Any = (),
        minmaxvalues: Any = (),
        exclude: bool = False,
        robust: bool = True,
        *,
        region: Any = None,
        ignore_nan: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Statistics:
        """Return statistics of the good pixels, of all of them or along some axes.

        The median and its like are exact, for images of any size, in bounded memory.

        Parameters
        ----------
        axes
            Axes to collapse, slowest first; none stands for all. ``axes=0`` of a cube gives an
            array of statistics of spectra, ``axes=(1, 2)`` one of channels.
        minmaxvalues
            Range of values that count, both ends included; a single number stands for the range
            from minus to plus it. Of complex pixels it is the amplitude that has to lie in it.
        exclude
            Whether the values of the range are those that do *not* count.
        robust
            Whether median, medabsdevmed and quartile are wanted.
        region
            What part of the image counts: a region, its name, a mask of Bools (True = inside)...
            Arrays then run over the box around the region.
        ignore_nan
            Leave NaN out. Without it NaN counts as a pixel and spoils most of the figures of the
            pixels it is among, as in casacore; there is then a warning.
        progress
            Called with the number of pieces done and their total, instead of the progress line.
        cancelled
            Asked before each piece; once it says True, the work ends with `CancelledError`.

        Returns
        -------
        dict
            ``npts sum sumsq min max mean median medabsdevmed quartile sigma rms``, each an array
            of doubles over the axes that are left, without those of length 1; ``(1,)`` if none
            is. With all axes collapsed also ``minpos maxpos``, counted from the **fastest** axis;
            ``minpixel`` and ``maxpixel``, attributes and keys that are not listed, are numpy
            indices. Sets of pixels without a good one have 0 everywhere; if there is no good
            pixel at all, the arrays are empty. Of complex pixels the values are complex: the
            statistics of the real and of the imaginary parts.

        Raises
        ------
        DataTypeError
            If axes, range or `exclude` are of a wrong type.
        ArgumentError
            If there is no such axis or one is named twice, the range has more than two values or
            NaN in it, or the region is none.
        CancelledError
            If `cancelled` said so.

        Notes
        -----
        ``medabsdevmed`` is the median of the distances from the median; ``quartile`` the
        difference of the upper and the lower quartile, both of them pixels; ``sigma`` has n - 1
        in its denominator. Sums are made in double precision.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]])
        >>> found = im.statistics()
        >>> found["mean"], found["median"], found["maxpos"], found.maxpixel
        (array([4.]), array([3.5]), array([2, 1], dtype=int32), (1, 2))
        >>> im.statistics(axes=1)["sum"]
        array([ 6., 18.])
        >>> im.statistics(minmaxvalues=(2, 4))["npts"]
        array([3.])
        """
        rule = as_rule(minmaxvalues, exclude, ignore_nan=ignore_nan)
        collapsed = as_axes(axes, len(self._opened.lattice.shape))
        lattice, box = self._counted(region)
        with shown(progress, "statistics") as report:
            found = image_statistics(
                lattice,
                collapsed,
                rule,
                robust=bool(robust),
                origin=box.start,
                progress=report,
                cancelled=cancelled,
            )
        if found.nans:
            warn_of_nan(found.nans)
        return found
