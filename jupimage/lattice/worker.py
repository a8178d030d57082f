"""What runs in the workers of a cluster: some blocks of a walk at a time.

A worker opens an image when the first blocks of a walk arrive, and keeps it for the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from jupimage.errors import ArgumentError, FormatError, MissingImageError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.failure import Failure
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.parcel import Parcel, this_process
from jupimage.lattice.shelf import Shelf

__all__ = ["is_worker", "work"]

_thread = threading.local()
_shelf: Shelf[tuple[Callable[[Box, Block], Any], Lattice]] = Shelf(room=8, patience=10)


def is_worker() -> bool:
    """Whether this thread is at work for a cluster."""
    return getattr(_thread, "busy", False)


def work(parcel: Parcel, pieces: list[Box]) -> list[Any]:
    """Do what a parcel says with some blocks.

    Returns
    -------
    list
        The results; a `Failure` is the last one if there was an error.
    """
    results: list[Any] = []
    _thread.busy = True
    try:
        parcel.prepare()
        function, lattice = _shelf.take(parcel.token, lambda: _unpack(parcel))
        for piece in pieces:
            results.append(function(piece, lattice.read(piece)))
    except (Exception, SystemExit) as error:  # whatever the function may raise
        results.append(Failure.of(error, f"by {_me()}"))
    finally:
        _thread.busy = False
    return results


def _unpack(parcel: Parcel) -> tuple[Callable[[Box, Block], Any], Lattice]:
    """Open the image, and say who could not."""
    try:
        return parcel.unpack()
    except FormatError as error:
        kind = MissingImageError if isinstance(error, MissingImageError) else FormatError
        raise kind(
            f"{_me()} cannot open the image: {error}; all workers have to see the same files "
            "under the same names"
        ) from error
    except (ImportError, AttributeError) as error:
        raise ArgumentError(
            f"{_me()} cannot load the work: {error}; what this process uses has to be installed "
            "there"
        ) from error


def _me() -> str:
    host, process = this_process()
    return f"a worker of the cluster (process {process} on {host})"
