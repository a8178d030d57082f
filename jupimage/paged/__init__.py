"""casacore's paged images: tables in folders."""

from jupimage.paged.format import PagedFormat

__all__ = ["PagedFormat"]
