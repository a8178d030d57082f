"""The stored masks of an image: their names, which one is the default, new ones."""

from __future__ import annotations

from jupimage.errors import MaskError
from jupimage.images.arguments import as_text
from jupimage.images.handle import Handle

__all__ = ["Masks"]


class Masks(Handle):
    """The part of `image` that manages stored masks."""

    def masknames(self) -> list[str]:
        """Return the names of the stored masks.

        ``image(file, maskname=...)`` opens the image with one of them.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", values=[1.0, 2.0], mask=[False, True]).masknames()
        ['mask0']
        """
        return list(self._known().masks)

    def defaultmask(self) -> str:
        """Return the name of the mask that is used on opening, ``''`` if there is none."""
        return self._known().default_mask

    def setdefaultmask(self, maskname: str) -> None:
        """Choose the mask that is used on opening; ``''`` for none. This handle uses it at once.

        Raises
        ------
        MaskError
            If there is no such mask.
        """
        opened, maskname = self._opened, as_text("maskname", maskname)
        with opened.store.changing():
            self._known()
            lattice = opened.store.masked(maskname)
            opened.default_mask = maskname
            opened.store.save(opened, ("default_mask",))
        opened.lattice = lattice

    def makemask(self, maskname: str) -> None:
        """Store a new mask, all good. `setdefaultmask` puts it to use.

        Raises
        ------
        MaskError
            If there is one of that name, or the image cannot have any.
        """
        maskname = as_text("maskname", maskname)
        with self._opened.store.changing():
            if maskname in self._known().masks:
                raise MaskError(f"{self} has a mask {maskname!r} already")
            self._opened.store.add_mask(maskname)
            self._known()

    def removemask(self, maskname: str) -> None:
        """Delete a stored mask. If it was the default, there is none afterwards.

        Raises
        ------
        MaskError
            If there is no such mask.
        """
        opened, maskname = self._opened, as_text("maskname", maskname)
        with opened.store.changing():
            if maskname not in self._known().masks:
                known = ", ".join(opened.masks) or "none"
                raise MaskError(f"{self} has no mask {maskname!r}; it has {known}")
            used = opened.default_mask == maskname
            opened.store.remove_mask(maskname)
            self._known()
            if used:
                opened.lattice = opened.store.masked("")
