"""The seam of all file formats: from a name to pixels, coordinates and what is known about them.

`open_path` looks at what a file holds, not at what it is called. Each format is a room of its
own; other packages add theirs with `register` or with an entry point in the group
``jupimage.formats``.
"""

from jupimage.formats.attributes import Attribute, AttributeTable
from jupimage.formats.blueprint import Blueprint, Draft, PreparingFormat, WritableFormat
from jupimage.formats.derived import DerivedStore
from jupimage.formats.destination import check_destination
from jupimage.formats.entry import Entry
from jupimage.formats.format import Format, Target
from jupimage.formats.opened import Opened
from jupimage.formats.registry import find_format, open_path, register
from jupimage.formats.saving import SavePlan, blueprint_of, check_tile, plan_save, save
from jupimage.formats.store import Layout, MemoryStore, ReadOnlyStore, Store

__all__ = [
    "Attribute",
    "AttributeTable",
    "Blueprint",
    "DerivedStore",
    "Draft",
    "Entry",
    "Format",
    "Layout",
    "MemoryStore",
    "Opened",
    "PreparingFormat",
    "ReadOnlyStore",
    "SavePlan",
    "Store",
    "Target",
    "WritableFormat",
    "blueprint_of",
    "check_destination",
    "check_tile",
    "find_format",
    "open_path",
    "plan_save",
    "register",
    "save",
]
