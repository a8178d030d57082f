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
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

from jupimage.formats import Opened
from jupimage.images import opening
from jupimage.images.attributes import Attributes
from jupimage.images.bridges import Bridges
from jupimage.images.converting import Converting
from jupimage.images.description import Description
from jupimage.images.editing import Editing
from jupimage.images.locking import Locking
from jupimage.images.masks import Masks
from jupimage.images.measuring import Measuring
from jupimage.images.operators import Operators
from jupimage.images.reading import Reading
from jupimage.images.regions import Regions
from jupimage.images.regridding import Regridding
from jupimage.images.storing import Storing
from jupimage.images.surroundings import in_notebook
from jupimage.images.systems import record_of
from jupimage.images.writing import Writing

if TYPE_CHECKING:
    from jupimage.widgets import Viewer

__all__ = ["image"]


class image(
    Operators,
    Reading,
    Writing,
    Description,
    Editing,
    Masks,
    Attributes,
    Locking,
    Storing,
    Measuring,
    Regridding,
    Converting,
    Bridges,
    Regions,
):
    """An astronomical image: pixels, their coordinates, and what is known about them.

    Parameters
    ----------
    imagename
        A file to open (its format is found from its content; ``file.fits[1]`` names an HDU);
        an expression over images, as in ``"2 * 'a.img' - mean('b.img')"``; ``''`` for a
        temporary image made from `values` or `shape`, where it may be left out; an image, for a
        second handle on it; or a list of images or file names to concatenate.
    axis
        Axis of the concatenation, counted from the fastest: 0 is the **last** axis of numpy.
        `along` counts as everything else does.
    maskname
        Mask to use: ``''`` for the image's default mask, ``'nomask'`` for none.
    images
        What ``$1``, ``$2`` ... stand for in an expression. ``$name`` in it is a variable of the
        caller: an image, a number, an array.
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
    along
        Axis of the concatenation, counted as numpy does: 0 is the slowest, -1 the last one. It
        is used instead of `axis`.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If the file is damaged or is not an image, or the new one cannot be made there.
    LelError
        If it is an expression that is wrong; it points at the place.
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
        imagename: str | os.PathLike[str] | image | Sequence[Any] | None = None,
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
        *,
        along: int | None = None,
    ) -> None:
        self._opened: Opened
        if imagename is None and (shape is not None or values is not None):
            imagename = ""
        if coordsys is not None:
            record_of(coordsys)
        if isinstance(imagename, image):
            self._opened = imagename._opened
        elif isinstance(imagename, list | tuple):
            self._opened = opening.from_parts(imagename, axis, image, along=along)
        elif not isinstance(imagename, str | os.PathLike):
            raise opening.not_a_name(imagename)
        elif shape is None and values is None:
            self._opened = opening.from_path(
                imagename,
                maskname,
                images=opening.as_images(images, image),
                namespace=_variables(sys._getframe(1), imagename),
            )
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

        Anywhere else a line on the standard error says what to do. Nothing is stored.

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

        if not in_notebook():
            sys.stderr.write(
                f"{self!r} is shown in a notebook: start JupyterLab and write im.view() as the "
                "last line of a cell. Elsewhere draw im.getdata() with matplotlib, on "
                "plt.subplot(projection=im.wcs)\n"
            )
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


def _variables(caller: FrameType, text: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the variables that an expression may use: those of its caller."""
    if "$" not in os.fspath(text):
        return {}
    return {**caller.f_globals, **caller.f_locals}
