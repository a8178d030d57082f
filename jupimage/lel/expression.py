"""A text, checked: what it stands for, ready to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupimage.errors import LelError
from jupimage.formats import Opened
from jupimage.lel.checking import check
from jupimage.lel.errors import LelTypeError, Span
from jupimage.lel.evaluation import as_lattice
from jupimage.lel.names import Area, Names
from jupimage.lel.parser import parse
from jupimage.lel.program import Program
from jupimage.lel.store import ExpressionStore
from jupimage.lel.substitution import variables_of
from jupimage.lel.terms import BOOL, Number, Pixels, type_name

__all__ = ["Expression", "compile_expression"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression whose names, types and shapes are known; no pixel has been read.

    Attributes
    ----------
    text
        As it was written.
    program
        Its parts.
    term
        What it stands for.
    used
        The images in it.
    images
        What ``$1``, ``$2`` ... stand for.

    Examples
    --------
    >>> compile_expression("2 * (3 + 4)").number()
    np.float32(14.0)
    """

    text: str
    program: Program
    term: Pixels | Number | Area
    used: tuple[Opened, ...] = ()
    images: tuple[Opened, ...] = ()

    def __str__(self) -> str:
        return self.text

    @property
    def is_number(self) -> bool:
        """Whether it stands for a single value."""
        return isinstance(self.term, Number)

    def number(self) -> Any:
        """Return the value, None if a reduction in it found no valid pixel.

        Raises
        ------
        LelTypeError
            If it stands for a lattice or a region.
        """
        if not isinstance(self.term, Number):
            raise self._wrong("this is no single number but " + self.kind())
        value, valid = self.term.get()
        return value if valid else None

    def kind(self) -> str:
        """Return in words what it stands for."""
        if isinstance(self.term, Area):
            return "a region"
        if isinstance(self.term, Number):
            return f"a single {type_name(self.term.dtype)} value"
        shape = self.term.shape
        size = "any shape" if shape is None else " x ".join(map(str, shape))
        return f"a lattice of {size} {type_name(self.term.dtype)} values"

    def opened(self) -> Opened:
        """Return it as an image.

        Raises
        ------
        LelTypeError
            If it stands for a number or a region, or has no coordinates or no shape.
        """
        term = self.term
        if not isinstance(term, Pixels):
            hint = "; jupimage.evaluate gives it" if isinstance(term, Number) else ""
            raise self._wrong(f"this is {self.kind()}, not an image{hint}")
        if term.shape is None:
            raise self._wrong("this has no shape: index conditions alone fit every image")
        if term.about is None:
            raise self._wrong("this has no coordinates: no image of a file or variable is in it")
        return Opened(
            lattice=as_lattice(term),
            coordinates=term.about.coordinates,
            kind="ImageExpr",
            name=f"Expression: {self.text}",
            unit=term.about.unit,
            imageinfo=dict(term.about.imageinfo),
            miscinfo=dict(term.about.miscinfo),
            store=ExpressionStore(self.used),
            expression=self,
        )

    def _wrong(self, reason: str) -> LelError:
        return LelTypeError(reason, self.text, Span(0, len(self.text)))

    @property
    def is_bool(self) -> bool:
        """Whether its values are Bools."""
        return not isinstance(self.term, Area) and self.term.dtype == BOOL


def compile_expression(
    text: str,
    *,
    images: Sequence[Opened] = (),
    namespace: Mapping[str, Any] | None = None,
) -> Expression:
    """Parse and check an expression.

    Parameters
    ----------
    text
        The expression.
    images
        What ``$1``, ``$2`` ... stand for.
    namespace
        Variables for ``$name`` and ``$(...)``; None where there must not be any.

    Raises
    ------
    LelError
        Pointing at what is wrong.
    """
    program = parse(text)
    names = Names(text, images)
    term = check(program, names, variables_of(program, namespace))
    return Expression(text, program, term, tuple(names.used), tuple(images))
