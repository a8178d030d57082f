"""A thousand expressions whose answers were recorded with python-casacore 3.8.1.

Where that library has a defect it is decided here, case by case, what is right.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import ImageError
from jupimage.lattice import Box
from jupimage.lel.opening import open_text

DATA = Path(__file__).parent.parent / "data" / "lel"
CASES: list[dict[str, Any]] = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))

ALL_BAD = [
    # numbers of a lattice without a valid pixel, and what is made with them
    "c0447", "c0452", "c0457", "c0462", "c0535", "c0574", "c0575", "c0608", "c0609", "c0612",
    "c0672", "c0223", "c0225",
]  # fmt: skip
RANGES = {"c0563": 0.0, "c0564": 0.1, "c0565": 0.25, "c0571": 0.75, "c0572": 0.25}
"""Two arguments of fractilerange: from that fraction to one minus it; casacore gives 0."""
NUMBERS = {
    # the exponent after d counts
    "c0050": 1500.0, "c0051": 100.0, "c0052": 0.1, "c0058": 12.5j,
    # lists of numbers of several types, which end casacore's process
    "c0778": 6.5 / 3, "c0788": 1 + 2j,
}  # fmt: skip
REFUSED = {
    # axis -1 is no axis; casacore takes it for 0
    "c0597": "number of an axis", "c0843": "number of an axis", "c0844": "number of an axis",
    # a step of 0 ends casacore's process
    "c0851": "step of 1 or more", "c0852": "step of 1 or more",
    # so do a single factor for two axes, and a complex one
    "c0799": "2 binning factors", "c0810": "real numbers",
}  # fmt: skip
ACCEPTED = {
    # masks by name of double images; a factor for one axis; two sizes of spectra
    "c0033": 48, "c0034": 48, "c0813": 2, "c0877": 120,
    # a variable of the caller is found though the library has one of that name
    "c1017": 48,
}  # fmt: skip
PARTLY = {"c0610": 19, "c0611": 29}
"""Valid where the branch taken is not a number that there is not."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the images that the expressions name."""
    place = tmp_path_factory.mktemp("expressions")
    with tarfile.open(DATA / "fixtures.tar.gz") as archive:
        archive.extractall(place, filter="data")
    (place / "cases.json").write_text("[]", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def recorded() -> Iterator[Any]:
    """Give the recorded pixels."""
    with np.load(DATA / "cases.npz") as found:
        yield found


@pytest.fixture(autouse=True)
def in_folder(folder, monkeypatch) -> None:
    monkeypatch.chdir(folder)


def variables(case: dict[str, Any]) -> dict[str, Any]:
    """Return the variables that an expression uses."""
    found: dict[str, Any] = {}
    for name, value in case.get("vars", {}).items():
        if isinstance(value, str) and value.startswith("image:"):
            found[name] = image(value.removeprefix("image:"))
        elif isinstance(value, dict):
            found[name] = complex(*value["complex"])
        else:
            found[name] = value
    return found


def evaluate(case: dict[str, Any]) -> tuple[Any, Any]:
    """Evaluate an expression; return the image and its pixels."""
    images = [image(name)._opened for name in case.get("images", [])]
    opened = open_text(case["expr"], images=images, namespace=variables(case))
    if opened.lattice.dtype == bool:
        raise ImageError("an image of Bools, which casacore has not")
    return opened, opened.lattice.read(Box.whole(opened.lattice.shape))


def good_of(block: Any) -> Any:
    return np.ones(block.values.shape, bool) if block.good is None else block.good


def tolerance(values: Any) -> float:
    return 2e-5 if values.dtype in (np.float32, np.complex64) else 1e-11


def plain(case: dict[str, Any]) -> bool:
    """Tell whether the answer of casacore is wanted."""
    decided = {*ALL_BAD, *RANGES, *NUMBERS, *REFUSED, *ACCEPTED, *PARTLY}
    return case["id"] not in decided


ANSWERED = [case for case in CASES if plain(case) and case["ok"]]
WRONG = [case for case in CASES if plain(case) and not case["ok"]]
BY_ID = {case["id"]: case for case in CASES}


def name_of(case: dict[str, Any]) -> str:
    return f"{case['id']} {case['expr'][:50]}"


def test_there_are_cases() -> None:
    assert len(CASES) == 1039
    assert len(ANSWERED) + len(WRONG) > 1000


@pytest.mark.parametrize("case", ANSWERED, ids=name_of)
def test_expression_gives_what_casacore_gives(case, recorded) -> None:
    opened, block = evaluate(case)
    wanted = recorded[case["id"] + "_data"]
    key = case["id"] + "_good"
    good = recorded[key] if key in recorded else np.ones(wanted.shape, bool)
    assert block.values.dtype == case["dtype"]
    assert list(block.values.shape) == case["shape"]
    np.testing.assert_array_equal(good_of(block), good)
    limit = tolerance(block.values)
    scale = np.abs(wanted[good & np.isfinite(wanted)]).max(initial=0)
    np.testing.assert_allclose(
        block.values[good], wanted[good], rtol=limit, atol=limit * 1e-2 * scale
    )
    assert opened.unit == case["unit"]


@pytest.mark.parametrize("case", [c for c in ANSWERED if c.get("axes")], ids=name_of)
def test_expression_has_the_coordinates_that_casacore_gives(case) -> None:
    opened, block = evaluate(case)
    system = opened.coordinates.with_axes(block.values.shape)
    for found, wanted in (
        (system.get_axes(), case["axes"]),
        (system.get_referencepixel(), case["refpix"]),
        (system.get_increment(), case["inc"]),
    ):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            if isinstance(np.ravel(other)[0], str):
                assert list(np.ravel(one)) == list(np.ravel(other))
            else:
                np.testing.assert_allclose(np.ravel(one), np.ravel(other), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", WRONG, ids=name_of)
def test_expression_that_casacore_refuses_is_refused(case) -> None:
    with pytest.raises(ImageError):
        evaluate(case)


@pytest.mark.parametrize("name", ALL_BAD)
def test_number_of_no_valid_pixel_makes_all_pixels_bad(name) -> None:
    _, block = evaluate(BY_ID[name])
    assert not good_of(block).any()


@pytest.mark.parametrize("name", PARTLY)
def test_branch_without_a_value_is_bad(name) -> None:
    _, block = evaluate(BY_ID[name])
    assert good_of(block).sum() == PARTLY[name]


@pytest.mark.parametrize("name", RANGES)
def test_fractilerange_of_one_fraction_leaves_out_both_ends(name) -> None:
    case = BY_ID[name]
    source = image(case["inner"].split("(")[1].split(",")[0]).get()
    values = np.sort(source.compressed())
    low, high = sorted((np.float32(RANGES[name]), np.float32(1 - RANGES[name])))
    last = np.float32(values.size - 1)
    wanted = values[int(high * last)] - values[int(low * last)]
    _, block = evaluate(case)
    np.testing.assert_allclose(block.values, wanted, rtol=1e-6)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_casacore_gets_wrong_are_right(name) -> None:
    _, block = evaluate(BY_ID[name])
    np.testing.assert_allclose(block.values, NUMBERS[name], rtol=1e-6)


@pytest.mark.parametrize("name", REFUSED)
def test_meaningless_axis_or_step_is_refused(name) -> None:
    with pytest.raises(ImageError, match=REFUSED[name]):
        evaluate(BY_ID[name])


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_casacore_cannot_do_is_done(name) -> None:
    _, block = evaluate(BY_ID[name])
    assert good_of(block).sum() == ACCEPTED[name]
