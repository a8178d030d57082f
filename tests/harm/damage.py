"""Damages images of all formats by lot, and looks whether that does harm.

    python tests/harm/damage.py --cases 2000 --seed 1
    python tests/harm/damage.py --seed 1 --case 77      what happens in one case
    python tests/harm/damage.py --format FITS           one format only

Each case opens and reads a damaged image in a process of its own, with limits on memory and
time. A reader may give an error of this package, the same result, or another result together
with a warning. It may give another result silently only where nobody could notice; `anatomy`
says where that is. Anything else is a failure.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

import numpy as np

from tests.harm.images import FORMATS, Sample, make_samples
from tests.harm.injury import Injury, draw
from tests.harm.server import Answer, Job, Limits, Server
from tests.harm.verdict import CLASSES, Verdict, judge

T = TypeVar("T")
R = TypeVar("R")

MODULES = (
    "jupimage.images", "jupimage.fits", "jupimage.paged", "jupimage.hdf5", "jupimage.miriad",
    "jupimage.coordinates.fitsheader", "astropy.wcs", "astropy.units", "astropy.coordinates",
    "astropy.io.fits", "h5py", "scipy.special", "tests.harm.portrait",
)  # fmt: skip
"""What opening an image may import."""

LIMITS = Limits(memory=1 << 30, work=20, wait=120)
SHARES = {"casacore": 0.45, "hdf5": 0.15, "Miriad": 0.15, "FITS": 0.25}


@dataclass(frozen=True, slots=True)
class Case:
    """One damage to one sample."""

    number: int
    sample: Sample
    injury: Injury

    def __str__(self) -> str:
        return f"case {self.number}: {self.sample.format} {self.sample.name}, {self.injury}"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case."""

    case: Case
    verdict: Verdict
    answer: Answer


class Ward:
    """Samples, servers that open damaged copies of them, and what the sound ones look like.

    Parameters
    ----------
    folder
        An empty folder to work in.
    jobs
        How many damages are tried at a time.
    samples
        The images to damage; all of them by default.
    """

    def __init__(self, folder: Path, jobs: int = 2, samples: Sequence[Sample] = ()) -> None:
        self._folder = folder
        self._servers = [Server(MODULES) for _ in range(jobs)]  # they import meanwhile
        self.samples = list(samples) or make_samples(folder / "sound")
        self._references: dict[Path, Answer] = {}
        self._in_lanes(self._know, self.samples)

    def cases(self, seed: int, numbers: Sequence[int], formats: Sequence[str]) -> Iterator[Case]:
        """Draw cases; a number and a seed always give the same."""
        shares = np.array([SHARES[format] for format in formats])
        for number in numbers:
            random = np.random.default_rng([seed, number])
            format = formats[random.choice(len(formats), p=shares / shares.sum())]
            fitting = [sample for sample in self.samples if sample.format == format]
            sample = fitting[random.integers(len(fitting))]
            yield Case(number, sample, draw(sample.path, random))

    def results(self, cases: Sequence[Case]) -> Iterator[Result]:
        """Try cases, several at a time."""
        tried = self._in_lanes(self._try, cases)
        yield from sorted(tried, key=lambda result: result.case.number)

    def _in_lanes(self, do: Callable[[Server, T], R], things: Sequence[T]) -> list[R]:
        """Do something with each thing, in as many threads as there are servers."""
        count = len(self._servers)

        def lane(number: int) -> list[R]:
            return [do(self._servers[number], thing) for thing in things[number::count]]

        with ThreadPoolExecutor(count) as pool:
            return [made for lane_made in pool.map(lane, range(count)) for made in lane_made]

    def _know(self, server: Server, sample: Sample) -> None:
        answer = self._look(server, sample.path)
        if answer.kind != "returned":
            raise AssertionError(f"{sample.name} is not sound: {answer}")
        self._references[sample.path] = answer

    def _try(self, server: Server, case: Case) -> Result:
        result = self._try_once(server, case)
        if result.verdict.kind == "wrong" and case.injury.kind == "bytes":
            # Some changes may have had an effect that nobody can notice, and others none that
            # needs to be noticed: each has its own verdict.
            alone = [
                self._try_once(server, Case(case.number, case.sample, part))
                for part in case.injury.parts()
            ]
            failed = [part for part in alone if part.verdict.failed]
            excused = [part for part in alone if part.verdict.kind != "same"]
            verdict = (failed or excused or [result])[0].verdict
            return Result(case, verdict, result.answer)
        return result

    def _try_once(self, server: Server, case: Case) -> Result:
        sample = case.sample
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            copy = Path(name) / sample.path.name
            put: Callable[[Path, Path], object] = (
                shutil.copytree if sample.path.is_dir() else shutil.copy
            )
            put(sample.path, copy)
            case.injury.apply(copy)
            answer = self._look(server, copy)
        reference = self._references[sample.path]
        verdict = judge(sample.path, sample.format, case.injury, reference, answer)
        return Result(case, verdict, answer)

    @staticmethod
    def _look(server: Server, path: Path) -> Answer:
        return server.run(Job("tests.harm.portrait:portrait", (str(path),)), limits=LIMITS)[0]

    def close(self) -> None:
        """End the servers."""
        for server in self._servers:
            server.close()


def table(results: Sequence[Result]) -> str:
    """Count classes of outcomes for each format."""
    counts = Counter((r.case.sample.format, r.verdict.kind) for r in results)
    formats = [f for f in FORMATS if any(r.case.sample.format == f for r in results)]
    lines = [" ".join(["format".ljust(10), *(f"{kind:>7}" for kind in CLASSES), "    all"])]
    for format in [*formats, "all"]:
        row = [
            sum(n for (f, k), n in counts.items() if k == kind and format in (f, "all"))
            for kind in CLASSES
        ]
        lines.append(" ".join([format.ljust(10), *(f"{n:>7}" for n in (*row, sum(row)))]))
    nameless = sum(r.verdict.nameless for r in results)
    slowest = max((r.answer.seconds for r in results), default=0)
    greatest = max((r.answer.peak for r in results), default=0) >> 20
    lines.append(f"messages without the name of the image: {nameless}")
    lines.append(f"longest: {slowest:.1f} s; most memory beyond that at the start: {greatest} MB")
    return "\n".join(lines)


def report(results: Sequence[Result], seed: int) -> str:
    """List the failures, with how to see each again, and the table."""
    failed = [r for r in results if r.verdict.failed]
    parts = [
        f"{r.verdict.kind.upper()} {r.case}\n    {r.verdict.reason}\n"
        f"    again: python tests/harm/damage.py --seed {seed} --case {r.case.number}"
        for r in failed
    ]
    kinds = "\n".join(f"{kind:>7}: {meaning}" for kind, meaning in CLASSES.items())
    return "\n".join([*parts, kinds, table(results), f"{len(failed)} failures"])


def main() -> int:
    """Try cases as asked on the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="only this one, and tell all about it")
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--kind",
        choices=CLASSES,
        action="append",
        default=[],
        help="list the cases of a class as well",
    )
    options = parser.parse_args()
    numbers = range(options.cases) if options.case is None else [options.case]
    with tempfile.TemporaryDirectory() as folder:
        ward = Ward(Path(folder), options.jobs)
        try:
            formats = options.format or FORMATS
            results = list(ward.results(list(ward.cases(options.seed, numbers, formats))))
        finally:
            ward.close()
    for result in results:
        if options.case is not None or result.verdict.kind in options.kind:
            print(f"{result.verdict.kind} {result.case}\n    {result.verdict.reason}")
            if result.answer.error is not None and options.case is not None:
                print(result.answer.error.trace)
    print(report(results, options.seed))
    return int(any(result.verdict.failed for result in results))


if __name__ == "__main__":
    sys.exit(main())
