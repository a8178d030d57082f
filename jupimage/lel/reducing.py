"""Functions that make a number of all pixels of a lattice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jupimage.lel import reductions
from jupimage.lel.functions import (
    Builder,
    MisfitError,
    Rule,
    add_function,
    axis_number,
    need_bools,
    need_numbers,
    need_real,
)
from jupimage.lel.pairs import larger, pair_rule, smaller
from jupimage.lel.terms import DCOMPLEX, DOUBLE, FLOAT, Number, Value, constant

__all__: list[str] = []


def _reduce(
    reduce: reductions.Reduction,
    check: Callable[[Any], None],
    *,
    dtype: Callable[[np.dtype[Any]], np.dtype[Any]] = lambda dtype: dtype,
    certain: bool = False,
    alone: Callable[[Any], Any] | None = lambda value: value,
) -> Rule:
    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        (term,) = operands
        check(term)
        kind = dtype(term.dtype)
        if isinstance(term, Number):
            if alone is None:
                raise MisfitError("wanted a lattice as the first argument, got a number")

            def compute(found: Value) -> Value:
                return alone(found[0]), found[1] or certain

            return Number(kind, compute, operands=(term,), certain=certain or term.certain)
        builder.need_shape(term)
        return reductions.reduction(term, kind, reduce, certain=certain)

    return rule


def _anything(term: Any) -> None:
    pass


def _zero(value: Any) -> Any:
    return value * 0


def _zero_modulus(value: Any) -> Any:
    return np.abs(value) * 0


def _avdev_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return DOUBLE if dtype == DCOMPLEX else dtype


add_function(
    "sum(x)", "sum of the valid pixels", _reduce(reductions.total, need_numbers, certain=True)
)
add_function("mean(x)", "mean of the valid pixels", _reduce(reductions.mean, need_numbers))
add_function(
    "variance(x)",
    "variance of the valid pixels",
    _reduce(reductions.variance, need_numbers, certain=True, alone=_zero),
)
add_function(
    "stddev(x)",
    "standard deviation of the valid pixels",
    _reduce(reductions.stddev, need_numbers, certain=True, alone=_zero),
)
add_function(
    "avdev(x)",
    "mean distance from the mean",
    _reduce(
        reductions.avdev,
        need_numbers,
        certain=True,
        dtype=_avdev_type,
        alone=lambda v: np.abs(v) * 0,
    ),
)
add_function(
    "median(x)",
    "median of the valid pixels",
    _reduce(reductions.ordered(reductions.median_ranks), need_real),
)
add_function(
    "min(x, y)",
    "the smaller one; of one argument: of its valid pixels",
    pair_rule(smaller, need_real, out=False),
    more={1: _reduce(reductions.minimum, need_numbers)},
)
add_function(
    "max(x, y)",
    "the larger one; of one argument: of its valid pixels",
    pair_rule(larger, need_real, out=False),
    more={1: _reduce(reductions.maximum, need_numbers)},
)
add_function(
    "nelements(x)",
    "number of valid pixels",
    _reduce(
        reductions.count_valid, _anything, dtype=lambda _: DOUBLE, certain=True, alone=lambda _: 1
    ),
    "count",
)
add_function(
    "ntrue(x)",
    "number of valid pixels that are true",
    _reduce(
        reductions.count_equal(True), need_bools, dtype=lambda _: DOUBLE, certain=True, alone=None
    ),
)
add_function(
    "nfalse(x)",
    "number of valid pixels that are false",
    _reduce(
        reductions.count_equal(False), need_bools, dtype=lambda _: DOUBLE, certain=True, alone=None
    ),
)
add_function(
    "all(x)",
    "whether all valid pixels are true",
    _reduce(reductions.all_true, need_bools, certain=True, alone=None),
)
add_function(
    "any(x)",
    "whether some valid pixel is true",
    _reduce(reductions.any_true, need_bools, certain=True, alone=None),
)


def _fraction(term: Any, number: int) -> float:
    if not isinstance(term, Number) or term.dtype.kind != "f":
        raise MisfitError(f"wanted a real number as argument {number}, not a lattice")
    value, valid = term.get()
    if not valid or not 0 <= value <= 1:
        raise MisfitError(f"wanted a fraction from 0 to 1 as argument {number}, got {value}")
    return float(value)


def _fractile(builder: Builder, operands: Sequence[Any]) -> Any:
    need_real(operands[0])
    fraction = _fraction(operands[1], 2)
    if isinstance(operands[0], Number):
        return operands[0]
    builder.need_shape(operands[0])
    return reductions.reduction(
        operands[0], operands[0].dtype, reductions.ordered(reductions.fraction_ranks(fraction))
    )


def _fractilerange(builder: Builder, operands: Sequence[Any]) -> Any:
    need_real(operands[0])
    low = _fraction(operands[1], 2)
    high = _fraction(operands[2], 3) if len(operands) > 2 else 1 - low
    if len(operands) < 3:
        low, high = min(low, high), max(low, high)
    if low > high:
        raise MisfitError(f"wanted fractions in rising order, got {low} and {high}")
    if isinstance(operands[0], Number):
        raise MisfitError("wanted a lattice as the first argument, got a number")
    builder.need_shape(operands[0])
    return reductions.reduction(
        operands[0], operands[0].dtype, reductions.ordered(reductions.range_ranks(low, high))
    )


def _ndim(builder: Builder, operands: Sequence[Any]) -> Any:
    shape = operands[0].shape
    return constant(0 if shape is None else len(shape), FLOAT)


def _length(builder: Builder, operands: Sequence[Any]) -> Any:
    term, axis = operands
    if not isinstance(axis, Number) or axis.dtype.kind != "f":
        raise MisfitError("wanted a real number as the second argument, not a lattice")
    number = axis_number(axis.get()[0])
    shape = (term.shape or ())[::-1]
    return constant(shape[number] if number < len(shape) else 1, FLOAT)


add_function("fractile(x, f)", "value below which a fraction f of the valid pixels lies", _fractile)
add_function(
    "fractilerange(x, f1, f2)",
    "fractile f2 minus fractile f1; of two arguments: from f1 to 1 - f1",
    _fractilerange,
    more={2: _fractilerange},
)
add_function("ndim(x)", "number of axes", _ndim)
add_function("length(x, axis)", "length of an axis, 0 for the fastest", _length)
