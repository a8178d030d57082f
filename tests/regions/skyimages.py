"""Images with a sky, for tests of regions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    spectral_record,
    stokes_record,
)
from jupimage.lattice import Box
from jupimage.regions import Region, RegionSpec

REST = 1.42040575e9


def sky_system(
    shape: tuple[int, ...],
    *,
    center: tuple[float, float] = (40.0, -30.0),
    step: tuple[float, float] = (-0.1, 0.1),
    projection: str = "TAN",
    turned: float = 0.0,
    unit: str = "deg",
    frame: str = "J2000",
    channel: float = 1e6,
) -> coordinatesystem:
    """Return coordinates: sky, then frequency, then Stokes; all numbers in degrees and Hz."""
    rows, columns = shape[-2:]
    scale = {"deg": 1.0, "rad": np.pi / 180}[unit]
    cosine, sine = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    sky = direction_record(
        crval=(center[0] * scale, center[1] * scale),
        cdelt=(step[0] * scale, step[1] * scale),
        crpix=(columns // 2, rows // 2),
        units=(unit, unit),
        projection=projection,
        pc=[[cosine, -sine], [sine, cosine]],
        system=frame,
    )
    parts: list[Any] = [("direction", sky, [0, 1])]
    if len(shape) > 2:
        line = spectral_record(crval=1.4e9, cdelt=channel, crpix=0.0, restfrequency=REST)
        parts.append(("spectral", line, [2]))
    if len(shape) > 3:
        parts.append(("stokes", stokes_record(["I", "Q", "U", "V"][: shape[0]]), [3]))
    return coordinatesystem(assemble(parts))


def positions(system: coordinatesystem, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Return longitude and latitude of each pixel of the two fastest axes, in degrees."""
    grid = np.zeros((*shape[-2:], len(shape)))
    grid[..., -2:] = np.moveaxis(np.indices(shape[-2:]), 0, -1)
    world = system.toworld(grid)
    unit = system.axes()[-1].unit
    scale = 180 / np.pi if unit == "rad" else 1.0
    return world[..., -1] * scale, world[..., -2] * scale


def pixels(region: Region) -> NDArray[np.bool_]:
    """Return the whole region, after checking that its bounds hold it."""
    whole = region.select(Box.whole(region.shape))
    outside = whole.copy()
    outside[region.bounds.slices] = False
    assert not outside.any()
    if region.filled:
        assert whole[region.bounds.slices].all()
    return whole


def selected(
    spec: RegionSpec, system: coordinatesystem, shape: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Return which pixels a spec has in an image."""
    return pixels(spec.place(system, shape))


def random_box(rng: np.random.Generator, shape: tuple[int, ...]) -> Box:
    """Return a box with strides."""
    start = [int(rng.integers(0, n)) for n in shape]
    stop = [int(rng.integers(a, n + 1)) for a, n in zip(start, shape, strict=True)]
    return Box(tuple(start), tuple(stop), tuple(int(n) for n in rng.integers(1, 4, len(shape))))
