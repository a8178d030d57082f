"""What opening a file gives, and what every image is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupimage.formats.store import MemoryStore, Store
from jupimage.lattice.lattice import Lattice

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Opened"]


@dataclass(slots=True)
class Opened:
    """A lattice, its coordinates and what else is known.

    Parameters
    ----------
    lattice
        The pixels, with the mask in use. It has a method `close` where it holds a file.
    coordinates
        One pixel axis for each axis of the lattice.
    kind
        ``FITSImage``, ``PagedImage``, ``TempImage``, ...
    name
        Absolute path, with the selector of a part of the file if one was given; or what a
        temporary image is called.
    unit
        Unit of the pixel values, empty if there is none.
    imageinfo
        ``imagetype``, ``objectname`` and, where known, ``restoringbeam`` or ``perplanebeams``.
    miscinfo
        Whatever else the file says.
    history
        What was done to the image, a line each.
    remarks
        What was odd about the file: for people, not for programs.
    masks
        Names of the masks that are stored.
    default_mask
        The one of them that is used unless another is asked for; empty if none is.
    regions
        Records of the regions that are stored, by name.
    store
        Where all this is kept, and how to change it there.
    expression
        What the pixels are computed by, if they are.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.lattice import MemoryLattice
    >>> pixels = MemoryLattice.zeros((4, 5), float)
    >>> Opened(pixels, default_system((4, 5)), "TempImage", "Temporary_Image").unit
    ''
    """

    lattice: Lattice
    coordinates: coordinatesystem
    kind: str
    name: str
    unit: str = ""
    imageinfo: dict[str, Any] = field(default_factory=dict)
    miscinfo: dict[str, Any] = field(default_factory=dict)
    history: Sequence[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    default_mask: str = ""
    regions: dict[str, dict[str, Any]] = field(default_factory=dict)
    store: Store = field(default_factory=MemoryStore)
    expression: Any = None
