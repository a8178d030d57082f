"""The default tile shape is that of casacore."""

from __future__ import annotations

import json
import random
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage.casatable.tileshape import default_tile
from tests.conftest import Oracle

CORPUS = Path(__file__).parent.parent / "data" / "casatable" / "default_tiles.json"


def test_tiles_are_those_that_casacore_chose() -> None:
    known = json.loads(CORPUS.read_text(encoding="utf-8"))["tiles"]
    assert len(known) > 1300
    assert {len(shape) for shape, _ in known} == {1, 2, 3, 4, 5}
    wrong = [shape for shape, tile in known if list(default_tile(tuple(shape))) != tile]
    assert not wrong


def random_shape(chance: random.Random) -> tuple[int, ...]:
    """Return a shape of up to two million pixels, as images have."""
    usual = [64, 100, 128, 150, 200, 256, 300, 360, 400, 500, 512, 600, 768, 1000, 1024]
    while True:
        shape = tuple(
            chance.choice([chance.choice(usual), chance.randint(1, 6), chance.randint(1, 700)])
            for _ in range(chance.randint(1, 5))
        )
        if prod(shape) <= 2_000_000:
            return shape


def test_tiles_are_those_of_new_images_of_casacore(tmp_path: Path, oracle: Oracle) -> None:
    chance = random.Random(4)
    for number in range(60):
        shape, path = random_shape(chance), str(tmp_path / str(number))
        oracle.images.image(path, shape=list(shape))
        with oracle.tables.table(path, ack=False) as table:
            cubes = table.getdminfo("map")["SPEC"]["HYPERCUBES"]
        assert default_tile(shape) == tuple(map(int, cubes["*1"]["TileShape"]))[::-1], shape
        oracle.count()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_tiles_fit_every_shape(shape: list[int]) -> None:
    tile = default_tile(tuple(shape))
    assert len(tile) == len(shape)
    assert all(1 <= part <= length for part, length in zip(tile, shape, strict=True))


@pytest.mark.parametrize(
    ("shape", "tile"),
    [
        pytest.param((1,), (1,), id="one pixel"),
        pytest.param((131072,), (32768,), id="one axis"),
        pytest.param((363, 361), (363, 361), id="small enough for one tile"),
    ],
)
def test_examples(shape: tuple[int, ...], tile: tuple[int, ...]) -> None:
    assert prod(default_tile(shape)) <= 4 * 32768
    assert default_tile(shape) == tile
