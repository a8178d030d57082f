"""The place of a new image: whether it may go there, and how it gets there.

Nothing that is not an image is ever replaced. Where an image is, the new one takes its place in
one step; what else lies in its folder, which no table of the image is, lies in the new one
afterwards. So does all that lies in a folder without a table.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Mapping
from typing import Any

from jupimage.casatable import TableName, read_info, read_table
from jupimage.casatable.opentable import is_table_open
from jupimage.errors import FormatError, ImageError
from jupimage.files import place

__all__ = ["check_place", "move_into_place"]

DESCRIPTION = "table.dat"


def check_place(target: str) -> None:
    """Raise a `FormatError` unless a new image may be made at a path.

    Parameters
    ----------
    target
        Absolute path, no symbolic link.
    """
    if not os.path.lexists(target):
        if not os.path.isdir(os.path.dirname(target)):
            raise FormatError(f"cannot make {target}: there is no folder {os.path.dirname(target)}")
        return
    if not os.path.isdir(target):
        raise FormatError(f"{target} is a file, which an image of this format cannot replace")
    if not os.path.lexists(os.path.join(target, DESCRIPTION)):
        return
    if not _is_image(target):
        raise FormatError(f"{target} is a table but no image, so it is not replaced")
    if is_table_open(target):
        gc.collect()  # a handle may be garbage already
        if is_table_open(target):
            raise FormatError(f"{target} is open in this process: close it first")


def _is_image(folder: str) -> bool:
    try:
        if read_info(folder).type == "Image":
            return True
    except ImageError:
        pass
    try:
        return any(column.name == "map" for column in read_table(folder).columns)
    except ImageError:
        return False


def move_into_place(new: str, target: str) -> None:
    """Give a complete new image its name.

    Parameters
    ----------
    new
        Its folder, beside the target, with all files closed.
    target
        As in `check_place`, which is asked once more.
    """
    check_place(target)
    if os.path.isdir(target):
        _take_over(target, new)
    place(new, target)


def _take_over(old: str, new: str) -> None:
    """Put what is in a folder, but belongs to no image there, into the new one as well."""
    others = os.listdir(old)
    if os.path.lexists(os.path.join(old, DESCRIPTION)):
        own = _own_names(old)
        others = [name for name in others if name not in own and not _is_of_no_use(name)]
    _refuse_clash(others, new, old)
    for name in others:
        source, copy = os.path.join(old, name), os.path.join(new, name)
        if os.path.isdir(source) and not os.path.islink(source):
            shutil.copytree(source, copy, symlinks=True, copy_function=_link)
        else:
            _link(source, copy)


def _is_of_no_use(name: str) -> bool:
    """Whether a file belongs to the table itself, or was left by a killed process."""
    left = name.startswith(".") and name.endswith((".tmp", ".note"))
    return name.startswith("table.") or left


def _link(source: str, copy: str) -> str:
    """Make a file appear at a second place, without a copy of its bytes where that is possible."""
    try:
        os.link(source, copy, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, copy, follow_symlinks=False)
    return copy


def _own_names(folder: str) -> set[str]:
    """Return the names of the tables of an image; of all tables if they are not known."""
    try:
        keywords = read_table(folder).keywords
    except ImageError:
        names = os.listdir(folder)
        return {name for name in names if os.path.lexists(os.path.join(folder, name, DESCRIPTION))}
    own = {"logtable"}
    for group in ("masks", "ATTRGROUPS"):
        own.update(_tables(keywords.get(group)))
    return own


def _tables(value: Any) -> set[str]:
    if isinstance(value, TableName):
        return {value.removeprefix("././")}
    if isinstance(value, Mapping):
        return {name for item in value.values() for name in _tables(item)}
    return set()


def _refuse_clash(names: list[str], folder: str, where: str) -> None:
    taken = [name for name in names if os.path.lexists(os.path.join(folder, name))]
    if taken:
        raise FormatError(
            f"{where} holds {', '.join(sorted(taken)[:5])}, which the new image has too: "
            "move it elsewhere first"
        )
