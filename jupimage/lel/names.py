"""Names in an expression: images, their masks, their regions.

A name is an image file if there is one; if not, a region or a mask of the image that was named
last before it, or of the table that stands before ``::``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jupimage.errors import FormatError, ImageError, MaskError
from jupimage.formats import Opened, open_path
from jupimage.lattice import Lattice, MaskedView
from jupimage.lel.errors import LelNameError
from jupimage.lel.program import Node
from jupimage.lel.reductions import Validity
from jupimage.regions import Region, as_region
from jupimage.regions.recordspec import RecordSpec
from jupimage.regions.spec import RegionSpec

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["Area", "Names"]


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A region in an expression.

    Attributes
    ----------
    kind
        ``pixel``, ``world`` or ``slicer``.
    spec
        Which pixels, for coordinates and shape that are still to be known.
    shape
        Of the images that a region in pixels is for, slowest axis first; None for others.
    """

    kind: str
    spec: Any
    shape: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class MaskArea(RegionSpec):
    """The good pixels of a stored mask as a region.

    Parameters
    ----------
    pixels
        A lattice of Bools.
    """

    pixels: Lattice = field(compare=False)

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        return as_region(self.pixels, system, shape)


@dataclass(slots=True)
class Names:
    """What is open for one expression.

    Attributes
    ----------
    text
        The expression, for messages.
    images
        What ``$1``, ``$2`` ... stand for.
    used
        The images that were named so far.
    """

    text: str
    images: Sequence[Opened] = ()
    used: list[Opened] = field(default_factory=list)
    _open: dict[str, Opened | None] = field(default_factory=dict)
    _last: Opened | None = None

    def temporary(self, node: Node) -> Opened:
        """Return the image that ``$1`` stands for."""
        digits = node.value[1:]
        if not digits.isdigit():
            raise LelNameError(
                f"there are no temporary regions such as {node.value}", self.text, node.at
            )
        number = int(digits) if len(digits) < 9 else 0
        if not 1 <= number <= len(self.images):
            given = f"1 to {len(self.images)}" if self.images else "none"
            raise LelNameError(
                f"there is no image {node.value}; given are {given}", self.text, node.at
            )
        return self.use(self.images[number - 1])

    def find(self, node: Node) -> Opened | Area:
        """Return the image or the region that a name stands for.

        Raises
        ------
        LelNameError
            If there is neither.
        """
        parts = list(node.value)
        if len(parts) == 1:
            return self._single(parts[0], node)
        if parts.count(":") > 2 or parts[-1] == ":":
            raise self._unknown(f"{''.join(parts)!r} is no name of an image, mask or region", node)
        if parts.count(":") == 1:
            if parts[0] == ":":
                raise self._unknown("an image is wanted before the colon", node)
            return self._masked(parts[0], parts[2], node)
        table = parts[0] if parts[0] != ":" else ""
        return self._region(table, parts[-1], node)

    def _single(self, name: str, node: Node) -> Opened | Area:
        opened = self._image(name, node)
        if opened is not None:
            return self.use(opened)
        if self._last is not None:
            area = self._area(self._last, name, node)
            if area is not None:
                return area
        raise self._unknown(f"there is no image or region {name!r}", node, near=name)

    def _masked(self, name: str, mask: str, node: Node) -> Opened:
        opened = self._image(name, node)
        if opened is None:
            raise self._unknown(f"there is no image {name!r}", node, near=name)
        self.use(opened)
        if mask.lower() == "nomask":
            return _with(
                opened,
                MaskedView(opened.lattice, None) if opened.lattice.masked else opened.lattice,
            )
        try:
            return _with(opened, opened.store.masked(mask))
        except MaskError:
            known = ", ".join(opened.masks) or "none"
            raise LelNameError(
                f"{name} has no mask {mask!r}; it has {known}", self.text, node.at
            ) from None

    def _region(self, table: str, name: str, node: Node) -> Area:
        if table:
            opened = self._image(table, node)
            if opened is None:
                raise self._unknown(f"there is no image {table!r} with regions", node, near=table)
            self._last = opened
        if self._last is None:
            raise self._unknown(f"::{name} stands before any image that could have it", node)
        area = self._area(self._last, name, node)
        if area is None:
            raise self._unknown(f"{self._last.name} has no region {name!r}", node, near=name)
        return area

    def _area(self, opened: Opened, name: str, node: Node) -> Area | None:
        if name in opened.regions:
            record = opened.regions[name]
            kind = {1: "pixel", 2: "world", 3: "slicer"}.get(
                int(record.get("isRegion", 1)), "pixel"
            )
            shape = tuple(opened.lattice.shape) if kind == "pixel" else None
            return Area(kind, RecordSpec(record, name=name), shape)
        if name in opened.masks:
            masked = opened.store.masked(name)
            return Area("pixel", MaskArea(Validity(masked)), tuple(masked.shape))
        return None

    def use(self, opened: Opened) -> Opened:
        """Note that an image was named; some kinds can hold regions. Return it."""
        if all(opened is not known for known in self.used):
            self.used.append(opened)
        if opened.kind in ("PagedImage", "HDF5Image"):
            self._last = opened
        return opened

    def _image(self, name: str, node: Node) -> Opened | None:
        if name not in self._open:
            self._open[name] = self._try(name, node)
        return self._open[name]

    def _try(self, name: str, node: Node) -> Opened | None:
        path = os.path.expanduser(os.path.expandvars(name))
        if not os.path.exists(path.split("[")[0]):
            return None
        try:
            return open_path(path)
        except FormatError as error:
            if os.path.isdir(path) or "no image" in str(error) or "not an image" in str(error):
                return None
            raise LelNameError(f"{name} cannot be opened: {error}", self.text, node.at) from error
        except ImageError as error:
            raise LelNameError(f"{name} cannot be opened: {error}", self.text, node.at) from error

    def _unknown(self, reason: str, node: Node, near: str = "") -> LelNameError:
        hint = ""
        if near:
            known = [*self._candidates(near)]
            found = get_close_matches(near, known, 1, 0.7)
            hint = f"; did you mean {found[0]}?" if found else ""
        return LelNameError(reason + hint, self.text, node.at)

    def _candidates(self, name: str) -> list[str]:
        folder = os.path.dirname(name)
        try:
            files = [os.path.join(folder, entry) for entry in os.listdir(folder or ".")[:1000]]
        except OSError:
            files = []
        stored = [*self._last.regions, *self._last.masks] if self._last else []
        return [*stored, *files]


def _with(opened: Opened, lattice: Any) -> Opened:
    """Return the same image under another mask."""
    return Opened(
        lattice=lattice,
        coordinates=opened.coordinates,
        kind=opened.kind,
        name=opened.name,
        unit=opened.unit,
        imageinfo=opened.imageinfo,
        miscinfo=opened.miscinfo,
    )
