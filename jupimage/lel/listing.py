"""The functions of the language, to look at."""

from __future__ import annotations

from jupimage.lel.checking import TABLES
from jupimage.lel.functions import FUNCTIONS, Function

__all__ = ["functions"]


def functions() -> tuple[Function, ...]:
    """Return all functions of expressions, by name.

    Examples
    --------
    >>> [function.signature for function in functions()][:3]
    ['abs(x)', 'acos(x)', 'all(x)']
    """
    assert TABLES
    return tuple(FUNCTIONS[name] for name in sorted(FUNCTIONS))
