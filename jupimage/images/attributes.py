"""Attribute groups: small tables that travel with an image, as LOFAR's images have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.errors import ArgumentError, BoxError, DataTypeError
from jupimage.formats import Attribute, AttributeTable
from jupimage.images.arguments import as_int, as_text, described
from jupimage.images.handle import Handle

__all__ = ["Attributes"]


class Attributes(Handle):
    """The part of `image` that reads and writes attribute groups."""

    def attrgroupnames(self) -> list[str]:
        """Return the names of the attribute groups, sorted.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.attrcreategroup("STATIONS")
        >>> im.attrput("STATIONS", "NAME", 0, "CS001")
        >>> im.attrgroupnames(), im.attrgetrow("STATIONS", 0)
        (['STATIONS'], {'NAME': 'CS001'})
        """
        return list(self._opened.store.attributes())

    def attrcreategroup(self, groupname: str) -> None:
        """Make an empty group.

        Raises
        ------
        ArgumentError
            If there is one of that name, or the name cannot be one of a file.
        ReadOnlyError
            If the image cannot be written.
        """
        store, groupname = self._opened.store, as_text("groupname", groupname)
        with store.changing():
            if groupname in store.attributes():
                raise ArgumentError(f"{self} has an attribute group {groupname!r} already")
            store.save_attributes(groupname, AttributeTable())

    def attrnames(self, groupname: str) -> list[str]:
        """Return the names of the attributes of a group, in the order they were made."""
        return list(self._group(groupname).columns)

    def attrnrows(self, groupname: str) -> int:
        """Return the number of rows of a group."""
        return self._group(groupname).rows

    def attrget(self, groupname: str, attrname: str, rownr: int) -> Any:
        """Return the value of an attribute in one row.

        Raises
        ------
        ArgumentError
            If there is no such group or attribute.
        BoxError
            If there is no such row.
        """
        group = self._group(groupname)
        column = self._column(group, groupname, attrname)
        return _given(column.values[_row(rownr, group.rows)])

    def attrgetcol(self, groupname: str, attrname: str) -> list[Any]:
        """Return the values of an attribute in all rows."""
        column = self._column(self._group(groupname), groupname, attrname)
        return [_given(value) for value in column.values]

    def attrfindrows(self, groupname: str, attrname: str, value: Any) -> list[int]:
        """Return the rows in which an attribute has a value.

        Raises
        ------
        ArgumentError
            If the attribute holds arrays.
        """
        column = self._column(self._group(groupname), groupname, attrname)
        if column.array:
            raise ArgumentError(f"attribute {attrname!r} holds arrays, which are not searched")
        if isinstance(value, list | tuple | dict | set) or np.ndim(value):
            raise ArgumentError(f"{attrname!r} is searched for one value, got {described(value)}")
        return [row for row, held in enumerate(column.values) if held == value]

    def attrgetrow(self, groupname: str, key: str | int, value: Any = None) -> dict[str, Any]:
        """Return all attributes of one row.

        Parameters
        ----------
        groupname
            The group.
        key
            Number of the row; or, if `value` is given, name of the attribute to look for it.
        value
            What that attribute has in the one row wanted.

        Raises
        ------
        BoxError
            If there is no such row, or several have the value (an `IndexError`).
        """
        group = self._group(groupname)
        if isinstance(key, str):
            rows = self.attrfindrows(groupname, key, value)
            if len(rows) != 1:
                raise BoxError(
                    f"wanted one row of {groupname!r} with {key} = {value!r}, got {len(rows)}"
                )
            row = rows[0]
        else:
            row = _row(key, group.rows)
        return {name: _given(column.values[row]) for name, column in group.columns.items()}

    def attrgetunit(self, groupname: str, attrname: str) -> list[str]:
        """Return the units of an attribute, an empty list if it has none."""
        return list(self._column(self._group(groupname), groupname, attrname).unit)

    def attrgetmeas(self, groupname: str, attrname: str) -> list[str]:
        """Return type and reference frame of an attribute, an empty list if it is no measure."""
        return list(self._column(self._group(groupname), groupname, attrname).measure)

    def attrput(
        self,
        groupname: str,
        attrname: str,
        rownr: int,
        value: Any,
        unit: str | Sequence[str] = (),
        meas: Sequence[str] = (),
    ) -> None:
        """Put a value into a row; the row after the last one is added.

        Parameters
        ----------
        groupname, attrname
            Group, which must exist, and attribute, which is made if it does not.
        rownr
            The row, at most the number of rows.
        value
            A string, a Bool, a number or an array of those.
        unit, meas
            Units, and type and frame of a measure, for a new attribute.

        Raises
        ------
        ArgumentError, BoxError, DataTypeError
            If there is no such group, the row lies beyond the next, or the attribute does not
            hold such values.
        """
        store = self._opened.store
        units = _texts("unit", [unit] if isinstance(unit, str) else unit)
        measure, attrname = _texts("meas", meas), as_text("attrname", attrname)
        with store.changing():
            group = self._group(groupname)
            row = _row(rownr, group.rows + 1)
            group.put(attrname, row, value, unit=units, measure=measure)
            store.save_attributes(groupname, group)

    def _group(self, name: str) -> AttributeTable:
        groups, name = self._opened.store.attributes(), as_text("groupname", name)
        if name not in groups:
            known = ", ".join(groups) or "none"
            raise ArgumentError(f"{self} has no attribute group {name!r}; it has {known}")
        return groups[name]

    def _column(self, group: AttributeTable, groupname: str, name: str) -> Attribute:
        if as_text("attrname", name) not in group.columns:
            known = ", ".join(group.columns) or "none"
            raise ArgumentError(f"{groupname!r} has no attribute {name!r}; it has {known}")
        return group.columns[name]


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise DataTypeError(f"{name} must be a list of texts, got {type(values).__name__}")
    return tuple(as_text(name, value) for value in values)


def _row(number: Any, rows: int) -> int:
    row = as_int("a row", number)
    if row < 0:
        # casacore's binding takes an unsigned number and says OverflowError.
        raise _NegativeRowError(f"row {row} lies outside 0..{rows - 1}")
    if row >= rows:
        raise BoxError(f"row {row} lies outside 0..{rows - 1}")
    return row


class _NegativeRowError(BoxError, OverflowError):
    """A row below 0."""


def _given(value: Any) -> Any:
    """Return a value that the caller may change; an array that was never put is empty."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return list(value) if isinstance(value, list) else value
