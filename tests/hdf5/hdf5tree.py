"""Everything that a file says of types and extents, walked with the low-level part of h5py."""

from __future__ import annotations

from typing import Any

import numpy as np
from h5py import h5, h5a, h5d, h5f, h5g, h5o, h5s, h5t

KINDS = {
    h5t.INTEGER: "integer",
    h5t.FLOAT: "float",
    h5t.STRING: "string",
    h5t.COMPOUND: "compound",
}


def describe_type(kind: Any) -> tuple[Any, ...]:
    """Return all that tells a type from others."""
    known = (KINDS.get(kind.get_class(), str(kind.get_class())), kind.get_size())
    if kind.get_class() == h5t.INTEGER:
        return (*known, kind.get_order(), kind.get_sign(), kind.get_precision(), kind.get_offset())
    if kind.get_class() == h5t.FLOAT:
        return (*known, kind.get_order(), kind.get_fields(), kind.get_ebias(), kind.get_norm())
    if kind.get_class() == h5t.STRING:
        return (*known, kind.is_variable_str(), kind.get_strpad(), kind.get_cset())
    if kind.get_class() == h5t.COMPOUND:
        return (
            *known,
            *(
                (
                    kind.get_member_name(n),
                    kind.get_member_offset(n),
                    describe_type(kind.get_member_type(n)),
                )
                for n in range(kind.get_nmembers())
            ),
        )
    raise AssertionError(f"no image holds values of class {kind.get_class()}")


def describe_space(space: Any) -> tuple[Any, ...]:
    """Return kind and extents of a data space."""
    extent = space.get_simple_extent_type()
    if extent != h5s.SIMPLE:
        return (extent,)
    return (extent, space.get_simple_extent_dims(), space.get_simple_extent_dims(True))


def value_of(attribute: Any) -> bytes | list[bytes]:
    """Return the bytes of a value as they are stored, or those of its strings."""
    kind = attribute.get_type()
    if kind.get_class() == h5t.STRING and kind.is_variable_str():
        found = np.empty(attribute.shape, object)
        attribute.read(found)
        return [bytes(item) for item in found.flat]
    raw = np.zeros(attribute.shape, f"V{kind.get_size()}")
    attribute.read(raw, mtype=kind)
    return raw.tobytes()


def attributes_of(item: Any) -> list[tuple[Any, ...]]:
    """Return the attributes in the order in which they were made."""
    found = []
    for number in range(h5a.get_num_attrs(item)):
        attribute = h5a.open(item, index=number, index_type=h5.INDEX_CRT_ORDER)
        found.append(
            (
                attribute.name,
                describe_type(attribute.get_type()),
                describe_space(attribute.get_space()),
                value_of(attribute),
            )
        )
    return found


def walk(path: str) -> dict[str, Any]:
    """Return what there is under each name in a file."""
    file = h5f.open(path.encode(), h5f.ACC_RDONLY)
    try:
        found: dict[str, Any] = {"": file.get_create_plist().get_version()}
        _walk(h5g.open(file, b"/"), "", found)
        return found
    finally:
        file.close()


def _walk(group: Any, where: str, found: dict[str, Any]) -> None:
    made = group.get_create_plist()
    found[where + "/"] = (
        attributes_of(group),
        made.get_link_creation_order(),
        made.get_attr_creation_order(),
        made.get_attr_phase_change(),
    )
    for number in range(group.get_num_objs()):
        name = group.get_objname_by_idx(number)
        link = group.links.get_info(name)
        item = h5o.open(group, name)
        path = f"{where}/{name.decode()}"
        if isinstance(item, h5g.GroupID):
            _walk(item, path, found)
        else:
            found[path] = (link.type, *_dataset(item), attributes_of(item))


def _dataset(dataset: Any) -> tuple[Any, ...]:
    made = dataset.get_create_plist()
    return (
        describe_type(dataset.get_type()),
        describe_space(dataset.get_space()),
        made.get_layout(),
        made.get_chunk() if made.get_layout() == h5d.CHUNKED else None,
        made.get_nfilters(),
        made.get_external_count(),
        made.fill_value_defined(),
        dataset.get_num_chunks(),
        dataset.get_storage_size(),
    )
