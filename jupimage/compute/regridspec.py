"""What a user asks of a regrid, before anything is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["RegridSpec"]


@dataclass(frozen=True, slots=True)
class RegridSpec:
    """What was asked for, besides the template.

    Parameters
    ----------
    axes
        Numpy axes to regrid; empty for all.
    outshape
        Shape of the result; empty for that of the image, or of the template where it has one.
    interpolation
        ``nearest``, ``linear``, ``cubic`` or ``lanczos``.
    decimate
        About how many pixels lie between those that the coordinates are asked for; 0 asks for
        all.
    replicate
        Whether to spread old pixels evenly over new ones instead of asking the coordinates.
    refchange
        Whether different frames are converted into each other.
    forceregrid
        Whether to interpolate even where nothing changes.
    mask
        Whether the result has a mask, and masked pixels have no influence.
    conserve
        Whether sums over pixels are kept: for images in Jy/pixel.
    """

    axes: Any = ()
    outshape: Any = ()
    interpolation: Any = "linear"
    decimate: Any = 10
    replicate: bool = False
    refchange: bool = True
    forceregrid: bool = False
    mask: bool = False
    conserve: bool = False
