"""Positions from a coarse grid of nodes, interpolated in between.

To ask the coordinates for each of millions of pixels costs more than the interpolation itself, so
by default they are asked at few of them only: at the same ones, with the same rule for what lies
between, as in the reference.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.regridplaces import ASKED, ExactPlaces, Mapping, NowherePlaces, Places, asked

__all__ = ["CoarsePlaces", "coarse_steps", "lies_outside", "make_places"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]

# More nodes than this are not kept, but asked for again where they are needed.
_KEPT = 1 << 21


class CoarsePlaces:
    """Asks the coordinates at nodes, and interpolates between them.

    Parameters
    ----------
    mapping
        The coordinates.
    shape
        Rows and columns of the new plane.
    steps
        Distance between nodes in rows and in columns.

    Examples
    --------
    >>> places = CoarsePlaces(lambda pixel: pixel ** 2, (9, 9), (4, 4))
    >>> places.at(np.array([0]), np.array([0, 2, 4]))[0]
    array([[ 0.,  8., 16.]])
    """

    def __init__(self, mapping: Mapping, shape: tuple[int, int], steps: tuple[int, int]) -> None:
        self.mapping = mapping
        self._shape = shape
        self._steps = steps
        self._lock = threading.Lock()
        self._nodes: tuple[Array, Array] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"mapping": self.mapping, "_shape": self._shape, "_steps": self._steps}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["mapping"], state["_shape"], state["_steps"])  # type: ignore[misc]

    def grids(self) -> tuple[Array, Array]:
        """Return the rows and the columns of the new plane that nodes are on."""
        rows, columns = (
            np.arange(0, n, step, dtype=float)
            for n, step in zip(self._shape, self._steps, strict=True)
        )
        return rows, columns

    def _some_nodes(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return columns and rows of some nodes in the old plane; the nodes have numbers."""
        grid = self.grids()
        if len(grid[0]) * len(grid[1]) > _KEPT:
            return asked(self.mapping, grid[0][rows], grid[1][columns])
        with self._lock:
            if self._nodes is None:
                self._nodes = asked(self.mapping, *grid)
        x, y = self._nodes
        return x[rows][:, columns], y[rows][:, columns]

    def at(self, rows: Numbers, columns: Numbers) -> tuple[Array, Array]:
        """Return columns and rows in the old plane."""
        counts = [-(-n // step) for n, step in zip(self._shape, self._steps, strict=True)]
        if min(counts) < 2:  # a single node has no neighbour to interpolate to
            return NowherePlaces().at(rows, columns)
        row, down = _between_nodes(rows, self._steps[0], counts[0])
        column, across = _between_nodes(columns, self._steps[1], counts[1])
        rows_used, row = _renumbered(row)
        columns_used, column = _renumbered(column)
        x, y = self._some_nodes(rows_used, columns_used)
        shares = _shares(down, across)
        return _spread(x, row, column, shares), _spread(y, row, column, shares)


def _renumbered(node: Numbers) -> tuple[Numbers, Numbers]:
    """Return all nodes that are used, the one after each too, and the numbers among them."""
    used = np.unique(np.concatenate([node, node + 1]))
    return used, np.searchsorted(used, node)


def _between_nodes(at: Numbers, step: int, count: int) -> tuple[Numbers, Array]:
    """Return the node before each pixel and the distance from it; the last segment goes on."""
    exact = at / step
    node = np.clip(exact.astype(np.intp), 0, count - 2)
    return node, exact - node


def _spread(nodes: Array, row: Numbers, column: Numbers, shares: tuple[Array, ...]) -> Array:
    """Interpolate between nodes.

    The sum is that of the reference, term by term: where new pixels lie on old ones, its last
    digit decides which side of them counts.
    """
    near, far = nodes[:, column], nodes[:, column + 1]
    result: Array = near[row]
    result *= shares[0]
    for lines, down, share in ((far, row, 1), (far, row + 1, 2), (near, row + 1, 3)):
        term = lines[down]
        term *= shares[share]
        result += term
    return result


def _shares(down: Array, across: Array) -> tuple[Array, ...]:
    """Return the weights of the four nodes around each pixel."""
    t, u = across, down[:, None]
    return (1 - t) * (1 - u), t * (1 - u), t * u, (1 - t) * u


def make_places(mapping: Mapping, shape: tuple[int, int], decimate: int) -> Places:
    """Return where the pixels of a new plane lie, with coordinates at every so many pixels.

    Parameters
    ----------
    mapping
        The coordinates.
    shape
        Rows and columns of the new plane.
    decimate
        About how many pixels lie between those that the coordinates are asked for; with 0 or 1
        they are asked for all.
    """
    steps = coarse_steps(shape, decimate)
    if steps == (1, 1):
        return ExactPlaces(mapping)
    return CoarsePlaces(mapping, shape, steps)


def coarse_steps(shape: tuple[int, int], decimate: int) -> tuple[int, int]:
    """Return the distances between nodes along both axes, as the reference chooses them.

    An axis of less than twice `decimate` is asked for at each pixel. One of less than three
    times `decimate` gets a single node, so that no position at all can be interpolated.

    Examples
    --------
    >>> coarse_steps((100, 19), 10), coarse_steps((100, 100), 0), coarse_steps((25, 25), 10)
    ((11, 1), (1, 1), (25, 25))
    """
    if decimate <= 1:
        return (1, 1)
    rows, columns = (_step(n, decimate) for n in shape)
    return rows, columns


def _step(length: int, decimate: int) -> int:
    nodes = length // decimate
    if nodes <= 1:
        nodes = length
    return max(1, length // max(1, nodes - 1))


def lies_outside(places: Places, new: tuple[int, int], old: tuple[int, int]) -> bool:
    """Return whether all of a new plane lies beyond one side of the old one, or nowhere.

    The linear interpolation reaches a little further than that, but the reference does not begin
    with such a plane. With a coarse grid its nodes decide.

    Parameters
    ----------
    places
        Where the new pixels lie.
    new, old
        Rows and columns of the planes.

    Examples
    --------
    >>> lies_outside(ExactPlaces(lambda at: at + 9.7), (5, 5), (10, 10))
    True
    """
    rows: Numbers = np.arange(new[0])
    columns: Numbers = np.arange(new[1])
    if isinstance(places, CoarsePlaces):
        rows, columns = places.grids()
        places = ExactPlaces(places.mapping)
    some = [at[np.unique(np.linspace(0, len(at) - 1, 16).astype(int))] for at in (rows, columns)]
    if not _beyond(*places.at(some[0], some[1]), old).any():
        return False
    beyond = np.ones(4, bool)
    strip = max(1, ASKED // len(columns))
    for first in range(0, len(rows), strip):
        beyond &= _beyond(*places.at(rows[first : first + strip], columns), old)
        if not beyond.any():
            return False
    return True


def _beyond(x: Array, y: Array, old: tuple[int, int]) -> NDArray[np.bool_]:
    """Return whether all positions that there are lie left, right, below or above."""
    there = np.isfinite(x) & np.isfinite(y)
    x, y = x[there], y[there]
    return np.array(
        [
            (x <= -0.5).all(), (x >= old[1] - 0.5).all(),
            (y <= -0.5).all(), (y >= old[0] - 0.5).all(),
        ]
    )  # fmt: skip
