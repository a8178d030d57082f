"""Positions that are computed without wcslib, against wcslib."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage.coordinates.direction import DirectionTransform
from jupimage.coordinates.zenithal import Zenithal

ANGLES = st.floats(-360, 360, allow_nan=False)


def record(
    projection: str, crval: tuple[float, float], scale: float, longpole: float
) -> dict[str, object]:
    return {
        "system": "J2000",
        "projection": projection,
        "projection_parameters": np.zeros(2 if projection == "SIN" else 0),
        "crval": np.array(crval),
        "cdelt": np.array([-scale, scale]),
        "crpix": np.array([3.5, -2.0]),
        "pc": np.array([[0.8, -0.6], [0.6, 0.8]]),
        "units": ["deg", "deg"],
        "longpole": longpole,
        "latpole": 999.0,
    }


@settings(deadline=None)
@given(
    projection=st.sampled_from(["TAN", "SIN", "STG", "ARC", "ZEA"]),
    crval=st.tuples(ANGLES, st.floats(-89.9, 89.9)),
    scale=st.sampled_from([1e-5, 1e-3, 0.3, 10.0]),
    longpole=st.one_of(st.sampled_from([999.0, 180.0, 0.0]), ANGLES),
    pixel=st.tuples(st.floats(-9, 9), st.floats(-9, 9)),
)
def test_one_position_is_that_of_wcslib(
    projection: str,
    crval: tuple[float, float],
    scale: float,
    longpole: float,
    pixel: tuple[float, float],
) -> None:
    transform = DirectionTransform(record(projection, crval, scale, longpole))
    own, wanted = transform.position(pixel), transform.toworld(np.array([pixel]))[0]
    rim = abs(scale * math.hypot(pixel[0] - 3.5, pixel[1] + 2.0) - math.degrees(1.0)) < 1e-6
    if projection == "SIN" and rim:
        return  # rounding decides whether the rim belongs to it
    assert np.isfinite(own).all() == np.isfinite(wanted).all()
    if np.isfinite(own).all():
        turn = (own[0] - wanted[0] + 180) % 360 - 180
        assert abs(turn * math.cos(math.radians(wanted[1]))) < 1e-11
        assert abs(own[1] - wanted[1]) < 1e-11


@given(
    crval=st.tuples(ANGLES, st.floats(-89.9, 89.9)),
    longpole=st.one_of(st.sampled_from([999.0, 180.0, 0.0]), ANGLES),
)
def test_poles_are_those_of_wcslib(crval: tuple[float, float], longpole: float) -> None:
    transform = DirectionTransform(record("TAN", crval, 0.1, longpole))
    assert transform.poles() == pytest.approx(tuple(transform._build().cel.ref[2:4]), abs=1e-12)


@pytest.mark.parametrize(
    ("projection", "parameters", "latitude"),
    [("CAR", [], 0.0), ("SIN", [0.0, 1.5], 30.0), ("TAN", [], 90.0), ("TAN", [], -90.0)],
    ids=["cylindrical", "slanted", "north pole", "south pole"],
)
def test_everything_else_is_left_to_wcslib(
    projection: str, parameters: list[float], latitude: float
) -> None:
    assert Zenithal.of(projection, parameters, (0.0, latitude), None) is None


def test_opening_an_ordinary_image_loads_no_astropy(tmp_path: Path) -> None:
    path = str(tmp_path / "a.fits")
    header = fits.Header(
        {"CTYPE1": "RA---SIN", "CTYPE2": "DEC--SIN", "CTYPE3": "FREQ", "CRVAL3": 1.4e9,
         "CDELT1": -0.1, "CDELT2": 0.1, "CDELT3": 1e6, "BUNIT": "Jy/beam", "SPECSYS": "LSRK"}
    )  # fmt: skip
    fits.writeto(path, np.zeros((3, 4, 5), np.float32), header)
    script = (
        "import sys, jupimage\n"
        f"im = jupimage.image({path!r})\n"
        "im.getdata(), im.coordinates().dict(), im.unit(), im.miscinfo()\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'astropy'])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
