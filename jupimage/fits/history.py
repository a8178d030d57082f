"""HISTORY cards as a list of lines, with the logs that casacore packs into them.

casacore writes an image's log between ``CASA START LOGTABLE`` and ``CASA END LOGTABLE``, two
entries per row: when and who, then the message. Entries longer than a card go on in cards that
begin with ``>``. Read back, a log that comes first yields its messages; pairs are counted, so that
an empty message, which leaves no card, makes it yield every second line of what is there. Both are
casacore's ways, and kept. A message whose partner tells when and who keeps that.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from jupimage.formats import Entry

__all__ = ["LOG_END", "LOG_START", "read_history"]

LOG_START = "CASA START LOGTABLE"
LOG_END = "CASA END LOGTABLE"
_EPOCH = datetime.datetime(1858, 11, 17)
_HEADING = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?) (?P<priority>[A-Z]+)"
    r"(?: SRCCODE='(?P<location>[^']*)')?(?: OBJID='(?P<object>[^']*)')? *"
)


def read_history(cards: Sequence[str]) -> list[str]:
    """Return the history that HISTORY cards tell.

    Parameters
    ----------
    cards
        Their texts, without trailing blanks.

    Examples
    --------
    >>> read_history(["CASA START LOGTABLE", "2009-05-25T20:26:40 NORMAL SRCCODE='' OBJID=''",
    ...               "made a", ">nd saved", "CASA END LOGTABLE", "looked at"])
    ['made and saved', 'looked at']
    """
    lines = _joined(cards)
    if not lines or lines[0] != LOG_START:
        return [line for line in lines if line not in (LOG_START, LOG_END)]
    end = lines.index(LOG_END) if LOG_END in lines else len(lines)
    log, rest = lines[1:end], lines[end + 1 :]
    if len(log) % 2 == 0:
        pairs = zip(log[::2], log[1::2], strict=True)
        log = [_entry(heading, message) for heading, message in pairs]
    return [*log, *(line for line in rest if line not in (LOG_START, LOG_END))]


def _entry(heading: str, message: str) -> str:
    """Return a message with what its heading tells, if it is one."""
    match = _HEADING.fullmatch(heading)
    if match is None:
        return message
    try:
        date = datetime.datetime.fromisoformat(match["date"])
    except ValueError:
        return message
    return Entry(
        message,
        time=(date - _EPOCH).total_seconds() if date > _EPOCH else None,
        priority=match["priority"],
        location=match["location"] or "",
        object_id=match["object"] or "",
    )


def _joined(cards: Sequence[str]) -> list[str]:
    """Put entries that were cut back together, and drop empty ones."""
    entries: list[list[str]] = []
    for card in cards:
        if card.startswith(">") and entries:
            entries[-1].append(card[1:])
        elif card:
            entries.append([card])
    return ["".join(parts) for parts in entries]
