"""What is known of an opened Miriad image besides its pixels: nothing that can be changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from jupimage.errors import MaskError
from jupimage.formats.store import Layout, ReadOnlyStore
from jupimage.miriad.folder import MASK, ItemFolder
from jupimage.miriad.lattice import STORED, MiriadLattice
from jupimage.miriad.pixels import open_lattice

__all__ = ["MiriadStore"]


@dataclass(slots=True)
class MiriadStore(ReadOnlyStore):
    """The store of a Miriad image.

    Parameters
    ----------
    path
        Of its folder.
    shape
        Of its pixels, slowest axis first.
    has_mask
        Whether it has a mask, which then is called ``mask`` as the item that holds it.
    """

    path: str = ""
    shape: tuple[int, ...] = ()
    has_mask: bool = field(default=False)

    @classmethod
    def of(cls, path: str, lattice: MiriadLattice) -> MiriadStore:
        """Return the store of an image whose pixels were just opened."""
        return cls(
            description=path,
            layout=Layout("Miriad items, big endian", None, STORED.itemsize),
            path=path,
            shape=lattice.shape,
            has_mask=lattice.masked,
        )

    def masked(self, name: str) -> MiriadLattice:
        """Open the pixels under the mask `name`, or under none if it is empty."""
        if name and not (self.has_mask and name == MASK):
            raise MaskError(
                f"{self.path} has {'a mask called ' + repr(MASK) if self.has_mask else 'no mask'}, "
                f"none called {name!r}"
            )
        return open_lattice(ItemFolder.open(self.path), self.shape, masked=bool(name))
