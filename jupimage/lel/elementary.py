"""Functions of one argument, pixel by pixel."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from jupimage.lel import kernels
from jupimage.lel.conversions import conversion
from jupimage.lel.functions import (
    Builder,
    Rule,
    add_function,
    need_bools,
    need_complex,
    need_numbers,
    need_real,
    real_type,
)
from jupimage.lel.terms import BOOL, DCOMPLEX, DOUBLE, FLOAT, Number, constant

__all__: list[str] = []


def _same(function: Any, check: Callable[[Any], None] = need_numbers, *, out: bool = True) -> Rule:
    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        check(operands[0])
        return builder.apply(operands[0].dtype, kernels.elementwise(function, out=out), operands)

    return rule


def _round(values: Any) -> Any:
    half = values.dtype.type(0.5)
    return np.trunc(values + np.copysign(half, values))


def _sign(values: Any) -> Any:
    single = values.astype(np.float32)
    return np.where((single == 0) | np.isnan(single), single, np.copysign(np.float32(1), single))


def _sign_rule(builder: Builder, operands: Sequence[Any]) -> Any:
    need_real(operands[0])
    return builder.apply(FLOAT, kernels.elementwise(_sign, out=False), operands)


def _to_real(function: Any, check: Callable[[Any], None]) -> Rule:
    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        check(operands[0])
        dtype = real_type(operands[0].dtype)
        return builder.apply(dtype, kernels.elementwise(function, out=False), operands)

    return rule


def _real_part(values: Any) -> Any:
    return np.array(np.real(values))[()]


def _imaginary_part(values: Any) -> Any:
    return np.array(np.imag(values))[()]


def _bool_rule(builder: Builder, operands: Sequence[Any]) -> Any:
    need_bools(operands[0])
    return operands[0]


def _isnan(builder: Builder, operands: Sequence[Any]) -> Any:
    need_numbers(operands[0])
    return builder.apply(BOOL, kernels.elementwise(np.isnan, out=False), operands)


def _value(builder: Builder, operands: Sequence[Any]) -> Any:
    (term,) = operands
    if isinstance(term, Number):
        return Number(term.dtype, lambda found: (found[0], True), operands=(term,))
    return builder.apply(term.dtype, kernels.without_mask, operands, masked=False)


def _mask(builder: Builder, operands: Sequence[Any]) -> Any:
    (term,) = operands
    if isinstance(term, Number):
        return Number(BOOL, lambda found: (found[1], True), operands=(term,))
    return builder.apply(BOOL, kernels.validity, operands, masked=False)


def _constant_rule(value: float) -> Rule:
    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        return constant(value, DOUBLE)

    return rule


_NUMERIC: tuple[tuple[str, Any, str], ...] = (
    ("sin", np.sin, "sine of an angle in radians"),
    ("cos", np.cos, "cosine of an angle in radians"),
    ("sinh", np.sinh, "hyperbolic sine"),
    ("cosh", np.cosh, "hyperbolic cosine"),
    ("exp", np.exp, "e to the power of x"),
    ("log", np.log, "natural logarithm"),
    ("log10", np.log10, "logarithm to the base of 10"),
    ("sqrt", np.sqrt, "square root; NaN of a negative number"),
)
_REAL: tuple[tuple[str, Any, str], ...] = (
    ("tan", np.tan, "tangent of an angle in radians"),
    ("tanh", np.tanh, "hyperbolic tangent"),
    ("asin", np.arcsin, "inverse sine in radians"),
    ("acos", np.arccos, "inverse cosine in radians"),
    ("atan", np.arctan, "inverse tangent in radians"),
    ("ceil", np.ceil, "next integer above"),
    ("floor", np.floor, "next integer below"),
)
for _name, _ufunc, _text in _NUMERIC:
    add_function(f"{_name}(x)", _text, _same(_ufunc))
for _name, _ufunc, _text in _REAL:
    add_function(f"{_name}(x)", _text, _same(_ufunc, need_real))
add_function(
    "round(x)", "nearest integer; halves away from zero", _same(_round, need_real, out=False)
)
add_function("sign(x)", "-1 or 1; zeros and NaN stay", _sign_rule)
add_function("abs(x)", "absolute value", _to_real(np.abs, need_numbers), "amplitude")
add_function(
    "arg(x)", "phase of complex numbers in radians", _to_real(np.angle, need_complex), "phase"
)
add_function("real(x)", "real part", _to_real(_real_part, need_numbers))
add_function("imag(x)", "imaginary part", _to_real(_imaginary_part, need_complex))
add_function("conj(x)", "complex conjugate", _same(np.conjugate, need_complex))
add_function("float(x)", "in single precision", conversion(FLOAT))
add_function("double(x)", "in double precision", conversion(DOUBLE))
add_function("dcomplex(x)", "as complex numbers in double precision", conversion(DCOMPLEX))
add_function("bool(x)", "Bools as they are; a region as Bools", _bool_rule, "boolean")
add_function("isnan(x)", "whether a value is not a number", _isnan)
add_function("value(x)", "without its mask", _value)
add_function("mask(x)", "where the pixels are valid", _mask)
add_function("pi()", "3.14159...", _constant_rule(math.pi))
add_function("e()", "2.71828...", _constant_rule(math.e))
