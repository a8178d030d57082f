"""Peak memory of saving, converting and reading a section of a large sparse image.

    python tests/benchmarks/save_memory.py [--gigabytes 20] [--folder DIR]

Each piece of work runs in a process of its own. The figure is anonymous memory (RssAnon)
beyond what the imports took, at its peak; mapped pages of the file are the system's. The disk
space of each result is shown too: blocks of zeros stay holes.
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
LIMIT = 400.0

WORK = ("create", "saveas", "tofits", "from fits", "hdf5", "section")


def anonymous() -> float:
    """Return the anonymous memory of this process in megabytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("the system does not tell RssAnon")


def work(name: str, folder: Path, channels: int) -> None:
    """Do one piece of work and print what it took."""
    import h5py  # noqa: F401  imports count for nobody
    from astropy.io import fits  # noqa: F401

    import jupimage

    image = jupimage.image
    image("", shape=(4, 8, 8)).saveas(folder / "small.img")
    source, target = folder / "cube.img", folder / name.replace(" ", "_")
    todo: dict[str, Callable[[], object]] = {
        "create": lambda: create(source, channels),
        "saveas": lambda: image(source).saveas(target),
        "tofits": lambda: image(source).tofits(folder / "cube.fits"),
        "from fits": lambda: image(folder / "cube.fits").saveas(target),
        "hdf5": lambda: image(source).saveas(target, hdf5=True),
        "section": lambda: image(source).getdata((0, 100, 100), (channels - 1, 100, 119)),
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
    used = disk(source if name == "create" else target)
    if name == "tofits":
        used = disk(folder / "cube.fits")
    over = peak[0] - base
    mark = "" if over < LIMIT else "  more than wanted"
    print(f"{name:12}{over:10.1f}{elapsed:10.1f}{used / 1e6:12.1f}{mark}", flush=True)


def create(path: Path, channels: int) -> None:
    """Make the sparse image: noise in three channels, zeros elsewhere."""
    import jupimage

    im = jupimage.image(path, shape=(channels, SIDE, SIDE))
    noise = np.random.default_rng(1).normal(size=(SIDE, SIDE)).astype(np.float32)
    for channel in (0, channels // 2, channels - 1):
        im.putdata(noise, channel)


def disk(path: Path) -> int:
    """Return the bytes that a file or folder takes on the disk."""
    found = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(p.stat().st_blocks * 512 for p in found if p.is_file())


def main() -> None:
    """Run all pieces of work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gigabytes", type=float, default=20)
    parser.add_argument("--folder", default=None)
    parser.add_argument("--work", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    channels = max(3, round(options.gigabytes * 1e9 / (4 * SIDE * SIDE)))
    if options.work:
        work(options.work, Path(options.folder), channels)
        return
    folder = tempfile.mkdtemp(dir=options.folder)
    size = channels * SIDE * SIDE * 4 / 1e9
    print(f"{channels} x {SIDE} x {SIDE} float32, {size:.1f} GB; wanted: under {LIMIT:.0f} MB")
    print(f"{'':12}{'peak MB':>10}{'seconds':>10}{'MB on disk':>12}", flush=True)
    try:
        for name in WORK:
            command = [sys.executable, __file__, "--folder", folder, "--work", name]
            command += ["--gigabytes", str(options.gigabytes)]
            subprocess.run(command, check=True, env={**os.environ})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
