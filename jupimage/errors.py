"""Exceptions raised by jupimage.

The tree::

    ImageError (RuntimeError)
    ├── ArgumentError (ValueError)       an argument that means nothing here
    ├── BoxError (IndexError)            a section, index or corner outside an image
    ├── ShapeError (ValueError)          shapes that do not fit each other
    ├── DataTypeError (TypeError)        pixel values or arguments of a type that cannot be used
    ├── CoordinateError (ValueError)     a coordinate system that is wrong or cannot answer
    ├── MaskError (ValueError)           a mask that is missing or cannot be made
    ├── FormatError (OSError)            a file that is damaged or of no known format
    │   └── MissingImageError (FileNotFoundError)
    ├── LockError (TimeoutError)         a file that another process keeps locked
    ├── ReadOnlyError (PermissionError)  a write to an image that cannot be written
    ├── ClosedError (ValueError)         use of an image after `close`
    ├── DisplayError (ValueError)        a picture that cannot be drawn as asked
    └── CancelledError                   long work stopped at the user's wish

The root is a `RuntimeError`, because that is what scripts written for ``casacore.images``
catch; every branch also derives from the builtin that a Python user would expect.
Messages say what was wanted, what was got, and where.
"""

from __future__ import annotations

__all__ = [
    "ArgumentError",
    "BoxError",
    "CancelledError",
    "ClosedError",
    "CoordinateError",
    "DataTypeError",
    "DisplayError",
    "FormatError",
    "ImageError",
    "LockError",
    "MaskError",
    "MissingImageError",
    "ReadOnlyError",
    "ShapeError",
]


class ImageError(RuntimeError):
    """Root of all errors of this package."""


class ArgumentError(ImageError, ValueError):
    """An argument has a value or a kind that means nothing here."""


class BoxError(ImageError, IndexError):
    """A section, an index or a corner lies outside the image it refers to."""


class ShapeError(ImageError, ValueError):
    """Two shapes that have to agree do not."""


class DataTypeError(ImageError, TypeError):
    """Pixel values or an argument have a type that cannot be used here."""


class CoordinateError(ImageError, ValueError):
    """A coordinate system is wrong, or has no answer for a position."""


class MaskError(ImageError, ValueError):
    """A mask does not exist, or cannot be made here."""


class FormatError(ImageError, OSError):
    """A file is damaged, or is not an image in any known format."""


class MissingImageError(FormatError, FileNotFoundError):
    """There is no file or directory of that name."""


class LockError(ImageError, TimeoutError):
    """A file stayed locked by another process for as long as was waited."""


class ReadOnlyError(ImageError, PermissionError):
    """The image cannot be written."""


class ClosedError(ImageError, ValueError):
    """The image was closed."""


class DisplayError(ImageError, ValueError):
    """A picture cannot be drawn as asked."""


class CancelledError(ImageError):
    """Long work was stopped because the user asked for it."""
