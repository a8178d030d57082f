"""What casacore says about images: records of coordinates, and positions in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent.parent / "data" / "coordinates"


def load(name: str) -> dict[str, dict[str, Any]]:
    """Return the cases of a file by name."""
    cases = json.loads((DATA / name).read_text(encoding="utf-8"))["cases"]
    return {key: decode(case) for key, case in cases.items()}


def decode(value: Any) -> Any:
    """Turn ``{"__nd__": [dtype, shape, values]}`` into arrays, those of text into lists."""
    if isinstance(value, dict):
        if "__nd__" in value:
            dtype, shape, flat = value["__nd__"]
            return list(flat) if dtype == "str" else np.array(flat, dtype).reshape(shape)
        return {key: decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def assert_same_record(ours: Any, theirs: Any, *, rtol: float = 1e-11, where: str = "") -> None:
    """Compare two records: the same fields, types and, within rounding, values."""
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs), where
        for key, item in theirs.items():
            assert_same_record(ours[key], item, rtol=rtol, where=f"{where}/{key}")
    elif isinstance(theirs, np.ndarray):
        assert isinstance(ours, np.ndarray), where
        assert ours.dtype == theirs.dtype, where
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-13, err_msg=where)
    elif isinstance(theirs, float):
        assert isinstance(ours, float), where
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=1e-13, err_msg=where)
    else:
        assert type(ours) is type(theirs), where
        assert ours == theirs, where
