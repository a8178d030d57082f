"""One walker for everything that touches a whole lattice.

Statistics, saving, regridding, limits of a picture: each is a function of one block, and this
module brings it the blocks (`jupimage.lattice.cutting`). Results come back in the order of the
blocks, whatever order they were worked in, so that a sum is the same, to the last bit, on one
thread, on many, and on a cluster (`jupimage.lattice.cluster`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar

from jupimage import options
from jupimage.errors import CancelledError
from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.cluster import choose_client, send_blocks
from jupimage.lattice.cutting import blocks, count_held
from jupimage.lattice.lattice import Lattice
from jupimage.lattice.parcel import is_stored, pack

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["blocks", "map_blocks", "reduce_blocks", "visit_blocks"]

# Blocks for each thread that are begun before the first of them is asked for: with fewer, the
# others wait for the slowest.
_AHEAD = 2

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def map_blocks(
    function: Callable[[Box, Block], R],
    lattice: Lattice,
    *,
    box: Box | None = None,
    tile: tuple[int, ...] | None = None,
    cluster: Client | Literal[False] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Iterator[R]:
    """Apply a function to every block of a lattice and give the results in order.

    It runs on the cluster that is given here or as `jupimage.options.cluster`, if the pixels lie
    in files; otherwise, and for pixels in memory, on threads of this process. A client that is
    merely there is never used.

    Parameters
    ----------
    function
        Called with the box and the block read from it, in several threads at once. For a cluster
        it is a function of a module, or a `functools.partial` of one: what travels is a copy, so
        it must not change what it holds. Its results travel too and should be small.
    lattice, box, tile
        What to walk through, as for `blocks`.
    cluster
        A client to use instead of `jupimage.options.cluster`; False for threads of this process
        whatever is set, as a function needs it that changes something here.
    progress
        Called with the number of blocks done and their total, in the calling thread.
    cancelled
        Asked before each block (on a cluster: each task and a few times a second); once it says
        True, the walk ends with `CancelledError`.

    Yields
    ------
    object
        What `function` returned for each block, in C order of the blocks.

    Raises
    ------
    ArgumentError
        If the cluster is no usable client, or the function cannot travel.
    ClusterError
        If the cluster is closed or lost, or its workers die of the work.
    FormatError
        If the workers do not see the image.
    """
    pieces = blocks(lattice, box=box, tile=tile)
    results = _results(function, lattice, pieces, cluster, cancelled)
    for done, result in enumerate(results, 1):
        if progress is not None:
            progress(done, len(pieces))
        yield result


def reduce_blocks(
    function: Callable[[Box, Block], T],
    combine: Callable[[T, T], T],
    lattice: Lattice,
    *,
    box: Box | None = None,
    cluster: Client | Literal[False] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> T:
    """Apply a function to every block and fold the results, always in the order of the blocks.

    Parameters
    ----------
    function, lattice, box, cluster, progress, cancelled
        As for `map_blocks`.
    combine
        Called in this process with what there is so far and the next result.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> cube = MemoryLattice(np.ones((30, 40, 50)))
    >>> reduce_blocks(lambda box, block: block.values.sum(), lambda a, b: a + b, cube)
    np.float64(60000.0)
    """
    results = map_blocks(
        function, lattice, box=box, cluster=cluster, progress=progress, cancelled=cancelled
    )
    total = next(results)
    for result in results:
        total = combine(total, result)
    return total


def visit_blocks(
    function: Callable[[Box, Block], object],
    lattice: Lattice,
    *,
    box: Box | None = None,
    tile: tuple[int, ...] | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Hand every block to a function of this process, for what it does here: store it, say.

    On a cluster the workers only compute the blocks, which all come here; so this uses one only
    where there is something to compute, and reads what simply lies in files itself.

    Parameters
    ----------
    function
        Called with the box and the block, in several threads at once, in no certain order. It
        may be of any kind.
    lattice, box, tile, progress, cancelled
        As for `map_blocks`.

    Examples
    --------
    >>> import numpy as np
    >>> from jupimage.lattice import MemoryLattice
    >>> copy = np.zeros((30, 40))
    >>> def store(box, block):
    ...     copy[box.slices] = block.values
    >>> visit_blocks(store, MemoryLattice(np.ones((30, 40))))
    >>> copy.sum()
    np.float64(1200.0)
    """
    common: _Common = {"box": box, "tile": tile, "progress": progress, "cancelled": cancelled}
    if choose_client(None) is None or is_stored(lattice):
        for _ in map_blocks(function, lattice, cluster=False, **common):
            pass
    else:
        for where, block in map_blocks(_given, lattice, **common):
            function(where, block)


class _Common(TypedDict):
    """Arguments that all walks have."""

    box: Box | None
    tile: tuple[int, ...] | None
    progress: Progress | None
    cancelled: Cancelled | None


def _given(box: Box, block: Block) -> tuple[Box, Block]:
    return box, block


def _results(
    function: Callable[[Box, Block], R],
    lattice: Lattice,
    pieces: list[Box],
    cluster: Client | Literal[False] | None,
    cancelled: Cancelled | None,
) -> Iterator[R]:
    """Give the results of all blocks in order, from where the work is best done."""

    def check() -> None:
        if cancelled is not None and cancelled():
            raise CancelledError("stopped before the end, as asked")

    def work(piece: Box) -> R:
        return function(piece, lattice.read(piece))

    held = count_held(lattice, pieces)
    client = choose_client(cluster)
    parcel = None if client is None else pack(function, lattice)
    if client is not None and parcel is not None:
        return send_blocks(client, parcel, pieces, check, most=held)
    workers = min(options.workers(), held)
    if workers == 1 or len(pieces) == 1:
        return _inline(work, pieces, check)
    return _threaded(work, pieces, check, workers)


def _inline(work: Callable[[Box], R], pieces: list[Box], check: Callable[[], None]) -> Iterator[R]:
    """Run `work` over the pieces in this thread."""
    for piece in pieces:
        check()
        yield work(piece)


def _threaded(
    work: Callable[[Box], R], pieces: list[Box], check: Callable[[], None], workers: int
) -> Iterator[R]:
    """Run `work` over the pieces, a few ahead of the reader, and give the results in order."""
    waiting: deque[Future[R]] = deque()
    ahead = _AHEAD * workers
    with ThreadPoolExecutor(workers, thread_name_prefix="jupimage-scan") as pool:
        try:
            for piece in pieces:
                check()
                waiting.append(pool.submit(work, piece))
                if len(waiting) > ahead:
                    yield waiting.popleft().result()
            while waiting:
                check()
                yield waiting.popleft().result()
        finally:  # an error, an interrupt, or a reader who wants no more
            for future in waiting:
                future.cancel()
