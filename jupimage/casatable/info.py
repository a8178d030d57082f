"""What kind of thing a table is: file ``table.info``.

Text of two fixed lines, the type from byte 7 of the first and the subtype from byte 10 of the
second, an empty line, then free text.
"""

from __future__ import annotations

from dataclasses import dataclass

from jupimage.casatable.aipsio import text_bytes
from jupimage.casatable.folderfile import read_file, replace_file
from jupimage.errors import ArgumentError

__all__ = ["TableInfo", "info_bytes", "parse_info", "read_info", "write_info"]

FILE = "table.info"
MOST_BYTES = 2**20
LONGEST_LINE = 1024


@dataclass(frozen=True, slots=True)
class TableInfo:
    """The kind of a table.

    Attributes
    ----------
    type
        ``Image``, ``Paged Array`` (a mask), ``Log message``, or nothing.
    subtype
        Mostly empty.
    readme
        Free text.
    """

    type: str = ""
    subtype: str = ""
    readme: str = ""


def read_info(folder: str) -> TableInfo:
    """Return the kind of the table in a folder.

    Raises
    ------
    MissingImageError
        If there is no such file.
    FormatError
        If it cannot be read.
    """
    return parse_info(read_file(folder, FILE, most=MOST_BYTES))


def parse_info(data: bytes) -> TableInfo:
    """Return the kind of a table from the content of its file.

    Examples
    --------
    >>> parse_info(info_bytes(TableInfo("Image", readme="of the sky")))
    TableInfo(type='Image', subtype='', readme='of the sky')
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    lines = [*text.split("\n", 3), "", "", ""]
    return TableInfo(lines[0][7:].strip(), lines[1][10:].strip(), lines[3].removesuffix("\n"))


def info_bytes(info: TableInfo) -> bytes:
    """Return the content of the file that tells the kind of a table."""
    for text in (info.type, info.subtype):
        if "\n" in text or len(text_bytes(text)) > LONGEST_LINE - 11:
            raise ArgumentError(
                f"wanted one line of at most {LONGEST_LINE - 11} bytes as type of a table, "
                f"got {text[:40]!r}"
            )
    readme = f"{info.readme}\n" if info.readme else ""
    return text_bytes(f"Type = {info.type}\nSubType = {info.subtype}\n\n{readme}")


def write_info(folder: str, info: TableInfo, *, durable: bool = False) -> None:
    """Write the kind of a table, in place of what is there."""
    replace_file(folder, FILE, info_bytes(info), durable=durable)
