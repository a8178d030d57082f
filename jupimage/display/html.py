"""The card as HTML.

It has to read well in four places: a notebook that is trusted, one that is not (JupyterLab
then removes ``<style>`` and ``<svg>`` and keeps plain tags, classes and simple inline styles),
an exported page, and a page with none of JupyterLab's colours. So the content is plain tables
and ``<details>``, their layout is inline, and the style sheet, all of whose rules are limited
to the card, only makes it prettier: it takes the colours of JupyterLab's theme, else those of
VS Code's, else light or dark ones as the system wishes. Every text from a file is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from jupimage.display.facts import AxisRow, Facts
from jupimage.display.picture import Picture
from jupimage.display.words import clean

__all__ = ["to_html"]

_HISTORY_BYTES = 5_000
_MISCINFO_BYTES = 5_000
_MOST_REMARKS = 6

_STYLE = """<style>
.jupimage-card{--ji-ink:var(--jp-content-font-color1,var(--vscode-foreground,#1f2328));\
--ji-dim:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#59636e));\
--ji-line:var(--jp-border-color2,var(--vscode-panel-border,#d8dee4));\
--ji-paper:var(--jp-layout-color1,var(--vscode-editor-background,#fff));\
--ji-warn:var(--jp-warn-color0,#9a6700);color:var(--ji-ink);background:var(--ji-paper);\
font:13px/1.5 var(--jp-content-font-family,system-ui,sans-serif);padding:4px 2px}
@media (prefers-color-scheme:dark){.jupimage-card{\
--ji-ink:var(--jp-content-font-color1,var(--vscode-foreground,#e6edf3));\
--ji-dim:var(--jp-content-font-color2,var(--vscode-descriptionForeground,#9198a1));\
--ji-line:var(--jp-border-color2,var(--vscode-panel-border,#3d444d));\
--ji-paper:var(--jp-layout-color1,var(--vscode-editor-background,#0d1117));\
--ji-warn:var(--jp-warn-color0,#d29922)}}
.jupimage-card .jupimage-title{font-size:16px;font-weight:600}
.jupimage-card .jupimage-dim{color:var(--ji-dim)}
.jupimage-card img{border-radius:4px;border:1px solid var(--ji-line);box-sizing:border-box;margin:0}
.jupimage-card table.jupimage-table{border-collapse:collapse;border:0;margin:0 0 10px;\
font:inherit;color:inherit;table-layout:auto}
.jupimage-card table.jupimage-table tr,.jupimage-card table.jupimage-table tbody tr{\
background:none;border:0}
.jupimage-card table.jupimage-table th,.jupimage-card table.jupimage-table td{\
padding:2px 14px 2px 0;border:0;border-bottom:1px solid var(--ji-line);vertical-align:top;\
max-width:34em;white-space:normal;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.jupimage-card table.jupimage-table th{font-weight:500;color:var(--ji-dim);white-space:nowrap}
.jupimage-card .jupimage-remark{color:var(--ji-warn)}
.jupimage-card details{margin:2px 0 6px}
.jupimage-card summary{cursor:pointer;color:var(--ji-dim)}
.jupimage-card pre{font:12px/1.45 var(--jp-code-font-family,ui-monospace,monospace);\
color:inherit;background:none;max-height:16em;overflow:auto;margin:4px 0;white-space:pre-wrap;\
overflow-wrap:anywhere}
</style>"""

_SIDE_BY_SIDE = "display:flex;flex-wrap:wrap;gap:6px 18px;align-items:flex-start;margin-top:6px"
_TABLE = '<table class="jupimage-table" cellpadding="3">'
_LEFT = ' style="text-align:left"'
_RIGHT = ' style="text-align:right"'


def to_html(facts: Facts, picture: Picture | None, problem: str) -> str:
    """Return the card.

    Parameters
    ----------
    facts
        What it says.
    picture
        Its picture, or None.
    problem
        Why there is no picture.
    """
    parts = [
        '<div class="jupimage-card">',
        _STYLE,
        _head(facts),
        f'<div style="{_SIDE_BY_SIDE}">',
        _image(picture) if picture is not None else _no_picture(problem),
        '<div style="min-width:0">',
        _axes(facts),
        _properties(facts.properties),
        _remarks(facts.remarks),
        _miscinfo(facts.miscinfo),
        _history(facts.history),
        "</div></div></div>",
    ]
    return "\n".join(part for part in parts if part)


def _text(text: str, limit: int = 80) -> str:
    """Escape a text; a long one is cut and more of it is in a tip."""
    shown = escape(clean(text, limit))
    if len(text) <= limit:
        return shown
    return f'<span title="{escape(clean(text, 300))}">{shown}</span>'


def _head(facts: Facts) -> str:
    size = f"{facts.kind} · {facts.size}" if facts.size else facts.kind
    head = f'<strong class="jupimage-title">{_text(facts.title)}</strong>'
    lines = [f'<div>{head} <span class="jupimage-dim">{_text(size, 120)}</span></div>']
    if facts.name:
        lines.append(f'<div class="jupimage-dim"><code>{_path(facts.name)}</code></div>')
    return "\n".join(lines)


def _path(name: str, limit: int = 90) -> str:
    """The end of a path says more than its beginning."""
    if len(name) <= limit:
        return escape(clean(name, limit))
    end = escape(clean(name[1 - limit :], limit))
    return f'<span title="{escape(clean(name, 300))}">…{end}</span>'


def _image(picture: Picture) -> str:
    data = base64.b64encode(picture.png).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{data}" width="{picture.width}" '
        f'height="{picture.height}" style="max-width:100%;height:auto" alt="{escape(picture.alt)}">'
    )


def _no_picture(problem: str) -> str:
    return (
        '<div style="border:1px dashed;padding:12px;max-width:24em" class="jupimage-remark">'
        f"<strong>No picture:</strong> {_text(problem, 300)}</div>"
    )


def _axes(facts: Facts) -> str:
    if not facts.axes:
        return ""
    named = ("", "Axis", "Length", "Reference value", "at pixel", "Increment", "Unit", "Frame")
    left = (False, True, False, False, False, False, True, True)
    heads = "".join(
        f"<th{_LEFT if aligned else _RIGHT}>{name}</th>"
        for name, aligned in zip(named, left, strict=True)
    )
    rows = [f"<thead><tr>{heads}</tr></thead><tbody>"]
    rows += [f"<tr>{_cells(row, left)}</tr>" for row in facts.axes]
    if facts.more_axes:
        rows.append(
            f'<tr><td></td><td colspan="7"{_LEFT}>and {facts.more_axes} more axes</td></tr>'
        )
    return f'<table class="jupimage-table" cellpadding="3">{"".join(rows)}</tbody></table>'


def _cells(row: AxisRow, left: Sequence[bool]) -> str:
    texts = [str(row.axis), row.name, row.length, row.value]
    texts += [row.pixel, row.increment, row.unit, row.frame]
    return "".join(
        f"<td{_LEFT if aligned else _RIGHT}>{_text(text, 32)}</td>"
        for text, aligned in zip(texts, left, strict=True)
    )


def _properties(properties: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><th{_LEFT}>{escape(name)}</th><td{_LEFT}>{_text(value, 100)}</td></tr>"
        for name, value in properties
    )
    return (
        f'<table class="jupimage-table" cellpadding="3"><tbody>{rows}</tbody></table>'
        if rows
        else ""
    )


def _remarks(remarks: Sequence[str]) -> str:
    lines = [
        f'<div class="jupimage-remark">⚠ {_text(r, 160)}</div>' for r in remarks[:_MOST_REMARKS]
    ]
    if len(remarks) > _MOST_REMARKS:
        lines.append(f"<div>and {len(remarks) - _MOST_REMARKS} more remarks</div>")
    return "\n".join(lines)


def _miscinfo(entries: Sequence[tuple[str, str]]) -> str:
    if not entries:
        return ""
    rows = [
        f"<tr><th{_LEFT}>{_text(key, 24)}</th><td{_LEFT}>{_text(value, 80)}</td></tr>"
        for key, value in entries[:200]
    ]
    kept = _within(rows, _MISCINFO_BYTES)
    rest = len(entries) - kept
    more = f"<div>and {rest} more</div>" if rest else ""
    table = f"{_TABLE}<tbody>{''.join(rows[:kept])}</tbody></table>"
    return f"<details><summary>More from the file ({len(entries)})</summary>{table}{more}</details>"


def _history(history: Sequence[str]) -> str:
    """The last lines of the history: what was done last explains the image best."""
    if not history:
        return ""
    lines = [escape(clean(line, 160)) for line in reversed(history[-200:])]
    kept = _within(lines, _HISTORY_BYTES)
    shown = "\n".join(reversed(lines[:kept]))
    rest = len(history) - kept
    first = f"… {rest} earlier lines\n" if rest else ""
    count = f"{len(history)} line" + ("s" if len(history) != 1 else "")
    return f"<details><summary>History ({count})</summary><pre>{first}{shown}</pre></details>"


def _within(pieces: Sequence[str], budget: int) -> int:
    """Number of leading pieces that together have at most `budget` bytes."""
    total = 0
    for count, piece in enumerate(pieces):
        total += len(piece.encode()) + 1
        if total > budget:
            return count
    return len(pieces)
