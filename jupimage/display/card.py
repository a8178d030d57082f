"""What a notebook shows for an image at the end of a cell: a bounded, quiet, static card.

Bounded in all it costs: one strided read within the pixel budget, a picture within its budget
of bytes, texts cut to length. Quiet: it never raises, a broken file gets a card that says what
is wrong with it. Static: no widget and no JavaScript, so it is still there when the notebook
is opened again, or read where there is no kernel.
"""

from __future__ import annotations

from jupimage.display.colormap import DEFAULT, colormap
from jupimage.display.facts import AxisRow, Facts, collect, safely
from jupimage.display.html import to_html
from jupimage.display.picture import Picture, draw_view
from jupimage.display.source import Source
from jupimage.display.view import read_view
from jupimage.display.words import clean

__all__ = ["card", "plain_text"]


def card(source: Source) -> dict[str, str | bytes]:
    """Return an image as text, as HTML and as a picture, for a rich display.

    Parameters
    ----------
    source
        The image: `Source` says what it needs. At most four million of its pixels are read.

    Returns
    -------
    dict
        By MIME type: ``text/plain``, ``text/html`` and, if it can be drawn, ``image/png``;
        less than 150 kB in all. It never raises: what is wrong with the image is in the texts.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> from jupimage.lattice import MemoryLattice
    >>> image = SimpleNamespace(
    ...     lattice=MemoryLattice(np.zeros((20, 30))), coordinates=None, kind="TempImage", name="",
    ...     unit="Jy", imageinfo={}, miscinfo={}, history=[], remarks=())
    >>> bundle = card(image)
    >>> sorted(bundle)
    ['image/png', 'text/html', 'text/plain']
    >>> print(bundle["text/plain"])
    TempImage: 20 × 30 float64, 4.8 kB
      0  axis 0  20
      1  axis 1  30
      Unit: Jy
      Mask: none
    """
    problems: list[str] = []
    drawn = safely(lambda: _picture(source), None, problems)
    picture, bad = drawn if drawn is not None else (None, None)
    facts = safely(lambda: collect(source, bad=bad), _NOTHING)
    bundle: dict[str, str | bytes] = {
        "text/plain": plain_text(facts, problems),
        "text/html": to_html(facts, picture, problems[0] if problems else ""),
    }
    if picture is not None:
        bundle["image/png"] = picture.png
    return bundle


_NOTHING = Facts("image", "image", "", "", (), 0, (), (), (), ())


def _picture(source: Source) -> tuple[Picture, float]:
    view = read_view(source)
    return draw_view(view, lut=colormap(DEFAULT)), view.bad


def plain_text(facts: Facts, problems: list[str]) -> str:
    """Return the card as a few lines of text."""
    first = facts.title if facts.title == facts.kind else f"{facts.title} ({facts.kind})"
    lines = [f"{first}: {facts.size}" if facts.size else first]
    if facts.name:
        lines.append(f"  {clean(facts.name, 120)}")
    lines += _table([_words(row) for row in facts.axes])
    if facts.more_axes:
        lines.append(f"  and {facts.more_axes} more axes")
    lines += [f"  {name}: {clean(value, 80)}" for name, value in facts.properties]
    lines += [f"  note: {clean(remark, 160)}" for remark in facts.remarks[:6]]
    lines += [f"  no picture: {clean(problem, 300)}" for problem in problems[:1]]
    return "\n".join(lines)


def _words(row: AxisRow) -> list[str]:
    words = [str(row.axis), row.name, row.length, row.value, row.increment, row.frame]
    return [clean(word, 32) for word in words]


def _table(rows: list[list[str]]) -> list[str]:
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(6)]
    return [
        (
            "  "
            + "  ".join(f"{word:{width}}" for word, width in zip(row, widths, strict=True) if width)
        ).rstrip()
        for row in rows
    ]
