"""A page of a headless Chromium, driven over the DevTools protocol itself.

Playwright watches the network of its pages, which copies every message of pixels to another
process and multiplies the times; this speaks to the page alone and listens to nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import websocket

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.ui.chromium import ARGUMENTS, find_chromium  # noqa: E402

__all__ = ["BrowserPage"]


class BrowserPage:
    """One page in a browser of its own.

    Parameters
    ----------
    profile
        An empty folder for the browser.
    width, height
        Of the window, in CSS pixels.
    """

    def __init__(self, profile: Path, *, width: int = 1400, height: int = 1100) -> None:
        path = find_chromium()
        if path is None:
            raise SystemExit("no Chromium found: `python tests/run.py` says what to do")
        self._process = subprocess.Popen(
            [
                *(path, "--headless", *ARGUMENTS, "--remote-debugging-port=0"),
                *("--remote-allow-origins=*", f"--user-data-dir={profile}"),
                *(f"--window-size={width},{height}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._number = 0
        self._socket = websocket.create_connection(self._page_address(), timeout=120)
        self.call("Page.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def _page_address(self) -> str:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.startswith("DevTools listening on ws://"):
                host = line.split("ws://")[1].split("/")[0]
                break
        else:
            raise RuntimeError("Chromium ended before it listened")
        with urllib.request.urlopen(f"http://{host}/json", timeout=10) as answer:
            targets = json.load(answer)
        return next(str(t["webSocketDebuggerUrl"]) for t in targets if t["type"] == "page")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(10)
        except (OSError, websocket.WebSocketException, subprocess.TimeoutExpired):
            self._process.kill()
        self._socket.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                break
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def wait_for(self, expression: str, limit: float = 60) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + limit
        while not self.evaluate(f"Boolean({expression})"):
            if time.monotonic() > end:
                raise TimeoutError(f"{expression} did not become true within {limit} s")
            time.sleep(0.1)
