"""A script written for casacore.images runs after its import line was changed.

The script is kept as a text, as somebody would have it in a file: it makes a source list of a
cube and two maps, prints numbers and saves files. It is run with each library in a folder of its
own; both have to print the same words and numbers and to write the same images, and each library
has to read what the other one wrote.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupimage import image
from tests.conftest import Oracle
from tests.images.sidebyside import difference

THEIRS = "from casacore.images import image"
OURS = "from jupimage import image"

SCRIPT = """
import sys
import numpy as np

# ---- the observation -----------------------------------------------------------------------
rng = np.random.default_rng(2)
shape = (24, 1, 48, 60)
channel, y, x = np.meshgrid(np.arange(24), np.arange(48), np.arange(60), indexing="ij")
source = 5 * np.exp(-((x - 30) ** 2 + (y - 20) ** 2) / 18 - (channel - 10) ** 2 / 8)
pixels = (source + rng.normal(0, 0.2, source.shape)).astype("f4")[:, None]
edge = np.zeros(shape, bool)
edge[:, :, :3], edge[..., -4:] = True, True
cube = image("cube.img", values=pixels, mask=edge, maskname="edge")
print(str(cube), cube.imagetype(), cube.datatype(), cube.shape(), cube.size(), cube.ndim())
print(cube.ispersistent(), cube.haslock(True), cube.unit() == "", cube.history())
cube.unlock()
del cube

# ---- open it, look around ------------------------------------------------------------------
cube = image("cube.img")
system = cube.coordinates()
print(system.get_names(), system.get_telescope(), system.get_unit())
sky, spectrum = system["direction"], system.get_coordinate("spectral")
print(sky.get_projection(), sky.get_frame(), spectrum.get_frame(), spectrum.get_unit())
system.summary()
centre = cube.toworld([10, 0, 20, 27])
print("centre", ["%.9g" % value for value in centre])
print("pixel", ["%.6f" % abs(value) for value in cube.topixel(centre)])

# ---- noise, in channels without a line -----------------------------------------------------
quiet = cube.subimage((0,), (3,), dropdegenerate=False)
noise = quiet.statistics()
print("noise", sorted(noise), "%.6g" % noise["sigma"][0], int(noise["npts"][0]))
per_channel = cube.statistics(axes=(1, 2, 3), robust=False)
print("rms", per_channel["rms"].shape, ["%.5g" % value for value in per_channel["rms"]])

# ---- mask what is weaker than five sigma ---------------------------------------------------
threshold = 5 * noise["sigma"][0]
cube.saveas("masked.img")
masked = image("masked.img")
masked.put(np.ma.masked_where((masked.getdata() < threshold) | masked.getmask(),
                              masked.getdata()))
bright = masked.statistics()
print("bright", int(bright["npts"][0]), "%.6g" % bright["max"][0], bright["maxpos"].tolist())
print("medians", "%.6g" % bright["median"][0], "%.6g" % bright["medabsdevmed"][0])
within = cube.statistics(minmaxvalues=[0.5, 3])
outside = cube.statistics(minmaxvalues=[0.5, 3], exclude=True)
print("range", int(within["npts"][0]), int(outside["npts"][0]), "%.6g" % within["mean"][0])

# ---- the brightest channel on another grid -------------------------------------------------
plane = cube.subimage((10,), (10,))
print("plane", plane.shape(), plane.imagetype(), str(plane))
grid = plane.coordinates()
grid["direction"].set_increment(grid["direction"].get_increment() * 2)
grid["direction"].set_referencepixel(np.array([12.0, 15.0]))
small = plane.regrid([0, 1], grid, outshape=[24, 30], interpolation="nearest", decimate=0)
print("small", small.shape(), small.imagetype(), "%.6g" % small.getdata().sum())
smooth = plane.regrid((0, 1), grid, "smooth.img", outshape=(24, 30), decimate=0)
print("smooth", smooth.imagetype(), str(smooth), "%.5g" % smooth.getdata().max())

# ---- half the channels ---------------------------------------------------------------------
grid = cube.coordinates()
grid["spectral"].set_increment(grid["spectral"].get_increment() * 2)
grid["spectral"].set_referencepixel(6.0)
half = cube.regrid(0, grid, outshape=[12, 1, 48, 60], interpolation="linear")
print("half", half.shape(), "%.6g" % half.getdata().max())
half.saveas("half.img")

# ---- join the ends, save as FITS, read it back ---------------------------------------------
ends = image([cube.subimage(0, 3, dropdegenerate=False),
              cube.subimage(4, 7, dropdegenerate=False)], axis=3)
print("ends", ends.shape(), ends.imagetype(), ends.name())
ends.saveas("ends.img")
cube.tofits("cube.fits", velocity=False)
fits = image("cube.fits")
print("fits", fits.imagetype(), fits.shape(), bool((fits.getmask() == edge).all()))
try:
    fits.putdata(np.zeros((1, 1, 1, 1)))
except RuntimeError:
    print("not written")
try:
    image("missing.img")
except RuntimeError:
    print("not there")
try:
    cube.getdata((0, 0, 0, 99))
except RuntimeError:
    print("not inside")
"""

FILES = ["cube.img", "masked.img", "smooth.img", "half.img", "ends.img", "cube.fits"]


def run(first_line: str, folder: Path) -> list[str]:
    """Run the script in a folder; return the lines that it prints."""
    folder.mkdir()
    (folder / "script.py").write_text(f"{first_line}\n{SCRIPT}", encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def runs(oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("script")
    return {
        "folder": folder,
        "theirs": run(THEIRS, folder / "theirs"),
        "ours": run(OURS, folder / "ours"),
    }


def test_both_print_the_same(runs: dict[str, Any], oracle: Oracle) -> None:
    assert runs["ours"] == runs["theirs"]
    oracle.count(len(runs["theirs"]))


@pytest.mark.parametrize("name", FILES)
def test_each_library_reads_what_both_have_saved(
    name: str, runs: dict[str, Any], oracle: Oracle
) -> None:
    for library in (image, oracle.images.image):
        ours = library(str(runs["folder"] / "ours" / name))
        theirs = library(str(runs["folder"] / "theirs" / name))
        for method in ("shape", "datatype", "imagetype", "getmask", "unit", "history"):
            assert not difference(getattr(ours, method)(), getattr(theirs, method)())
        np.testing.assert_allclose(ours.getdata(), theirs.getdata(), rtol=1e-6, atol=1e-6)
        middle = [n // 2 for n in theirs.shape()]
        np.testing.assert_allclose(ours.toworld(middle), theirs.toworld(middle), rtol=1e-11)
        oracle.count(8)
