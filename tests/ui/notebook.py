"""A notebook in a page, as a user has it, and what a user sees of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.ui.lab import Lab

__all__ = ["Notebook", "drag_ipywidget", "drag_range", "pixels"]

# The notebook's panel in JupyterLab, and its kernel's connection; `n` is the notebook's path.
PANEL = """(n) => [...window.jupyterapp.shell.widgets('main')]
  .find(w => w.context && w.context.path === n)"""
KERNEL = f"(n) => (({PANEL})(n)?.context.sessionContext.session?.kernel)"


class Notebook:
    """A notebook that lies in a `Lab`, opened in a page.

    Parameters
    ----------
    kernel
        False for one whose kernel does not exist: JupyterLab asks, and the answer is "No Kernel".
    """

    def __init__(self, page: Page, lab: Lab, name: str, *, kernel: bool = True) -> None:
        self.page = page
        self.lab = lab
        self.name = name
        page.goto(lab.address(name))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        if kernel:
            self.wait_idle()
        else:
            page.locator(".jp-Dialog button", has_text="No Kernel").click()
            page.wait_for_selector(".jp-Dialog", state="detached")

    def wait_idle(self) -> None:
        """Wait until the kernel is there and does nothing."""
        self.page.wait_for_function(
            f"""n => {{ const k = ({KERNEL})(n);
                return k && k.connectionStatus === 'connected' && k.status === 'idle' }}""",
            arg=self.name,
        )

    def run_all(self, limit: float = 90) -> None:
        """Run every cell; fail with the traceback's text if one of them does."""
        self.command("notebook:run-all-cells", wait=False)
        self.page.wait_for_function(
            f"""n => {{
                const cells = ({PANEL})(n).content.widgets.filter(c => c.model.type === 'code');
                const failed = c => c.model.outputs.toJSON().some(o => o.output_type === 'error');
                return cells.some(failed)
                  || cells.every(c => c.model.executionCount && c.promptNode.innerText !== '[*]:')
            }}""",
            arg=self.name,
            timeout=limit * 1000,
        )
        assert self.errors() == []

    def errors(self) -> list[str]:
        """Return the errors that cells ended with."""
        errors: list[str] = self.page.evaluate(
            f"""n => ({PANEL})(n).content.widgets.filter(c => c.model.type === 'code')
                .flatMap(c => c.model.outputs.toJSON())
                .filter(o => o.output_type === 'error').map(o => `${{o.ename}}: ${{o.evalue}}`)""",
            self.name,
        )
        return errors

    def run(self, cell: int, *, wait: bool = True) -> None:
        """Run one cell."""
        self.page.evaluate(
            f"([n, i]) => {{ ({PANEL})(n).content.activeCellIndex = i }}", [self.name, cell]
        )
        self.command("notebook:run-cell", wait=wait)
        if wait:
            assert self.errors() == []

    def wait_until(self, test: Callable[[], bool], limit: float = 10) -> None:
        """Wait until something is true that happens in the kernel, or by way of it."""
        for _ in range(int(limit * 10)):
            if test():
                return
            self.page.wait_for_timeout(100)
        assert test()

    def command(
        self, name: str, arguments: dict[str, object] | None = None, *, wait: bool = True
    ) -> None:
        """Execute a command of JupyterLab, by the name that its menus use."""
        self.page.evaluate(
            """([name, args, wait]) => {
                const done = window.jupyterapp.commands.execute(name, args ?? {});
                return wait ? done.then(() => {}) : (done.catch(() => {}), undefined) }""",
            [name, arguments, wait],
        )

    def value(self, expression: str) -> Any:
        """Return the value of a Python expression in the kernel, as JSON.

        It is asked for beside the cells, and waits until a running cell has ended.
        """
        return json.loads(self.execute(f"import json as _json; print(_json.dumps({expression}))"))

    def execute(self, code: str) -> str:
        """Run Python code in the kernel, beside the cells; return what it prints."""
        printed: str = self.page.evaluate(
            f"""([n, code]) => new Promise((resolve, reject) => {{
                const future = ({KERNEL})(n).requestExecute({{ code, store_history: false }});
                let text = '';
                future.onIOPub = m => {{
                  if (m.header.msg_type === 'stream') text += m.content.text;
                  if (m.header.msg_type === 'error') reject(new Error(m.content.evalue)) }};
                future.done.then(() => resolve(text), reject) }})""",
            [self.name, code],
        )
        return printed

    def save(self) -> None:
        """Save, as the menu does."""
        self.command("docmanager:save")

    def is_trusted(self) -> bool:
        """Tell whether JupyterLab trusts every cell."""
        trusted: bool = self.page.evaluate(
            f"""n => [...({PANEL})(n).content.model.cells]
                .every(c => c.type !== 'code' || c.trusted)""",
            self.name,
        )
        return trusted

    def show_theme(self, name: str) -> None:
        """Switch JupyterLab to its theme ``Dark`` or ``Light``, in all pages; wait for it."""
        self.command("apputils:change-theme", {"theme": f"JupyterLab {name}"})
        selector = f"body[data-jp-theme-name='JupyterLab {name}']"
        self.page.wait_for_selector(selector, state="attached")


def pixels(locator: Locator) -> NDArray[np.uint8]:
    """Return what the user sees of an element: rows from the top, columns, red green blue."""
    picture = Image.open(io.BytesIO(locator.screenshot())).convert("RGB")
    return np.asarray(picture)


def box_of(locator: Locator) -> tuple[float, float, float, float]:
    """Return left, top, width and height of an element in the page."""
    box = locator.bounding_box()
    assert box is not None, f"{locator} is not on the page"
    return box["x"], box["y"], box["width"], box["height"]


def drag(page: Page, path: Sequence[tuple[float, float]], steps: int = 8) -> None:
    """Press the mouse at the first place, move through the others, and let go at the last."""
    page.mouse.move(*path[0])
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def drag_range(page: Page, slider: Locator, fractions: Sequence[float]) -> None:
    """Drag the handle of an ``<input type=range>`` through these fractions of its way."""
    slider.scroll_into_view_if_needed()
    left, top, width, height = box_of(slider)
    handle = 16.0  # of Chromium's default style, near enough: it jumps to where it is pressed
    drag(
        page,
        [(left + handle / 2 + f * (width - handle), top + height / 2) for f in fractions],
    )


def drag_ipywidget(page: Page, slider: Locator, fraction: float) -> None:
    """Drag the handle of a slider of ipywidgets to a fraction of its way."""
    slider.scroll_into_view_if_needed()
    left, top, width, height = box_of(slider.locator(".noUi-handle"))
    start, _, length, _ = box_of(slider.locator(".noUi-base"))
    middle = top + height / 2
    drag(page, [(left + width / 2, middle), (start + length * fraction, middle)])
