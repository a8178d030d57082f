"""Numbers out of an image, gathered from the modules that have one kind of them each."""

from __future__ import annotations

from jupimage.images.distribution import Distribution
from jupimage.images.momentmaps import MomentMaps
from jupimage.images.reducing import Reducing
from jupimage.images.regiontables import RegionTables
from jupimage.images.statistical import Statistical

__all__ = ["Measuring"]


class Measuring(Statistical, Distribution, RegionTables, Reducing, MomentMaps):
    """The part of `image` that gives numbers out of its pixels."""
