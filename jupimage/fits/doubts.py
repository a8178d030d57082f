"""What in a header looks like damage: a default is used, or something is lost, and why.

Most of a header may be left out, and keywords may be invented at will. So a letter that was
changed on a disk often leaves a legal header that says less. What can be told from the rest of
the header is told here:

- a keyword that nobody knows is one letter off one that is missing;
- the same keyword is there twice, with different values;
- the name of an axis promises the sky, frequencies or Stokes parameters, which did not come;
- a log in the history has a beginning without an end, or the other way round;
- a date, a scale of time, a beam, a frame or a number is there, but is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from jupimage.fits.cards import FitsHeader
from jupimage.fits.history import LOG_END, LOG_START
from jupimage.fits.info import UNOFFICIAL_TYPES, is_spoken_for
from jupimage.formats.imagerecords import IMAGE_TYPES
from jupimage.formats.slips import find_slips, nearest

if TYPE_CHECKING:
    from jupimage.coordinates.fitsheader import HeaderCoordinates

__all__ = ["find_doubts"]

_KNOWN = (
    "BSCALE", "BZERO", "BLANK", "BUNIT", "BTYPE", "OBJECT", "BMAJ", "BMIN", "TELESCOP",
    "OBSERVER", "DATE-OBS", "TIMESYS", "MJD-OBS", "RESTFRQ", "RESTFREQ", "SPECSYS", "VELREF",
    "EQUINOX", "EPOCH", "RADESYS", "LONPOLE", "LATPOLE", "OBSRA", "OBSDEC", "OBSGEO-X",
    "OBSGEO-Y", "OBSGEO-Z", "CASAMBM",
)  # fmt: skip
"""Keywords that the reader uses, besides those of axes."""

_PER_AXIS = ("CTYPE", "CRVAL", "CDELT", "CRPIX", "CUNIT", "CROTA")
_OF_AN_AXIS = re.compile(rf"(?:{'|'.join(_PER_AXIS)})\d+|(?:PC|CD)\d+_\d+")
_NUMBERS = re.compile(
    r"(?:CRVAL|CDELT|CRPIX|CROTA)\d+|(?:PC|CD|PV)\d+_\d+"
    r"|EQUINOX|EPOCH|RESTFRE?Q|LONPOLE|LATPOLE|VELREF|MJD-OBS|OBSRA|OBSDEC|OBSGEO-[XYZ]|BM(?:AJ|IN)"
)
_OTHERS = frozenset({"OBJRA", "OBJDEC"})
"""Common keywords that are one letter off those."""

_SKY = re.compile(r"(RA|DEC|[A-Z]LON|[A-Z]LAT)(-.*)?")
_SKY_SHAPE = re.compile(r"(?!..L[NT]-).{2,4}-{1,2}-?[A-Z]{3}(-SIP)?")  # the Sun has HPLN-TAN
_WORDS = frozenset(
    {"FREQ", "VELO", "FELO", "VRAD", "VOPT", "ZOPT", "BETA", "WAVE", "AWAV", "WAVN", "ENER",
     "STOKES"}
)  # fmt: skip
_SCALES = frozenset(
    {"UTC", "TAI", "IAT", "TT", "TDT", "ET", "UT1", "UT", "GMT", "TDB", "TCB", "TCG", "LOCAL",
     "GPS"}
)  # fmt: skip
_TYPES = frozenset(name.upper() for name in IMAGE_TYPES)
_LAST_FRAME = 7


def find_doubts(
    header: FitsHeader, ndim: int, found: HeaderCoordinates, info: dict[str, Any]
) -> list[str]:
    """Return what is doubtful about the header of an image, a phrase for each.

    Parameters
    ----------
    header
        The header.
    ndim
        Axes of the pixels.
    found
        What it says about coordinates.
    info
        What it says about beam and type.
    """
    return [
        *_slips(header, ndim),
        *_repeated(header),
        *_no_numbers(header),
        *_axes(header, found),
        *_labels(header, found, info),
        *_observation(header, found.system.dict()),
        *_image(header, info),
        *_log(header),
    ]


def _slips(header: FitsHeader, ndim: int) -> Iterator[str]:
    known = _known(ndim)
    names = [
        name
        for name, _ in header.items()
        if name in known or _OF_AN_AXIS.fullmatch(name) or not is_spoken_for(name)
    ]
    for name, other in find_slips(names, known, most=1):
        if name not in _OTHERS:
            yield f"{name} looks like a damaged {other}, which is missing"


@cache
def _known(ndim: int) -> frozenset[str]:
    """Return the keywords that mean something for an image of so many axes."""
    axes = range(1, ndim + 1)
    matrix = {f"{name}{i}_{j}" for name in ("PC", "CD") for i in axes for j in axes}
    return frozenset(_KNOWN) | {f"{name}{i}" for name in _PER_AXIS for i in axes} | matrix


def _repeated(header: FitsHeader) -> Iterator[str]:
    for name in header.repeated:
        yield f"there are several cards {name} that do not agree, the first is used"


def _no_numbers(header: FitsHeader) -> Iterator[str]:
    for name, value in header.items():
        if type(value) is float and -1e100 < value < 1e100:
            continue  # nearly all of them
        if _NUMBERS.fullmatch(name) and _is_no_number(value):
            yield f"{name} = {value!r:.40} is no number"


def _is_no_number(value: object) -> bool:
    """Tell whether a value cannot stand for a number; what is beyond 1e100 counts as infinite."""
    if isinstance(value, str):
        if not value.strip():
            return False
        value = value.upper().replace("D", "E")
    try:
        return isinstance(value, bool) or not abs(float(value)) < 1e100  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return True


def _axes(header: FitsHeader, found: HeaderCoordinates) -> Iterator[str]:
    """Tell of kinds of coordinates that are missing though axes are called so."""
    system = found.system.dict()
    kinds = {name.rstrip("0123456789") for name in system}
    names = [
        str(value).strip().upper()
        for key, value in header.items()
        if key.startswith("CTYPE") and key[5:].isdigit()
    ]
    promised = {kind for kind in map(_kind, names) if kind}
    if lost := sorted(promised - kinds):
        reasons = "; ".join(found.remarks) or f"the axes are {', '.join(names)}"
        yield f"no {' and '.join(lost)} coordinates: {reasons}"
    for name in names:
        if word := nearest(name.split("-")[0], _WORDS):
            yield f"an axis of type {name!r} is taken as linear: it looks like a damaged {word}"


def _labels(header: FitsHeader, found: HeaderCoordinates, info: dict[str, Any]) -> Iterator[str]:
    """Tell of values that stand for something, but for nothing known."""
    for key, part in found.system.dict().items():
        if key.startswith("stokes") and "??" in part["stokes"]:
            if info["imagetype"] not in UNOFFICIAL_TYPES:
                yield "the Stokes axis holds values that are no Stokes parameters"
        elif key.startswith("spectral") and part["system"] == "Undefined" and "SPECSYS" in header:
            yield f"SPECSYS = {header.text('SPECSYS')!r:.40} is not known"
    velref = header.real("VELREF")
    if velref is not None and not (
        0 <= velref <= 256 + _LAST_FRAME and velref % 256 <= _LAST_FRAME
    ):
        yield f"VELREF = {velref:g} is not known"


def _kind(name: str) -> str:
    """Return the kind of coordinate that the type of an axis promises."""
    if name.split("-")[0] in _WORDS:
        return "stokes" if name == "STOKES" else "spectral"
    return "direction" if _SKY.fullmatch(name) or _SKY_SHAPE.fullmatch(name) else ""


def _observation(header: FitsHeader, system: dict[str, Any]) -> Iterator[str]:
    date = header.text("DATE-OBS").strip()
    if date and system["obsdate"]["m0"]["value"] == 0 and "MJD-OBS" not in header:
        yield f"DATE-OBS = {date!r:.40} is no date"
    scale = header.text("TIMESYS").strip()
    if scale and scale.upper() not in _SCALES:
        yield f"TIMESYS = {scale!r:.40} is no scale of time, UTC is assumed"


def _image(header: FitsHeader, info: dict[str, Any]) -> Iterator[str]:
    sizes = [header.real(name) for name in ("BMAJ", "BMIN")]
    if "restoringbeam" not in info and any(size for size in sizes):
        given = ", ".join(name for name in ("BMAJ", "BMIN", "BPA") if name in header)
        yield f"{given} make no beam"
    if word := nearest(header.text("BTYPE").upper(), _TYPES):
        yield f"BTYPE = {header.text('BTYPE')!r:.40} looks like a damaged {word!r}"


def _log(header: FitsHeader) -> Iterator[str]:
    begins, ends = (header.history.count(mark) for mark in (LOG_START, LOG_END))
    if begins != ends:
        yield f"a log in the history begins {begins} times and ends {ends} times"
