"""Tables of the statistics of regions."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupimage.compute.regionfigures import describe_regions
from jupimage.compute.regiontable import channel_fluxes, channel_worlds, region_table
from jupimage.compute.statisticsrequest import as_axes, as_rule
from jupimage.compute.walk import Walk
from jupimage.errors import ArgumentError
from jupimage.images.counting import (
    Cancelled,
    Counting,
    Progress,
    refuse_complex,
    shown,
    warn_of_nan,
)
from jupimage.regions.asking import as_region
from jupimage.regions.regionfiles import is_region_file, read_regions

if TYPE_CHECKING:
    from astropy.table import QTable

__all__ = ["RegionTables"]


class RegionTables(Counting):
    """The part of `image` that has statistics of many regions at once."""

    def region_statistics(
        self,
        regions: Any,
        axis: int | None = None,
        minmaxvalues: Any = (),
        exclude: bool = False,
        robust: bool = True,
        *,
        ignore_nan: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> QTable:
        """Return a table of the statistics of many regions in every channel.

        The image is read once, whatever the number of regions.

        Parameters
        ----------
        regions
            A list of regions, or a dict of them by name; what a region can be is said at
            `statistics`.
        axis
            The one that channels lie along: by default the spectral axis, or the first one of an
            image that has none.
        minmaxvalues, exclude, robust, ignore_nan, progress, cancelled
            As for `statistics`.

        Returns
        -------
        astropy.table.QTable
            A row for each region and channel: ``region channel npts sum mean median medabsdevmed
            quartile sigma rms min max``, with units; ``frequency``, and ``velocity`` (radio) where
            a rest frequency is known; and ``flux``, the sum in Jy, where the pixels are in
            ``Jy/beam`` with a beam, or in another unit of brightness. NaN where a region has no
            good pixel.

        Raises
        ------
        ArgumentError, DataTypeError
            If there are no regions, or one is none; and as for `statistics`.

        Examples
        --------
        >>> import numpy as np
        >>> from jupimage import image
        >>> im = image("", values=np.ones((2, 4, 4)))
        >>> inside = np.zeros((2, 4, 4), bool)
        >>> inside[:, 1:3, 1:3] = True
        >>> found = im.region_statistics({"square": inside})
        >>> found["channel"].tolist(), found["sum"].value.tolist()
        ([0, 1], [4.0, 4.0])
        """
        known = self._known()
        lattice, system = known.lattice, known.coordinates
        refuse_complex(lattice, "region_statistics")
        shape = lattice.shape
        chosen = _named(regions, known.regions)
        rule = as_rule(minmaxvalues, exclude, ignore_nan=ignore_nan)
        if axis is None:
            axis = system.spectral_axis() or 0
        numbers = as_axes(axis, len(shape), name="axis")
        if len(numbers) != 1:
            raise ArgumentError(f"axis must be a single axis, got {axis!r}")
        along = numbers[0]
        placed = [as_region(what, system, shape, stored=known.regions) for _, what in chosen]
        with shown(progress, "statistics of regions") as report:
            walk = Walk(report, cancelled)
            figures = describe_regions(lattice, placed, along, rule, walk, robust=robust)
        if figures.nans.sum():
            warn_of_nan(int(figures.nans.sum()))
        return region_table(
            [name for name, _ in chosen],
            figures,
            unit=known.unit,
            worlds=channel_worlds(system, shape, along),
            flux=channel_fluxes(known.unit, known.imageinfo, system, shape, along),
        )


def _named(regions: Any, stored: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return regions with names."""
    if isinstance(regions, Mapping) and "isRegion" not in regions:
        found = [(str(name), what) for name, what in regions.items()]
    else:
        each = _listed(regions, stored)
        names = [what if isinstance(what, str) else getattr(what, "name", "") for what in each]
        found = [(name or f"region{k}", each[k]) for k, name in enumerate(names)]
    if not found:
        raise ArgumentError("regions must be one region at least, got none")
    return found


def _listed(regions: Any, stored: Mapping[str, Any]) -> list[Any]:
    """Return one region, several, or those of a file, as a list."""
    if isinstance(regions, str | os.PathLike):
        path = os.fspath(regions)
        if path not in stored and is_region_file(path):
            return list(read_regions(path))
    elif isinstance(regions, Sequence):
        return list(regions)
    return [regions]
