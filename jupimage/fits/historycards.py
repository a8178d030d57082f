"""An image's history as HISTORY cards.

Lines with a time go between ``CASA START LOGTABLE`` and ``CASA END LOGTABLE``, two entries
each: when and who, then the message. That is how casacore writes its logs, which pairs the
entries again when it reads them: a message that is empty or has line breaks would shift all
that follow. So an empty line is left out here, and each part of a broken one is an entry of
its own. An entry longer than a card goes on in cards that begin with ``>``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from jupimage.fits.cards import CARD
from jupimage.fits.headercards import commentary, is_plain, plain_text
from jupimage.formats import Entry

__all__ = ["history_cards", "history_losses"]

_ROOM = CARD - 8
_START, _END = "CASA START LOGTABLE", "CASA END LOGTABLE"
_EPOCH = datetime.datetime(1858, 11, 17)
_BEAM = re.compile(r"BMAJ=(?=.*BMIN=.*BPA=)")


def history_cards(lines: Sequence[str], *, beam: bool) -> Iterator[str]:
    """Give the cards of a history.

    Parameters
    ----------
    lines
        What was done to the image; an `Entry` keeps its time and origin.
    beam
        Whether the header has a beam. If not, a line such as AIPS writes about a beam is
        changed a little, so that readers do not take it for the beam of this image.

    Examples
    --------
    >>> [card.rstrip() for card in history_cards(["cleaned", Entry("", time=0.0)], beam=True)]
    ['HISTORY cleaned']
    """
    entries = [entry for line in lines for entry in _split(Entry.of(line))]
    timed = any(entry.time is not None for entry in entries)
    if timed:
        yield commentary("HISTORY", _START)
    for entry in entries:
        if timed:
            yield from _cards(_heading(entry))
        message = plain_text(entry)
        yield from _cards(message if beam else _BEAM.sub("BMAJ =", message))
    if timed:
        yield commentary("HISTORY", _END)


def history_losses(lines: Sequence[str]) -> Iterator[str]:
    """Say what of a history cannot be written."""
    empty = sum(not line.strip() for line in lines)
    if empty:
        yield f"{_count(empty, 'empty line')} of the history"
    broken = sum(len(line.splitlines()) > 1 for line in lines)
    if broken:
        yield f"line breaks within {_count(broken, 'line')} of the history, which are parted"
    foreign = sum(not is_plain(part) for line in lines for part in line.splitlines())
    if foreign:
        yield f"letters beyond ASCII in {_count(foreign, 'line')} of the history, replaced by '?'"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _split(entry: Entry) -> Iterator[Entry]:
    """Give the lines of a message that are not empty, each with all that is known of it."""
    for line in entry.splitlines():
        if line.strip():
            yield Entry(
                line.rstrip(),
                time=entry.time,
                priority=entry.priority,
                location=entry.location,
                object_id=entry.object_id,
            )


def _heading(entry: Entry) -> str:
    words = [_date(entry.time), entry.priority.strip() or "NORMAL"]
    if entry.location:
        words.append(f"SRCCODE='{plain_text(entry.location)}'")
    if entry.object_id:
        words.append(f"OBJID='{plain_text(entry.object_id)}'")
    return " ".join(words)


def _date(time: float | None) -> str:
    """Return a time in seconds as a date; one that is not known is the first day of all."""
    try:
        date = _EPOCH + datetime.timedelta(seconds=time or 0.0)
    except (OverflowError, ValueError):
        date = _EPOCH
    return date.isoformat(timespec="milliseconds" if date.microsecond else "seconds")


def _cards(text: str) -> Iterator[str]:
    """Give the cards of an entry. None ends in a blank, which would be lost."""
    if text.startswith(">") or text in (_START, _END):
        text = " " + text
    mark = ""
    while text:
        part = text[: _ROOM - len(mark)]
        text = text[len(part) :]
        if text and part.rstrip():
            kept = part.rstrip()
            part, text = kept, part[len(kept) :] + text
        if part.rstrip():
            yield commentary("HISTORY", mark + part)
            mark = ">"
