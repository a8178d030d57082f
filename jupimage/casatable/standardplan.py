"""Where the columns lie in a bucket of the standard storage manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from jupimage.casatable.standardcolumn import CellLayout
from jupimage.errors import ArgumentError

__all__ = ["BucketPlan", "plan_bucket", "suitable_size"]

LARGEST_BUCKET = 32768
SMALLEST_BUCKET = 1024
LEAST_ROWS = 32


@dataclass(frozen=True, slots=True)
class BucketPlan:
    """How buckets are divided among the columns.

    Attributes
    ----------
    size
        Bytes of a bucket.
    rows
        Rows for which it has room.
    offsets
        Where the area of each column starts.
    layouts
        Of the cells of each column.
    free
        Offset to length of the part that no column uses.
    """

    size: int
    rows: int
    offsets: list[int]
    layouts: tuple[CellLayout, ...]
    free: dict[int, int]


def suitable_size(layouts: Sequence[CellLayout], rows: int) -> int:
    """Return a size of buckets for that many rows."""
    wanted = _area(layouts, max(rows, LEAST_ROWS))
    return max(min(max(wanted, SMALLEST_BUCKET), LARGEST_BUCKET), _area(layouts, 1))


def plan_bucket(layouts: Sequence[CellLayout], size: int) -> BucketPlan:
    """Divide a bucket among columns.

    Examples
    --------
    >>> from jupimage.casatable.standardcolumn import layout_of
    >>> from jupimage.casatable.tabledata import Column
    >>> columns = [Column("TIME", "double"), Column("MESSAGE", "String")]
    >>> plan = plan_bucket([layout_of(column, "a log") for column in columns], 1024)
    >>> plan.rows, plan.offsets, plan.free
    (51, [0, 408], {1020: 4})

    Raises
    ------
    ArgumentError
        If a bucket has no room for one row, or for strings and the index.
    """
    if size < max(SMALLEST_BUCKET // 8, _area(layouts, 1)):
        least = max(SMALLEST_BUCKET // 8, _area(layouts, 1))
        raise ArgumentError(f"wanted buckets of at least {least} bytes, got {size}")
    rows = 8 * size // max(1, sum(layout.bits for layout in layouts))
    while _area(layouts, rows) > size:  # areas of Bools are rounded up
        rows -= 1
    *offsets, used = accumulate((layout.area(rows) for layout in layouts), initial=0)
    free = {used: size - used} if used < size else {}
    return BucketPlan(size, rows, offsets, tuple(layouts), free)


def _area(layouts: Sequence[CellLayout], rows: int) -> int:
    return sum(layout.area(rows) for layout in layouts)
