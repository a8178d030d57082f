"""What the axes of an image are, by its coordinates."""

from __future__ import annotations

from jupimage.coordinates.axis import Axis, describe
from jupimage.coordinates.collection import Collection
from jupimage.coordinates.record import entries

__all__ = ["SystemAxes"]


class SystemAxes(Collection):
    """Coordinates in a record, and the axes of the image that they belong to.

    Parameters
    ----------
    rec
        The record, kept by reference.
    """

    @property
    def ndim(self) -> int:
        """Number of pixel axes."""
        return sum(axis >= 0 for entry in entries(self._csys) for axis in entry.pixelmap)

    @property
    def world_ndim(self) -> int:
        """Number of world axes."""
        return sum(axis >= 0 for entry in entries(self._csys) for axis in entry.worldmap)

    def axes(self) -> tuple[Axis, ...]:
        """Return what each pixel axis is, slowest first."""
        found = {}
        worlds = self.world_ndim
        for entry in entries(self._csys):
            # Of a rotated strip of sky the world axis left may be the other one's.
            spare = [i for i in range(entry.size) if entry.worldmap[i] >= 0 > entry.pixelmap[i]]
            for own, axis in enumerate(entry.pixelmap):
                if axis >= 0:
                    part = own if entry.worldmap[own] >= 0 or not spare else spare.pop(0)
                    world = entry.worldmap[part]
                    place = worlds - 1 - world if world >= 0 else -1
                    found[axis] = describe(entry, part, place, pixel=own)
        return tuple(found[axis] for axis in sorted(found, reverse=True))

    def direction_axes(self) -> tuple[int, int] | None:
        """Return the numpy axes of longitude and latitude, None unless both are there."""
        for entry in entries(self._csys):
            if entry.kind == "direction" and min(entry.pixelmap) >= 0:
                longitude, latitude = (self.ndim - 1 - axis for axis in entry.pixelmap)
                return longitude, latitude
        return None

    def spectral_axis(self) -> int | None:
        """Return the numpy axis of the first spectral coordinate, None if there is none."""
        return self._axis_of("spectral")

    def stokes_axis(self) -> int | None:
        """Return the numpy axis of the first Stokes coordinate, None if there is none."""
        return self._axis_of("stokes")

    def _axis_of(self, kind: str) -> int | None:
        for entry in entries(self._csys):
            if entry.kind == kind and entry.pixelmap[0] >= 0:
                return self.ndim - 1 - entry.pixelmap[0]
        return None
