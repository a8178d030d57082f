"""All that can be asked about an image, so that two states of it can be compared.

A portrait is a dictionary of pixels, masks and metadata. Its leaves are single values under a
path of names: a difference between two portraits is a list of leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DERIVED", "PIXELS", "differences", "leaves", "portrait", "reference_portrait", "same"]

PIXELS = ("data", "mask", "masks")
"""Parts that hold an array with a value for each pixel."""

DERIVED = ("world",)
"""Parts that follow from others."""

MANY = 4096
"""An array of more elements is one leaf."""


def portrait(path: str) -> dict[str, Any]:
    """Open an image and ask for everything."""
    from jupimage import image

    im = image(path)
    positions = np.array([[0.0] * im.ndim, [(n - 1) / 3 for n in im.shape]])
    found = {
        "type": im.imagetype(),
        "dtype": str(im.dtype),
        "shape": tuple(im.shape),
        "tile": im.explain().tile,
        "unit": im.unit(),
        "imageinfo": im.imageinfo(),
        "miscinfo": im.miscinfo(),
        "history": im.history(),
        "coordinates": im.coordinates().dict(),
        "regions": _regions(path),
        "attributes": _attributes(im),
        "default mask": im.defaultmask(),
        "data": im.getdata(),
        "mask": im.getmask(),
        "masks": {name: _mask(path, name) for name in im.masknames()},
        "world": np.asarray(im.toworld(positions)),
    }
    im.close()
    return found


def _mask(path: str, name: str) -> NDArray[np.bool_]:
    from jupimage import image

    with image(path, maskname=name) as im:
        return im.getmask()


def _regions(path: str) -> dict[str, Any]:
    from jupimage.formats import open_path

    opened = open_path(path)
    close = getattr(opened.lattice, "close", None)
    if close is not None:
        close()
    return opened.regions


def reference_portrait(path: str) -> dict[str, Any]:
    """Ask python-casacore for all that it tells about an image."""
    from casacore.images import image

    im = image(path)
    return {
        "type": im.imagetype(),
        "dtype": im.datatype(),
        "shape": tuple(im.shape()),
        "unit": im.unit(),
        "imageinfo": im.imageinfo(),
        "miscinfo": im.miscinfo(),
        "history": im.history(),
        "coordinates": im.coordinates().dict(),
        "attributes": _attributes(im),
        "data": im.getdata(),
        "mask": im.getmask(),
    }


def _attributes(im: Any) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for group in sorted(im.attrgroupnames()):
        groups[group] = {"rows": im.attrnrows(group)}
        for name in im.attrnames(group):
            groups[group][name] = {
                "values": im.attrgetcol(group, name),
                "unit": list(im.attrgetunit(group, name)),
                "measure": list(im.attrgetmeas(group, name)),
            }
    return groups


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give the path and the value of each leaf."""
    if isinstance(tree, Mapping):
        yield (*path, "names"), list(tree)
        for name, branch in tree.items():
            yield from leaves(branch, (*path, f"/{name}"))
    elif isinstance(tree, np.ndarray) and tree.size <= MANY and path[0].lstrip("/") not in PIXELS:
        yield (*path, "array"), (tree.shape, str(tree.dtype))
        for number, value in enumerate(tree.ravel()):
            yield (*path, str(number)), value
    elif isinstance(tree, list | tuple) and len(tree) <= MANY:
        yield (*path, "length"), len(tree)
        for number, value in enumerate(tree):
            yield from leaves(value, (*path, str(number)))
    else:
        yield path, tree


def differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Return the old and the new value of each leaf that differs; None where there is none."""
    before, after = dict(leaves(old)), dict(leaves(new))
    paths = [*before, *(path for path in after if path not in before)]
    pairs = {path: (before.get(path), after.get(path)) for path in paths}
    return {path: pair for path, pair in pairs.items() if not same(*pair)}


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same, type included; NaN is the same as NaN."""
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        return (
            isinstance(old, np.ndarray)
            and isinstance(new, np.ndarray)
            and old.dtype == new.dtype
            and old.shape == new.shape
            and _bits(old) == _bits(new)
        )
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return list(old) == list(new) and all(same(old[name], new[name]) for name in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, float | complex) and old != old:
        return type(old) is type(new) and new != new
    return type(old) is type(new) and bool(old == new)


def _bits(array: NDArray[Any]) -> Any:
    return array.tolist() if array.dtype.kind in "OU" else array.tobytes()
