"""The doors of the constructor: what `image(...)` was asked to open, make or join.

Each door returns an `Opened`: pixels, coordinates and what is known about them. The class
itself holds one and asks it; nothing but this module knows which door was taken.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.errors import (
    ArgumentError,
    BoxError,
    DataTypeError,
    FormatError,
    ShapeError,
)
from jupimage.formats import Opened, find_format, open_path
from jupimage.images.arguments import as_flag, as_int, as_path, as_text, as_tile, described
from jupimage.images.joining import join
from jupimage.images.pixels import as_mask, as_pixels, mask_given, type_named_by
from jupimage.images.storing import save_copy
from jupimage.images.systems import checked_system
from jupimage.lattice import Lattice, LentLattice, MaskedView, MemoryLattice, ZeroLattice

if TYPE_CHECKING:
    from jupimage.images.images import image

__all__ = [
    "as_images",
    "from_parts",
    "from_path",
    "from_shape",
    "from_values",
    "not_a_name",
    "to_file",
]

TEMPORARY = "Temporary_Image"


class NoNameError(ArgumentError, TypeError):
    """Nothing says which image is wanted."""


def not_a_name(imagename: Any) -> ArgumentError:
    """Return the error for something that names no image."""
    if imagename is None:
        return NoNameError("image() needs a file name, an image, values= or shape=, got none")
    hint = "; for an array write image('', values=array)" if hasattr(imagename, "dtype") else ""
    return ArgumentError(
        f"imagename must be a file name, an image or a list of them, "
        f"got {type(imagename).__name__}{hint}"
    )


def from_path(
    name: str | os.PathLike[str],
    maskname: str,
    *,
    images: Sequence[Opened] = (),
    namespace: Mapping[str, Any] | None = None,
) -> Opened:
    """Open the image file `name`, or evaluate it as an expression, and choose a mask.

    In an expression ``$1``, ``$2`` ... stand for `images`, and ``$name`` for a variable.

    Raises
    ------
    MissingImageError, FormatError
        If there is no such file, or it is no image.
    LelError
        If it is an expression that is wrong.
    MaskError
        If it has no mask called `maskname`.
    """
    path = as_path("imagename", name)
    if not path:
        raise FormatError("an image to open needs a file name, got an empty one")
    maskname = as_text("maskname", maskname)
    opened: Opened | None = None
    with suppress(FormatError):  # whoever looks for an expression says why, if that is none either
        opened = open_path(path)
    if opened is None:
        from jupimage.lel import open_text  # who opens files needs no expressions

        opened = open_text(path, images=images, namespace=namespace)
    if maskname == "nomask":
        if opened.masks:
            opened.lattice = opened.store.masked("")
        elif opened.lattice.masked:
            opened.lattice = MaskedView(opened.lattice, None)
    elif maskname:
        opened.lattice = opened.store.masked(maskname)
    return opened


def as_images(given: Any, make: type[image]) -> list[Opened]:
    """Return the images that ``$1``, ``$2`` ... stand for; None for none.

    Raises
    ------
    DataTypeError
        If they are no images.
    """
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        raise DataTypeError(f"images must be a list of images, got {described(given)}")
    for number, part in enumerate(given, 1):
        if not isinstance(part, make):
            raise DataTypeError(f"images must be images, got {described(part)} as ${number}")
    return [part._known() for part in given]


def from_values(
    values: Any, mask: Any, maskname: str, coordsys: Any, *, stored: bool = False
) -> Opened:
    """Make a temporary image of an array or a masked array.

    If it is going to be `stored` it only looks at the array, and cannot be written.

    Raises
    ------
    DataTypeError, ShapeError, CoordinateError
        If the values are not numbers, or mask or coordinates do not fit them.
    """
    pixels, maskname = as_pixels(values), as_text("maskname", maskname)
    if pixels.ndim == 0:
        raise ShapeError("an image needs at least one axis, got a single number")
    if 0 in pixels.shape:
        raise ShapeError(f"every axis needs at least one pixel, got shape {pixels.shape}")
    if mask is None:
        raise DataTypeError("mask must be an array of Bools (an empty one for no mask), got None")
    good = None
    if mask_given(mask):
        good = ~as_mask(mask, pixels.shape)
    elif isinstance(values, np.ma.MaskedArray):
        good = ~np.ma.getmaskarray(values)
    elif maskname:
        good = np.ones(pixels.shape, bool)
    lattice = LentLattice(pixels, good) if stored else MemoryLattice(pixels, good)
    return _temporary(lattice, maskname, coordsys)


def from_shape(
    shape: Any, values: Any, mask: Any, maskname: str, coordsys: Any, *, stored: bool = False
) -> Opened:
    """Make a temporary image of zeros; `values` names its type, or is an array of that shape.

    If it is going to be `stored` it takes no memory and cannot be written.

    Raises
    ------
    ShapeError, DataTypeError, CoordinateError
        If the shape is not made of positive ints, the type is none that an image can have, or
        array or coordinates do not fit the shape.
    """
    lengths, maskname = _lengths(shape), as_text("maskname", maskname)
    if isinstance(values, np.ndarray | list | tuple):
        pixels = as_pixels(values)
        if pixels.shape != lengths:
            raise ShapeError(f"values of shape {pixels.shape} were given for shape {lengths}")
        return from_values(values, mask, maskname, coordsys, stored=stored)
    if stored:
        zeros = ZeroLattice(lengths, type_named_by(values), masked=bool(maskname))
        return _temporary(zeros, maskname, coordsys)
    try:
        lattice = MemoryLattice.zeros(lengths, type_named_by(values))
    except (MemoryError, ValueError) as error:
        raise ShapeError(f"an image of shape {lengths} does not fit into memory") from error
    if maskname:
        lattice.add_mask(maskname)
    return _temporary(lattice, maskname, coordsys)


def from_parts(parts: Sequence[Any], axis: Any, make: type[image], *, along: Any = None) -> Opened:
    """Join images, or image files, along an axis counted from the fastest (0 = last).

    If `along` is given, that is the axis, counted as numpy does.

    Raises
    ------
    DataTypeError, ShapeError, BoxError
        If the list mixes names and images, or the parts do not fit each other.
    """
    if not parts:
        raise ShapeError("at least one image is needed to concatenate, got an empty list")
    kind = str if isinstance(parts[0], str | os.PathLike) else make
    if kind is make and not isinstance(parts[0], make):
        raise ShapeError(
            "a list must hold images or file names to concatenate; to make an image of numbers "
            f"write image('', values=...), got a list of {type(parts[0]).__name__}"
        )
    accepted = (str, os.PathLike) if kind is str else make
    for number, part in enumerate(parts):
        if not isinstance(part, accepted):
            raise DataTypeError(
                f"a list must hold only {'file names' if kind is str else 'images'}, "
                f"got {type(part).__name__} as number {number}"
            )
    opened = [part._opened if isinstance(part, make) else from_path(part, "") for part in parts]
    return join(opened, _fortran_axis(along, opened[0]) if along is not None else axis)


def _fortran_axis(along: Any, first: Opened) -> int:
    """Return a numpy axis, which may be negative, as one counted from the fastest."""
    ndim = len(first.lattice.shape)
    axis = as_int("along", along)
    if not -ndim <= axis < ndim:
        raise BoxError(f"along must lie in {-ndim}..{ndim - 1}, got {axis}")
    return ndim - 1 - axis % ndim


def to_file(
    made: Opened,
    name: str | os.PathLike[str],
    *,
    overwrite: bool,
    hdf5: bool,
    tile: Sequence[int],
) -> Opened:
    """Store a temporary image under a name and open it there.

    A new image is locked for writing, as in casacore, until somebody else wants it.

    Raises
    ------
    FormatError
        If it cannot be made there.
    ShapeError
        If the tile does not fit.
    """
    path = save_copy(
        made,
        name,
        find_format("hdf5" if as_flag("ashdf5", hdf5) else "casacore"),
        overwrite=as_flag("overwrite", overwrite),
        mask=made.default_mask,
        tile=as_tile(tile),
    )
    opened = open_path(path)
    opened.store.lock(write=True, attempts=1)
    return opened


def _temporary(lattice: Lattice, maskname: str, coordsys: Any) -> Opened:
    mask = (maskname or "mask0") if lattice.masked else ""
    return Opened(
        lattice=lattice,
        coordinates=checked_system(coordsys, lattice.shape),
        kind="TempImage",
        name=TEMPORARY,
        imageinfo={"imagetype": "Intensity", "objectname": ""},
        masks=(mask,) if mask else (),
        default_mask=mask,
    )


def _lengths(shape: Any) -> tuple[int, ...]:
    try:
        array = np.atleast_1d(np.asarray(shape))
    except ValueError:  # lists of different lengths
        raise DataTypeError(f"a shape must be made of ints, got {described(shape)}") from None
    if array.dtype.kind not in "biu" or array.ndim != 1:
        if array.size == 0:
            raise ShapeError("an image needs at least one axis, got an empty shape")
        raise DataTypeError(f"a shape must be made of ints, got {described(shape)}")
    lengths = tuple(int(n) for n in array)
    if not lengths or min(lengths) < 1:
        raise ShapeError(f"every axis needs at least one pixel, got shape {lengths}")
    return lengths
