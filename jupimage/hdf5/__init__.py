"""casacore's images in HDF5 files."""

from jupimage.hdf5.format import Hdf5Format

__all__ = ["Hdf5Format"]
