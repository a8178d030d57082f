"""Coordinates of stored images, against the numbers that casacore gave for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Card, Header

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.fitsheader import from_header
from jupimage.errors import CoordinateError
from tests.coordinates.sidecars import assert_same_record, load

RECORDS = load("records.json")
HEADERS = load("headers.json")

# Frames are converted by other models than casacore's: 0.5" on the sky, a few m/s in velocity.
LOOSE = {"dir_conv.img": 2.5e-6, "spec_vel.img": 1e-8, "info.img": 1e-8}

ALL = {**RECORDS, **HEADERS}


def test_corpus_is_there() -> None:
    assert len(RECORDS) > 40
    assert len(HEADERS) > 10


@pytest.mark.parametrize("name", ALL)
def test_toworld_and_topixel_are_those_of_casacore(name: str) -> None:
    case: dict[str, Any] = ALL[name]
    system = coordinatesystem(case["coordinates"])
    tolerance = LOOSE.get(name, 1e-12)
    for known in case["toworld"]:
        if known["world"] is None:
            with pytest.raises(CoordinateError, match="no world values"):
                system.toworld(known["pixel"])
            continue
        world = system.toworld(known["pixel"])
        np.testing.assert_allclose(world, known["world"], rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(system.toworld([known["pixel"]])[0], world, rtol=0)
        if name not in LOOSE:
            pixel = system.topixel(known["world"])
            np.testing.assert_allclose(pixel, known["topixel"], rtol=1e-9, atol=1e-9)
        rounded = system.topixel(world)
        world_again = system.toworld(rounded)
        np.testing.assert_allclose(world_again, world, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", HEADERS)
def test_record_of_a_header_is_that_of_casacore(name: str) -> None:
    case = HEADERS[name]
    header = Header([Card.fromstring(card) for card in case["cards"]])
    found = from_header(header, tuple(case["shape"]))
    assert_same_record(found.system.dict(), case["coordinates"])
    assert found.shape == tuple(case["shape"])
    assert {"CTYPE1", "CRVAL1", "DATE-OBS", "TELESCOP"} <= found.consumed
    assert not {"BUNIT", "BMAJ", "NAXIS1", "KEYINT", "CASAMBM"} & found.consumed
    said = [remark for remark in found.remarks if "velocity frame" not in remark]
    assert said == []
