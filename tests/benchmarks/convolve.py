"""Convolve a cube to a larger beam: jupimage against astropy, in one process, taking turns.

    python tests/benchmarks/convolve.py [--rounds N] [--channels N]

The cube has 512 x 512 float32 pixels in each channel; astropy is given plane by plane. Each figure
is the median of the rounds, the ratio the median of the rounds' ratios. The peak is the anonymous
memory that ours takes on top of the result.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from astropy.convolution import Gaussian2DKernel, convolve_fft

import jupimage
from jupimage.compute.beam import Beam

OWN, WANTED = Beam(240.0, 200.0, 30.0), Beam(400.0, 360.0, -10.0)


def make_cube(channels: int, *, masked: bool) -> Any:
    """Return an image of noise."""
    cube = np.random.default_rng(1).normal(size=(channels, 512, 512)).astype(np.float32)
    im = jupimage.image("", values=cube, mask=cube > 2.5 if masked else ())
    im.setunit("Jy/beam")
    im.putimageinfo({"restoringbeam": OWN.record()})
    return im


def with_astropy(im: Any) -> Any:
    """Convolve each plane with a sampled kernel."""
    difference = WANTED.difference(OWN)
    assert difference is not None
    sizes, axes = np.linalg.eigh(difference / 60.0**2)
    turn = np.arctan2(axes[1, 1], -axes[0, 1])  # east is towards smaller pixels
    kernel = Gaussian2DKernel(np.sqrt(sizes[1]), np.sqrt(sizes[0]), theta=turn)
    scale = WANTED.area / OWN.area
    return [scale * convolve_fft(np.asarray(plane), kernel, allow_huge=True) for plane in im]


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def anonymous() -> float:
    """Return the anonymous memory of this process in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return float("nan")


def peak_of(work: Callable[[], Any]) -> float:
    """Return by how many MB the anonymous memory grows meanwhile."""
    start, top, done = anonymous(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            top[0] = max(top[0], anonymous() - start)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return top[0]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--channels", type=int, default=16)
    chosen = parser.parse_args()
    print(f"{'':24}{'ours':>9}{'astropy':>9}{'ratio':>7}{'peak':>9}")
    for masked in (False, True):
        im = make_cube(chosen.channels, masked=masked)
        rounds = [
            (timed(partial(im.convolve_to, WANTED)), timed(partial(with_astropy, im)))
            for _ in range(chosen.rounds)
        ]
        ours, theirs = (statistics.median(times) for times in zip(*rounds, strict=True))
        ratio = statistics.median(a / b for a, b in rounds)
        size = im.size() * 4 / 2**20
        peak = peak_of(partial(im.convolve_to, WANTED)) - size
        name = f"{chosen.channels} planes{', masked' if masked else ''}"
        print(f"{name:24}{ours:8.2f}s{theirs:8.2f}s{ratio:7.2f}{peak:7.0f}MB")


if __name__ == "__main__":
    main()
