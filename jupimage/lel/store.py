"""The store of an expression: its images' locks, and nothing that could be changed."""

from __future__ import annotations

from jupimage.errors import MaskError, ReadOnlyError
from jupimage.formats import DerivedStore
from jupimage.formats.attributes import AttributeTable
from jupimage.lattice import Lattice

__all__ = ["ExpressionStore"]


class ExpressionStore(DerivedStore):
    """Passes locks on to the images in an expression; it has no attributes of its own."""

    layout = None

    def masked(self, name: str) -> Lattice:
        """Refuse."""
        raise MaskError(f"an expression has no mask called {name!r}: name the mask in it")

    def add_mask(self, name: str) -> None:
        """Refuse."""
        raise MaskError(f"an expression cannot be given a mask {name!r}; save a copy and mask that")

    def remove_mask(self, name: str) -> None:
        """Refuse."""
        raise MaskError(f"an expression has no mask {name!r} to remove")

    def attributes(self) -> dict[str, AttributeTable]:
        """Return that there are none."""
        return {}

    def save_attributes(self, group: str, table: AttributeTable) -> None:
        """Refuse."""
        raise self._refusal()

    def _refusal(self) -> ReadOnlyError:
        return ReadOnlyError("an expression cannot be written; save a copy and change that")
