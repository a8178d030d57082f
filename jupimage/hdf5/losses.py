"""What an HDF5 image cannot hold of what it is asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jupimage.formats.attributes import AttributeTable
from jupimage.formats.blueprint import Blueprint
from jupimage.formats.coordinaterecords import coordinate_losses
from jupimage.hdf5.attributegroups import MEASURE, UNIT, group_rows
from jupimage.hdf5.recordwriting import storable

__all__ = ["find_losses", "groups_without_rows", "stored_groups"]


def find_losses(blueprint: Blueprint) -> tuple[str, ...]:
    """Return a phrase for each thing that is lost."""
    lost = storable(blueprint.miscinfo, "miscinfo")[1]
    lost += storable(blueprint.regions, "regions")[1]
    for name, table in blueprint.attributes.items():
        if not _is_name(name):
            lost.append(f"attribute group {name!r:.60}, under a name that no group can have")
        elif not table.rows and table.columns:
            lost.append(f"the attributes of group {name!r:.60}, which has no rows")
        else:
            lost += _attribute_losses(name, table)
    lost += coordinate_losses(blueprint.coordinates)
    return tuple(lost)


def _attribute_losses(group: str, table: AttributeTable) -> list[str]:
    lost = [
        f"attribute {name!r:.60} of group {group!r:.60}, whose name is that of a unit or frame"
        for name in table.columns
        if name.endswith((UNIT, MEASURE))
    ]
    for number, row in enumerate(group_rows(table)):
        lost += storable(row, f"attribute group {group!r:.60}, row {number},")[1]
    return lost


def stored_groups(groups: Mapping[str, AttributeTable]) -> dict[str, Sequence[dict[str, Any]]]:
    """Return the rows of the attribute groups that can be stored."""
    return {
        name: [storable(row, name)[0] for row in group_rows(table)]
        for name, table in groups.items()
        if table.rows and _is_name(name)
    }


def groups_without_rows(groups: Mapping[str, AttributeTable]) -> list[str]:
    """Return the names of the groups of which only the name can be stored."""
    return sorted(name for name, table in groups.items() if not table.rows and _is_name(name))


def _is_name(name: str) -> bool:
    return bool(name) and not set(name) & set("/\0") and name not in (".", "..")
