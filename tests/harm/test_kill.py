"""Killed writers, the short form; ``python tests/harm/kill.py`` is the long one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.harm.kill import Range, report
from tests.harm.scenarios import HAS_CASACORE, scenarios
from tests.harm.server import FORKING, Job, Server

SCENARIOS = {scenario.name: scenario for scenario in scenarios()[:: 1 if FORKING else 8]}
ALONE = [name for name, scenario in SCENARIOS.items() if scenario.companion is None]
TOGETHER = [name for name, scenario in SCENARIOS.items() if scenario.companion is not None]


@pytest.fixture(scope="module")
def range_(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Range]:
    oracle = request.getfixturevalue("oracle") if HAS_CASACORE else None
    made = Range(tmp_path_factory.mktemp("range"))
    yield made
    made.close()
    if oracle is not None:
        oracle.count(made.comparisons)


@pytest.mark.parametrize("name", ALONE)
def test_a_killed_writer_leaves_the_old_image_or_the_new_one(range_: Range, name: str) -> None:
    trials = list(range_.moments(SCENARIOS[name], 1))
    if FORKING and SCENARIOS[name].victim.name == "save":
        trials += range_.steps(SCENARIOS[name], 1)
    assert not [trial for trial in trials if trial.problem], report(trials)


@pytest.mark.parametrize("name", TOGETHER)
def test_a_killed_writer_does_not_hinder_another_one(range_: Range, name: str) -> None:
    trials = list(range_.moments(SCENARIOS[name], 1))
    assert not [trial for trial in trials if trial.problem], report(trials)


def test_a_kill_lands_where_it_is_meant_to() -> None:
    with Server() as server:
        late, early = (
            server.run(Job("time:sleep", (0.2,)), victim=0, delay=delay)[0] for delay in (0.6, 0.02)
        )
        assert late.kind == "returned"
        assert early.kind == "killed"
        assert early.signal == 9 or sys.platform == "win32"
