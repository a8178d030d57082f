"""The picture that stays: an output of its own that shows what the viewer showed last."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any
from uuid import uuid4

__all__ = ["SavedPicture"]

REST = 0.6
"""Seconds without a change before the picture is drawn again."""


class SavedPicture:
    """A display with an id, redrawn when its viewer has come to rest.

    Parameters
    ----------
    draw
        Makes the picture: an object with `png`, `width`, `height` (CSS pixels) and `alt`.
    """

    def __init__(self, draw: Callable[[], Any]) -> None:
        self.id = uuid4().hex
        self._draw = draw
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._shown = False

    def show(self) -> None:
        """Display the picture in the current cell."""
        self._publish(update=False)
        self._shown = True

    def refresh(self) -> None:
        """Bring the picture up to date once nothing has changed for a moment."""
        if not self._shown:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(REST, self._update)
            self._timer.daemon = True
            self._timer.start()

    def stop(self) -> None:
        """Forget a picture that is waiting to be drawn."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
            self._shown = False

    def _update(self) -> None:
        self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        from IPython.display import publish_display_data

        where = {"display_id": f"jupimage-{self.id}"}
        publish_display_data(self._bundle(), transient=where, update=update)  # type: ignore[no-untyped-call]

    def _bundle(self) -> dict[str, Any]:
        try:
            picture = self._draw()
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            mark = f'<p data-jupimage-picture="{self.id}">{escape(text)}</p>'
            return {"text/plain": text, "text/html": mark}
        data = b64encode(picture.png).decode("ascii")
        html = (
            f'<img data-jupimage-picture="{self.id}" alt="{escape(picture.alt)}" '
            f'width="{picture.width}" height="{picture.height}" src="data:image/png;base64,{data}">'
        )
        return {"text/plain": picture.alt, "text/html": html, "image/png": data}
