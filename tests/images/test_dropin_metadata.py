"""What is known about an image is told as casacore.images tells it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare, side_by_side

PIXELS = np.random.default_rng(5).normal(size=(8, 2, 6, 5)).astype("f4")

POSITIONS: list[Any] = [
    [0, 0, 0, 0], (1, 1, 2, 2), np.array([1, 0, 2, 3]), np.array([1.0, 0, 2, 3]), [1, 2], 5, 1.5,
    "abc", None, [], ["a", "b", "c", "d"], [None] * 4, [1j] * 4, [0, 5, 0, 0], [0, 0.4, 0, 0],
    [0, -0.4, 0, 0], [-100, 0, -50, 70], [1e5, 0, 0, 0], [0, 0, 1e6, 0], [True] * 4,
    np.array([1, 0, 2, 3], "i2"), np.arange(8.0)[::2] / 4, {1, 2, 3, 4}, [0, 0, 0, 0, 0],
    np.array([1, 0, 1, 1], "f4"), [np.float64(1)] * 4, [[1, 2], [3]], "1234", [0.25, 1, 2.5, 1.75],
]  # fmt: skip


@side_by_side
def test_positions_in_pixels(b: Bench) -> None:
    im = b.image("", values=PIXELS)
    for number, position in enumerate(POSITIONS):
        b.case(f"{number}: {position!r}")
        world = b.ask(im.toworld, position)
        if world is not None:
            b.ask(im.topixel, world)


WORLDS: list[Any] = [
    [1.415e9, 1, 0, 0], [1.415e9, 2, 1, 1], (1.415e9, 1, 0, 0), np.array([1.415e9, 1, 0, 0]),
    [1.415e9, 3, 0, 0], [1.415e9, 0, 0, 0], [1e9, 2, 100, 100], [1.415e9, 1, 1e5, 0],
    [1.415e9, 1, 0, 21600], [1.415e9, 1, 0, -5], [1, 2], 5, "abc", None, [], [1j] * 4,
    ["a"] * 4, [1.415e9, 1, 0, 0, 0],
]  # fmt: skip


@side_by_side
def test_positions_on_the_sky(b: Bench) -> None:
    im = b.image("", values=PIXELS)
    for number, position in enumerate(WORLDS):
        b.case(f"{number}: {position!r}")
        pixel = b.ask(im.topixel, position)
        if pixel is not None:
            b.ask(im.toworld, pixel)


@side_by_side
def test_positions_on_a_single_axis(b: Bench) -> None:
    im = b.image("", shape=(7,))
    for number, position in enumerate([3, 3.0, [3], np.float64(2), np.array(2), (2,), True,
                                       np.int64(1), [1, 2], "3", None, 1.415e9, 1j]):  # fmt: skip
        for method in ("toworld", "topixel"):
            b.case(f"{method} {number}: {position!r}")
            b.ask(getattr(im, method), position)


@side_by_side
def test_positions_of_many_shapes_go_to_the_sky_and_back(b: Bench) -> None:
    for shape in [(4, 5), (3, 4, 5), (9, 4, 5), (9, 8, 4, 5), (2, 9, 4, 4, 5), (60, 50)]:
        b.case(str(shape))
        im = b.image("", shape=shape)
        for seed in range(4):
            b.positions(im, seed)


@side_by_side
def test_positions_are_in_radians_in_a_fits_file(b: Bench) -> None:
    b.image("", values=PIXELS).tofits(b.path("a.fits"), True, False)
    im = b.image(b.path("a.fits"))
    for seed in range(4):
        b.positions(im, seed)
    b.note(im.coordinates().get_unit())


KINDS = ["temporary", "on disk", "FITS", "section", "joined"]


def made(b: Bench, kind: str) -> Any:
    """Make an image of some kind."""
    if kind in ("temporary", "section", "joined"):
        im = b.image("", values=PIXELS)
        if kind == "joined":
            return b.image([im, im], axis=0)
        return im.subimage(1, 3) if kind == "section" else im
    b.image(b.path("a"), values=PIXELS).tofits(b.path("a.fits"))
    return b.image(b.path("a" if kind == "on disk" else "a.fits"))


@pytest.mark.parametrize("kind", KINDS)
def test_descriptions(kind: str, oracle: Oracle, tmp_path: Any) -> None:
    def scenario(b: Bench) -> None:
        im = made(b, kind)
        b.look(im)
        b.note(im.shape(), im.ndim(), im.size(), len(im), im.datatype(), im.imagetype())
        b.note(im.name(), im.name(True), im.name(False), im.name(strippath=True), str(im))
        b.note(im.unit(), im.history(), im.attrgroupnames(), sorted(im.info()))
        b.note(type(im.info()["coordinates"]), im.info()["coordinates"])
        b.note(im.haslock(), im.haslock(write=True), im.haslock(True), im.ispersistent())

    compare(scenario, oracle, tmp_path)


@side_by_side
def test_what_is_told_is_a_copy(b: Bench) -> None:
    im = b.image("", values=PIXELS)
    im.shape().append(3)
    im.miscinfo()["a"] = 1
    im.imageinfo()["objectname"] = "x"
    im.history().append("y")
    im.info()["unit"] = "Jy"
    system = im.coordinates()
    system["direction"].set_referencevalue([1.0, 2.0])
    system["spectral"].set_referencevalue(2e9)
    b.look(im)
    b.note(im.info())
    b.case("until it is given back")
    b.make("", values=PIXELS, coordsys=system)


@side_by_side
def test_coordinates_tell_about_themselves(b: Bench) -> None:
    for number, shape in enumerate([(8, 2, 6, 5), (9, 6, 5), (2, 9, 8, 4, 5), (7,), (4, 5)]):
        b.case(str(number))
        system = b.image("", shape=shape).coordinates()
        b.note(system.get_names(), str(system), system.get_referencepixel())
        b.note(system.get_referencevalue(), system.get_increment(), system.get_unit())
        b.note(system.get_axes(), system.get_obsdate(), system.get_observer())
        b.note(system.get_telescope(), [type(c).__name__ for c in system])
        for name in system.get_names():
            part = system[name]
            b.note(part.dict(), part.get_axes(), part.get_unit(), part.get_increment(), str(part))
            b.note(part.get_referencepixel(), part.get_referencevalue())
            b.note([part.get_axis_size(k) for k in (0, 1, 2, -1)], part.get_axis_size())
            b.note([part.get_image_axis(k) for k in (0, 1, 2, -1)], part.get_image_axis())
        b.ask(system.get_coordinate, "tabular")
        b.ask(lambda s: s["nothing"], system)


@side_by_side
def test_coordinates_are_set_and_given_to_a_new_image(b: Bench) -> None:
    im = b.image("", values=PIXELS)
    system = im.coordinates()
    sky, spectrum = system["direction"], system["spectral"]
    b.ask(sky.set_projection, "TAN")
    b.ask(sky.set_referencevalue, np.array([0.2, 0.1]))
    b.ask(sky.set_referencepixel, np.array([1.0, 2.0]))
    b.ask(sky.set_increment, np.array([1.5, -1.5]))
    b.ask(sky.set_projection, "XYZ")
    b.ask(sky.set_frame, "XYZ")
    b.ask(sky.set_referencevalue, [0.2])
    b.ask(spectrum.set_frame, "XYZ")
    b.ask(spectrum.set_referencevalue, 1.5e9)
    b.ask(spectrum.set_increment, 2e3)
    b.ask(spectrum.set_referencepixel, 1.0)
    b.note(spectrum.get_restfrequency(), sky.get_projection(), sky.get_frame())
    b.note(spectrum.get_frame(), spectrum.get_conversion(), str(system))
    other = b.make("", values=PIXELS, coordsys=system)
    b.note(other.coordinates().dict()["spectral2"], str(other.coordinates()))
    b.ask(spectrum.set_restfrequency, 1.6e9)
    b.note(spectrum.get_restfrequency())
    system["direction"] = other.coordinates()["direction"]
    b.ask(system.set_coordinate, "direction", spectrum)
    b.ask(system.set_referencepixel, other.coordinates().get_referencepixel())
    b.ask(system.set_referencevalue, other.coordinates().get_referencevalue())
    b.ask(system.set_increment, other.coordinates().get_increment())
    b.make("", values=PIXELS, coordsys=system)


@side_by_side
def test_a_summary_is_printed(b: Bench) -> None:
    b.note(b.image("", values=PIXELS).coordinates().summary())


def test_scripts_find_the_classes_where_they_look(oracle: Oracle) -> None:
    import casacore.images.coordinates

    import jupimage.images

    for name, thing in vars(casacore.images.coordinates).items():
        if isinstance(thing, type) and name.endswith(("coordinate", "coordinatesystem")):
            ours = getattr(jupimage.images.coordinates, name)
            assert isinstance(ours, type)
            oracle.count()
    names: dict[str, Any] = {}
    exec("from jupimage.images import *", names)
    assert {"image", "coordinates"} <= set(names)


def test_methods_have_all_arguments_of_the_reference(oracle: Oracle) -> None:
    from inspect import signature

    from jupimage import image

    theirs = oracle.images.image
    for name in [n for n in dir(theirs) if not n.startswith("_") and callable(getattr(theirs, n))]:
        ours = getattr(image, name)
        if isinstance(ours, property):  # shape, ndim, size: tuples and ints that can be called
            continue
        try:
            wanted = list(signature(getattr(theirs, name)).parameters)
        except ValueError:  # one of the C++ layer
            continue
        found = list(signature(ours).parameters)
        assert found[: len(wanted)] == wanted, name
        oracle.count()
    wanted = list(signature(theirs.__init__).parameters)
    assert list(signature(image.__init__).parameters)[: len(wanted)] == wanted
