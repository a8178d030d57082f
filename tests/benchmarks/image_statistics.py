"""Statistics: jupimage against python-casacore, in one process, taking turns.

    python tests/benchmarks/image_statistics.py [--rounds N] [--folder DIR] [--only WORD]

The cube has 256 x 512 x 512 float32 pixels of noise in a casacore table that is in the memory of
the system. Both libraries work on the same file, in changing order. Each figure is the median of
the rounds, a ratio the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import casacore.images
import numpy as np

import jupimage

SHAPE = (256, 512, 512)
Run = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """One thing that both libraries do."""

    name: str
    wanted: float
    file: str
    settings: dict[str, Any]


CASES = (
    Case("robust, whole cube", 0.15, "cube.img", {}),
    Case("not robust", 0.25, "cube.img", {"robust": False}),
    Case("robust per plane", 0.2, "cube.img", {"axes": (1, 2)}),
    Case("robust per spectrum", 0.4, "cube.img", {"axes": 0}),
    Case("not robust per spectrum", 0.4, "cube.img", {"axes": 0, "robust": False}),
    Case("masked, robust", 0.2, "masked.img", {}),
    Case("masked, not robust", 0.25, "masked.img", {"robust": False}),
    Case("masked, per plane", 0.2, "masked.img", {"axes": (1, 2)}),
    Case("masked, per spectrum", 0.4, "masked.img", {"axes": 0}),
    Case("range, robust", 0.2, "cube.img", {"minmaxvalues": (-1, 2)}),
)


def make_files(folder: Path) -> None:
    """Write the cubes with python-casacore, so that it reads its own files."""
    rng = np.random.default_rng(1)
    cube = rng.normal(size=SHAPE).astype(np.float32)
    casacore.images.image(str(folder / "cube.img"), values=cube)
    mask = rng.random(SHAPE, np.float32) < 0.3
    casacore.images.image(str(folder / "masked.img"), values=cube, mask=mask)
    gc.collect()


def measure(ours: Run, theirs: Run, rounds: int) -> tuple[float, float, float]:
    """Return the median times of both, and the median ratio."""
    times: tuple[list[float], list[float]] = ([], [])
    results: list[Any] = [None, None]
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            results[which] = (ours, theirs)[which]()
            times[which].append(time.perf_counter() - start)
    compare(*results)
    ratios = [a / b for a, b in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(times[1]), statistics.median(ratios)


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """Fail unless both say the same: what is worth timing is right."""
    assert list(ours) == list(theirs)
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-6, atol=1e-3)
    for name in ("npts", "min", "max", "median", "medabsdevmed", "quartile"):
        if name in ours:
            np.testing.assert_array_equal(ours[name], theirs[name])


def main() -> None:
    """Make the files, time the cases, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # python-casacore says much there
    try:
        make_files(folder)
        print(f"{'seconds':26}{'jupimage':>10}{'casacore':>10}{'ratio':>8}{'wanted':>8}")
        for case in CASES:
            if options.only not in case.name:
                continue
            path = str(folder / case.file)
            runs = [
                partial(library.image(path).statistics, **case.settings)
                for library in (jupimage, casacore.images)
            ]
            ours, theirs, ratio = measure(runs[0], runs[1], options.rounds)
            mark = "" if ratio <= case.wanted else "  more than wanted"
            print(f"{case.name:26}{ours:10.3f}{theirs:10.3f}{ratio:8.2f}{case.wanted:8.2f}{mark}")
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
