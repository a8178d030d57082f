"""An image in memory that another one has become by losing axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.planebeams import beams_of_section
from jupimage.formats import Opened
from jupimage.images.counting import Counting
from jupimage.images.opening import TEMPORARY
from jupimage.lattice import Box, MemoryLattice

__all__ = ["Deriving"]


class Deriving(Counting):
    """The part of `image` that makes images of what was computed from it."""

    def _derived(
        self,
        values: NDArray[Any],
        good: NDArray[np.bool_],
        box: Box,
        axes: Sequence[int],
        *,
        keep: bool,
        unit: str,
        line: str,
    ) -> Self:
        """Return an image in memory of what a section has become without some axes.

        Parameters
        ----------
        values, good
            Of the axes that are left.
        box
            The section.
        axes
            Those that were collapsed.
        keep
            Whether they stay, with a length of 1. The coordinates are those of their middle.
        unit
            Of the values.
        line
            What to add to the history.
        """
        known = self._known()
        start, stop = list(box.start), list(box.stop)
        for axis in axes:
            start[axis] = (box.start[axis] + box.stop[axis] - 1) // 2
            stop[axis] = start[axis] + 1
        place = Box(tuple(start), tuple(stop))
        system = known.coordinates.section(place, () if keep else tuple(axes))
        shape = tuple(n for axis, n in enumerate(place.shape) if keep or axis not in axes)
        masked = not good.all()
        info = beams_of_section(known.imageinfo, known.coordinates, known.lattice.shape, place)
        if {known.coordinates.spectral_axis(), known.coordinates.stokes_axis()} & {*axes}:
            # no single one of these beams is that of the result
            info = {key: value for key, value in known.imageinfo.items() if key != "perplanebeams"}
        return self._of(
            Opened(
                lattice=MemoryLattice(
                    np.where(good, values, np.nan).reshape(shape).astype(values.dtype),
                    good.reshape(shape) if masked else None,
                    copy=False,
                ),
                coordinates=system,
                kind="TempImage",
                name=TEMPORARY,
                unit=unit,
                imageinfo=info,
                miscinfo=dict(known.miscinfo),
                history=[*known.history, line],
                masks=("mask0",) if masked else (),
                default_mask="mask0" if masked else "",
            )
        )
