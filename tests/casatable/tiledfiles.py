"""Files of tiles, made and read pixel by pixel: slow, and plain enough to be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from jupimage.casatable.tiledcube import TiledCube
from jupimage.casatable.tilegrid import Box

TYPES = (
    "Bool",
    "uChar",
    "Short",
    "uShort",
    "Int",
    "uInt",
    "Int64",
    "float",
    "double",
    "Complex",
    "DComplex",
)


def full(shape: tuple[int, ...]) -> Box:
    """Return the box that is everything."""
    return tuple(slice(0, n, 1) for n in shape)


def random_bytes(cube: TiledCube, path: Path, seed: int) -> NDArray[np.uint8]:
    """Write a file of random bytes for a cube, and return them."""
    chance = np.random.default_rng(seed)
    found = chance.integers(0, 256, cube.offset + cube.size, np.uint8)
    found.tofile(path)
    return found


def random_pixels(cube: TiledCube, shape: tuple[int, ...], seed: int) -> NDArray[Any]:
    """Return pixels for a box of a cube."""
    found = np.random.default_rng(seed).integers(0, 2 if cube.type == "Bool" else 100, shape)
    return found.astype(cube.dtype)


def bit_places(cube: TiledCube) -> NDArray[np.int64]:
    """Return the number of the first bit of each pixel in the file, by the rules of the format."""
    index = np.indices(cube.shape).reshape(len(cube.shape), -1)
    number = np.ravel_multi_index(
        [i // tile for i, tile in zip(index, cube.tile, strict=True)], cube.grid
    )
    pixel = np.ravel_multi_index(
        [i % tile for i, tile in zip(index, cube.tile, strict=True)], cube.tile
    )
    pixel = pixel + cube.row * int(np.prod(cube.tile))
    bits = 1 if cube.type == "Bool" else 8 * cube.dtype.itemsize
    tile_bytes = -(-int(np.prod(cube.tile)) * cube.rows * bits // 8)
    return 8 * (cube.offset + number * tile_bytes) + pixel * bits


def pixels_of(cube: TiledCube, data: NDArray[np.uint8]) -> NDArray[Any]:
    """Return all pixels of a cube."""
    places = bit_places(cube)
    if cube.type == "Bool":
        found = (data[places // 8] >> (places % 8)) & 1
        return found.astype(np.bool_).reshape(cube.shape)
    raw = data[places[:, None] // 8 + np.arange(cube.dtype.itemsize)]
    with np.errstate(invalid="ignore"):
        pixels: NDArray[Any] = raw.reshape(-1).view(cube.stored).astype(cube.dtype)
    return pixels.reshape(cube.shape)


def own_bits(cube: TiledCube, size: int) -> NDArray[np.bool_]:
    """Return which bits of a file belong to pixels of a cube."""
    bits = 1 if cube.type == "Bool" else 8 * cube.dtype.itemsize
    found = np.zeros(8 * size, np.bool_)
    found[bit_places(cube)[:, None] + np.arange(bits)] = True
    return found


@st.composite
def cubes(draw: st.DrawFn, path: str) -> TiledCube:
    """Draw a cube of up to some thousand pixels."""
    longest = {1: 90, 2: 24, 3: 14, 4: 7, 5: 5}
    ndim = draw(st.integers(1, 5))
    shape = tuple(draw(st.lists(st.integers(1, longest[ndim]), min_size=ndim, max_size=ndim)))
    tile = tuple(draw(st.sampled_from([n, draw(st.integers(1, n))])) for n in shape)
    rows = draw(st.sampled_from([1, 1, 2, 3]))
    return TiledCube(
        path,
        draw(st.sampled_from([0, 0, 1, 24])),
        shape,
        tile,
        draw(st.sampled_from(["Bool", *TYPES])),
        draw(st.booleans()),
        rows,
        draw(st.integers(0, rows - 1)),
    )


@st.composite
def boxes(draw: st.DrawFn, shape: tuple[int, ...]) -> Box:
    """Draw a box, now and then an empty one."""
    found = []
    for n in shape:
        start = draw(st.integers(0, n - 1))
        stop = draw(st.sampled_from([n, draw(st.integers(start, n))]))
        step = draw(st.sampled_from([1, 1, 1, 2, 3, draw(st.integers(1, n + 2))]))
        found.append(slice(draw(st.sampled_from([0, start])), stop, step))
    return tuple(found)
