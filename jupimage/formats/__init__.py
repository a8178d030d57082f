"""Files: from a name to pixels, coordinates and what is known about them.

`open_path` looks at what a file holds, not at what it is called. Other packages add formats
with `register` or with an entry point in the group ``jupimage.formats``.
"""

from jupimage.formats.format import Format, Target
from jupimage.formats.opened import Opened
from jupimage.formats.registry import open_path, register

__all__ = ["Format", "Opened", "Target", "open_path", "register"]
