"""Pixel to world and back: jupimage against python-casacore, in one process, taking turns.

    python tests/benchmarks/world.py [--rounds N] [--only WORD]

Each figure is the time of 1000 positions in microseconds, the median of the rounds; a ratio is
the median of the rounds' ratios. "One at a time" is a loop of 1000 calls in both libraries.
Vectorised is one call of ours against that loop, since casacore has no other way.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import casacore.images
import numpy as np

import jupimage
from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, direction_record

COUNT = 1000
ALONE, TOGETHER = 2.0, 0.2
Run = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """One thing that both libraries do."""

    name: str
    wanted: float
    ours: Run
    theirs: Run


def skies() -> dict[str, coordinatesystem]:
    """Return coordinates of images, of several kinds."""
    found = {"cube": default_system((64, 512, 512)), "4 axes": default_system((16, 4, 256, 256))}
    for code in ("TAN", "CAR", "AIT"):
        record = direction_record(
            crval=(30.0, 20.0), cdelt=(-0.001, 0.001), crpix=(128.0, 128.0),
            units=("deg", "deg"), projection=code,
        )  # fmt: skip
        found[code] = coordinatesystem(assemble([("direction", record, (0, 1))]))
    return found


def cases() -> Iterator[Case]:
    """List what is timed."""
    rng = np.random.default_rng(1)
    shapes = {"cube": (64, 512, 512), "4 axes": (16, 4, 256, 256)}
    for name, system in skies().items():
        shape = shapes.get(name, (256, 256))
        ours = jupimage.image("", shape=shape, coordsys=system)
        theirs = casacore.images.image("", shape=list(shape), coordsys=system)
        pixels = np.floor(rng.random((COUNT, len(shape))) * shape)
        worlds = ours.toworld(pixels)
        for verb, positions in (("toworld", pixels), ("topixel", worlds)):
            yield from of_one(f"{name}: {verb}", verb, ours, theirs, positions)
        if name == "cube":
            yield from of_system(system, theirs, pixels)


def of_one(title: str, verb: str, ours: Any, theirs: Any, positions: Any) -> Iterator[Case]:
    """List the ways to convert positions with two images."""
    mine, known = getattr(ours, verb), getattr(theirs, verb)
    rows = positions.tolist()
    np.testing.assert_allclose(mine(positions[:5]), [known(row) for row in rows[:5]], rtol=1e-9,
                               atol=1e-7)  # fmt: skip

    def one_by_one(step: Callable[[Any], Any]) -> Run:
        return lambda: [step(row) for row in rows]

    yield Case(f"{title}, one at a time", ALONE, one_by_one(mine), one_by_one(known))
    yield Case(f"{title}, vectorised", TOGETHER, lambda: mine(positions), one_by_one(known))


def of_system(system: coordinatesystem, theirs: Any, pixels: Any) -> Iterator[Case]:
    """List what a coordinate system does without an image around them."""
    rows = pixels.tolist()
    known = theirs.toworld
    settled = system.settled()
    for title, step in (("system", system.toworld), ("settled system", settled.toworld)):
        yield Case(
            f"{title}: toworld, one at a time",
            ALONE,
            lambda step=step: [step(row) for row in rows],  # type: ignore[misc]
            lambda: [known(row) for row in rows],
        )


def measure(case: Case, rounds: int) -> tuple[float, float, float]:
    """Return the median times of both, and the median ratio."""
    case.ours(), case.theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = (0, 1) if number % 2 else (1, 0)
        for which in order:
            start = time.perf_counter()
            (case.ours, case.theirs)[which]()
            times[which].append(time.perf_counter() - start)
    ratios = [a / b for a, b in zip(*times, strict=True)]
    return statistics.median(times[0]), statistics.median(times[1]), statistics.median(ratios)


def main() -> None:
    """Time the cases, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # python-casacore says much there
    print(f"{'microseconds':36}{'jupimage':>10}{'casacore':>10}{'ratio':>8}{'wanted':>8}")
    for case in cases():
        if options.only not in case.name:
            continue
        ours, theirs, ratio = measure(case, options.rounds)
        mark = "" if ratio <= case.wanted else "  more than wanted"
        print(
            f"{case.name:36}{ours * 1e6:10.0f}{theirs * 1e6:10.0f}{ratio:8.2f}"
            f"{case.wanted:8.1f}{mark}"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
