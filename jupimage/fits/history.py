"""HISTORY cards as a list of lines, with the logs that casacore packs into them.

casacore writes an image's log between ``CASA START LOGTABLE`` and ``CASA END LOGTABLE``, two
entries per row: when and who, then the message. Entries longer than a card go on in cards that
begin with ``>``. Read back, a log that comes first yields its messages; pairs are counted, so that
an empty message, which leaves no card, makes it yield every second line of what is there. Both are
casacore's ways, and kept.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["read_history"]

_START = "CASA START LOGTABLE"
_END = "CASA END LOGTABLE"


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
    if not lines or lines[0] != _START:
        return [line for line in lines if line not in (_START, _END)]
    end = lines.index(_END) if _END in lines else len(lines)
    log, rest = lines[1:end], lines[end + 1 :]
    if len(log) % 2 == 0:
        log = log[1::2]
    return [*log, *(line for line in rest if line not in (_START, _END))]


def _joined(cards: Sequence[str]) -> list[str]:
    """Put entries that were cut back together, and drop empty ones."""
    entries: list[list[str]] = []
    for card in cards:
        if card.startswith(">") and entries:
            entries[-1].append(card[1:])
        elif card:
            entries.append([card])
    return ["".join(parts) for parts in entries]
