"""Images to draw: on the sky in several projections, in memory, counting what is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import coordinatesystem, default_system
from jupimage.lattice import Block, Box, MemoryLattice


@dataclass
class Image:
    """The least that `Source` asks for."""

    lattice: Any
    coordinates: Any
    kind: str = "TempImage"
    name: str = ""
    unit: str = "Jy/beam"
    imageinfo: dict[str, Any] = field(default_factory=dict)
    miscinfo: dict[str, Any] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()


class CountingLattice:
    """Zeros of any shape, however large; counts the pixels that are read."""

    def __init__(self, shape: tuple[int, ...], dtype: str = "f4") -> None:
        self.shape = shape
        self.tile = shape
        self.dtype = np.dtype(dtype)
        self.masked = False
        self.read_pixels = 0

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        self.read_pixels += box.size
        return Block(np.zeros(box.shape, self.dtype))


@pytest.fixture
def counting() -> Callable[..., CountingLattice]:
    return CountingLattice


@pytest.fixture
def image() -> Callable[..., Image]:
    """Make an image from pixels or a lattice; coordinates are the default ones."""

    def make(pixels: Any, coordinates: Any = "default", **more: Any) -> Image:
        lattice = pixels if hasattr(pixels, "read") else MemoryLattice(np.asarray(pixels))
        if coordinates == "default":
            coordinates = default_system(lattice.shape)
        return Image(lattice, coordinates, **more)

    return make


@pytest.fixture
def sky() -> Callable[..., coordinatesystem]:
    """Make coordinates of an image of ``(height, width)``, or of a cube with channels first."""

    def make(
        shape: tuple[int, ...],
        *,
        centre: tuple[float, float] = (303.6, 41.2),
        cell: tuple[float, float] = (-6 / 3600, 6 / 3600),
        projection: str = "SIN",
        frame: str = "J2000",
        turn: float = 0.0,
    ) -> coordinatesystem:
        height, width = shape[-2:]
        c, s = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
        equatorial = frame in ("J2000", "B1950", "ICRS")
        record: dict[str, Any] = {
            "direction0": {
                "system": frame,
                "projection": projection,
                "projection_parameters": np.zeros(2) if projection == "SIN" else np.zeros(0),
                "crval": np.array(centre, float),
                "crpix": np.array([(width - 1) / 2, (height - 1) / 2]),
                "cdelt": np.array(cell, float),
                "pc": np.array([[c, -s], [s, c]]),
                "axes": ["Right Ascension", "Declination"]
                if equatorial
                else ["Longitude", "Latitude"],
                "units": ["deg", "deg"],
                "longpole": 999.0,
                "latpole": 999.0,
            },
            **maps(0, [0, 1]),
            "telescope": "WSRT",
            "observer": "J. Oort",
        }
        if len(shape) == 3:
            wcs = {"crval": 1.4195e9, "crpix": 0.0, "cdelt": 24414.0, "pc": 1.0, "ctype": "FREQ"}
            record["spectral1"] = {
                "version": 2, "system": "LSRK", "restfreq": 1420405751.786, "wcs": wcs,
                "unit": "Hz", "name": "Frequency",
            }  # fmt: skip
            record |= maps(1, [2])
        return coordinatesystem(record)

    return make


def maps(number: int, axes: list[int]) -> dict[str, Any]:
    """Say which axes of an image a coordinate has."""
    zeros = np.zeros(len(axes))
    return {
        f"worldmap{number}": np.array(axes),
        f"pixelmap{number}": np.array(axes),
        f"worldreplace{number}": zeros,
        f"pixelreplace{number}": zeros,
    }


@pytest.fixture
def beam() -> dict[str, Any]:
    """Information of an image with a beam of 120 by 80 arcsec."""
    return {
        "restoringbeam": {
            "major": {"value": 120.0, "unit": "arcsec"},
            "minor": {"value": 80.0, "unit": "arcsec"},
            "positionangle": {"value": 30.0, "unit": "deg"},
        }
    }
