"""What a function takes and gives, and the table of all functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from jupimage.lel.terms import (
    BOOL,
    COMPLEX,
    DCOMPLEX,
    DOUBLE,
    FLOAT,
    About,
    Kernel,
    Number,
    Pixels,
    type_name,
)

__all__ = [
    "FUNCTIONS",
    "Builder",
    "Function",
    "MisfitError",
    "add_function",
    "axis_number",
    "need_bools",
    "need_complex",
    "need_numbers",
    "need_real",
    "real_type",
    "wanted",
]


class MisfitError(Exception):
    """An operand that cannot be used; who knows the place in the text says where."""


class Builder(Protocol):
    """Makes terms of terms."""

    def apply(
        self,
        dtype: np.dtype[Any],
        kernel: Kernel,
        operands: Sequence[Any],
        *,
        extend: bool = False,
        masked: bool | None = None,
        about: About | None = None,
    ) -> Any:
        """Return the term that a kernel makes of operands.

        Parameters
        ----------
        dtype
            Of the result.
        kernel
            How it is computed.
        operands
            Numbers and lattices.
        extend
            Whether a smaller lattice is repeated to fit a larger one.
        masked
            Whether pixels may be bad; by default if they may be in an operand.
        about
            Coordinates and unit; by default those of the first operand that has them.
        """

    def cast(self, term: Any, dtype: np.dtype[Any]) -> Any:
        """Return a term as numbers of another type."""

    def pick(self, condition: Number, first: Any, second: Any) -> Any:
        """Return one of two terms, as a number says."""

    def need_shape(self, term: Pixels) -> None:
        """Refuse a lattice that fits every shape."""


Rule = Callable[[Builder, Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function, with all numbers of arguments that it takes.

    Attributes
    ----------
    name
        What it is called.
    signature
        How it is written.
    meaning
        What it does, in a line.
    rules
        For each number of arguments the rule that makes the term.
    """

    name: str
    signature: str
    meaning: str
    rules: dict[int, Rule]


FUNCTIONS: dict[str, Function] = {}
"""All functions by name."""


def add_function(
    signature: str, meaning: str, rule: Rule, *also: str, more: dict[int, Rule] | None = None
) -> None:
    """Put a function into the table.

    Parameters
    ----------
    signature
        How it is written with all its arguments, ``name(x, y)``.
    meaning
        What it does, in a line.
    rule
        Makes the term of so many arguments.
    also
        Other names of it.
    more
        Rules for other numbers of arguments.
    """
    name, _, arguments = signature.partition("(")
    count = 0 if arguments == ")" else arguments.count(",") + 1
    rules = {count: rule, **(more or {})}
    for spelling in (name, *also):
        FUNCTIONS[spelling] = Function(spelling, spelling + signature[len(name) :], meaning, rules)


def real_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the type of real numbers of the same precision."""
    if dtype == COMPLEX:
        return FLOAT
    return DOUBLE if dtype == DCOMPLEX else dtype


def wanted(what: str, term: Any, number: int = 1) -> MisfitError:
    """Return the error for an argument of the wrong kind."""
    which = ("first", "second", "third")[number - 1]
    return MisfitError(f"wanted {what} as the {which} argument, got {type_name(term.dtype)} values")


def need_numbers(term: Any, number: int = 1) -> None:
    """Refuse Bools."""
    if term.dtype == BOOL:
        raise wanted("numbers", term, number)


def need_real(term: Any, number: int = 1) -> None:
    """Refuse all but real numbers."""
    if term.dtype.kind != "f":
        raise wanted("real numbers", term, number)


def need_complex(term: Any) -> None:
    """Refuse all but complex numbers."""
    if term.dtype.kind != "c":
        raise wanted("complex numbers", term)


def need_bools(term: Any, number: int = 1) -> None:
    """Refuse numbers."""
    if term.dtype != BOOL:
        raise wanted("Bools", term, number)


def axis_number(value: Any) -> int:
    """Return the number of an axis, fastest first, that a number stands for."""
    if not float(value) >= -0.499:
        raise MisfitError(f"wanted the number of an axis, 0 for the fastest, got {value}")
    return int(np.trunc(min(float(value), 1e6) + 0.499))
