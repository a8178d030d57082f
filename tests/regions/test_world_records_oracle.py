"""World regions stored by casacore have the pixels that it gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage.errors import FormatError, MaskError
from jupimage.lattice import Box
from jupimage.regions import read_region
from tests.conftest import Oracle
from tests.regions.regionrecords import Record
from tests.regions.skyimages import pixels, sky_system
from tests.regions.storedregions import make_image, put_regions, their_pixels

SHAPE = (6, 20, 24)


def quantity(value: Any, unit: str) -> Record:
    return {"value": value, "unit": unit}


def quantities(*pairs: tuple[float, str]) -> Record:
    return {f"*{n}": quantity(*pair) for n, pair in enumerate(pairs, 1)}


def world_region(name: str, **fields: Any) -> Record:
    return {"isRegion": 2, "name": name, "comment": "", "oneRel": True, **fields}


def box(axes: Any, low: Record, high: Record, coordinates: Record) -> Record:
    return world_region(
        "WCBox",
        absrel=np.ones(len(axes), np.int32),
        pixelAxes=np.array(axes, np.int32),
        blc=low,
        trc=high,
        coordinates=coordinates,
    )


def polygon(x: Any, y: Any, unit: str, coordinates: Record) -> Record:
    return world_region(
        "WCPolygon",
        absrel=1,
        pixelAxes=np.array([1, 2], np.int32),
        x=quantity(np.array(x, float), unit),
        y=quantity(np.array(y, float), unit),
        coordinates=coordinates,
    )


def ellipsoid(kind: int, center: Record, theta: float, coordinates: Record, **size: Any) -> Record:
    return world_region(
        "WCEllipsoid",
        type=kind,
        absrel=1,
        pixelAxes=np.arange(1, len(center) + 1, dtype=np.int32),
        center=center,
        theta=quantity(theta, "deg"),
        coordinates=coordinates,
        **size,
    )


def compound(name: str, *parts: Record, **fields: Any) -> Record:
    regions: Record = {f"*{n}": part for n, part in enumerate(parts, 1)}
    return {
        "isRegion": 2,
        "name": name,
        "comment": "",
        "regions": regions | {"nr": len(parts)},
        **fields,
    }


def simple_records(coordinates: Record) -> dict[str, Record]:
    """Return regions around 40 deg, -30 deg, the middle of the image."""
    sky = quantities((40.05, "deg"), (-30.02, "deg"))
    middle = quantities((12.3, "pix"), (9.8, "pix"))
    records = {
        "world box": box(
            [1, 2],
            quantities((40.8, "deg"), (-30.5, "deg")),
            quantities((2372.0, "arcmin"), (-29.7, "deg")),
            coordinates,
        ),
        "one axis": box(
            [1], quantities((40.3, "deg")), quantities((39.6, "deg")), coordinates
        ),
        "channels": box(
            [3], quantities((1.4014, "GHz")), quantities((1403.6, "MHz")), coordinates
        ),
        "beyond": box([3], quantities((1.3, "GHz")), quantities((1.402, "GHz")), coordinates),
        "pixels": box(
            [1, 2], quantities((3.5, "pix"), (4.6, "pix")),
            quantities((8.5, "pix"), (9.4, "pix")), coordinates,
        ),
        "default": box(
            [1, 2], quantities((0.0, "default"), (4.0, "pix")),
            quantities((0.0, "default"), (9.0, "pix")), coordinates,
        ),
        "world polygon": polygon(
            [40.83, 40.72, 39.3], [-30.52, -29.5, -30.03], "deg", coordinates
        ),
        "pixel polygon": polygon([3, 10, 28], [3, 4, 12], "pix", coordinates),
        "part polygon": polygon([0.12, 0.14, 0.6], [0.13, 0.82, 0.33], "frac", coordinates),
        "circle": ellipsoid(1, sky, 0.0, coordinates, radius=quantity(0.5, "deg")),
        "ellipse": ellipsoid(
            2, sky, 30.0, coordinates, radii=quantities((0.7, "deg"), (0.3, "deg"))
        ),
        "straight": ellipsoid(
            0, sky, 0.0, coordinates, radii=quantities((0.5, "deg"), (0.3, "deg"))
        ),
        "ellipse of pixels": ellipsoid(
            2, middle, -20.0, coordinates, radii=quantities((6.0, "pix"), (3.0, "pix"))
        ),
        "ball": ellipsoid(
            0, quantities((12.0, "pix"), (10.0, "pix"), (3.0, "pix")), 0.0, coordinates,
            radii=quantities((5.0, "pix"), (3.0, "pix"), (2.0, "pix")),
        ),
    }  # fmt: skip
    for n, fraction in enumerate((0.05, 0.3, 0.65)):
        records[f"fraction {n}"] = box(
            [1, 2],
            quantities((fraction, "frac"), (fraction, "frac")),
            quantities((fraction + 0.3, "frac"), (fraction + 0.2, "frac")),
            coordinates,
        )
    return records


def stored_name(name: str) -> str:
    return name.replace(" ", "_")


@pytest.mark.parametrize(
    "sky",
    [{}, {"turned": 25.0, "step": (-0.1, 0.07)}, {"unit": "rad", "projection": "SIN"}],
    ids=["plain", "turned", "radians"],
)
def test_world_regions(sky: dict[str, Any], oracle: Oracle, tmp_path: Path) -> None:
    path, system = tmp_path / "a.img", sky_system(SHAPE, **sky)
    coordinates = make_image(oracle, path, system, SHAPE)
    records = simple_records(coordinates)
    circle, channels = records["circle"], records["channels"]
    corner = records["world polygon"]
    records |= {
        "union": compound("WCUnion", corner, channels),
        "intersection": compound("WCIntersection", corner, channels, circle),
        "difference": compound("WCDifference", circle, corner),
        "complement": compound("WCComplement", corner),
        "extension": compound("WCExtension", corner, channels),
        "stack": compound(
            "WCConcatenation", corner, circle, corner,
            box=box([3], quantities((2.0, "pix")), quantities((4.0, "pix")), coordinates),
        ),
        "nested": compound("WCUnion", compound("WCDifference", circle, corner), channels),
    }  # fmt: skip
    put_regions(oracle, path, {stored_name(name): record for name, record in records.items()})
    for name, record in records.items():
        mine = pixels(read_region(record, SHAPE, name, stored=NotImplemented, system=system))
        theirs = their_pixels(oracle, path, stored_name(name), SHAPE)
        np.testing.assert_array_equal(mine, theirs, err_msg=name)
        assert mine.any()


def test_world_regions_of_other_images_with_their_axes(oracle: Oracle, tmp_path: Path) -> None:
    path, system = tmp_path / "a.img", sky_system(SHAPE)
    make_image(oracle, path, system, SHAPE)
    plane = sky_system((30, 30), center=(41.0, -31.0), step=(-0.2, 0.1))
    coordinates = make_image(oracle, tmp_path / "b.img", plane, (30, 30))
    records = {
        name: record
        for name, record in simple_records(coordinates).items()
        if name in ("world polygon", "circle", "ellipse", "world box")
    }
    put_regions(oracle, path, {stored_name(name): record for name, record in records.items()})
    for name, record in records.items():
        mine = pixels(read_region(record, SHAPE, name, stored=NotImplemented, system=system))
        theirs = their_pixels(oracle, path, stored_name(name), SHAPE)
        np.testing.assert_array_equal(mine, theirs, err_msg=name)


SYSTEM = sky_system(SHAPE)
COORDINATES = SYSTEM.dict()
PAIR = quantities((1.0, "pix"), (2.0, "pix"))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (box([1, 2], PAIR, PAIR, COORDINATES) | {"absrel": [1, 2]}, "m: a region relative to"),
        (box([1, 2], PAIR, PAIR, sky_system((9, 9), frame="ICRS").dict()), "needs an axis Right"),
        (box([1], quantities((3.0, "Jy")), quantities((3.0, "Jy")), COORDINATES), "got 'Jy'"),
        (box([1], quantities((5.0, "pix")), quantities((2.0, "pix")), COORDINATES), "below the"),
        (compound("WCLELMask", expr="a > 3"), "m: a region of kind 'WCLELMask'"),
        (
            compound("WCUnion", {"isRegion": 2, "name": "WCStretch"}),
            "m: a region of kind 'WCStretch' is not understood",
        ),
        (polygon([40, 220, 40], [-30, 30, 0], "deg", COORDINATES), "m: a position has no pixel"),
    ],
)
def test_what_is_not_understood_is_refused(record: Record, message: str) -> None:
    with pytest.raises(MaskError, match=message):
        read_region(record, SHAPE, "m", stored=NotImplemented, system=SYSTEM)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (box([1, 1], PAIR, PAIR, COORDINATES), "m: wanted different axes of the 3"),
        (box([1, 4], PAIR, PAIR, COORDINATES), "m: wanted different axes of the 3"),
        (box([1, 2], PAIR, quantities((1.0, "pix")), COORDINATES), "m: wanted 2 quantities, got 1"),
        (
            box([1, 2], PAIR, PAIR, {"linear0": {"crval": [1.0]}, "pixelmap0": [0, 1]}),
            "m: its coordinates cannot be read",
        ),
        (box([1, 2], {"*1": 3}, PAIR, COORDINATES), r"m: wanted a record '\*1', got int"),
        (polygon([1, 2, 3], [1, 2], "pix", COORDINATES), "m: wanted as many values for each"),
        (ellipsoid(0, PAIR, 0, COORDINATES, radii=quantities((1, "pix"), (0, "pix"))), "above 0"),
        (compound("WCUnion"), "m: wanted regions, as many as"),
    ],
)
def test_damaged_records_of_world_regions_are_refused(record: Record, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_region(record, SHAPE, "m", stored=NotImplemented, system=SYSTEM)


def test_world_regions_too_deep_are_refused() -> None:
    record = box([1, 2], PAIR, PAIR, COORDINATES)
    for _ in range(60):
        record = compound("WCComplement", record)
    with pytest.raises(FormatError, match="m: wanted regions at most 50 deep, got more"):
        read_region(record, SHAPE, "m", stored=NotImplemented, system=SYSTEM)


def test_world_region_off_the_image_is_empty() -> None:
    record = box([3], quantities((1.5, "GHz")), quantities((1.6, "GHz")), COORDINATES)
    found = read_region(record, SHAPE, "m", stored=NotImplemented, system=SYSTEM)
    assert found.bounds.size == 0
    assert not found.select(Box.whole(SHAPE)).any()
