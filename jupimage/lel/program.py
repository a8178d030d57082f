"""An expression as a flat list of nodes, each after its operands.

No node holds another one, only numbers of earlier ones, so that nothing recurses: an expression of
ten thousand terms is checked, evaluated, printed and pickled in loops. Equal sub-expressions are
one node, and so are evaluated once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jupimage.lel.errors import Span

__all__ = ["Node", "Program", "ProgramBuilder"]


class Node(NamedTuple):
    """A part of an expression.

    Attributes
    ----------
    kind
        ``number``, ``bool``, ``name``, ``temporary``, ``unary``, ``binary``, ``call``, ``select``
        (``x[c]``), ``list`` or ``indexin``.
    value
        What there is to know beside the operands: the number, the name, the operator, the
        ranges.
    operands
        Numbers of the nodes that it is made of.
    span
        All of it in the text.
    at
        The word that a message about it points at.
    """

    kind: str
    value: Any
    operands: tuple[int, ...]
    span: Span
    at: Span


@dataclass(frozen=True, slots=True)
class Program:
    """A parsed expression; its last node is the whole.

    Examples
    --------
    >>> from jupimage.lel.parser import parse
    >>> [(node.kind, node.value) for node in parse("-a + 2").nodes]
    [('name', ('a',)), ('unary', '-'), ('number', ('float32', 2.0)), ('binary', '+')]
    """

    text: str
    nodes: tuple[Node, ...]


@dataclass(slots=True)
class ProgramBuilder:
    """Collects the nodes of a program."""

    text: str
    nodes: list[Node] = field(default_factory=list)
    _known: dict[Any, int] = field(default_factory=dict)

    def add(self, kind: str, value: Any, operands: tuple[int, ...], *, span: Span, at: Span) -> int:
        """Add a node unless there is an equal one, and return its number."""
        key = (kind, value, operands)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self.nodes)
            self.nodes.append(Node(kind, value, operands, span, at))
        return known

    def program(self, last: int) -> Program:
        """Return the program that ends with a node, without what that does not need."""
        needed = {last}
        for number in range(last, -1, -1):
            if number in needed:
                needed.update(self.nodes[number].operands)
        places = {old: new for new, old in enumerate(sorted(needed))}
        return Program(
            self.text,
            tuple(
                node._replace(operands=tuple(places[old] for old in node.operands))
                for number, node in enumerate(self.nodes)
                if number in needed
            ),
        )
