"""Astronomical images, live in the notebook.

`image` opens, makes and joins images with the interface of ``casacore.images``; at the end of
a notebook cell an image shows itself, and ``im.view()`` shows it live.

Examples
--------
>>> import jupimage
>>> im = jupimage.samples.galaxy(channels=4, size=96)
>>> im.shape
(4, 96, 96)
"""

import importlib
from typing import TYPE_CHECKING, Any

from jupimage import coordinates, errors, options
from jupimage.images import image

if TYPE_CHECKING:
    from jupimage import samples, widgets

__version__ = "0.1.0"

__all__ = ["coordinates", "errors", "image", "options", "samples", "widgets"]


def __getattr__(name: str) -> Any:
    """Import `samples` and `widgets` when they are first used: scripts need neither."""
    if name in ("samples", "widgets"):
        return importlib.import_module(f"jupimage.{name}")
    raise AttributeError(f"module 'jupimage' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
