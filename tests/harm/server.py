"""Runs each job in a process of its own, and survives whatever becomes of it.

Importing everything takes a second, opening a small image a few milliseconds. So a server
imports once and makes each process by a fork. Jobs of a race start together, and one of them can
be killed after a while. Where there is no fork (Windows) every process imports for itself: the
same results, slowly.

A job is a function named by module and name. If it is a generator function, what stands before
its ``yield`` prepares: the race begins when all have come so far.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.harm.children import Forked, Spawned, run_race, silence
from tests.harm.messages import Answer, Job, Limits, Race, Raised, receive, send
from tests.harm.work import work

__all__ = ["FORKING", "Answer", "Job", "Limits", "Raised", "Server"]

ROOT = Path(__file__).resolve().parents[2]
USUAL = Limits()
FORKING = sys.platform == "linux"
"""Whether processes are made by a fork: what libraries have loaded survives that there."""


class Server:
    """The client's end: `run` sends jobs and waits for what becomes of them.

    Parameters
    ----------
    modules
        What the processes will need; the server imports them once.
    forking
        Whether processes are made by a fork.
    """

    def __init__(self, modules: Sequence[str] = (), *, forking: bool = FORKING) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if forking:
            self._process = _start_python("serve", *modules)

    def run(
        self,
        *jobs: Job,
        limits: Limits = USUAL,
        victim: int | None = None,
        delay: float = 0,
    ) -> list[Answer]:
        """Run jobs at the same time, and kill number `victim` after `delay` seconds."""
        race = Race(jobs, limits, victim, delay)
        if self._process is None:
            return run_race([Spawned(_start_once, job, limits) for job in jobs], race)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        send(self._process.stdin, pickle.dumps(race))
        answers: list[Answer] = pickle.loads(receive(self._process.stdout))
        return answers

    def close(self) -> None:
        """End the server."""
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _start_python(*arguments: str) -> subprocess.Popen[bytes]:
    # One thread for linear algebra, because a fork takes only one along; one pool of memory,
    # because each that a thread gets reserves much more than is ever used.
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    variables = {**os.environ, **single}
    command = [sys.executable, "-W", "ignore", __file__, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, env=variables, cwd=ROOT)


def _start_once() -> subprocess.Popen[bytes]:
    return _start_python("once")


def _serve(modules: Sequence[str]) -> None:
    """Read races from standard input and answer on standard output, until the input ends."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence(0, 1)
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # children that collect garbage would copy all of it
    while message := receive(requests):
        race: Race = pickle.loads(message)
        children: list[Forked] = []
        for job in race.jobs:
            children.append(Forked(job, race.limits, tuple(children)))
        send(replies, pickle.dumps(run_race(children, race)))


def _once() -> None:
    """Do the one job that comes through standard input."""
    commands, reports = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence(0, 1, 2)
    job, limits = pickle.loads(receive(commands))
    work(job, limits, commands, reports)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        _serve(sys.argv[2:])
    else:
        _once()
