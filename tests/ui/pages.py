"""The pages of a browser that tests opened, and what went wrong in them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page

from tests.ui.lab import Lab
from tests.ui.notebook import Notebook

__all__ = ["Pages"]

FAILURES = Path(__file__).parent / "failures"


class Pages:
    """The pages that one test, or the tests of one module, opened."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self.browser = browser
        self.lab = lab
        self.open: list[tuple[Page, list[str]]] = []

    def new(self) -> Page:
        """Open an empty page that keeps what goes wrong in it."""
        context = self.browser.new_context(viewport={"width": 1300, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(30_000)
        problems: list[str] = []

        def note_error(said: ConsoleMessage) -> None:
            if said.type == "error":
                problems.append(said.text)

        def note_alert(alert: Dialog) -> None:
            problems.append(f"alert: {alert.message}")
            alert.dismiss()

        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", note_error)
        page.on("dialog", note_alert)
        self.open.append((page, problems))
        return page

    def notebook(self, name: str, *, kernel: bool = True) -> Notebook:
        """Open a notebook of the server in a new page."""
        return Notebook(self.new(), self.lab, name, kernel=kernel)

    def run(self, name: str, cells: list[str]) -> Notebook:
        """Write a notebook, open it and run all its cells."""
        self.lab.write(name, cells)
        notebook = self.notebook(name)
        notebook.run_all()
        return notebook

    def problems(self) -> list[str]:
        """Return the errors that the pages had: exceptions, console errors, alerts."""
        return [text for _, problems in self.open for text in problems]

    def photograph(self, name: str) -> None:
        """Keep a picture of each page for somebody who wonders why a test failed."""
        FAILURES.mkdir(exist_ok=True)
        stem = re.sub(r"[^\w-]+", "_", name)
        for number, (page, _) in enumerate(self.open):
            try:
                page.screenshot(path=FAILURES / f"{stem}-{number}.png")
            except Error:  # a page that hangs has no picture; the test's own error says more
                continue

    def close(self) -> None:
        """Close all pages and end their kernels."""
        for page, _ in self.open:
            page.context.close()
        for session in self.lab.api("/api/sessions"):
            self.lab.api(f"/api/sessions/{session['id']}", "DELETE")
        self.open.clear()
