"""What ``$name`` and ``$(...)`` stand for in an expression.

Names are looked up where the expression was written: among the local variables there, then among
the global ones. ``$(...)`` is Python, run with these variables; this is the only place that runs
text, and it is never done for text that comes from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupimage.formats import Opened
from jupimage.lel.errors import LelNameError, LelTypeError
from jupimage.lel.program import Node, Program

__all__ = ["variables_of"]

_INT = 1 << 31


def variables_of(program: Program, namespace: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values of all variables in a program, ready to be checked.

    Parameters
    ----------
    program
        A parsed expression.
    namespace
        The variables; None where there must not be any.

    Raises
    ------
    LelNameError
        If there is no such variable, or there must not be any.
    LelTypeError
        If a value is nothing that an expression can hold.
    """
    found: dict[str, Any] = {}
    for node in program.nodes:
        if node.kind not in ("variable", "python"):
            continue
        if namespace is None:
            raise LelNameError(
                f"{node.value} is not allowed here: this expression was not typed in this session",
                program.text,
                node.at,
            )
        if node.kind == "variable":
            name = node.value[1:]
            if name in namespace:
                found[node.value] = _value(namespace[name], node, program)
        else:
            found[node.value] = _value(_run(node, namespace, program), node, program)
    return found


def _run(node: Node, namespace: Mapping[str, Any], program: Program) -> Any:
    try:
        return eval(node.value[2:-1], dict(namespace))
    except Exception as error:  # whatever the user's own code raises
        reason = f"{node.value} fails: {type(error).__name__}: {error}"
        raise LelNameError(reason, program.text, node.at) from error


def _value(value: Any, node: Node, program: Program) -> Any:
    opened = getattr(value, "_opened", None)
    if isinstance(opened, Opened):
        return opened
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim == 1):
        return [_single(item, node, program) for item in value]
    if isinstance(value, np.ndarray) and value.ndim > 1:
        return value
    return _single(value, node, program)


def _single(value: Any, node: Node, program: Program) -> tuple[str, Any]:
    """Return type and value of a number."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | np.bool_):
        return "bool", bool(value)
    if isinstance(value, int | np.integer):
        return ("float32" if abs(int(value)) < _INT else "float64"), float(value)
    if isinstance(value, float | np.floating):
        return "float64", float(str(value))
    if isinstance(value, complex | np.complexfloating):
        return "complex128", complex(value)
    raise LelTypeError(
        f"{node.value} is a {type(value).__name__}; wanted an image, a number, a text, or an "
        "array of numbers",
        program.text,
        node.at,
    )
