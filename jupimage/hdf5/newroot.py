"""A new root group on top of a file: what stays is linked, what changes is made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupimage import options
from jupimage.hdf5.library import access_list
from jupimage.hdf5.newer import describe_dataset
from jupimage.hdf5.overlay import Overlay
from jupimage.hdf5.pixelplace import PixelPlace, link_refusal
from jupimage.hdf5.recordwriting import check_record, write_record

__all__ = ["Change", "NewRoot", "link_all", "make_root", "replace_record"]

_TEMPORARY = b".jupimage"


@dataclass(slots=True)
class NewRoot:
    """The new root group in the making.

    Parameters
    ----------
    old, group
        Low-level handles of the old and of the new root group.
    path
        Of the file, for messages.
    good
        New masks, all of whose pixels are to be good.
    """

    old: Any
    group: Any
    path: str
    good: list[PixelPlace] = field(default_factory=list)

    def old_group(self, name: str) -> Any | None:
        """Return the handle of a group in the old root group, None if there is none."""
        from h5py import h5g, h5l

        raw = name.encode()
        if not self.old.links.exists(raw):
            return None
        if self.old.links.get_info(raw).type != h5l.TYPE_HARD and not options.follow_links:
            raise link_refusal(self.path, name)
        return h5g.open(self.old, raw)

    def make_good(self, dataset: Any, where: str, size: int) -> None:
        """Note that all pixels of a new mask are to be good."""
        self.good.append(describe_dataset(dataset, where, self.path, size))


Change = Callable[[NewRoot], None]
"""Makes one item of the new root group."""


def replace_record(name: str, record: Mapping[str, Any]) -> Change | None:
    """Return the change that replaces a record; an empty one is none at all.

    Raises
    ------
    DataTypeError
        If it cannot be stored.
    """
    if not record:
        return None
    check_record(record, name)

    def change(root: NewRoot) -> None:
        write_record(root.group, name, record)

    return change


def make_root(
    overlay: Overlay, changes: Mapping[str, Change | None], path: str, block: int
) -> tuple[int, list[PixelPlace]]:
    """Make the new root group, and return its address and the new masks.

    Parameters
    ----------
    overlay
        On top of the file.
    changes
        By name of the item; None removes it.
    path
        Of the file, for messages.
    block
        Bytes to set aside for new groups, 0 for the usual number.
    """
    from h5py import h5f, h5fd, h5g

    settings = access_list(block=block)
    settings.set_fileobj_driver(h5fd.fileobj_driver, overlay)
    handle = h5f.open(b"overlay", h5f.ACC_RDWR, fapl=settings)
    try:
        old = h5g.open(handle, b"/")
        root = NewRoot(old, h5g.create(handle, None, gcpl=old.get_create_plist()), path)
        _copy_attributes(root)
        link_all(old, root.group, leave_out=set(changes))
        for change in changes.values():
            if change is not None:
                change(root)
        address = int(h5g.get_objinfo(root.group).objno[0])
        # A group without a name would go when it is closed. What this changes in the old root
        # group is never written.
        old.links.create_hard(_TEMPORARY, root.group, b".")
        return address, root.good
    finally:
        handle.close()
        settings.close()


def link_all(old: Any, new: Any, *, leave_out: set[str]) -> None:
    """Link all that is in a group into another one, but for some names.

    Parameters
    ----------
    old, new
        Low-level handles of the groups.
    leave_out
        Names that are not linked.
    """
    from h5py import h5l

    names: list[bytes] = []
    old.links.iterate(names.append)
    skipped = {name.encode() for name in leave_out}
    for name in names:
        if name in skipped:
            continue
        kind = old.links.get_info(name).type
        if kind == h5l.TYPE_HARD:
            new.links.create_hard(name, old, name)
        elif kind == h5l.TYPE_SOFT:
            new.links.create_soft(name, old.links.get_val(name))
        elif kind == h5l.TYPE_EXTERNAL:
            new.links.create_external(name, *old.links.get_val(name))


def _copy_attributes(root: NewRoot) -> None:
    """Copy attributes of the root group itself, which images have none of."""
    from h5py import h5a

    names: list[bytes] = []
    h5a.iterate(root.old, names.append)
    for name in names:
        attribute = h5a.open(root.old, name)
        values = np.zeros(attribute.shape, attribute.dtype)
        attribute.read(values)
        copy = h5a.create(root.group, name, attribute.get_type(), attribute.get_space())
        copy.write(values)
