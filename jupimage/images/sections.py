"""Sections of an image as images of their own."""

from __future__ import annotations

from jupimage.compute.planebeams import beams_of_section
from jupimage.formats import DerivedStore, Opened
from jupimage.lattice import Box, Lattice, SectionView

__all__ = ["section_of"]

_OWN: tuple[str, ...] = ("unit", "imageinfo", "miscinfo", "history")


def section_of(
    source: Opened, box: Box, drop: tuple[int, ...] = (), *, lattice: Lattice | None = None
) -> Opened:
    """Return a section, which reads from its source and writes to it.

    What describes it follows the source, except for the beams: of one beam for each channel it
    has those of its own channels, as casacore's sections have.

    Parameters
    ----------
    source
        The image.
    box
        The section.
    drop
        Axes of length 1 in the section that it loses.
    lattice
        Pixels of the whole image that are seen instead of the source's own.
    """
    info, inherited = source.imageinfo, _OWN
    seen = source.lattice if lattice is None else lattice
    if "perplanebeams" in info:
        info = beams_of_section(info, source.coordinates, source.lattice.shape, box)
        inherited = tuple(name for name in _OWN if name != "imageinfo")
    return Opened(
        lattice=SectionView(seen, box, drop=drop),
        coordinates=source.coordinates.section(box, drop),
        kind="SubImage",
        name=source.name,
        unit=source.unit,
        imageinfo=info,
        miscinfo=source.miscinfo,
        history=source.history,
        remarks=source.remarks,
        store=DerivedStore([source], inherited),
    )
