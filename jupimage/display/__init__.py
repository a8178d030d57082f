"""Pictures and cards: an image as something to look at, without any widget.

`draw_plane` makes a PNG file of a plane; `card` what a notebook shows for an image at the end
of a cell. The viewer uses `auto_limits`, `quantise` and the plane functions as well.
"""

from jupimage.display.card import card
from jupimage.display.limits import auto_limits
from jupimage.display.picture import Picture, draw_plane
from jupimage.display.plane import Plane, choose_plane, place_plane, plane_box, read_plane
from jupimage.display.progress import ProgressLine
from jupimage.display.raster import quantise, to_rgb
from jupimage.display.source import Source

__all__ = [
    "Picture",
    "Plane",
    "ProgressLine",
    "Source",
    "auto_limits",
    "card",
    "choose_plane",
    "draw_plane",
    "place_plane",
    "plane_box",
    "quantise",
    "read_plane",
    "to_rgb",
]
