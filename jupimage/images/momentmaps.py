"""Moments of an image along an axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupimage.compute.moments import as_orders, axis_scale, moments
from jupimage.compute.statisticsrequest import as_axes, as_rule
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError
from jupimage.images.counting import Cancelled, Progress, shown
from jupimage.images.deriving import Deriving

__all__ = ["MomentMaps"]


class MomentMaps(Deriving):
    """The part of `image` that makes moment maps."""

    def moments(
        self,
        orders: Any = (0, 1, 2),
        axis: int | None = None,
        *,
        include: Any = (),
        exclude: Any = (),
        region: Any = None,
        velocity: str = "radio",
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Any:
        """Return moments along an axis: integrals, mean coordinates, widths of lines.

        The moment of order 0 is the integral over the axis, that of order 1 the mean coordinate
        weighted with the pixels, that of order 2 the dispersion about it (a width: for a Gaussian
        line its sigma). Order ``k`` from 3 on is the weighted mean of the ``k``-th power of the
        distance from the mean coordinate. NaN counts as bad.

        Parameters
        ----------
        orders
            One or several; order 2 of a list is the width, not its square.
        axis
            Along which; the spectral axis if None.
        include, exclude
            A range of values that count, or one that does not, as `minmaxvalues` of `statistics`.
            All pixels count without one, noise too: ``include=(3 * sigma, np.inf)``.
        region
            What part of the image counts, as for `statistics`.
        velocity
            What velocities mean: ``'radio'``, ``'optical'`` or ``'relativistic'``.
        progress, cancelled
            As for `statistics`.

        Returns
        -------
        image or list of image
            In memory, without the axis, one for each order. Along a spectral axis with a rest
            frequency the coordinate is the velocity in km/s, and the unit of order 0 for example
            ``Jy/beam.km/s``; otherwise it is the world coordinate of the axis. Masked where no
            pixel counts, and from order 1 on where the mean is not inside the axis.

        Raises
        ------
        ArgumentError, DataTypeError
            If there is no such axis, order or range, or the pixels are complex.
        CoordinateError
            If there are no coordinates along the axis.

        Examples
        --------
        >>> from jupimage import image
        >>> cube = image("", values=np.arange(128.0).reshape(8, 4, 4))
        >>> total, center = cube.moments((0, 1))
        >>> total.shape, total.unit(), center.unit()
        ((4, 4), 'km/s', 'km/s')
        """
        known = self._known()
        wanted = as_orders(orders)
        if include not in ((), None) and exclude not in ((), None):
            raise ArgumentError("give a range to include or one to exclude, not both")
        excluded = include in ((), None)
        rule = as_rule(exclude if excluded else include, excluded, ignore_nan=True)
        along = self._along(axis)
        lattice, box = self._counted(region)
        system = known.coordinates.section(box)
        scale = axis_scale(system, lattice.shape, along, convention=velocity)
        with shown(progress, "moments") as report:
            values, good = moments(lattice, along, wanted, scale, rule, Walk(report, cancelled))
        made = [
            self._derived(
                part.astype(lattice.dtype),
                flags,
                box,
                (along,),
                keep=len(lattice.shape) == 1,
                unit=scale.unit_of(order, known.unit),
                line=f"moment of order {order} along axis {along} of {known.name}",
            )
            for order, part, flags in zip(wanted, values, good, strict=True)
        ]
        return made[0] if np.ndim(orders) == 0 else made

    def _along(self, axis: Any) -> int:
        known = self._known()
        if axis is None:
            axis = known.coordinates.spectral_axis()
            if axis is None:
                raise ArgumentError("there is no spectral axis: say along which axis, axis=...")
        numbers = as_axes(axis, len(known.lattice.shape), name="axis")
        if len(numbers) != 1:
            raise ArgumentError(f"axis must be a single axis, got {axis!r}")
        return numbers[0]
