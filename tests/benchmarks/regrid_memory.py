"""Peak memory of regridding a large sparse cube, and how its cost grows with the cube.

    python tests/benchmarks/regrid_memory.py [--gigabytes 20] [--curve] [--folder DIR]

Each piece of work runs in a process of its own. The figure is anonymous memory (RssAnon)
beyond what the imports took, at its peak; mapped pages of the file are the system's. Results go
to files, but for the one in memory, whose own pixels are counted too. With ``--curve`` the cube
grows from 0.1 to 10 gigapixels.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

SIDE = 2048
LIMIT = 500.0

WORK = ("sky, linear", "sky, cubic, exact", "spectrum, linear", "spectrum, spline", "in memory")


def anonymous() -> float:
    """Return the anonymous memory of this process in megabytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the system does not tell RssAnon")


def regrid(name: str, folder: Path) -> Any:
    """Do one piece of work."""
    from jupimage import image

    cube = image(folder / "cube.img")
    new = cube.coordinates()
    target = folder / "new.img"
    if name == "in memory":
        new["direction"].set_increment([16.0, -16.0])
        new["direction"].set_referencepixel([64, 64])
        return cube.regrid([1, 2], new, outshape=(len(cube) // SIDE**2, 128, 128))
    if name.startswith("sky"):
        new["direction"].set_referencepixel([1030.3, 1011.8])
        method, _, exact = name.removeprefix("sky, ").partition(", ")
        return cube.regrid([1, 2], new, target, interpolation=method, decimate=0 if exact else 10)
    new["spectral"].set_referencepixel(new["spectral"].get_referencepixel() + 0.3)
    return cube.regrid([0], new, target, interpolation="linear" if "linear" in name else "cubic")


def work(name: str, folder: Path) -> None:
    """Do one piece of work and print what it took."""
    import astropy.wcs  # noqa: F401  imports count for nobody

    import jupimage

    jupimage.image("", shape=(4, 8, 8)).saveas(folder / "small.img")
    base, peak, done = anonymous(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    result = regrid(name, folder)
    elapsed = time.perf_counter() - start
    done.set()
    watcher.join()
    del result
    over = peak[0] - base
    mark = "" if over < LIMIT else "  more than wanted"
    print(f"{name:20}{over:10.1f}{elapsed:10.1f}{mark}", flush=True)


def measure(gigabytes: float, folder: str | None, names: tuple[str, ...]) -> None:
    """Make a cube of a size and do the work on it."""
    import numpy as np

    from jupimage import image

    place = Path(tempfile.mkdtemp(dir=folder))
    channels = max(8, round(gigabytes * 1e9 / 4 / SIDE**2))
    try:
        cube = image(place / "cube.img", shape=(channels, SIDE, SIDE))
        noise = np.random.default_rng(1).normal(size=(SIDE, SIDE)).astype(np.float32)
        for channel in (0, channels // 2, channels - 1):
            cube.putdata(noise, channel)
        cube.unlock()
        print(f"{channels * SIDE**2 / 1e9:.2f} gigapixels {'MB':>13}{'seconds':>10}", flush=True)
        for name in names:
            subprocess.run(
                [sys.executable, __file__, "--work", name, "--folder", place], check=True
            )
            shutil.rmtree(place / "new.img", ignore_errors=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    """Make the cube, do the work, print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gigabytes", type=float, default=20.0)
    parser.add_argument("--curve", action="store_true")
    parser.add_argument("--folder", default=None)
    parser.add_argument("--work", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, Path(options.folder))
    elif options.curve:
        for gigapixels in (0.1, 0.3, 1.0, 3.0, 10.0):
            measure(gigapixels * 4, options.folder, WORK[:1] + WORK[2:3])
    else:
        measure(options.gigabytes, options.folder, WORK)


if __name__ == "__main__":
    main()
