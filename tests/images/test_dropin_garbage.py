"""Whatever is handed in, an answer or an error of ours comes out, and nothing is damaged."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import ImageError

PIXELS = np.arange(24.0).reshape(4, 6)
RAGGED = [[1.0], [2.0, 3.0]]


class Awkward:
    """An object that answers nothing."""

    def __repr__(self) -> str:
        return "something awkward"


GARBAGE: list[Any] = [
    None, True, -1, 10**30, -(10**30), 0.5, float("nan"), float("inf"), 1j, "", "text", "\0", b"x",
    (), [], {}, {1: 2}, {"a": None}, set(), range(3), slice(1, 2), Ellipsis, object, Awkward(),
    np.zeros(0), np.zeros((0, 3)), np.zeros((1,) * 20), np.array("text"), np.array([None]),
    np.array([1, "a"], object), RAGGED, [RAGGED], np.nan, np.ma.masked, np.datetime64("2020"),
    np.zeros(3, "V4"), np.zeros(2, [("a", "f4")]), (1, None), [1, "a"], (1.5, 2), (10**30, 1),
    (-1, -1), [[1, 2]], ((1,), (2,)), np.float32(3), np.int8(-3), np.array(2), lambda: 1,
    np.array([np.nan, 1]), "x" * 300, Path("nowhere/at all"), np.longdouble(2), ("",),
]  # fmt: skip

METHODS: dict[str, list[tuple[Any, ...]]] = {
    "getdata": [(), (1,), (1, 2)],
    "getmask": [(), (1,), (1, 2)],
    "get": [(), ((), ())],
    "subimage": [(), (1,), (1, 2), (1, 2, 1)],
    "putdata": [(), (1.0,), (1.0, 1), (1.0, 1, ())],
    "putmask": [(), (True,), (True, 1), (True, 1, ())],
    "put": [(), (1.0,), (1.0, 1), (1.0, 1, ())],
    "toworld": [()],
    "topixel": [()],
    "name": [()],
    "haslock": [()],
    "setunit": [()],
    "putmiscinfo": [()],
    "putimageinfo": [()],
    "addhistory": [()],
    "sethistory": [()],
    "setcoordinates": [()],
    "setdefaultmask": [()],
    "makemask": [()],
    "removemask": [()],
    "attrcreategroup": [()],
    "attrnames": [()],
    "attrnrows": [()],
    "attrget": [("G", "x")],
    "attrgetcol": [("G",)],
    "attrgetunit": [("G",)],
    "attrfindrows": [("G", "x")],
    "attrgetrow": [("G",), ("G", "x")],
    "attrput": [("G", "x", 0), ("G", "y", 0), ("G", "x", 0, 1.0), ("G", "z", 0, 1.0, [])],
    "explain": [()],
    "__getitem__": [()],
}


def attempt(call: Any, *arguments: Any, **settings: Any) -> None:
    """Call, and let nothing but our errors be raised; warnings are fine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call(*arguments, **settings)
        except ImageError as error:
            message = str(error)
        else:
            return
    assert 0 < len(message) < 1500


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stored", [False, True], ids=["in memory", "on disk"])
def test_methods(method: str, stored: bool, tmp_path: Path) -> None:
    im = image(tmp_path / "a" if stored else "", values=PIXELS, mask=PIXELS > 20)
    im.attrcreategroup("G")
    im.attrput("G", "x", 0, 1.5)
    for before in METHODS[method]:
        for thing in GARBAGE:
            attempt(getattr(im, method), *before, thing)
    assert im.shape() == [4, 6]
    assert im.getdata().dtype == np.float64
    if stored:
        assert image(tmp_path / "a").shape() == [4, 6]


ARGUMENTS = ["axis", "maskname", "images", "values", "coordsys", "overwrite", "ashdf5", "mask",
             "shape", "tileshape", "along"]  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {
    "values": {"values": PIXELS},
    "shape": {"shape": (4, 6)},
    "opened": {},
    "joined": {},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_arguments_of_the_constructor(argument: str, form: str, tmp_path: Path) -> None:
    about_files = argument in ("overwrite", "ashdf5", "tileshape", "maskname")
    name: Any = tmp_path / "a" if about_files or form in ("opened", "joined") else ""
    if form in ("opened", "joined"):
        image(name, values=PIXELS)
        name = [name, name] if form == "joined" else name
    for thing in GARBAGE:
        if isinstance(thing, str | bytes | bool | dict | list) and argument in ("overwrite",):
            continue  # counts as True or False
        if argument == "coordsys" and callable(getattr(thing, "dict", None)):
            continue
        attempt(image, name, **{**FORMS[form], argument: thing})
    assert set(os.listdir(tmp_path)) <= {"a"}


def test_names_of_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for thing in GARBAGE:
        attempt(image, thing)
        attempt(image, [thing])
        attempt(image, [image("", values=PIXELS), thing])
        attempt(image, ["a", thing])
    assert os.listdir(tmp_path) == []


COPIES = ["overwrite", "copymask", "newmaskname", "newtileshape", "tileshape", "format"]


@pytest.mark.parametrize("argument", COPIES)
def test_arguments_of_saveas(argument: str, tmp_path: Path) -> None:
    im = image("", values=PIXELS, mask=PIXELS > 20)
    for thing in GARBAGE:
        attempt(im.saveas, tmp_path / "a", **{argument: thing})
    assert set(os.listdir(tmp_path)) <= {"a"}


@pytest.mark.parametrize("argument", ["velocity", "optical", "bitpix", "minpix", "maxpix"])
def test_arguments_of_tofits(argument: str, tmp_path: Path) -> None:
    im = image("", values=PIXELS, mask=PIXELS > 20)
    for thing in GARBAGE:
        attempt(im.tofits, tmp_path / "a.fits", **{argument: thing, "bitpix": 16} | (
            {argument: thing}))  # fmt: skip
    assert set(os.listdir(tmp_path)) <= {"a.fits"}


def test_names_of_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    im = image("", values=PIXELS)
    for thing in GARBAGE:
        if not (isinstance(thing, str) and thing == "text"):  # which is a good name
            attempt(im.saveas, thing)
            attempt(im.tofits, thing)
            attempt(image, thing, values=PIXELS)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("argument", ["write", "nattempts"])
def test_arguments_of_lock(argument: str, tmp_path: Path) -> None:
    im = image(tmp_path / "a", values=PIXELS)
    for thing in GARBAGE:
        if isinstance(thing, np.ndarray) and thing.size != 1 and argument == "write":
            continue
        attempt(im.lock, **{argument: thing})
        im.unlock()
