"""Open a 4 GB FITS cube and read one plane: jupimage against astropy with memory mapping.

    python tests/benchmarks/open_fits.py [--full] [--rounds N] [--folder DIR]

Each figure comes from a fresh process; the two readers take turns. *first* is the first open and
read in a process whose imports are done, with the file's pages dropped from memory before it
(as far as the system does that); *warm* the median of ten later ones, each of another plane.
Memory is anonymous memory (RssAnon) beyond the plane itself, at its peak. The cube is sparse, with
noise in the planes that are read, unless ``--full`` is given. It is removed at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
SIDE = 1024
PLANES = 1024
FILLED = range(500, 540)
READERS = ("jupimage", "astropy", "astropy, bytes left swapped")


def make_cube(path: Path, *, full: bool) -> None:
    """Write a cube of 4 GB with a proper header."""
    cards = {
        "SIMPLE": "T", "BITPIX": "-32", "NAXIS": "3", "NAXIS1": SIDE, "NAXIS2": SIDE,
        "NAXIS3": PLANES, "BUNIT": "'Jy/beam '", "BMAJ": 3e-3, "BMIN": 2e-3, "BPA": 30.0,
        "CTYPE1": "'RA---SIN'", "CRVAL1": 202.5, "CDELT1": -5e-4, "CRPIX1": 512.0,
        "CTYPE2": "'DEC--SIN'", "CRVAL2": 47.2, "CDELT2": 5e-4, "CRPIX2": 512.0,
        "CTYPE3": "'FREQ    '", "CRVAL3": 1.42e9, "CDELT3": 1e4, "CRPIX3": 1.0,
        "RADESYS": "'FK5     '", "SPECSYS": "'LSRK    '", "RESTFRQ": 1.420405752e9,
    }  # fmt: skip
    text = "".join(f"{key:<8}= {value!s:>20}".ljust(80) for key, value in cards.items())
    header = (text + "END".ljust(80)).ljust(2880)
    plane = SIDE * SIDE * 4
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(SIDE, SIDE)).astype(">f4")
    with path.open("wb") as file:
        file.write(header.encode("ascii"))
        file.truncate(2880 + -(-plane * PLANES // 2880) * 2880)
        for number in range(PLANES) if full else FILLED:
            file.seek(2880 + number * plane)
            file.write((noise + np.float32(number)).astype(">f4").tobytes())


def reader(name: str) -> Callable[[str, int], Any]:
    """Return a function that opens a file and reads a plane; its imports are done."""
    if name == "jupimage":
        from jupimage.formats import open_path
        from jupimage.lattice import Box

        # The first image of a session pays for imports inside functions.
        open_path(str(ROOT / "tests/data/formats/fsrc_default.fits"))

        def read(path: str, number: int) -> Any:
            lattice: Any = open_path(path).lattice
            box = Box((number, 0, 0), (number + 1, SIDE, SIDE))
            values = lattice.read(box, good=False).values
            lattice.close()
            return values

        return read

    from astropy.io import fits

    fits.open(ROOT / "tests/data/formats/fsrc_default.fits").close()

    def read_astropy(path: str, number: int) -> Any:
        with fits.open(path, memmap=True) as file:
            plane = file[0].data[number]
            return plane.copy() if "swapped" in name else plane.astype(np.float32)

    return read_astropy


def drop_pages(path: str) -> None:
    """Ask the system to forget the file's pages."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def anonymous() -> int:
    """Return the anonymous memory of this process in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) * 1024
    return 0


def measure_time(name: str, path: str) -> dict[str, float]:
    """Time the first and later reads."""
    read = reader(name)
    times: list[float] = []
    for number in FILLED[:11]:
        if not times:
            drop_pages(path)
        start = time.perf_counter()
        plane = read(path, number)
        times.append(time.perf_counter() - start)
        assert abs(float(plane.mean()) - number) < 0.1
    return {"first": times[0], "warm": statistics.median(times[1:])}


def measure_memory(name: str, path: str) -> dict[str, float]:
    """Watch anonymous memory during the first read."""
    read = reader(name)
    peak = before = anonymous()
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.0005):
            peak = max(peak, anonymous())

    thread = threading.Thread(target=watch)
    thread.start()
    plane = read(path, FILLED[0])
    peak = max(peak, anonymous())
    done.set()
    thread.join()
    return {"memory": float(peak - before - plane.nbytes)}


def child(name: str, what: str, path: str) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, __file__, "--child", name, what, path]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Run all rounds and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="write all planes (4 GB of disk)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=None, help="where the cube goes for a while")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        name, what, path = given.child
        print(json.dumps((measure_time if what == "time" else measure_memory)(name, path)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder) / "cube.fits"
        make_cube(path, full=given.full)
        found: dict[str, dict[str, list[float]]] = {name: {} for name in READERS}
        for _ in range(given.rounds):
            for name in READERS:
                for what in ("time", "memory"):
                    for key, value in child(name, what, str(path)).items():
                        found[name].setdefault(key, []).append(value)
        size = path.stat().st_size / 1e9
    print(f"open a cube of {size:.2f} GB and read one plane of {SIDE} x {SIDE} float32")
    print(f"{'':<30}{'first (ms)':>12}{'warm (ms)':>12}{'memory (MB)':>13}")
    middle = {
        name: {key: statistics.median(values) for key, values in found[name].items()}
        for name in READERS
    }
    for name, row in middle.items():
        print(
            f"{name:<30}{row['first'] * 1e3:>12.2f}{row['warm'] * 1e3:>12.2f}"
            f"{row['memory'] / 1e6:>13.1f}"
        )
    ours, other = middle["jupimage"], middle["astropy"]
    print(
        f"jupimage / astropy: first {ours['first'] / other['first']:.2f}, "
        f"warm {ours['warm'] / other['warm']:.2f} (wanted: at most 2); "
        f"memory {ours['memory'] / 1e6:.1f} MB (wanted: at most 30)"
    )


if __name__ == "__main__":
    main()
