"""The byte stream in which casacore tables keep their descriptions.

A stream consists of objects. An object is its length, its type name, a version number and a
body in which further objects may lie; only the outermost one starts with a magic number. The
length counts from the length field itself; one that a writer could not know is the magic number.
Numbers are big endian (*canonical*), but in data files the stream follows their byte order.
"""

from jupimage.casatable.aipsformat import (
    MAGIC,
    MOST_AXES,
    decode_text,
    object_head,
    shaped,
    text_bytes,
)
from jupimage.casatable.aipsreader import AipsReader
from jupimage.casatable.aipswriter import AipsWriter

__all__ = [
    "MAGIC",
    "MOST_AXES",
    "AipsReader",
    "AipsWriter",
    "decode_text",
    "object_head",
    "shaped",
    "text_bytes",
]
