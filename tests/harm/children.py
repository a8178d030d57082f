"""Processes that do jobs, made by a fork or started from nothing, and races between them."""

from __future__ import annotations

import os
import pickle
import queue
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from tests.harm.messages import (
    ANSWER,
    GO,
    LENGTH,
    READY,
    Answer,
    Job,
    Limits,
    Race,
    receive,
    send,
)
from tests.harm.work import work

__all__ = ["Child", "Forked", "Spawned", "run_race", "silence"]


class Child(Protocol):
    """A process that runs a job."""

    def receive(self, wait: float) -> bytes | None:
        """Return the next message; None if none comes any more, or in time."""

    def go(self) -> None:
        """Let it go on after its preparation."""

    def kill(self) -> None:
        """Kill it, if it lives."""

    def end(self) -> int:
        """Wait for its end and return the signal that ended it, 0 if none did."""


def run_race(children: Sequence[Child], race: Race) -> list[Answer]:
    """Let processes prepare, start them together and collect what they say."""
    answers: dict[int, Answer] = {}
    for number, child in enumerate(children):
        message = child.receive(race.limits.wait)
        if message != READY:
            answers[number] = _ended(child, message, 0)
    start = time.perf_counter()
    for number, child in enumerate(children):
        if number not in answers:
            child.go()
    if race.victim is not None and race.victim not in answers:
        time.sleep(max(0, race.delay - (time.perf_counter() - start)))
        children[race.victim].kill()
    deadline = start + race.limits.wait
    for number, child in enumerate(children):
        if number not in answers:
            message = child.receive(deadline - time.perf_counter())
            answers[number] = _ended(child, message, time.perf_counter() - start)
    return [answers[number] for number in range(len(children))]


def _ended(child: Child, message: bytes | None, seconds: float) -> Answer:
    late = message is None
    if late:
        child.kill()
    ended_by = child.end()
    if message and message.startswith(ANSWER):
        answer: Answer = pickle.loads(message[1:])
        answer.seconds = seconds
        return answer
    if late or ended_by == getattr(signal, "SIGXCPU", -1):
        return Answer("late", signal=ended_by, seconds=seconds)
    return Answer("killed", signal=ended_by, seconds=seconds)


class Forked:
    """A process made by a fork of this one."""

    def __init__(self, job: Job, limits: Limits, others: Sequence[Forked]) -> None:
        self._in, report = os.pipe()
        go, self._out = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            silence(2)
            for other in (*others, self):
                os.close(other._in)
                os.close(other._out)
            with os.fdopen(go, "rb") as commands, os.fdopen(report, "wb") as reports:
                work(job, limits, commands, reports)
            os._exit(0)
        os.close(report)
        os.close(go)

    def receive(self, wait: float) -> bytes | None:
        """Return the next message, empty at the end; None if none comes in time."""
        deadline = time.perf_counter() + wait
        head = self._read(LENGTH.size, deadline)
        return self._read(LENGTH.unpack(head)[0], deadline) if head else head

    def _read(self, count: int, deadline: float) -> bytes | None:
        parts = bytearray()
        while len(parts) < count:
            left = max(0, deadline - time.perf_counter())
            if not select.select([self._in], [], [], left)[0]:
                return None
            part = os.read(self._in, count - len(parts))
            if not part:
                return b""
            parts += part
        return bytes(parts)

    def go(self) -> None:
        """Let it go on."""
        with suppress(BrokenPipeError):
            os.write(self._out, GO)

    def kill(self) -> None:
        """Kill it."""
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait for its end."""
        os.close(self._in)
        os.close(self._out)
        _, status = os.waitpid(self._pid, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


class Spawned:
    """A process that starts from nothing."""

    def __init__(
        self, start: Callable[[], subprocess.Popen[bytes]], job: Job, limits: Limits
    ) -> None:
        self._process = start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdout, self._process.stdin
        self._messages: queue.Queue[bytes] = queue.Queue()
        send(self._out, pickle.dumps((job, limits)))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while message := receive(self._in):
            self._messages.put(message)
        self._messages.put(b"")

    def receive(self, wait: float) -> bytes | None:
        """Return the next message, empty at the end; None if none comes in time."""
        try:
            return self._messages.get(timeout=max(0, wait))
        except queue.Empty:
            return None

    def go(self) -> None:
        """Let it go on."""
        with suppress(OSError):
            self._out.write(GO)
            self._out.flush()

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()

    def end(self) -> int:
        """Wait for its end."""
        with suppress(OSError):
            self._out.close()
        status = self._process.wait()
        self._reader.join()
        self._in.close()
        return -status if status < 0 else 0


def silence(*descriptors: int) -> None:
    """Let what libraries say go nowhere: not into the pipes, not among the results."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(nothing, descriptor)
