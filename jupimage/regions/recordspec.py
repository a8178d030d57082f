"""A record of a region, as casacore stores it, in the place of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupimage.errors import ArgumentError, MaskError
from jupimage.lattice.lattice import Lattice
from jupimage.regions.records import read_region
from jupimage.regions.region import Region
from jupimage.regions.spec import RegionSpec

if TYPE_CHECKING:
    from jupimage.coordinates import coordinatesystem

__all__ = ["RecordSpec"]


@dataclass(frozen=True, slots=True)
class RecordSpec(RegionSpec):
    """What a record says.

    Parameters
    ----------
    record
        Of a pixel region (``LC...``), which fits images of one shape; or of a world region
        (``WC...``), which fits images that have its axes.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> from jupimage.lattice import Box
    >>> from jupimage.regions import box_record
    >>> spec = RecordSpec(box_record(Box((1, 2), (3, 4)), (5, 5)))
    >>> spec.place(default_system((5, 5)), (5, 5)).bounds
    Box(start=(1, 2), stop=(3, 4), step=(1, 1))
    """

    record: Mapping[str, Any] = field(compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.record, Mapping) or "isRegion" not in self.record:
            raise ArgumentError(f"wanted the record of a region, got {self.record!r:.80}")

    def place(self, system: coordinatesystem, shape: tuple[int, ...]) -> Region:
        """Return the region of an image."""
        return read_region(self.record, shape, self.name or "region", _refuse, system=system)


def _refuse(record: Mapping[str, Any]) -> Lattice:
    raise MaskError("the pixels of this region are stored in a file of their own: use the mask")
