"""Records of regions, built as casacore writes them: from 1, fastest axis first."""

from __future__ import annotations

from typing import Any

import numpy as np

Record = dict[str, Any]


def lattice_region(name: str, **fields: Any) -> Record:
    return {"isRegion": 1, "name": name, "comment": "", **fields}


def floats(*values: float) -> Any:
    return np.array(values, np.float32)


def integers(*values: int) -> Any:
    return np.array(values, np.int32)


def box(blc: tuple[float, ...], trc: tuple[float, ...], shape: tuple[int, ...]) -> Record:
    return lattice_region(
        "LCBox", oneRel=True, blc=floats(*blc), trc=floats(*trc), shape=integers(*shape)
    )


def ellipsoid(
    center: tuple[float, ...], radii: tuple[float, ...], shape: tuple[int, ...], theta: float = 0
) -> Record:
    record = lattice_region(
        "LCEllipsoid",
        oneRel=True,
        center=floats(*center),
        radii=floats(*radii),
        shape=integers(*shape),
    )
    return record | ({"theta": np.float32(theta)} if len(shape) == 2 else {})


def polygon(x: Any, y: Any, shape: tuple[int, ...]) -> Record:
    return lattice_region(
        "LCPolygon",
        oneRel=True,
        x=floats(*x, x[0]),
        y=floats(*y, y[0]),
        shape=integers(*shape),
    )


def pixel_set(mask: Any, blc: tuple[int, ...], shape: tuple[int, ...]) -> Record:
    trc = tuple(b + n - 1 for b, n in zip(blc, mask.shape[::-1], strict=True))
    return lattice_region("LCPixelSet", mask=mask, box=box(blc, trc, shape))


def compound(name: str, *parts: Record, **fields: Any) -> Record:
    regions: Record = {f"*{number}": part for number, part in enumerate(parts, 1)}
    return lattice_region(name, regions=regions | {"nr": len(parts)}, **fields)
