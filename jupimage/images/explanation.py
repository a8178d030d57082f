"""How an image is stored, what reading it costs, what a copy in another format would lose."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from jupimage.errors import ImageError
from jupimage.formats import Layout, Opened, WritableFormat, blueprint_of
from jupimage.images.pixels import TYPE_NAMES
from jupimage.lattice import Box

__all__ = ["Cost", "Explanation", "explain"]

_PAGE = 4096  # what a disk gives at least


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading one section takes.

    Parameters
    ----------
    section
        What is read: ``plane 256 x 256``, ``spectrum of 64``.
    wanted
        Bytes of the pixels asked for.
    touched
        Bytes that have to come from the disk, in the worst case.
    pieces
        Separate places in the file.
    """

    section: str
    wanted: int
    touched: int
    pieces: int

    def __str__(self) -> str:
        return (
            f"{self.section}: {_size(self.wanted)} out of {_size(self.touched)} "
            f"in {self.pieces} place{'s' if self.pieces != 1 else ''}"
        )


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `image.explain` found.

    Parameters
    ----------
    title
        Name, kind, shape and type.
    storage
        How the pixels lie.
    tile
        Shape of the storage unit, None if there is none.
    costs
        What a plane and a spectrum cost.
    target
        The format of a copy that was asked about, or empty.
    losses
        What that format cannot hold.
    """

    title: str
    storage: str
    tile: tuple[int, ...] | None = None
    costs: tuple[Cost, ...] = ()
    target: str = ""
    losses: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [self.title, f"pixels: {self.storage}"]
        lines += [f"  {cost}" for cost in self.costs]
        if self.target and self.losses:
            lines += [f"as {self.target} this would be lost:"]
            lines += [f"  - {loss}" for loss in self.losses]
        elif self.target:
            lines.append(f"as {self.target}: everything would be kept")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def explain(source: Opened, target: WritableFormat | None) -> Explanation:
    """Find out about an image and, if a format is given, about a copy in that."""
    shape, dtype = source.lattice.shape, source.lattice.dtype
    lengths = " x ".join(str(n) for n in shape)
    title = f"{source.name}: {source.kind}, {lengths} {TYPE_NAMES[dtype.name]}"
    layout = source.store.layout
    losses: tuple[str, ...] = ()
    if target is not None:
        mask = (source.default_mask or "mask0") if source.lattice.masked else ""
        try:
            losses = target.losses(blueprint_of(source, mask=mask))
        except ImageError as error:
            losses = (f"everything: {error}",)
    name = "" if target is None else target.name
    if layout is None:
        return Explanation(title, "in memory", target=name, losses=losses)
    storage = layout.manager
    if layout.tile is not None:
        storage += ", tiles of " + " x ".join(str(n) for n in layout.tile)
    return Explanation(title, storage, layout.tile, _costs(source, layout), name, losses)


def _costs(source: Opened, layout: Layout) -> tuple[Cost, ...]:
    shape = source.lattice.shape
    found = []
    sky = source.coordinates.direction_axes()
    plane = sky if sky is not None and len(shape) > 1 else tuple(range(len(shape)))[-2:]
    lengths = " x ".join(str(shape[axis]) for axis in sorted(plane))
    found.append(_cost(f"plane {lengths}", _section(shape, plane), shape, layout))
    spectral = source.coordinates.spectral_axis()
    if spectral is not None and shape[spectral] > 1:
        box = _section(shape, (spectral,))
        found.append(_cost(f"spectrum of {shape[spectral]}", box, shape, layout))
    return tuple(found)


def _section(shape: tuple[int, ...], axes: tuple[int, ...]) -> Box:
    """Return the middle of the image along all axes but `axes`."""
    start = [0 if axis in axes else n // 2 for axis, n in enumerate(shape)]
    stop = [n if axis in axes else n // 2 + 1 for axis, n in enumerate(shape)]
    return Box(tuple(start), tuple(stop))


def _cost(section: str, box: Box, shape: tuple[int, ...], layout: Layout) -> Cost:
    wanted = box.size * layout.itemsize
    if layout.tile is None:
        runs, run = _runs(box, shape)
        return Cost(section, wanted, runs * _pages(run * layout.itemsize), runs)
    tiles = prod(
        (stop - 1) // t - start // t + 1
        for start, stop, t in zip(box.start, box.stop, layout.tile, strict=True)
    )
    return Cost(section, wanted, tiles * prod(layout.tile) * layout.itemsize, tiles)


def _runs(box: Box, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how many runs of pixels without a gap a section has, and their length."""
    run, axis = 1, len(shape)
    while axis > 0:
        axis -= 1
        run *= box.shape[axis]
        if box.shape[axis] < shape[axis]:
            break
    return box.size // run, run


def _pages(count: int) -> int:
    return -(-count // _PAGE) * _PAGE


def _size(count: int) -> str:
    if count < 10_000:
        return f"{count} bytes"
    if count < 10_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.0f} MB"
