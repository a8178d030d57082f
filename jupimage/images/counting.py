"""What the verbs that make numbers out of pixels share: which pixels, NaN, and progress."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from jupimage.display import ProgressLine
from jupimage.errors import DataTypeError
from jupimage.images.handle import Handle
from jupimage.lattice import Box, Lattice, SectionView
from jupimage.regions.asking import as_region
from jupimage.regions.selection import SelectedView

__all__ = ["Cancelled", "Counting", "Progress", "refuse_complex", "shown", "warn_of_nan"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def shown(progress: Progress | None, title: str) -> AbstractContextManager[Progress]:
    """Return the user's progress, or else a line that shows it."""
    return ProgressLine(title) if progress is None else nullcontext(progress)


def warn_of_nan(count: int) -> None:
    """Warn the user, two calls up, that NaN has been counted."""
    warnings.warn(
        f"{count} of the pixels are NaN, and so are figures that they take part in; "
        "ignore_nan=True leaves them out",
        RuntimeWarning,
        stacklevel=3,
    )


def refuse_complex(lattice: Lattice, what: str) -> None:
    """Raise `DataTypeError` for complex pixels, which `what` cannot be had of."""
    if lattice.dtype.kind == "c":
        raise DataTypeError(
            f"{what}: complex pixels have no order; make an image of their amplitude, or of their "
            "real or imaginary parts"
        )


class Counting(Handle):
    """The part of `image` that knows which pixels are asked for."""

    def _counted(self, region: Any) -> tuple[Lattice, Box]:
        """Return the part of the image around a region, masked by it, and where that is."""
        known = self._known()
        lattice = known.lattice
        if region is None:
            return lattice, Box.whole(lattice.shape)
        chosen = as_region(region, known.coordinates, lattice.shape, stored=known.regions)
        box = chosen.bounds
        if not box.size:
            box = Box((0,) * box.ndim, (1,) * box.ndim)
        return SectionView(SelectedView(lattice, chosen), box), box
