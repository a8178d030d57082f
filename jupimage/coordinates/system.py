"""The coordinate system of an image."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from jupimage.coordinates.changes import Watch
from jupimage.coordinates.completion import complete
from jupimage.coordinates.conversion import Conversion
from jupimage.coordinates.record import Record
from jupimage.coordinates.section import annotate, cut
from jupimage.coordinates.shown import convert_record
from jupimage.coordinates.systemaxes import SystemAxes
from jupimage.coordinates.text import format_value
from jupimage.coordinates.transform import SystemTransform
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

if TYPE_CHECKING:
    from astropy.io.fits import Header

__all__ = ["coordinatesystem"]


class coordinatesystem(SystemAxes):
    """Pixel and world coordinates of an image.

    A thin cover over a record (a dict, fastest axis first): the record is kept by reference,
    and what is set through the coordinates is written into it. Vectors of pixels and world
    values are in numpy order, slowest axis first.

    Parameters
    ----------
    rec
        The record.

    Raises
    ------
    CoordinateError
        If there is no coordinate in it; the error is a `LookupError` too.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> system = default_system((64, 512, 512))
    >>> system.get_names()
    ['spectral', 'direction']
    >>> [round(value, 6) for value in system.toworld([32, 255, 255])]
    [1415000000.0, -1.0, 1.0]
    >>> system["direction"].get_frame()
    'J2000'
    """

    def __init__(self, rec: Record) -> None:
        super().__init__(rec)
        self._compiled: tuple[Watch, Conversion] | None = None
        self._settled = False

    def __getstate__(self) -> Record:
        return {"_csys": self._csys, "_compiled": None, "_settled": self._settled}

    def copy(self) -> coordinatesystem:
        """Return a system with a record of its own."""
        return coordinatesystem(copy.deepcopy(self._csys))

    @classmethod
    def from_header(cls, header: Any, shape: Sequence[int] | None = None) -> coordinatesystem:
        """Return the coordinate system that a FITS header describes.

        Parameters
        ----------
        header
            A header of astropy, a dict of keywords, or an `astropy.wcs.WCS`.
        shape
            Shape of the image, slowest axis first; what the header says if None, and 1 for
            axes of unknown length. Axes that only the header has come first, with length 1.

        Raises
        ------
        CoordinateError
            If there is no axis.

        Examples
        --------
        >>> header = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 30.0, "CRPIX1": 1.0,
        ...           "CDELT1": -0.1, "CDELT2": 0.1, "CRPIX2": 1.0}
        >>> system = coordinatesystem.from_header(header, (64, 64))
        >>> system.get_names(), system["direction"].get_projection()
        (['direction'], 'TAN')
        """
        from jupimage.coordinates.headers import system_of

        return cls(system_of(header, shape).dict())

    def to_header(
        self, shape: Sequence[int] | None = None, *, velocity: bool = False, optical: bool = True
    ) -> Header:
        """Return the coordinates as a FITS header.

        Parameters
        ----------
        shape
            Shape of the image, slowest axis first; that of the image they come from if None.
        velocity
            Write a spectral axis with a rest frequency as velocities instead of frequencies.
        optical
            Which velocity: optical or radio.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> header = default_system((16, 64, 64)).to_header()
        >>> header["CTYPE3"], header["CRVAL3"], header["SPECSYS"]
        ('FREQ', 1415000000.0, 'LSRK')
        """
        from jupimage.coordinates.headers import header_of

        return header_of(self, shape, velocity=velocity, optical=optical)

    def completed(self) -> coordinatesystem:
        """Return a copy as an image keeps it: names, parameters and poles as they are used.

        Raises
        ------
        CoordinateError
            If a coordinate cannot be used.
        """
        return coordinatesystem(complete(self._csys))

    def converted(
        self, *, sky_frame: str | None = None, velocity_frame: str | None = None
    ) -> coordinatesystem:
        """Return a copy whose positions are given in other frames.

        Parameters
        ----------
        sky_frame
            ``J2000``, ``ICRS``, ``B1950``, ``B1950_VLA``, ``GALACTIC``, ``SUPERGAL`` or
            ``ECLIPTIC``, in any case; None for what it is.
        velocity_frame
            ``LSRK``, ``LSRD``, ``BARY``, ``TOPO``, ``GEO``, ``GALACTO``, ``LGROUP`` or ``CMB``.
            The direction is that of the reference pixel, place and time are the telescope's
            and the observing date.

        Raises
        ------
        CoordinateError
            If a frame is not known, or what a conversion needs is missing.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> cube = default_system((9, 64, 64)).converted(sky_frame="GALACTIC")
        >>> [round(arcmin / 60, 3) for arcmin in cube.toworld([4, 32, 32])[1:]]
        [-60.189, 96.337]
        """
        return coordinatesystem(convert_record(self._csys, sky=sky_frame, velocity=velocity_frame))

    def format(self, world: Any, *, step: Sequence[float | None] | None = None) -> list[str]:
        """Return world values as text, which `topixel` understands.

        Parameters
        ----------
        world
            One vector of world values, slowest axis first.
        step
            How fine the text has to be, a value for each axis in its unit; a tenth of a pixel
            if None.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> cube = default_system((9, 4, 64, 64))
        >>> cube.format(cube.toworld([4, 2, 42, 32]))
        ['1.4150000 GHz', 'U', '+00°10′00″', '00h00m00.0s']
        """
        axes = self.conversion().world_axes
        values = list(np.ravel(world).tolist())
        if len(values) != len(axes):
            raise CoordinateError(f"world needs {len(axes)} values, got {len(values)}")
        steps = [axis.increment / 10 for axis in axes] if step is None else list(step)
        if len(steps) != len(axes):
            raise CoordinateError(f"step needs {len(axes)} values, got {len(steps)}")
        return [
            format_value(axis, value, step=size)
            for axis, value, size in zip(axes, values, steps, strict=True)
        ]

    # -- parts of the image ---------------------------------------------------------------------

    @property
    def world_ndim(self) -> int:
        """Number of world axes."""
        known = self._compiled
        if known is not None and (self._settled or known[0].unchanged()):
            return known[1].world_ndim
        return super().world_ndim

    def section(self, box: Box, drop: tuple[int, ...] = ()) -> coordinatesystem:
        """Return the coordinates of a section of the image.

        Parameters
        ----------
        box
            The section.
        drop
            Numpy axes, of length 1 in the section, that it loses. Coordinates that lose all
            their axes are left out; a direction that loses one keeps to the strip of sky
            that is left.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> system = default_system((64, 512, 512))
        >>> strip = system.section(Box((3, 0, 100), (4, 512, 101)), drop=(0, 2))
        >>> strip.ndim, strip.get_names()
        (1, ['direction'])
        >>> strip.toworld([10]) == system.toworld([3, 10, 100])[1:2]
        True
        """
        return coordinatesystem(cut(self._csys, box, drop))

    def with_axes(self, shape: Sequence[int]) -> coordinatesystem:
        """Return a copy whose coordinates know their image axes and those axes' lengths."""
        return coordinatesystem(annotate(copy.deepcopy(self._csys), shape))

    # -- conversion --------------------------------------------------------------------------

    def conversion(self) -> Conversion:
        """Return what converts positions, built anew only when the record has changed since.

        It stays what it is when the record changes later, and so is quicker than `toworld`.
        """
        known = self._compiled
        if known is None or not (self._settled or known[0].unchanged()):
            known = (Watch(self._csys), Conversion(self._csys))
            self._compiled = known
        return known[1]

    def settled(self) -> coordinatesystem:
        """Return a copy whose record nobody will change any more, which makes it quicker.

        What is changed in it nevertheless may or may not show in its positions; a `copy` of it
        is like any other system.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> default_system((9,)).settled().toworld([5])
        [1415001000.0]
        """
        system = self.copy()
        system._settled = True
        return system

    def transform(self) -> SystemTransform:
        """Return the conversions of arrays of positions."""
        return self.conversion().transform

    def toworld(self, pixel: ArrayLike) -> Any:
        """Return the world values at pixels.

        Parameters
        ----------
        pixel
            One position, slowest axis first (a number where there is one axis), or an array
            (..., ndim) of at least two dimensions.

        Returns
        -------
        list of float, or array
            World values, slowest axis first, in the units of the coordinates. For an array
            of positions an array (..., world_ndim), with NaN for positions without answer.

        Raises
        ------
        CoordinateError
            If a single position has no world values, or the number of values is wrong.
        DataTypeError
            If the position does not consist of numbers.
        """
        return self.conversion().toworld(pixel)

    def topixel(self, world: Any) -> Any:
        """Return the pixels at world values: the reverse of `toworld`.

        Parameters
        ----------
        world
            World values, slowest axis first, in the units of the coordinates; or an array of
            them. In a list, values may also be text (``"1.42 GHz"``, ``"12h34m56.7s"``,
            ``"-45d30m"``, ``"V"``), quantities of astropy, or a `SkyCoord` for both axes of
            the sky.

        Examples
        --------
        >>> from jupimage.coordinates import default_system
        >>> system = default_system((64, 512, 512))
        >>> [round(p, 3) for p in system.topixel(["1.415 GHz", "-0d10m", "0h0m4s"])]
        [32.0, 246.0, 255.0]
        """
        return self.conversion().topixel(world)
