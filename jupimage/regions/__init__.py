"""Regions: which pixels of an image, said in few numbers or pixel by pixel.

A spec (`Circle`, `Polygon`, `Range`, ...) says in pixel or in world terms what is wanted, and
combines with others as sets do: ``a | b``, ``a & b``, ``a - b``, ``~a``. `as_region` lays it, or
whatever else a user calls a region, on an image. The result is a lattice of Bools with the shape
of the image, so everything that takes a mask takes a region.
"""

from jupimage.regions.asking import as_region, as_spec
from jupimage.regions.boxes import box_record, read_box
from jupimage.regions.flatshapes import Annulus, Circle, Ellipse, Polygon, Rectangle
from jupimage.regions.marks import Line, Point
from jupimage.regions.packageregions import from_package
from jupimage.regions.packagewriting import to_package
from jupimage.regions.ranges import Corners, Range
from jupimage.regions.records import read_region
from jupimage.regions.recordspec import RecordSpec
from jupimage.regions.recordwriting import to_record
from jupimage.regions.region import PlacedRegion, Region
from jupimage.regions.regionfiles import parse_regions, read_regions, write_regions
from jupimage.regions.selection import SelectedView
from jupimage.regions.spec import Complement, Difference, Intersection, RegionSpec, Union
from jupimage.regions.terms import SkyPosition

__all__ = [
    "Annulus",
    "Circle",
    "Complement",
    "Corners",
    "Difference",
    "Ellipse",
    "Intersection",
    "Line",
    "PlacedRegion",
    "Point",
    "Polygon",
    "Range",
    "RecordSpec",
    "Rectangle",
    "Region",
    "RegionSpec",
    "SelectedView",
    "SkyPosition",
    "Union",
    "as_region",
    "as_spec",
    "box_record",
    "from_package",
    "parse_regions",
    "read_box",
    "read_region",
    "read_regions",
    "to_package",
    "to_record",
    "write_regions",
]
