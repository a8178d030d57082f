"""Set up everything and open the first example in JupyterLab.

    python3 examples/start.py               JupyterLab opens in the browser
    python3 examples/start.py --headless    executes the example and ends with status 0

It makes the virtual environment ``.venv`` in the repository and installs jupimage there,
with JupyterLab; a second call finds both done. Needs Python 3.11 or newer and nothing else.
Options that it does not know go on to JupyterLab, for example ``--no-browser --port=9999``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
FIRST = ROOT / "examples" / "01-first-look.ipynb"

# What an editable install copies or builds: when one of these is newer, install again.
INSTALLED = ("pyproject.toml", "js/src", "js/package-lock.json", "jupimage/display/colormaps.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--headless", action="store_true", help="execute the example, open no browser"
    )
    parser.add_argument(
        "--here", action="store_true", help="use this Python as it is: make and install nothing"
    )
    options, others = parser.parse_known_args(arguments)
    if options.headless and others:
        parser.error(f"--headless takes no options for JupyterLab, got {' '.join(others)}")
    python = sys.executable if options.here else environment("lab")
    if not options.headless:
        return subprocess.call(lab_command(python, others), cwd=ROOT)
    status = subprocess.call(execute_command(python, FIRST), cwd=ROOT)
    print(FIRST.name, "failed, see above" if status else "ran to its end")
    return status


def environment(extra: str) -> str:
    """Make ``.venv`` with jupimage and one of its extras; return the path of its Python."""
    if sys.version_info < (3, 11):  # noqa: UP036  any Python may start this script
        raise SystemExit(f"jupimage needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = VENV / f"installed-{extra}"
    if python.exists() and done.exists() and done.stat().st_mtime >= newest():
        return str(python)
    if not python.exists():
        make_venv()
    print(f"installing jupimage[{extra}] in {VENV} (a few minutes the first time)", flush=True)
    # Editable, because users change the examples beside it and developers the package.
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.call([*pip, "--editable", f"{ROOT}[{extra}]"]):
        raise SystemExit(f"installing jupimage[{extra}] failed: pip says why above")
    done.touch()
    return str(python)


def newest() -> float:
    """Return the time of the last change of what an installation depends on."""
    places = [ROOT / name for name in INSTALLED]
    files = [inner for place in places for inner in (place, *place.rglob("*"))]
    return max(path.stat().st_mtime for path in files if path.is_file())


def make_venv() -> None:
    """Make the virtual environment; on Debian that may need one more package."""
    command = [sys.executable, "-m", "venv", str(VENV)]
    print("making the virtual environment", VENV, flush=True)
    if subprocess.call(command) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python3.{sys.version_info.minor}-venv"
    if apt_install(package) and subprocess.call(command) == 0:
        return
    raise SystemExit(f"`{' '.join(command)}` failed; on Debian and Ubuntu install {package} first")


def apt_install(package: str) -> bool:
    """Install a package of the system where this user may (root on Debian); tell if it worked."""
    apt = shutil.which("apt-get")
    if apt is None or sys.platform == "win32" or os.geteuid() != 0:
        return False
    print("installing", package, "with apt-get", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([apt, "update", "-qq"], env=quiet)
    install = [apt, "install", "-qq", "--yes", "--no-install-recommends", package]
    return subprocess.call(install, env=quiet) == 0


def lab_command(python: str, others: Sequence[str]) -> list[str]:
    """Return the command that opens the first example in JupyterLab."""
    root = sys.platform != "win32" and os.geteuid() == 0  # as in most containers
    allow = ["--allow-root"] if root else []
    return [python, "-m", "jupyterlab", str(FIRST.relative_to(ROOT)), *allow, *others]


def execute_command(python: str, notebook: Path) -> list[str]:
    """Return the command that executes a notebook, and fails with the text of its first error."""
    return [python, "-c", "from nbclient.cli import main; main()", str(notebook)]


if __name__ == "__main__":
    sys.exit(main())
