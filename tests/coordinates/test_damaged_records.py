"""Records in which anything may stand: each question is answered, or refused in our own words."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import (
    Record,
    assemble,
    linear_record,
    spectral_record,
    tabular_record,
)
from jupimage.errors import CoordinateError, ImageError

JUNK: list[Any] = [
    None, "abc", "", b"x", [], {}, np.nan, np.inf, -1, 0, 1e308, 1e-320, np.array([]),
    np.array([np.nan, 1]), np.zeros((3, 3)), ["a", "b"], [1, 2], "TAN", "GALACTIC", 999.0, True,
    np.array(["a", "b"]), object(), (1, 2), np.int64(3), [None, None], "km", [np.inf, 0],
]  # fmt: skip


def other() -> Record:
    linear = linear_record(
        names=["a", "b"], units=["m", "s"], crval=[1, 2], cdelt=[3, 4], crpix=[0, 9]
    )
    table = tabular_record(np.arange(4.0), np.arange(4.0) ** 2, name="t", unit="d")
    spectral = spectral_record(table=(np.arange(3.0), np.array([1e9, 2e9, 4e9])))
    return assemble([("linear", linear, (0, 1)), ("tabular", table, (2,)),
                     ("spectral", spectral, (3,))])  # fmt: skip


QUESTIONS: dict[str, Callable[[coordinatesystem], Any]] = {
    "toworld": lambda s: s.toworld([1.0, 1.0, 2.0, 3.0]),
    "topixel": lambda s: s.topixel([1.4e9, 1.0, 0.0, 0.0]),
    "many": lambda s: s.toworld(np.zeros((3, 4))),
    "text": lambda s: s.topixel(["1 GHz", "I", "0d", "0d"]),
    "describe": str,
    "axes": lambda s: s.axes(),
    "lengths": lambda s: s.get_axis_lengths(),
    "shape": lambda s: (s.ndim, s.world_ndim, s.direction_axes(), s.spectral_axis()),
    "complete": lambda s: s.completed(),
    "convert": lambda s: s.converted(sky_frame="ICRS", velocity_frame="BARY"),
    "header": lambda s: s.to_header((7, 3, 20, 30)),
    "format": lambda s: s.format([1.4e9, 1.0, 0.0, 0.0]),
}


def leaves(record: Record) -> Iterator[tuple[Record, str]]:
    for key, value in list(record.items()):
        yield record, key
        if isinstance(value, dict):
            yield from leaves(value)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_record_raises_nothing_but_our_errors(seed: int) -> None:
    chance = random.Random(seed)
    refused = 0
    for _ in range(60):
        record = other() if chance.random() < 0.3 else default_system((7, 3, 20, 30)).dict()
        for _ in range(chance.choice([1, 1, 2])):
            place, key = chance.choice(list(leaves(record)))
            if chance.random() < 0.15:
                del place[key]
            else:
                place[key] = chance.choice(JUNK)
        try:
            system = coordinatesystem(record)
        except ImageError:
            continue
        for ask in QUESTIONS.values():
            try:
                ask(system)
            except ImageError:
                refused += 1
    assert refused > 20


def test_error_says_what_went_wrong() -> None:
    record = default_system((8, 8)).dict()
    record["direction0"]["crval"] = "x"
    with pytest.raises(CoordinateError, match=r"a direction record that cannot be read: .*'x'"):
        coordinatesystem(record).toworld([0, 0])
    record["direction0"] = 5.0
    with pytest.raises(CoordinateError, match=r"cannot be read: AttributeError: 'float' object"):
        str(coordinatesystem(record))
