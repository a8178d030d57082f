"""What this package writes casacore reads and rewrites, and what that wrote is read here."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.formats import open_path
from jupimage.lattice import Box
from tests.conftest import Oracle
from tests.paged.pagedfiles import TYPES, make, pixels_of, read

SHAPES = {1: (37,), 2: (7, 9), 3: (5, 6, 11), 4: (3, 4, 5, 7), 5: (2, 3, 4, 3, 5)}
TILES = {1: (8,), 2: (3, 4), 3: (2, 6, 3), 4: (2, 3, 1, 4), 5: (1, 2, 3, 3, 2)}

CASES = list(
    itertools.product(
        TYPES,
        SHAPES,
        (False, True),  # masked
        (False, True),  # tiles of its own
        (False, True),  # big endian
    )
)


def title(case: tuple[str, int, bool, bool, bool]) -> str:
    kind, ndim, masked, tiled, big_endian = case
    words = [kind, f"{ndim}d", "masked" * masked, "tiles" * tiled, "big" * big_endian]
    return "-".join(word for word in words if word)


@pytest.mark.parametrize("case", CASES, ids=title)
def test_casacore_reads_and_rewrites_what_we_wrote(
    case: tuple[str, int, bool, bool, bool], oracle: Oracle, tmp_path: Path
) -> None:
    kind, ndim, masked, tiled, big_endian = case
    shape = SHAPES[ndim]
    pixels = pixels_of(shape, TYPES[kind])
    good = pixels.real > -300 if masked else None
    path = make(
        tmp_path / "a.img",
        pixels,
        good,
        big_endian=big_endian,
        tile=TILES[ndim] if tiled else None,
        history=["first", "a line of more than eight characters"],
    )
    casacore_rewrites(oracle, path, kind, pixels, good)
    values, again = read(path)
    np.testing.assert_array_equal(values, pixels * 2)
    if masked:
        np.testing.assert_array_equal(again, pixels.real <= -300)
    history = list(open_path(path).history)
    assert history == ["first", "a line of more than eight characters", "more", "and " * 40]
    oracle.count(4)


def casacore_rewrites(
    oracle: Oracle, path: str, kind: str, pixels: NDArray[Any], good: NDArray[np.bool_] | None
) -> None:
    """Let casacore compare an image, double its pixels, turn its mask round and add to its log."""
    image = oracle.images.image(path)
    assert image.datatype() == kind
    np.testing.assert_array_equal(image.getdata(), pixels)
    bad = np.zeros(pixels.shape, bool) if good is None else ~good
    np.testing.assert_array_equal(image.getmask(), bad)
    image.putdata(pixels * 2)
    if good is not None:
        image.putmask(good)
    del image
    with oracle.tables.table(f"{path}/logtable", readonly=False, ack=False) as log:
        log.addrows(2)
        log.putcell("MESSAGE", 2, "more")
        log.putcell("MESSAGE", 3, "and " * 40)


@pytest.mark.parametrize("kind", TYPES)
def test_pixels_rewritten_here_are_seen_by_casacore(
    kind: str, oracle: Oracle, tmp_path: Path
) -> None:
    shape = (9, 10, 11)
    pixels = pixels_of(shape, TYPES[kind])
    path = make(tmp_path / "a.img", pixels, pixels.real > 0, tile=(4, 3, 5))
    opened = open_path(path)
    lattice: Any = opened.lattice
    expected, bad = pixels.copy(), pixels.real <= 0
    rng = np.random.default_rng(5)
    for step in range(10):
        start = [int(rng.integers(0, n)) for n in shape]
        stop = [int(rng.integers(a + 1, n + 1)) for a, n in zip(start, shape, strict=True)]
        box = Box(tuple(start), tuple(stop), tuple(int(n) for n in rng.integers(1, 3, 3)))
        expected[box.slices] = values = pixels_of(box.shape, TYPES[kind], seed=step)
        bad[box.slices] = values.real > 0
        lattice.write(box, values, values.real <= 0)
    lattice.close()
    image = oracle.images.image(path)
    np.testing.assert_array_equal(image.getdata(), expected)
    np.testing.assert_array_equal(image.getmask(), bad)
    oracle.count(2)


def test_casacore_makes_images_that_are_read_and_written_here(
    oracle: Oracle, tmp_path: Path
) -> None:
    pixels = pixels_of((6, 20, 30))
    path = str(tmp_path / "a.img")
    oracle.images.image(path, values=pixels, mask=pixels > 0, tileshape=[2, 20, 7])
    opened = open_path(path)
    values, good = read(opened)
    np.testing.assert_array_equal(values, pixels)
    np.testing.assert_array_equal(good, pixels <= 0)
    lattice: Any = opened.lattice
    lattice.write(Box((1, 2, 3), (4, 18, 29)), np.float32(7), np.array(True))
    lattice.close()
    image = oracle.images.image(path)
    pixels[1:4, 2:18, 3:29] = 7
    np.testing.assert_array_equal(image.getdata(), pixels)
    assert not image.getmask()[1:4, 2:18, 3:29].any()
    oracle.count(3)
