"""The class that everybody uses: `image`.

It has the interface and the meaning of ``casacore.images.image``, so that a script runs after
changing its import line; what notebook users expect (``im[12]``, ``np.asarray(im)``, a picture
at the end of a cell) is added on the same class under names that do not clash.

Each method translates what the user said (corners, mask sign, axis order) and makes one call
into the rooms below. Inside, pixels come with a `good` flag, True = valid; what leaves here is a
`mask`, True = bad, as numpy has it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.errors import (
    ArgumentError,
    CoordinateError,
    DataTypeError,
    FormatError,
    MaskError,
    ReadOnlyError,
)
from jupimage.formats import Opened
from jupimage.images import opening
from jupimage.images.corners import box_for_value, box_from_corners, box_from_index
from jupimage.images.pixels import TYPE_NAMES, as_mask, convert
from jupimage.images.sizes import Count, Shape
from jupimage.lattice import Box, SectionView, WritableLattice

if TYPE_CHECKING:
    from jupimage.coordinates import ImageWCS
    from jupimage.widgets import Viewer

__all__ = ["image"]


class image:
    """An astronomical image: pixels, their coordinates, and what is known about them.

    Parameters
    ----------
    imagename
        A file to open (its format is found from its content; ``file.fits[1]`` names an HDU);
        ``''`` for a temporary image made from `values` or `shape`; an image, for a second
        handle on it; or a list of images or file names to concatenate.
    axis
        Axis of the concatenation, counted from the fastest: 0 is the **last** axis of numpy.
    maskname
        Mask to use: ``''`` for the image's default mask, ``'nomask'`` for none.
    images
        Not used when a file is opened; accepted as in casacore.
    values
        Pixels of a new image (array or masked array, slowest axis first); or, with `shape`, a
        number that names the pixel type.
    coordsys
        Coordinates of a new image; by default direction, Stokes and spectral axes, as casacore
        makes them for the shape.
    overwrite
        Whether a new file may replace one that exists.
    ashdf5, tileshape
        Storage of a new file.
    mask
        Mask of `values`, True = bad. An empty one means no mask.
    shape
        Shape of a new image of zeros, slowest axis first.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If the file is damaged, is not an image, or is of a kind that cannot be written yet.
    ShapeError, DataTypeError, CoordinateError, MaskError
        If the arguments do not fit each other.

    Examples
    --------
    >>> import numpy as np
    >>> im = image("", values=np.arange(6.0).reshape(2, 3))
    >>> im.shape, im.dtype
    ((2, 3), dtype('float64'))
    >>> im.getdata((0, 1), (1, 2))
    array([[1., 2.],
           [4., 5.]])
    """

    def __init__(
        self,
        imagename: str | os.PathLike[str] | image | Sequence[Any],
        axis: int = 0,
        maskname: str = "",
        images: Sequence[image] = (),
        values: Any = None,
        coordsys: Any = None,
        overwrite: bool = True,
        ashdf5: bool = False,
        mask: Any = (),
        shape: Any = None,
        tileshape: Sequence[int] = (),
    ) -> None:
        self._opened: Opened
        if isinstance(imagename, image):
            self._opened = imagename._opened
        elif isinstance(imagename, list | tuple):
            self._opened = opening.from_parts(imagename, axis, image)
        elif not isinstance(imagename, str | os.PathLike):
            hint = "; for an array write image('', values=array)"
            raise ArgumentError(
                f"imagename must be a file name, an image or a list of them, "
                f"got {type(imagename).__name__}{hint if hasattr(imagename, 'dtype') else ''}"
            )
        elif shape is None and values is None:
            self._opened = opening.from_path(imagename, maskname)
        elif os.fspath(imagename):
            raise FormatError(
                f"writing image files is not supported yet, so {os.fspath(imagename)!r} was not "
                "made; give '' as the name for a temporary image"
            )
        elif shape is not None:
            self._opened = opening.from_shape(shape, values, mask, maskname, coordsys)
        else:
            self._opened = opening.from_values(values, mask, maskname, coordsys)

    @classmethod
    def _of(cls, opened: Opened) -> image:
        """Return a handle on something that is open already."""
        made = object.__new__(cls)
        made._opened = opened
        return made

    # ------------------------------------------------------------------ names, kinds, sizes

    def name(self, strippath: bool = False) -> str:
        """Return the absolute path of the file, or a description of an image without one.

        Parameters
        ----------
        strippath
            Whether to return only the last component of the path.

        Examples
        --------
        >>> image("", shape=(2, 2)).name()
        'Temporary_Image'
        """
        name = self._opened.name
        if not strippath or not os.path.isabs(name):
            return name
        return os.path.basename(name)

    def imagetype(self) -> str:
        """Return the kind of image: ``'FITSImage'``, ``'TempImage'``, ``'SubImage'`` ...

        Examples
        --------
        >>> image("", shape=(2, 2)).imagetype()
        'TempImage'
        """
        return self._opened.kind

    def datatype(self) -> str:
        """Return casacore's name of the pixel type: float, double, Complex or DComplex.

        Examples
        --------
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

        A section of a stored image counts if it covers all of it.

        Examples
        --------
        >>> image("", shape=(2, 2)).ispersistent()
        False
        """
        lattice = self._opened.lattice
        if isinstance(lattice, SectionView):
            return os.path.isabs(self._opened.name) and lattice.shape == lattice.parent.shape
        return os.path.isabs(self._opened.name)

    # ------------------------------------------------------------------ pixels out

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
        >>> im = image("", values=[[1.0, 2.0], [3.0, 4.0]])
        >>> im.getdata(1)
        array([[3., 4.]])
        """
        box = box_from_corners(blc, trc, inc, shape=self.shape)
        values = self._opened.lattice.read(box, good=False).values
        assert values is not None
        return values

    def getmask(self, blc: Any = (), trc: Any = (), inc: Any = ()) -> NDArray[np.bool_]:
        """Read the mask: True where a pixel is bad. All False if the image has none.

        Parameters and errors are those of `getdata`.

        Examples
        --------
        >>> image("", values=[1.0, 2.0], mask=[False, True]).getmask()
        array([False,  True])
        """
        box = box_from_corners(blc, trc, inc, shape=self.shape)
        good = self._opened.lattice.read(box, values=False).good
        return np.zeros(box.shape, bool) if good is None else ~good

    def get(self, blc: Any = (), trc: Any = (), inc: Any = ()) -> np.ma.MaskedArray[Any, Any]:
        """Read pixels with their mask, as a masked array whose mask is always a full array.

        Parameters and errors are those of `getdata`.

        Examples
        --------
        >>> image("", values=[1.0, 2.0], mask=[False, True]).get().sum()
        np.float64(1.0)
        """
        box = box_from_corners(blc, trc, inc, shape=self.shape)
        return self._opened.lattice.read(box).masked()

    def __getitem__(self, index: Any) -> Any:
        """Return a lazy sub-image by numpy's basic indexing; an int drops its axis.

        With an int for every axis the result is the pixel: a number, or ``np.ma.masked`` where
        it is bad.

        Examples
        --------
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
        block = self._opened.lattice.read(Box.whole(self.shape))
        mask = np.ma.nomask if block.good is None else ~block.good
        return np.ma.MaskedArray(block.filled(), mask, dtype=dtype)

    # ------------------------------------------------------------------ pixels in

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
        >>> im = image("", shape=(3,))
        >>> im.putmask([True], 1)
        >>> im.getmask()
        array([False,  True, False])
        """
        mask = as_mask(value)
        if not mask.size:
            return
        box = box_for_value(mask.shape, blc, trc, inc, shape=self.shape)
        lattice = self._opened.lattice
        if not lattice.masked:
            if not mask.any():
                return
            if not isinstance(lattice, WritableLattice):
                raise MaskError(f"{self} cannot be given a mask")
            lattice.add_mask("mask0")
        self._writable().write(box, None, ~mask.reshape(box.shape))

    def put(self, value: Any, blc: Any = (), trc: Any = (), inc: Any = ()) -> None:
        """Write pixels and, if the value is a masked array, their mask.

        Parameters and errors are those of `putdata` and `putmask`.

        Examples
        --------
        >>> im = image("", shape=(2,))
        >>> im.put(np.ma.masked_array([1.0, 2.0], [False, True]))
        >>> im.getmask()
        array([False,  True])
        """
        self.putdata(value, blc, trc, inc)
        if isinstance(value, np.ma.MaskedArray):
            self.putmask(np.ma.getmaskarray(value), blc, trc, inc)

    def _writable(self) -> WritableLattice:
        lattice = self._opened.lattice
        if not isinstance(lattice, WritableLattice):
            raise ReadOnlyError(f"{self} ({self.imagetype()}) cannot be written")
        return lattice

    # ------------------------------------------------------------------ sections

    def subimage(
        self, blc: Any = (), trc: Any = (), inc: Any = (), dropdegenerate: bool = True
    ) -> image:
        """Return a section of the image, which reads from it and writes to it.

        Parameters
        ----------
        blc, trc, inc
            As for `getdata`; an int for `blc` runs from there to the end.
        dropdegenerate
            Whether axes of length 1 are left out (one always stays).

        Returns
        -------
        image
            A view: nothing is copied, and its unit, miscinfo and history are this image's.

        Examples
        --------
        >>> im = image("", values=np.arange(12.0).reshape(3, 4))
        >>> im.subimage((1, 1), (1, 3)).getdata()
        array([5., 6., 7.])
        """
        box = box_from_corners(blc, trc, inc, shape=self.shape)
        drop = tuple(axis for axis, n in enumerate(box.shape) if n == 1) if dropdegenerate else ()
        if len(drop) == box.ndim:
            drop = drop[:-1]
        return self._section(box, drop)

    def _section(self, box: Box, drop: tuple[int, ...]) -> image:
        source = self._opened
        return image._of(
            Opened(
                lattice=SectionView(source.lattice, box, drop=drop),
                coordinates=source.coordinates.section(box, drop),
                kind="SubImage",
                name=source.name,
                unit=source.unit,
                imageinfo=source.imageinfo,
                miscinfo=source.miscinfo,
                history=source.history,
                remarks=source.remarks,
            )
        )

    # ------------------------------------------------------------------ what is known

    def unit(self) -> str:
        """Return the unit of the pixels, ``''`` if none is known.

        Examples
        --------
        >>> image("", shape=(2, 2)).unit()
        ''
        """
        return self._opened.unit

    def imageinfo(self) -> dict[str, Any]:
        """Return image type, object name and, if known, the restoring beam.

        Examples
        --------
        >>> image("", shape=(2, 2)).imageinfo()
        {'imagetype': 'Intensity', 'objectname': ''}
        """
        return deepcopy(self._opened.imageinfo)

    def miscinfo(self) -> dict[str, Any]:
        """Return what else the file says: header cards that have no other place.

        Examples
        --------
        >>> image("", shape=(2, 2)).miscinfo()
        {}
        """
        return deepcopy(self._opened.miscinfo)

    def history(self) -> list[str]:
        """Return the history of the image, a line for each entry.

        Examples
        --------
        >>> image("", shape=(2, 2)).history()
        []
        """
        return list(self._opened.history)

    def info(self) -> dict[str, Any]:
        """Return coordinates (as a record), image info, miscinfo and unit in one dict.

        Examples
        --------
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
        >>> image("", shape=(2, 3, 4)).coordinates().get_names()
        ['stokes', 'direction']
        """
        return self._opened.coordinates.with_axes(self.shape)

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
        >>> im = image("", shape=(8, 100, 100))
        >>> np.round(im.toworld([5, 50, 49]), 6)  # Hz, arcmin, arcmin
        array([1.415001e+09, 0.000000e+00, 1.000000e+00])
        >>> im.toworld(np.zeros((5, 3))).shape
        (5, 3)
        """
        return self._convert(pixel, self._opened.coordinates.toworld, int(self.ndim), "pixel")

    def topixel(self, world: Any) -> Any:
        """Convert world to pixel coordinates; the counterpart of `toworld`.

        Examples
        --------
        >>> im = image("", shape=(8, 100, 100))
        >>> im.topixel([1.415e9, 0, 0])
        [4.0, 50.0, 50.0]
        """
        system = self._opened.coordinates
        return self._convert(world, system.topixel, system.world_ndim, "world")

    def _convert(self, position: Any, convert_: Callable[[Any], Any], count: int, kind: str) -> Any:
        array = np.asarray(position)
        if array.dtype.kind not in "biuf":
            raise DataTypeError(f"a {kind} position must be made of numbers, got {position!r:.60}")
        length = array.shape[-1] if array.ndim else 1
        if length != count:
            raise CoordinateError(f"a {kind} position needs {count} numbers, got {length}")
        return convert_(array if array.ndim > 1 else np.atleast_1d(array).astype(float).tolist())

    @property
    def wcs(self) -> ImageWCS:
        """World coordinates as astropy and matplotlib understand them (APE 14, x first).

        It can be given to matplotlib: ``plt.subplot(projection=im[12].wcs)``.
        """
        from jupimage.coordinates import ImageWCS

        return ImageWCS(self._opened.coordinates, tuple(self.shape))

    # ------------------------------------------------------------------ living with it

    def view(self, tempname: str = "", *, channel: int | None = None, **settings: Any) -> Viewer:
        """Show the image in an interactive viewer, in a notebook.

        Parameters
        ----------
        tempname
            Not used; accepted as in casacore.
        channel
            First channel to show; the middle one if None.
        **settings
            Traits of the viewer to start with, such as ``colormap='viridis'``.

        Returns
        -------
        Viewer
            A widget; at the end of a cell it shows itself.
        """
        from jupimage.widgets import Viewer

        return Viewer(self, channel=channel, **settings)

    def close(self) -> None:
        """Let go of the file. Every other handle on the same image is closed as well."""
        close = getattr(self._opened.lattice, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> image:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        lengths = " x ".join(str(n) for n in self.shape)
        return f"<{self.imagetype()} {self} {lengths} {self.datatype()}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str | bytes]:
        """Return the card that a notebook shows: text, HTML and a PNG picture."""
        from jupimage.display import card

        return card(self._opened)
