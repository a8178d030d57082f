"""Colour maps: one bundled table, shared by the pictures and by the browser.

`colormaps.json` beside this module maps a name to the base64 text of 256 x 3 bytes (red,
green, blue, lowest value first); the TypeScript of the viewer imports the same file, so that
a picture and the live view have the same colours to the byte. Its ``licence`` entry says
where each map comes from. The maps are those whose lightness changes evenly, plus `grey` and
the diverging `RdBu` for Stokes Q, U, V and velocities.
"""

from __future__ import annotations

import base64
import difflib
import json
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import DisplayError

__all__ = ["DEFAULT", "colormap", "names"]

DEFAULT = "inferno"


@cache
def _table() -> dict[str, str]:
    text = files("jupimage.display").joinpath("colormaps.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    del table["licence"]
    return table


def names() -> tuple[str, ...]:
    """Return the names of the colour maps; each can also be given with ``_r`` (reversed).

    Examples
    --------
    >>> names()
    ('RdBu', 'cividis', 'cubehelix', 'grey', 'inferno', 'magma', 'plasma', 'viridis')
    """
    return tuple(sorted(_table()))


def colormap(name: str) -> NDArray[np.uint8]:
    """Return a colour map as 256 colours of red, green and blue, lowest value first.

    Parameters
    ----------
    name
        One of `names`; with ``_r`` at its end the colours are reversed. ``gray`` is ``grey``.

    Raises
    ------
    DisplayError
        If there is no map of that name; the message names the nearest ones.

    Examples
    --------
    >>> colormap("grey")[[0, 128, 255]].tolist()
    [[0, 0, 0], [128, 128, 128], [255, 255, 255]]
    >>> colormap("viridis_r")[0].tolist()
    [253, 231, 37]
    """
    base, reverse = (name[:-2], True) if name.endswith("_r") else (name, False)
    base = {"gray": "grey"}.get(base, base)
    if base not in _table():
        raise DisplayError(_no_such_map(name))
    colours = np.frombuffer(base64.b64decode(_table()[base]), np.uint8).reshape(256, 3)
    return colours[::-1].copy() if reverse else colours.copy()


def _no_such_map(name: str) -> str:
    by_lower = {known.lower(): known for known in names()}
    near = difflib.get_close_matches(name.lower().removesuffix("_r"), by_lower, n=2)
    if near:
        guess = " or ".join(repr(by_lower[found]) for found in near)
        return f"no colour map {name!r}, did you mean {guess}?"
    return f"no colour map {name!r}, there are {', '.join(names())}"
