"""Pixels out of an image: by corners, by index, as an array, as a lazy section."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError, ShapeError
from jupimage.images.arguments import as_flag
from jupimage.images.corners import box_from_corners, box_from_index
from jupimage.images.handle import Handle
from jupimage.images.sections import section_of
from jupimage.lattice import Block, Box
from jupimage.regions import Region, SelectedView, as_region

__all__ = ["Reading"]


class Reading(Handle):
    """The part of `image` that reads pixels, at once or lazily."""

    def getdata(self, blc: Any = (), trc: Any = (), inc: Any = ()) -> NDArray[Any]:
        """Read pixels as they are stored, masked ones included.

        Parameters
        ----------
        blc, trc, inc
            First and last pixel (both included) and stride for the leading axes, slowest first;
            axes left out are read in full. An int stands for axis 0. A negative `trc` counts
            from the end.

        Returns
        -------
        ndarray
            A new array with all axes of the image.

        Raises
        ------
        BoxError
            If a corner lies outside the image.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[[1.0, 2.0], [3.0, 4.0]])
        >>> im.getdata(1)
        array([[3., 4.]])
        """
        box = box_from_corners(blc, trc, inc, shape=self._opened.lattice.shape)
        values = self._read(box, good=False).values
        assert values is not None
        return values

    def getmask(self, blc: Any = (), trc: Any = (), inc: Any = ()) -> NDArray[np.bool_]:
        """Read the mask: True where a pixel is bad. All False if the image has none.

        Parameters and errors are those of `getdata`.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[1.0, 2.0], mask=[False, True]).getmask()
        array([False,  True])
        """
        box = box_from_corners(blc, trc, inc, shape=self._opened.lattice.shape)
        good = self._read(box, values=False).good
        return np.zeros(box.shape, bool) if good is None else ~good

    def get(self, blc: Any = (), trc: Any = (), inc: Any = ()) -> np.ma.MaskedArray[Any, Any]:
        """Read pixels with their mask, as a masked array whose mask is always a full array.

        Parameters and errors are those of `getdata`.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[1.0, 2.0], mask=[False, True]).get().sum()
        np.float64(1.0)
        """
        box = box_from_corners(blc, trc, inc, shape=self._opened.lattice.shape)
        return self._read(box).masked()

    def __getitem__(self, index: Any) -> Any:
        """Return a lazy sub-image by numpy's basic indexing; an int drops its axis.

        With an int for every axis the result is the pixel: a number, or ``np.ma.masked`` where
        it is bad.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.arange(24.0).reshape(2, 3, 4))
        >>> im[1, :, ::2].shape
        (3, 2)
        >>> im[1, 2, 3]
        np.float64(23.0)
        """
        box, drop = box_from_index(index, shape=self.shape)
        if len(drop) == self.ndim:
            return self._opened.lattice.read(box).masked()[(0,) * len(drop)]
        return self._section(box, drop)

    def __array__(
        self, dtype: np.dtype[Any] | type | None = None, copy: bool | None = None
    ) -> np.ma.MaskedArray[Any, Any]:
        """Read all pixels: ``np.asarray(im)`` has NaN where they are bad."""
        if copy is False:
            raise ArgumentError("an image cannot be seen as an array without reading a copy")
        block = self._read(Box.whole(self.shape))
        mask = np.ma.nomask if block.good is None else ~block.good
        return np.ma.MaskedArray(block.filled(), mask, dtype=dtype)

    def subimage(
        self,
        blc: Any = (),
        trc: Any = (),
        inc: Any = (),
        dropdegenerate: bool = True,
        *,
        region: Any = None,
    ) -> Self:
        """Return a section of the image, which reads from it and writes to it.

        Parameters
        ----------
        blc, trc, inc
            As for `getdata`; an int for `blc` runs from there to the end.
        dropdegenerate
            Whether axes of length 1 are left out (one always stays).
        region
            Instead of corners: what pixels are wanted, as for `getregion`. The section is the
            smallest box around them; those in it that do not belong are bad.

        Returns
        -------
        image
            A view: nothing is copied, and its unit, miscinfo and history are this image's.

        Raises
        ------
        BoxError
            If a corner lies outside the image.
        ArgumentError
            If no pixel of the image can belong to the region, or there are corners besides.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.arange(12.0).reshape(3, 4))
        >>> im.subimage((1, 1), (1, 3)).getdata()
        array([5., 6., 7.])
        >>> from jupimage.regions import Circle
        >>> im.subimage(region=Circle((1, 1), 1)).get()
        masked_array(
          data=[[--, 1.0, --],
                [4.0, 5.0, 6.0],
                [--, 9.0, --]],
          mask=[[ True, False,  True],
                [False, False, False],
                [ True, False,  True]],
          fill_value=1e+20)
        """
        found = None
        if region is None:
            box = box_from_corners(blc, trc, inc, shape=self._opened.lattice.shape)
        else:
            if not all(
                isinstance(corner, tuple | list) and not corner for corner in (blc, trc, inc)
            ):
                raise ArgumentError("subimage takes corners or a region, it got both")
            known = self._known()
            found = as_region(region, known.coordinates, known.lattice.shape, stored=known.regions)
            box = found.bounds
        drop = tuple(axis for axis, n in enumerate(box.shape) if n == 1)
        drop = drop if as_flag("dropdegenerate", dropdegenerate) else ()
        if len(drop) == box.ndim:
            drop = drop[:-1]
        return self._section(box, drop, found)

    def _read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        try:
            return self._opened.lattice.read(box, values=values, good=good)
        except MemoryError as error:
            raise ShapeError(
                f"{' x '.join(map(str, box.shape))} pixels of {self} do not fit into memory: "
                "read a smaller section"
            ) from error

    def _section(self, box: Box, drop: tuple[int, ...], region: Region | None = None) -> Self:
        source = self._known()
        lattice = source.lattice
        if region is not None and not region.filled:
            lattice = SelectedView(lattice, region)
        return self._of(section_of(source, box, drop, lattice=lattice))
