"""What `import jupimage` costs, beside numpy and beside nothing.

    python tests/benchmarks/import_time.py [ROUNDS]

Each import happens in a fresh process; the kinds take turns, so that a busy moment of the
machine hits all of them. Modules are compiled beforehand, as they are for a user, whatever the
environment says of it. Prints medians, and the large packages that are loaded afterwards.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent

KINDS = {
    "nothing": "pass",
    "import numpy": "import numpy",
    "import jupimage": "import jupimage",
    "jupimage.image": "import jupimage; jupimage.image",
}
WATCHED = [
    *("numpy", "scipy", "astropy", "h5py", "PIL", "ipywidgets", "traitlets", "anywidget"),
    *("bqplot", "IPython", "pandas", "matplotlib"),
]
CHILD = """
import json, sys, time
start = time.perf_counter()
{code}
seconds = time.perf_counter() - start
fields = {{}}
try:
    for line in open("/proc/self/status", encoding="ascii"):
        name, _, value = line.partition(":")
        fields[name] = value.split()[0] if value.split() else ""
except OSError:
    pass
loaded = [name for name in {watched} if name in sys.modules]
print(json.dumps([seconds, int(fields.get("RssAnon", 0)), int(fields.get("VmRSS", 0)), loaded,
                  len(sys.modules)]))
"""


def measure(code: str, compiled: str) -> list[Any]:
    """Run code in a fresh process: seconds, anonymous and resident kB, packages, modules.

    Compiled modules are kept in the folder `compiled`.
    """
    variables = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    program = CHILD.format(code=code, watched=WATCHED)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    row: list[Any] = json.loads(done.stdout)
    return row


def main(rounds: int) -> None:
    """Measure all kinds in turns and print a table."""
    rows: dict[str, list[list[Any]]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as compiled:
        for code in KINDS.values():  # once for the file caches and the compiled modules
            measure(code, compiled)
        for _ in range(rounds):
            for kind, code in KINDS.items():
                rows[kind].append(measure(code, compiled))
    base = statistics.median(row[2] for row in rows["nothing"])
    print(
        f"{'':16} {'median':>8} {'worst':>8} {'anonymous':>10} {'resident':>9} {'beyond':>8}  loads"
    )
    for kind, found in rows.items():
        seconds = [row[0] for row in found]
        anonymous, resident = (statistics.median(row[i] for row in found) for i in (1, 2))
        print(
            f"{kind:16} {statistics.median(seconds) * 1e3:5.0f} ms {max(seconds) * 1e3:5.0f} ms"
            f" {anonymous / 1024:7.1f} MB {resident / 1024:6.1f} MB"
            f" {(resident - base) / 1024:5.1f} MB"
            f"  {found[0][4]} modules: {', '.join(found[0][3]) or 'none of the large ones'}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
