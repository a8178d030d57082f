"""Regions stored by us have the same pixels in casacore, in this image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord

from jupimage.coordinates import coordinatesystem
from jupimage.errors import ArgumentError
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.regions import (
    Annulus,
    Circle,
    Corners,
    Ellipse,
    Line,
    Polygon,
    Range,
    Rectangle,
    RegionSpec,
    as_region,
    to_record,
)
from tests.conftest import Oracle
from tests.regions.skyimages import pixels, positions, selected, sky_system
from tests.regions.storedregions import make_image, put_regions, their_pixels

CUBE = (5, 17, 21)
SYSTEM = sky_system(CUBE)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (Circle((8, 9), 5), "LCExtension"),
        (Range(0, 1, 2), "LCBox"),
        (Corners((1, 2, 3), (2, 9, 9)), "LCBox"),
        (Circle("40d -30d", "0.5 deg"), "LCExtension"),
        (~Circle((8, 9), 5), "LCComplement"),
        (Polygon(["40.53d -30.33d", "39.41d -30.44d", "40.02d -29.52d"]), "WCPolygon"),
        (Range("spectral", "1.401 GHz", "1.403 GHz"), "WCBox"),
        (Polygon([(2, 3), (2, 14), (14, 8)]) | Circle((8, 9), 5), "LCUnion"),
        (
            Polygon(["40.53d -30.33d", "39.41d -30.44d", "40.02d -29.52d"])
            & Range("spectral", "1.401 GHz", "1.403 GHz"),
            "WCIntersection",
        ),
    ],
)
def test_kind_of_record(spec: RegionSpec, name: str) -> None:
    record = to_record(spec, SYSTEM, CUBE)
    assert record["name"] == name
    np.testing.assert_array_equal(
        pixels(as_region(record, SYSTEM, CUBE)), selected(spec, SYSTEM, CUBE)
    )


def test_bools_and_records_are_stored() -> None:
    bools = np.random.default_rng(1).random(CUBE) < 0.3
    record = to_record(bools, SYSTEM, CUBE)
    assert record["name"] == "LCPixelSet"
    np.testing.assert_array_equal(pixels(as_region(record, SYSTEM, CUBE)), bools)
    assert to_record(record, SYSTEM, CUBE) == record


def test_regions_without_pixels_are_not_stored() -> None:
    with pytest.raises(ArgumentError, match="has no pixel in an image of 5 x 17 x 21"):
        to_record(Circle((99, 99), 5), SYSTEM, CUBE)
    with pytest.raises(ArgumentError, match="a region without pixels cannot be stored"):
        to_record(Circle((8, 8), 3) - Circle((8, 8), 4), SYSTEM, CUBE)


class Dice:
    """Makes random regions of an image."""

    def __init__(
        self, rng: np.random.Generator, system: coordinatesystem, shape: tuple[int, ...]
    ) -> None:
        self.rng, self.shape = rng, shape
        self.lon, self.lat = positions(system, shape)
        self.unit = system.axes()[-1].unit

    def sky(self) -> SkyCoord:
        row, column = (int(self.rng.integers(0, n)) for n in self.shape[-2:])
        there = self.lon[row, column], self.lat[row, column]
        return SkyCoord(*there, unit="deg", frame="fk5")

    def place(self) -> Any:
        if self.rng.random() < 0.5:
            return self.sky()
        return tuple(float(self.rng.uniform(0, n - 1)) for n in self.shape[-2:])

    def number(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def flat(self) -> RegionSpec:
        size: Any = 0.08 * u.deg if self.rng.random() < 0.5 else 1.0
        one, other, angle = self.number(2, 6), self.number(2, 6), self.number(-180, 180)
        made: list[RegionSpec] = [
            Circle(self.place(), one * size),
            Ellipse(self.place(), (one * size, other * size), angle),
            Annulus(self.place(), one * size, (one + other) * size),
            Rectangle(self.place(), (one * size, other * size), angle),
            Polygon([self.place() for _ in range(3)]),
            Polygon([self.sky() for _ in range(3)]),
            Line(self.place(), self.place()),
        ]
        return made[self.rng.integers(len(made))]

    def straight(self) -> RegionSpec:
        one, other = self.sky(), self.sky()
        ends = [float(self.rng.integers(0, n)) for n in self.shape]
        none = [None] * (len(self.shape) - 2)
        made: list[RegionSpec] = [
            Corners((*none, one.dec.deg * u.deg, one.ra), (*none, other.dec, other.ra)),
            Corners(ends, [end + 2 for end in ends]),
        ]
        if len(self.shape) > 2:
            low, high = self.number(1.4, 1.405), self.number(1.4, 1.405)
            made += [Range("spectral", (low, "GHz"), (high, "GHz")), Range(-3, ends[-3])]
        if len(self.shape) > 3:
            made.append(Range("stokes", "I", "Q"))
        return made[self.rng.integers(len(made))]

    def tree(self, level: int = 0) -> RegionSpec:
        if level == 2 or self.rng.random() < 0.4:
            return self.flat() if self.rng.random() < 0.6 else self.straight()
        kind = self.rng.integers(4)
        if kind == 3:
            return ~self.tree(level + 1)
        one, other = self.tree(level + 1), self.tree(level + 1)
        return one | other if kind == 0 else one & other if kind == 1 else one - other


SKIES: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((17, 21), {"turned": 30.0}),
    ((19, 16), {"center": (0.02, 20.0), "unit": "rad", "projection": "SIN"}),
    ((5, 17, 21), {"step": (-0.1, 0.07)}),
    ((4, 13, 12), {"center": (120.0, 89.6), "projection": "ZEA"}),
    ((2, 3, 13, 14), {"step": (0.1, -0.1), "center": (359.9, -5.0), "projection": "CAR"}),
]


@pytest.mark.parametrize(("shape", "sky"), SKIES, ids=[str(shape) for shape, _ in SKIES])
def test_regions_in_casacore(
    shape: tuple[int, ...], sky: dict[str, Any], oracle: Oracle, tmp_path: Path
) -> None:
    rng = np.random.default_rng(sum(shape))
    path, system = tmp_path / "a.img", sky_system(shape, **sky)
    make_image(oracle, path, system, shape)
    coordinates = coordinates_to_record(system)
    dice = Dice(rng, system, shape)
    specs, records = {}, {}
    for number in range(30):
        spec = dice.tree()
        if selected(spec, system, shape).any():
            specs[f"r{number}"] = spec
            records[f"r{number}"] = to_record(spec, system, shape, coordinates=coordinates)
    assert len(records) > 10
    put_regions(oracle, path, records)
    for name, spec in specs.items():
        expected = selected(spec, system, shape)
        again = pixels(as_region(records[name], system, shape))
        np.testing.assert_array_equal(again, expected, err_msg=repr(spec))
        theirs = their_pixels(oracle, path, name, shape)
        np.testing.assert_array_equal(theirs, expected, err_msg=repr(spec))
