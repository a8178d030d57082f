"""Expressions are lattices: read box by box, always what the images hold now."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupimage import image, options
from jupimage.lattice import Box, MemoryLattice
from jupimage.lel import compile_expression
from jupimage.lel.evaluation import ExpressionLattice

SHAPE = (5, 6, 7)


def cubes() -> list[Any]:
    random = np.random.default_rng(3)
    found = []
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        values = random.normal(size=SHAPE)
        if np.dtype(dtype).kind == "c":
            values = values + 1j * random.normal(size=SHAPE)
        mask = random.random(SHAPE) < 0.2
        found.append(image("", values=values.astype(dtype), mask=mask))
    return found


def pixels(lattice: Any, box: Box) -> Any:
    """Read a box."""
    return lattice.read(box)


CUBES = cubes()
OPENED = [cube._opened for cube in CUBES]

numbers = st.sampled_from(["1", "2.5", "3e0", "pi()", "2i"])
leaves = st.one_of(st.sampled_from(["$1", "$2", "$3", "$4"]), numbers)


def grown(inner: Any) -> Any:
    """Return expressions of one operator more."""
    return (
        leaves
        | st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("{}({})".format, st.sampled_from(["-", "abs", "sin", "exp"]), inner)
        | inner.map(lambda text: f"iif(abs({text}) > 1, {text}, 0)")
    )


terms = grown(grown(grown(leaves)))


def with_numpy(text: str) -> Any:
    """Evaluate the same text as Python over masked arrays."""
    names = {f"x{number}": cube.get() for number, cube in enumerate(CUBES, 1)}
    names |= {"abs": np.abs, "sin": np.sin, "exp": np.exp, "pi": lambda: np.float64(np.pi)}
    names["iif"] = lambda condition, x, y: np.ma.where(condition, x, np.float32(y))
    source = text
    for number in range(1, 5):
        source = source.replace(f"${number}", f"x{number}")
    source = source.replace("2i", "np.complex128(2j)").replace("3e0", "np.float32(3)")
    source = source.replace("2.5", "np.float64(2.5)")
    with np.errstate(all="ignore"):
        return eval(source, {"np": np, **names})


@given(terms)
def test_random_expressions_agree_with_numpy(text) -> None:
    expression = compile_expression(text + " + $1 * 0", images=OPENED)
    block = pixels(expression.opened().lattice, Box.whole(SHAPE))
    wanted = with_numpy(text) + CUBES[0].get() * 0
    found = np.ma.MaskedArray(block.values, ~block.good)
    np.testing.assert_array_equal(found.mask, np.ma.getmaskarray(wanted))
    good = ~found.mask
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(
            found.data[good], wanted.data[good], rtol=3e-4, atol=1e-4, equal_nan=True
        )


@given(st.data())
def test_section_is_the_section_of_the_whole(data) -> None:
    lattice = compile_expression("$1 * 2 + iif($2 > 0, $2, 1)", images=OPENED).opened().lattice
    whole = pixels(lattice, Box.whole(SHAPE))
    parts = []
    for length in SHAPE:
        start = data.draw(st.integers(0, length - 1))
        stop = data.draw(st.integers(start + 1, length))
        parts.append(slice(start, stop, data.draw(st.integers(1, 3))))
    box = Box(*(tuple(getattr(p, n) for p in parts) for n in ("start", "stop", "step")))
    block = pixels(lattice, box)
    np.testing.assert_array_equal(block.values, whole.values[tuple(parts)])
    np.testing.assert_array_equal(block.good, whole.good[tuple(parts)])


class Watched(MemoryLattice):
    """Notes what is read of it."""

    boxes: list[Box]

    def read(self, box: Box, *, values: bool = True, good: bool = True):
        self.boxes.append(box)
        return super().read(box, values=values, good=good)


def watched(shape: tuple[int, ...]):
    opened = image("", values=np.ones(shape, np.float32))._opened
    opened.lattice = Watched(np.ones(shape, np.float32))
    opened.lattice.boxes = []
    return opened


def test_plane_reads_nothing_but_the_plane() -> None:
    opened = watched((9, 8, 8))
    lattice = compile_expression("sqrt($1) + $1 / 2", images=[opened]).opened().lattice
    assert opened.lattice.boxes == []
    pixels(lattice, Box((3, 0, 0), (4, 8, 8)))
    assert opened.lattice.boxes == [Box((3, 0, 0), (4, 8, 8))]


def test_image_is_read_once_for_all_places_that_name_it() -> None:
    opened = watched((4, 4))
    lattice = compile_expression("$1 * $1 + sin($1) - ($1 * $1)", images=[opened]).opened().lattice
    pixels(lattice, Box.whole((4, 4)))
    assert len(opened.lattice.boxes) == 1


def test_reduction_is_computed_once() -> None:
    opened = watched((4, 4))
    lattice = compile_expression("$1 / max($1)", images=[opened]).opened().lattice
    for row in range(4):
        pixels(lattice, Box((row, 0), (row + 1, 4)))
    assert len([box for box in opened.lattice.boxes if box.shape == (4, 4)]) <= 2


def test_what_is_written_later_is_seen(tmp_path) -> None:
    for name in ("", str(tmp_path / "x.img")):
        im = image(name, values=np.arange(12.0, dtype=np.float32).reshape(3, 4))
        lattice = compile_expression("$1 / max($1)", images=[im._opened]).opened().lattice
        assert pixels(lattice, Box.whole((3, 4))).values.max() == 1
        im.putdata(np.array([[22.0]], np.float32), (0, 0))
        assert pixels(lattice, Box.whole((3, 4))).values[0, 0] == 1
        assert pixels(lattice, Box.whole((3, 4))).values[2, 3] == 0.5


@pytest.mark.parametrize("threads", [1, 3])
def test_large_image_is_the_same_in_pieces(monkeypatch, threads) -> None:
    monkeypatch.setattr(options, "threads", threads)
    values = np.random.default_rng(1).normal(size=(40, 200, 210)).astype(np.float32)
    im = image("", values=values, mask=values > 2)
    lattice = compile_expression("($1 - mean($1))^2 / 2", images=[im._opened]).opened().lattice
    assert isinstance(lattice, ExpressionLattice)
    block = pixels(lattice, Box.whole(values.shape))
    middle = np.float32(values[values <= 2].mean(dtype=np.float64))
    np.testing.assert_array_equal(block.good, values <= 2)
    np.testing.assert_allclose(block.values, (values - middle) ** 2 / 2, rtol=1e-5, atol=1e-12)
