"""A coordinate system as the WCS cards of a FITS header.

The cards are those that casacore writes, with all digits of the numbers: the sky in degrees,
frequencies in Hz or velocities in m/s, Stokes parameters by their numbers in FITS, everything
else as linear axes. What FITS has no words for is named in the losses; nothing is written
that a reader would take for something else than it is.

Image axes keep their numbers. Where a coordinate hangs on an axis that was dropped from the
image (a strip of sky), that axis follows the others: WCSAXES then is larger than NAXIS.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jupimage.coordinates.damage import reads_record
from jupimage.coordinates.headeraxes import Cards, HeaderPart
from jupimage.coordinates.headerobservation import write_observation
from jupimage.coordinates.headerother import write_linear, write_stokes
from jupimage.coordinates.headersky import write_direction
from jupimage.coordinates.headerspectral import write_spectral
from jupimage.coordinates.record import Entry, entries
from jupimage.coordinates.system import coordinatesystem
from jupimage.errors import CoordinateError

__all__ = ["WrittenHeader", "to_header"]


class WrittenHeader:
    """The WCS cards of a header, and what they cannot say.

    Parameters
    ----------
    cards
        Keyword, value and comment of each card, in order. The keyword COMMENT may come too.
    losses
        What of the coordinates is not in the cards, one phrase each.
    """

    __slots__ = ("cards", "losses")

    def __init__(self, cards: Cards, losses: Sequence[str]) -> None:
        self.cards = cards
        self.losses = tuple(losses)


@reads_record
def to_header(
    system: coordinatesystem,
    shape: Sequence[int],
    *,
    velocity: bool = True,
    optical: bool = True,
) -> WrittenHeader:
    """Return the WCS cards of a coordinate system.

    Parameters
    ----------
    system
        The coordinates of an image.
    shape
        The image's shape, slowest axis first.
    velocity
        Write a spectral axis with a rest frequency as velocities instead of frequencies.
    optical
        Which velocity: optical or radio.

    Raises
    ------
    CoordinateError
        If the coordinates do not fit the shape, or hold values that no header can.

    Examples
    --------
    >>> from jupimage.coordinates import default_system
    >>> written = to_header(default_system((8, 16, 16)), (8, 16, 16), velocity=False)
    >>> {key: value for key, value, _ in written.cards if key.startswith("CTYPE")}
    {'CTYPE1': 'RA---SIN', 'CTYPE2': 'DEC--SIN', 'CTYPE3': 'FREQ'}
    >>> written.losses
    ()
    """
    record = system.dict()
    if system.ndim != len(shape):
        raise CoordinateError(
            f"coordinates of {system.ndim} pixel axes cannot describe {len(shape)} axes"
        )
    parts, losses = _parts(entries(record), tuple(shape)[::-1], velocity, optical)
    count = max([len(shape), *(axis.number for part in parts for axis in part.axes)])
    observation, unsaid = write_observation(record)
    cards = [
        *([("WCSAXES", count, "number of world axes")] if count > len(shape) else []),
        *(card for part in parts for card in part.frame),
        *_matrix(parts, count),
        *(
            card
            for axis in sorted((a for part in parts for a in part.axes), key=lambda a: a.number)
            for card in axis.cards()
        ),
        *(card for part in parts for card in part.parameters),
        *(card for part in parts for card in part.spectral),
        *observation,
    ]
    losses += [loss for part in parts for loss in part.losses]
    return WrittenHeader(cards, [*losses, *unsaid])


def _parts(
    found: Sequence[Entry], lengths: tuple[int, ...], velocity: bool, optical: bool
) -> tuple[list[HeaderPart], list[str]]:
    """Write each coordinate that has an axis of the image (`lengths` fastest first)."""
    parts: list[HeaderPart] = []
    losses: list[str] = []
    kinds: set[str] = set()
    free = len(lengths) + 1
    for entry in found:
        if max(entry.pixelmap) < 0:
            losses.append(f"the value of the {entry.kind} axis that was dropped from the image")
            continue
        numbers = []
        for axis in entry.pixelmap:
            numbers.append(axis + 1 if axis >= 0 else free)
            free += axis < 0
        missing = sum(axis < 0 for axis in entry.pixelmap)
        if missing:
            losses.append(
                f"that {missing} {entry.kind} axis was dropped, which comes back with length 1"
            )
        part = HeaderPart(entry, tuple(numbers), lengths)
        if entry.kind in kinds and entry.kind in ("direction", "spectral", "stokes"):
            part.losses.append(f"that axis {numbers[0]} is a second {entry.kind} coordinate")
            write_linear(part)
        elif entry.kind == "direction":
            write_direction(part)
        elif entry.kind == "spectral":
            write_spectral(part, velocity=velocity, optical=optical)
        elif entry.kind == "stokes":
            write_stokes(part)
        else:
            write_linear(part)
        kinds.add(entry.kind)
        parts.append(part)
    return parts, losses


def _matrix(parts: Sequence[HeaderPart], count: int) -> Iterator[tuple[str, float, str]]:
    """Give all elements of the matrix, column by column."""
    matrix = np.eye(count)
    for part in parts:
        index = [axis.number - 1 for axis in part.axes]
        matrix[np.ix_(index, index)] = part.matrix
    for j in range(count):
        for i in range(count):
            yield f"PC{i + 1}_{j + 1}", float(matrix[i, j]), ""
