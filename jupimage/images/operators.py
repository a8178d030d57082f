"""Arithmetic with images: ``(a - b) / 2``, ``np.sqrt(im)``, ``im[im > 3]``.

Nothing is computed until pixels are read; the result is an image that is an expression, the
same as if its text had been typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from jupimage.errors import DataTypeError
from jupimage.images.handle import Handle

if TYPE_CHECKING:
    from jupimage.lel import Expression

__all__ = ["Operators"]

_UFUNCS = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "true_divide": "{} / {}", "power": "{} ^ {}", "float_power": "{} ^ {}", "fmod": "{} % {}",
    "negative": "-{}", "positive": "+{}", "absolute": "abs({})", "fabs": "abs({})",
    "greater": "{} > {}", "greater_equal": "{} >= {}", "less": "{} < {}",
    "less_equal": "{} <= {}", "equal": "{} == {}", "not_equal": "{} != {}",
    "logical_and": "{} && {}", "bitwise_and": "{} && {}", "logical_or": "{} || {}",
    "bitwise_or": "{} || {}", "logical_not": "!{}", "invert": "!{}",
    "sin": "sin({})", "cos": "cos({})", "tan": "tan({})", "arcsin": "asin({})",
    "arccos": "acos({})", "arctan": "atan({})", "arctan2": "atan2({}, {})",
    "sinh": "sinh({})", "cosh": "cosh({})", "tanh": "tanh({})", "exp": "exp({})",
    "log": "log({})", "log10": "log10({})", "sqrt": "sqrt({})", "square": "{} ^ 2",
    "ceil": "ceil({})", "floor": "floor({})", "sign": "sign({})", "conjugate": "conj({})",
    "isnan": "isnan({})", "minimum": "min({}, {})", "maximum": "max({}, {})",
}  # fmt: skip


class Operators(Handle):
    """The part of `image` that makes expressions of Python's operators and numpy's functions."""

    # numpy asks `__array_ufunc__` first, so that array + image is an image
    __array_priority__ = 1000

    def _combined(self, pattern: str, *operands: Any) -> Any:
        from jupimage.lel import combine

        parts: list[Any] = []
        for operand in operands:
            if isinstance(operand, Operators):
                parts.append(operand._known())
            elif (
                np.ndim(operand) == 0
                and isinstance(operand, int | float | complex | np.number | np.bool_ | np.ndarray)
            ) or isinstance(operand, np.ndarray):
                parts.append(operand)
            else:
                return NotImplemented
        return self._of(combine(pattern, parts).opened())

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        pattern = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or pattern is None:
            raise DataTypeError(
                f"np.{ufunc.__name__} does not work on images; use np.asarray(im), which reads it"
            )
        return self._combined(pattern, *inputs)

    def __add__(self, other: Any) -> Self:
        return self._combined("{} + {}", self, other)  # type: ignore[no-any-return]

    def __radd__(self, other: Any) -> Self:
        return self._combined("{} + {}", other, self)  # type: ignore[no-any-return]

    def __sub__(self, other: Any) -> Self:
        return self._combined("{} - {}", self, other)  # type: ignore[no-any-return]

    def __rsub__(self, other: Any) -> Self:
        return self._combined("{} - {}", other, self)  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> Self:
        return self._combined("{} * {}", self, other)  # type: ignore[no-any-return]

    def __rmul__(self, other: Any) -> Self:
        return self._combined("{} * {}", other, self)  # type: ignore[no-any-return]

    def __truediv__(self, other: Any) -> Self:
        return self._combined("{} / {}", self, other)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: Any) -> Self:
        return self._combined("{} / {}", other, self)  # type: ignore[no-any-return]

    def __pow__(self, other: Any) -> Self:
        return self._combined("{} ^ {}", self, other)  # type: ignore[no-any-return]

    def __rpow__(self, other: Any) -> Self:
        return self._combined("{} ^ {}", other, self)  # type: ignore[no-any-return]

    def __neg__(self) -> Self:
        return self._combined("-{}", self)  # type: ignore[no-any-return]

    def __pos__(self) -> Self:
        return self._combined("+{}", self)  # type: ignore[no-any-return]

    def __abs__(self) -> Self:
        return self._combined("abs({})", self)  # type: ignore[no-any-return]

    def __invert__(self) -> Self:
        return self._combined("!{}", self)  # type: ignore[no-any-return]

    def __and__(self, other: Any) -> Self:
        return self._combined("{} && {}", self, other)  # type: ignore[no-any-return]

    def __or__(self, other: Any) -> Self:
        return self._combined("{} || {}", self, other)  # type: ignore[no-any-return]

    def __gt__(self, other: Any) -> Self:
        return self._combined("{} > {}", self, other)  # type: ignore[no-any-return]

    def __ge__(self, other: Any) -> Self:
        return self._combined("{} >= {}", self, other)  # type: ignore[no-any-return]

    def __lt__(self, other: Any) -> Self:
        return self._combined("{} < {}", self, other)  # type: ignore[no-any-return]

    def __le__(self, other: Any) -> Self:
        return self._combined("{} <= {}", self, other)  # type: ignore[no-any-return]

    def __eq__(self, other: Any) -> Any:
        return self._combined("{} == {}", self, other)

    def __ne__(self, other: Any) -> Any:
        return self._combined("{} != {}", self, other)

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise DataTypeError(
            "an image is neither true nor false; of its pixels np.any or np.all say that"
        )

    def __getitem__(self, index: Any) -> Any:
        """Return a section, or, for a condition such as ``im > 3``, a masked expression.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[1.0, 5.0, 2.0])
        >>> im[im > 1.5].get()
        masked_array(data=[--, 5.0, 2.0],
                     mask=[ True, False, False],
               fill_value=1e+20)
        """
        if isinstance(index, Operators):
            return self._combined("{}[{}]", self, index)
        return super().__getitem__(index)  # type: ignore[misc]

    @property
    def expression(self) -> Expression | None:
        """What the pixels are computed by, None if they are stored.

        Examples
        --------
        >>> from jupimage import image
        >>> im = image("", values=[1.0, 5.0])
        >>> print((2 * im).expression)
        2 * $1
        """
        found: Expression | None = self._opened.expression
        return found
