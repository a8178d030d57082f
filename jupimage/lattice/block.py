"""A block is what a read returns: pixels, and which of them are good."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ShapeError

__all__ = ["Block"]


class _Parts(NamedTuple):
    values: NDArray[Any] | None
    good: NDArray[np.bool_] | None


class Block(_Parts):
    """Pixels of one box and their validity.

    Parameters
    ----------
    values
        The pixels, or None where only `good` was asked for. Values under bad pixels are
        what the file holds; they are kept, not cleared.
    good
        True where a pixel is valid; None means that all are.

    Examples
    --------
    >>> block = Block(np.arange(3.0), np.array([True, False, True]))
    >>> block.masked()
    masked_array(data=[0.0, --, 2.0],
                 mask=[False,  True, False],
           fill_value=1e+20)
    """

    __slots__ = ()

    def __new__(cls, values: NDArray[Any] | None, good: NDArray[np.bool_] | None = None) -> Self:
        """Check that both parts, if there are two, have one shape."""
        if values is not None and good is not None and values.shape != good.shape:
            raise ShapeError(f"values of shape {values.shape} and a mask of shape {good.shape}")
        return tuple.__new__(cls, (values, good))

    def masked(self) -> np.ma.MaskedArray[Any, Any]:
        """Return the pixels as a masked array with a full mask (True = bad), as numpy has it."""
        assert self.values is not None
        mask = np.zeros(self.values.shape, bool) if self.good is None else ~self.good
        return np.ma.MaskedArray(self.values, mask)

    def filled(self) -> NDArray[Any]:
        """Return the pixels with NaN where they are bad, as floats where they were integers."""
        assert self.values is not None
        if self.good is None or self.good.all():
            return self.values
        values = self.values
        if values.dtype.kind not in "fc":
            values = values.astype(np.float64)
        return np.where(self.good, values, values.dtype.type(np.nan))
