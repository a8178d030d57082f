"""Other units and other beams: what is asked of an image before it can be compared."""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.beam import Beam
from jupimage.compute.brightness import Surroundings, conversion_factor, power_of
from jupimage.compute.channels import as_hertz, find_channels
from jupimage.compute.convolution import ConvolvedView, PlaneKernels
from jupimage.compute.planebeams import PlaneBeams
from jupimage.compute.scaled import ScaledView
from jupimage.compute.skyplane import pixel_area, pixel_matrix
from jupimage.compute.units import as_unit, known_unit, unit_text
from jupimage.errors import ArgumentError, CoordinateError
from jupimage.formats import DerivedStore, Opened
from jupimage.images.locating import Locating
from jupimage.images.opening import TEMPORARY
from jupimage.images.results import work_out

__all__ = ["Converting"]

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class Converting(Locating):
    """The part of `image` that changes its unit and its beam."""

    def to(self, unit: Any, *, beam: Any = None, frequency: Any = None) -> Self:
        """Return the image in another unit of brightness; pixels are converted when read.

        ``Jy/beam``, ``Jy/pixel``, ``MJy/sr`` and ``K`` (brightness temperature, after Rayleigh
        and Jeans) turn into each other, with the beam and the frequency of each channel. A pixel
        has the solid angle that it has at the reference pixel.

        Parameters
        ----------
        unit
            A text in the spelling of images or astropy's, or a unit of astropy.
        beam
            A beam to use instead of the image's own, as for `convolve_to`.
        frequency
            A frequency to use instead of that of each channel, for an image without such an axis.

        Returns
        -------
        image
            A view of this image, which cannot be written.

        Raises
        ------
        ArgumentError
            If the units measure different things, or there is no beam.
        CoordinateError
            If frequency or pixel size is needed and not known.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.ones((1, 32, 32)))
        >>> im.setunit("Jy/beam")
        >>> round(im.to("K", beam="1 arcmin", frequency="1.4 GHz").getdata()[0, 0, 0], 3)
        np.float64(173.203)
        """
        source = self._known()
        if not source.unit.strip():
            raise ArgumentError(f"{self} has no unit to convert from: give it one with setunit")
        target = as_unit(unit)
        spelled = unit if isinstance(unit, str) and not set(unit) & set(' "*^(') else None
        name = unit_text(target) if spelled is None else spelled
        own = None if beam is None else Beam.of(beam)
        factor = conversion_factor(
            as_unit(source.unit), target, _surroundings(source, own, frequency)
        )
        info = deepcopy(source.imageinfo)
        if own is not None:
            info.pop("perplanebeams", None)
            info["restoringbeam"] = own.record()
        return self._of(
            Opened(
                lattice=ScaledView(source.lattice, factor),
                coordinates=source.coordinates,
                kind="ImageExpr",
                name=f"Expression: {source.name.removeprefix('Expression: ')} in {name}",
                unit=name,
                imageinfo=info,
                miscinfo=source.miscinfo,
                history=source.history,
                remarks=source.remarks,
                store=DerivedStore([source], ("miscinfo", "history")),
            )
        )

    def convolve_to(
        self,
        beam: Any,
        outname: str | os.PathLike[str] = "",
        overwrite: bool = True,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Self:
        """Return the image convolved to a larger beam, the same for all channels.

        Each plane is convolved with the Gaussian that its own beam lacks. Bad pixels and NaN take
        no part and stay what they are; beyond the edges there is nothing. Pixels in ``Jy/beam``
        are scaled to the new beam, those in ``K`` or ``MJy/sr`` need no scale.

        Parameters
        ----------
        beam
            The wanted beam: an object with ``major``, ``minor`` and ``pa``, a record as in
            ``imageinfo()``, major axis, minor axis and position angle as quantities or texts, or
            one width.
        outname
            Name of a new casacore image for the result; it stays in memory if this is empty.
        overwrite
            Whether an image of that name may be replaced.
        progress, cancelled
            As for `saveas`.

        Returns
        -------
        image
            A new image with the same coordinates, whose ``restoringbeam`` is the wanted one. A
            channel that has no beam of its own is NaN.

        Raises
        ------
        ArgumentError
            If it is no beam, is smaller than that of a channel, or the image has none.
        CoordinateError
            If the image has not both axes of the sky.

        Examples
        --------
        >>> from jupimage import image
        >>> values = np.zeros((32, 32))
        >>> values[16, 16] = 1
        >>> im = image("", values=values)
        >>> im.setunit("Jy/beam")
        >>> im.putimageinfo({"restoringbeam": Beam.of("3 arcmin").record()})
        >>> wide = im.convolve_to("5 arcmin")
        >>> wide.imageinfo()["restoringbeam"]["major"]
        {'value': 300.0, 'unit': 'arcsec'}
        """
        source = self._known()
        target = Beam.of(beam)
        lattice, system = source.lattice, source.coordinates
        matrix = pixel_matrix(system)
        unit = known_unit(source.unit)
        planes = system.spectral_axis(), system.stokes_axis()
        sky = system.direction_axes()
        assert sky is not None  # it has a matrix
        kernels = PlaneKernels(target, _beams(source), matrix, _beam_power(unit))
        view = ConvolvedView(lattice, kernels, sky=sky, planes=planes)
        info = {key: value for key, value in source.imageinfo.items() if key != "perplanebeams"}
        wanted = Opened(
            lattice=view,
            coordinates=system.copy(),
            kind="TempImage",
            name=TEMPORARY,
            unit=source.unit,
            imageinfo=deepcopy(info) | {"restoringbeam": target.record()},
            miscinfo=deepcopy(source.miscinfo),
            history=[*source.history, f"{self} convolved to the beam {target}"],
            default_mask=source.default_mask,
        )
        return self._of(
            work_out(
                wanted,
                outname,
                overwrite=overwrite,
                title=f"convolving {self}",
                progress=progress,
                cancelled=cancelled,
            )
        )


def _surroundings(source: Opened, beam: Beam | None, frequency: Any) -> Surroundings:
    """Return what a conversion of units asks for, along the axes of the image."""
    system, shape = source.coordinates, source.lattice.shape
    spectral, stokes = system.spectral_axis(), system.stokes_axis()

    def along(values: NDArray[np.float64], axes: tuple[int | None, ...]) -> NDArray[np.float64]:
        lengths = [1] * len(shape)
        for axis, n in zip(axes, values.shape, strict=True):
            if axis is not None:
                lengths[axis] = n
        if None not in axes and list(axes) != sorted(a for a in axes if a is not None):
            values = values.T
        return values.reshape(lengths)

    def areas() -> NDArray[np.float64]:
        beams = _beams(source) if beam is None else PlaneBeams.single(beam)
        return along(beams.areas(), (spectral, stokes))

    def frequencies() -> NDArray[np.float64]:
        if frequency is not None:
            given = as_hertz(frequency, "frequency")
            if given.ndim or not 0 < given < np.inf:
                raise ArgumentError(f"frequency must be one above 0, got {frequency!r:.60}")
            return given
        if spectral is None:
            raise CoordinateError(
                "a frequency is needed, and there is no spectral axis: keep it when cutting "
                "(im[12:13]), or give frequency="
            )
        return along(find_channels(system, shape).frequencies, (spectral,))

    return Surroundings(areas, lambda: pixel_area(system), frequencies)


def _beams(source: Opened) -> PlaneBeams:
    system, shape = source.coordinates, source.lattice.shape
    spectral, stokes = system.spectral_axis(), system.stokes_axis()
    return PlaneBeams.of(
        source.imageinfo,
        channels=1 if spectral is None else shape[spectral],
        stokes=1 if stokes is None else shape[stokes],
    )


def _beam_power(unit: Any) -> float:
    from astropy import units

    if isinstance(unit, units.UnrecognizedUnit):
        return 0.0
    return power_of(unit, units.beam)
