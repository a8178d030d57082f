"""The regions of an image: those that are stored with it, and pixels chosen by any.

Whatever takes a region takes a spec of `jupimage.regions`, a region of the astropy package
`regions`, the name of a stored one, a record of casacore, a file or text of ds9 or CRTF, or an
array of Bools.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ArgumentError, MaskError
from jupimage.formats.coordinaterecords import coordinates_to_record
from jupimage.images.handle import Handle
from jupimage.lattice import Box, WritableLattice
from jupimage.lattice.scan import blocks
from jupimage.regions import RecordSpec, Region, RegionSpec, as_region, to_record

__all__ = ["Regions"]


class Regions(Handle):
    """The part of `image` that keeps regions and uses them."""

    def regions(self) -> list[str]:
        """Return the names of the stored regions.

        Examples
        --------
        >>> from jupimage import image
        >>> from jupimage.regions import Circle
        >>> im = image("", shape=(9, 9))
        >>> im.putregion("source", Circle((4, 4), 2))
        >>> im.regions()
        ['source']
        """
        return list(self._known().regions)

    def region(self, name: str) -> RegionSpec:
        """Return a stored region, to be combined with others or used with another image.

        Raises
        ------
        ArgumentError
            If there is none of that name.

        Examples
        --------
        >>> from jupimage import image
        >>> from jupimage.regions import Circle, Range
        >>> im = image("", shape=(8, 9, 9))
        >>> im.putregion("source", Circle((4, 4), 2))
        >>> im.getregion(im.region("source") & Range(0, 3)).sum()
        np.int64(13)
        """
        known = self._known().regions
        if name not in known:
            raise ArgumentError(
                f"{self} has no region {name!r:.60}; it has {', '.join(known) or 'none'}"
            )
        return RecordSpec(known[name], name=name)

    def putregion(self, name: str, region: Any) -> None:
        """Store a region with the image, in place of the one of that name if there is one.

        It is stored as casacore can use it, and has the same pixels there: a polygon, box or
        range in world terms in these, anything else in pixels.

        Parameters
        ----------
        name
            What to call it. A region cannot have the name of a mask.
        region
            What pixels it has.

        Raises
        ------
        ArgumentError
            If it has no pixels in this image, or `name` is empty.
        MaskError
            If a mask has that name.
        ReadOnlyError
            If the image cannot be written.
        """
        if not isinstance(name, str) or not name:
            raise ArgumentError(f"a region needs a name, got {name!r:.60}")
        opened = self._opened
        with opened.store.changing():
            known = self._known()
            if name in known.masks:
                raise MaskError(f"a region cannot have the name of a mask: {name}")
            record = to_record(
                region,
                known.coordinates,
                known.lattice.shape,
                coordinates=coordinates_to_record(known.coordinates),
                stored=known.regions,
            )
            self._set_regions({**known.regions, name: record})

    def removeregion(self, name: str) -> None:
        """Delete a stored region.

        Raises
        ------
        ArgumentError
            If there is none of that name.
        ReadOnlyError
            If the image cannot be written.
        """
        with self._opened.store.changing():
            self.region(name)
            known = self._opened.regions
            self._set_regions({key: known[key] for key in known if key != name})

    def getregion(self, region: Any) -> NDArray[np.bool_]:
        """Return which pixels of the image belong to a region, True where one does.

        The mask of the image has no part in it.

        Parameters
        ----------
        region
            What pixels are wanted.

        Raises
        ------
        ArgumentError
            If it is no region, or no pixel of the image can belong to it.

        Examples
        --------
        >>> from jupimage import image
        >>> image("", shape=(3, 3)).getregion("image; circle(2, 2, 1)").astype(int)
        array([[0, 1, 0],
               [1, 1, 1],
               [0, 1, 0]])
        """
        found = self._region(region)
        return found.select(Box.whole(found.shape))

    def makeregionmask(self, maskname: str, region: Any) -> None:
        """Store a new mask in which the pixels of a region are good.

        `setdefaultmask` puts it to use.

        Raises
        ------
        MaskError
            If there is a mask of that name, or the image cannot have any.
        ArgumentError
            If it is no region, or no pixel of the image can belong to it.
        """
        opened, found = self._opened, self._region(region)
        with opened.store.changing():
            if maskname in self._known().masks:
                raise MaskError(f"{self} has a mask {maskname!r} already")
            opened.store.add_mask(maskname)
            try:
                self._fill_mask(maskname, found)
            except BaseException:
                opened.store.remove_mask(maskname)
                raise
            finally:
                self._known()

    def _fill_mask(self, maskname: str, region: Region) -> None:
        lattice = self._opened.store.masked(maskname)
        if not isinstance(lattice, WritableLattice):
            raise MaskError(f"{self} cannot be given a mask {maskname!r}")
        for piece in blocks(lattice):
            lattice.write(piece, None, region.select(piece))
        lattice.flush()

    def _region(self, what: Any) -> Region:
        known = self._known()
        return as_region(what, known.coordinates, known.lattice.shape, stored=known.regions)

    def _set_regions(self, regions: dict[str, dict[str, Any]]) -> None:
        opened = self._opened
        old = opened.regions
        opened.regions = regions
        try:
            opened.store.save(opened, ("regions",))
        except BaseException:
            opened.regions = old
            raise
