"""What a new image file is to hold, all but the pixel values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from jupimage.formats.attributes import AttributeTable
from jupimage.formats.format import Format
from jupimage.lattice.lattice import WritableLattice

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Blueprint", "Draft", "PreparingFormat", "WritableFormat"]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything that has to be known before the first pixel is written.

    Parameters
    ----------
    shape, dtype
        Of the pixels: lengths slowest axis first; float32, float64, complex64 or complex128.
    coordinates
        One pixel axis for each axis.
    unit, imageinfo, miscinfo, history, regions
        As in `Opened`.
    attributes
        Attribute groups by name.
    mask
        Name of the mask to make, which becomes the default one; empty for none. A format
        without names uses the fact that there is one.
    tile
        Shape of the storage unit; None lets the format choose.

    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    coordinates: coordinatesystem
    unit: str = ""
    imageinfo: Mapping[str, Any] = field(default_factory=dict)
    miscinfo: Mapping[str, Any] = field(default_factory=dict)
    history: Sequence[str] = ()
    regions: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, AttributeTable] = field(default_factory=dict)
    mask: str = ""
    tile: tuple[int, ...] | None = None


class Draft(Protocol):
    """An image file in the making: beside its place until it is complete.

    Until `commit` whatever was at that place is untouched. A draft that is neither committed
    nor abandoned, because the process ended, leaves only a file that nobody takes for an image.
    """

    @property
    def lattice(self) -> WritableLattice:
        """Where the pixels go. They are zero, and good, until written."""

    def commit(self) -> None:
        """Complete the file and put it in place of whatever image was there."""

    def abandon(self) -> None:
        """Remove everything that was written. After `commit` it does nothing."""


@runtime_checkable
class WritableFormat(Format, Protocol):
    """A kind of image file that can also be made."""

    @property
    def folder(self) -> bool:
        """Whether its images are folders."""

    def create(self, path: str, blueprint: Blueprint, **settings: Any) -> Draft:
        """Begin a new file that will replace what is at `path` when it is complete.

        Whether it may be replaced was checked before.

        Parameters
        ----------
        path
            Absolute path.
        blueprint
            What the file is to hold.
        **settings
            What only this format knows.

        Raises
        ------
        FormatError
            If the place cannot be written.
        DataTypeError, CoordinateError, ShapeError
            If the format cannot hold such an image at all.
        """

    def losses(self, blueprint: Blueprint, **settings: Any) -> tuple[str, ...]:
        """Say what of `blueprint` the format cannot hold, one phrase for each loss.

        Examples of phrases: ``the names of the masks``, ``3 attribute groups``,
        ``miscinfo entry 'x', a record``.
        """


@runtime_checkable
class PreparingFormat(WritableFormat, Protocol):
    """A format that may have to know the range of the pixels before it can begin."""

    def prepares(self, blueprint: Blueprint, **settings: Any) -> bool:
        """Return whether `create` needs the settings `limits` and `blanks` as well.

        `limits` are the least and the greatest good pixel (None if there is none), `blanks`
        says whether any pixel is bad or NaN. To find them all pixels are read once.
        """
