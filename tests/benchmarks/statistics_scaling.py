"""Time and peak memory of statistics against the number of pixels, on sparse images.

    python tests/benchmarks/statistics_scaling.py [--gigapixels 0.1 1 5 10] [--folder DIR]

Each piece of work runs in a process of its own. The images are casacore tables of zeros with noise
in a few planes; most of them is holes, so the figures are those of the work, not of a disk. Memory
is anonymous memory (RssAnon) beyond what the imports took, at its peak. The last column is time
per pixel: it stays the same where the cost is linear.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIDE = 2048
LIMIT = 500.0

WORK = (
    "first read",  # the system fills its pages of the file
    "not robust",
    "robust",
    "per plane",
    "per spectrum",
    "quantiles",
    "histogram",
    "moments",
)


def anonymous() -> float:
    """Return the anonymous memory of this process in megabytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the system does not tell RssAnon")


def work(name: str, path: Path) -> None:
    """Do one piece of work and print what it took."""
    import astropy.units  # noqa: F401  imports count for nobody

    import jupimage

    warm = jupimage.image("", values=np.ones((8, 16, 16), np.float32))
    warm.statistics(), warm.moments(0)
    im = jupimage.image(path)
    todo: dict[str, Callable[[], object]] = {
        "first read": lambda: im.statistics(robust=False),
        "not robust": lambda: im.statistics(robust=False),
        "robust": lambda: im.statistics(),
        "per plane": lambda: im.statistics(axes=(1, 2)),
        "per spectrum": lambda: im.statistics(axes=0, robust=False),
        "quantiles": lambda: im.percentile([1, 50, 99]),
        "histogram": lambda: im.histogram(100, range=(-5, 5)),
        "moments": lambda: im.moments(1),
    }
    base, peak, done = anonymous(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    todo[name]()
    elapsed = time.perf_counter() - start
    done.set()
    watcher.join()
    over = peak[0] - base
    mark = "" if over < LIMIT else "  more than wanted"
    print(
        f"{name:14}{int(im.size) / 1e9:10.2f}{over:10.1f}{elapsed:10.1f}"
        f"{elapsed / int(im.size) * 1e9:10.2f}{mark}",
        flush=True,
    )


def create(path: Path, channels: int) -> None:
    """Make a sparse image: noise in every fiftieth channel, zeros elsewhere."""
    import jupimage

    im = jupimage.image(path, shape=(channels, SIDE, SIDE))
    noise = np.random.default_rng(1).normal(size=(SIDE, SIDE)).astype(np.float32)
    for channel in range(0, channels, 50):
        im.putdata(noise, channel)


def main() -> None:
    """Run all pieces of work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gigapixels", type=float, nargs="+", default=[0.1, 1, 5, 10])
    parser.add_argument("--folder", default=None)
    parser.add_argument("--only", default="", help="one piece of work")
    parser.add_argument("--work", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, Path(options.folder))
        return
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    print(f"wanted: under {LIMIT:.0f} MB")
    print(f"{'':14}{'Gpixel':>10}{'peak MB':>10}{'seconds':>10}{'ns/pixel':>10}", flush=True)
    try:
        for size in options.gigapixels:
            path = folder / f"cube{size}.img"
            create(path, max(4, round(size * 1e9 / SIDE**2)))
            for name in WORK:
                if options.only in name:
                    command = [sys.executable, __file__, "--folder", str(path), "--work", name]
                    subprocess.run(command, check=True, env={**os.environ})
            shutil.rmtree(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
