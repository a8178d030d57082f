"""The coordinate system of a FITS image.

A header is turned into the record that casacore makes of it: directions in rad, spectral
axes in Hz, Stokes parameters by name, everything else linear. Where a header is contradictory
or cannot be understood, the axes concerned become linear ones and a remark says why; nothing
in a header makes an image unreadable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.fitsaxes import Axes, find_sky, is_spectral, read_axes
from jupimage.coordinates.fitsdirection import read_direction
from jupimage.coordinates.fitskeywords import Keywords
from jupimage.coordinates.fitsobservation import read_observation
from jupimage.coordinates.fitsspectral import read_spectral, read_stokes
from jupimage.coordinates.record import Record, assemble, linear_record
from jupimage.coordinates.section import annotate, cut
from jupimage.coordinates.system import coordinatesystem
from jupimage.coordinates.transform import SystemTransform
from jupimage.errors import CoordinateError
from jupimage.lattice import Box

if TYPE_CHECKING:
    from astropy.io.fits import Header

__all__ = ["HeaderCoordinates", "from_header"]

_Part = tuple[str, Record, list[int]]


@dataclass(frozen=True, slots=True)
class HeaderCoordinates:
    """What a FITS header says about coordinates.

    Parameters
    ----------
    system
        The coordinate system.
    consumed
        Keywords of the header that are accounted for by it.
    remarks
        What was odd about the header, and what was made of it.
    shape
        The shape that the system describes: that of the image, with leading axes of length 1
        if there are more world axes and they were asked for.
    """

    system: coordinatesystem
    consumed: frozenset[str]
    remarks: tuple[str, ...]
    shape: tuple[int, ...]


def from_header(
    header: Header | dict[str, Any], shape: tuple[int, ...], *, extend: bool = False
) -> HeaderCoordinates:
    """Read the coordinate system of a FITS image.

    Parameters
    ----------
    header
        Its header: astropy's, or a dict, which is quicker.
    shape
        Its shape, slowest axis first.
    extend
        What to do where the header describes more axes than the image has: True makes a
        system with axes of length 1 for them (see `HeaderCoordinates.shape`), False leaves
        them out.

    Examples
    --------
    >>> from astropy.io.fits import Header
    >>> header = Header({"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CRVAL1": 30.0,
    ...                  "CDELT1": -0.1, "CDELT2": 0.1, "CTYPE3": "PHASE", "RADESYS": "FK5"})
    >>> found = from_header(header, (4, 64, 64))
    >>> [axis.name for axis in found.system.axes()]
    ['PHASE', 'Declination', 'Right Ascension']
    >>> found.remarks
    ()
    """
    with np.errstate(all="ignore"):  # what comes out of silly numbers is checked instead
        return _from_header(Keywords(header), shape, extend)


def _from_header(keys: Keywords, shape: tuple[int, ...], extend: bool) -> HeaderCoordinates:
    extra = max(0, keys.axis_count(len(shape)) - len(shape)) if shape else 0
    full = (1,) * extra + tuple(int(n) for n in shape)
    lengths = full[::-1] or (1,)
    axes = read_axes(keys, lengths)
    parts = [_linear(axes, range(len(axes)))] if keys.silent else _parts(axes, keys)
    system = assemble(parts, read_observation(keys))
    try:
        _replace(system, SystemTransform(system))
    except CoordinateError as error:
        keys.remark(f"{error}; the axes are taken as pixels")
        system = assemble([_plain(axes)], read_observation(keys))
    if extra and not extend:
        keys.remark(f"{extra} axes of the header that the image does not have are left out")
        system = cut(system, Box.whole(full), tuple(range(extra)))
        full = full[extra:]
    return HeaderCoordinates(
        coordinatesystem(annotate(system, full or (1,))),
        keys.consumed(),
        tuple(keys.remarks),
        full,
    )


def _parts(axes: Axes, keys: Keywords) -> list[_Part]:
    """Sort the axes into coordinates: the sky, Stokes, frequency, and all that is left."""
    left = set(range(len(axes)))
    parts: list[_Part] = []

    def add(kind: str, own: list[int], read: Callable[[], Record]) -> None:
        if axes.coupled(set(own)) != set(own):
            names = ", ".join(axes.ctype[i] or str(i + 1) for i in sorted(axes.coupled(set(own))))
            keys.remark(f"the matrix ties the axes {names} together: they are taken as linear")
            return
        try:
            record = read()
        except (CoordinateError, ArithmeticError) as error:
            names = ", ".join(axes.ctype[i] for i in own)
            keys.remark(f"{names}: {error}; taken as linear")
            return
        parts.append((kind, record, own))
        left.difference_update(own)

    sky = find_sky(axes, keys)
    if sky is not None:
        add("direction", [sky.longitude, sky.latitude], lambda: read_direction(axes, sky, keys))
    stokes = _only("Stokes", [i for i in left if axes.ctype[i].upper() == "STOKES"], keys)
    if stokes is not None:
        add("stokes", [stokes], lambda: read_stokes(axes, stokes, keys))
    spectral = _only("spectral", [i for i in left if is_spectral(axes.ctype[i])], keys)
    if spectral is not None:
        add("spectral", [spectral], lambda: read_spectral(axes, spectral, keys))
    if left:
        parts.append(_linear_or_plain(axes, sorted(left), keys))
    return parts


def _only(kind: str, found: list[int], keys: Keywords) -> int | None:
    """Return the first of several axes of a kind; the others are taken as linear."""
    if len(found) > 1:
        keys.remark(f"{len(found)} {kind} axes, of which the first is used as such")
    return min(found) if found else None


def _linear(axes: Axes, own: range | list[int]) -> _Part:
    chosen = list(own)
    record = linear_record(
        names=[axes.ctype[i] for i in chosen],
        units=[axes.cunit[i] for i in chosen],
        crval=axes.crval[chosen].tolist(),
        cdelt=axes.cdelt[chosen].tolist(),
        crpix=axes.crpix[chosen].tolist(),
        pc=axes.pc[np.ix_(chosen, chosen)],
    )
    return ("linear", record, chosen)


def _linear_or_plain(axes: Axes, own: list[int], keys: Keywords) -> _Part:
    """Return linear axes, without their matrix where that cannot be inverted."""
    kind, record, chosen = _linear(axes, own)
    inverse_exists = np.linalg.matrix_rank(record["pc"]) == len(own)
    if not inverse_exists:
        keys.remark(f"the matrix {record['pc'].tolist()} has no inverse and is ignored")
        record["pc"] = np.eye(len(own))
    return (kind, record, chosen)


def _plain(axes: Axes) -> _Part:
    """Return axes that only count pixels."""
    n = len(axes)
    record = linear_record(
        names=[axes.ctype[i] for i in range(n)],
        units=[""] * n,
        crval=[0.0] * n,
        cdelt=[1.0] * n,
        crpix=[0.0] * n,
    )
    return ("linear", record, list(range(n)))


def _replace(system: Record, transform: SystemTransform) -> None:
    """Write the world values of pixel 0 as those that a removed axis would have."""
    for part in transform.parts:
        if isinstance(part.transform, DirectionTransform):
            values = part.transform.position((0.0, 0.0))
        else:
            values = part.transform.toworld(np.zeros((1, part.entry.size)))[0]
        if np.isfinite(values).all():
            system[f"worldreplace{part.entry.number}"] = values
