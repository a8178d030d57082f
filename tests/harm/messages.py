"""What servers, their clients and the processes they make say to each other."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, Any

__all__ = [
    "ANSWER",
    "GO",
    "LENGTH",
    "READY",
    "Answer",
    "Job",
    "Limits",
    "Race",
    "Raised",
    "receive",
    "send",
]

LENGTH = struct.Struct(">Q")
"""What goes before each message: its length."""

READY, ANSWER, GO = b"r", b"a", b"g"
"""A process is ready; its answer follows; it may go on."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function to call, named ``module:name``, with arguments that can be pickled.

    With `stop_at` the process kills itself before the step of that number: the steps are what
    it does to files, counted from 0.
    """

    function: str
    arguments: tuple[Any, ...] = ()
    stop_at: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use: bytes beyond those it has at the start, seconds of work and wait."""

    memory: int = 1 << 30
    work: float = 20
    wait: float = 120


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception, as far as it can be told to another process."""

    name: str
    ancestors: tuple[str, ...]
    message: str
    chain: tuple[str, ...]
    trace: str


@dataclass(slots=True)
class Answer:
    """What became of a job: ``returned``, ``raised``, ``killed`` by a signal, or ``late``."""

    kind: str
    value: Any = None
    error: Raised | None = None
    warnings: tuple[str, ...] = ()
    signal: int = 0
    seconds: float = 0
    peak: int = 0
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Race:
    """Jobs that start together, and which of them is killed after how many seconds."""

    jobs: tuple[Job, ...]
    limits: Limits
    victim: int | None
    delay: float


def send(stream: IO[bytes], message: bytes) -> None:
    """Send a message."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Return the next message, empty at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return b""
    message: bytes = stream.read(LENGTH.unpack(head)[0])
    return message
