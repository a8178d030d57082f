"""References from a table to another one that belongs to it.

They are stored relative to the table that holds them: ``././NAME`` lies inside its folder,
``./NAME`` beside it, a string that ends in ``/.`` starts the folder's own path, anything else is
a path as such. An image refers only to tables inside its folder; a file that names another place
is damaged, or means harm.
"""

from __future__ import annotations

import os

from jupimage import options
from jupimage.errors import FormatError
from jupimage.files import path_inside

__all__ = ["TableName"]


class TableName(str):
    """The name of a sub-table as a keyword holds it.

    Examples
    --------
    >>> import os
    >>> TableName("././mask0").folder("a.img") == os.path.join("a.img", "mask0")
    True
    >>> TableName("./b.img").folder("a.img")
    Traceback (most recent call last):
    jupimage.errors.FormatError: wanted the name of a table inside a.img, got './b.img'
    """

    __slots__ = ()

    @classmethod
    def inside(cls, name: str) -> TableName:
        """Return the reference to the table of that name inside the folder."""
        return cls(f"././{name}")

    def folder(self, parent: str, *, allow_outside: bool = False) -> str:
        """Return the path of the table's folder.

        Parameters
        ----------
        parent
            Folder of the table that holds the reference.
        allow_outside
            Whether the table may lie outside that folder, by name or by a symbolic link, also
            if `jupimage.options.follow_links` does not say so.

        Raises
        ------
        FormatError
            If it lies outside and may not.
        """
        anywhere = allow_outside or options.follow_links
        if self.startswith("././") and not anywhere:
            return path_inside(parent, self[4:])
        if not anywhere or "\0" in self:
            raise FormatError(f"wanted the name of a table inside {parent}, got {str(self)[:80]!r}")
        if self.startswith("././"):
            return os.path.join(parent, self[4:])
        if self.startswith("./"):
            return os.path.join(os.path.dirname(os.path.abspath(parent)), self[2:])
        if self.endswith("/."):
            return parent
        return str(self)
