"""What is live: the viewer, its spectrum, and sliders to compose one's own tools from.

Only this room needs ipywidgets, anywidget and bqplot; it is loaded when it is used, and bqplot
when the first spectrum is.
"""

from typing import TYPE_CHECKING, Any

from jupimage.widgets.canvas import ImageCanvas
from jupimage.widgets.slider import ChannelSlider, SliceSlider
from jupimage.widgets.viewer import Viewer

if TYPE_CHECKING:
    from jupimage.widgets.spectrum import SpectrumPlot

__all__ = ["ChannelSlider", "ImageCanvas", "SliceSlider", "SpectrumPlot", "Viewer"]


def __getattr__(name: str) -> Any:
    if name == "SpectrumPlot":
        from jupimage.widgets.spectrum import SpectrumPlot

        return SpectrumPlot
    raise AttributeError(f"module 'jupimage.widgets' has no attribute {name!r}")
