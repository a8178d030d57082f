"""The projections that wcslib knows: their codes and their parameters.

NCP and GLS are older names: NCP is a slant SIN, GLS is written as SFL. Where a record holds
fewer parameters than a projection has, casacore takes the usual values for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jupimage.errors import CoordinateError

__all__ = ["PROJECTIONS", "Projection", "projection"]


@dataclass(frozen=True, slots=True)
class Projection:
    """A projection of the sky.

    Parameters
    ----------
    code
        Its three letters.
    usual
        What its parameters are where nobody says; there are as many as it has.
    required
        How many parameters have to be given, because there are no usual values.
    first
        Number of the first parameter in FITS (``PV2_1``...).
    latitude
        Native latitude of the reference point: 90 zenithal, 0 cylindrical and the like; None
        where it is a parameter.
    """

    code: str
    usual: tuple[float, ...] = ()
    required: int = 0
    first: int = 1
    latitude: float | None = 0.0

    def complete(self, parameters: Iterable[float]) -> list[float]:
        """Return a full list of parameters.

        Raises
        ------
        CoordinateError
            If one is missing that has no usual value.

        Examples
        --------
        >>> projection("AZP").complete([])
        [0.0, 0.0]
        >>> projection("COE").complete([45.0])
        Traceback (most recent call last):
        ...
        jupimage.errors.CoordinateError: projection COE needs 2 parameters, got [45.0]
        """
        given = [float(value) for value in parameters]
        if len(given) < self.required:
            wanted = "1 parameter" if self.required == 1 else f"{self.required} parameters"
            raise CoordinateError(f"projection {self.code} needs {wanted}, got {given}")
        if self.code == "ZPN":  # a polynomial: the rest of its terms are 0
            return given + [0.0] * (len(self.usual) - len(given))
        return given if len(given) >= len(self.usual) else list(self.usual)


_ZENITHAL = 90.0

PROJECTIONS: dict[str, Projection] = {
    known.code: known
    for known in (
        Projection("AZP", (0.0, 0.0), latitude=_ZENITHAL),
        Projection("SZP", (0.0, 0.0, 90.0), latitude=_ZENITHAL),
        *(Projection(code, latitude=_ZENITHAL) for code in ("TAN", "STG", "ARC", "ZEA")),
        *(Projection(code, (0.0, 0.0), latitude=_ZENITHAL) for code in ("SIN", "NCP")),
        Projection("ZPN", (0.0,) * 20, required=1, first=0, latitude=_ZENITHAL),
        Projection("AIR", (90.0,), latitude=_ZENITHAL),
        Projection("CYP", (1.0, 1.0)),
        Projection("CEA", (1.0,)),
        *(Projection(code) for code in ("CAR", "MER", "SFL", "GLS", "PAR", "MOL", "AIT")),
        *(
            Projection(code, (0.0, 0.0), required=2, latitude=None)
            for code in ("COP", "COE", "COD", "COO")
        ),
        Projection("BON", (0.0,), required=1),
        *(Projection(code) for code in ("PCO", "TSC", "CSC", "QSC")),
        Projection("HPX"),
        Projection("XPH", latitude=_ZENITHAL),
    )
}
"""All projections by their codes."""


def projection(code: str) -> Projection:
    """Return the projection of a code, which is in capitals.

    Examples
    --------
    >>> projection("SZP").usual
    (0.0, 0.0, 90.0)
    """
    try:
        return PROJECTIONS[code.strip()]
    except (KeyError, AttributeError):
        raise CoordinateError(
            f"projection {str(code)[:40]!r} is not known; known are {', '.join(PROJECTIONS)}"
        ) from None
