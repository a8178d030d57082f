"""What a concatenation of images knows: one lattice, one coordinate system, merged remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, overload

from jupimage.coordinates.joined import join_systems
from jupimage.errors import BoxError, ShapeError
from jupimage.formats import DerivedStore, Opened
from jupimage.images.arguments import as_int
from jupimage.lattice import ConcatView

__all__ = ["join"]


def join(parts: Sequence[Opened], axis: Any) -> Opened:
    """Return a virtual concatenation along an axis counted from the fastest, as casacore does.

    Unit and image information are the first image's; histories follow each other. Where several
    images have one name in their miscinfo, the later ones get ``_1``, ``_2`` ... appended.

    Raises
    ------
    BoxError, ShapeError, DataTypeError
        If there is no such axis, or shapes or types differ.
    """
    axis = as_int("axis", axis)
    ndim = len(parts[0].lattice.shape)
    for number, part in enumerate(parts):
        if len(part.lattice.shape) != ndim:
            raise ShapeError(
                f"images to concatenate must have one number of axes, got {ndim} and, "
                f"for number {number}, {len(part.lattice.shape)}"
            )
    if not 0 <= axis < ndim:
        raise BoxError(
            f"axis {axis} lies outside 0..{ndim - 1} (0 = fastest, the last axis of numpy)"
        )
    lattice = ConcatView([part.lattice for part in parts], axis=ndim - 1 - axis)
    lengths = [part.lattice.shape[lattice.axis] for part in parts]
    return Opened(
        lattice=lattice,
        coordinates=join_systems([part.coordinates for part in parts], lattice.axis, lengths),
        kind="ImageConcat",
        name="Concatenation :",
        unit=parts[0].unit,
        imageinfo=deepcopy(parts[0].imageinfo),
        miscinfo=_merged([part.miscinfo for part in parts]),
        history=_JoinedLines(parts),
        store=DerivedStore(parts),
    )


class _JoinedLines(Sequence[str]):
    """The histories of several images, one after the other; read when somebody looks."""

    def __init__(self, parts: Sequence[Opened]) -> None:
        self._parts = tuple(parts)

    def _lines(self) -> list[str]:
        return [line for part in self._parts for line in part.history]

    def __len__(self) -> int:
        return len(self._lines())

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._lines()[index]


def _merged(infos: Sequence[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for info in infos:
        for key, value in info.items():
            name, number = key, 0
            while name in merged:
                number += 1
                name = f"{key}_{number}"
            merged[name] = deepcopy(value)
    return merged
