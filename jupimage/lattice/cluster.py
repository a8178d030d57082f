"""Work on the blocks of a lattice on a `dask.distributed` cluster.

The blocks and the function are those that the threads of this process would get, and the results
come back in the same order, so they are the same to the last bit. Nothing but names of files,
boxes and results travels: a worker opens the image itself. So every worker has to see the files
under the same names (a file system that all share), and this package has to be installed on the
workers and on the scheduler.

A task holds several blocks, because to start one costs milliseconds, and a few tasks for each
thread of the cluster are under way at a time. When a worker dies, dask does its tasks again
elsewhere; it gives up on a task that took several workers with it
(``distributed.scheduler.allowed-failures``). While a cluster has no workers at all, the walk
waits for some, as an adaptive cluster needs it
(``distributed.scheduler.no-workers-timeout`` bounds that).

Examples
--------
On one computer, where it does what threads do::

    from dask.distributed import Client
    from jupimage import image, options

    options.cluster = Client()
    image("cube.fits").statistics()
    options.cluster = None

dask tells the workers to give memory back to the system at once, which makes every array of a
block a new piece of memory, and simple work several times slower. Before the workers are started::

    dask.config.set({"distributed.nanny.pre-spawn-environ": {
        "MALLOC_TRIM_THRESHOLD_": 1 << 24, "MALLOC_MMAP_THRESHOLD_": 1 << 24}})

On a batch system, with the image on a file system that all its computers have::

    from dask_jobqueue import SLURMCluster

    cluster = SLURMCluster(cores=8, memory="16GB")
    cluster.scale(jobs=10)
    options.cluster = Client(cluster)
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from jupimage import options
from jupimage.errors import ArgumentError, ClusterError, ImageError
from jupimage.lattice.box import Box
from jupimage.lattice.failure import Failure
from jupimage.lattice.parcel import Parcel
from jupimage.lattice.worker import is_worker, work

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["choose_client", "send_blocks"]

_MOST = 32  # blocks of a task: to cancel one, and to do it again, must not take long
_AHEAD = 2  # tasks for each thread of the cluster: one to work on, one to go on with
_SHARES = 4  # tasks that each thread should get in all, so that none is left with the rest
_LIGHT = 1 << 16  # bytes that may travel with each task
_POLL = 0.2  # seconds between two looks whether the user wants to stop
_COUNT = 2.0  # seconds for which the number of threads is believed


def choose_client(cluster: Client | Literal[False] | None) -> Client | None:
    """Return the client to work with: the one given or that of `jupimage.options`; None for none.

    Within the work that a cluster does there is none: its workers do not wait for each other.

    Raises
    ------
    ArgumentError
        If it is no client, or one for ``async`` programs.
    ClusterError
        If it is closed.
    """
    client = options.cluster if cluster is None else cluster
    if client is None or client is False or is_worker():
        return None
    name = "options.cluster" if cluster is None else "cluster"
    if not _is_client(client):
        raise ArgumentError(f"{name} must be a dask.distributed.Client or None, got {client!r:.80}")
    if client.asynchronous:
        raise ArgumentError(f"{name} must be a client that was not made with asynchronous=True")
    if client.status not in ("running", "connecting"):
        raise ClusterError(
            f"{name} is a client that is {client.status}: set it to None to work in this "
            "process, or to a new Client"
        )
    return client


def _is_client(thing: object) -> bool:
    try:
        from distributed import Client
    except ImportError:
        return False
    return isinstance(thing, Client)


def send_blocks(
    client: Client, parcel: Parcel, pieces: list[Box], check: Callable[[], None], *, most: int
) -> Iterator[Any]:
    """Work on blocks on the cluster and give the results in order.

    Parameters
    ----------
    client
        Of the cluster.
    parcel
        What to do, on which lattice.
    pieces
        The blocks.
    check
        Called again and again; raises an error to stop.
    most
        Number of blocks that a worker may have results of at one time, before they are fetched.

    Yields
    ------
    object
        What the function returned for each block.

    Raises
    ------
    ClusterError
        If the cluster is lost, or its workers die of the work.
    FormatError
        If the workers do not see the image.
    """
    where = str(client.scheduler.address) if client.scheduler else "an unknown address"
    threads = Threads(client)
    with _translated(client, where):
        size = max(1, min(-(-len(pieces) // (_SHARES * threads.count())), _MOST, most // _AHEAD))
        sent = _sent(client, parcel)
    batches = deque(pieces[first : first + size] for first in range(0, len(pieces), size))
    waiting: deque[Future[Any]] = deque()
    # No name for a task but in `waiting`: dask drops those that nobody can name any more.
    try:
        while batches or waiting:
            with _translated(client, where):
                while batches and len(waiting) < _AHEAD * threads.count():
                    check()
                    key = f"jupimage-{parcel.token}-{len(batches)}"
                    waiting.append(
                        client.submit(work, sent, batches.popleft(), key=key, pure=False)
                    )
                _wait(waiting, check)
                found = _fetch(client, waiting, max(1, most // size))
            for result in chain.from_iterable(found):
                if isinstance(result, Failure):
                    raise result.error()
                yield result
    finally:
        waiting.clear()


def _sent(client: Client, parcel: Parcel) -> Any:
    """Return what stands for the parcel in a task: itself, or where large ones are to be found."""
    if parcel.size <= _LIGHT:
        return parcel
    return client.submit(_same, parcel, key=f"jupimage-{parcel.token}", pure=False)


def _same(parcel: Parcel) -> Parcel:
    """Return it: as the result of a task it is fetched once by each worker, and never lost."""
    return parcel


class Threads:
    """Number of threads of a cluster, which may grow and shrink during the work."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._count = 1
        self._asked = -_COUNT

    def count(self) -> int:
        """Return how many there are, at least one."""
        if time.monotonic() - self._asked >= _COUNT:
            threads: dict[str, int] = self._client.nthreads()  # type: ignore[no-untyped-call]
            self._count = max(1, sum(threads.values()))
            self._asked = time.monotonic()
        return self._count


def _wait(waiting: deque[Future[Any]], check: Callable[[], None]) -> None:
    """Wait until the first task is done or has failed, or `check` wants to stop."""
    from distributed import wait

    while True:
        check()
        try:
            wait([waiting[0]], timeout=_POLL)  # type: ignore[no-untyped-call]
        except TimeoutError:
            continue
        return


def _fetch(client: Client, waiting: deque[Future[Any]], most: int) -> list[list[Any]]:
    """Take the first task, and those after it that are done: to fetch many takes as long as one."""
    ready = [waiting.popleft()]
    while waiting and len(ready) < most and waiting[0].status != "pending":
        ready.append(waiting.popleft())
    found: list[list[Any]] = client.gather(ready)  # type: ignore[no-untyped-call]
    return found


@contextmanager
def _translated(client: Client, where: str) -> Iterator[None]:
    """Say what the errors of the cluster itself mean."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.scheduler import NoWorkerError

    try:
        yield
    except ImageError:
        raise
    except KilledWorker as error:
        raise ClusterError(
            f"workers of the cluster at {where} died again and again over one task, the last one "
            f"at {error.last_worker.address}: mostly they had not enough memory, see their logs"
        ) from error
    except NoWorkerError as error:
        raise ClusterError(f"the cluster at {where} has no workers: {error}") from error
    except Exception as error:
        if client.status == "running" and not isinstance(error, CancelledError):
            raise
        raise ClusterError(
            f"the connection to the cluster at {where} was lost, or its client was closed, in "
            f"the middle of the work (client: {client.status})"
        ) from error
