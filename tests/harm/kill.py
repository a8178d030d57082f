"""Kills writers at any moment, and looks what is left of the image.

    python tests/harm/kill.py --moments 200
    python tests/harm/kill.py --steps 1000              also before each step, in turn
    python tests/harm/kill.py --scenario 'hdf5 set_unit' --moments 50

A moment is a delay after the writer was ready, at random over the time that the deed takes. A
step is something that the writer does to files: the kill comes right before it. After each kill
the image has to open, here and in python-casacore, as it was before or as it would have become;
where pixels are written in place each pixel is the old one or the new one. Then another writer
does the same, or sets the unit if that can be done only once, and nothing may be left over.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

import numpy as np

from tests.harm.damage import MODULES
from tests.harm.injury import files_of
from tests.harm.scenarios import DEEDS, ENDINGS, HAS_CASACORE, Deed, Scenario, scenarios
from tests.harm.server import Answer, Job, Limits, Server
from tests.harm.states import Place, State, compare

KNOWN_TO_CASACORE = ("casacore", "FITS", "Miriad")
ONCE = ("create_group", "make_mask", "remove_mask", "remove_default_mask")
"""Deeds that cannot be done again if they were."""

LIMITS = Limits(work=60, wait=60)
UNLIMITED = 1 << 60


@dataclass(frozen=True, slots=True)
class Trial:
    """One kill: whether it came in time, what was found, and what is wrong with that."""

    scenario: Scenario
    when: str
    inside: bool
    found: str
    problem: str = ""


@dataclass(slots=True)
class _Expected:
    """What may be left: states by what was done to the old image, and how long the deed takes."""

    states: dict[str, State]
    seconds: float


class Range:
    """Where writers are killed.

    Parameters
    ----------
    folder
        An empty folder to work in.
    seed
        Of the moments.
    """

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self._folder = folder
        self._random = np.random.default_rng(seed)
        self._server = Server((*MODULES, DEEDS))
        self._other = Server(("casacore.images", "tests.harm.portrait")) if HAS_CASACORE else None
        self.comparisons = 0
        self._expected: dict[str, _Expected] = {}
        self._old: dict[str, Path] = {}
        self._untouched: dict[str, State] = {}

    def close(self) -> None:
        """End the servers."""
        self._server.close()
        if self._other is not None:
            self._other.close()

    def moments(self, scenario: Scenario, count: int) -> Iterator[Trial]:
        """Kill at random moments, one in each of `count` equal parts of the deed's time."""
        seconds = self.expected(scenario).seconds
        for part in self._random.permutation(count):
            delay = (part + self._random.random()) / count * seconds
            yield self._trial(scenario, f"after {delay * 1e3:.2f} ms", delay, None)

    def steps(self, scenario: Scenario, count: int) -> Iterator[Trial]:
        """Kill before steps: all of them, or one at random in each of `count` equal parts."""
        with self._place(scenario) as path:
            steps = len(self._do(scenario.victim.job(path, UNLIMITED)).steps)
        chosen: Sequence[int] = range(steps)
        if count < steps:
            chosen = [int((part + self._random.random()) * steps / count) for part in range(count)]
        for step in chosen:
            yield self._trial(scenario, f"before step {step} of {steps}", 0, step)

    def expected(self, scenario: Scenario) -> _Expected:
        """Find out what may be left, by doing the deeds undisturbed."""
        if scenario.name not in self._expected:
            orders: dict[str, list[Deed]] = {"old": [], "new": [scenario.victim]}
            if scenario.companion is not None:
                orders["other"] = [scenario.companion]
                orders["new, then other"] = [scenario.victim, scenario.companion]
                orders["other, then new"] = [scenario.companion, scenario.victim]
            states = {name: self._state(scenario, deeds) for name, deeds in orders.items()}
            seconds = states["new"].seconds
            if scenario.companion is not None:  # who may keep it waiting
                with self._place(scenario) as path:
                    jobs = [deed.job(path) for deed in (scenario.victim, scenario.companion)]
                    seconds = self._server.run(*jobs, limits=LIMITS)[0].seconds
            self._expected[scenario.name] = _Expected(states, seconds)
        return self._expected[scenario.name]

    def _state(self, scenario: Scenario, deeds: Sequence[Deed]) -> State:
        if not deeds and scenario.before == "image":
            if scenario.format not in self._untouched:
                self._untouched[scenario.format] = self._state_after(scenario, deeds)
            return self._untouched[scenario.format]
        return self._state_after(scenario, deeds)

    def _state_after(self, scenario: Scenario, deeds: Sequence[Deed]) -> State:
        with self._place(scenario) as path:
            seconds = [self._do(deed.job(path)).seconds for deed in deeds]
            if not deeds and scenario.before != "image":
                return State(None, None, frozenset())
            here, there = self._look(path, scenario.format)
            for answer in (here, there):
                if answer is not None and answer.kind != "returned":
                    raise AssertionError(f"{scenario.name}, undisturbed: {answer}")
            found = None if there is None else there.value
            return State(here.value, found, frozenset(files_of(path)), sum(seconds[-1:]))

    def _do(self, job: Job) -> Answer:
        answer = self._server.run(job, limits=LIMITS)[0]
        if answer.kind != "returned":
            raise AssertionError(f"{job}: {answer}")
        return answer

    def _look(self, path: Path, format: str) -> tuple[Answer, Answer | None]:
        """Ask for portraits, here and there."""
        here = self._server.run(Job("tests.harm.portrait:portrait", (str(path),)), limits=LIMITS)[0]
        if self._other is None or format not in KNOWN_TO_CASACORE or not path.exists():
            return here, None
        self.comparisons += 1
        job = Job("tests.harm.portrait:reference_portrait", (str(path),))
        return here, self._other.run(job, limits=LIMITS)[0]

    def _place(self, scenario: Scenario) -> Place:
        """Give a folder with the old image, if there is one, for a while."""
        format = scenario.format
        if format not in self._old:
            path = self._folder / f"old.{ENDINGS[format]}"
            answer = self._server.run(Job(f"{DEEDS}:make_old", (str(path), format)))[0]
            if answer.kind != "returned":
                raise AssertionError(f"old image in {format}: {answer}")
            self._old[format] = path
        return Place(self._folder, self._old[format], scenario.before)

    def _trial(self, scenario: Scenario, when: str, delay: float, step: int | None) -> Trial:
        expected = self.expected(scenario)
        with self._place(scenario) as path:
            jobs = [scenario.victim.job(path, step)]
            if scenario.companion is not None:
                jobs.append(scenario.companion.job(path))
            victim = 0 if step is None else None
            answers = self._server.run(*jobs, limits=LIMITS, victim=victim, delay=delay)
            inside = answers[0].kind == "killed" and answers[0].signal == 9
            problem = "" if inside or answers[0].kind == "returned" else f"writer: {answers[0]}"
            found = ""
            for answer in answers[1:]:
                if answer.kind != "returned" and not _is_ours(answer):
                    problem = problem or f"the other writer: {answer}"
            if not problem:
                done = all(answer.kind == "returned" for answer in answers[1:])
                found, problem = self._examine(scenario, expected, path, done)
            if not problem:
                problem = self._again(scenario, expected, path)
            return Trial(scenario, when, inside, found, problem)

    def _examine(
        self, scenario: Scenario, expected: _Expected, path: Path, done: bool
    ) -> tuple[str, str]:
        """Say which state an image is in, and what is wrong with it."""
        here, there = self._look(path, scenario.format)
        if scenario.before != "image" and here.error is not None:
            wanted = "FormatError" if path.exists() else "MissingImageError"
            right = here.error.name == wanted and path.exists() == (scenario.before == "folder")
            return "old", "" if right else f"wanted a {wanted}, got {here.error.message}"
        states = expected.states
        if scenario.companion is not None and done:
            states = {name: state for name, state in states.items() if "other" in name}
        if here.kind != "returned":
            return "", f"does not open: {here}"
        found, problem = compare(
            here.value, {n: s.here for n, s in states.items()}, partly=scenario.partly
        )
        if problem or there is None:
            return found, problem
        if there.kind != "returned":
            return found, f"does not open in casacore: {there}"
        _, problem = compare(
            there.value, {n: s.there for n, s in states.items()}, partly=scenario.partly
        )
        return found, problem and f"in casacore: {problem}"

    def _again(self, scenario: Scenario, expected: _Expected, path: Path) -> str:
        """Let another writer do the same; say what is wrong after that."""
        deed = scenario.victim
        job = Job(f"{DEEDS}:do_and_look", (deed.name, str(path), *deed.arguments))
        again = self._server.run(job, limits=LIMITS)[0]
        if scenario.victim.name in ONCE and _is_ours(again):
            again = self._server.run(Deed("set_unit").job(path), limits=LIMITS)[0]
        if again.kind != "returned":
            return f"the next writer: {again}"
        beside = sorted(entry.name for entry in path.parent.iterdir() if entry.name != path.name)
        if beside:
            return f"left over beside the image: {', '.join(beside)}"
        if scenario.before == "folder" and "notes" not in files_of(path):
            return "the other files are gone"
        known = frozenset().union(*(state.files for state in expected.states.values()))
        surplus = sorted(set(files_of(path)) - known)
        return f"left over in the image: {', '.join(surplus)}" if surplus else ""


def _is_ours(answer: Answer) -> bool:
    return answer.error is not None and "jupimage.errors.ImageError" in answer.error.ancestors


def table(trials: Sequence[Trial]) -> str:
    """Count what was found for each scenario."""
    lines = [
        f"{'scenario':<58}{'kills':>6}{'inside':>7}{'old':>5}{'new':>5}{'partly':>7}{'bad':>5}"
    ]
    names = list(dict.fromkeys(trial.scenario.name for trial in trials))
    for name in [*names, "all"]:
        chosen = [trial for trial in trials if name in (trial.scenario.name, "all")]
        found = [trial.found for trial in chosen]
        counts = (
            len(chosen),
            sum(trial.inside for trial in chosen),
            sum(state in ("old", "other") for state in found),
            sum("new" in state for state in found),
            found.count("partly"),
            sum(bool(trial.problem) for trial in chosen),
        )
        widths = (6, 7, 5, 5, 7, 5)
        numbers = "".join(f"{n:>{w}}" for n, w in zip(counts, widths, strict=True))
        lines.append(f"{name:<58}{numbers}")
    return "\n".join(lines)


def report(trials: Sequence[Trial]) -> str:
    """List what went wrong, and the table."""
    bad = [f"BAD {t.scenario.name}, killed {t.when}: {t.problem}" for t in trials if t.problem]
    return "\n".join([*bad, table(trials), f"{len(bad)} failures"])


def main() -> int:
    """Kill as asked on the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--moments", type=int, default=200, help="kills at random moments, in all")
    parser.add_argument("--steps", type=int, default=0, help="kills before steps, per scenario")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scenario", default="", help="only those whose name begins so")
    options = parser.parse_args()
    chosen = [s for s in scenarios() if s.name.startswith(options.scenario)]
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Range(Path(folder), options.seed)
        try:
            for number, scenario in enumerate(chosen):
                share = len(range(number, options.moments, len(chosen)))
                trials += place.moments(scenario, share)
                if scenario.companion is None:
                    trials += place.steps(scenario, options.steps)
        finally:
            place.close()
    print(report(trials))
    return int(any(trial.problem for trial in trials))


if __name__ == "__main__":
    sys.exit(main())
