"""Copies, FITS files, locks and attributes work as casacore's do, across both libraries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare, side_by_side

RNG = np.random.default_rng(1)
PIXELS = RNG.normal(size=(5, 2, 6, 7)).astype("f4")
BAD = PIXELS > 1


def describe(b: Bench, im: Any) -> None:
    """Note everything about an image, its record of coordinates too."""
    b.look(im)
    b.note(im.coordinates().dict(), im.history(), im.attrgroupnames())


def temporary(b: Bench, **settings: Any) -> Any:
    return b.image("", values=PIXELS, **settings)


def on_disk(b: Bench, **settings: Any) -> Any:
    return b.image(b.path("source"), values=PIXELS, **settings)


def fits(b: Bench) -> Any:
    temporary(b, mask=BAD).tofits(b.path("source.fits"))
    return b.image(b.path("source.fits"))


def joined(b: Bench) -> Any:
    im = temporary(b, mask=BAD, maskname="bright")
    return b.image([im.subimage(0, 1), im.subimage(2, 4)], axis=3)


SOURCES: dict[str, Any] = {
    "temporary": temporary,
    "masked": lambda b: temporary(b, mask=BAD),
    "mask with a name": lambda b: temporary(b, mask=BAD, maskname="bright"),
    "on disk": on_disk,
    "on disk, masked": lambda b: on_disk(b, mask=BAD, maskname="bright"),
    "double": lambda b: b.image("", values=PIXELS.astype("f8"), mask=BAD),
    "complex": lambda b: b.image("", values=PIXELS * (1 + 2j), mask=BAD),
    "small complex": lambda b: b.image("", values=PIXELS.astype("c8")),
    "section": lambda b: on_disk(b, mask=BAD, maskname="bright").subimage(1, 3),
    "plane": lambda b: temporary(b, mask=BAD, maskname="bright").subimage((2, 1), (2, 1)),
    "joined": joined,
    "mask left aside": lambda b: (on_disk(b, mask=BAD), b.image(b.path("source"), 0, "nomask"))[1],
    "FITS": fits,
}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"copymask": False},
    {"newmaskname": "mine"},
    {"newmaskname": "mine", "copymask": False},
    {"newtileshape": (2, 1, 3, 4)},
    {"newtileshape": [5, 2, 6, 7]},
    {"newtileshape": (2,)},
    {"newtileshape": (9, 9, 9, 9)},
    {"newtileshape": (0, 1, 1, 1)},
    {"overwrite": False},
]


@pytest.mark.parametrize("kind", SOURCES)
def test_copies(kind: str, oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        im = SOURCES[kind](b)
        for number, settings in enumerate(SETTINGS):
            if kind == "plane" and len(settings.get("newtileshape", ())) > 1:
                continue  # the shape is another
            name = f"copy{number}"
            b.case(f"{number}: {settings}")
            b.ask(im.saveas, b.path(name), **settings)
            copy = b.ask(b.image, b.path(name))
            if copy is None:
                continue
            describe(b, copy)
            for mask in ("mask0", "bright", "mine", "nomask"):
                other = b.ask(b.image, b.path(name), maskname=mask)
                if other is not None:
                    b.note(other.getmask())
            b.note(keywords(oracle, b.path(name)))
            if len(settings.get("newtileshape", ())) > 1:
                b.note(tile(oracle, b.path(name)))
            if not number:
                b.case("what is open is not replaced")
                b.ask(im.saveas, b.path(name), overwrite=False)
                b.ask(im.saveas, b.path(name))
                b.ask(copy.saveas, b.path(name))
                b.case("replaced")
                del copy, other
                b.ask(im.saveas, b.path(name), overwrite=False)
                b.ask(im.saveas, b.path(name))
                describe(b, b.image(b.path(name)))

    compare(scenario, oracle, tmp_path)


def keywords(oracle: Oracle, path: str) -> Any:
    """Return names of the masks, the default one and all keywords, as the table has them."""
    with oracle.tables.table(path, ack=False) as table:
        known = table.getkeywords()
        return sorted(known.get("masks", {})), known.get("Image_defaultmask", ""), sorted(known)


def tile(oracle: Oracle, path: str) -> list[int]:
    """Return the shape of a tile, fastest axis first."""
    with oracle.tables.table(path, ack=False) as table:
        (cube,) = table.getdminfo("map")["SPEC"]["HYPERCUBES"].values()
        return [int(n) for n in cube["TileShape"]]


@side_by_side
def test_where_copies_go(b: Bench) -> None:
    im = on_disk(b, mask=BAD)
    section = im.subimage(1, 2)
    for target in ("source", "none/copy"):
        b.case(target)
        b.ask(im.saveas, b.path(target))
        b.ask(section.saveas, b.path(target))
        b.look(im)
    for name in (5, None, ["a"]):
        b.case(repr(name))
        b.ask(im.saveas, name)
    b.case("no name")
    b.ask(im.saveas)
    b.case("by place")
    b.ask(im.saveas, b.path("copy"), True, False, True, "mine", (1, 1, 2, 3))
    b.look(b.image(b.path("copy")))
    b.case("a file")
    Path(b.path("file")).write_text("notes", encoding="utf-8")
    b.ask(im.saveas, b.path("file"))
    b.note(Path(b.path("file")).read_text(encoding="utf-8"))
    b.case("a folder")
    os.mkdir(b.path("folder"))
    b.ask(im.saveas, b.path("folder"))
    b.look(b.image(b.path("folder")))


FITS: list[dict[str, Any]] = [
    {},
    {"overwrite": False},
    {"velocity": False},
    {"optical": False},
    {"bitpix": 16},
    {"bitpix": 16, "minpix": -1, "maxpix": 1},
    {"bitpix": 16, "minpix": 1, "maxpix": -1},
    {"bitpix": -32, "minpix": -1, "maxpix": 1},
]


@pytest.mark.parametrize("kind", [k for k in SOURCES if k not in ("double", "plane")])
def test_fits_files(kind: str, oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        im = SOURCES[kind](b)
        for number, settings in enumerate(FITS):
            name = b.path(f"a{number}.fits")
            b.case(f"{number}: {settings}")
            b.ask(im.tofits, name, **settings)
            b.note(os.path.exists(name))
            if not os.path.exists(name):
                continue
            file = b.image(name)
            describe(b, file)
            b.note(file.haslock(), file.haslock(True), file.lock(), file.unlock())
            b.ask(file.putdata, np.zeros((1, 1, 1, 1)))
            b.ask(file.putmask, np.ones((1, 1, 1, 1), bool))
            b.ask(file.putmask, np.zeros((1, 1, 1, 1), bool), 1)
            b.ask(file.attrcreategroup, "G")
            b.look(file.subimage(1, 2))
            for mask in ("mask0", "nomask", "other", ""):
                other = b.ask(b.image, name, maskname=mask)
                if other is not None:
                    b.note(other.getmask())
            b.ask(file.saveas, b.path(f"copy{number}"))
            describe(b, b.image(b.path(f"copy{number}")))
            b.note(keywords(oracle, b.path(f"copy{number}")))
            if not number:
                b.case("once more")
                b.ask(im.tofits, name, False)
                b.ask(im.tofits, name)

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_numbers_of_bits_that_fits_has_not(b: Bench) -> None:
    im = temporary(b)
    for bits in (32, 8, 0, 64, -16, "a", None, 16.0):
        b.case(repr(bits))
        if bits is not None:
            b.ask(im.tofits, b.path("a.fits"), True, True, True, bits)
    b.case("no folder")
    b.ask(im.tofits, b.path("none/a.fits"))
    b.case("no name")
    b.ask(im.tofits)
    b.ask(im.tofits, 5)


@side_by_side
def test_locks(b: Bench) -> None:
    im = on_disk(b)
    other = b.image(b.path("source"))

    def state() -> None:
        for handle in (im, other):
            b.note(handle.haslock(), handle.haslock(False), handle.haslock(True))

    for step, act in enumerate([
        lambda: other.putdata(1.0), im.unlock, other.getdata, lambda: other.lock(True), im.unlock,
        im.lock, lambda: im.lock(write=True, nattempts=3), other.unlock, im.getmask, im.unlock,
        lambda: im.putdata(1.0), im.unlock, lambda: im.putmask(BAD), im.unlock, im.get,
        lambda: other.lock(True, 1), lambda: im.lock(False, 2),
    ]):  # fmt: skip
        b.case(str(step))
        answer = act()
        b.note(answer if answer is None else "pixels")
        state()
    for kind in ("temporary", "section", "FITS"):
        b.case(kind)
        image = SOURCES[kind](b) if kind != "section" else im.subimage(1, 2)
        b.note(image.haslock(), image.haslock(True), image.unlock(), image.haslock(True))
        b.note(image.lock(), image.haslock(True), image.lock(True), image.haslock(True))


def with_groups(b: Bench, oracle: Oracle, name: str) -> Any:
    """Make an image with a place for attribute groups, as LOFAR's software does."""
    b.image(b.path(name), values=PIXELS).unlock()
    with oracle.tables.table(b.path(name), readonly=False, ack=False) as table:
        table.putkeyword("ATTRGROUPS", {}, makesubrecord=True)
    return b.image(b.path(name))


ATTRIBUTES: dict[str, Any] = {
    "text": "abc", "float": 1.5, "complex": 1 + 2j, "bool": True, "int32": np.int32(5),
    "float32": np.float32(1.5), "floats": [1.5, 2.5], "texts": ["a", "b"], "array": np.arange(3.0),
    "plane": np.arange(6.0).reshape(2, 3), "int array": np.arange(3, dtype="i4"),
    "bools": np.array([True, False]), "complex array": np.array([1j, 2]), "tuple": (1.5, 2.5),
    "small": np.arange(3, dtype="f4"), "numpy text": np.str_("hh"), "float64": np.float64(2),
}  # fmt: skip
LATER: list[Any] = [0, 1, 2, -1, 1.5, -1.7, 2.5, 1j, "x", ["z"], np.float32(2.5), np.int64(3),
                    np.array(2.5), {}]  # fmt: skip


def test_attributes(oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        im = with_groups(b, oracle, "a")
        b.note(im.attrgroupnames())
        for name in ("G", "A", "G"):
            b.ask(im.attrcreategroup, name)
        b.note(im.attrgroupnames(), im.attrnames("G"), im.attrnrows("G"))
        for name, value in ATTRIBUTES.items():
            b.case(name)
            b.ask(im.attrput, "G", name, 0, value)
            b.ask(im.attrget, "G", name, 0)
            b.ask(im.attrgetcol, "G", name)
            b.note(im.attrgetunit("G", name), im.attrgetmeas("G", name))
            if not isinstance(value, list | tuple | np.ndarray):
                b.ask(im.attrfindrows, "G", name, value)
        b.case("a second row")
        b.note(im.attrnames("G"), im.attrnrows("G"))
        b.ask(im.attrput, "G", "text", 1, "xyz")
        b.note(im.attrnrows("G"), im.attrgetcol("G", "text"), im.attrgetrow("G", 0))
        for name in ("float", "complex", "bool", "int32"):
            b.note(im.attrget("G", name, 1), im.attrgetcol("G", name))
        for name in ("float", "complex", "bool", "int32", "text", "floats", "texts", "int array"):
            for number, value in enumerate(LATER):
                b.case(f"{name} {number}: {value!r}")
                b.ask(im.attrput, "G", name, 1, value)
                if not b.failed:
                    b.ask(im.attrget, "G", name, 1)

    compare(scenario, oracle, tmp_path)


def test_rows_units_and_measures_of_attributes(oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        im = with_groups(b, oracle, "a")
        im.attrcreategroup("A")
        b.ask(im.attrput, "A", "x", 0, 1.5, "m")
        b.ask(im.attrput, "A", "y", 0, 1.5, ["m"])
        b.ask(im.attrput, "A", "z", 0, [1.5, 2], ["m", "s"])
        b.ask(im.attrput, "A", "m", 0, 1.5, ["s"], ["EPOCH", "UTC"])
        b.ask(im.attrput, "A", "d", 0, [1.0, 2.0], ["deg", "deg"], ["DIRECTION", "J2000"])
        b.ask(im.attrput, "A", "x", 1, 2.5, "km")
        b.ask(im.attrput, "A", "plain", 0, 1.5)
        b.ask(im.attrput, "A", "plain", 1, 1.5, "m")
        for name in im.attrnames("A"):
            b.note(name, im.attrgetunit("A", name), im.attrgetmeas("A", name))
        for row in (0, 1, 2, 9, -1, np.int32(0), np.int64(1), True, 0.0, "a", None):
            b.case(repr(row))
            b.ask(im.attrget, "A", "x", row)
        for key in (0, 9, -1, np.int32(0)):
            b.case(f"row {key!r}")
            b.ask(im.attrgetrow, "A", key)
        for name, value in [("x", 1.5), ("x", 99.0), ("plain", 1.5), ("none", 1), ("z", 1.5)]:
            b.case(f"row with {name} {value}")
            b.ask(im.attrgetrow, "A", name, value)
            b.ask(im.attrfindrows, "A", name, value)
        b.case("rows that cannot be")
        b.ask(im.attrput, "A", "x", 5, 1.0)
        b.ask(im.attrput, "A", "x", -1, 1.0)
        b.note(im.attrnrows("A"))
        calls: list[tuple[Any, ...]] = [
            ("attrnames",), ("attrnrows",), ("attrget", "Y", 0), ("attrgetcol", "Y"),
            ("attrfindrows", "Y", 1), ("attrgetrow", 0), ("attrgetrow", "Y", 1),
            ("attrgetunit", "Y"), ("attrgetmeas", "Y"), ("attrput", "Y", 0, 1.0),
        ]  # fmt: skip
        for method, *arguments in calls:
            b.case(f"no group: {method} {arguments}")
            b.ask(getattr(im, method), "none", *arguments)
            if "Y" in arguments and method != "attrput":
                b.ask(getattr(im, method), "A", *arguments)

    compare(scenario, oracle, tmp_path)


def test_attributes_travel(oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        im = with_groups(b, oracle, "a")
        im.attrcreategroup("Q")
        for row, name in enumerate("wv"):
            im.attrput("Q", "x", row, row + 0.5, "m")
            im.attrput("Q", "y", row, name)
        b.ask(im.saveas, b.path("copy"))
        section = im.subimage(1, 2)
        for other in (b.image(b.path("copy")), section, b.image(b.path("a"))):
            b.note(other.attrgroupnames(), other.attrnames("Q"), other.attrgetcol("Q", "x"))
            b.note(other.attrgetunit("Q", "x"), other.attrgetrow("Q", 1), other.attrnrows("Q"))
        section.attrput("Q", "x", 0, 9.5)
        b.note(im.attrgetcol("Q", "x"))
        b.note(b.image("", shape=(2, 3)).attrgroupnames())

    compare(scenario, oracle, tmp_path)
