"""The spectrum under the pointer, as a bqplot figure beside a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bqplot as bq
import ipywidgets as w
import numpy as np
from numpy.typing import NDArray

from jupimage.display.ticks import number_ruler
from jupimage.lattice import Box
from jupimage.widgets.canvas import describe
from jupimage.widgets.labels import AxisPositions

if TYPE_CHECKING:
    from jupimage.widgets.viewer import Viewer

__all__ = ["SpectrumPlot"]


class SpectrumPlot(w.VBox):
    """Pixel values along the first slider axis of a viewer, at its pinned pixel or its pointer.

    Before there is either, at the middle of the picture. A vertical line marks the viewer's
    channel and moves with it. A click into the plot takes the line, which then follows the
    pointer and takes the viewer along; another click leaves it there.

    Parameters
    ----------
    viewer
        The viewer to follow.

    Attributes
    ----------
    figure : bqplot.Figure
        The plot.
    """

    _following = False

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._x, label = _place_on_axis(viewer._axes[viewer.sliders[0]["axis"]])
        self._build(label)
        self._status = w.Label()
        super().__init__([self.figure, self._status])
        viewer.track_cursor = True
        viewer.observe(self._moved, ["cursor", "pinned", "others"])
        viewer.observe(self._marked, "channel")
        self._following = True
        self._selector.observe(self._selected, "selected")
        self._marked(None)
        self._moved(None)

    def close(self) -> None:
        """Take the plot off the page and stop following the viewer."""
        if self._following:
            self._following = False
            self._viewer.unobserve(self._moved, ["cursor", "pinned", "others"])
            self._viewer.unobserve(self._marked, "channel")
        super().close()

    def _build(self, label: str) -> None:
        x_scale, y_scale = bq.LinearScale(), bq.LinearScale(min=0, max=1)
        self._line = bq.Lines(
            x=self._x,
            y=np.full(len(self._x), np.nan),
            scales={"x": x_scale, "y": y_scale},
            colors=["#3b7dd8"],
            stroke_width=1.5,
        )
        self._mark = bq.Lines(
            x=[0.0, 0.0],
            y=[0.0, 1.0],
            scales={"x": x_scale, "y": bq.LinearScale(min=0, max=1)},
            colors=["#d9822b"],
            stroke_width=1.5,
        )
        self._selector = bq.interacts.IndexSelector(
            scale=x_scale, marks=[self._line], color="#a8a8a8", line_width=1
        )
        unit = self._viewer.image.unit()
        self.figure = bq.Figure(
            marks=[self._line, self._mark],
            axes=[
                bq.Axis(scale=x_scale, label=label, grid_lines="none"),
                bq.Axis(
                    scale=y_scale,
                    side="left",
                    label=unit or "pixel value",
                    label_offset="54px",
                    grid_lines="dashed",
                ),
            ],
            interaction=self._selector,
            fig_margin={"top": 16, "bottom": 44, "left": 76, "right": 30},
            layout=w.Layout(height="240px", width="100%", min_width="280px"),
        )

    def _moved(self, change: Any) -> None:
        """The place whose spectrum is wanted may have changed; one that is gone changes nothing."""
        width, height = self._viewer.geometry["width"], self._viewer.geometry["height"]
        kind = "pinned" if self._viewer.pinned else "pointer"
        place = self._viewer.pinned or self._viewer.cursor
        if change is None and not place:
            kind, place = "middle", [height // 2, width // 2]
        if not place:
            return
        y, x = (int(np.floor(v + 0.5)) for v in place)
        if not (0 <= x < width and 0 <= y < height):
            return
        try:
            self._plot(read_spectrum(self._viewer, (y, x)))
            self._status.value = f"pixel x {x}, y {y} ({kind})"
        except Exception as error:
            self._status.value = describe(error)

    def _plot(self, values: NDArray[np.float64]) -> None:
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        room = 0.06 * (high - low) or 0.1 * abs(high) or 0.1
        scale = self._line.scales["y"]
        with self._line.hold_sync(), scale.hold_sync():
            scale.min, scale.max = low - room, high + room
            self._line.y = values

    def _marked(self, change: Any) -> None:
        position = float(self._x[self._viewer.channel])
        self._mark.x = [position, position]

    def _selected(self, change: Any) -> None:
        selected = np.atleast_1d(np.asarray(change["new"], dtype=float))
        if selected.size and np.isfinite(selected[0]):
            self._viewer.channel = int(np.nanargmin(np.abs(self._x - selected[0])))


def read_spectrum(viewer: Viewer, place: tuple[int, int]) -> NDArray[np.float64]:
    """Read the pixels along the first slider axis of a viewer, NaN where they are bad.

    Parameters
    ----------
    viewer
        The viewer; the position on further axes is the one it shows.
    place
        Pixel (y, x) of the picture.
    """
    plane = viewer.plane
    axis = viewer.sliders[0]["axis"]
    lattice = viewer.image._opened.lattice
    start = [0 if index is None else index for index in plane.position]
    start[plane.x_axis] = place[1]
    if plane.y_axis >= 0:
        start[plane.y_axis] = place[0]
    start[axis] = 0
    stop = [a + 1 for a in start]
    stop[axis] = lattice.shape[axis]
    values = lattice.read(Box(tuple(start), tuple(stop))).filled().reshape(-1)
    return np.abs(values).astype(float) if values.dtype.kind == "c" else values.astype(float)


def _place_on_axis(positions: AxisPositions) -> tuple[NDArray[np.float64], str]:
    """Return where the pixels of an axis lie on the plot, and what its axis is called."""
    about, world = positions.about, np.asarray(positions.world, dtype=float)
    if not np.isfinite(world).all() or about.labels:
        return np.arange(len(world), dtype=float), f"{about.name or 'axis'} (pixel)"
    ruler = number_ruler(float(world.min()), float(world.max()), about.unit)
    return world * ruler.scale, f"{about.name} ({ruler.unit})" if ruler.unit else about.name
