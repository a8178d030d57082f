"""Where Python runs: in a notebook, or somewhere that shows no widgets."""

from __future__ import annotations

import sys

__all__ = ["in_notebook"]


def in_notebook() -> bool:
    """Return whether this process is the kernel of a notebook.

    Asks what is loaded already: a script that never heard of IPython is in none.

    Examples
    --------
    >>> in_notebook()
    False
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
