"""The rules of the house that a reader could check by eye, but would not.

Rooms import in one direction only, the light ones load nothing heavy, what a package
exports is what it says it exports, and nothing grows at the top level.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "jupimage"

# A room imports only from rooms with a smaller number; those with the same number are
# strangers to each other.
FLOORS = {
    "errors": 1,
    "options": 1,
    "files": 2,
    "lattice": 3,
    "casatable": 3,
    "coordinates": 4,
    "regions": 5,
    "formats": 6,
    "compute": 6,
    "fits": 7,
    "paged": 7,
    "hdf5": 7,
    "miriad": 7,
    "lel": 8,
    "display": 8,
    "images": 9,
    "samples": 9,
    "widgets": 10,
    "magics": 11,
}
# Errors come before settings; samples are images.
NEIGHBOURS = {("options", "errors"), ("samples", "images")}
# `images` opens the door to `widgets` when a view is asked for. The registry of formats names the
# rooms of its own formats as text, as it does with those of other packages; a second such door,
# from `formats` and `regions` to `lel`, is a registry that `lel` fills.
DOORS = {("images", "widgets")}
FIRST_INTERACTIVE_FLOOR = 10
INTERACTIVE = {"ipywidgets", "IPython", "bqplot"}

TOP_LEVEL = {
    "pyproject.toml",
    "jupimage",
    "js",
    "tests",
    "examples",
    "binder",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "CITATION.cff",
}


def modules() -> list[Path]:
    """List the modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str | None:
    """Return the room that a dotted name belongs to, None for the package itself."""
    parts = name.split(".")
    return parts[1] if parts[0] == "jupimage" and len(parts) > 1 else None


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield each imported name, and whether that happens when the module is loaded."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    later = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node not in later) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                up = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*up, *([node.module] if node.module else [])])
            # `from jupimage import options` names a room only together with its alias
            yield from ((f"{base}.{alias.name}", node not in later) for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_rooms_import_in_one_direction(path: Path) -> None:
    room = room_of(name_of(path))
    if room is None:  # the package itself opens all rooms
        return
    assert room in FLOORS, f"{name_of(path)} is in no room of the plan"
    for name, at_load in imports(path):
        other = room_of(name)
        if other is None or other == room or other not in FLOORS:
            continue
        if (room, other) in DOORS:
            assert not at_load, f"{name_of(path)} has to load {name} inside a function"
        elif (room, other) not in NEIGHBOURS:
            assert FLOORS[other] < FLOORS[room], f"{name_of(path)} may not import {name}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_rooms_take_no_names_from_the_facade(path: Path) -> None:
    allowed = {f"jupimage.{room}" for room in FLOORS} | {"jupimage.__version__"}
    if room_of(name_of(path)) is None:
        return
    for name, _ in imports(path):
        if name.split(".")[0] == "jupimage":
            assert ".".join(name.split(".")[:2]) in allowed, f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_light_rooms_know_no_widgets(path: Path) -> None:
    floor = FLOORS.get(room_of(name_of(path)) or "", 1)
    if floor >= FIRST_INTERACTIVE_FLOOR:
        return
    used = {name.split(".")[0] for name, _ in imports(path)}
    assert not used & INTERACTIVE, f"{name_of(path)} imports {used & INTERACTIVE}"


def test_modules_lie_in_rooms_and_no_deeper() -> None:
    deep = [name_of(path) for path in modules() if len(path.relative_to(PACKAGE).parts) > 2]
    assert deep == []


def test_import_loads_no_widgets_and_nothing_heavy() -> None:
    heavy = [*sorted(INTERACTIVE), "anywidget", "astropy", "scipy", "h5py", "PIL", "matplotlib"]
    found = f"[name for name in {heavy} if name in sys.modules]"
    code = f"import sys, jupimage; jupimage.image; print({found})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def public_names(module: ModuleType) -> set[str]:
    """Return the names of a module that users would take for its own: no modules, no imports."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and name not in {"annotations", "TYPE_CHECKING"}
        and getattr(value, "__module__", module.__name__).startswith("jupimage")
    }


def test_package_exports_what_it_lists() -> None:
    import jupimage

    listed = set(jupimage.__all__)
    assert all(hasattr(jupimage, name) for name in listed)
    assert public_names(jupimage) <= listed
    assert set(dir(jupimage)) >= listed


@pytest.mark.parametrize("room", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_room_exports_what_it_lists(room: str) -> None:
    module = importlib.import_module(f"jupimage.{room}")
    listed = set(vars(module)["__all__"])
    assert all(hasattr(module, name) for name in listed)
    assert public_names(module) <= listed


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_module_lists_names_that_exist(path: Path) -> None:
    module = importlib.import_module(name_of(path))
    listed = getattr(module, "__all__", [])
    assert [name for name in listed if not hasattr(module, name)] == []
    assert len(listed) == len(set(listed))


def tracked() -> list[Path]:
    """List the files under version control; in an sdist, which has none, all files."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        cwd=ROOT,
    )
    if listing.returncode:
        return [path for path in ROOT.rglob("*") if path.is_file()]
    names = listing.stdout.decode("utf-8").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_top_level_holds_what_the_plan_allows() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    surplus = {name for name in names if not name.startswith(".")} - TOP_LEVEL - {"PKG-INFO"}
    assert surplus == set()


def texts() -> list[Path]:
    """List tracked files that hold text and are no test data."""
    data = ROOT / "tests" / "data"
    suffixes = {".py", ".md", ".toml", ".json", ".ts", ".mjs", ".css", ".ipynb", ".txt", ".cff", ""}
    return [p for p in tracked() if p.suffix in suffixes and data not in p.parents]


def test_no_file_names_a_registry_host() -> None:
    # packages come from where the user's own settings say
    host = re.compile(r"registry[.]npmjs|files[.]pythonhosted|--index[-]url|--registr[y]")
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in texts()
        for match in host.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_lock_file_names_no_download_places() -> None:
    lock = json.loads((ROOT / "js" / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"], "the lock file is empty"
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []


def test_bundle_is_built_and_not_committed() -> None:
    static = PACKAGE / "static"
    assert (static / "viewer.js").is_file()
    assert (static / "viewer.css").is_file()
    assert not [path for path in tracked() if static in path.parents]


def test_package_announces_its_types() -> None:
    assert (PACKAGE / "py.typed").is_file()
