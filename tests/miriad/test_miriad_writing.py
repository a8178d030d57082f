"""Miriad images that we write: casacore reads them, and so do we."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    linear_record,
    measure,
    observation,
    quality_record,
    spectral_record,
    stokes_record,
    tabular_record,
)
from jupimage.errors import ArgumentError, DataTypeError, FormatError, MaskError
from jupimage.formats import Attribute, AttributeTable, Blueprint, Opened, find_format, open_path
from jupimage.formats.entry import Entry
from jupimage.lattice import Box, MemoryLattice
from tests.coordinates.sidecars import assert_same_record

if TYPE_CHECKING:
    from tests.conftest import Oracle

MIRIAD = find_format("miriad")
SHAPE = (5, 6, 8)


def sky(**changes: Any) -> dict[str, Any]:
    """Return the record of a direction, in rad."""
    values = {"crval": (1.25, -0.6), "cdelt": (-1e-4, 1e-4), "crpix": (3.0, 2.5), **changes}
    return direction_record(**values)


def frequency(**changes: Any) -> dict[str, Any]:
    """Return the record of a frequency axis."""
    values = {"crval": 1.42e9, "cdelt": 1e5, "crpix": 2.0, "restfrequency": 1420405751.786}
    return spectral_record(**{**values, **changes})


def system(*parts: tuple[str, dict[str, Any]], **about: Any) -> coordinatesystem:
    """Return a system of coordinates that follow one another, fastest axis first."""
    axes, placed = 0, []
    for kind, record in parts:
        count = {"direction": 2, "linear": len(record.get("crval", ()))}.get(kind, 1)
        placed.append((kind, record, range(axes, axes + count)))
        axes += count
    return coordinatesystem(assemble(placed, observation(**about)))


CUBE = system(("direction", sky()), ("spectral", frequency()))


def plan(coordinates: coordinatesystem = CUBE, **fields: Any) -> Blueprint:
    shape = fields.pop("shape", SHAPE[-coordinates.ndim :])
    return Blueprint(shape, np.dtype(fields.pop("dtype", np.float32)), coordinates, **fields)


def pixels_of(shape: tuple[int, ...] = SHAPE) -> NDArray[np.float32]:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def save(folder: Path, blueprint: Blueprint, pixels: NDArray[Any] | None = None) -> str:
    """Write an image of random pixels and return its name."""
    draft = MIRIAD.create(str(folder / "a.mir"), blueprint)
    values = pixels_of(blueprint.shape) if pixels is None else pixels
    draft.lattice.write(Box.whole(blueprint.shape), values)
    draft.commit()
    return str(folder / "a.mir")


def saved(folder: Path, **fields: Any) -> Opened:
    return open_path(save(folder, plan(**fields)))


HELD: dict[str, coordinatesystem] = {
    "cube": CUBE,
    "plane": system(("direction", sky())),
    "cube and Stokes": system(
        ("direction", sky()), ("spectral", frequency()), ("stokes", stokes_record(["I", "Q"]))
    ),
    "linear polarisation": system(
        ("direction", sky()),
        ("spectral", frequency()),
        ("stokes", stokes_record(["XX", "YY", "XY", "YX"])),
    ),
    **{
        code: system(("direction", sky(projection=code)))
        for code in ("TAN", "ARC", "STG", "ZEA", "CAR", "MER", "SFL", "AIT")
    },
    "NCP": system(("direction", sky(parameters=[0.0, 1 / math.tan(-0.6)]))),
    "degrees": system(
        ("direction", sky(units=("deg", "deg"), crval=(70.0, -30.0), cdelt=(-0.01, 0.01)))
    ),
    "B1950": system(("direction", sky(system="B1950"))),
    "galactic": system(("direction", sky(system="GALACTIC", projection="CAR", crval=(1.0, 0.0)))),
    **{
        frame: system(("direction", sky()), ("spectral", frequency(system=frame)))
        for frame in ("BARY", "TOPO", "LSRD", "GEO", "REST", "GALACTO")
    },
    "table of equal steps": system(
        ("direction", sky()),
        ("spectral", frequency(table=(np.arange(5.0), 1.4e9 + 1e5 * np.arange(5.0)))),
    ),
    "no rest frequency": system(("direction", sky()), ("spectral", frequency(restfrequency=0.0))),
    "observation": system(
        ("direction", sky()),
        telescope="WSRT",
        observer="me",
        obsdate=measure("epoch", "UTC", (55000.25, "d")),
        position=(0.11526445268379215, 0.9203404737410626, 6364573.863176708),
    ),
}


def shape_for(coordinates: coordinatesystem) -> tuple[int, ...]:
    stokes = [len(part.get_stokes()) for part in coordinates if part.kind == "stokes"]
    return (*stokes, *SHAPE[-(coordinates.ndim - len(stokes)) :])


@pytest.mark.parametrize("case", HELD)
def test_casacore_reads_pixels_and_coordinates(oracle: Oracle, tmp_path: Path, case: str) -> None:
    blueprint = plan(HELD[case], shape=shape_for(HELD[case]))
    assert MIRIAD.losses(blueprint) == ()
    path = save(tmp_path, blueprint)
    theirs, ours = oracle.images.image(path), open_path(path)
    wanted = pixels_of(blueprint.shape)
    np.testing.assert_array_equal(theirs.getdata(), wanted)
    np.testing.assert_array_equal(ours.lattice.read(Box.whole(wanted.shape)).values, wanted)
    scale = np.ones(len(wanted.shape))
    if case == "degrees":
        scale[-2:] = math.pi / 180
    for pixel in ([0.0] * wanted.ndim, [float(n - 1) for n in wanted.shape]):
        known = np.array(HELD[case].toworld(pixel)) * scale
        np.testing.assert_allclose(ours.coordinates.toworld(pixel), known, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(theirs.toworld(pixel), known, rtol=1e-12, atol=1e-12)
    record = theirs.coordinates().dict()
    for key in ("telescope", "obsdate"):
        assert record[key] == HELD[case].dict()[key]
    assert ours.coordinates.get_observer() == HELD[case].get_observer()
    oracle.count(4)


@pytest.mark.parametrize("case", [name for name in HELD if name not in ("degrees",)])
def test_system_comes_back_as_it_was(tmp_path: Path, case: str) -> None:
    shape = shape_for(HELD[case])
    again = open_path(save(tmp_path, plan(HELD[case], shape=shape)))
    assert again.remarks == ()
    ours, wanted = again.coordinates.dict(), HELD[case].with_axes(shape).dict()
    if case == "table of equal steps":
        return
    for record in (ours, wanted):
        for key in [key for key in record if key.startswith("worldreplace")]:
            del record[key]
        if "position" in record:
            del record["position"]
    assert_same_record(ours, wanted, rtol=1e-14)


OWN: dict[str, coordinatesystem] = {
    "ICRS": system(("direction", sky(system="ICRS"))),
    "ecliptic": system(("direction", sky(system="ECLIPTIC"))),
    "rotated": system(("direction", sky(pc=[[0.8, -0.6], [0.6, 0.8]]))),
    "rotated and oblong": system(
        ("direction", sky(cdelt=(-1e-4, 2e-4), pc=[[0.8, -1.2], [0.3, 0.8]]))
    ),
    "GLS": system(("direction", sky(projection="SFL", parameters=[1.0, 0.0, math.degrees(-0.6)]))),
    "CMB": system(("direction", sky()), ("spectral", frequency(system="CMB"))),
    "linear": system(
        ("direction", sky()),
        (
            "linear",
            linear_record(names=["Offset"], units=["km"], crval=[3.0], cdelt=[0.5], crpix=[1.0]),
        ),
    ),
    "shown in another frame": system(
        ("direction", sky()),
        (
            "spectral",
            {
                **frequency(system="BARY"),
                "conversion": {
                    **frequency()["conversion"],
                    "direction": measure("direction", "J2000", (1.25, "rad"), (-0.6, "rad")),
                    "system": "LSRK",
                },
            },
        ),
    ),
    "moved axes": coordinatesystem(
        assemble([("spectral", frequency(), [0]), ("direction", sky(), [2, 1])])
    ),
}


@pytest.mark.parametrize("case", OWN)
def test_we_read_what_casacore_does_not(tmp_path: Path, case: str) -> None:
    assert MIRIAD.losses(plan(OWN[case])) == ()
    image = saved(tmp_path, coordinates=OWN[case])
    for pixel in ([0.0, 0.0, 0.0], [4.0, 5.0, 7.0], [1.5, 2.0, 3.0]):
        pixel = pixel[-OWN[case].ndim :]
        np.testing.assert_allclose(
            image.coordinates.toworld(pixel), OWN[case].toworld(pixel), rtol=1e-12, atol=1e-12
        )
    assert image.coordinates.get_names() == OWN[case].get_names() or case == "moved axes"


LOST: dict[str, tuple[coordinatesystem, str]] = {
    "slant": (system(("direction", sky(parameters=[0.1, 0.2]))), "the sky coordinates"),
    "ZPN": (
        system(("direction", sky(projection="ZPN", parameters=[0.0, 1.0, 0.1]))),
        "projection ZPN with parameters",
    ),
    "poles": (system(("direction", sky(longpole=170.0))), "poles or a matrix"),
    "skewed": (system(("direction", sky(pc=[[1.0, 0.5], [0.0, 1.0]]))), "poles or a matrix"),
    "horizon": (system(("direction", sky(system="AZEL"))), "frame AZEL"),
    "unequal steps": (
        system(
            ("direction", sky()),
            ("spectral", frequency(table=(np.arange(5.0), 1.4e9 + 1e5 * np.arange(5.0) ** 2))),
        ),
        "frequencies of 5 pixels in unequal steps",
    ),
    "table": (
        system(
            ("direction", sky()),
            (
                "tabular",
                tabular_record(np.arange(5.0), np.arange(5.0) ** 2, name="Time", unit="s"),
            ),
        ),
        "values of 5 pixels in unequal steps",
    ),
    "undefined frame": (
        system(("direction", sky()), ("spectral", frequency(system="Undefined"))),
        "that the velocity frame is Undefined",
    ),
    "B1950_VLA": (system(("direction", sky(system="B1950_VLA"))), "B1950_VLA, which becomes B1950"),
    "distortion": (
        system(
            (
                "direction",
                {
                    **sky(),
                    "distortion": {
                        "first": np.array([[0.0, 0.0], [0.0, 1e-3]]),
                        "second": np.zeros((1, 1)),
                        "step": np.ones(2),
                    },
                },
            )
        ),
        "the distortion of the sky coordinates",
    ),
    "shown elsewhere": (
        system(("direction", {**sky(), "conversionSystem": "GALACTIC"})),
        "that positions are shown in GALACTIC",
    ),
    "quality": (system(("direction", sky()), ("quality", quality_record())), "data and errors"),
    "odd Stokes": (
        system(("direction", sky()), ("stokes", stokes_record(["I", "V", "RR", "XX", "Q"]))),
        "the Stokes parameters I, V, RR, XX, Q",
    ),
    "matrix": (
        system(
            (
                "linear",
                linear_record(
                    names=["x", "y"], units=["m", "m"], crval=[0, 0], cdelt=[1, 1], crpix=[0, 0],
                    pc=[[1.0, 0.1], [0.0, 1.0]],
                ),
            )
        ),
        "the matrix that ties linear axes together",
    ),
    "misleading name": (
        system(
            (
                "linear",
                linear_record(
                    names=["FREQ", "b"], units=["", ""], crval=[0, 0], cdelt=[1, 1], crpix=[0, 0]
                ),
            )
        ),
        "the name 'FREQ' of a linear axis",
    ),
    "pointing": (
        system(("direction", sky()), pointing=(1.0, 0.2)),
        "the pointing centre",
    ),
    "place": (
        system(("direction", sky()), telescope="X", position=(1.0, 0.2, 6.4e6)),
        "the position of the telescope",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOST)
def test_what_cannot_be_held_is_said_and_no_position_is_wrong(tmp_path: Path, case: str) -> None:
    coordinates, phrase = LOST[case]
    assert any(phrase in loss for loss in MIRIAD.losses(plan(coordinates)))
    image = saved(tmp_path, coordinates=coordinates)
    assert image.coordinates.ndim == coordinates.ndim
    if phrase.startswith(("the sky coordinates", "projection", "poles", "frame A")):
        assert "direction" not in image.coordinates.get_names()
    assert image.remarks == () or "velocity frame" in image.remarks[0]


def test_strip_of_the_sky_becomes_linear(tmp_path: Path) -> None:
    strip = CUBE.section(Box((0, 3, 0), (5, 4, 8)), drop=(1,))
    assert any("a strip of the sky" in loss for loss in MIRIAD.losses(plan(strip)))
    image = saved(tmp_path, coordinates=strip)
    assert image.coordinates.get_names() == ["linear", "spectral"]


@pytest.mark.parametrize(
    "unit", ["Jy/beam", "K", "Jy/beam.km/s", "mJy/beam", "", '"florps"', "Jy", "rad/m/m", "GHz"]
)
def test_unit(oracle: Oracle, tmp_path: Path, unit: str) -> None:
    path = save(tmp_path, plan(unit=unit))
    assert MIRIAD.losses(plan(unit=unit)) == ()
    assert open_path(path).unit == unit
    assert oracle.images.image(path).unit() == ("" if unit.startswith('"') else unit)
    oracle.count()


def beam(major: float, minor: float, angle: float, unit: str) -> dict[str, Any]:
    """Return the record of a beam."""
    values = zip(("major", "minor", "positionangle"), (major, minor, angle), strict=True)
    return {
        name: {"value": value, "unit": "deg" if name == "positionangle" else unit}
        for name, value in values
    }


@pytest.mark.parametrize("angle", [30.0, -170.0, 0.0])
@pytest.mark.parametrize("unit", ["rad", "arcsec", "deg"])
def test_beam(oracle: Oracle, tmp_path: Path, angle: float, unit: str) -> None:
    info = {"imagetype": "Intensity", "objectname": "M31"}
    info |= {"restoringbeam": beam(2e-4, 1e-4, angle, unit)}  # type: ignore[dict-item]
    path = save(tmp_path, plan(imageinfo=info))
    size = {"rad": 1.0, "deg": math.pi / 180, "arcsec": math.pi / 648000}[unit]
    for found in (open_path(path).imageinfo, oracle.images.image(path).imageinfo()):
        got = {name: part["value"] for name, part in found["restoringbeam"].items()}
        assert got["major"] == pytest.approx(2e-4 * size, rel=1e-14)
        assert got["minor"] == pytest.approx(1e-4 * size, rel=1e-14)
        assert got["positionangle"] == pytest.approx(angle, rel=1e-14, abs=1e-29)
    again = open_path(path).imageinfo["restoringbeam"]["positionangle"]
    assert again == {"value": angle, "unit": "deg"}
    oracle.count()


@pytest.mark.parametrize("kind", ["Intensity", "Beam", "Optical Depth", "Velocity Dispersion"])
def test_type_of_image(oracle: Oracle, tmp_path: Path, kind: str) -> None:
    path = save(tmp_path, plan(imageinfo={"imagetype": kind, "objectname": "x y"}))
    assert open_path(path).imageinfo == {"imagetype": kind, "objectname": "x y"}
    assert oracle.images.image(path).imageinfo()["imagetype"] == kind
    oracle.count()


def test_history_and_left_over_values(tmp_path: Path) -> None:
    info: dict[str, Any] = {
        "pbtype": "gaus",
        "vobs": -12.25,
        "niters": 1000,
        "big": 2**40,
        "real": np.float32(0.1),
        "vector": np.array([1.5, -2.5]),
        "counts": np.array([1, 2, 3], np.int32),
        "shorts": np.array([1, 2], np.int16),
        "complex": np.complex64(1 - 2j),
        "words": "w" * 300,
        "empty": "",
    }
    history = ["first", "", "  indented", "größer"]
    blueprint = plan(miscinfo=info, history=history)
    assert MIRIAD.losses(blueprint) == ()
    image = saved(tmp_path, miscinfo=info, history=history)
    assert image.history == history
    assert set(image.miscinfo) == set(info)
    for name, value in info.items():
        np.testing.assert_array_equal(image.miscinfo[name], value)
    assert (tmp_path / "a.mir" / "words").stat().st_size == 304
    assert image.remarks == ()


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"toolongname": 1}, "miscinfo entry 'toolongname', whose name no item can have"),
    ({"Upper": 1}, "miscinfo entry 'Upper', whose name no item can have"),
    ({"crval1": 1.0}, "miscinfo entry 'crval1', whose name means something else"),
    ({"mask": "x"}, "miscinfo entry 'mask', whose name means something else"),
    ({"flag": True}, "miscinfo entry 'flag', a truth value"),
    ({"record": {"a": 1}}, "miscinfo entry 'record', a record"),
    ({"names": ["a", "b"]}, "miscinfo entry 'names', a list"),
    ({"z": 1j}, "miscinfo entry 'z', a complex"),
    ({"matrix": np.eye(2)}, "miscinfo entry 'matrix', a ndarray"),
    ({"long": "x" * 5000}, "miscinfo entry 'long', a text that no item can hold"),
]


@pytest.mark.parametrize(("info", "phrase"), MISFITS, ids=lambda part: str(part)[:30])
def test_misfits_are_said_and_left_out(
    tmp_path: Path, info: Mapping[str, Any], phrase: str
) -> None:
    assert MIRIAD.losses(plan(miscinfo=info)) == (phrase,)
    assert saved(tmp_path, miscinfo=info).miscinfo == {}


def test_other_losses() -> None:
    table = AttributeTable({"a": Attribute("String", False, ["x"])})
    beams = {"nChannels": 3, "nStokes": 1, "*0": beam(2, 1, 0, "arcsec")}
    lines = [Entry("a\nb", time=5e9, location="here")]
    blueprint = plan(
        dtype=np.float64,
        unit='"',
        imageinfo={"perplanebeams": beams},
        attributes={"g": table},
        regions={"r": {}, "s": {}},
        mask="good",
        history=lines,
    )
    assert MIRIAD.losses(blueprint) == (
        "the unit '\"'",
        "the beams of 3 channels, each its own",
        "line breaks inside entries of the history",
        "times and origins of the history",
        "double precision: pixels are rounded to float32",
        "the name 'good' of the mask",
        "2 regions",
        "1 attribute group",
    )
    assert MIRIAD.losses(plan(dtype=np.complex64)) == ("pixels of type complex64",)


def test_doubles_are_rounded(tmp_path: Path) -> None:
    pixels = np.full(SHAPE, 1 / 3)
    pixels[0, 0, :2] = 1e300, -1e-300
    path = save(tmp_path, plan(dtype=np.float64), pixels)
    with np.errstate(over="ignore"):
        wanted = pixels.astype(np.float32)
    np.testing.assert_array_equal(open_path(path).lattice.read(Box.whole(SHAPE)).values, wanted)


def test_complex_pixels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataTypeError, match="holds real pixels, this one has complex64"):
        MIRIAD.create(str(tmp_path / "a.mir"), plan(dtype=np.complex64))
    assert os.listdir(tmp_path) == []


def test_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="no settings, got bitpix"):
        MIRIAD.create(str(tmp_path / "a.mir"), plan(), bitpix=16)


@pytest.mark.parametrize("shape", [(1,), (3,), (2, 3), (1, 1, 1), (3, 5), (1, 1, 3, 4, 2)])
def test_small_images(oracle: Oracle, tmp_path: Path, shape: tuple[int, ...]) -> None:
    path = save(tmp_path, plan(default_system(shape), shape=shape))
    np.testing.assert_array_equal(oracle.images.image(path).getdata(), pixels_of(shape))
    image = open_path(path)
    np.testing.assert_array_equal(image.lattice.read(Box.whole(shape)).values, pixels_of(shape))
    oracle.count()


def test_boxes_in_any_order_from_many_threads(tmp_path: Path) -> None:
    shape = (7, 11, 13)
    rng = np.random.default_rng(1)
    pixels, good = rng.normal(size=shape).astype(np.float32), rng.random(shape) < 0.7
    draft = MIRIAD.create(str(tmp_path / "a.mir"), plan(shape=shape, mask="mask"))
    boxes = list(Box.whole(shape).tiles((2, 3, 4)))
    rng.shuffle(boxes)

    def write(box: Box) -> None:
        draft.lattice.write(box, pixels[box.slices], good[box.slices])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, boxes))
    block = draft.lattice.read(Box.whole(shape))
    np.testing.assert_array_equal(block.values, pixels)
    np.testing.assert_array_equal(block.good, good)
    draft.commit()
    block = open_path(str(tmp_path / "a.mir")).lattice.read(Box.whole(shape))
    np.testing.assert_array_equal(block.values, pixels)
    np.testing.assert_array_equal(block.good, good)


@pytest.mark.parametrize("seed", range(20))
def test_strided_writes_are_those_of_numpy(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(1, 12, 3))
    draft = MIRIAD.create(str(tmp_path / "a.mir"), plan(shape=shape, mask="m"))
    wanted = MemoryLattice(np.zeros(shape, np.float32), np.ones(shape, bool))
    for _ in range(10):
        start = [int(rng.integers(0, n)) for n in shape]
        stop = [int(rng.integers(a, n)) + 1 for a, n in zip(start, shape, strict=True)]
        box = Box(tuple(start), tuple(stop), tuple(int(n) for n in rng.integers(1, 4, 3)))
        values = rng.normal(size=box.shape).astype(np.float32) * float(rng.integers(0, 2))
        good = rng.random(box.shape) < 0.5
        for lattice in (draft.lattice, wanted):
            lattice.write(box, values, good)
    whole, block = Box.whole(shape), draft.lattice.read(Box.whole(shape))
    np.testing.assert_array_equal(block.values, wanted.read(whole).values)
    np.testing.assert_array_equal(block.good, wanted.read(whole).good)
    draft.abandon()


def test_draft_is_zero_and_good_until_written(tmp_path: Path) -> None:
    draft = MIRIAD.create(str(tmp_path / "a.mir"), plan(mask="mask"))
    block = draft.lattice.read(Box.whole(SHAPE))
    assert block.values is not None
    assert block.good is not None
    assert not block.values.any()
    assert block.good.all()
    draft.abandon()


def test_zeros_stay_holes(tmp_path: Path) -> None:
    shape = (64, 512, 512)
    draft = MIRIAD.create(str(tmp_path / "a.mir"), plan(shape=shape))
    values = np.zeros((8, 512, 512), np.float32)
    for plane in range(0, 64, 8):
        draft.lattice.write(Box((plane, 0, 0), (plane + 8, 512, 512)), values)
    draft.lattice.write(Box((5, 6, 7), (6, 7, 8)), np.ones((1, 1, 1)))
    draft.commit()
    status = os.stat(tmp_path / "a.mir" / "image")
    assert getattr(status, "st_blocks", 0) * 512 < 100_000


def test_mask_cannot_be_added_to_a_draft_without_one(tmp_path: Path) -> None:
    draft = MIRIAD.create(str(tmp_path / "a.mir"), plan())
    with pytest.raises(MaskError, match="was not given a mask"):
        draft.lattice.add_mask("mask")
    with pytest.raises(MaskError, match="was not given a mask"):
        draft.lattice.write(Box.whole(SHAPE), None, np.ones(SHAPE, bool))
    draft.abandon()


def test_nothing_is_there_until_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.mir"
    draft = MIRIAD.create(str(path), plan())
    assert not path.exists()
    draft.abandon()
    draft.abandon()
    assert os.listdir(tmp_path) == []


def test_old_image_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    path = save(tmp_path, plan(history=["old"], mask="mask"))
    draft = MIRIAD.create(path, plan(history=["new"]))
    assert open_path(path).history == ["old"]
    draft.commit()
    draft.commit()
    draft.abandon()
    image = open_path(path)
    assert (image.history, image.masks) == (["new"], ())
    assert os.listdir(tmp_path) == ["a.mir"]


def test_folder_that_is_no_image_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.mir").mkdir()
    (tmp_path / "a.mir" / "letters").write_text("dear", encoding="utf-8")
    with pytest.raises(FormatError, match="a folder that is no image"):
        MIRIAD.create(str(tmp_path / "a.mir"), plan())
    assert (tmp_path / "a.mir" / "letters").read_text(encoding="utf-8") == "dear"


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"cannot make .*nowhere"):
        MIRIAD.create(str(tmp_path / "nowhere" / "a.mir"), plan())
