"""What travels to the workers of a cluster: a function, and where its pixels are.

A lattice on disk pickles as the name of its file and is opened again where it arrives; so do
views of it. Pixels in memory do not travel: work on them stays in this process.

A worker changes copies. What a function does to objects of this process would be lost without a
word, so functions that share variables with one around them are refused, and the arrays that a
function brings along arrive read-only.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from jupimage import options
from jupimage.errors import ArgumentError, FormatError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.concat import ConcatView
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.lent import LentLattice
from jupimage.lattice.masked import MaskedView
from jupimage.lattice.memory import MemoryLattice
from jupimage.lattice.section import SectionView

__all__ = ["Parcel", "is_stored", "pack", "this_process"]

Function = Callable[[Box, Block], Any]

_UNFIT = (pickle.PicklingError, TypeError, AttributeError, NotImplementedError)
_SETTINGS = ("map", "follow_links")  # how files are opened


@dataclass(frozen=True, slots=True)
class Parcel:
    """A function and a lattice, made ready to travel; made by `pack`.

    Parameters
    ----------
    token
        Tells this walk from all others.
    lattice, function
        Pickles.
    arrays
        The bytes of the arrays that the function brings along.
    facts
        Shape, type and whether there is a mask: what has to be found where this arrives.
    settings
        How files are opened.
    origin
        Computer and process that packed it.
    """

    token: str
    lattice: bytes
    function: bytes
    arrays: tuple[bytes, ...]
    facts: tuple[Any, ...]
    settings: dict[str, bool]
    origin: tuple[str, int]

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.lattice) + len(self.function) + sum(map(len, self.arrays))

    def prepare(self) -> None:
        """Read files in this process as the one that packed this does."""
        if self.origin != this_process():
            for name, value in self.settings.items():
                setattr(options, name, value)

    def unpack(self) -> tuple[Function, Lattice]:
        """Open the lattice, and load the function.

        Raises
        ------
        FormatError
            If another image has the name that the lattice had where it was packed.
        """
        lattice: Lattice = pickle.loads(self.lattice)
        if (found := _facts(lattice)) != self.facts:
            raise FormatError(
                f"another image has the name here: wanted shape, type and mask {self.facts}, "
                f"got {found}"
            )
        return pickle.loads(self.function, buffers=self.arrays), lattice


def pack(function: Function, lattice: Lattice) -> Parcel | None:
    """Return what a worker needs to work on blocks; None if pixels would have to travel.

    Parameters
    ----------
    function
        A function of a module, or a `functools.partial` or another object that pickles.
    lattice
        The pixels. What was written to them is flushed, so that others see it.

    Raises
    ------
    ArgumentError
        If the function cannot travel.

    Examples
    --------
    >>> import numpy as np
    >>> pack(len, MemoryLattice(np.zeros(4))) is None
    True
    """
    try:
        pixels, _ = _pickled(lattice, apart=False)
    except (_PixelsInMemoryError, *_UNFIT):  # a draft, or something of somebody else's
        return None
    try:
        work, arrays = _pickled(function, apart=True)
    except _PixelsInMemoryError:
        return None
    except _UNFIT as error:
        raise ArgumentError(
            f"{function!r} cannot be sent to a cluster ({error}): wanted a function of a module, "
            "or a functools.partial of one with arguments that pickle"
        ) from error
    settings = {name: getattr(options, name) for name in _SETTINGS}
    token = os.urandom(16).hex()
    return Parcel(token, pixels, work, arrays, _facts(lattice), settings, this_process())


def is_stored(lattice: Lattice) -> bool:
    """Whether pixels are merely read from files, or from memory, with nothing to compute."""
    if isinstance(lattice, SectionView | MaskedView):
        return is_stored(lattice.parent)
    if isinstance(lattice, ConcatView):
        return all(map(is_stored, lattice.parts))
    # What lies in a file says itself how to open that again; what computes is copied as it is.
    named = type(lattice).__reduce__ is not object.__reduce__
    return named or isinstance(lattice, MemoryLattice | LentLattice)


class _PixelsInMemoryError(Exception):
    """What was to be pickled holds pixels of this process."""


def _pickled(thing: Any, *, apart: bool) -> tuple[bytes, tuple[bytes, ...]]:
    """Return a pickle and the bytes of arrays, which are read-only later if kept `apart`."""
    import cloudpickle  # type: ignore[import-untyped]

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        """Knows what must not travel; functions typed into a notebook travel by value."""

        def reducer_override(self, found: Any) -> Any:
            if isinstance(found, MemoryLattice | LentLattice):
                raise _PixelsInMemoryError
            if isinstance(found, FunctionType) and found.__closure__:
                _refuse_closure(found)
            if hasattr(type(found), "add_mask"):  # a writable lattice
                found.flush()
            return super().reducer_override(found)

    buffers: list[pickle.PickleBuffer] = []
    file = io.BytesIO()
    Pickler(file, protocol=5, buffer_callback=buffers.append if apart else None).dump(thing)
    return file.getvalue(), tuple(buffer.raw().tobytes() for buffer in buffers)


def _refuse_closure(function: FunctionType) -> None:
    """Raise unless others can find the function by its name."""
    if "<locals>" in function.__qualname__:
        names = ", ".join(function.__code__.co_freevars)
        raise pickle.PicklingError(f"it shares the variables {names} with the function around it")


def _facts(lattice: Lattice) -> tuple[Any, ...]:
    return lattice.shape, lattice.dtype.str, lattice.masked


def this_process() -> tuple[str, int]:
    """Return the name of this computer and the number of this process."""
    import socket

    return socket.gethostname(), os.getpid()
