"""The viewer: an image on the canvas, with its spectrum and a picture that stays.

A notebook keeps neither widget state nor pixels, and in a trusted notebook an output that
holds both a widget and a picture reopens as "model not found", picture unseen. So a viewer
displays two outputs: a picture with an id of its own, which is brought up to date whenever the
viewer rests, and the widget, whose live view hides that picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t
from traitlets import TraitError

from jupimage.display.plane import choose_plane
from jupimage.errors import BoxError
from jupimage.widgets.canvas import ImageCanvas, shown
from jupimage.widgets.frames import make_frame, plane_at, slider_axes
from jupimage.widgets.geometry import describe_geometry
from jupimage.widgets.labels import AxisPositions
from jupimage.widgets.picture import SavedPicture

if TYPE_CHECKING:
    from jupimage.display.plane import Plane
    from jupimage.images import image
    from jupimage.widgets.spectrum import SpectrumPlot

__all__ = ["Viewer"]


class Viewer(ImageCanvas):
    """An interactive view of an image: one plane of it, with sliders for the other axes.

    It is one widget; its state is traits that can be linked to any other widget, such as
    `channel`, `limits` and `colormap` (see `ImageCanvas` for all of them).

    Parameters
    ----------
    im
        The image.
    channel
        Index on the first slider axis (the spectral one, if there is one) to start with; the
        middle if None. Negative ones count from the end.
    budget
        Largest number of pixels of a plane that travel to the browser; a larger plane is shown
        with a stride, and the viewer says so.
    **settings
        Traits to start with.

    Raises
    ------
    BoxError
        If there is no such channel.
    traitlets.TraitError
        If a setting has a value that makes no sense.

    Examples
    --------
    >>> import jupimage
    >>> viewer = jupimage.samples.galaxy(channels=8, size=32).view(channel=2)
    >>> viewer.channel
    2
    >>> viewer.pin(y=16, x=20)
    >>> viewer.pinned
    [16.0, 20.0]
    """

    def __init__(
        self,
        im: image,
        *,
        channel: int | None = None,
        budget: int = 4_000_000,
        **settings: Any,
    ) -> None:
        self.image = im
        self._opened = im._opened
        self._budget = budget
        self._plane = choose_plane(self._opened.coordinates, self._opened.lattice.shape)
        axes = slider_axes(self._opened, self._plane)
        self._axes = {axis: AxisPositions(self._opened, axis) for axis in axes}
        indices = [self._plane.position[axis] or 0 for axis in self._axes]
        if channel is not None:
            indices[:1] = [self._channel_number(channel)]
        super().__init__(
            channel=indices[0] if indices else 0,
            others=indices[1:],
            sliders=[
                {
                    "axis": axis,
                    "name": positions.about.name,
                    "length": self._opened.lattice.shape[axis],
                    "unit": positions.about.unit,
                }
                for axis, positions in self._axes.items()
            ],
            geometry=describe_geometry(self._opened, self._plane),
        )
        for name, value in settings.items():
            if name not in self.trait_names(sync=True):
                raise TraitError(f"a viewer has no setting {name!r}")
            setattr(self, name, value)
        self._picture = SavedPicture(self._draw_picture)
        self.picture_id = self._picture.id
        self.observe(
            self._rest, ["channel", "others", "colormap", "limits", "viewport", "grid", "pinned"]
        )

    @property
    def plane(self) -> Plane:
        """The plane that is shown: two axes, and the indices on the others."""
        with self._lock:
            indices = [self.channel, *self.others] if self._axes else []
        return plane_at(self._opened, self._plane, self._axes, indices)

    def pin(self, *, y: float, x: float) -> None:
        """Pin a pixel of the picture, as a click does: its spectrum stays.

        Parameters
        ----------
        y, x
            Pixel coordinates on the vertical and the horizontal axis, 0 at the first centre.
        """
        self.pinned = [y, x]

    def unpin(self) -> None:
        """Let the spectrum follow the pointer again."""
        self.pinned = []

    def spectrum(self) -> SpectrumPlot:
        """Return a plot of the spectrum at the pinned pixel, or else at the pointer.

        The line at the current channel is tied to the trait `channel`.

        Returns
        -------
        SpectrumPlot
            A widget with a bqplot figure.

        Raises
        ------
        BoxError
            If the image has no second axis to plot along.
        """
        from jupimage.widgets.spectrum import SpectrumPlot

        if not self._axes:
            raise BoxError("a spectrum needs an axis that is not shown, and longer than 1")
        return SpectrumPlot(self)

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[memoryview]]:
        indices = [int(request["channel"]), *(int(i) for i in request["others"])]
        plane = plane_at(self._opened, self._plane, self._axes, indices if self._axes else [])
        return make_frame(
            self._opened,
            plane,
            self._axes,
            exact=bool(request.get("exact")),
            budget=self._budget,
        )

    def _channel_number(self, channel: int) -> int:
        if not self._axes:
            raise BoxError(f"there is no channel {channel}: all axes of the image are shown")
        length = self._opened.lattice.shape[next(iter(self._axes))]
        if not -length <= channel < length:
            raise BoxError(f"channel {channel} lies outside 0..{length - 1}")
        return channel % length

    @t.validate("channel")
    def _check_channel(self, proposal: dict[str, Any]) -> int:
        channel = int(proposal["value"])
        last = self.sliders[0]["length"] - 1 if self.sliders else 0
        if self.sliders and not 0 <= channel <= last:
            raise TraitError(f"channel {channel} lies outside 0..{last}")
        return channel

    @t.validate("others")
    def _check_others(self, proposal: dict[str, Any]) -> list[int]:
        others = [int(index) for index in proposal["value"]]
        lengths = [slider["length"] for slider in self.sliders[1:]]
        if self.sliders and (
            len(others) != len(lengths)
            or not all(0 <= i < n for i, n in zip(others, lengths, strict=True))
        ):
            raise TraitError(f"others {others} must be indices into axes of lengths {lengths}")
        return others

    @shown
    def _rest(self, change: Any) -> None:
        self._picture.refresh()

    def _draw_picture(self) -> Any:
        from jupimage.display import draw_plane

        with self._lock:
            position = self.plane.position
            limits, window, colours = tuple(self.limits), tuple(self.viewport), self.colormap
        # Not under the lock: a frame that is asked for meanwhile need not wait.
        return draw_plane(
            self._opened,
            position=position,
            limits=limits or None,
            colormap=colours,
            window=window or None,
        )

    def _ipython_display_(self, **kwargs: Any) -> None:
        from IPython.display import display

        self._picture.show()
        bundle: Any = self._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        words = {"text/plain": f"Viewer of {self.image}"}
        display({**data, **words}, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Take the widget off the page, and stop bringing its picture up to date."""
        picture = getattr(self, "_picture", None)
        if picture is not None:
            picture.stop()
        super().close()
