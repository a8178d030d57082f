"""Reads the cells of one column from one bucket of the standard storage manager."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.casatable.aipsio import MOST_AXES, AipsReader, decode_text, shaped
from jupimage.casatable.datafile import DataFile
from jupimage.casatable.datatype import TYPES
from jupimage.casatable.standardarrays import IndirectArrays
from jupimage.casatable.standardcolumn import CellLayout
from jupimage.casatable.standardheader import StandardHeader
from jupimage.casatable.standardstrings import REFERENCE_BYTES, SHORT_BYTES, StringBuckets
from jupimage.errors import FormatError

__all__ = ["CellReader"]

MOST_EMPTY = 2**20


class CellReader:
    """Reads cells, and what they refer to.

    Parameters
    ----------
    folder, sequence
        Folder of the table, number of the manager.
    bucket
        Returns the content of a bucket.
    header
        Of the file.
    name
        Of the file, for messages.
    """

    def __init__(
        self,
        folder: str,
        sequence: int,
        bucket: Callable[[int], bytes],
        header: StandardHeader,
        name: str,
    ) -> None:
        self._folder = folder
        self._array_name = f"table.f{sequence}i"
        self._big_endian = header.big_endian
        self._name = name
        self._strings = StringBuckets(bucket, header, name)
        self._empty_left = MOST_EMPTY
        self._array_file: DataFile | None = None
        self._arrays: IndirectArrays | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._array_file is not None:
            self._array_file.__exit__(kind, error, trace)

    def read(self, layout: CellLayout, bucket: bytes, offset: int, count: int) -> Any:
        """Return the cells of the first `count` rows of a bucket, from its area at `offset`."""
        area = bucket[offset : offset + layout.area(count)]
        match layout.storage:
            case "values":
                return self._values(layout, area, count)
            case "text":
                width = layout.bits // 8
                cells = (area[start : start + width] for start in range(0, count * width, width))
                return [decode_text(cell.partition(b"\0")[0]) for cell in cells]
            case "string":
                return self._texts(area)
            case "strings":
                stored = (self._strings.read(*reference) for reference in self._references(area))
                return [self._string_array(layout, raw) for raw in stored]
        return self._indirect(layout, area)

    def join(self, layout: CellLayout, parts: list[Any]) -> list[Any] | NDArray[Any]:
        """Return the whole column from its parts."""
        if layout.storage != "values":
            return [cell for part in parts for cell in part]
        if not parts:
            return np.empty((0, *(layout.shape or ())), layout.kind.dtype)
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _values(self, layout: CellLayout, area: bytes, count: int) -> NDArray[Any]:
        reader = AipsReader(area, self._name, big_endian=self._big_endian)
        shape = (count, *(layout.shape or ()))
        values: NDArray[Any] = reader.values(layout.kind, math.prod(shape))
        return values.reshape(shape)

    def _references(self, area: bytes) -> list[list[int]]:
        order = ">" if self._big_endian else "<"
        found: list[list[int]] = np.frombuffer(area, f"{order}i4").reshape(-1, 3).tolist()
        return found

    def _texts(self, area: bytes) -> list[str]:
        found, start = [], 0
        for bucket, offset, length in self._references(area):
            if 0 <= length <= SHORT_BYTES:
                found.append(decode_text(area[start : start + length]))
            else:
                found.append(decode_text(self._strings.read(bucket, offset, length)))
            start += REFERENCE_BYTES
        return found

    def _string_array(self, layout: CellLayout, raw: bytes) -> Any:
        reader = AipsReader(raw, f"{self._name}, array of strings")
        if layout.shape is not None:
            shape, filled = layout.shape, bool(raw)
        elif not raw:
            return None
        else:
            shape, filled = self._stored_shape(reader), reader.integer() != 0
        count = math.prod(shape) if shape else 0
        values = reader.values(TYPES["String"], count) if filled else self._empty(count)
        if reader.position != len(raw):
            reader.fail(f"wanted {reader.position} bytes, got {len(raw)}")
        return shaped(values, shape or (0,), reader.name)

    def _stored_shape(self, reader: AipsReader) -> tuple[int, ...]:
        axes = reader.unsigned()
        if axes > MOST_AXES:
            reader.fail(f"wanted at most {MOST_AXES} axes, got {axes}")
        return tuple(reader.unsigned() for _ in range(axes))[::-1]

    def _empty(self, count: int) -> list[str]:
        # they take no bytes in the file, so nothing there limits their number
        self._empty_left -= count
        if self._empty_left < 0:
            raise FormatError(
                f"{self._name}: wanted at most {MOST_EMPTY} strings that were never written, "
                f"got {MOST_EMPTY - self._empty_left}"
            )
        return [""] * count

    def _indirect(self, layout: CellLayout, area: bytes) -> list[NDArray[Any] | None]:
        offsets = np.frombuffer(area, ">i8" if self._big_endian else "<i8").tolist()
        if self._arrays is None:
            if not any(offsets):
                return [None] * len(offsets)
            self._array_file = DataFile(self._folder, self._array_name)
            self._arrays = IndirectArrays(self._array_file, big_endian=self._big_endian)
        return [self._arrays.read(offset, layout.kind) for offset in offsets]
