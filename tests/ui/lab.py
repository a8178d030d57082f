"""A JupyterLab server for tests: alone, in folders of its own, gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary

__all__ = ["Lab"]

ROOT = Path(__file__).resolve().parent.parent.parent

# No question whether news are wanted, no search for updates.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PLACES = {
    "HOME": "",
    "USERPROFILE": "",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}


class Lab:
    """One JupyterLab server; all its folders lie inside `home`, nothing of the user's leaks in.

    Parameters
    ----------
    home
        An empty folder. Notebooks lie in its sub-folder ``work``.

    Raises
    ------
    RuntimeError
        If the server does not answer within a minute; with its log.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "work"
        self.root.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        for name, values in SETTINGS.items():
            path = home / "settings/@jupyterlab" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        profile = home / "ipython/profile_default/ipython_config.py"
        profile.parent.mkdir(parents=True)
        profile.write_text("c.HistoryManager.enabled = False\n", encoding="utf-8")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                self._command(),
                env={
                    **os.environ,
                    **{name: str(home / place) for name, place in PLACES.items()},
                    "PYTHONPATH": str(ROOT),  # kernels import the same package as the tests
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, which can be ended by its number
            )
        self._wait(60)

    def _command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",  # gives the page window.jupyterapp
        ]

    def _wait(self, limit: float) -> None:
        end = time.monotonic() + limit
        while True:
            try:
                self.api("/api/status")
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.close()
                    log = self.log.read_text(encoding="utf-8")
                    raise RuntimeError(f"JupyterLab did not start:\n{log}") from error
                time.sleep(0.1)
            else:
                return

    def api(self, path: str, method: str = "GET") -> Any:
        """Call the server's REST interface; return the JSON that it answers."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            headers={"Authorization": f"token {self.token}"},
            data=b"" if method == "POST" else None,
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            text = response.read()
        return json.loads(text) if text else None

    def close(self) -> None:
        """End the server and its kernels."""
        if self.process.poll() is None:
            try:
                self.api("/api/shutdown", "POST")
                self.process.wait(20)
            except (OSError, subprocess.TimeoutExpired):
                end_group(self.process)

    def address(self, name: str) -> str:
        """Return the address that opens a notebook in a fresh workspace."""
        return f"{self.url}/lab/tree/{name}?token={self.token}&reset"

    def write(self, name: str, cells: Sequence[str]) -> None:
        """Write a notebook of code cells."""
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook.metadata.kernelspec = kernelspec("python3")
        nbformat.write(notebook, self.root / name)

    def copy(self, name: str, to: str, *, trusted: bool, kernel: bool) -> None:
        """Copy a saved notebook as one that came by mail.

        Parameters
        ----------
        name, to
            File names below `root`.
        trusted
            Whether the user said that the notebook is trusted. A changed file is not.
        kernel
            False for a kernel that does not exist here, so that JupyterLab starts none.
        """
        notebook: Any = nbformat.read(self.root / name, as_version=4)
        notebook.metadata["title"] = to  # other content, hence other signature than any file before
        if not kernel:  # and of no language that a kernel here speaks, or that one would start
            notebook.metadata["kernelspec"] = kernelspec("elsewhere", "elsewhere")
            notebook.metadata.pop("language_info", None)
        nbformat.write(notebook, self.root / to)
        if trusted:
            NotebookNotary(data_dir=str(self.home / "data")).sign(notebook)

    def upload(self, path: Path) -> None:
        """Put a file beside the notebooks."""
        shutil.copy(path, self.root)


def kernelspec(name: str, language: str = "python") -> dict[str, str]:
    """Return the metadata of a notebook that wants the kernel called `name`."""
    return {"name": name, "display_name": name, "language": language}


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started as the first of its group, and all that it started."""
    if sys.platform == "win32":
        process.kill()
        process.wait(5)
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
