"""Regions: which pixels of an image, said in few numbers or pixel by pixel.

A region is a lattice of Bools with the shape of the image, so everything that takes a mask takes a
region.
"""

from jupimage.regions.boxes import box_record, read_box
from jupimage.regions.records import read_region
from jupimage.regions.region import PlacedRegion, Region

__all__ = ["PlacedRegion", "Region", "box_record", "read_box", "read_region"]
