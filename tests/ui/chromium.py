"""Find a Chromium, and the options with which it runs alone and without a screen.

Standard library only: `tests/run.py` asks before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

__all__ = ["ARGUMENTS", "find_chromium"]

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
PLACES = {
    "darwin": ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
}


def find_chromium() -> str | None:
    """Return the path of a Chromium: ``JUPIMAGE_CHROMIUM``, else one of the system, else None."""
    if wanted := os.environ.get("JUPIMAGE_CHROMIUM"):
        return wanted
    found = (shutil.which(name) for name in NAMES)
    places = (place for place in PLACES.get(sys.platform, ()) if Path(place).is_file())
    return next((path for path in (*found, *places) if path), None)
