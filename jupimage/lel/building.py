"""Expressions out of Python operators: ``(a - b) / 2`` with images instead of text.

What comes out is the text of an expression and the images in it, so that an expression that was
computed with operators is the same thing as one that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.errors import DataTypeError
from jupimage.formats import Opened
from jupimage.lel.expression import Expression, compile_expression

__all__ = ["combine", "number_text"]

_IMAGE = re.compile(r"\$(\d+)")


def combine(pattern: str, operands: Sequence[Any]) -> Expression:
    """Return an expression over images, expressions and numbers.

    Parameters
    ----------
    pattern
        With ``{}`` for each operand: ``{} + {}``, ``sin({})``.
    operands
        Open images, expressions, numbers, and arrays of the shape of the first image.

    Raises
    ------
    DataTypeError
        If an operand is none of these.
    LelError
        If they do not fit each other.

    Examples
    --------
    >>> combine("{} * {}", [2, 3.5]).text
    '2 * 3.5'
    """
    images: list[Opened] = []
    shaped = [operand for operand in operands if isinstance(operand, Opened)]
    texts = [_text(operand, images, shaped) for operand in operands]
    return compile_expression(pattern.format(*texts), images=images)


def _text(operand: Any, images: list[Opened], shaped: Sequence[Opened]) -> str:
    if isinstance(operand, Opened):
        expression = getattr(operand, "expression", None)
        if isinstance(expression, Expression):
            return _nested(expression, images)
        return f"${_number_of(operand, images)}"
    if isinstance(operand, np.ndarray) and operand.ndim:
        return f"${_number_of(_as_image(operand, shaped), images)}"
    return number_text(operand)


def _nested(expression: Expression, images: list[Opened]) -> str:
    """Return the text of an expression, its images numbered anew."""
    numbers = [_number_of(opened, images) for opened in expression.images]
    return "(" + _IMAGE.sub(lambda found: f"${numbers[int(found[1]) - 1]}", expression.text) + ")"


def _number_of(opened: Opened, images: list[Opened]) -> int:
    for number, known in enumerate(images, 1):
        if known is opened:
            return number
    images.append(opened)
    return len(images)


def _as_image(values: Any, shaped: Sequence[Opened]) -> Opened:
    from jupimage.lattice import MemoryLattice

    for opened in shaped:
        if values.shape == tuple(opened.lattice.shape):
            return Opened(MemoryLattice(values), opened.coordinates, "TempImage", "array")
    shapes = ", ".join(str(tuple(opened.lattice.shape)) for opened in shaped)
    raise DataTypeError(f"an array of shape {values.shape} does not fit an image of shape {shapes}")


def number_text(value: Any) -> str:
    """Return a number as it is written in an expression, with its type.

    Examples
    --------
    >>> number_text(2), number_text(2.0), number_text(-1e-9), number_text(np.float32(0.5))
    ('2', '2.0', '(-1d-09)', '5e-1')
    """
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        single = value.dtype in (np.float32, np.complex64)
        value = value.item()
    else:
        single = False
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int):
        return f"({value})" if value < 0 else str(value)
    if isinstance(value, complex):
        unit = "1e0i" if single else "1.0i"
        return f"({_real(value.real, single)} + {_real(value.imag, single)} * {unit})"
    if isinstance(value, float):
        text = _real(value, single)
        return f"({text})" if text.startswith("-") else text
    raise DataTypeError(
        f"wanted an image, a number or an array of numbers, got {type(value).__name__}"
    )


def _real(value: float, single: bool) -> str:
    if np.isnan(value):
        return "(0e0/0e0)" if single else "(0.0/0.0)"
    if np.isinf(value):
        return ("-" if value < 0 else "") + ("1e999" if single else "1.0d999")
    if single:
        return np.format_float_scientific(np.float32(value), trim="-", exp_digits=1)
    text = repr(value)
    return text.replace("e", "d") if "e" in text else text
