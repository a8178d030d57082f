"""How the pixels of a result come from those of its operands.

Each kernel takes pieces (arrays, or single numbers) with their validity, and gives a piece. What
is computed under a bad pixel does not matter, but is what the formula says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.lattice import Box
from jupimage.lel.terms import Good, Kernel, Register

__all__ = [
    "all_good", "both", "by_modulus", "chosen", "converted", "decided", "elementwise", "filled",
    "kept_if", "modulus_ready", "validity", "without_mask",
]  # fmt: skip

Ufunc = Callable[..., Any]


def both(first: Good, second: Good) -> Good:
    """Return where both are good."""
    if first is None:
        return second
    if second is None:
        return first
    if first is False or second is False:
        return False
    return first & second


def _all(operands: Sequence[Register]) -> Good:
    good: Good = None
    for _, validity_ in operands:
        good = both(good, validity_)
    return good


def elementwise(function: Ufunc, dtype: np.dtype[Any] | None = None, *, out: bool = True) -> Kernel:
    """Return the kernel that applies a function to the values, good where all operands are.

    Parameters
    ----------
    function
        Takes the values, and the keyword ``out`` unless that is False.
    dtype
        To convert operands to first.
    """

    def run(operands: Sequence[Register], spare: NDArray[Any] | None, box: Box) -> Register:
        values = [value for value, _ in operands]
        if dtype is not None:
            values = [value if value.dtype == dtype else value.astype(dtype) for value in values]
        found = function(*values, out=spare) if out and spare is not None else function(*values)
        return found, _all(operands)

    return run


def converted(dtype: np.dtype[Any]) -> Kernel:
    """Return the kernel that changes the type."""

    def run(operands: Sequence[Register], spare: NDArray[Any] | None, box: Box) -> Register:
        ((value, good),) = operands
        return value.astype(dtype), good

    return run


def without_mask(operands: Sequence[Register], spare: Any, box: Box) -> Register:
    """Give the values, all good."""
    return operands[0][0], None


def all_good(good: Good, box: Box) -> NDArray[np.bool_]:
    """Return validity as an array of its own."""
    if isinstance(good, np.ndarray):
        return good.copy()
    return np.full(box.shape, good is None)


def validity(operands: Sequence[Register], spare: Any, box: Box) -> Register:
    """Give where the operand is good, as values that are all good."""
    return all_good(operands[0][1], box), None


def kept_if(operands: Sequence[Register], spare: Any, box: Box) -> Register:
    """Give the values of the first operand, good where the second is true as well."""
    (value, good), (condition, certain) = operands
    return value, both(both(good, certain), condition)


def filled(operands: Sequence[Register], spare: Any, box: Box) -> Register:
    """Give the first operand with the second one's values where it is bad; its mask stays."""
    (value, good), (other, _) = operands
    if good is None:
        return value, None
    found = np.asarray(np.where(all_good(good, box), value, other))
    return found.astype(value.dtype, copy=False), good


def chosen(operands: Sequence[Register], spare: Any, box: Box) -> Register:
    """Give the second operand where the first is true, else the third; so with validity."""
    (condition, certain), (first, first_good), (second, second_good) = operands
    values = np.where(condition, first, second)
    if first_good is None and second_good is None:
        return values, certain
    good = np.where(
        condition,
        True if first_good is None else first_good,
        True if second_good is None else second_good,
    )
    return values, both(certain, good)


def decided(operator: str) -> Kernel:
    """Return the kernel of ``&&`` or ``||``: bad means unknown, and one side may decide alone."""
    deciding = operator == "||"

    def run(operands: Sequence[Register], spare: Any, box: Box) -> Register:
        (left, left_good), (right, right_good) = operands
        values = (left | right) if deciding else (left & right)
        if left_good is None and right_good is None:
            return values, None
        known = both(left_good, right_good)
        for side, good in ((left, left_good), (right, right_good)):
            if good is False:
                continue
            decides = side if deciding else ~side
            known = known | (decides if good is None else (decides & good))
        return values, known

    return run


def modulus_ready(value: Any) -> Any:
    """Return what is compared: of complex numbers the modulus."""
    return np.abs(value) if value.dtype.kind == "c" else value


def by_modulus(function: Ufunc) -> Ufunc:
    """Return a comparison that takes the modulus of complex numbers."""

    def compare(left: Any, right: Any) -> Any:
        return function(modulus_ready(left), modulus_ready(right))

    return compare
