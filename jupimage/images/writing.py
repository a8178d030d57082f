"""Pixels and masks into an image."""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np

from jupimage.errors import MaskError, ReadOnlyError
from jupimage.images.corners import box_for_value
from jupimage.images.handle import Handle
from jupimage.images.pixels import as_mask, convert
from jupimage.lattice import Lattice, WritableLattice

__all__ = ["Writing"]


class Writing(Handle):
    """The part of `image` that writes pixels and masks."""

    def putdata(self, value: Any, blc: Any = (), trc: Any = (), inc: Any = ()) -> None:
        """Write pixels; the mask stays as it is.

        Parameters
        ----------
        value
            Array of at most as many axes as the image. One with fewer belongs to the fastest
            axes; the others get length 1, so a number sets the one pixel at `blc`.
        blc, inc
            First pixel and stride for the leading axes, slowest first.
        trc
            Not used (the value's shape says where the box ends); a warning tells if it disagrees.

        Raises
        ------
        BoxError
            If the box reaches beyond the image; nothing is written.
        DataTypeError
            If the value does not fit the pixel type.
        ReadOnlyError
            If the image cannot be written.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 3))
        >>> im.putdata([1, 2, 3], 1)
        >>> im.getdata()
        array([[0., 0., 0.],
               [1., 2., 3.]], dtype=float32)
        """
        pixels = convert(value, self.dtype)
        if pixels.size:
            box = box_for_value(pixels.shape, blc, trc, inc, shape=self.shape)
            self._writable().write(box, pixels.reshape(box.shape))

    def putmask(self, value: Any, blc: Any = (), trc: Any = (), inc: Any = ()) -> None:
        """Write a mask, True = bad; an image without one gets it if any pixel is bad.

        Parameters are those of `putdata`.

        Raises
        ------
        BoxError
            If the box reaches beyond the image; nothing is written.
        MaskError, ReadOnlyError
            If the image has no mask and cannot be given one, or cannot be written.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(3,))
        >>> im.putmask([True], 1)
        >>> im.getmask()
        array([False,  True, False])
        """
        mask = as_mask(value)
        lattice = self._opened.lattice
        if not mask.size:
            return
        if not (lattice.masked or mask.any()):  # nothing to write, so only the place is checked
            box_for_value((), blc, (), inc, shape=self.shape)
            return
        box = box_for_value(mask.shape, blc, trc, inc, shape=self.shape)
        if not lattice.masked:
            if not _can_write(lattice):
                raise MaskError(f"{self} cannot be given a mask")
            self._add_mask(lattice)
        self._writable().write(box, None, ~mask.reshape(box.shape))

    def put(self, value: Any, blc: Any = (), trc: Any = (), inc: Any = ()) -> None:
        """Write pixels and, if the value is a masked array, their mask.

        Parameters and errors are those of `putdata` and `putmask`.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2,))
        >>> im.put(np.ma.masked_array([1.0, 2.0], [False, True]))
        >>> im.getmask()
        array([False,  True])
        """
        self.putdata(value, blc, trc, inc)
        if isinstance(value, np.ma.MaskedArray):
            self.putmask(np.ma.getmaskarray(value), blc, trc, inc)

    def _add_mask(self, lattice: WritableLattice) -> None:
        """Give the image its first mask, or another beside masks that are not in use."""
        masks = self._known().masks
        name = next(f"mask{n}" for n in range(len(masks) + 1) if f"mask{n}" not in masks)
        lattice.add_mask(name)
        opened = self._known()
        if opened.store.layout is None:
            opened.masks, opened.default_mask = (name,), name

    def _writable(self) -> WritableLattice:
        lattice = self._opened.lattice
        if not _can_write(lattice):
            raise ReadOnlyError(f"{self} ({self.imagetype()}) cannot be written")
        return lattice


def _can_write(lattice: Lattice) -> TypeGuard[WritableLattice]:
    """Tell whether a lattice has all that writing needs.

    Python 3.11 takes longer to ask a protocol than to write a row of pixels.
    """
    return all(hasattr(lattice, name) for name in ("write", "add_mask", "flush"))
