"""What every part of `image` stands on: something open, with a name, a shape and a type."""

from __future__ import annotations

import os
from typing import Any, Self

import numpy as np

from jupimage.formats import Opened
from jupimage.images.arguments import as_flag
from jupimage.images.pixels import TYPE_NAMES
from jupimage.images.sizes import Count, Shape
from jupimage.lattice import Box, SectionView

__all__ = ["Handle"]


class Handle:
    """A hold on an open image: its kind, its name, its shape and type."""

    _opened: Opened

    @classmethod
    def _of(cls, opened: Opened) -> Self:
        """Return a handle on something that is open already."""
        made = object.__new__(cls)
        made._opened = opened
        return made

    def _known(self) -> Opened:
        """Return what is known, after a look whether the file has changed meanwhile."""
        self._opened.store.renew(self._opened)
        return self._opened

    def name(self, strippath: bool = False) -> str:
        """Return the absolute path of the file, or a description of an image without one.

        Parameters
        ----------
        strippath
            Whether to return only the last component of the path.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).name()
        'Temporary_Image'
        """
        name = self._opened.name
        if not as_flag("strippath", strippath) or not os.path.isabs(name):
            return name
        return os.path.basename(name)

    def imagetype(self) -> str:
        """Return the kind of image: ``'FITSImage'``, ``'TempImage'``, ``'SubImage'`` ...

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).imagetype()
        'TempImage'
        """
        return self._opened.kind

    def datatype(self) -> str:
        """Return casacore's name of the pixel type: float, double, Complex or DComplex.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2), values=1j).datatype()
        'DComplex'
        """
        return TYPE_NAMES[self.dtype.name]

    @property
    def shape(self) -> Shape:
        """Length of each axis, slowest first, as a tuple; ``im.shape()`` gives a list."""
        return Shape(self._opened.lattice.shape)

    @property
    def ndim(self) -> Count:
        """Number of axes; ``im.ndim()`` works too."""
        return Count(len(self._opened.lattice.shape))

    @property
    def size(self) -> Count:
        """Number of pixels; ``im.size()`` works too."""
        return Count(Box.whole(self._opened.lattice.shape).size)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels, as numpy names it."""
        return self._opened.lattice.dtype

    def __len__(self) -> int:
        return int(self.size)

    def __str__(self) -> str:
        return self.name(strippath=True)

    def ispersistent(self) -> bool:
        """Return whether the image is stored on disk under its name.

        A section of a stored image counts if it covers all of it and has no mask.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).ispersistent()
        False
        """
        lattice = self._opened.lattice
        if isinstance(lattice, SectionView):
            whole = lattice.shape == lattice.parent.shape and not lattice.masked
            return whole and os.path.isabs(self._opened.name)
        return os.path.isabs(self._opened.name)
