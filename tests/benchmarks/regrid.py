"""Images on other grids: jupimage against python-casacore, in one process, taking turns.

    python tests/benchmarks/regrid.py [--rounds N] [--only WORD]

Both libraries have the same pixels in memory and make a temporary image. Each figure is the
median of the rounds, a ratio the median of the rounds' ratios. What python-casacore is given more
than 5 seconds for is done once.
"""

from __future__ import annotations

import argparse
import copy
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import casacore.images
import numpy as np
from casacore.images.coordinates import coordinatesystem as their_system

import jupimage
from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.frames import convert

Run = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """One regrid that both libraries do."""

    name: str
    wanted: float
    shape: tuple[int, ...]
    axes: list[int]
    outshape: tuple[int, ...]
    change: Callable[[dict[str, Any]], None]
    method: str
    rounds: int = 1000


def to_galactic(record: dict[str, Any]) -> None:
    """Look at the same place in galactic coordinates."""
    sky = record["direction0"]
    centre = convert(np.array([sky["crval"]]) / 60, "J2000", "GALACTIC")[0]
    sky["system"] = sky["conversionSystem"] = "GALACTIC"
    sky["crval"] = centre * 60
    sky["longpole"] = sky["latpole"] = 999.0


def turned(record: dict[str, Any]) -> None:
    """Turn the sky by a tenth of a radian."""
    sky = record["direction0"]
    c, s = np.cos(0.1), np.sin(0.1)
    sky["pc"] = np.array([[c, -s], [s, c]])


def finer(record: dict[str, Any]) -> None:
    """Halve the channels."""
    record["spectral1"]["wcs"]["cdelt"] /= 2
    record["spectral1"]["wcs"]["crpix"] *= 2


PLANE, CUBE, THIN = (2048, 2048), (64, 256, 256), (32, 512, 512)
CASES = [
    Case("2048 x 2048, nearest", 1.0, PLANE, [0, 1], PLANE, to_galactic, "nearest"),
    Case("2048 x 2048, linear", 1.0, PLANE, [0, 1], PLANE, to_galactic, "linear"),
    Case("2048 x 2048, cubic", 1.0, PLANE, [0, 1], PLANE, to_galactic, "cubic"),
    Case("64 x 256 x 256, sky, linear", 1.0, CUBE, [1, 2], CUBE, turned, "linear"),
    Case("64 to 128 channels, linear", 0.3, (64, 512, 512), [0], (128, 512, 512), finer, "linear"),
    Case("64 to 128 channels, cubic", 0.3, (64, 512, 512), [0], (128, 512, 512), finer, "cubic"),
    Case("32 x 512 x 512, sky, lanczos", 0.1, THIN, [1, 2], THIN, turned, "lanczos", 1),
]


def runs(case: Case) -> Iterator[Run]:
    """Return the work of both libraries."""
    values = np.random.default_rng(1).normal(size=case.shape).astype(np.float32)
    record = default_system(case.shape).dict()
    new = copy.deepcopy(record)
    case.change(new)
    for make, system in (
        (jupimage.image, coordinatesystem),
        (casacore.images.image, their_system),
    ):
        image = make("", values=values, coordsys=system(record))
        yield partial(
            image.regrid, case.axes, system(new), outshape=list(case.outshape),
            interpolation=case.method,
        )  # fmt: skip


def measure(case: Case, rounds: int) -> tuple[float, float, float]:
    """Return the median times of both, and the median ratio."""
    work = list(runs(case))
    work[0]()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(min(rounds, case.rounds)):
        for which in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            result = work[which]()
            times[which].append(time.perf_counter() - start)
            del result
    ratios = [a / b for a, b in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(times[1]), statistics.median(ratios)


def main() -> None:
    """Time the cases, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # python-casacore says much there
    print(f"{'seconds':32}{'jupimage':>10}{'casacore':>10}{'ratio':>8}{'wanted':>8}")
    for case in CASES:
        if options.only not in case.name:
            continue
        ours, theirs, ratio = measure(case, options.rounds)
        mark = "" if ratio <= case.wanted else "  more than wanted"
        print(f"{case.name:32}{ours:10.3f}{theirs:10.3f}{ratio:8.2f}{case.wanted:8.1f}{mark}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
