"""`image(...)` opens, makes and joins as casacore.images does, argument for argument."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.images.sidebyside import Bench, side_by_side

V = np.arange(24.0).reshape(4, 6)
BAD = V > 5


@side_by_side
def test_values_of_every_type(b: Bench) -> None:
    for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "c8", "c16"]:
        values = np.arange(12).reshape(3, 4).astype(kind)
        for name in ("", b.path(kind)):
            b.case(f"{kind} {name and 'on disk'}")
            b.make(name, values=values)
            b.make(name and name + "T", values=values.T)
            b.make(name and name + "S", values=values[:, ::-2])


@side_by_side
def test_values_that_are_no_arrays(b: Bench) -> None:
    given = [[1, 2, 3], [1.5, 2, 3], (1.5, 2, 3), [1j, 2, 3], 3.0, 5, True, "a", ["a", "b"],
             np.array(["a"]), np.array([1, "a"], object), np.float64(2), [], (), np.zeros((0, 2)),
             np.zeros(()), 1j, {}]  # fmt: skip
    for number, values in enumerate(given):
        b.case(f"{number}: {values!r}")
        b.make("", values=values)


@side_by_side
def test_masks_of_values(b: Bench) -> None:
    given: dict[str, dict[str, Any]] = {
        "mask": {"mask": BAD},
        "named": {"mask": BAD, "maskname": "x"},
        "empty array": {"mask": np.array([], bool)},
        "empty tuple": {"mask": ()},
        "empty list": {"mask": []},
        "all good": {"mask": np.zeros((4, 6), bool)},
        "called mask0": {"mask": ~BAD, "maskname": "mask0"},
        "Fortran order": {"mask": np.asfortranarray(BAD)},
        "None": {"mask": None},
        "too short": {"mask": BAD[:2]},
        "flat": {"mask": BAD.ravel()},
        "transposed": {"mask": BAD.T},
        "text": {"mask": "mask0"},
        "floats": {"mask": BAD.astype("f4")},
    }
    for name, settings in given.items():
        for place in ("", b.path(name)):
            b.case(f"{name} {place and 'on disk'}")
            b.make(place, values=V, **settings)
            b.make(place and place + "m", values=np.ma.masked_array(V, V < 3), **settings)


@side_by_side
def test_a_masked_array_always_has_a_stored_mask(b: Bench) -> None:
    im = b.make("", values=np.ma.masked_array(V))
    im.saveas(b.path("a"))
    b.case("opened")
    b.make(b.path("a"))
    for name in ("", "mask0", "nomask", "other"):
        b.case(f"maskname {name!r}")
        b.make(b.path("a"), maskname=name)


@side_by_side
def test_a_mask_is_chosen_on_opening(b: Bench) -> None:
    b.image(b.path("a"), values=V, mask=BAD, maskname="m")
    for name in ("", "m", "mask0", "nomask", "other"):
        b.case(f"maskname {name!r}")
        b.make(b.path("a"), maskname=name)
    b.case("mask= says nothing on opening")
    b.make(b.path("a"), mask="mask0")
    b.make(b.path("a"), mask=BAD)
    b.case("a mask made beside the one that is left aside")
    im = b.make(b.path("a"), maskname="nomask")
    b.ask(im.putmask, V > 20)
    b.look(im)
    b.look(b.image(b.path("a"), maskname="m"))
    b.look(b.image(b.path("a")))


@side_by_side
def test_shapes(b: Bench) -> None:
    given = [4, (4,), [4, 3], np.array([3, 4]), np.array([3, 4], "i2"), True, (True, 2),
             (np.int8(3), 4), np.int64(5), (), 0, (0, 3), (3, -1), 2.0, (2.0, 3), "ab", None, [],
             np.array([]), ((2, 3),), np.array(3), {2, 3}, range(2, 4), {2: 3}, (None, 2),
             ("2", 3), 1j, (2, "a"), (2, 3, 4, 5, 6)]  # fmt: skip
    for number, shape in enumerate(given):
        b.case(f"{number}: {shape!r}")
        b.make("", shape=shape)


@side_by_side
def test_a_number_names_the_type_of_a_shape(b: Bench) -> None:
    given = [None, 0.0, 1.5, np.float64(1), np.float32(1), np.int8(1), np.int16(1), np.uint8(1),
             np.uint16(1), np.int32(3), np.uint32(1), 1j, np.complex128(1), np.complex64(1), 5,
             np.int64(1), np.uint64(2), True, np.bool_(True), "a"]  # fmt: skip
    for number, value in enumerate(given):
        for place in ("", b.path(str(number))):
            b.case(f"{value!r} of {type(value)} {place and 'on disk'}")
            b.make(place, shape=(2, 3), values=value)


@side_by_side
def test_a_mask_says_nothing_beside_a_shape(b: Bench) -> None:
    b.make("", shape=(2, 3), mask=np.ones((2, 3), bool))
    b.make("", shape=(2, 3), mask="anything")


@side_by_side
def test_names_that_are_taken(b: Bench) -> None:
    first = b.make(b.path("a"), values=V)
    b.case("open here")
    b.make(b.path("a"), values=V + 1)
    b.make(b.path("a"), values=V + 1, overwrite=False)
    b.look(first)
    del first
    b.case("let go of")
    b.make(b.path("a"), values=V + 2, overwrite=False)
    b.make(b.path("a"), values=V + 2)
    b.case("an image given by its type and shape")
    b.make(b.path("a"), shape=(2, 3), values=1.5)
    b.case("a file")
    Path(b.path("file")).write_text("notes", encoding="utf-8")
    b.make(b.path("file"), values=V)
    b.make(b.path("file"), values=V, overwrite=False)
    b.note(Path(b.path("file")).read_text(encoding="utf-8"))
    b.case("a folder")
    os.mkdir(b.path("folder"))
    b.make(b.path("folder"), values=V)
    b.case("no folder around it")
    b.make(b.path("none/a"), values=V)
    b.make(b.path("none/a"), shape=(2, 3))
    b.note(os.path.exists(b.path("none")))


@side_by_side
def test_names_that_open_nothing(b: Bench) -> None:
    Path(b.path("text")).write_text("notes", encoding="utf-8")
    Path(b.path("empty")).touch()
    os.mkdir(b.path("folder"))
    for name in ("nothing", "text", "empty", "folder"):
        b.case(name)
        b.make(b.path(name))
        b.make(b.path(name), maskname="mask0")
    b.case("no name")
    b.make("")
    b.case("no argument")
    b.ask(b.image)
    b.case("what is no argument")
    b.ask(b.image, b.path("nothing"), colour=3)
    things: list[Any] = [5, V, 1.0, b"abc", {}, {1, 2}, dict]
    for thing in things:
        b.case(f"{thing!r:.40}")
        b.make(thing)


@side_by_side
def test_lists_that_join_nothing(b: Bench) -> None:
    im = b.image(b.path("a"), values=V)
    lists = [[], (), [5], [None], [V], ["a", im], [im, "a"], [im, 5], (5, 6), [1.0], [[im]],
             [b.path("a"), im], [im, None], ["a", None]]  # fmt: skip
    for number, parts in enumerate(lists):
        b.case(str(number))
        b.make(parts)


@side_by_side
def test_an_image_gives_a_second_handle(b: Bench) -> None:
    for name in ("", b.path("a")):
        b.case(name and "on disk")
        im = b.image(name, values=V)
        other = b.make(im, values=BAD, shape=(5,), mask=3, maskname="x")
        other.putdata(V + 1)
        b.look(im)
        im.putmask(BAD)
        b.look(b.image(im))
        b.look(b.image(im.subimage(1, 2)))


@side_by_side
def test_two_handles_on_a_file_see_each_other(b: Bench) -> None:
    first = b.image(b.path("a"), values=V)
    second = b.image(b.path("a"))
    first.putdata(V + 1)
    b.look(second)
    second.putdata(V + 2)
    b.look(first)


@side_by_side
def test_tiles(b: Bench) -> None:
    tiles = [(2, 3), (4, 6), (1, 1), [2, 3], (np.int64(2), 3), (), (5, 6), (0, 3), (2,),
             (2, 3, 1), (-1, 3), (2.0, 3), "ab", 5, None]  # fmt: skip
    for number, tile in enumerate(tiles):
        b.case(f"{number}: {tile!r}")
        b.make(b.path(f"v{number}"), values=V, tileshape=tile)
        b.make(b.path(f"s{number}"), shape=(4, 6), tileshape=tile)
    b.case("of a temporary image")
    b.make("", values=V, tileshape=(5, 6))
    b.make("", shape=(4, 6), tileshape=(2,))


@side_by_side
def test_arguments_by_place(b: Bench) -> None:
    b.make(b.path("a"), 0, "m", (), V, None, True, False, BAD, None, (2, 2))
    b.make(b.path("a"), 0, "m", ())
    b.make(imagename=b.path("a"), images=[])
    b.make(b.path("a"), images=[b.image("", values=V)])
    b.make("", 0, "", (), None, None, True, False, (), (2, 3), ())


@side_by_side
def test_relative_names_and_slashes_at_the_end(b: Bench) -> None:
    here = os.getcwd()
    os.chdir(b.folder)
    try:
        im = b.make("relative", values=V)
        b.make("relative/")
        b.make("./relative")
        b.make("slash/", values=V)
    finally:
        os.chdir(here)
    b.look(im)


SHAPES = [(5,), (4, 5), (3, 4, 5), (9, 4, 5), (2, 9, 4, 5), (9, 2, 4, 5), (9, 8, 4, 5),
          (9, 4, 4, 5), (2, 3, 9, 2, 4, 5), (1, 1, 1, 1), (3, 1, 2, 5, 6), (2, 2, 2, 2, 2),
          (7, 1, 9, 9), (1,), (2, 1), (3, 5, 2, 2, 6, 6)]  # fmt: skip


@side_by_side
def test_default_coordinates(b: Bench) -> None:
    for shape in SHAPES:
        b.case(str(shape))
        im = b.make("", shape=shape)
        system = im.coordinates()
        b.note(system.dict(), im.info(), str(system))
        b.note(system.get_obsdate(), system.get_observer(), system.get_telescope())


@side_by_side
def test_coordinates_are_taken_over(b: Bench) -> None:
    for number, shape in enumerate(SHAPES):
        b.case(str(shape))
        system = b.image("", shape=shape).coordinates()
        for name in ("", b.path(str(number))):
            b.note(b.make(name, shape=shape, coordsys=system).coordinates().dict())
            b.note(b.make(name and name + "v", values=np.zeros(shape), coordsys=system).info())
        b.make("", shape=(2, *shape), coordsys=system)
        b.make("", values=np.zeros((3, *shape)), coordsys=system)
        b.make("", shape=shape, coordsys=b.coordinatesystem(system.dict()))


@side_by_side
def test_what_is_no_coordinate_system(b: Bench) -> None:
    things: list[Any] = [5, "a", {}, [], True, 0, V]
    for thing in things:
        b.case(repr(thing))
        b.ask(b.image, "", shape=(3, 4), coordsys=thing)
        b.ask(b.image, b.path("nothing"), coordsys=thing)
        b.ask(b.image, [], coordsys=thing)


@side_by_side
def test_coordinates_that_do_not_work(b: Bench) -> None:
    record = b.image("", shape=(9, 4, 5)).coordinates().dict()

    def attempt(**changes: object) -> None:
        changed = copy.deepcopy(record)
        for key, value in changes.items():
            changed["spectral1" if key == "frame" else "direction0"][
                "system" if key == "frame" else key
            ] = value
        b.case(str(changes))
        im = b.ask(b.image, "", shape=(9, 4, 5), coordsys=b.coordinatesystem(changed))
        if im is not None:
            b.positions(im)

    for code in ("sin", "Sin", "SIN ", "XXX", "HPX", "", "TAN", "CAR", "SFL", "TSC", "AZP"):
        attempt(projection=code)
    for frame in ("FK5", "", "XYZ", "SUN", "AZEL"):
        attempt(system=frame)
    for frame in ("galactic", "Galactic", "j2000", "ICRS", "B1950_VLA"):
        attempt(system=frame, conversionSystem=frame)
    for frame in ("lsrk", "Bary", "XXX", "REST"):
        attempt(frame=frame)
    attempt(projection="COE", projection_parameters=np.zeros(0))
