"""FITS images: in the primary part of a file, in an extension, in compressed tiles, packed."""

from jupimage.fits.format import FitsFormat

__all__ = ["FitsFormat"]
