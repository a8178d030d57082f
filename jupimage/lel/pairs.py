"""Functions of two or three arguments, pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jupimage.lel import kernels
from jupimage.lel.conversions import conversion
from jupimage.lel.functions import (
    Builder,
    MisfitError,
    Rule,
    add_function,
    need_bools,
    need_numbers,
    need_real,
    wanted,
)
from jupimage.lel.terms import BOOL, COMPLEX, DCOMPLEX, FLOAT, Number, constant, promote, type_name

__all__ = ["larger", "pair_rule", "power", "quotient", "smaller"]


def pair_rule(
    function: Any, check: Callable[[Any, int], None], *, extend: bool = False, out: bool = True
) -> Rule:
    """Return the rule of a function of two operands, in the type that fits both."""

    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        for number, term in enumerate(operands, 1):
            check(term, number)
        dtype = promote(*operands)
        kernel = kernels.elementwise(function, dtype, out=out)
        return builder.apply(dtype, kernel, operands, extend=extend)

    return rule


def power(left: Any, right: Any) -> Any:
    """Return a power; a square is a product, as exact as one."""
    if np.ndim(right) == 0 and np.ndim(left) and right == 2:
        return left * left
    return np.power(left, right)


def quotient(left: Any, right: Any, out: Any = None) -> Any:
    """Return a quotient; a complex number divided by zero is not a number in both parts."""
    found = np.divide(left, right, out=out)
    if found.dtype.kind == "c":
        zero = right == 0
        if np.ndim(found):
            found[np.broadcast_to(zero, found.shape)] = complex(np.nan, np.nan)
        elif zero:
            found = found.dtype.type(complex(np.nan, np.nan))
    return found


def smaller(left: Any, right: Any) -> Any:
    """Return the second where it is smaller than the first; a lattice comes before a number."""
    if np.ndim(left) == 0 and np.ndim(right):
        left, right = right, left
    return np.where(right < left, right, left)


def larger(left: Any, right: Any) -> Any:
    """Return the second where it is larger than the first; a lattice comes before a number."""
    if np.ndim(left) == 0 and np.ndim(right):
        left, right = right, left
    return np.where(right > left, right, left)


def _hypotenuse(left: Any, right: Any) -> Any:
    return np.sqrt(left * left + right * right)


def _position_angle(left: Any, right: Any) -> Any:
    half = left.dtype.type(0.5)
    return np.degrees(np.arctan2(left, right) * half)


def _complex(builder: Builder, operands: Sequence[Any]) -> Any:
    for number, term in enumerate(operands, 1):
        need_real(term, number)
    dtype = COMPLEX if promote(*operands) == FLOAT else DCOMPLEX

    def join(real: Any, imaginary: Any) -> Any:
        found = np.empty(np.broadcast_shapes(np.shape(real), np.shape(imaginary)), dtype)
        found.real, found.imag = real, imaginary
        return found[()]

    return builder.apply(dtype, kernels.elementwise(join, out=False), operands)


def _iif(builder: Builder, operands: Sequence[Any]) -> Any:
    condition, first, second = operands
    need_bools(condition)
    if (first.dtype == BOOL) != (second.dtype == BOOL):
        raise MisfitError(
            f"wanted the second and third argument of one kind, got {type_name(first.dtype)} "
            f"and {type_name(second.dtype)}"
        )
    dtype = promote(first, second)
    first, second = builder.cast(first, dtype), builder.cast(second, dtype)
    if isinstance(condition, Number):
        return builder.pick(condition, first, second)
    return builder.apply(dtype, kernels.chosen, [condition, first, second])


def _replace(builder: Builder, operands: Sequence[Any]) -> Any:
    source = operands[0]
    if isinstance(source, Number):
        raise MisfitError("wanted a lattice as the first argument, got a number")
    other = (
        operands[1] if len(operands) > 1 else constant(0, FLOAT if source.dtype != BOOL else BOOL)
    )
    if (source.dtype == BOOL) != (other.dtype == BOOL):
        raise wanted(type_name(source.dtype), other, 2)
    dtype = promote(source, other)
    if isinstance(other, Number):
        other = Number(other.dtype, _or_zero, operands=(other,))
    operands = [builder.cast(source, dtype), builder.cast(other, dtype)]
    return builder.apply(dtype, kernels.filled, operands, masked=source.masked)


def _or_zero(found: tuple[Any, bool]) -> tuple[Any, bool]:
    value, valid = found
    return (value if valid else value * 0), True


add_function("atan2(y, x)", "angle of (x, y) in radians", pair_rule(np.arctan2, need_real))
add_function("pow(x, y)", "x to the power of y, as x^y", pair_rule(power, need_numbers, out=False))
add_function("fmod(x, y)", "remainder with the sign of x, as x%y", pair_rule(np.fmod, need_real))
add_function(
    "amp(x, y)",
    "square root of x^2 + y^2",
    pair_rule(_hypotenuse, need_numbers, extend=True, out=False),
)
add_function(
    "pa(u, q)",
    "position angle of Stokes U and Q in degrees",
    pair_rule(_position_angle, need_real, extend=False, out=False),
)
add_function("iif(condition, x, y)", "x where the condition is true, else y", _iif)
add_function(
    "replace(x, y)", "x with y where x is bad; the mask stays", _replace, more={1: _replace}
)


add_function(
    "complex(re, im)",
    "a complex number of its parts; of one argument: in single precision",
    _complex,
    more={1: conversion(COMPLEX)},
)
