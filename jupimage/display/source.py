"""What a picture or a card is made from: anything with these attributes will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from jupimage.lattice.lattice import Lattice

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Source"]


class Source(Protocol):
    """An image as the display needs it: pixels, coordinates and what is known about them.

    `jupimage.formats.opened.Opened` is one; so is any object a test makes.
    """

    @property
    def lattice(self) -> Lattice:
        """The pixels."""

    @property
    def coordinates(self) -> coordinatesystem:
        """Where they are on the sky, in frequency, ..."""

    @property
    def kind(self) -> str:
        """What is behind it: ``FITSImage``, ``TempImage``, ..."""

    @property
    def name(self) -> str:
        """Path of the file, or an empty text."""

    @property
    def unit(self) -> str:
        """Unit of the pixel values."""

    @property
    def imageinfo(self) -> dict[str, Any]:
        """Object, type of image and restoring beam, as `image.imageinfo` gives them."""

    @property
    def miscinfo(self) -> dict[str, Any]:
        """Whatever else the file says."""

    @property
    def history(self) -> Sequence[str]:
        """What was done to the image, a line each."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was odd about the file."""
