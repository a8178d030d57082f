"""Sections and concatenations show what casacore's show, pixels and coordinates alike."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare, side_by_side


def values(*shape: int) -> np.ndarray[Any, Any]:
    """Return random pixels of a shape, the same ones each time."""
    return np.random.default_rng(5).normal(size=shape).astype("f4")


def describe(b: Bench, im: Any) -> None:
    """Note everything about an image, its record of coordinates too."""
    b.look(im)
    b.note(im.coordinates().dict(), im.history(), im.attrgroupnames())


SHAPES = [(5,), (4, 5), (8, 2, 6, 5), (9, 4, 5), (1, 4, 5), (3, 1, 4, 5), (2, 1, 1, 3),
          (2, 9, 2, 4, 5), (9, 8, 4, 5)]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
def test_random_sections(
    shape: tuple[int, ...], masked: bool, oracle: Oracle, tmp_path: Any
) -> None:
    bad = np.random.default_rng(1).random(shape) > 0.5

    def scenario(b: Bench) -> None:
        im = b.image("", values=values(*shape), mask=bad if masked else ())
        rng = np.random.default_rng(7)
        for number in range(12):
            blc = [int(rng.integers(0, n)) for n in shape]
            trc = [int(rng.integers(a, n)) for a, n in zip(blc, shape, strict=True)]
            inc = [int(i) for i in rng.integers(1, 3, len(shape))]
            lengths = [(t - a) // i + 1 for a, t, i in zip(blc, trc, inc, strict=True)]
            drop = bool(number % 2)
            sky = [n == 1 for n in lengths[-2:]]
            if drop and (max(lengths) == 1 or (len(shape) > 1 and sky[0] != sky[1])):
                continue  # no axis is left, or one on the sky, which is another test
            b.case(f"{number}: {blc} {trc} {inc} {drop}")
            section = im.subimage(blc, trc, inc, drop)
            inner = section.subimage((), -1, 2, False)
            for view in (section, inner, section.subimage(dropdegenerate=False)):
                describe(b, view)
                b.note(view.haslock(), view.haslock(True))
            pixel = (1,) * section.ndim()
            b.ask(section.putdata, np.full(pixel, 7.0))
            b.ask(section.putmask, np.full(pixel, True))
            for view in (im, section, inner):
                b.note(view.getdata(), view.getmask())
            name = b.path(f"copy{number}")
            b.ask(section.saveas, name)
            describe(b, b.image(name))

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_which_sections_count_as_stored(b: Bench) -> None:
    pixels = np.arange(24.0).reshape(4, 6)
    plain = b.image(b.path("x"), values=pixels)
    masked = b.image(b.path("y"), values=pixels, mask=pixels > 4)
    thin = b.image(b.path("z"), values=pixels[None])
    for number, im in enumerate((plain, masked, thin, b.image("", values=pixels))):
        b.case(str(number))
        for section in (im, im.subimage(), im.subimage(dropdegenerate=False), im.subimage(0),
                        im.subimage(0, dropdegenerate=False), im.subimage((), (-1, -2)),
                        im.subimage(0, 0)):  # fmt: skip
            b.note(section.ispersistent(), section.name(), section.name(True), str(section))
            b.note(section.imagetype())


@side_by_side
def test_a_section_keeps_its_image_alive(b: Bench) -> None:
    section = b.image(b.path("x"), values=values(4, 6)).subimage(1, 2)
    b.look(section)
    section.putdata(values(2, 6) + 1)
    b.look(section)


@side_by_side
def test_a_section_does_not_see_a_mask_made_later(b: Bench) -> None:
    im = b.image("", values=values(4, 6))
    section = im.subimage(1, 2)
    im.putmask(np.ones((4, 6), bool))
    b.note(section.getmask(), im.getmask())
    b.note(im.subimage(1, 2).getmask())


@pytest.mark.parametrize("axis", [0, 1, 2, 3])
@pytest.mark.parametrize("masked", ["none", "first", "second", "both"])
def test_two_images_joined(axis: int, masked: str, oracle: Oracle, tmp_path: Any) -> None:
    def scenario(b: Bench) -> None:
        bad = values(3, 2, 4, 5) > 0
        parts = []
        for name in ("first", "second"):
            mask = bad if masked in (name, "both") else ()
            parts.append(b.image(b.path(name), values=values(3, 2, 4, 5), mask=mask))
        joined = b.make(parts, axis=axis)
        describe(b, joined)
        place = tuple(n // 2 for n in joined.shape())
        b.ask(joined.putdata, np.full((1, 1, 1, 1), 99, "f4"), place)
        if masked in ("none", "both"):
            b.ask(joined.putmask, np.full((1, 1, 1, 1), True), place)
        describe(b, joined)
        for part in parts:
            b.look(part)
        if axis != 2:  # the reference makes a Stokes axis that it cannot store
            b.case("copied")
            b.ask(joined.saveas, b.path("copy"))
            describe(b, b.image(b.path("copy")))
        b.case("by name")
        describe(b, b.make([b.path("first"), b.path("second")], axis))
        describe(b, b.make((b.path("first"), b.path("second")), axis))

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_axes_of_a_concatenation(b: Bench) -> None:
    im = b.image("", values=values(3, 2, 4, 5))
    for axis in (4, -1, 7, "a", 1.0, None, np.int64(1), True):
        b.case(repr(axis))
        b.make([im, im], axis)
    b.case("none given")
    b.make([im, im])
    b.case("one image")
    describe(b, b.make([im], 0))
    describe(b, b.make([im], axis=3))


@side_by_side
def test_parts_that_do_not_fit(b: Bench) -> None:
    im = b.image("", values=values(3, 2, 4, 5))
    others = {
        "double": b.image("", values=values(3, 2, 4, 5).astype("f8")),
        "longer": b.image("", values=values(5, 2, 4, 5)),
        "fewer axes": b.image("", values=values(3, 4, 5)),
        "wider": b.image("", values=values(3, 2, 4, 6)),
    }
    for name, other in others.items():
        for axis in range(4):
            b.case(f"{name} {axis}")
            b.make([im, other], axis)
    b.case("missing")
    b.make([b.path("a"), b.path("b")], 0)


SPECTRA: dict[str, list[tuple[int, int]]] = {
    "contiguous": [(0, 3), (4, 7)],
    "a gap": [(0, 3), (5, 7)],
    "falling": [(5, 7), (0, 3)],
    "overlapping": [(0, 3), (2, 7)],
    "three": [(0, 3), (4, 5), (9, 12)],
    "single channels, falling": [(9, 9), (5, 5), (1, 1)],
    "one part": [(2, 6)],
    "the same twice": [(1, 2), (1, 2)],
}


@pytest.mark.parametrize("kind", SPECTRA)
@pytest.mark.parametrize("shape", [(15, 2, 4, 5), (15, 9, 2, 4, 5)], ids=["spectral", "linear"])
def test_parts_of_a_spectrum_joined(
    kind: str, shape: tuple[int, ...], oracle: Oracle, tmp_path: Any
) -> None:
    def scenario(b: Bench) -> None:
        whole = b.image("", values=values(*shape))
        parts = [whole.subimage(a, z, dropdegenerate=False) for a, z in SPECTRA[kind]]
        joined = b.make(parts, axis=len(shape) - 1)
        record = joined.coordinates().dict()
        b.note(record)
        for channel in np.arange(-0.5, joined.shape()[0], 0.75):
            position = [float(channel)] + [0.0] * (len(shape) - 1)
            world = b.ask(joined.toworld, position)
            b.ask(joined.topixel, world)
        b.ask(joined.saveas, b.path("copy"))
        describe(b, b.image(b.path("copy")))

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_polarisations_joined(b: Bench) -> None:
    whole = b.image("", values=values(3, 4, 4, 5))
    for number, codes in enumerate([(0, 1), (0, 3), (3, 0), (0, 0), (1, 2, 3), (0, 1, 2, 3)]):
        b.case(f"{number}: {codes}")
        parts = [whole.subimage((0, k), (2, k), dropdegenerate=False) for k in codes]
        joined = b.make(parts, axis=2)
        b.note(joined.coordinates().dict(), joined.coordinates()["stokes"].get_stokes())
        if codes != (0, 0):  # as above
            b.ask(joined.saveas, b.path(f"copy{number}"))
            b.look(b.image(b.path(f"copy{number}")))


@side_by_side
def test_parts_of_the_sky_joined(b: Bench) -> None:
    whole = b.image("", values=values(3, 2, 6, 7))
    for axis, ends in product((0, 1), [(2, 3), (1, 4), (4, 3)]):
        b.case(f"{axis} {ends}")
        low, high = [2, 1, 5, 6], [0, 0, 0, 0]
        low[3 - axis], high[3 - axis] = ends
        joined = b.make(
            [
                whole.subimage((0, 0, 0, 0), low, dropdegenerate=False),
                whole.subimage(high, (2, 1, 5, 6), dropdegenerate=False),
            ],
            axis=axis,
        )
        b.note(joined.coordinates().dict())


@side_by_side
def test_concatenations_of_views_and_views_of_concatenations(b: Bench) -> None:
    im = b.image("", values=values(6, 2, 4, 5), mask=values(6, 2, 4, 5) > 1)
    parts = [im.subimage(0, 2), im.subimage(3, 5)]
    joined = b.make(parts, axis=3)
    b.case("of views")
    describe(b, joined)
    b.case("a view of it")
    describe(b, joined.subimage(1, 4))
    b.case("nested")
    describe(b, b.make([joined, im], axis=3))
    b.case("a second handle")
    describe(b, b.make(joined))
    b.case("written through")
    b.ask(joined.putdata, np.full((6, 2, 4, 5), 3.5, "f4"))
    b.ask(joined.putmask, np.ones((6, 2, 4, 5), bool))
    b.look(im)


@side_by_side
def test_what_belongs_to_a_concatenation(b: Bench) -> None:
    tofits = b.image("", values=values(3, 4, 5))
    tofits.tofits(b.path("a.fits"))
    im = b.image(b.path("a.fits"))
    joined = b.make([im, im], axis=2)
    b.note(joined.unit(), sorted(k for k in joined.miscinfo() if not k.startswith("alt")))
    b.note(joined.name(), joined.name(True), str(joined), joined.ispersistent())
    b.ask(joined.putdata, np.zeros((1, 1, 1)))
    b.ask(joined.putmask, np.ones((1, 1, 1), bool))
