"""From one type of numbers to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jupimage.lel import kernels
from jupimage.lel.functions import Builder, Rule, need_numbers, wanted

__all__ = ["conversion"]


def conversion(dtype: np.dtype[Any]) -> Rule:
    """Return the rule of the function that converts to a type."""

    def rule(builder: Builder, operands: Sequence[Any]) -> Any:
        (term,) = operands
        need_numbers(term)
        if term.dtype.kind == "c" and dtype.kind == "f":
            raise wanted("real numbers", term)
        if term.dtype == dtype:
            return term
        return builder.apply(dtype, kernels.converted(dtype), operands)

    return rule
