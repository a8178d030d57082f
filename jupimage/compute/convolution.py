"""Images convolved to a common beam: Gaussian by Gaussian, plane by plane, read box by box.

The kernel of each plane is what its beam lacks of the wanted one. A box is read with a margin of
six standard deviations, beyond which a Gaussian is below 1e-8, so that what a read costs depends
on the box, not on the image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.beam import Beam
from jupimage.compute.gaussian import convolve_plane
from jupimage.compute.planebeams import PlaneBeams
from jupimage.errors import ArgumentError
from jupimage.lattice import Block, Box, Lattice

__all__ = ["ConvolvedView", "PlaneKernels"]

Array = NDArray[np.float64]

_REACH = 6.0  # standard deviations
_MARGIN = 16  # pixels: a kernel narrower than a pixel rings a little
_TILE = 512
_TOGETHER = 1 << 22  # pixels read at once


@dataclass(frozen=True, slots=True)
class PlaneKernels:
    """What each plane has to be convolved and multiplied with.

    Parameters
    ----------
    target
        The beam that all planes are to have.
    beams
        Those that they have.
    matrix
        Pixels to arcsec (east, north); columns are the pixel axes of longitude and latitude.
    power
        Power of ``beam`` in the unit of the pixels: -1 for Jy/beam, 0 for K.

    Raises
    ------
    ArgumentError
        If the wanted beam is smaller than one of a plane.
    """

    target: Beam
    beams: PlaneBeams
    matrix: Array
    power: float = 0.0

    def __post_init__(self) -> None:
        for channel, stokes in np.ndindex(*self.beams.beams.shape):
            beam = self.beams.at(channel, stokes)
            if beam is not None and self.target.difference(beam) is None:
                where = f" of channel {channel}" if self.beams.beams.size > 1 else ""
                raise ArgumentError(
                    f"beam {self.target} is smaller, in some direction, than the beam {beam}{where}"
                )

    def at(self, channel: int, stokes: int) -> tuple[Array, float] | None:
        """Return the kernel's covariance in pixels (longitude, latitude) and the factor.

        None for a plane that has no beam.
        """
        beam = self.beams.at(channel, stokes)
        difference = None if beam is None else self.target.difference(beam)
        if beam is None or difference is None:
            return None
        inverse = np.linalg.inv(self.matrix)
        covariance: Array = inverse @ difference @ inverse.T
        return covariance, (self.target.area / beam.area) ** -self.power

    @property
    def margin(self) -> int:
        """How many pixels around a box are needed."""
        widest = 0.0
        for channel, stokes in np.ndindex(*self.beams.beams.shape):
            kernel = self.at(channel, stokes)
            if kernel is not None:
                widest = max(widest, float(np.linalg.eigvalsh(kernel[0]).max()))
        return max(_MARGIN, math.ceil(_REACH * math.sqrt(widest)))


class ConvolvedView:
    """The pixels of another lattice, each plane of the sky convolved.

    Parameters
    ----------
    parent
        The lattice with the pixels.
    kernels
        What to convolve with.
    sky
        The numpy axes of longitude and latitude.
    planes
        The numpy axes of frequency and Stokes parameters, None for one that is not there.
    """

    def __init__(
        self,
        parent: Lattice,
        kernels: PlaneKernels,
        *,
        sky: tuple[int, int],
        planes: tuple[int | None, int | None],
    ) -> None:
        self.parent = parent
        self._kernels = kernels
        self._sky = sky
        self._planes = planes
        self._margin = kernels.margin

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis, slowest first."""
        return self.parent.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels."""
        return self.parent.dtype

    @property
    def tile(self) -> tuple[int, ...]:
        """A square of one plane: the less edge, the less margin has to be read."""
        return tuple(min(n, _TILE) if axis in self._sky else 1 for axis, n in enumerate(self.shape))

    @property
    def masked(self) -> bool:
        """Whether the other lattice has a mask."""
        return self.parent.masked

    def read(self, box: Box, *, values: bool = True, good: bool = True) -> Block:
        """Read a box of the other lattice, with its margin, and convolve it."""
        box.check(self.shape)
        if not values:
            return self.parent.read(box, values=False, good=good)
        pixels = np.empty(box.shape, self.dtype)
        valid = np.empty(box.shape, np.bool_) if self.masked else None
        for part in self._pieces(box):
            inner = tuple(
                slice((a - b) // s, (a - b) // s + n)
                for a, b, s, n in zip(part.start, box.start, box.step, part.shape, strict=True)
            )
            found = self._convolved(part)
            pixels[inner] = found.values
            if valid is not None:
                valid[inner] = found.good
        return Block(pixels, valid if good else None)

    def close(self) -> None:
        """Do nothing: the other lattice belongs to somebody else."""

    def _pieces(self, box: Box) -> list[Box]:
        """Cut a box that is large together with its margin into its planes."""
        outer = self._outer(box)
        if outer.size <= _TOGETHER:
            return [box]
        ranges = [
            [(a, b, s)] if axis in self._sky else [(i, i + 1, 1) for i in range(a, b, s)]
            for axis, (a, b, s) in enumerate(zip(box.start, box.stop, box.step, strict=True))
        ]
        return [Box(*zip(*parts, strict=True)) for parts in product(*ranges)]

    def _outer(self, box: Box) -> Box:
        """Return the box with its margin, unstrided on the sky."""
        start, stop, step = list(box.start), list(box.stop), list(box.step)
        for axis in self._sky:
            start[axis] = max(0, start[axis] - self._margin)
            stop[axis] = min(self.shape[axis], stop[axis] + self._margin)
            step[axis] = 1
        return Box(tuple(start), tuple(stop), tuple(step))

    def _convolved(self, box: Box) -> Block:
        outer = self._outer(box)
        block = self.parent.read(outer)
        assert block.values is not None
        longitude, latitude = self._sky
        cut = {
            axis: slice(box.start[axis] - outer.start[axis], box.stop[axis] - outer.start[axis],
                        box.step[axis])
            for axis in self._sky
        }  # fmt: skip
        pixels = np.empty(box.shape, self.dtype)
        lengths = [1 if axis in self._sky else n for axis, n in enumerate(box.shape)]
        for index in np.ndindex(*lengths):
            where: list[Any] = list(index)
            where[longitude] = where[latitude] = slice(None)
            plane = _turned(block.values[tuple(where)], longitude, latitude)
            good = None if block.good is None else _turned(block.good[tuple(where)], *self._sky)
            kernel = self._kernels.at(*self._numbers(outer, index))
            if kernel is None:
                done = np.full(plane.shape, np.nan)
            else:
                done = convolve_plane(plane, good, kernel[0], self._margin) * kernel[1]
            with np.errstate(over="ignore"):  # to single precision
                pixels[tuple(where)] = _turned(
                    done[cut[latitude], cut[longitude]], longitude, latitude
                )
        section = tuple(cut.get(axis, slice(None)) for axis in range(box.ndim))
        return Block(pixels, None if block.good is None else block.good[section])

    def _numbers(self, box: Box, index: tuple[int, ...]) -> tuple[int, int]:
        """Return channel and Stokes parameter of a plane of a box."""
        channel, stokes = (
            0 if axis is None else box.start[axis] + index[axis] * box.step[axis]
            for axis in self._planes
        )
        return channel, stokes


def _turned(plane: NDArray[Any], longitude: int, latitude: int) -> NDArray[Any]:
    """Return a plane with latitude as its first axis, or back."""
    return plane if latitude < longitude else plane.T
