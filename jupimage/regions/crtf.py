"""CRTF, the text format of CASA for regions.

The package `regions` reads and writes its lines. Around it is done what it leaves out: lines in
pixels among others on the sky, boxes between two corners, and points as CASA knows them.
"""

from __future__ import annotations

import math
import re
from typing import Any

from jupimage.errors import ArgumentError
from jupimage.regions.package import package
from jupimage.regions.packageregions import from_package
from jupimage.regions.spec import RegionSpec

__all__ = ["is_crtf", "is_crtf_line", "parse_crtf", "to_crtf"]

_HEAD = re.compile(r"\s*#\s*CRTF", re.IGNORECASE)
_LINE = re.compile(r"\s*[-+]?\s*(?:(ann)\s+)?([a-z]+)\s*\[", re.IGNORECASE)
_IN_PIXELS = re.compile(r"\d\s*pix")
_FRAME = re.compile(r"coord\s*=\s*\w+", re.IGNORECASE)


def is_crtf_line(line: str) -> bool:
    """Return whether a line looks like a region of CRTF."""
    return _LINE.match(line) is not None


def is_crtf(text: str) -> bool:
    """Return whether a text is CRTF rather than ds9."""
    return bool(_HEAD.match(text)) or any(map(is_crtf_line, text.splitlines()))


def parse_crtf(text: str) -> list[RegionSpec]:
    """Return the regions of a CRTF text, those to exclude as complements."""
    rows = [line.strip() for line in text.splitlines() if not line.lstrip().startswith("#")]
    general = [line for line in rows if line.lower().startswith("global")]
    lines = [line for line in rows if (match := _LINE.match(line)) is not None and not match[1]]
    unknown = [line for line in rows if line and line not in general]
    if bad := [line for line in unknown if _LINE.match(line) is None]:
        raise ArgumentError(f"wanted a CRTF region, got {bad[0]!r:.80}")
    if not any(_FRAME.search(line) for line in general):
        general.append("global coord=J2000")
    found: dict[int, RegionSpec] = {}
    for in_pixels in (False, True):
        mine = [n for n, line in enumerate(lines) if bool(_IN_PIXELS.search(line)) == in_pixels]
        if mine:
            chosen = [lines[n] for n in mine]
            if in_pixels:
                chosen = [_FRAME.sub("coord=image", line) for line in chosen]
            heads = [_FRAME.sub("coord=image", g) for g in general] if in_pixels else general
            parsed = package().Regions.parse(
                "\n".join(["#CRTFv0", *heads, *chosen, ""]), format="crtf"
            )
            if len(parsed) != len(mine):
                raise ArgumentError(f"wanted {len(mine)} CRTF regions, {len(parsed)} were found")
            for n, each in zip(mine, parsed, strict=True):
                found[n] = from_package(_measured(each, lines[n]))
    return [found[n] for n in sorted(found)]


def _measured(region: Any, line: str) -> Any:
    """Return a region whose width, of a box between corners, is one on the sky.

    The package takes the difference of the longitudes for it.
    """
    match = _LINE.match(line)
    if match and match[2].lower() == "box" and hasattr(region.center, "transform_to"):
        region.width = region.width * math.cos(region.center.spherical.lat.rad)
    return region


def to_crtf(objects: list[Any]) -> str:
    """Return regions of the package as CRTF."""
    lines = ["#CRTFv0 CASA Region Text Format version 0", "global coord=J2000"]
    for each in objects:
        in_pixels = "Pixel" in type(each).__name__
        text = (
            package()
            .Regions([each])
            .serialize(
                format="crtf", coordsys="image" if in_pixels else "fk5", fmt=".9f", radunit="deg"
            )
        )
        lines.append(_mended(text.splitlines()[2], in_pixels=in_pixels))
    return "\n".join([*lines, ""])


def _mended(line: str, *, in_pixels: bool) -> str:
    """Return a line with pixels called so, and a point as CASA knows it."""
    shape, comma, rest = _parted(line)
    if in_pixels:
        *parts, last = shape.split("deg")
        turned = re.match(r"[-+]?(?:ellipse|rotbox)", shape)
        shape = "pix".join(parts) + ("deg" if turned else "pix") + last
    shape = re.sub(r"^([-+]?)point\[(.*)\]$", r"\1symbol[\2, .]", shape)
    return shape + comma + rest


def _parted(line: str) -> tuple[str, str, str]:
    """Return the shape of a line and what is said of it."""
    end = re.search(r"\](, )(?=\w+=)", line)
    return (line, "", "") if end is None else (line[: end.start(1)], end[1], line[end.end() :])
