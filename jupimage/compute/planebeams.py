"""The beams of the planes of an image: one for all, or one for each channel and Stokes parameter.

The record of many beams counts channels and Stokes parameters and names the beams ``*0``,
``*1``..., channels fastest. A channel without data may have a beam of size 0 there; it counts
as no beam.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.compute.beam import Beam
from jupimage.coordinates import coordinatesystem
from jupimage.errors import ArgumentError
from jupimage.lattice import Box

__all__ = ["PlaneBeams", "beams_of_section"]

_MANY = "perplanebeams"
_ONE = "restoringbeam"


class PlaneBeams:
    """The beam of each plane of an image.

    Parameters
    ----------
    beams
        Array (channels, Stokes parameters) of beams, None where a plane has none. A length of 1
        stands for all.

    Examples
    --------
    >>> one = PlaneBeams.of({"restoringbeam": Beam(12.0, 10.0).record()}, channels=64, stokes=1)
    >>> one.at(63, 0)
    Beam(major=12.0, minor=10.0, angle=0.0)
    """

    def __init__(self, beams: Any) -> None:
        self.beams = beams

    @classmethod
    def single(cls, beam: Beam) -> PlaneBeams:
        """Return one beam for all planes."""
        beams = np.empty((1, 1), object)
        beams[0, 0] = beam
        return cls(beams)

    @classmethod
    def of(cls, imageinfo: Mapping[str, Any], *, channels: int, stokes: int) -> PlaneBeams:
        """Return the beams of an image.

        Parameters
        ----------
        imageinfo
            What the image says of itself.
        channels, stokes
            Lengths of these axes, 1 for an axis that is not there.

        Raises
        ------
        ArgumentError
            If there is no beam, or there are beams for other numbers of planes.
        """
        if isinstance(imageinfo.get(_ONE), Mapping):
            return cls.single(Beam.of(imageinfo[_ONE]))
        record = imageinfo.get(_MANY)
        if not isinstance(record, Mapping):
            raise ArgumentError(
                "a restoring beam is needed, but imageinfo() has none; set it with "
                "putimageinfo({'restoringbeam': ...}) or give one with beam="
            )
        counts = _counts(record)
        for wanted, got, what in zip(
            (channels, stokes), counts, ("channels", "Stokes parameters"), strict=True
        ):
            if got not in (1, wanted):
                raise ArgumentError(
                    f"imageinfo() has beams for {got} {what}, the image has {wanted}; give one "
                    "beam for all with beam="
                )
        beams = np.empty(counts, object)
        for channel, parameter in np.ndindex(*counts):
            beams[channel, parameter] = _usable(record.get(f"*{channel + counts[0] * parameter}"))
        if not any(beam is not None for beam in beams.flat):
            raise ArgumentError("none of the beams of the channels in imageinfo() has a size")
        return cls(beams)

    def at(self, channel: int, stokes: int) -> Beam | None:
        """Return the beam of a plane."""
        channels, parameters = self.beams.shape
        found: Beam | None = self.beams[min(channel, channels - 1), min(stokes, parameters - 1)]
        return found

    def areas(self) -> Any:
        """Return the solid angles in sr, (channels, Stokes parameters), NaN for no beam."""
        areas = [np.nan if beam is None else beam.area for beam in self.beams.flat]
        return np.array(areas).reshape(self.beams.shape)


def beams_of_section(
    imageinfo: Mapping[str, Any], system: coordinatesystem, shape: tuple[int, ...], box: Box
) -> dict[str, Any]:
    """Return the image information of a section: of many beams those of its planes.

    A single plane has one beam, as casacore's sections have.

    Parameters
    ----------
    imageinfo, system, shape
        Of the whole image.
    box
        The section.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> shape = (3, 1, 8, 8)
    >>> beams = {f"*{i}": Beam(10.0 + i, 8.0).record() for i in range(3)}
    >>> info = {"perplanebeams": {"nChannels": 3, "nStokes": 1, **beams}}
    >>> second = Box((1, 0, 0, 0), (2, 1, 8, 8))
    >>> found = beams_of_section(info, default_system(shape), shape, second)
    >>> found["restoringbeam"]["major"]
    {'value': 11.0, 'unit': 'arcsec'}
    """
    record = imageinfo.get(_MANY)
    if not isinstance(record, Mapping) or imageinfo.get(_ONE):
        return dict(imageinfo)
    counts = _counts(record)
    axes = system.spectral_axis(), system.stokes_axis()
    chosen = []
    for axis, count in zip(axes, counts, strict=True):
        if axis is None or count != shape[axis]:
            chosen.append(range(count))
        else:
            chosen.append(range(count)[box.slices[axis]])
    result = {key: value for key, value in imageinfo.items() if key != _MANY}
    numbers = [channel + counts[0] * parameter for parameter in chosen[1] for channel in chosen[0]]
    if any(f"*{number}" not in record for number in numbers):
        return dict(imageinfo)
    if len(numbers) == 1:
        return {**result, _ONE: record[f"*{numbers[0]}"]}
    beams = {f"*{new}": record[f"*{number}"] for new, number in enumerate(numbers)}
    return {
        **result,
        _MANY: {"nChannels": len(chosen[0]), "nStokes": len(chosen[1]), **beams},
    }


def _counts(record: Mapping[str, Any]) -> tuple[int, int]:
    try:
        channels, stokes = int(record["nChannels"]), int(record["nStokes"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArgumentError(f"{_MANY} needs counts nChannels and nStokes ({error!r})") from error
    return max(1, channels), max(1, stokes)


def _usable(record: Any) -> Beam | None:
    try:
        return Beam.of(record)
    except ArgumentError:
        return None
