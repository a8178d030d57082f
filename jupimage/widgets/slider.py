"""Sliders along one axis of an image, for people who compose their own tools.

The value is there twice: as an index, and as a position in world units. Both are traits, both
can be linked and set, and they always agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np
import traitlets as t

from jupimage.errors import BoxError
from jupimage.widgets.labels import AxisPositions

if TYPE_CHECKING:
    from jupimage.images import image

__all__ = ["ChannelSlider", "SliceSlider"]


class SliceSlider(w.HBox):
    """A slider along one axis of an image, with the world position in words beside it.

    Parameters
    ----------
    im
        The image.
    axis
        Axis, slowest = 0.
    value
        Index to start with; the middle if None.
    **layout
        Traits of the box.

    Attributes
    ----------
    value : int
        Index on the axis.
    world : float
        Position in `unit`; setting it moves the slider to the nearest pixel. NaN where the
        axis has no position.
    unit : str
        Unit of `world`.
    label : str
        The position in words.

    Raises
    ------
    BoxError
        If there is no such axis, or the value lies outside it.

    Examples
    --------
    >>> import jupimage
    >>> slider = SliceSlider(jupimage.samples.galaxy(channels=8, size=32), axis=0, value=3)
    >>> slider.unit, slider.label
    ('Hz', '1.41791 GHz · 527 km/s')
    >>> slider.world = 1.4181e9
    >>> slider.value
    2
    """

    value = t.Int()
    world = t.Float(float("nan"))
    unit = t.Unicode(read_only=True)
    label = t.Unicode(read_only=True)

    def __init__(self, im: image, axis: int, value: int | None = None, **layout: Any) -> None:
        if not 0 <= axis < im.ndim:
            raise BoxError(f"axis {axis} lies outside 0..{im.ndim - 1}")
        length = im.shape[axis]
        value = length // 2 if value is None else value
        if not 0 <= value < length:
            raise BoxError(f"index {value} on axis {axis} lies outside 0..{length - 1}")
        self._positions = AxisPositions(im._opened, axis)
        about = self._positions.about
        self._slider = w.IntSlider(value, 0, length - 1, description=about.name[:24])
        self._text = w.Label()
        super().__init__([self._slider, self._text], **layout)
        self.set_trait("unit", about.unit)
        self.value = value
        self._moved(None)
        t.link((self, "value"), (self._slider, "value"))
        self.observe(self._moved, "value")
        self.observe(self._asked, "world")

    @t.validate("value")
    def _check_value(self, proposal: dict[str, Any]) -> int:
        last = len(self._positions.world) - 1
        if not 0 <= proposal["value"] <= last:
            raise t.TraitError(f"index {proposal['value']} lies outside 0..{last}")
        return int(proposal["value"])

    def _moved(self, change: Any) -> None:
        """The index changed: the position in numbers and words follows."""
        self.set_trait("label", self._positions.label(self.value))
        self._text.value = self.label
        self.world = float(self._positions.world[self.value])

    def _asked(self, change: Any) -> None:
        """A position was asked for: go to the nearest pixel, and say where that is."""
        if not np.isfinite(self.world) or not np.isfinite(self._positions.world).any():
            return
        self.value = int(np.nanargmin(np.abs(self._positions.world - self.world)))
        self.world = float(self._positions.world[self.value])


class ChannelSlider(SliceSlider):
    """A slider along the spectral axis of an image, or its slowest axis if it has none.

    Parameters
    ----------
    im
        The image.
    value
        Channel to start with; the middle if None.
    **layout
        Traits of the box.

    Examples
    --------
    >>> import jupimage
    >>> cube = jupimage.samples.galaxy(channels=8, size=32)
    >>> slider, viewer = ChannelSlider(cube), cube.view()
    >>> link = t.link((slider, "value"), (viewer, "channel"))
    >>> slider.value = 6
    >>> viewer.channel
    6
    """

    def __init__(self, im: image, value: int | None = None, **layout: Any) -> None:
        spectral = im._opened.coordinates.spectral_axis()
        super().__init__(im, 0 if spectral is None else spectral, value, **layout)
