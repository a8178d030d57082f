"""The class `image`, and the doors of its constructor."""

from jupimage.images.images import image

__all__ = ["image"]
