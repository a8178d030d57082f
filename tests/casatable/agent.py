"""Another process, which runs what tests tell it to: locks belong to processes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SERVE = """
import json, sys, traceback
replies = sys.stdout
sys.stdout = sys.stderr
names = {}
for line in sys.stdin:
    code = json.loads(line)
    names["answer"] = None
    try:
        exec(code, names)
        reply = [names["answer"], None]
    except BaseException:
        reply = [None, traceback.format_exc()]
    print(json.dumps(reply), file=replies, flush=True)
"""


class Agent:
    """A process with an interpreter that keeps its variables.

    Parameters
    ----------
    setup
        Code that runs first.
    """

    def __init__(self, setup: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._waiting = 0
        self.start(setup)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def start(self, code: str) -> None:
        """Let the process run code."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        self._waiting += 1

    def finish(self) -> Any:
        """Return what the last code assigned to `answer`, when all is done."""
        assert self._process.stdout is not None
        answer, trouble = None, None
        while self._waiting and trouble is None:
            answer, trouble = json.loads(self._process.stdout.readline())
            self._waiting -= 1
        assert trouble is None, trouble
        return answer

    def run(self, code: str) -> Any:
        """Let the process run code, and return what it assigned to `answer`."""
        self.start(code)
        return self.finish()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
