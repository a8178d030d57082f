"""Pixels and masks are read and written as casacore.images does, rule by rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare, side_by_side

CUBE = np.arange(120.0).reshape(4, 6, 5)
PLANE = np.arange(24.0).reshape(4, 6)

CORNERS: list[tuple[Any, Any, Any]] = [
    ((), (), ()), (1, (), ()), (1, 1, ()), (1, 2, 2), ((0, 2), (-1, -2), ()),
    ([1, True], [2, 3, 4], [1, 2, 9]), (-2, (), ()), ((), (), 0), ((), (), -3),
    ((), (), (0, 0, 0)), ((2,), (1,), ()), ((0, 0, 0, 0), (), ()), ((), (-7,), ()),
    ((), (), (1, 1, 1, 1)), ((), (), (2, 3, 4)), ((1, 1, 1), (2, 1, 1), ()),
    (np.int64(1), np.int32(2), np.uint8(1)), (True, (), ()), ((False, True), (), ()),
    ([], [], []), ((), (-1, -1, -1), ()), ((), (1, -6, -5), ()), ((), (1,), (1, 3)),
    (3, -1, 1), ((-1, -1), (1, 3), (2, 2)), (2, -1, ()), (np.float64(1), (), ()),
    ((0,), (np.float32(1),), ()), (np.array(1), (), ()), ("a", (), ()), (None, (), ()),
    ((), None, ()), ((), (), None), (1.0, (), ()), ((1.0,), (), ()), ((None,), (), ()),
    (slice(1), (), ()), (np.array([1]), (), ()), (("a",), (), ()), (((1,),), (), ()),
    ([[1]], (), ()), (range(2), (), ()), ({1}, (), ()), (b"a", (), ()),
]  # fmt: skip


def images(b: Bench) -> dict[str, Any]:
    """Make an image of each kind that has an answer to all corners."""
    plain = b.image("", values=CUBE)
    return {
        "temporary, masked": b.image("", values=CUBE.astype("f4"), mask=CUBE % 7 == 0),
        "temporary": plain,
        "on disk, masked": b.image(b.path("m"), values=CUBE, mask=CUBE > 50),
        "on disk": b.image(b.path("d"), values=CUBE.astype("c8")),
        "section": b.image("", values=np.arange(240.0).reshape(8, 6, 5)).subimage(2, 5),
    }


@side_by_side
def test_corners(b: Bench) -> None:
    for kind, im in images(b).items():
        for number, corners in enumerate(CORNERS):
            for method in ("getdata", "getmask", "get"):
                b.case(f"{kind}: {method} {number} {corners}")
                b.ask(getattr(im, method), *corners)
            b.case(f"{kind}: subimage {number} {corners}")
            section = b.ask(im.subimage, *corners)
            if section is not None:
                b.look(section)


@side_by_side
def test_corners_beyond_the_image(b: Bench) -> None:
    for kind, im in images(b).items():
        for corners in [(4, (), ()), ((), 4, ()), ((), (0, 6), ()), ((0, 0, 5), (), ())]:
            for method in ("getdata", "get", "subimage"):
                b.case(f"{kind}: {method} {corners}")
                b.ask(getattr(im, method), *corners)
            if "masked" in kind:
                b.ask(im.getmask, *corners)


@side_by_side
def test_corners_by_name_and_by_place(b: Bench) -> None:
    im = b.image("", values=CUBE)
    b.note(im.getdata(blc=1, trc=2), im.getdata(inc=2), im.getmask(trc=0), im.get(blc=(0, 3)))
    b.note(im.subimage(blc=1, trc=1, dropdegenerate=False).shape())
    im.putdata(value=np.ones(5), blc=(1, 2))
    im.putmask(value=np.ones(5, bool), blc=(1, 2), inc=(1, 1, 1))
    im.put(value=np.ma.masked_array(np.ones(2), [True, False]), blc=3, trc=())
    b.look(im)


@side_by_side
def test_what_is_read_is_a_copy(b: Bench) -> None:
    im = b.image("", values=CUBE, mask=CUBE > 50)
    im.getdata()[:] = 0
    im.getmask()[:] = True
    masked = im.get()
    masked[:] = 0
    b.look(im)
    values = CUBE.copy()
    other = b.image("", values=values)
    values[:] = 7
    b.look(other)


VALUES: list[Any] = [
    np.arange(6.0), np.arange(6), 3.0, 3, [1, 2], [1.5], (1, 2, 3), np.ones((4, 6)),
    np.ones((1, 4, 6)), np.ones((5, 6)), np.ones(7), 1j, np.array([1j]), "a", np.ones(3, "c8"),
    np.ma.masked_array([1.0, 2.0], [True, False]), np.float32(3), np.int64(3), np.uint8(4),
    np.ones((3, 2)).T, PLANE[:, ::2], np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.zeros((1, 1, 1)), np.array(3.0), np.complex64(2), np.array([1e300]), np.array([2**60]),
    np.array([np.nan, np.inf]), [1j, 2],
]  # fmt: skip
PLACES: list[tuple[Any, Any, Any]] = [
    ((), (), ()), (2, (), ()), ((1, 1), (), (1, 2)), ((1, 1), (0, 0), ()), ((-1, 0), (), 0),
    (5, (), ()), ((0, 0, 0), (), ()), ((), "a", ()), ((), (), (1, 1, 1)), ((), None, ()),
    ((), (), "a"), (1.5, (), ()), ((3, 5), (), ()), ((0, 3), (), (2, 2)),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["f4", "f8", "c8", "c16"])
def test_values_put(kind: str, oracle: Oracle, tmp_path: Any) -> None:
    def scenario(b: Bench) -> None:
        for number, value in enumerate(VALUES):
            for place in PLACES:
                if np.ndim(value) > 2 and place != ((), (), ()):
                    continue  # two things are wrong: either may be said
                for method in ("putdata", "put"):
                    b.case(f"{method} {number} {value!r:.40} at {place}")
                    im = b.image("", values=PLANE.astype(kind))
                    b.ask(getattr(im, method), value, *place)
                    b.note(im.getdata(), im.getmask())

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_nothing_is_put(b: Bench) -> None:
    im = b.image("", values=PLANE)
    for number, value in enumerate((np.zeros(0), [], (), np.zeros((0, 3)))):
        b.case(str(number))
        b.ask(im.putdata, value)
        b.ask(im.put, value)
        b.ask(im.putdata, value, 2)
        b.look(im)


MASKS: list[Any] = [
    np.array([True, False]), np.array([False]), np.ones((4, 6), bool), np.zeros((4, 6), bool),
    np.bool_(True), np.bool_(False), np.array([1.0]), "a", None, np.array(True),
    np.ma.masked_array([True, False], [True, True]), np.ones((2, 4, 6), bool), np.ones(7, bool),
    np.ones((5, 6), bool), np.ones((6, 4), bool).T,
]  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["plain", "masked", "section", "masked section", "joined", "masked joined"]
)
def test_masks_put(kind: str, oracle: Oracle, tmp_path: Any) -> None:
    def made(b: Bench) -> Any:
        settings = {"mask": PLANE < 10} if "masked" in kind else {}
        im = b.image("", values=PLANE, **settings)
        if "joined" in kind:
            return b.image([im, b.image("", values=PLANE, **settings)], axis=1)
        return im.subimage((0, 1)) if "section" in kind else im

    def scenario(b: Bench) -> None:
        for number, mask in enumerate(MASKS):
            for place in [((), (), ()), (2, (), ()), ((1, 1), (), (1, 2)), ((-1, 0), (), 0),
                          (5, (), ()), (1.5, (), ()), ((0, 0, 0), (), ())]:  # fmt: skip
                if np.ndim(mask) > 2 and place != ((), (), ()):
                    continue
                if "joined" in kind and (place[0] == 5 or (np.ndim(mask) < 2 and mask is not None)):
                    continue  # the reference needs all axes there, and looks for no end
                im = made(b)
                b.case(f"{number} {mask!r:.40} at {place}")
                b.ask(im.putmask, mask, *place)
                if not b.failed:  # the reference may have made a mask before it found out
                    b.note(im.getmask())
                b.note(im.getdata())
                if isinstance(mask, np.ndarray) and mask.dtype == bool:
                    im = made(b)
                    b.ask(im.put, np.ma.masked_array(mask * 2.0, mask), *place)
                    b.note(im.getdata(), im.getmask())

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_masks_on_disk(b: Bench) -> None:
    im = b.image(b.path("a"), values=PLANE)
    im.putmask(np.zeros((4, 6), bool))
    b.ask(b.image, b.path("a"), maskname="mask0")
    im.putmask(PLANE > 20)
    b.look(im)
    b.look(b.image(b.path("a"), maskname="mask0"))
    im.put(np.ma.masked_array(PLANE + 1, PLANE < 3))
    b.look(b.image(b.path("a")))
    im.put(np.ma.masked_array(np.zeros((1, 6))), 1)
    im.put(np.ones((1, 6)), 2)
    b.look(b.image(b.path("a"), maskname="nomask"))
    b.look(im)


@side_by_side
def test_a_read_only_image_is_not_written(b: Bench) -> None:
    b.image("", values=PLANE.astype("f4"), mask=PLANE > 20).tofits(b.path("a.fits"))
    im = b.image(b.path("a.fits"))
    for target in (im, im.subimage(1, 2)):
        b.case(target.imagetype())
        b.ask(target.putdata, 1.0)
        b.ask(target.put, np.ma.masked_array([1.0], [True]))
        b.ask(target.put, 1.0)
        b.ask(target.putmask, np.ones((1, 1), bool))
        b.look(target)
