"""casacore's images in HDF5 files: what opens them, what makes them."""

from __future__ import annotations

import warnings
from typing import Any

from jupimage.errors import FormatError, ImageError
from jupimage.formats import Blueprint, Draft, Opened, Target
from jupimage.hdf5.handles import FileHandle
from jupimage.hdf5.lattice import Hdf5Lattice
from jupimage.hdf5.masks import UnusableMask, open_mask
from jupimage.hdf5.pixelarray import PixelArray
from jupimage.hdf5.store import Hdf5Store
from jupimage.hdf5.superblock import find_superblock

__all__ = ["Hdf5Format"]


class Hdf5Format:
    """casacore's images in HDF5 files."""

    name = "HDF5"
    folder = False

    def sniff(self, target: Target) -> bool:
        """Tell whether `target` is an HDF5 file with something called ``map``."""
        if target.directory or find_superblock(target.start) is None:
            return False
        try:
            handle = FileHandle(target.path)
        except ImageError:
            return True  # `open` says what is wrong
        try:
            with handle.file.reading() as root:
                return "map" in root.names()
        except ImageError:
            return True
        finally:
            handle.close()

    def open(self, target: Target) -> Opened:
        """Open an image. All but the pixels is read."""
        if target.selector is not None:
            raise FormatError(f"{target.path} has no parts to choose from, got [{target.selector}]")
        handle = FileHandle(target.path)
        try:
            return _opened(handle, target.path)
        except BaseException:
            handle.close()
            raise

    def create(self, path: str, blueprint: Blueprint, **settings: Any) -> Draft:
        """Begin a new image; no settings are known."""
        from jupimage.hdf5.draft import Hdf5Draft

        return Hdf5Draft(path, blueprint)

    def losses(self, blueprint: Blueprint, **settings: Any) -> tuple[str, ...]:
        """Say what of `blueprint` an HDF5 image cannot hold."""
        from jupimage.hdf5.losses import find_losses

        return find_losses(blueprint)


def _opened(handle: FileHandle, path: str) -> Opened:
    with handle.file.reading():
        lattice = Hdf5Lattice(handle, PixelArray(handle.file, ("map",)))
        store = Hdf5Store(handle, lattice)
        found = store.describe()
        remarks = list(found.problems)
        if found.default_mask:
            lattice.maskname = found.default_mask
            try:
                lattice.mask = open_mask(
                    handle.file, found.masks, lattice.shape, found.default_mask
                )
            except ImageError as error:
                problem = f"{error}; maskname='nomask' opens the image without it"
                remarks.append(problem)
                warnings.warn(f"the mask cannot be used: {problem}", UserWarning, stacklevel=4)
                lattice.mask = UnusableMask(lattice.shape, problem)
    return Opened(
        lattice=lattice,
        coordinates=found.coordinates,
        kind="HDF5Image",
        name=path,
        unit=found.unit,
        imageinfo=found.imageinfo,
        miscinfo=found.miscinfo,
        history=found.history,
        remarks=tuple(remarks),
        masks=tuple(found.masks),
        default_mask=found.default_mask,
        regions=found.regions,
        store=store,
    )
