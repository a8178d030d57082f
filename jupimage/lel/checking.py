"""From a program to a term: types, shapes, masks and coordinates are checked, no pixel is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.errors import ImageError
from jupimage.formats import Opened
from jupimage.lattice import Box, MemoryLattice, SectionView
from jupimage.lel import elementary, kernels, pairs, reducing, special
from jupimage.lel.conformance import MismatchError, conform, first_about, match_exactly
from jupimage.lel.errors import LelNameError, LelTypeError
from jupimage.lel.evaluation import as_lattice
from jupimage.lel.functions import FUNCTIONS, MisfitError, axis_number
from jupimage.lel.names import Area, Names
from jupimage.lel.pairs import power, quotient
from jupimage.lel.program import Node, Program
from jupimage.lel.terms import (
    BOOL,
    FLOAT,
    About,
    Kernel,
    Number,
    Pixels,
    Term,
    Value,
    constant,
    promote,
    type_name,
)  # fmt: skip
from jupimage.regions import Region, SelectedView
from jupimage.regions.shapes import SlicedRegion

__all__ = ["TABLES", "check"]

TABLES = (elementary, pairs, reducing, special)
"""Modules that fill the table of functions."""


def check(program: Program, names: Names, variables: Mapping[str, Any] | None = None) -> Any:
    """Return what a program stands for: `Pixels`, a `Number` or an `Area`.

    Raises
    ------
    LelNameError
        If a name is not known.
    LelTypeError
        If operands do not fit each other.
    """
    return _Checker(program, names, variables or {}).run()


class _Checker:
    def __init__(self, program: Program, names: Names, variables: Mapping[str, Any]) -> None:
        self.program = program
        self.names = names
        self.variables = variables
        self.found: list[Any] = []
        self.node: Node = program.nodes[-1]
        self.kinds: dict[str, Callable[[Node, list[Any]], Any]] = {
            "number": self._number,
            "bool": lambda node, operands: constant(node.value, BOOL),
            "name": lambda node, operands: self._named(self.names.find(node)),
            "temporary": lambda node, operands: self._named(self.names.temporary(node)),
            "variable": self._variable,
            "python": self._variable,
            "unary": self._unary,
            "binary": self._binary,
            "call": self._call,
            "select": self._select,
            "list": self._list,
            "indexin": self._indexin,
        }

    def run(self) -> Any:
        for node in self.program.nodes:
            self.node = node
            operands = [self.found[number] for number in node.operands]
            try:
                self.found.append(self.kinds[node.kind](node, operands))
            except MisfitError as error:
                what = f"{node.value}: " if node.kind in ("call", "unary", "binary") else ""
                raise self._wrong(f"{what}{error}") from None
            except MismatchError as error:
                raise self._wrong(f"{self._both(node)} do not fit: {error}") from None
        return self.found[-1]

    def _wrong(self, reason: str) -> LelTypeError:
        return LelTypeError(reason, self.program.text, self.node.at)

    def _both(self, node: Node) -> str:
        texts = [self._text(number) for number in node.operands[:3]]
        return " and ".join(texts)

    def _text(self, number: int) -> str:
        span = self.program.nodes[number].span
        text = self.program.text[span.start : span.stop]
        return text if len(text) <= 40 else text[:18] + " ... " + text[-17:]

    # -- leaves --------------------------------------------------------------------------------

    def _number(self, node: Node, operands: list[Any]) -> Term:
        name, value = node.value
        return constant(value, np.dtype(name))

    def _named(self, found: Opened | Area) -> Any:
        if isinstance(found, Area):
            return found
        about = About(found.coordinates, found.unit, found.imageinfo, found.miscinfo)
        lattice = found.lattice
        return Pixels(lattice.dtype, tuple(lattice.shape), lattice.masked, about, lattice=lattice)

    def _variable(self, node: Node, operands: list[Any]) -> Any:
        if node.value not in self.variables:
            known = get_close_matches(node.value, [name for name in self.variables], 1)
            hint = f"; did you mean {known[0]}?" if known else ""
            raise LelNameError(
                f"there is no variable {node.value}{hint}", self.program.text, node.at
            )
        found = self.variables[node.value]
        if isinstance(found, Opened):
            return self._named(self.names.use(found))
        if isinstance(found, str):
            return self._named(self.names.find(node._replace(value=(found,))))
        if isinstance(found, np.ndarray):
            return self._array(found)
        if isinstance(found, list):
            return self._values([constant(value, np.dtype(kind)) for kind, value in found])
        kind, value = found
        return constant(value, np.dtype(kind))

    # -- operators -----------------------------------------------------------------------------

    def _unary(self, node: Node, operands: list[Any]) -> Any:
        (term,) = operands
        if node.value == "+":
            return term
        if isinstance(term, Area):
            if node.value == "!":
                return Area(term.kind, ~term.spec, term.shape)
            raise MisfitError("wanted numbers, got a region")
        if node.value == "-":
            if term.dtype == BOOL:
                raise MisfitError("wanted numbers, got Bools")
            return self.apply(term.dtype, kernels.elementwise(np.negative), operands)
        if term.dtype != BOOL:
            raise MisfitError(
                f"wanted Bools, got {type_name(term.dtype)} values; put the comparison in brackets"
            )
        return self.apply(BOOL, kernels.elementwise(np.logical_not), operands)

    def _binary(self, node: Node, operands: list[Any]) -> Any:
        operator = node.value
        if all(isinstance(term, Area) for term in operands) and operator in _COMPOUNDS:
            return self._compound(operator, *operands)
        left, right = (self._as_bools(term) for term in operands)
        if operator in ("&&", "||"):
            if left.dtype != BOOL or right.dtype != BOOL:
                raise MisfitError(
                    f"wanted Bools on both sides, got {type_name(left.dtype)} and "
                    f"{type_name(right.dtype)}"
                )
            return self.apply(BOOL, kernels.decided(operator), [left, right], extend=True)
        if operator in _COMPARISONS:
            return self._compare(operator, left, right)
        if left.dtype == BOOL or right.dtype == BOOL:
            raise MisfitError(
                f"Bools and numbers do not mix: got {type_name(left.dtype)} and "
                f"{type_name(right.dtype)}; iif(condition, x, y) makes numbers of Bools"
            )
        dtype = promote(left, right)
        if operator == "%":
            if dtype.kind == "c":
                raise MisfitError("wanted real numbers, got complex ones")
            return self.apply(dtype, kernels.elementwise(np.fmod, dtype), [left, right])
        if operator == "^":
            return self.apply(dtype, kernels.elementwise(power, dtype, out=False), [left, right])
        return self.apply(
            dtype, kernels.elementwise(_ARITHMETIC[operator], dtype), [left, right], extend=True
        )

    def _compare(self, operator: str, left: Any, right: Any) -> Any:
        if (left.dtype == BOOL) != (right.dtype == BOOL):
            raise MisfitError(
                f"Bools and numbers do not compare: got {type_name(left.dtype)} and "
                f"{type_name(right.dtype)}"
            )
        function = _COMPARISONS[operator]
        if left.dtype == BOOL:
            if operator not in ("==", "!="):
                raise MisfitError("Bools have no order")
            if isinstance(left, Number) != isinstance(right, Number):
                raise MisfitError(
                    "a lattice of Bools and a single Bool do not compare; use any or all"
                )
            return self.apply(BOOL, kernels.elementwise(function), [left, right], extend=True)
        dtype = promote(left, right)
        ordered = operator not in ("==", "!=")
        if dtype.kind == "c" and ordered:
            function = kernels.by_modulus(function)
        kernel = kernels.elementwise(function, dtype, out=False)
        about = first_about(right, left) if operator in ("<", "<=") else None
        return self.apply(BOOL, kernel, [left, right], extend=True, about=about)

    def _as_bools(self, term: Any) -> Any:
        """Return a region in pixels as a lattice of Bools of its bounding box."""
        if not isinstance(term, Area):
            return term
        if term.kind != "pixel" or term.shape is None:
            raise MisfitError("a region in world coordinates or a slicer cannot be used as Bools")
        region = term.spec.place(None, term.shape)
        view = SectionView(region, region.bounds)
        return Pixels(BOOL, view.shape, False, lattice=view)

    def _compound(self, operator: str, left: Area, right: Area) -> Area:
        if "slicer" in (left.kind, right.kind):
            raise MisfitError("slicers cannot be combined")
        if left.kind != right.kind:
            raise MisfitError("regions in pixels and in world coordinates cannot be combined")
        if left.shape != right.shape:
            raise MisfitError(
                f"the regions are for images of shapes {left.shape} and {right.shape}"
            )
        return Area(left.kind, _COMPOUNDS[operator](left.spec, right.spec), left.shape)

    # -- functions -----------------------------------------------------------------------------

    def _call(self, node: Node, operands: list[Any]) -> Any:
        function = FUNCTIONS.get(node.value)
        if function is None:
            close = get_close_matches(node.value, FUNCTIONS, 1, 0.6)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise LelNameError(
                f"there is no function {node.value}{hint}", self.program.text, node.at
            )
        rule = function.rules.get(len(operands))
        if rule is None:
            counts = " or ".join(str(count) for count in sorted(function.rules))
            raise self._wrong(
                f"{node.value} takes {counts} arguments, got {len(operands)}: {function.signature}"
            )
        if node.value in ("ndim", "length") and isinstance(operands[0], Area):
            operands = [_boxed(operands[0]), *operands[1:]]
        return rule(self, [self._as_bools(term) for term in operands])

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
        if all(isinstance(term, Number) for term in operands):
            return _number_of(dtype, kernel, operands)
        terms = self._fitted(operands, extend=extend)
        shape = next(
            (t.shape for t in terms if isinstance(t, Pixels) and t.shape is not None), None
        )
        return Pixels(
            dtype,
            shape,
            any(term.masked for term in terms) if masked is None else masked,
            about or first_about(*terms),
            kernel=kernel,
            operands=tuple(terms),
        )

    def _fitted(self, operands: Sequence[Any], *, extend: bool) -> list[Any]:
        """Return the operands with one shape."""
        terms = list(operands)
        lattices = [i for i, term in enumerate(terms) if isinstance(term, Pixels)]
        for second in lattices[1:]:
            first = lattices[0]
            if extend:
                terms[first], terms[second] = conform(terms[first], terms[second])
            else:
                match_exactly(terms[first], terms[second])
        if not extend and len(lattices) > 2:
            match_exactly(terms[lattices[1]], terms[lattices[2]])
        return terms

    def cast(self, term: Any, dtype: np.dtype[Any]) -> Any:
        """Return a term as numbers of another type."""
        return term if term.dtype == dtype else self.apply(dtype, kernels.converted(dtype), [term])

    def pick(self, condition: Number, first: Any, second: Any) -> Any:
        """Return one of two terms, as a number says."""
        if isinstance(first, Number) and isinstance(second, Number):

            def compute(decision: Value, one: Value, other: Value) -> Value:
                found, good = one if decision[0] else other
                return found, good and decision[1]

            operands = condition, first, second
            certain = all(number.certain for number in operands)
            return Number(first.dtype, compute, operands=operands, certain=certain)
        match = [term for term in (first, second) if isinstance(term, Pixels)]
        if len(match) == 2:
            match_exactly(*match)

        def kernel(operands: Any, spare: Any, box: Box) -> Any:
            (value, good), one, two = operands
            found, valid = one if value else two
            if not isinstance(found, np.ndarray):
                found = np.full(box.shape, found)
            return found, kernels.both(good, valid)

        return self.apply(first.dtype, kernel, [condition, first, second])

    def need_shape(self, term: Pixels) -> None:
        """Refuse a lattice that fits every shape."""
        if term.shape is None:
            raise MisfitError("wanted a lattice whose shape is known, got index conditions only")

    # -- selections ----------------------------------------------------------------------------

    def _select(self, node: Node, operands: list[Any]) -> Any:
        source, condition = operands
        if isinstance(source, Area):
            raise MisfitError("wanted a lattice before the brackets, got a region")
        if isinstance(condition, Area):
            return self._region(source, condition)
        if isinstance(source, Number) or isinstance(condition, Number):
            raise MisfitError("wanted lattices before and in the brackets, got a number")
        if condition.dtype != BOOL:
            raise MisfitError(
                f"wanted a condition in the brackets, got {type_name(condition.dtype)} values"
            )
        about = first_about(source, condition)
        return self.apply(source.dtype, kernels.kept_if, operands, masked=True, about=about)

    def _region(self, source: Any, area: Area) -> Pixels:
        if not isinstance(source, Pixels) or source.shape is None:
            raise MisfitError("wanted a lattice before the brackets, got a number")
        if area.shape is not None and area.shape != source.shape:
            raise MismatchError(
                f"a region for {' x '.join(map(str, area.shape))} pixels and a lattice of "
                f"{' x '.join(map(str, source.shape))}"
            )
        if source.about is None and area.kind == "world":
            raise MisfitError("a region in world coordinates needs a lattice with coordinates")
        system = source.about.coordinates if source.about else None
        try:
            region = area.spec.place(system, source.shape)
        except ImageError as error:
            raise MisfitError(str(error)) from error
        bounds = region.box if isinstance(region, SlicedRegion) else region.bounds
        if not bounds.size:
            raise MisfitError("the region and the lattice have no pixel in common")
        lattice = as_lattice(source)
        whole = region.filled or isinstance(region, SlicedRegion)
        inner = lattice if whole else SelectedView(lattice, region)
        view = SectionView(inner, bounds)
        about = source.about and source.about.at(source.about.coordinates.section(bounds))
        return Pixels(source.dtype, view.shape, view.masked, about, lattice=view)

    def _list(self, node: Node, operands: list[Any]) -> Pixels:
        if not all(isinstance(term, Number) for term in operands):
            raise self._wrong("wanted single values in a list, got a lattice or a region")
        return self._values(operands)

    def _array(self, values: Any) -> Pixels:
        """Return an array as a lattice without coordinates."""
        if values.dtype == BOOL:
            return Pixels(BOOL, values.shape, False, lattice=_Bools(values))
        if values.dtype.kind not in "iufc":
            raise MisfitError(f"wanted an array of numbers, got {values.dtype}")
        dtype = np.result_type(values.dtype, np.complex64 if values.dtype.kind == "c" else FLOAT)
        small = values.dtype.kind in "iu"
        pixels = np.array(values, FLOAT if small else dtype.newbyteorder("="))
        return Pixels(pixels.dtype, pixels.shape, False, lattice=MemoryLattice(pixels))

    def _values(self, numbers: Sequence[Number]) -> Pixels:
        kinds = {number.dtype == BOOL for number in numbers}
        if len(kinds) > 1:
            raise self._wrong("Bools and numbers do not mix in a list")
        dtype = promote(*numbers)
        values = np.array([number.get()[0] for number in numbers], dtype)
        return Pixels(
            dtype,
            values.shape,
            False,
            lattice=MemoryLattice(values) if dtype != BOOL else _Bools(values),
        )

    def _indexin(self, node: Node, operands: list[Any]) -> Pixels:
        negated, ranges = node.value
        (axis,) = operands
        if not isinstance(axis, Number) or axis.dtype.kind != "f":
            raise MisfitError("wanted the number of an axis")
        number = axis_number(axis.get()[0])

        def kernel(found: Any, spare: Any, box: Box) -> Any:
            here = box.ndim - 1 - number
            if here < 0:
                raise LelTypeError(
                    f"there is no axis {number} in {box.ndim} axes (0 is the fastest)",
                    self.program.text,
                    node.at,
                )
            index = np.arange(box.start[here], box.stop[here], box.step[here])
            inside = np.zeros(index.shape, bool)
            for start, stop, step in ranges:
                inside |= (index >= start) & (index <= stop) & ((index - start) % step == 0)
            shape = [1] * box.ndim
            shape[here] = len(index)
            return np.broadcast_to(inside.reshape(shape) != negated, box.shape).copy(), None

        return Pixels(BOOL, None, False, kernel=kernel, operands=())


_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": quotient,
}
_COMPARISONS: dict[str, Callable[..., Any]] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal,
}  # fmt: skip
_COMPOUNDS: dict[str, Callable[[Any, Any], Any]] = {
    "||": lambda left, right: left | right,
    "&&": lambda left, right: left & right,
    "-": lambda left, right: left - right,
}


def _boxed(area: Area) -> Any:
    """Return something with the shape of a region's box."""
    if area.shape is None:
        raise MisfitError("wanted a region in pixels, got one in world coordinates or a slicer")
    bounds = area.spec.place(None, area.shape).bounds
    return Pixels(BOOL, bounds.shape, False, lattice=_Bools(np.ones(1, bool)))


class _Bools(Region):
    """An array of Bools as a lattice."""

    def __init__(self, values: NDArray[np.bool_]) -> None:
        super().__init__(values.shape)
        self._values = values

    def select(self, box: Box) -> NDArray[np.bool_]:
        """Return a fresh array with the Bools of `box`."""
        return self._values[box.slices].copy()


def _number_of(dtype: np.dtype[Any], kernel: Kernel, operands: Sequence[Number]) -> Number:
    """Return what a kernel makes of numbers."""

    def compute(*found: Value) -> Value:
        registers = [(value, None if valid else np.False_) for value, valid in found]
        with np.errstate(all="ignore"):
            value, good = kernel(registers, None, Box((), ()))
        return np.asarray(value).astype(dtype)[()], good is None or bool(good)

    certain = all(number.certain for number in operands)
    return Number(dtype, compute, operands=tuple(operands), certain=certain)
