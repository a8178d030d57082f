"""Images in the terms of other packages, and what these hold as images.

Each package is imported when its bridge is used. What leaves has NaN where pixels are bad (or a
mask, where the package knows masks); what comes back is an image in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from importlib import import_module
from typing import Any, Self
from uuid import uuid4

import numpy as np

from jupimage.compute.units import as_unit, known_unit, unit_text
from jupimage.errors import ArgumentError, DataTypeError, MissingPackageError
from jupimage.images.handle import Handle
from jupimage.images.latticearray import LatticeArray
from jupimage.images.opening import from_values
from jupimage.images.wcssystems import system_of
from jupimage.lattice import Box

__all__ = ["Bridges"]

_CHUNK = 32 << 20  # bytes


class Bridges(Handle):
    """The part of `image` that speaks with dask, xarray and astropy."""

    # What numpy.ma takes for the type of the pixels: it would take the masked array that
    # `__array__` gives, and a masked array of masked arrays recurs without end.
    _baseclass = np.ndarray

    def to_dask(self, chunks: Any = None) -> Any:
        """Return the pixels as a lazy array of dask, NaN where they are bad.

        Parameters
        ----------
        chunks
            As dask takes them; if None, about 32 MB each, made of whole storage tiles.

        Returns
        -------
        dask.array.Array
            It reads the file when it is computed, also on the workers of a cluster.

        Raises
        ------
        ArgumentError
            If the chunks do not fit the image.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.arange(6.0).reshape(2, 3), mask=[[0, 0, 1], [0, 0, 0]])
        >>> im.to_dask().sum(axis=1).compute()
        array([nan, 12.])
        """
        dask = _package("dask.array", "to_dask")
        lattice = self._opened.lattice
        shape = tuple(lattice.shape)
        try:
            pieces = dask.core.normalize_chunks(
                "auto" if chunks is None else chunks,
                shape=shape,
                limit=_CHUNK,
                dtype=lattice.dtype,
                previous_chunks=tuple(lattice.tile),
            )
        except (ValueError, TypeError) as error:
            raise ArgumentError(
                f"chunks {chunks!r:.80} do not fit the shape {shape}: {str(error)[:160]}"
            ) from error
        return dask.from_array(
            LatticeArray(lattice),
            chunks=pieces,
            name=f"jupimage-{uuid4().hex}",
            asarray=False,
            fancy=False,
            meta=np.empty((0,) * len(shape), lattice.dtype),
        )

    def to_nddata(self) -> Any:
        """Return pixels, mask, unit, coordinates and header as an `astropy.nddata.NDDataRef`.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.ones((4, 5)), mask=np.eye(4, 5, dtype=bool))
        >>> ndd = im.to_nddata()
        >>> ndd.mask.sum(), ndd[1:3, 2:].wcs.array_shape
        (np.int64(4), (2, 3))
        """
        from astropy.nddata import NDDataRef

        from jupimage.coordinates import ImageWCS

        source = self._known()
        block = source.lattice.read(Box.whole(source.lattice.shape))
        return NDDataRef(
            block.values,
            mask=None if block.good is None else ~block.good,
            unit=known_unit(source.unit) if source.unit.strip() else None,
            wcs=ImageWCS(source.coordinates, source.lattice.shape),
            meta={
                "imageinfo": deepcopy(source.imageinfo),
                "miscinfo": deepcopy(source.miscinfo),
                "history": [str(line) for line in source.history],
            },
        )

    def to_xarray(self) -> Any:
        """Return the pixels as an `xarray.DataArray` with named dimensions, NaN where bad.

        Dimensions are ``frequency``, ``stokes``, ``y`` and ``x`` (the sky) and the names of other
        axes. Axes that depend on nothing else have their world values as coordinates, those of
        the sky count pixels. With dask the pixels are read when they are needed.

        Examples
        --------
        >>> from jupimage import image
        >>> array = image("", shape=(2, 8, 9)).to_xarray()
        >>> array.dims, array.stokes.values.tolist()
        (('stokes', 'y', 'x'), ['I', 'Q'])
        """
        from jupimage.images import labelled

        xarray = _package("xarray", "to_xarray")
        try:
            pixels = self.to_dask()
        except MissingPackageError:
            pixels = np.asarray(self)
        return xarray.DataArray(**labelled.parts_of(self._known()), data=pixels, name=str(self))

    def to_hdu(self, *, velocity: bool | None = None, optical: bool = True) -> Any:
        """Return the image as an `astropy.io.fits.PrimaryHDU`, NaN where pixels are bad.

        Parameters
        ----------
        velocity, optical
            As for `tofits`; if None a spectral axis is one of frequency, or of velocity where
            only that keeps all channels where they are.

        Raises
        ------
        DataTypeError
            If the pixels are complex.

        Examples
        --------
        >>> from jupimage import image
        >>> hdu = image("", shape=(8, 9)).to_hdu()
        >>> hdu.header["CTYPE1"], hdu.data.shape
        ('RA---SIN', (8, 9))
        """
        from jupimage.images import hdus

        return hdus.to_hdu(self._known(), velocity=velocity, optical=optical)

    def to_hdulist(self, *, velocity: bool | None = None, optical: bool = True) -> Any:
        """Return an `astropy.io.fits.HDUList`: `to_hdu`, and the beams of the channels if any."""
        from jupimage.images import hdus

        return hdus.to_hdulist(self._known(), velocity=velocity, optical=optical)

    @classmethod
    def from_hdu(cls, hdu: Any) -> Self:
        """Return an image of what an HDU of astropy holds; of a list the first that holds one.

        Raises
        ------
        ArgumentError
            If there is no image in it.

        Examples
        --------
        >>> from astropy.io import fits
        >>> from jupimage import image
        >>> im = image.from_hdu(fits.ImageHDU(np.ones((8, 9)), fits.Header({"BUNIT": "K"})))
        >>> im.unit(), im.shape
        ('K', (8, 9))
        """
        from jupimage.images import hdus

        return cls._of(hdus.from_hdu(hdu))

    @classmethod
    def from_nddata(cls, ndd: Any) -> Self:
        """Return an image of an NDData object of astropy (also a CCDData).

        Raises
        ------
        ArgumentError
            If it is none.
        DataTypeError, ShapeError, CoordinateError
            If its pixels, mask or coordinates are not those of an image.

        Examples
        --------
        >>> from astropy.nddata import CCDData
        >>> from jupimage import image
        >>> image.from_nddata(CCDData(np.ones((8, 9)), unit="mJy")).unit()
        'mJy'
        """
        from astropy.io.fits import Header
        from astropy.nddata import NDDataBase

        from jupimage.images import hdus

        if not isinstance(ndd, NDDataBase):
            raise ArgumentError(f"an NDData object is needed, got {type(ndd).__name__}")
        values = np.asarray(ndd.data)
        made = from_values(values, _mask(ndd, values.shape), "", system_of(ndd.wcs, values.shape))
        if isinstance(ndd.meta, Header):
            _, made.imageinfo, made.miscinfo, made.history = hdus.header_facts(ndd.meta)
        elif isinstance(ndd.meta, Mapping):
            for name in ("imageinfo", "miscinfo"):
                if isinstance(ndd.meta.get(name), Mapping):
                    setattr(made, name, deepcopy(dict(ndd.meta[name])))
            made.history = [str(line) for line in ndd.meta.get("history", ())]
        if ndd.unit is not None:
            made.unit = _spelled(ndd.unit)
        return cls._of(made)

    @classmethod
    def from_xarray(cls, array: Any) -> Self:
        """Return an image of a DataArray: a section of what `to_xarray` gave, or any other.

        Coordinates are those of the image that it came from, cut as the array was. Of any other
        array the axes are linear (or tabulated) in its own coordinates. NaN is bad.

        Raises
        ------
        ArgumentError
            If it is no DataArray, or its axes are no regular selection of the image's.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(6, 8, 9))
        >>> back = image.from_xarray(im.to_xarray()[::2, :4])
        >>> back.shape, back.toworld([1, 3, 5]) == im.toworld([2, 3, 5])
        ((3, 4, 9), True)
        """
        from jupimage.images import labelled

        if not isinstance(array, _package("xarray", "from_xarray").DataArray):
            raise ArgumentError(f"an xarray.DataArray is needed, got {type(array).__name__}")
        return cls._of(labelled.from_labelled(array))


def _mask(ndd: Any, shape: tuple[int, ...]) -> Any:
    """Return the mask of an NDData object, an empty one for none."""
    if ndd.mask is None or ndd.mask is np.ma.nomask:
        return ()
    mask = np.asarray(ndd.mask)
    if mask.dtype.kind not in "biu":
        raise DataTypeError(f"a mask is an array of Bools, got one of {mask.dtype}")
    return np.broadcast_to(mask.astype(bool), shape) if mask.ndim == 0 else mask


def _spelled(unit: Any) -> str:
    try:
        return unit_text(as_unit(unit))
    except (ArgumentError, AttributeError):
        return str(unit)


def _package(name: str, what: str) -> Any:
    """Import a package that need not be there."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise MissingPackageError(
            f"{what} needs the package {package}, which is not installed here "
            f"(pip install {package}): {error}"
        ) from error
