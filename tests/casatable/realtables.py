"""Images that casacore wrote, and what it reads in them."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent.parent / "data" / "formats"

IMAGES = sorted(path.name.removesuffix(".tar.gz") for path in DATA.glob("*.img.tar.gz"))


def unpack(name: str, folder: Path) -> str:
    """Unpack an image and return its path."""
    with tarfile.open(DATA / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return str(folder / name)


def side_car(name: str) -> dict[str, Any]:
    """Return what casacore reads in an image."""
    found: dict[str, Any] = decode(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    return found


def decode(value: Any) -> Any:
    """Turn what stands for arrays, complex numbers and tables in JSON into these."""
    match value:
        case {"__nd__": [dtype, shape, flat]}:
            return decode_array(dtype, shape, flat)
        case {"__c__": [real, imaginary]}:
            return complex(real, imaginary)
        case {"__table__": name}:
            return f"././{name}"
        case dict():
            return {key: decode(item) for key, item in value.items()}
        case list():
            return [decode(item) for item in value]
    return value


def decode_array(dtype: str, shape: list[int], flat: list[Any]) -> Any:
    """Return an array; one axis of texts is a list."""
    if dtype == "str":
        return list(flat) if len(shape) == 1 else np.array(flat, "U").reshape(shape)
    if np.dtype(dtype).kind == "c":
        flat = [complex(*pair) for pair in flat]
    return np.array(flat, dtype).reshape(shape)


def tables(folder: str) -> list[str]:
    """List the folders of all tables in an image."""
    return [where for where, _, files in os.walk(folder) if "table.dat" in files]


def assert_same(ours: Any, theirs: Any, where: str = "") -> None:
    """Compare values, with their types as far as JSON keeps them."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), where
        assert list(ours) == list(theirs), where
        for key, item in theirs.items():
            assert_same(ours[key], item, f"{where}/{key}")
    elif isinstance(theirs, np.ndarray):
        assert isinstance(ours, np.ndarray), where
        assert ours.dtype == theirs.dtype or ours.dtype.kind == "u", where
        np.testing.assert_array_equal(ours, theirs, err_msg=where)
    elif isinstance(theirs, list):
        assert list(ours) == theirs, where
    else:
        same = type(theirs) if not isinstance(ours, np.generic) else np.generic
        assert isinstance(ours, same), where
        assert ours == theirs, where
