"""Changes of an image in its file: of what is said of it, history, attribute groups.

Each is one revision of the root group (`jupimage.hdf5.revision`), so all of it is there at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupimage.errors import ArgumentError, MaskError
from jupimage.formats.attributes import AttributeTable
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.formats.imagerecords import imageinfo_to_record
from jupimage.hdf5.attributegroups import ATTRIBUTES, EMPTY_GROUPS, empty_names, group_rows
from jupimage.hdf5.description import DEFAULT_MASK, read_item
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.history import HISTORY, history_records
from jupimage.hdf5.maskediting import mask_fields
from jupimage.hdf5.newroot import Change, NewRoot, link_all, replace_record
from jupimage.hdf5.recordwriting import check_record, write_record
from jupimage.hdf5.revision import revise

if TYPE_CHECKING:
    from jupimage.formats.opened import Opened

__all__ = ["add_history", "info_record", "save_fields", "save_group", "write_rows"]

Record = dict[str, Any]

MOST_BATCHES = 100
"""Records of history; when there would be more they are put together."""


def save_fields(file: Hdf5File, opened: Opened, fields: Collection[str]) -> None:
    """Write some fields of an image.

    Parameters
    ----------
    file
        The file.
    opened
        Holds the new values.
    fields
        Among ``unit imageinfo miscinfo coordinates default_mask regions history``.

    Raises
    ------
    ArgumentError, CoordinateError, DataTypeError
        If a value is not what the field holds, or what a file can hold.
    MaskError
        If the default mask is not there, or a region has the name of a mask.
    """
    changes: dict[str, Change | None] = {}
    with file.writing() as root:
        if "unit" in fields:
            unit = {"units": opened.unit} if opened.unit else {}
            changes["unitinfo"] = replace_record("unitinfo", unit)
        if "imageinfo" in fields:
            changes["imageinfo"] = replace_record("imageinfo", info_record(opened.imageinfo))
        if "miscinfo" in fields:
            changes["miscinfo"] = replace_record("miscinfo", dict(opened.miscinfo))
        if "coordinates" in fields:
            coords = {"coords": coordinates_to_record(opened.coordinates)}
            changes["coordinfo"] = replace_record("coordinfo", coords)
        if {"default_mask", "regions"} & set(fields):
            maskinfo = read_item(root, "maskinfo", file.path)
            changes["maskinfo"] = replace_record("maskinfo", _maskinfo(maskinfo, opened, fields))
        if "history" in fields:
            changes[HISTORY] = _history(list(opened.history))
        if changes:
            revise(file, changes)


def _maskinfo(maskinfo: Record, opened: Opened, fields: Collection[str]) -> Record:
    masks = maskinfo.get("masks", {})
    default = maskinfo.get(DEFAULT_MASK, "")
    regions = maskinfo.get("regions", {})
    if "default_mask" in fields:
        default = opened.default_mask
        if default and default not in masks:
            raise MaskError(
                f"wanted one of the masks {', '.join(masks) or 'none'} as the default one, "
                f"got {default!r}"
            )
    if "regions" in fields:
        regions = dict(opened.regions)
        if both := set(regions) & set(masks):
            raise MaskError(f"a region cannot have the name of a mask: {', '.join(sorted(both))}")
    return mask_fields(default, masks, regions)


def info_record(imageinfo: Mapping[str, Any]) -> Record:
    """Return the record of image information, an empty one if it says nothing."""
    record = imageinfo_to_record(imageinfo)
    return {} if record == imageinfo_to_record({}) else record


def add_history(file: Hdf5File, lines: Sequence[str]) -> None:
    """Append lines to the history."""
    if not lines:
        return
    with file.writing() as root:
        old: Any = root.child(HISTORY)
        names = old.names() if hasattr(old, "names") else []
        records = history_records(lines)
        if len(names) + len(records) > MOST_BATCHES:
            from jupimage.hdf5.history import read_history

            revise(file, {HISTORY: _history([*read_history(root, file.path), *lines])})
            return

        def change(new: NewRoot) -> None:
            from h5py import h5g

            group = h5g.create(new.group, HISTORY.encode())
            if (known := new.old_group(HISTORY)) is not None:
                link_all(known, group, leave_out=set())
            first = max((int(name) for name in names if name.isdecimal()), default=-1) + 1
            for number, record in enumerate(records, first):
                write_record(group, f"{number:05d}", record)

        revise(file, {HISTORY: change})


def _history(lines: Sequence[str]) -> Change | None:
    records = history_records(lines)
    return replace_record(HISTORY, {f"{n:05d}": record for n, record in enumerate(records)})


def save_group(file: Hdf5File, name: str, table: AttributeTable) -> None:
    """Store an attribute group, in place of the one of that name if there is one.

    Raises
    ------
    ArgumentError
        If a group cannot be called so.
    DataTypeError
        If a value cannot be stored.
    """
    if not name or set(name) & set("/\0") or name in (".", ".."):
        raise ArgumentError(f"wanted a name that a group can have, got {name!r:.80}")
    rows = group_rows(table)
    for row in rows:
        check_record(row, f"attribute group {name!r:.40}")

    def change(root: NewRoot) -> None:
        from h5py import h5g

        groups = h5g.create(root.group, ATTRIBUTES.encode())
        if (known := root.old_group(ATTRIBUTES)) is not None:
            link_all(known, groups, leave_out={name})
        if rows:
            write_rows(groups, name, rows)

    with file.writing() as root:
        changes: dict[str, Change | None] = {}
        old = empty_names(root, file.path)
        empty = sorted({*old, name} if not rows else {*old} - {name})
        if empty != old:
            changes[EMPTY_GROUPS] = replace_record(EMPTY_GROUPS, {"names": empty} if empty else {})
        if rows or root.child(ATTRIBUTES) is not None:
            changes[ATTRIBUTES] = change
        if changes:
            revise(file, changes)


def write_rows(groups: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows of an attribute group.

    Parameters
    ----------
    groups
        Low-level handle of the group of all of them.
    name
        Of the group.
    rows
        A record each.
    """
    write_record(groups, name, {f"{number:05d}": row for number, row in enumerate(rows)})
