"""Copies of an image in files: `saveas` and `tofits`, and what they would lose."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jupimage.display import ProgressLine
from jupimage.errors import ArgumentError, DataTypeError
from jupimage.formats import (
    Opened,
    WritableFormat,
    blueprint_of,
    check_destination,
    find_format,
    plan_save,
    save,
)
from jupimage.images.arguments import as_flag, as_int, as_number, as_path, as_text, as_tile
from jupimage.images.explanation import Explanation, explain
from jupimage.images.handle import Handle

__all__ = ["Storing", "save_copy"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Storing(Handle):
    """The part of `image` that saves copies of it."""

    def saveas(
        self,
        filename: str | os.PathLike[str],
        overwrite: bool = True,
        hdf5: bool = False,
        copymask: bool = True,
        newmaskname: str = "",
        newtileshape: Sequence[int] = (),
        *,
        format: str = "",
        ashdf5: bool = False,
        tileshape: Sequence[int] = (),
        strict: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> None:
        """Save a copy with everything that belongs to the image.

        The copy appears when it is complete; until then, and if anything fails or the kernel is
        interrupted, whatever had that name is as it was. Work of more than a second shows its
        progress in a terminal or notebook.

        Parameters
        ----------
        filename
            Name of the new file or folder.
        overwrite
            Whether an image of that name may be replaced. What is not an image never is.
        hdf5, ashdf5
            Make an HDF5 image instead of a casacore table.
        copymask
            Whether to copy the mask in use.
        newmaskname
            Its name in the copy; that of the image's default mask, or ``mask0``, if empty.
        newtileshape, tileshape
            Shape of the storage unit, slowest axis first; a good one is chosen if empty.
        format
            ``'casacore'``, ``'hdf5'``, ``'fits'``, ``'miriad'`` or an added format; if empty,
            `hdf5` decides.
        strict
            Whether to refuse a format that cannot hold everything. `explain` lists what.
        progress
            Called with the number of pieces done and their total, instead of the progress line.
        cancelled
            Asked before each piece; once it says True, nothing is saved.

        Raises
        ------
        FormatError
            If the file cannot be made there, or `strict` and something would be lost.
        ShapeError
            If the tile does not fit the image.
        CancelledError
            If `cancelled` said so.

        Examples
        --------
        >>> from jupimage import image
        >>> folder = getfixture("tmp_path")
        >>> im = image("", values=[[1.0, 2.0], [3.0, 4.0]], mask=[[False, True], [False, False]])
        >>> im.saveas(folder / "copy.img")
        >>> image(folder / "copy.img").get().sum()
        np.float64(8.0)
        """
        asked = as_flag("hdf5", hdf5) or as_flag("ashdf5", ashdf5)
        kind = find_format(as_text("format", format) or ("hdf5" if asked else "casacore"))
        tile = as_tile(newtileshape) or as_tile(tileshape)
        newmaskname = as_text("newmaskname", newmaskname)
        mask = _mask_name(self._known(), newmaskname) if as_flag("copymask", copymask) else ""
        save_copy(
            self._known(),
            filename,
            kind,
            overwrite=overwrite,
            mask=mask,
            tile=tile,
            strict=strict,
            progress=progress,
            cancelled=cancelled,
        )

    def tofits(
        self,
        filename: str | os.PathLike[str],
        overwrite: bool = True,
        velocity: bool = True,
        optical: bool = True,
        bitpix: int | None = None,
        minpix: float = 1,
        maxpix: float = -1,
        *,
        strict: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> None:
        """Save a copy as a FITS file.

        Parameters
        ----------
        filename
            Name of the new file.
        overwrite
            Whether an image of that name may be replaced. What is not an image never is.
        velocity
            Whether the spectral axis is given as velocity, if a rest frequency is known.
        optical
            Whether that velocity is the optical one instead of the radio one.
        bitpix
            Stored numbers: -32 (float), -64 (double) or 16 (scaled integers); by default the
            image's own precision.
        minpix, maxpix
            For `bitpix` 16: range that is stored, beyond which pixels are clipped; the image's
            own range if `minpix` is greater.
        strict, progress, cancelled
            As for `saveas`.

        Raises
        ------
        FormatError
            If the file cannot be made there, or `strict` and something would be lost.
        DataTypeError
            If the pixels are complex.

        Examples
        --------
        >>> from jupimage import image
        >>> folder = getfixture("tmp_path")
        >>> image("", values=[[1.0, 2.0], [3.0, 4.0]]).tofits(folder / "copy.fits")
        >>> image(folder / "copy.fits").imagetype()
        'FITSImage'
        """
        settings = {
            "velocity": as_flag("velocity", velocity),
            "optical": as_flag("optical", optical),
            "bitpix": _bitpix(bitpix, self.dtype.name),
            "minpix": as_number("minpix", minpix),
            "maxpix": as_number("maxpix", maxpix),
        }
        source = self._known()
        save_copy(
            source,
            filename,
            find_format("fits"),
            overwrite=overwrite,
            mask=_mask_name(source, ""),
            settings=settings,
            strict=strict,
            progress=progress,
            cancelled=cancelled,
        )

    def explain(self, target: str = "") -> Explanation:
        """Tell how the image is stored, what reading costs, and what a copy would lose.

        Parameters
        ----------
        target
            A format, as for `saveas`; its losses are listed.

        Returns
        -------
        Explanation
            Prints as a text.

        Examples
        --------
        >>> from jupimage import image
        >>> print(image("", shape=(4, 5)).explain("fits"))
        Temporary_Image: TempImage, 4 x 5 float
        pixels: in memory
        as FITS: everything would be kept
        """
        source = self._known()
        return explain(source, find_format(target) if as_text("target", target) else None)


def save_copy(
    source: Opened,
    filename: str | os.PathLike[str],
    format: WritableFormat,
    *,
    overwrite: bool,
    mask: str = "",
    tile: tuple[int, ...] | None = None,
    settings: Mapping[str, Any] | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> str:
    """Check everything, then write a copy and show how far it is; return its absolute path."""
    filename, overwrite = as_path("filename", filename), as_flag("overwrite", overwrite)
    blueprint = blueprint_of(source, mask=mask, tile=tile)
    path = check_destination(filename, overwrite=overwrite, folder=format.folder)
    plan = plan_save(source.lattice, path, format, blueprint, settings or {}, strict=strict)
    if progress is not None:
        save(plan, progress=progress, cancelled=cancelled)
        return path
    with ProgressLine(f"saving {os.path.basename(path)}") as line:
        save(plan, progress=line, cancelled=cancelled)
    return path


def _mask_name(source: Opened, wanted: str) -> str:
    """Return the name of a copy's mask, empty if the image has none in use."""
    if not source.lattice.masked:
        return ""
    return wanted or source.default_mask or "mask0"


def _bitpix(bitpix: int | None, dtype: str) -> int:
    if bitpix is None:
        return -64 if dtype == "float64" else -32
    if as_int("bitpix", bitpix) not in (-32, -64, 16):
        raise ArgumentError(f"bitpix must be -32, -64 or 16, got {bitpix!r}")
    if dtype.startswith("complex"):
        raise DataTypeError(f"a FITS image holds real pixels, this one has {dtype}")
    return int(bitpix)
