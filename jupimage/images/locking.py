"""Locks: how several programs work on one stored image without harm."""

from __future__ import annotations

from jupimage.images.arguments import as_flag, as_int
from jupimage.images.handle import Handle

__all__ = ["Locking"]


class Locking(Handle):
    """The part of `image` that locks its file.

    Nobody has to: reading takes a read lock by itself and writing a write lock, and both are
    given up when another program asks. A lock of one's own keeps others out for longer, so that
    several changes are seen as one.
    """

    def lock(self, write: bool = False, nattempts: int = 0) -> None:
        """Lock the image, and wait for that if another program holds it.

        Parameters
        ----------
        write
            Whether to lock it for writing (and reading), not only for reading.
        nattempts
            How often to try, once a second; 0 waits as long as it takes.

        Raises
        ------
        LockError
            If another program still holds it after all attempts.
        ReadOnlyError
            If `write` and the image cannot be written.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", shape=(2, 2))
        >>> im.lock(write=True)
        >>> im.haslock(write=True)
        True
        """
        self._opened.store.lock(as_flag("write", write), as_int("nattempts", nattempts))

    def unlock(self) -> None:
        """Write what is waiting and let other programs have the image."""
        self._opened.store.unlock()

    def haslock(self, write: bool = False) -> bool:
        """Return whether this process holds the image locked, for writing if `write`.

        An image that is not stored as a casacore table cannot be reached by others in a way
        that could harm it; it always counts as locked.
        """
        return self._opened.store.haslock(as_flag("write", write))
