"""The class `image`, and the classes of coordinates under the name that old scripts know."""

from jupimage.images import coordinates
from jupimage.images.images import image

__all__ = ["coordinates", "image"]
