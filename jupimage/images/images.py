"""The class that everybody uses: `image`.

It has the interface and the meaning of ``casacore.images.image``, so that a script runs after
changing its import line; what notebook users expect (``im[12]``, ``np.asarray(im)``, a picture
at the end of a cell) is added on the same class under names that do not clash.

Each method translates what the user said (corners, mask sign, axis order) and makes one call
into the rooms below. Inside, pixels come with a `good` flag, True = valid; what leaves here is a
`mask`, True = bad, as numpy has it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jupimage.errors import ArgumentError
from jupimage.formats import Opened
from jupimage.images import opening
from jupimage.images.attributes import Attributes
from jupimage.images.description import Description
from jupimage.images.editing import Editing
from jupimage.images.locking import Locking
from jupimage.images.masks import Masks
from jupimage.images.reading import Reading
from jupimage.images.storing import Storing
from jupimage.images.writing import Writing

if TYPE_CHECKING:
    from jupimage.widgets import Viewer

__all__ = ["image"]


class image(Reading, Writing, Description, Editing, Masks, Attributes, Locking, Storing):
    """An astronomical image: pixels, their coordinates, and what is known about them.

    Parameters
    ----------
    imagename
        A file to open (its format is found from its content; ``file.fits[1]`` names an HDU);
        ``''`` for a temporary image made from `values` or `shape`; an image, for a second
        handle on it; or a list of images or file names to concatenate.
    axis
        Axis of the concatenation, counted from the fastest: 0 is the **last** axis of numpy.
    maskname
        Mask to use: ``''`` for the image's default mask, ``'nomask'`` for none.
    images
        Not used when a file is opened; accepted as in casacore.
    values
        Pixels of a new image (array or masked array, slowest axis first); or, with `shape`, a
        number that names the pixel type.
    coordsys
        Coordinates of a new image; by default direction, Stokes and spectral axes, as casacore
        makes them for the shape.
    overwrite
        Whether a new file may replace one that exists.
    ashdf5, tileshape
        Storage of a new file.
    mask
        Mask of `values`, True = bad. An empty one means no mask.
    shape
        Shape of a new image of zeros, slowest axis first.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If the file is damaged or is not an image, or the new one cannot be made there.
    ShapeError, DataTypeError, CoordinateError, MaskError
        If the arguments do not fit each other.

    Examples
    --------
    >>> import numpy as np
    >>> im = image("", values=np.arange(6.0).reshape(2, 3))
    >>> im.shape, im.dtype
    ((2, 3), dtype('float64'))
    >>> im.getdata((0, 1), (1, 2))
    array([[1., 2.],
           [4., 5.]])
    """

    def __init__(
        self,
        imagename: str | os.PathLike[str] | image | Sequence[Any],
        axis: int = 0,
        maskname: str = "",
        images: Sequence[image] = (),
        values: Any = None,
        coordsys: Any = None,
        overwrite: bool = True,
        ashdf5: bool = False,
        mask: Any = (),
        shape: Any = None,
        tileshape: Sequence[int] = (),
    ) -> None:
        self._opened: Opened
        if isinstance(imagename, image):
            self._opened = imagename._opened
        elif isinstance(imagename, list | tuple):
            self._opened = opening.from_parts(imagename, axis, image)
        elif not isinstance(imagename, str | os.PathLike):
            hint = "; for an array write image('', values=array)"
            raise ArgumentError(
                f"imagename must be a file name, an image or a list of them, "
                f"got {type(imagename).__name__}{hint if hasattr(imagename, 'dtype') else ''}"
            )
        elif shape is None and values is None:
            self._opened = opening.from_path(imagename, maskname)
        else:
            stored = bool(os.fspath(imagename))
            if shape is not None:
                made = opening.from_shape(shape, values, mask, maskname, coordsys, stored=stored)
            else:
                made = opening.from_values(values, mask, maskname, coordsys, stored=stored)
            self._opened = made
            if stored:
                self._opened = opening.to_file(
                    made, imagename, overwrite=overwrite, hdf5=ashdf5, tile=tileshape
                )

    def view(self, tempname: str = "", *, channel: int | None = None, **settings: Any) -> Viewer:
        """Show the image in an interactive viewer, in a notebook.

        Parameters
        ----------
        tempname
            Not used; accepted as in casacore.
        channel
            First channel to show; the middle one if None.
        **settings
            Traits of the viewer to start with, such as ``colormap='viridis'``.

        Returns
        -------
        Viewer
            A widget; at the end of a cell it shows itself.
        """
        from jupimage.widgets import Viewer

        return Viewer(self, channel=channel, **settings)

    def close(self) -> None:
        """Let go of the file. Every other handle on the same image is closed as well."""
        close = getattr(self._opened.lattice, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> image:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        lengths = " x ".join(str(n) for n in self.shape)
        return f"<{self.imagetype()} {self} {lengths} {self.datatype()}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str | bytes]:
        """Return the card that a notebook shows: text, HTML and a PNG picture."""
        from jupimage.display import card

        return card(self._known())
