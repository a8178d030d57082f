"""What is known about an image: unit, header, history, and where its pixels lie."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.coordinates import coordinatesystem
from jupimage.images.handle import Handle

if TYPE_CHECKING:
    from jupimage.coordinates import ImageWCS

__all__ = ["Description"]


def _plain(info: dict[str, Any]) -> dict[str, Any]:
    """Return a copy in which single numbers are Python's own, as casacore gives them.

    Files know more types of numbers than Python has; the image itself keeps them, and so do its
    copies.
    """
    plain: dict[str, Any] = {}
    for key, value in info.items():
        if isinstance(value, dict):
            plain[key] = _plain(value)
        else:
            plain[key] = value.item() if isinstance(value, np.generic) else deepcopy(value)
    return plain


class Description(Handle):
    """The part of `image` that answers what its pixels are and where they lie."""

    def unit(self) -> str:
        """Return the unit of the pixels, ``''`` if none is known.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).unit()
        ''
        """
        return self._known().unit

    def imageinfo(self) -> dict[str, Any]:
        """Return image type, object name and, if known, the restoring beam.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).imageinfo()
        {'imagetype': 'Intensity', 'objectname': ''}
        """
        return deepcopy(self._known().imageinfo)

    def miscinfo(self) -> dict[str, Any]:
        """Return what else the file says: header cards that have no other place.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).miscinfo()
        {}
        """
        return _plain(self._known().miscinfo)

    def history(self) -> list[str]:
        """Return the history of the image, a line for each entry.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 2)).history()
        []
        """
        return [str(line) for line in self._known().history]

    def info(self) -> dict[str, Any]:
        """Return coordinates (as a record), image info, miscinfo and unit in one dict.

        Examples
        --------
        >>> from jupimage import image
        >>> sorted(image("", shape=(2, 2)).info())
        ['coordinates', 'imageinfo', 'miscinfo', 'unit']
        """
        return {
            "coordinates": self.coordinates().dict(),
            "imageinfo": self.imageinfo(),
            "miscinfo": self.miscinfo(),
            "unit": self.unit(),
        }

    def coordinates(self) -> coordinatesystem:
        """Return a copy of the coordinate system; changing it does not change the image.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(2, 3, 4)).coordinates().get_names()
        ['stokes', 'direction']
        """
        return self._known().coordinates.with_axes(self.shape)

    def toworld(self, pixel: Any) -> Any:
        """Convert pixel to world coordinates.

        Parameters
        ----------
        pixel
            One position: a number for each axis, slowest first, 0 at the centre of the first
            pixel. Or many: an array of shape (..., ndim).

        Returns
        -------
        list of float or ndarray
            For one position a list; for an array of positions an array (..., number of world
            axes), with NaN where there is no answer. Units are those of the coordinates.

        Raises
        ------
        CoordinateError
            If the one position has no world coordinates, or not as many numbers as axes.
        DataTypeError
            If the position is not made of numbers.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(8, 100, 100))
        >>> np.round(im.toworld([5, 50, 49]), 6)  # Hz, arcmin, arcmin
        array([1.415001e+09, 0.000000e+00, 1.000000e+00])
        >>> im.toworld(np.zeros((5, 3))).shape
        (5, 3)
        """
        return self._known().coordinates.toworld(pixel)

    def topixel(self, world: Any) -> Any:
        """Convert world to pixel coordinates; the counterpart of `toworld`.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(8, 100, 100))
        >>> im.topixel([1.415e9, 0, 0])
        [4.0, 50.0, 50.0]
        """
        return self._known().coordinates.topixel(world)

    @property
    def wcs(self) -> ImageWCS:
        """World coordinates as astropy and matplotlib understand them (APE 14, x first).

        It can be given to matplotlib: ``plt.subplot(projection=im[12].wcs)``.
        """
        from jupimage.coordinates import ImageWCS

        return ImageWCS(self._known().coordinates, tuple(self.shape))
