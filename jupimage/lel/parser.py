"""Tokens into a program.

A loop over the tokens with a stack of what is open, so that no nesting is too deep: operators
wait on the stack until one that binds no tighter follows them. From loose to tight::

    ||   &&   == != < <= > >= (not chained)   + -   * / %   -x +x   !x   ^ (from the right)   x[c]
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np

from jupimage.lel.errors import LelSyntaxError, Span
from jupimage.lel.lexer import Token, tokenize
from jupimage.lel.program import Program, ProgramBuilder

__all__ = ["parse"]

BINARY = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "^": 8,
}  # fmt: skip
UNARY = {"-": 6, "+": 6, "!": 7}
COMPARISON = 3
POWER = 8


class _Operand(NamedTuple):
    node: int
    span: Span


class _Open(NamedTuple):
    """Something on the stack: an operator that waits, or a bracket that is open."""

    kind: str  # binary, unary, group, call, list, select, indexin
    value: str
    level: int
    token: Token
    depth: int  # operands below it


def parse(text: str) -> Program:
    """Parse an expression.

    Raises
    ------
    LelSyntaxError
        Pointing at the first token that does not fit.

    Examples
    --------
    >>> program = parse("2^3^2")
    >>> [node.value for node in program.nodes]
    [('float32', 2.0), ('float32', 3.0), '^', '^']
    """
    return _Parser(text).run()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.place = 0
        self.builder = ProgramBuilder(text)
        self.operands: list[_Operand] = []
        self.stack: list[_Open] = []

    # -- the loop ------------------------------------------------------------------------------

    def run(self) -> Program:
        wanted = True
        while True:
            token = self.tokens[self.place]
            if token.kind == "end" and not wanted and not self._bracket():
                self._reduce(0)
                return self.builder.program(self.operands.pop().node)
            self.place += 1
            wanted = self._operand(token) if wanted else self._after(token)

    def _operand(self, token: Token) -> bool:
        """Take a token where an operand may begin; return whether one is wanted still."""
        kind, text = token.kind, token.text
        if kind == "number":
            self._push("number", number_of(self._no_letters_after(token)), token.span)
            return False
        if kind == "bool":
            self._push("bool", text == "T", token.span)
            return False
        if kind == "keyword":
            return self._keyword(token)
        if kind == "name" and self._next_is("("):
            return self._open_call(token, "call")
        if kind in ("temporary", "variable", "python"):
            self._push(kind, text, token.span)
            return False
        if kind in ("name", "file", "qualified", "string"):
            self._push("name", _name(token, self.text), token.span)
            return False
        if kind == "operator" and text in UNARY:
            self._open("unary", text, UNARY[text], token)
            return True
        if kind == "operator" and text in "([":
            self._open("group" if text == "(" else "list", text, 0, token)
            return True
        raise self._unexpected(token, "a name, a number, a function or (")

    def _after(self, token: Token) -> bool:
        """Take a token that follows an operand; return whether another operand is wanted."""
        text = token.text if token.kind == "operator" else ""
        if text in BINARY:
            level = BINARY[text]
            self._reduce(level + 1 if level == POWER else level)
            self._refuse_chain(level, token)
            self._open("binary", text, level, token)
            return True
        if text == "[":
            self._open("select", text, 0, token)
            return True
        if text in (")", "]"):
            self._close(token)
            return False
        if text == ",":
            return self._comma(token)
        raise self._unexpected(token, self._wanted_after())

    # -- words ---------------------------------------------------------------------------------

    def _keyword(self, token: Token) -> bool:
        word = token.text.lower()
        if word == "not":
            self._open("unary", "!", UNARY["!"], token)
            return True
        if word in ("indexin", "indexnotin"):
            if not self._next_is("("):
                raise self._unexpected(self.tokens[self.place], "(")
            return self._open_call(token, "indexin")
        if word == "in":
            raise self._unexpected(token, "a name, a number, a function or (")
        self._index(token, int(word[5:]))
        return False

    def _index(self, token: Token, axis: int) -> None:
        """Parse what follows ``index0``: ``in [...]`` or ``not in [...]``."""
        word = self._take()
        negated = word.text.lower() == "not" and word.kind == "keyword"
        if negated:
            word = self._take()
        if word.kind != "keyword" or word.text.lower() != "in":
            raise self._unexpected(word, "in")
        if not self._next_is("["):
            raise self._unexpected(self.tokens[self.place], "[ and a list of ranges")
        number = self.builder.add(
            "number", ("float32", float(axis)), (), span=token.span, at=token.span
        )
        ranges, stop = self._ranges()
        self._push("indexin", (negated, ranges), token.span.to(stop), (number,), token.span)

    def _ranges(self) -> tuple[tuple[tuple[int, int, int], ...], Span]:
        """Parse ``[1:3, 5, 0:7:2]``."""
        self._take()
        found: list[tuple[int, int, int]] = []
        while True:
            parts, span = [self._integer()], self.tokens[self.place - 1].span
            while len(parts) < 3 and self._next_is(":"):
                self._take()
                parts.append(self._integer())
            span = span.to(self.tokens[self.place - 1].span)
            start, stop, step = (*parts, parts[-1], 1)[:3] if len(parts) == 1 else (*parts, 1)[:3]
            if start > stop:
                raise LelSyntaxError(
                    f"the range {start}:{stop} ends before it begins", self.text, span
                )
            if step < 1:
                raise LelSyntaxError("a range needs a step of 1 or more, got 0", self.text, span)
            found.append((start, stop, step))
            token = self._take()
            if token.text == "]" and token.kind == "operator":
                return tuple(found), token.span
            if token.text != ",":
                raise self._unexpected(token, ", or ]")

    def _integer(self) -> int:
        token = self._take()
        if token.kind != "number":
            raise self._unexpected(token, "an integer")
        if not token.text.isdigit():
            raise LelSyntaxError(
                f"wanted an integer in a range, got {token.text}", self.text, token.span
            )
        return int(token.text) if len(token.text) < 19 else 1 << 62

    # -- brackets ------------------------------------------------------------------------------

    def _open_call(self, token: Token, kind: str) -> bool:
        self._take()  # the bracket
        self._open(kind, token.text, 0, token)
        if kind == "call" and self._next_is(")"):
            end = self._take()
            self.stack.pop()
            self._push("call", token.text.lower(), token.span.to(end.span), (), token.span)
            return False
        return True

    def _comma(self, token: Token) -> bool:
        """Take a comma; return whether an operand is wanted after it."""
        self._reduce(0)
        open_ = self._bracket()
        if open_ is None or open_.kind not in ("call", "list", "indexin"):
            raise self._unexpected(token, self._wanted_after())
        if open_.kind == "indexin":
            self._finish_indexin(open_)
        return open_.kind != "indexin"

    def _finish_indexin(self, open_: _Open) -> None:
        """Parse the ranges of ``indexin(axis, [..])`` and the bracket after them."""
        if not self._next_is("["):
            raise self._unexpected(self.tokens[self.place], "[ and a list of ranges")
        ranges, _ = self._ranges()
        end = self._take()
        if end.text != ")":
            raise self._unexpected(end, ")")
        self.stack.pop()
        axis = self.operands.pop()
        negated = open_.value.lower() == "indexnotin"
        self._push(
            "indexin",
            (negated, ranges),
            open_.token.span.to(end.span),
            (axis.node,),
            open_.token.span,
        )

    def _close(self, token: Token) -> None:
        self._reduce(0)
        open_ = self._bracket()
        pair = {"group": ")", "call": ")", "list": "]", "select": "]"}
        if open_ is None or pair.get(open_.kind) != token.text:
            raise self._unexpected(token, self._wanted_after())
        self.stack.pop()
        if open_.kind == "group":
            inner = self.operands.pop()
            self.operands.append(_Operand(inner.node, open_.token.span.to(token.span)))
            return
        if open_.kind == "select":
            condition, source = self.operands.pop(), self.operands.pop()
            span = source.span.to(token.span)
            self._push("select", "[]", span, (source.node, condition.node), open_.token.span)
            return
        parts = self.operands[open_.depth :]
        del self.operands[open_.depth :]
        span = open_.token.span.to(token.span)
        value = "[]" if open_.kind == "list" else open_.token.text.lower()
        self._push(open_.kind, value, span, tuple(part.node for part in parts), open_.token.span)

    # -- the stack -----------------------------------------------------------------------------

    def _open(self, kind: str, value: str, level: int, token: Token) -> None:
        self.stack.append(_Open(kind, value, level, token, len(self.operands)))

    def _bracket(self) -> _Open | None:
        """Return the innermost open bracket."""
        for open_ in reversed(self.stack):
            if open_.kind not in ("binary", "unary"):
                return open_
        return None

    def _reduce(self, level: int) -> None:
        """Apply the operators on the stack that bind at least as tight as `level`."""
        while self.stack and self.stack[-1].level >= max(level, 1):
            open_ = self.stack.pop()
            right = self.operands.pop()
            if open_.kind == "unary":
                span = open_.token.span.to(right.span)
                self._push("unary", open_.value, span, (right.node,), open_.token.span)
                continue
            left = self.operands.pop()
            span = left.span.to(right.span)
            self._push("binary", open_.value, span, (left.node, right.node), open_.token.span)

    def _refuse_chain(self, level: int, token: Token) -> None:
        """Refuse ``1 < 2 < 3``; `_reduce` has just made the first comparison."""
        if level != COMPARISON or not self.operands:
            return
        last = self.operands[-1]
        node = self.builder.nodes[last.node]
        in_brackets = (
            self.text[last.span.start : last.span.start + 1] == "(" and node.span != last.span
        )
        if node.kind == "binary" and BINARY[node.value] == COMPARISON and not in_brackets:
            raise LelSyntaxError(
                "comparisons do not chain; write brackets, or && between two of them",
                self.text,
                token.span,
            )

    def _push(
        self,
        kind: str,
        value: Any,
        span: Span,
        operands: tuple[int, ...] = (),
        at: Span | None = None,
    ) -> None:
        node = self.builder.add(kind, value, operands, span=span, at=at or span)
        self.operands.append(_Operand(node, span))

    # -- tokens --------------------------------------------------------------------------------

    def _take(self) -> Token:
        token = self.tokens[self.place]
        self.place += token.kind != "end"
        return token

    def _next_is(self, text: str) -> bool:
        token = self.tokens[self.place]
        return token.kind == "operator" and token.text == text

    def _no_letters_after(self, token: Token) -> Token:
        after = self.tokens[self.place]
        if after.span.start == token.span.stop and after.kind in ("name", "file", "bool"):
            raise LelSyntaxError(
                f"{token.text}{after.text} is neither a number nor a name; "
                "a name that begins with a digit needs quotes",
                self.text,
                token.span.to(after.span),
            )
        return token

    def _wanted_after(self) -> str:
        open_ = self._bracket()
        if open_ is None:
            return "an operator or the end"
        return {
            "group": "an operator or )",
            "call": "an operator, a comma or )",
            "list": "an operator, a comma or ]",
            "select": "an operator or ]",
            "indexin": "an operator or a comma",
        }[open_.kind]

    def _unexpected(self, token: Token, wanted: str) -> LelSyntaxError:
        got = "the end of the expression" if token.kind == "end" else token.text
        return LelSyntaxError(f"wanted {wanted}, got {got}", self.text, token.span)


def number_of(token: Token) -> tuple[str, complex]:
    """Return type and value of a number: whole ones and those with an ``e`` are single precision.

    Examples
    --------
    >>> from jupimage.lel.lexer import tokenize
    >>> [number_of(token) for token in tokenize("1.5 1.5e0 2i")[:3]]
    [('float64', 1.5), ('float32', 1.5), ('complex128', 2j)]
    """
    text = token.text
    imaginary = text.endswith("i")
    if imaginary:
        text = text[:-1]
    lower = text.lower()
    whole = lower.isdigit()
    single = "e" in lower or (whole and not imaginary and int(lower) < 1 << 31)
    value = float(lower.replace("d", "e"))
    if single:
        with np.errstate(over="ignore"):
            value = float(np.float32(value))
    if imaginary:
        return ("complex64" if single else "complex128"), complex(0, value)
    return ("float32" if single else "float64"), value


def _name(token: Token, text: str) -> tuple[str, ...]:
    """Return a name in its parts, without quotes and backslashes.

    They are ``(name,)``, ``(image, mask)`` or ``(table, "", region)``.
    """
    bare = token.text if token.kind != "string" else _unquoted(token.text)
    if not bare:
        raise LelSyntaxError("wanted a name between the quotes, got nothing", text, token.span)
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.findall(r"(?:\\.|[^:\\]|\\$)+|:", bare)]
    return tuple(part for part in parts)


def _unquoted(text: str) -> str:
    pieces = []
    while text:
        end = text.index(text[0], 1)
        pieces.append(text[1:end])
        text = text[end + 1 :]
    return "".join(pieces)
