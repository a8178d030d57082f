"""Files on disk: their bytes, locks on them, and new ones in place of old ones.

Knows nothing of what the bytes mean.
"""

from jupimage.files.leftovers import beside
from jupimage.files.links import open_regular, path_inside
from jupimage.files.placing import place, recover
from jupimage.files.positions import read_at, write_at
from jupimage.files.ranges import Grant, blocker, lock_range, lock_range_in_time, unlock_range
from jupimage.files.readers import ReadersLock
from jupimage.files.storage import (
    MappedFile,
    ReadFile,
    SharedFile,
    Storage,
    open_storage,
    wrap_descriptor,
)
from jupimage.files.swap import exchange

__all__ = [
    "Grant",
    "MappedFile",
    "ReadFile",
    "ReadersLock",
    "SharedFile",
    "Storage",
    "beside",
    "blocker",
    "exchange",
    "lock_range",
    "lock_range_in_time",
    "open_regular",
    "open_storage",
    "path_inside",
    "place",
    "read_at",
    "recover",
    "unlock_range",
    "wrap_descriptor",
    "write_at",
]
