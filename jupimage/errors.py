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
    ├── LelError (ValueError)            an expression that is wrong; it points at the place
    ├── ClusterError (ConnectionError)   a cluster that cannot do the work
    ├── MissingPackageError (ImportError)  a package that is needed and not installed
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
    "ClusterError",
    "CoordinateError",
    "DataTypeError",
    "DisplayError",
    "FormatError",
    "ImageError",
    "LelError",
    "LockError",
    "MaskError",
    "MissingImageError",
    "MissingPackageError",
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


class ClusterError(ImageError, ConnectionError):
    """The cluster cannot do the work: it is gone, or its workers die."""


class MissingPackageError(ImageError, ImportError):
    """A package that is not installed is needed."""


class LelError(ImageError, ValueError):
    """An expression is wrong.

    Parameters
    ----------
    reason
        What was wanted and what was got.
    text
        The expression.
    span
        First character that the error is about, and the first one behind.

    Examples
    --------
    >>> print(LelError("wanted a number, got )", "2 * )", (4, 5)))
    wanted a number, got )
      2 * )
          ^
    """

    def __init__(self, reason: str, text: str, span: tuple[int, int]) -> None:
        self.reason, self.text, self.span = reason, text, tuple(span)
        super().__init__(reason, text, self.span)

    def __str__(self) -> str:
        start, stop = self.span
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", begin)
        line = self.text[begin:] if end < 0 else self.text[begin:end]
        first = max(0, start - begin - 60)  # a long line is cut to what is around the place
        shown = "".join(c if c.isprintable() else " " for c in line[first : first + 120])
        width = max(1, min(stop, begin + len(line)) - start)
        caret = " " * (start - begin - first) + "^" * min(width, 120)
        return f"{self.reason}\n  {shown}\n  {caret}"


class CancelledError(ImageError):
    """Long work was stopped because the user asked for it."""
