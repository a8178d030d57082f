"""Make sky-corpus.json: sky positions of pixels from wcslib, in each projection of the browser.

Run by hand (``python test/make_sky_corpus.py``) with astropy installed; the result is committed
and says which wcslib made it. The native pole of each case, which the kernel tells the browser,
is wcslib's too.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import astropy
import numpy as np
from astropy.wcs import WCS
from astropy.wcs.wcs import WCSLIB_VERSION

ROTATED = ((math.cos(0.4), -math.sin(0.4)), (math.sin(0.4), math.cos(0.4)))
SHEARED = ((0.9, 0.3), (-0.25, 1.05))
PLAIN = ((1.0, 0.0), (0.0, 1.0))

# name, projection, crval, cdelt, pc, {keyword: value}
CASES = [
    ("plain field", "SIN", (114.2, 65.6), (-0.003, 0.003), PLAIN, {}),
    ("whole half sphere", "SIN", (20.0, -30.0), (-1.7, 1.7), PLAIN, {}),
    ("rotated", "SIN", (83.6, 22.0), (-0.003, 0.003), ROTATED, {}),
    ("slant", "SIN", (150.0, 40.0), (-0.05, 0.05), PLAIN, {"PV2_1": 0.1, "PV2_2": -0.35}),
    (
        "NCP as slant",
        "SIN",
        (150.0, 40.0),
        (-0.05, 0.05),
        PLAIN,
        {"PV2_2": 1 / math.tan(math.radians(40))},
    ),
    ("north pole", "SIN", (30.0, 90.0), (-0.05, 0.05), PLAIN, {}),
    ("south pole", "SIN", (30.0, -90.0), (-0.05, 0.05), ROTATED, {}),
    ("small pixels", "SIN", (359.99999, 10.0), (-1e-7, 1e-7), PLAIN, {}),
    ("plain field", "TAN", (266.4, -29.0), (-0.01, 0.01), PLAIN, {}),
    ("odd lonpole", "TAN", (266.4, -29.0), (-0.2, 0.2), SHEARED, {"LONPOLE": 33.0}),
    ("over the pole", "TAN", (10.0, 89.5), (-0.05, 0.05), PLAIN, {}),
    ("east to the right", "TAN", (10.0, 0.0), (0.3, -0.3), PLAIN, {}),
    ("wide", "ARC", (200.0, 45.0), (-2.0, 2.0), PLAIN, {}),
    ("wide", "STG", (200.0, -45.0), (-2.0, 2.0), ROTATED, {}),
    ("wide", "ZEA", (0.0, 27.1), (-1.5, 1.5), PLAIN, {}),
    ("south pole", "ZEA", (0.0, -90.0), (-1.2, 1.2), PLAIN, {}),
    ("whole sky", "CAR", (0.0, 0.0), (-4.0, 3.0), PLAIN, {}),
    ("oblique", "CAR", (120.0, 35.0), (-1.0, 1.0), PLAIN, {}),
    ("oblique with lonpole", "CAR", (120.0, 35.0), (-1.0, 1.0), PLAIN, {"LONPOLE": 30.0}),
    ("whole sky", "CEA", (180.0, 0.0), (-4.0, 2.0), PLAIN, {}),
    ("lambda", "CEA", (180.0, 0.0), (-3.0, 2.0), PLAIN, {"PV2_1": 0.6}),
    ("whole sky", "MER", (45.0, 0.0), (-4.0, 4.0), PLAIN, {}),
    ("oblique", "MER", (45.0, 20.0), (-1.0, 1.0), ROTATED, {}),
    ("whole sky", "SFL", (300.0, 0.0), (-4.0, 3.0), PLAIN, {}),
    ("oblique", "SFL", (300.0, -15.0), (-0.4, 0.4), PLAIN, {}),
    ("whole sky", "AIT", (266.4, 0.0), (-4.0, 3.0), PLAIN, {}),
    ("oblique", "AIT", (266.4, -28.9), (-1.0, 1.0), PLAIN, {}),
    ("whole sky", "MOL", (0.0, 0.0), (-4.0, 3.0), PLAIN, {}),
    ("oblique, rotated", "MOL", (77.0, 12.0), (-1.0, 1.0), ROTATED, {}),
]

SIZE = 81
CRPIX = (41.0, 38.5)  # from 1, as in FITS


def header_of(projection, crval, cdelt, pc, extra) -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [f"RA---{projection}", f"DEC--{projection}"]
    wcs.wcs.crval = list(crval)
    wcs.wcs.crpix = list(CRPIX)
    wcs.wcs.cdelt = list(cdelt)
    wcs.wcs.pc = [list(row) for row in pc]
    wcs.wcs.set_pv([(2, int(k[-1]), v) for k, v in extra.items() if k.startswith("PV")])
    if "LONPOLE" in extra:
        wcs.wcs.lonpole = extra["LONPOLE"]
    wcs.wcs.set()
    return wcs


def native_pole(wcs: WCS) -> list[float]:
    """Where the native pole is on the sky, and the native longitude of the celestial pole."""
    alpha, colatitude, phi = wcs.wcs.cel.euler[:3]
    return [float(alpha), float(90 - colatitude), float(phi)]


def case(name, projection, crval, cdelt, pc, extra) -> dict:
    wcs = header_of(projection, crval, cdelt, pc, extra)
    rng = np.random.default_rng(len(name))
    pixels = np.concatenate(
        [
            [[40.0, 37.5], [40.0, 37.6], [39.9, 37.5], [0.0, 0.0], [80.0, 80.0]],
            rng.uniform(0, SIZE - 1, (35, 2)).round(3),
        ]
    )
    world = wcs.wcs_pix2world(pixels.copy(), 0)
    back = wcs.wcs_world2pix(world.copy(), 0)
    good = np.isfinite(world).all(axis=1) & (np.abs(back - pixels) < 1e-4).all(axis=1)
    lost = np.isnan(world).any(axis=1)
    keep = good | lost
    return {
        "name": f"{projection} {name}",
        "sky": {
            "projection": projection,
            "parameters": [
                extra.get("PV2_1", 1.0 if projection == "CEA" else 0.0),
                extra.get("PV2_2", 0.0),
            ],
            "crpix": [CRPIX[0] - 1, CRPIX[1] - 1],
            "cdelt": list(cdelt),
            "pc": [list(row) for row in pc],
            "pole": native_pole(wcs),
            "reference_longitude": crval[0],
            "frame": "J2000",
            "sexagesimal": True,
            "swapped": False,
        },
        "pixels": pixels[keep].tolist(),
        "world": [None if not np.isfinite(w).all() else w.tolist() for w in world[keep]],
    }


def main() -> None:
    corpus = {
        "made_by": "test/make_sky_corpus.py",
        "astropy": astropy.__version__,
        "wcslib": str(WCSLIB_VERSION),
        "cases": [case(*c) for c in CASES],
    }
    path = Path(__file__).with_name("sky-corpus.json")
    path.write_text(json.dumps(corpus) + "\n", encoding="utf-8")
    counts = [
        (c["name"], len(c["world"]), sum(w is None for w in c["world"])) for c in corpus["cases"]
    ]
    for name, n, lost in counts:
        print(f"{name:28} {n:3} positions, {lost} off the sky")


if __name__ == "__main__":
    main()
