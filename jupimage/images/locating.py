"""Pixels by what they are of: the channels of a line, the spectrum of a source."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.channels import Channels, find_channels
from jupimage.compute.positions import interpolate, sky_pixels
from jupimage.compute.units import known_unit
from jupimage.errors import ArgumentError, BoxError, CoordinateError
from jupimage.formats import Opened
from jupimage.images.handle import Handle
from jupimage.images.opening import TEMPORARY
from jupimage.images.sections import section_of
from jupimage.lattice import Box, MemoryLattice

__all__ = ["Locating"]

_INTERPOLATIONS = ("nearest", "linear")
_ROUNDING = 1e-6  # of a channel or pixel: what comes from another unit is not exact


class Locating(Handle):
    """The part of `image` that finds pixels by frequency and by direction."""

    def spectral_slab(self, lo: Any, hi: Any, *, convention: str = "radio") -> Self:
        """Return the channels whose centres lie between two frequencies, as a lazy sub-image.

        Parameters
        ----------
        lo, hi
            The limits, in any order, both included: quantities or texts that are a frequency, a
            wavelength or a velocity (``'1.41 GHz'``, ``'21 cm'``, ``'-30 km/s'``), or numbers in
            the unit of the axis.
        convention
            What a velocity means: ``'radio'``, ``'optical'`` or ``'relativistic'``. It refers to
            the rest frequency of the image.

        Returns
        -------
        image
            A section with all axes, which reads from this image and writes to it.

        Raises
        ------
        CoordinateError
            If there is no spectral axis, or no rest frequency where one is needed.
        BoxError
            If no channel lies between the limits.
        ArgumentError
            If a limit is no frequency.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(64, 32, 32))
        >>> slab = im.spectral_slab("1.414995 GHz", "1.415 GHz")
        >>> slab.shape, im.spectral_slab(1.414995e9, 1.415e9).shape
        ((6, 32, 32), (6, 32, 32))
        """
        source = self._known()
        shape = source.lattice.shape
        channels = find_channels(source.coordinates, shape)
        limits = [
            _single(channels.hertz(given, name, convention=convention), given, name)
            for given, name in ((lo, "lo"), (hi, "hi"))
        ]
        first, last = _channels_between(channels, min(limits), max(limits), (lo, hi))
        start, stop = [0] * len(shape), list(shape)
        start[channels.axis], stop[channels.axis] = first, last + 1
        return self._of(section_of(source, Box(tuple(start), tuple(stop))))

    def at(
        self,
        sky: Any,
        freq: Any = None,
        *,
        interpolation: str = "nearest",
        convention: str = "radio",
    ) -> Any:
        """Return what is at a position on the sky, and a frequency: a value or a spectrum.

        Only the pixels that are needed are read.

        Parameters
        ----------
        sky
            A `SkyCoord` of one position or many, in any frame; or, in the frame of the image, a
            text such as ``'12h30m -45d'`` or a tuple of two angles with units.
        freq
            A frequency (or many), as for `spectral_slab`. Without it all channels are returned.
        interpolation
            ``'nearest'`` for the pixel whose area the position is in, ``'linear'`` to
            interpolate between the centres of pixels, in frequency as well.
        convention
            What a velocity means, as for `spectral_slab`.

        Returns
        -------
        image or Quantity
            For one position without a frequency, in an image with more axes than those of the
            sky: the spectrum there, as an image (axes of length 1 are dropped). Otherwise
            values with the unit of the image, NaN where a pixel is bad. Many positions and
            frequencies broadcast as in numpy; axes of the image that are left come last.

        Raises
        ------
        BoxError
            If one position lies outside the image; of many those outside give NaN.
        CoordinateError
            If the image has no axes of the sky, or no conversion to its frame is known.
        ArgumentError
            If something is no position, no frequency or no interpolation.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=np.arange(96.0).reshape(6, 4, 4))
        >>> im.at("0h0m0s 0d0m0s").getdata()
        array([10., 26., 42., 58., 74., 90.])
        >>> im.at("0h0m0s 0d0m30s", "1.415 GHz", interpolation="linear").round(3)
        <Quantity 60.>
        """
        from astropy import units

        if interpolation not in _INTERPOLATIONS:
            raise ArgumentError(
                f"interpolation must be 'nearest' or 'linear', got {interpolation!r:.40}"
            )
        source = self._known()
        lattice = source.lattice
        axes, pixels = _places(source, sky, freq, convention)
        if pixels.ndim == 1:
            _check_inside(pixels, [lattice.shape[axis] for axis in axes], sky, freq)
        others = [axis for axis, n in enumerate(lattice.shape) if axis not in axes and n > 1]
        linear = interpolation == "linear"
        if pixels.ndim == 1 and freq is None and others and not linear:
            return self._of(_spectrum(source, axes, pixels))
        flat = interpolate(lattice, axes, pixels.reshape(-1, len(axes)), linear=linear)
        left = tuple(lattice.shape[axis] for axis in others)
        values = flat.reshape(pixels.shape[:-1] + left)
        if pixels.ndim == 1 and freq is None and others:
            return self._of(_filled(_spectrum(source, axes, pixels), values))
        return units.Quantity(values, known_unit(source.unit), dtype=values.dtype)


def _places(
    source: Opened, sky: Any, freq: Any, convention: str
) -> tuple[list[int], NDArray[np.float64]]:
    """Return numpy axes and the pixels (..., axes) along them of positions."""
    system, shape = source.coordinates, source.lattice.shape
    found = system.direction_axes()
    if found is None:
        names = ", ".join(axis.name for axis in system.axes())
        raise CoordinateError(
            f"a position needs both axes of the sky, the axes of {source.name} are {names}"
        )
    pixels = sky_pixels(system, shape, sky)
    if freq is None:
        return list(found), pixels
    channels = find_channels(system, shape)
    spectral = channels.nearest(channels.hertz(freq, "freq", convention=convention))
    try:
        together = np.broadcast_arrays(spectral, pixels[..., 0], pixels[..., 1])
    except ValueError as error:
        raise ArgumentError(
            f"sky of shape {pixels.shape[:-1]} and freq of shape {spectral.shape} do not broadcast"
        ) from error
    return [channels.axis, *found], np.stack(together, axis=-1)


def _spectrum(source: Opened, axes: list[int], pixels: NDArray[np.float64]) -> Opened:
    """Return all that is at the pixel nearest to a position."""
    shape = source.lattice.shape
    start, stop = [0] * len(shape), list(shape)
    for axis, pixel in zip(axes, pixels, strict=True):
        start[axis] = int(np.clip(np.floor(pixel + 0.5), 0, shape[axis] - 1))
        stop[axis] = start[axis] + 1
    box = Box(tuple(start), tuple(stop))
    return section_of(source, box, tuple(axis for axis, n in enumerate(box.shape) if n == 1))


def _filled(nearest: Opened, values: NDArray[Any]) -> Opened:
    """Return values as an image with the coordinates of the spectrum of the nearest pixel."""
    good = np.isfinite(values) if nearest.lattice.masked else None
    masks = () if good is None else ("mask0",)
    return Opened(
        lattice=MemoryLattice(values, good, copy=False),
        coordinates=nearest.coordinates,
        kind="TempImage",
        name=TEMPORARY,
        unit=nearest.unit,
        imageinfo=deepcopy(nearest.imageinfo),
        miscinfo=deepcopy(nearest.miscinfo),
        history=list(nearest.history),
        masks=masks,
        default_mask="".join(masks),
    )


def _single(values: NDArray[np.float64], given: Any, name: str) -> float:
    if values.ndim or not np.isfinite(values):
        raise ArgumentError(f"{name} must be one finite frequency, got {given!r:.60}")
    return float(values)


def _channels_between(
    channels: Channels, low: float, high: float, given: tuple[Any, Any]
) -> tuple[int, int]:
    """Return the first and the last channel whose centre lies between two frequencies."""
    known = channels.frequencies
    spare = _ROUNDING * float(np.abs(np.diff(known)).min()) if len(known) > 1 else 1e-12 * high
    chosen = np.flatnonzero((known >= low - spare) & (known <= high + spare))
    if not len(chosen):
        raise BoxError(
            f"no channel has its centre between lo={given[0]} and hi={given[1]} ({low:.9g} to "
            f"{high:.9g} Hz): those of the image go from {known[0]:.9g} to {known[-1]:.9g} Hz"
        )
    return int(chosen[0]), int(chosen[-1])


def _check_inside(pixels: NDArray[np.float64], lengths: list[int], sky: Any, freq: Any) -> None:
    with np.errstate(invalid="ignore"):
        inside = (pixels > -0.5 - _ROUNDING) & (pixels < np.array(lengths) - 0.5 + _ROUNDING)
    if inside.all():
        return
    if freq is not None and not inside[0]:
        raise BoxError(f"freq {freq!s:.80} lies outside the {lengths[0]} channels of the image")
    place = ", ".join(f"{pixel:.6g}" for pixel in pixels[-2:])
    words = " ".join(str(sky).split())
    raise BoxError(
        f"sky {words:.160} lies outside the image: pixel ({place}) of the axes longitude and "
        f"latitude, which have {lengths[-2]} and {lengths[-1]}"
    )
