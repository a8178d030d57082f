"""Damaged files, the short form; ``python tests/harm/damage.py`` is the long one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.harm.damage import Ward, report
from tests.harm.images import DATA, FORMATS
from tests.harm.injury import Injury, draw
from tests.harm.portrait import portrait
from tests.harm.server import FORKING, Answer, Job, Limits, Raised, Server
from tests.harm.verdict import FAILURES, judge

CASES = 120 if FORKING else 12
SOUND = DATA / "x_b1950.fits"


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    made = Ward(tmp_path_factory.mktemp("ward"))
    yield made
    made.close()


def test_damaged_files_do_no_harm(ward: Ward) -> None:
    results = list(ward.results(list(ward.cases(2026, range(CASES), FORMATS))))
    assert len(results) == CASES
    assert not [r for r in results if r.verdict.failed], report(results, 2026)
    assert sum(r.verdict.kind == "error" for r in results) > CASES / 5
    assert {r.case.sample.format for r in results} == set(FORMATS)


def test_a_case_is_always_the_same() -> None:
    first, again = (draw(SOUND, np.random.default_rng([7, 3])) for _ in range(2))
    assert first == again


ENDS = {
    "crash": ("os:abort", ()),
    "late": ("time:sleep", (60,)),
    "memory": ("builtins:bytearray", (3 << 30,)),
    "other": ("builtins:int", ("no number",)),
}


@pytest.mark.parametrize("kind", ENDS)
@pytest.mark.parametrize("forking", sorted({FORKING, False}))
def test_harm_is_noticed(kind: str, forking: bool) -> None:
    function, arguments = ENDS[kind]
    with Server(forking=forking) as server:
        answer = server.run(Job(function, arguments), limits=Limits(wait=2))[0]
        assert server.run(Job("builtins:abs", (-1,)))[0].value == 1  # it survived
    verdict = judge(SOUND, "FITS", Injury("cut", "", size=9), Answer("returned"), answer)
    assert verdict.kind == kind
    assert verdict.failed


def verdict_on(place: int, new: bytes, tmp_path: Path) -> str:
    """Return the verdict on a reader that reads whatever it finds, without a word."""
    damaged = Path(shutil.copy(SOUND, tmp_path))
    injury = Injury("byte", "", ((place, new),))
    injury.apply(damaged)
    reference = Answer("returned", portrait(str(SOUND)))
    return judge(SOUND, "FITS", injury, reference, Answer("returned", portrait(str(damaged)))).kind


def place_of(card: bytes, column: int) -> int:
    return SOUND.read_bytes().index(card) + column


def test_a_changed_value_cannot_be_noticed(tmp_path: Path) -> None:
    assert verdict_on(place_of(b"CRVAL3  =", 13), b"7", tmp_path) == "value"


def test_a_changed_pixel_cannot_be_noticed(tmp_path: Path) -> None:
    assert verdict_on(SOUND.stat().st_size - 2880, b"\x41", tmp_path) == "pixels"


def test_the_same_is_no_harm(tmp_path: Path) -> None:
    assert verdict_on(place_of(b"END     ", 100), b"\x41", tmp_path) == "same"


def test_another_result_without_a_reason_is_harm() -> None:
    reference = Answer("returned", {"unit": "Jy", "history": ["a"]})
    empty = Answer("returned", {"unit": "Jy", "history": []})
    injury = Injury("cut", "", size=5)
    assert judge(SOUND, "FITS", injury, reference, empty).kind == "wrong"
    empty.warnings = ("UserWarning: no history",)
    assert judge(SOUND, "FITS", injury, reference, empty).kind == "warned"


def test_an_error_of_another_tree_is_harm() -> None:
    told = Raised("KeyError", ("builtins.KeyError",), "'a'", ("KeyError",), "")
    answer = Answer("raised", error=told)
    assert judge(SOUND, "FITS", Injury("lost", "x"), Answer("returned"), answer).kind in FAILURES
