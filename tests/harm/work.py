"""Does a job in this process: within limits, watched, and with an account of what came of it."""

from __future__ import annotations

import importlib
import inspect
import os
import pickle
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from tests.harm.messages import ANSWER, GO, READY, Answer, Job, Limits, Raised, send

__all__ = ["work"]

_CHANGES = {
    "open", "write", "pwrite", "pwritev", "writev", "truncate", "ftruncate", "posix_fallocate",
    "rename", "replace", "mkdir", "unlink", "remove", "rmdir", "fsync", "close", "flush",
    "tofile", "lockf", "sendfile", "copy_file_range",
}  # fmt: skip
"""Functions of the system and of files that change files."""


def work(job: Job, limits: Limits, commands: BinaryIO, reports: BinaryIO) -> None:
    """Do a job in this process: prepare, say so, wait, go on, tell the end."""
    base = _limit(limits)
    answer = Answer("returned")
    steps = _Steps(job.stop_at)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            running = _begin(job)
            send(reports, READY)
            if commands.read(1) != GO:
                return
            if job.stop_at is not None:
                steps.start()
            answer.value = _finish(running)
        except BaseException as error:
            answer.kind, answer.error = "raised", _told(error)
        finally:
            steps.stop()
    answer.warnings = tuple(f"{entry.category.__name__}: {entry.message}" for entry in caught)
    answer.peak = max(0, _memory("VmPeak") - base)
    answer.steps = tuple(steps.done)
    _lift()
    send(reports, ANSWER + pickle.dumps(answer))


def _begin(job: Job) -> Iterator[Any]:
    """Import a function and let it prepare."""
    module, _, name = job.function.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    if not inspect.isgeneratorfunction(function):
        return _later(function, job.arguments)
    running: Iterator[Any] = function(*job.arguments)
    next(running)
    return running


def _later(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Generator[None, None, Any]:
    return function(*arguments)
    yield


def _finish(running: Iterator[Any]) -> Any:
    """Let a generator run to its end, and return what it returns."""
    try:
        next(running)
    except StopIteration as end:
        return end.value
    raise AssertionError("a job has one yield")


def _told(error: BaseException) -> Raised:
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 10:
        chain.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    ancestors = tuple(f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__)
    trace = "".join(traceback.format_exception(error)[-6:])
    return Raised(type(error).__name__, ancestors, str(error), tuple(chain), trace)


def _memory(item: str) -> int:
    """Return bytes of memory as Linux tells them, 0 elsewhere."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            lines = file.read().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(item)), 0)


def _limit(limits: Limits) -> int:
    """Set limits where the system has them; return how much memory there is already."""
    base = _memory("VmPeak")
    try:
        import resource
    except ImportError:
        return base
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = resource.getrusage(resource.RUSAGE_SELF)
    work = int(limits.work + used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (work, work + 5))
    if base:
        most = _memory("VmData") + limits.memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))
    return base


def _lift() -> None:
    """Take the limit on memory back, so that the answer can be sent."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY,) * 2)


@dataclass(slots=True)
class _Steps:
    """Counts what a process does to files, and kills it before one of these steps."""

    stop_at: int | None
    done: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Watch all threads from now on."""
        threading.setprofile(self._watch)
        sys.setprofile(self._watch)

    def stop(self) -> None:
        """Watch no more."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _watch(self, frame: Any, event: str, called: Any) -> None:
        if event == "call" and frame.f_code.co_name == "_no_step":
            self._count(frame.f_locals["name"])
        elif event == "c_call" and called.__name__ in _CHANGES:
            self._count(called.__name__)

    def _count(self, name: str) -> None:
        if len(self.done) == self.stop_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.done.append(name)
