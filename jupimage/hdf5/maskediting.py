"""New masks in an image, and masks that go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.errors import MaskError
from jupimage.hdf5.datasets import create_dataset, tree_bytes
from jupimage.hdf5.description import DEFAULT_MASK, read_item
from jupimage.hdf5.hdf5file import Hdf5File
from jupimage.hdf5.masks import check_mask_name, mask_record
from jupimage.hdf5.newroot import Change, NewRoot, link_all, replace_record
from jupimage.hdf5.revision import revise

__all__ = ["add_mask", "mask_fields", "remove_mask"]


def mask_fields(
    default: str, masks: Mapping[str, Any], regions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the record about masks and regions; what is empty is left out."""
    record: dict[str, Any] = {DEFAULT_MASK: default} if default else {}
    if masks:
        record["masks"] = dict(masks)
    if regions:
        record["regions"] = dict(regions)
    return record


def add_mask(
    file: Hdf5File, name: str, shape: tuple[int, ...], tile: tuple[int, ...], *, default: bool
) -> None:
    """Store a new mask, all good.

    Parameters
    ----------
    file
        The file.
    name
        Of the mask, and of its dataset.
    shape, tile
        Of the image.
    default
        Whether it becomes the default mask.

    Raises
    ------
    MaskError
        If the name is taken, or is none that a dataset can have.
    """
    check_mask_name(name)
    with file.writing() as root:
        maskinfo = read_item(root, "maskinfo", file.path)
        masks, regions = maskinfo.get("masks", {}), maskinfo.get("regions", {})
        if name in masks or name in regions:
            raise MaskError(f"{file.path} has a mask or region {name!r} already")
        masks = {**masks, name: mask_record(name, file.path, shape)}
        chosen = name if default else maskinfo.get(DEFAULT_MASK, "")

        def change(new: NewRoot) -> None:
            from h5py import h5g

            group = h5g.create(new.group, b"masks")
            if (known := new.old_group("masks")) is not None:
                link_all(known, group, leave_out={name})
            dataset = create_dataset(group, name, np.dtype(bool), shape, tile)
            new.make_good(dataset, f"masks/{name}", 2**62)

        record = mask_fields(chosen, masks, regions)
        changes = {"masks": change, "maskinfo": replace_record("maskinfo", record)}
        revise(file, changes, block=tree_bytes(shape, tile))


def remove_mask(file: Hdf5File, name: str) -> None:
    """Remove a stored mask; if it was the default one there is none afterwards.

    Raises
    ------
    MaskError
        If there is none of that name.
    """
    with file.writing() as root:
        maskinfo = read_item(root, "maskinfo", file.path)
        masks = dict(maskinfo.get("masks", {}))
        if name not in masks:
            known = ", ".join(masks) or "none"
            raise MaskError(f"{file.path} has no mask {name!r}; it has {known}")
        record = masks.pop(name)
        default = maskinfo.get(DEFAULT_MASK, "")
        left = mask_fields("" if default == name else default, masks, maskinfo.get("regions", {}))
        dataset = record.get("maskname") if isinstance(record, Mapping) else None
        others = {m.get("maskname") for m in masks.values() if isinstance(m, Mapping)}
        changes: dict[str, Change | None] = {"maskinfo": replace_record("maskinfo", left)}
        if isinstance(dataset, str) and dataset not in others:
            changes["masks"] = _without("masks", dataset) if others else None
        revise(file, changes)


def _without(group: str, name: str) -> Change:
    """Return the change that removes an item of a group."""

    def change(root: NewRoot) -> None:
        from h5py import h5g

        new = h5g.create(root.group, group.encode())
        if (known := root.old_group(group)) is not None:
            link_all(known, new, leave_out={name})

    return change
