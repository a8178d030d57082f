"""The examples are the documentation: each of them runs, and is stored without output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.start import FIRST, execute_command

EXAMPLES = sorted(FIRST.parent.glob("*.ipynb"))


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with the package that is tested."""
    environment = {**os.environ, "PYTHONPATH": str(FIRST.parent.parent)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )


def test_there_are_examples_in_order() -> None:
    numbers = [path.name.split("-")[0] for path in EXAMPLES]
    assert numbers == [f"{number + 1:02}" for number in range(len(EXAMPLES))]
    assert FIRST in EXAMPLES


def test_start_executes_the_first_example(tmp_path: Path) -> None:
    start = [sys.executable, str(FIRST.parent / "start.py"), "--headless", "--here"]
    done = run(start, tmp_path)
    assert done.returncode == 0, done.stderr
    assert FIRST.name in done.stdout


def test_further_examples_run() -> None:
    for notebook in EXAMPLES[1:]:
        done = run(execute_command(sys.executable, notebook), notebook.parent)
        assert done.returncode == 0, f"{notebook.name}: {done.stderr}"


@pytest.mark.parametrize("notebook", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_stored_without_output(notebook: Path) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert code, "an example without code"
    assert [cell["source"] for cell in code if cell["outputs"] or cell["execution_count"]] == []
    assert "widgets" not in content["metadata"]


def test_failing_example_ends_with_its_traceback(tmp_path: Path) -> None:
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "fails",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": "missing_name + 1",
    }
    notebook = tmp_path / "fails.ipynb"
    content = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    notebook.write_text(json.dumps(content), encoding="utf-8")
    done = run(execute_command(sys.executable, notebook), tmp_path)
    assert done.returncode != 0
    assert "name 'missing_name' is not defined" in done.stderr
