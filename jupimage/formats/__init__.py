"""The seam of all file formats: from a name to pixels, coordinates and what is known about them.

`open_path` looks at what a file holds, not at what it is called. Each format is a room of its
own; other packages add theirs with `register` or with an entry point in the group
``jupimage.formats``.
"""

from jupimage.formats.attributes import Attribute, AttributeTable
from jupimage.formats.blueprint import Blueprint, Draft, WritableFormat
from jupimage.formats.format import Format, Target
from jupimage.formats.opened import Opened
from jupimage.formats.registry import find_format, open_path, register
from jupimage.formats.store import Layout, MemoryStore, ReadOnlyStore, Store

__all__ = [
    "Attribute",
    "AttributeTable",
    "Blueprint",
    "Draft",
    "Format",
    "Layout",
    "MemoryStore",
    "Opened",
    "ReadOnlyStore",
    "Store",
    "Target",
    "WritableFormat",
    "find_format",
    "open_path",
    "register",
]
