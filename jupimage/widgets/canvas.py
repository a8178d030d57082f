"""The canvas: one anywidget whose browser side is the bundle built from ``js``.

This class is the wire and nothing else: the traits that both sides share, and the messages
that carry pixels. It knows no image. Small lasting state travels as traits of plain JSON types,
so that it can be linked to any other widget; pixels travel as messages after the view has said
``ready``, because a message sent before the view listens is lost, and a trait would be saved
into the notebook.

Callbacks may run in another thread beside a cell of the user's, so what they share is locked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anywidget
import traitlets as t
from traitlets import TraitError

__all__ = ["ImageCanvas"]

_STATIC = Path(__file__).parent.parent / "static"

F = TypeVar("F", bound=Callable[..., None])


class ImageCanvas(anywidget.AnyWidget):
    """A picture in the browser with its controls: sliders, player, colours, limits, readout.

    Attributes
    ----------
    channel : int
        Index on the first axis that is not shown; on a cube, the channel.
    others : list of int
        Indices on further axes that are not shown, in the order of `sliders`.
    colormap : str
        Name of the colours; ``_r`` at the end reverses them.
    limits : list of float
        Pixel values that get the first and last colour; empty for automatic ones.
    viewport : list of float
        Edges ``[x0, y0, x1, y1]`` of what is shown, in pixels; empty for the whole image.
    grid : bool
        Whether lines of equal sky position are drawn.
    playing : bool
        Whether the channels run.
    interval : int
        Time for each channel while they run, in milliseconds.
    cursor, pinned : list of float
        Pixel ``[y, x]`` under the pointer (sent only while `track_cursor` is set) and the one
        that was clicked; empty for none.
    height : int
        Height of the picture on the page, in CSS pixels.
    error : str
        What went wrong, shown in the widget; empty for nothing.
    """

    _esm: ClassVar[Path] = _STATIC / "viewer.js"
    _css: ClassVar[Path] = _STATIC / "viewer.css"

    channel = t.Int(0).tag(sync=True)
    others = t.List(t.Int()).tag(sync=True)
    sliders = t.List(t.Dict()).tag(sync=True)
    geometry = t.Dict().tag(sync=True)
    colormap = t.Unicode("inferno").tag(sync=True)
    limits = t.List(t.Float()).tag(sync=True)
    viewport = t.List(t.Float()).tag(sync=True)
    grid = t.Bool(True).tag(sync=True)
    playing = t.Bool(False).tag(sync=True)
    interval = t.Int(100, min=20).tag(sync=True)
    cursor = t.List(t.Float()).tag(sync=True)
    pinned = t.List(t.Float()).tag(sync=True)
    track_cursor = t.Bool(False).tag(sync=True)
    height = t.Int(420, min=80, max=4000).tag(sync=True)
    error = t.Unicode("").tag(sync=True)
    picture_id = t.Unicode("").tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._lock = threading.RLock()
        super().__init__(**traits)
        self.on_msg(self._received)

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[memoryview]]:
        """Return header and pixels of the frame that the browser asks for."""
        raise NotImplementedError

    def _received(self, widget: Any, content: Any, buffers: Any) -> None:
        """Answer one message of the browser; whatever goes wrong is shown there.

        Only requests need an answer: a view that is ``ready`` asks for what it wants, and frames
        are made in the order they are asked for, so that a ``cancel`` comes after its frame.
        """
        if not isinstance(content, dict) or content.get("kind") != "request":
            return
        try:
            with self._lock:
                header, pixels = self._answer(content)
        except Exception as error:
            self.send({"kind": "failed", "id": content.get("id"), "error": describe(error)})
        else:
            self.send({"kind": "frame", "id": content.get("id"), **header}, buffers=pixels)

    @t.validate("colormap")
    def _check_colormap(self, proposal: dict[str, Any]) -> str:
        from jupimage.display.colormap import colormap

        try:
            colormap(proposal["value"])
        except ValueError as error:
            raise TraitError(str(error)) from None
        return str(proposal["value"])

    @t.validate("limits")
    def _check_limits(self, proposal: dict[str, Any]) -> list[float]:
        limits = [float(value) for value in proposal["value"]]
        if limits and (len(limits) != 2 or not all(abs(v) < float("inf") for v in limits)):
            raise TraitError(f"limits must be two finite numbers, or empty, got {limits}")
        return limits

    @t.validate("cursor", "pinned")
    def _check_place(self, proposal: dict[str, Any]) -> list[float]:
        place = [float(value) for value in proposal["value"]]
        if len(place) not in (0, 2):
            raise TraitError(f"a position in the picture is [y, x], or empty, got {place}")
        return place

    @t.validate("viewport")
    def _check_viewport(self, proposal: dict[str, Any]) -> list[float]:
        edges = [float(value) for value in proposal["value"]]
        if edges and not (
            len(edges) == 4
            and abs(sum(edges)) < float("inf")
            and edges[0] < edges[2]
            and edges[1] < edges[3]
        ):
            raise TraitError(f"a viewport is [x0, y0, x1, y1] with x0 < x1, y0 < y1, got {edges}")
        return edges


def describe(error: Exception) -> str:
    """Return an error in the words that a script would see."""
    text = str(error) or type(error).__name__
    return text if isinstance(error, RuntimeError) else f"{type(error).__name__}: {text}"


def shown(callback: F) -> F:
    """Decorate a callback of a canvas: its errors appear in the widget, not in a lost log."""

    def guarded(self: ImageCanvas, *arguments: Any) -> None:
        try:
            callback(self, *arguments)
        except Exception as error:
            self.error = describe(error)

    guarded.__name__ = callback.__name__
    guarded.__doc__ = callback.__doc__
    return guarded  # type: ignore[return-value]
