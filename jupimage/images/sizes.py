"""Shapes and counts that numpy reads as attributes and casacore scripts call as methods.

``im.shape`` has to be a tuple, or numpy, dask and astropy fail on the object; ``im.shape()``
has to be a list, or scripts written for casacore do. These two types are both.
"""

from __future__ import annotations

__all__ = ["Count", "Shape"]


class Shape(tuple[int, ...]):
    """A shape: a tuple of lengths, slowest axis first; calling it gives a list.

    Examples
    --------
    >>> shape = Shape((2, 3))
    >>> shape, shape()
    ((2, 3), [2, 3])
    """

    __slots__ = ()

    def __call__(self) -> list[int]:
        return list(self)


class Count(int):
    """A number of axes or pixels: an int; calling it gives the same int.

    Examples
    --------
    >>> Count(6) + 1, Count(6)()
    (7, 6)
    """

    __slots__ = ()

    def __call__(self) -> int:
        return int(self)
