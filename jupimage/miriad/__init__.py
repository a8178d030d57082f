"""Miriad images: folders of items."""

from jupimage.miriad.format import MiriadFormat

__all__ = ["MiriadFormat"]
