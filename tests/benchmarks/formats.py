"""Open, read and write images: jupimage against python-casacore, in one process, taking turns.

    python tests/benchmarks/formats.py [--rounds N] [--folder DIR] [--only WORD]

The cube has 256 x 512 x 512 float32 pixels of noise. Both libraries work on the same file, in
the same rounds, in changing order; the file is in the memory of the system. Each figure is the
median of the rounds, a ratio the median of the rounds' ratios.
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
    ours: Run
    theirs: Run
    rounds: int


def make_files(folder: Path) -> None:
    """Write the cubes with python-casacore, so that it reads its own files."""
    cube = np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)
    made = casacore.images.image(str(folder / "cube.img"), values=cube)
    made.tofits(str(folder / "cube.fits"))
    for number in range(64):
        part = made.subimage(number * 4, number * 4 + 3, dropdegenerate=False)
        part.saveas(str(folder / f"part{number}.img"))
    del made
    mask = cube > 2
    casacore.images.image(str(folder / "masked.img"), values=cube, mask=mask)
    gc.collect()


def cases(folder: Path, rounds: int) -> list[Case]:
    """List what is timed."""
    found = []
    for kind, name in (("paged", "cube.img"), ("FITS", "cube.fits")):
        path = str(folder / name)
        opened = [partial(library.image, path) for library in (jupimage, casacore.images)]
        found.append(Case(f"{kind}: open", 1.5, opened[0], opened[1], 10 * rounds))
        found += sections(kind, path, rounds)
    found.append(spectra(str(folder / "cube.img"), rounds))
    found += sections("paged, masked", str(folder / "masked.img"), rounds, masked=True)
    found += writing(folder, rounds)
    names = [str(folder / f"part{number}.img") for number in range(64)]
    found.append(
        Case("64 images joined, read", 0.5, *pair(lambda make: make(names, 2).getdata()), rounds)
    )
    return found


def pair(work: Callable[[Any], Any]) -> tuple[Run, Run]:
    """Return `work` done with each library's class of images."""
    return lambda: work(jupimage.image), lambda: work(casacore.images.image)


def spectra(path: str, rounds: int) -> Case:
    """Return the reads of spectra all over an image, as somebody makes who looks around."""
    places = np.random.default_rng(3).integers(0, SHAPE[1], (50, 2)).tolist()

    def read(im: Any) -> None:
        for y, x in places:
            im.getdata((0, y, x), (SHAPE[0] - 1, y, x))

    ours, theirs = jupimage.image(path), casacore.images.image(path)
    return Case(
        "paged: 50 spectra anywhere", 0.6, partial(read, ours), partial(read, theirs), rounds
    )


WANTED = {
    "paged": {"plane": 0.6, "spectrum": 0.6, "slab": 0.6, "whole": 0.3},
    "FITS": {"plane": 1.0, "spectrum": 0.5, "slab": 0.5, "whole": 0.5},
    "paged, masked": {"whole": 0.4},
}
CORNERS: dict[str, tuple[Any, Any]] = {
    "plane": ((100, 0, 0), (100, 511, 511)),
    "spectrum": ((0, 300, 200), (255, 300, 200)),
    "slab": ((0, 300, 0), (255, 300, 511)),
    "whole": ((), ()),
}


def sections(kind: str, path: str, rounds: int, *, masked: bool = False) -> list[Case]:
    """List the reads of one open image."""
    ours, theirs = jupimage.image(path), casacore.images.image(path)
    found = []
    for name, wanted in WANTED[kind].items():
        blc, trc = CORNERS[name]
        method = "get" if masked else "getdata"
        runs = [partial(getattr(im, method), blc, trc) for im in (ours, theirs)]
        assert np.array_equal(np.ma.filled(runs[0](), 0), np.ma.filled(runs[1](), 0))
        count = {"spectrum": 200, "plane": 30, "slab": 10, "whole": 1}[name] * rounds
        found.append(Case(f"{kind}: {name}", wanted, runs[0], runs[1], count))
    return found


def writing(folder: Path, rounds: int) -> list[Case]:
    """List the writes."""
    cube = np.random.default_rng(2).normal(size=SHAPE).astype(np.float32)
    source = str(folder / "cube.img")
    ours, theirs = jupimage.image(source), casacore.images.image(source)
    new = str(folder / "new")
    paged = pair(lambda make: make(new + ".img", values=cube))
    return [
        Case("paged: write", 1.0, *paged, rounds),
        Case(
            "FITS: write",
            0.7,
            lambda: ours.tofits(new + ".fits"),
            lambda: theirs.tofits(new + ".fits"),
            rounds,
        ),
    ]


def measure(case: Case) -> tuple[float, float, float]:
    """Return the median times of both, and the median ratio."""
    case.ours(), case.theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(case.rounds):
        order = (0, 1) if number % 2 else (1, 0)
        for which in order:
            start = time.perf_counter()
            result = (case.ours, case.theirs)[which]()
            times[which].append(time.perf_counter() - start)
            del result
    ratios = [a / b for a, b in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(times[1]), statistics.median(ratios)


def main() -> None:
    """Make the files, time the cases, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # python-casacore says much there
    try:
        make_files(folder)
        print(f"{'milliseconds':24}{'jupimage':>10}{'casacore':>10}{'ratio':>8}{'wanted':>8}")
        for case in cases(folder, options.rounds):
            if options.only not in case.name:
                continue
            ours, theirs, ratio = measure(case)
            mark = "" if ratio <= case.wanted else "  more than wanted"
            print(
                f"{case.name:24}{ours * 1e3:10.3f}{theirs * 1e3:10.3f}{ratio:8.2f}"
                f"{case.wanted:8.1f}{mark}"
            )
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
