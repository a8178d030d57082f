"""The ways in which a value between pixels can be found, and their names.

A name is read as scripts have always written it: the first letter decides, upper or lower
case, and only ``la...`` is more than ``l...``.
"""

from __future__ import annotations

from typing import Any, Literal

from jupimage.errors import ArgumentError

__all__ = ["METHODS", "Method", "method_named"]

Method = Literal["nearest", "linear", "cubic", "lanczos"]

METHODS: tuple[Method, ...] = ("nearest", "linear", "cubic", "lanczos")
"""What can be asked for. Along a single axis cubic is a spline, and lanczos is linear."""


def method_named(name: Any) -> Method:
    """Return the method of interpolation that a name stands for.

    Raises
    ------
    ArgumentError
        If it is none.

    Examples
    --------
    >>> method_named("Near"), method_named("la"), method_named("L"), method_named("cub")
    ('nearest', 'lanczos', 'linear', 'cubic')
    """
    text = name.strip().lower() if isinstance(name, str) else ""
    if text.startswith(("la", "z")):
        return "lanczos"
    for method in METHODS:
        if text.startswith(method[0]):
            return method
    raise ArgumentError(f"interpolation must be one of {', '.join(METHODS)}, got {name!r}")
