"""Files packed as a whole with gzip, bzip2 or xz.

Their headers are read from the start of the stream. The pixels are unpacked once, when the
first of them is wanted, into a file without a name that is no larger than the header said.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from jupimage.errors import ClosedError, FormatError
from jupimage.files.storage import SharedFile, Storage, wrap_descriptor

__all__ = ["Packing", "StreamReader", "UnpackedFile", "find_packing"]

_CHUNK = 1 << 20
_PADDING = 2 * 2880


@dataclass(frozen=True, slots=True)
class Packing:
    """A way to pack a file."""

    name: str
    magic: bytes
    open: Callable[[str], BinaryIO]
    ratio: int  # how much smaller than its contents a file can be at the very most


def _open_gzip(path: str) -> BinaryIO:
    import gzip  # loaded when needed, like the others: few files are packed

    return cast(BinaryIO, gzip.open(path, "rb"))


def _open_bzip2(path: str) -> BinaryIO:
    import bz2

    return cast(BinaryIO, bz2.open(path, "rb"))


def _open_xz(path: str) -> BinaryIO:
    import lzma  # not in every build of Python

    return cast(BinaryIO, lzma.open(path, "rb"))


_PACKINGS = (
    Packing("gzip", b"\x1f\x8b", _open_gzip, 1_100),
    Packing("bzip2", b"BZh", _open_bzip2, 50_000),
    Packing("xz", b"\xfd7zXZ\0", _open_xz, 20_000),
)


def find_packing(start: bytes) -> Packing | None:
    """Return how a file with these first bytes is packed, None if it is not."""
    for packing in _PACKINGS:
        if start.startswith(packing.magic):
            return packing
    return None


class StreamReader:
    """Reads forward through a packed file; what is skipped is unpacked and dropped.

    Parameters
    ----------
    path
        The packed file.
    packing
        How it is packed.
    """

    def __init__(self, path: str, packing: Packing) -> None:
        self._path = path
        self._packing = packing
        self.limit = os.path.getsize(path) * packing.ratio
        self._position = 0
        try:
            self._stream = packing.open(path)
        except (OSError, ImportError) as error:
            raise FormatError(f"cannot unpack {path}: {error}") from error

    def read(self, offset: int, count: int) -> bytes:
        """Return up to `count` bytes from `offset` on, which never lies before the last read."""
        if offset > self.limit:
            return b""
        while self._position < offset:
            if not self._next(min(_CHUNK, offset - self._position)):
                return b""
        parts = []
        while count > 0 and (part := self._next(min(_CHUNK, count))):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Close the packed file."""
        self._stream.close()

    def _next(self, count: int) -> bytes:
        try:
            part = self._stream.read(count)
        except EOFError:
            return b""
        except Exception as error:
            if not isinstance(error, OSError | ValueError | zlib.error) and (
                type(error).__name__ != "LZMAError"
            ):
                raise
            raise FormatError(
                f"{self._path} is damaged: its {self._packing.name} stream breaks after "
                f"{self._position} unpacked bytes ({error})"
            ) from error
        self._position += len(part)
        return part


class UnpackedFile(SharedFile):
    """Part of a packed file, unpacked when it is first held.

    Parameters
    ----------
    path
        The packed file.
    packing
        How it is packed.
    start, count
        Which bytes of its contents.
    """

    def __init__(self, path: str, packing: Packing, start: int, count: int) -> None:
        super().__init__(path)
        self._packing = packing
        self._start = start
        self._count = count
        self._unpacking = threading.Lock()
        self._unpacked: Storage | None = None

    @property
    def mapped(self) -> bool:
        """Whether the unpacked file is mapped."""
        return self._contents().mapped

    def window(self, offset: int, count: int) -> memoryview:
        """Return bytes of the contents, which are unpacked now if they were not yet."""
        return self._contents().window(offset - self._start, count)

    def _contents(self) -> Storage:
        with self._unpacking:
            if self._unpacked is None:
                self._unpacked = self._unpack()
            return self._unpacked

    def _release(self) -> None:
        with self._unpacking:
            if self._unpacked is not None:
                self._unpacked.close()
                self._unpacked = None

    def _unpack(self) -> Storage:
        import shutil
        import tempfile

        folder = tempfile.gettempdir()
        if shutil.disk_usage(folder).free < self._count:
            raise FormatError(
                f"unpacking {self.name} needs {self._count} bytes in {folder}, "
                f"got {shutil.disk_usage(folder).free}"
            )
        with tempfile.TemporaryFile(buffering=0) as file:  # gone when its last handle is closed
            self._fill(file.fileno())
            descriptor = os.dup(file.fileno())
        return wrap_descriptor(descriptor, self.name)

    def _fill(self, descriptor: int) -> None:
        """Write the bytes wanted to a file: by calls, as a full disk under a map is fatal."""
        reader = StreamReader(self.name, self._packing)
        done = 0
        try:
            while done < self._count:
                if self._closed:
                    raise ClosedError(f"{self.name} was closed")
                part = reader.read(self._start + done, min(_CHUNK, self._count - done))
                if not part:
                    raise FormatError(
                        f"{self.name} is truncated: wanted {self._count} bytes of pixels, "
                        f"got {done}"
                    )
                done += len(part)
                _write(descriptor, part, self.name)
            # The checksum comes at the end of the stream; look for it behind the padding.
            reader.read(self._start + done, _PADDING)
        finally:
            reader.close()


def _write(descriptor: int, part: bytes, name: str) -> None:
    try:
        while part:
            part = part[os.write(descriptor, part) :]
    except OSError as error:
        raise FormatError(f"unpacking {name} failed: {error.strerror}") from error
