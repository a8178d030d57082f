"""What `image` was given as a text: the name of a file, or an expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jupimage.errors import FormatError, LelError, MissingImageError
from jupimage.formats import Opened, open_path
from jupimage.lel.expression import compile_expression

__all__ = ["open_text"]

# Such a text is meant as the name of a file, whatever it would mean as an expression.
_PATH = re.compile(r"(?!.*\s[-+/]\s)[^()\[\]*^<>=!&|$'\",%+]+", re.DOTALL)


def open_text(
    text: str, *, images: Sequence[Opened] = (), namespace: Mapping[str, Any] | None = None
) -> Opened:
    """Open a file, or evaluate an expression if there is no image file of that name.

    Parameters
    ----------
    text
        Name or expression.
    images
        What ``$1``, ``$2`` ... stand for.
    namespace
        Variables for ``$name``; None where there must not be any.

    Raises
    ------
    MissingImageError
        If it can only be the name of a file, and there is none.
    FormatError
        If there is a file of that name that is no image.
    LelError
        If it is an expression that is wrong.
    """
    try:
        return open_path(text)
    except MissingImageError as error:
        missing: FormatError = error
    except FormatError as error:
        missing = error
    try:
        return compile_expression(text, images=images, namespace=namespace).opened()
    except LelError:
        if not isinstance(missing, MissingImageError) or _PATH.fullmatch(text):
            raise missing from None
        raise
