"""What writers do to images, and may be killed at.

Each is a generator function: what stands before the ``yield`` prepares, what stands behind it is
the deed. All work on the image that `make_old` makes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.harm.portrait import portrait

__all__ = ["do_and_look", "make_old"]

SHAPE = (24, 96, 112)
TILE = (4, 32, 40)


def make_old(path: str, format: str) -> None:
    """Write the image that is there before a deed."""
    im = _source(1.0)
    im.setunit("Jy/beam")
    im.putmiscinfo({"state": "old", "numbers": [1.0, 2.0, 3.0]})
    im.addhistory([f"line {number} of the old image" for number in range(5)])
    if format in ("casacore", "hdf5"):
        im.attrcreategroup("STATIONS")
        im.attrput("STATIONS", "NAME", 0, "CS001")
    _save(im, path, format)
    if format in ("casacore", "hdf5"):
        with _open(path) as stored:
            stored.makemask("spare")


def _source(value: float) -> Any:
    from jupimage import image

    pixels = np.full(SHAPE, value, np.float32)
    pixels += np.arange(SHAPE[-1], dtype=np.float32)
    return image("", values=pixels, mask=pixels % 7 == value)


def _save(im: Any, path: str, format: str) -> None:
    if format == "FITS":
        im.tofits(path)
    else:
        im.saveas(path, format=format, newtileshape=TILE if format != "Miriad" else ())


def _open(path: str) -> Any:
    from jupimage import image

    return image(path)


def do_and_look(deed: str, path: str, *arguments: Any) -> dict[str, Any]:
    """Do one of the deeds below to its end, and return the portrait of the image."""
    for _ in globals()[deed](path, *arguments):
        pass
    return portrait(path)


def save(path: str, format: str, exchange: bool = True, value: float = 5.0) -> Iterator[None]:
    """Save another image there, beside what may be there already."""
    from jupimage.files import swap

    swap._allowed = exchange
    im = _source(value)
    im.setunit("K")
    im.putmiscinfo({"state": f"new {value}"})
    im.addhistory("the new image")
    yield
    _save(im, path, format)


def put_pixels(path: str, value: float = 9.0) -> Iterator[None]:
    """Write all pixels."""
    with _open(path) as im:
        pixels = _source(value).getdata()
        yield
        im.putdata(pixels)


def put_mask(path: str) -> Iterator[None]:
    """Write the whole mask."""
    with _open(path) as im:
        mask = ~im.getmask()
        yield
        im.putmask(mask)


def set_unit(path: str, unit: str = "mJy/beam") -> Iterator[None]:
    """Change the unit."""
    with _open(path) as im:
        yield
        im.setunit(unit)


def put_miscinfo(path: str) -> Iterator[None]:
    """Change the miscellaneous information to a larger one."""
    with _open(path) as im:
        info = {f"name{number}": np.arange(20.0) + number for number in range(50)}
        yield
        im.putmiscinfo(info)


def put_imageinfo(path: str) -> Iterator[None]:
    """Change image type and object."""
    with _open(path) as im:
        yield
        im.putimageinfo({"imagetype": "Velocity", "objectname": "NGC 1275"})


def add_history(path: str, words: str = "one more line") -> Iterator[None]:
    """Append to the history."""
    with _open(path) as im:
        yield
        im.addhistory([words, words * 40])


def set_history(path: str) -> Iterator[None]:
    """Replace the history."""
    with _open(path) as im:
        yield
        im.sethistory([f"new line {number}" for number in range(700)])


def put_attribute(path: str, name: str = "FLUX") -> Iterator[None]:
    """Put an attribute that is new to its group."""
    with _open(path) as im:
        yield
        im.attrput("STATIONS", name, 0, np.arange(4.0))


def create_group(path: str) -> Iterator[None]:
    """Make another attribute group."""
    with _open(path) as im:
        yield
        im.attrcreategroup("SOURCES")


def make_mask(path: str, name: str = "another") -> Iterator[None]:
    """Store a new mask."""
    with _open(path) as im:
        yield
        im.makemask(name)


def remove_mask(path: str) -> Iterator[None]:
    """Delete a stored mask that is not in use."""
    with _open(path) as im:
        yield
        im.removemask("spare")


def remove_default_mask(path: str) -> Iterator[None]:
    """Delete the mask in use."""
    with _open(path) as im:
        name = im.defaultmask()
        yield
        im.removemask(name)


def set_default_mask(path: str) -> Iterator[None]:
    """Put another mask to use."""
    with _open(path) as im:
        yield
        im.setdefaultmask("spare")


def put_pixels_with_casacore(path: str) -> Iterator[None]:
    """Write all pixels, by python-casacore."""
    from casacore.images import image

    im = image(path)
    pixels = _source(7.0).getdata()
    yield
    im.putdata(pixels)
    im.unlock()


def put_mask_with_casacore(path: str) -> Iterator[None]:
    """Write the whole mask, by python-casacore."""
    from casacore.images import image

    im = image(path)
    mask = ~im.getmask()
    yield
    im.putmask(mask)
    im.unlock()
