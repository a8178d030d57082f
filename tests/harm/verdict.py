"""What a reader's behaviour on a damaged file is worth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harm.anatomy import excuse
from tests.harm.injury import Injury
from tests.harm.portrait import differences
from tests.harm.server import Answer

__all__ = ["CLASSES", "FAILURES", "Verdict", "judge"]

CLASSES = {
    "error": "an error of this package, with a message",
    "same": "the same result",
    "warned": "another result, and a warning",
    "pixels": "a changed byte of a pixel or mask, which nobody can notice",
    "value": "a changed byte of a value, which nobody can notice",
    "name": "a changed letter of a name that may be any; the value is there under it",
    "wrong": "something else is different or gone, and nothing said so",
    "other": "an exception that is not of this package, or one without a message",
    "memory": "far more memory than the file could need",
    "late": "no end in time",
    "crash": "the process died",
}
"""Classes of outcomes, and what they mean."""

FAILURES = ("wrong", "other", "memory", "late", "crash")
"""The classes that must not occur."""

ROOT_ERROR = "jupimage.errors.ImageError"
TOO_MUCH = 256 << 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of `CLASSES`, with its reason; and whether the message does not say which file."""

    kind: str
    reason: str = ""
    nameless: bool = False

    @property
    def failed(self) -> bool:
        """Whether it must not occur."""
        return self.kind in FAILURES


def judge(image: Path, format: str, injury: Injury, reference: Answer, answer: Answer) -> Verdict:
    """Judge what became of opening and reading a damaged image.

    Parameters
    ----------
    image
        The sound image.
    format
        Its format.
    injury
        The damage.
    reference
        What asking for the portrait of the sound one gave.
    answer
        What asking for the portrait of the damaged one gave.
    """
    if answer.kind == "late":
        return Verdict("late", f"after {answer.seconds:.0f} s")
    if answer.kind == "killed":
        return Verdict("crash", f"signal {answer.signal}")
    if answer.peak > TOO_MUCH:
        return Verdict("memory", f"{answer.peak >> 20} MB more")
    if answer.error is not None:
        return _judge_error(image, answer)
    found = differences(reference.value, answer.value)
    said = [text for text in answer.warnings if text not in reference.warnings]
    if not found or said:
        return Verdict("warned" if found else "same", "; ".join(said))
    excused = excuse(image, format, injury, found)
    told = "; ".join(
        f"{'.'.join(path)}: {_short(old)} became {_short(new)}"
        for path, (old, new) in list(found.items())[:4]
    )
    return Verdict(excused or "wrong", told)


def _judge_error(image: Path, answer: Answer) -> Verdict:
    error = answer.error
    assert error is not None
    told = f"{error.name}: {error.message}"
    if "MemoryError" in error.chain:
        return Verdict("memory", f"{told} ({' from '.join(error.chain)})")
    if ROOT_ERROR not in error.ancestors or not error.message.strip():
        return Verdict("other", f"{told}\n{error.trace}")
    return Verdict("error", told, nameless=image.name not in error.message)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else text[:57] + "..."
