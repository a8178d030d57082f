"""Pixels on another grid: `regrid`, and what it will do and cost."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from jupimage.compute.regridplan import RegridPlan, plan_regrid
from jupimage.compute.regridspec import RegridSpec
from jupimage.compute.regridtemplate import template_of
from jupimage.display import ProgressLine
from jupimage.formats import Opened, check_destination, find_format, open_path
from jupimage.images.handle import Handle
from jupimage.images.regridresults import check_room, computed, store

__all__ = ["Regridding"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Regridding(Handle):
    """The part of `image` that gives pixels on another grid."""

    def regrid(
        self,
        axes: Any,
        coordsys: Any,
        outname: str | os.PathLike[str] = "",
        overwrite: bool = True,
        outshape: Any = (),
        interpolation: str = "linear",
        decimate: int = 10,
        replicate: bool = False,
        refchange: bool = True,
        forceregrid: bool = False,
        *,
        mask: bool = False,
        conserve: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Self:
        """Interpolate the image to another grid.

        Parameters
        ----------
        axes
            Axes to regrid, slowest first, negative ones from the end; empty for all. Where one
            of the two axes of the sky is named, both are meant. Stokes axes keep their pixels.
        coordsys
            Where to take the new coordinates of these axes from: a coordinate system, another
            image, a WCS of astropy or a FITS header. Telescope, date and all other axes stay
            the image's.
        outname
            File for the result, a casacore table; empty to keep it in memory.
        overwrite
            Whether an image of that name may be replaced.
        outshape
            Shape of the result, slowest axis first. If empty, that of the image; an image,
            WCS or header given as `coordsys` lends the lengths of its own axes.
        interpolation
            ``'nearest'``, ``'linear'``, ``'cubic'`` or ``'lanczos'``; the first letter is enough
            (``la`` for the last). Along single axes cubic is a spline, lanczos is linear.
        decimate
            Coordinates of the sky are computed for about one pixel in so many along each axis,
            and interpolated in between. With 0 they are exact.
        replicate
            Whether to spread the pixels evenly over the new ones, whatever the coordinates say.
        refchange
            Whether sky and velocity frames are converted where they differ.
        forceregrid
            Whether to interpolate along axes of which nothing changes.
        mask
            Whether the result has a mask: True where a pixel could not be computed. Then masked
            pixels have no influence at all. Without it the result has none: what could not
            be computed is 0, and along single axes masked pixels count like all others.
        conserve
            Whether sums are conserved, for an image in Jy/pixel: each value is multiplied with
            the area of its own pixel, and large pixels are sampled at several points.
        progress, cancelled
            As for `saveas`.

        Returns
        -------
        image
            The result, of the image's own pixel type, with its unit, miscinfo and history.

        Raises
        ------
        ArgumentError, DataTypeError, ShapeError, CoordinateError
            If the arguments do not fit the image, before any work is done.
        FormatError
            If the file cannot be made there.
        CancelledError
            If `cancelled` said so.

        Examples
        --------
        Half as many channels:

        >>> import numpy as np
        >>> from jupimage import image
        >>> im = image("", values=np.arange(8.0))
        >>> new = im.coordinates()
        >>> new["spectral"].set_increment(2000.0)
        >>> new["spectral"].set_referencepixel(2)
        >>> im.regrid(0, new, outshape=4).getdata()
        array([0., 2., 4., 6.])
        """
        plan = self.plan_regrid(
            axes, coordsys, outname, overwrite, outshape, interpolation, decimate, replicate,
            refchange, forceregrid, mask=mask, conserve=conserve,
        )  # fmt: skip
        made = self._result(plan)
        with ProgressLine(f"regridding {self}") as line:
            report = progress or line
            if plan.path:
                store(made, plan.path, progress=report, cancelled=cancelled)
                opened = open_path(plan.path)
                # As a new image is, until somebody else wants it.
                opened.store.lock(write=True, attempts=1)
                return self._of(opened)
            made.lattice = computed(made.lattice, progress=report, cancelled=cancelled)
        return self._of(made)

    def plan_regrid(
        self,
        axes: Any,
        coordsys: Any,
        outname: str | os.PathLike[str] = "",
        overwrite: bool = True,
        outshape: Any = (),
        interpolation: str = "linear",
        decimate: int = 10,
        replicate: bool = False,
        refchange: bool = True,
        forceregrid: bool = False,
        *,
        mask: bool = False,
        conserve: bool = False,
    ) -> RegridPlan:
        """Check everything that `regrid` would be asked to do, and tell what it costs.

        Parameters and errors are those of `regrid`; with what passes here, that does not fail
        any more. Prints as a text.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(8,))
        >>> new = im.coordinates()
        >>> new["spectral"].set_increment(2000.0)
        >>> print(im.plan_regrid(0, new, outshape=4))
        regrid to 4 float32: 16 B in memory, about 0.0 s
          axis 0 (spectral): 8 to 4 pixels, linear
        """
        source = self._known()
        template, lengths = template_of(_described(coordsys))
        spec = RegridSpec(
            axes, outshape, interpolation, decimate, bool(replicate), bool(refchange),
            bool(forceregrid), bool(mask), bool(conserve),
        )  # fmt: skip
        plan = plan_regrid(
            source.lattice,
            source.coordinates,
            template,
            spec,
            lengths=lengths,
            unit=source.unit,
            plane_beams="perplanebeams" in source.imageinfo,
        )
        if os.fspath(outname):
            folder = find_format("casacore").folder
            path = check_destination(outname, overwrite=overwrite, folder=folder)
            plan = replace(plan, path=path)
        check_room(plan.shape, plan.bytes, plan.path)
        return plan

    def _result(self, plan: RegridPlan) -> Opened:
        """Return the image whose pixels a plan computes."""
        source = self._known()
        name = "mask0" if plan.lattice.masked else ""
        return Opened(
            lattice=plan.lattice,
            coordinates=plan.coordinates,
            kind="TempImage",
            name="Temporary_Image",
            unit=source.unit,
            imageinfo=dict(source.imageinfo),
            miscinfo=dict(source.miscinfo),
            history=list(source.history),
            masks=(name,) if name else (),
            default_mask=name,
        )


def _described(coordsys: Any) -> Any:
    """Return what an image given as a template says: its coordinates and its shape."""
    if isinstance(coordsys, Handle):
        known = coordsys._known()
        return known.coordinates, known.lattice.shape
    return coordsys
