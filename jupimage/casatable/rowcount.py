"""How many rows a table has.

Adding rows rewrites the description of a table only if something else changed there, so that
the number in it may be old; in log tables it is mostly 0. The data files of the standard storage
manager tell the truth; for other tables the last writer has left it in the lock file.
"""

from __future__ import annotations

import os

from jupimage.casatable.folderfile import read_file
from jupimage.casatable.standard import standard_rows
from jupimage.casatable.sync import parse_sync
from jupimage.casatable.tabledata import TableData
from jupimage.errors import MissingImageError

__all__ = ["count_rows"]

LOCK_FILE = "table.lock"
MOST_BYTES = 2**20


def count_rows(folder: str, data: TableData) -> int:
    """Return the number of rows of a table.

    Parameters
    ----------
    folder
        Of the table.
    data
        Its description.

    Raises
    ------
    FormatError
        If the file that tells it is damaged.
    """
    rows = standard_rows(folder, data)
    if rows is not None:
        return rows
    try:
        content = read_file(folder, LOCK_FILE, most=MOST_BYTES)
    except MissingImageError:
        return data.rows
    sync = parse_sync(content, os.path.join(folder, LOCK_FILE))
    return sync.rows if sync is not None and sync.rows else data.rows
