"""Random programs do the same on both libraries, step by step.

A program is a sequence of steps, each of which picks some of the images made so far and does
something to them that a user could do: make one, write to it, cut a section, join, save, open
again. After each step both libraries are asked about the images that it touched, and in the
end about all of them. What casacore does wrong (see the table in CONTRIBUTING.md) is not asked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare

STEPS = 25


class Program:
    """A random program, which depends on nothing but its seed and on shapes and types."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.rng = np.random.default_rng(seed)
        self.images: list[Any] = []
        # the reference cannot write masks of sections of sections that have lost axes
        self.uncut: list[Any] = []
        self.files = 0

    def run(self) -> None:
        """Do all steps."""
        self.make()
        for step in range(STEPS):
            kind = self.rng.choice(
                ["make", "write", "mask", "put", "cut", "join", "save", "fits", "handle", "ask"],
                p=[0.12, 0.14, 0.1, 0.1, 0.18, 0.08, 0.08, 0.04, 0.06, 0.1],
            )
            self.bench.case(f"step {step}: {kind}")
            getattr(self, kind)()
        for number, im in enumerate(self.images):
            self.bench.case(f"image {number}")
            self.bench.look(im)

    def pick(self) -> Any:
        """Return one of the images."""
        return self.images[self.rng.integers(len(self.images))]

    def keep(self, im: Any) -> None:
        """Note what an image is, and keep it for later steps."""
        if im is not None:
            self.bench.look(im)
            self.images.append(im)

    def path(self) -> str:
        self.files += 1
        return self.bench.path(f"file{self.files}")

    def values(self, shape: Any, kind: str = "float") -> Any:
        drawn = self.rng.normal(size=shape)
        names = {"float": "f4", "double": "f8", "Complex": "c8", "DComplex": "c16"}
        if "omplex" in kind:
            drawn = drawn * (1 - 2j)
        return drawn.astype(names[kind])

    def box(self, im: Any, *, strided: bool = True) -> tuple[list[int], list[int], list[int]]:
        shape = im.shape()
        blc = [int(self.rng.integers(0, n)) for n in shape]
        trc = [int(self.rng.integers(a, n)) for a, n in zip(blc, shape, strict=True)]
        # sections keep both axes of the sky longer than one pixel, or both at one
        for axis in (-1, -2):
            if len(shape) > 1 and shape[axis] > 1:
                blc[axis] = min(blc[axis], shape[axis] - 2)
                trc[axis] = max(trc[axis], blc[axis] + 1)
        inc = [1] * len(shape)
        if strided:
            inc = [int(i) for i in self.rng.integers(1, 3, len(shape))]
        if len(shape) > 1:
            inc[-1] = inc[-2] = 1
        return blc, trc, inc

    # ------------------------------------------------------------------------------- steps

    def make(self) -> None:
        shape = [int(n) for n in self.rng.integers(2, 6, self.rng.integers(1, 5))]
        kind = str(self.rng.choice(["float", "double", "Complex", "DComplex"]))
        masked, stored = self.rng.integers(2, size=2)
        settings: dict[str, Any] = {}
        if masked:
            settings["mask"] = self.rng.random(shape) < 0.3
            settings["maskname"] = str(self.rng.choice(["", "mine"]))
        name = self.path() if stored else ""
        self.keep(self.bench.make(name, values=self.values(shape, kind), **settings))

    def write(self) -> None:
        im = self.pick()
        blc, trc, inc = self.box(im)
        lengths = [(t - a) // i + 1 for a, t, i in zip(blc, trc, inc, strict=True)]
        self.bench.ask(im.putdata, self.values(lengths, im.datatype()), blc, (), inc)
        self.bench.note(im.getdata())

    def mask(self) -> None:
        im = self.pick()
        blc, trc, inc = self.box(im)
        lengths = [(t - a) // i + 1 for a, t, i in zip(blc, trc, inc, strict=True)]
        if im.imagetype() != "ImageConcat":  # where only some parts have masks: another test
            self.bench.ask(im.putmask, self.rng.random(lengths) < 0.4, blc, (), inc)
        self.bench.note(im.getmask())

    def put(self) -> None:
        im = self.pick()
        if im.imagetype() == "ImageConcat":
            return
        blc, trc, _ = self.box(im)
        lengths = [t - a + 1 for a, t in zip(blc, trc, strict=True)]
        value = self.values(lengths, im.datatype())
        if self.rng.integers(2) and im.imagetype() != "SubImage":
            value = np.ma.masked_array(value, self.rng.random(lengths) < 0.4)
        self.bench.ask(im.put, value, blc)
        self.bench.note(im.get())

    def cut(self) -> None:
        im = self.pick()
        blc, trc, inc = self.box(im)
        drop = bool(self.rng.integers(2))
        if "Concat" in im.imagetype() or any(im is other for other in self.uncut):
            return
        lengths = [(t - a) // i + 1 for a, t, i in zip(blc, trc, inc, strict=True)]
        section = self.bench.ask(im.subimage, blc, trc, inc, drop and max(lengths) > 1)
        self.keep(section)
        if drop:
            self.uncut.append(section)

    def join(self) -> None:
        im = self.pick()
        ndim = im.ndim()
        axis = int(self.rng.integers(ndim))
        if ndim < 3 or axis == 2 or im.imagetype() == "ImageConcat":
            return
        self.keep(self.bench.ask(self.bench.image, [im, im], axis))

    def save(self) -> None:
        im, name = self.pick(), self.path()
        if im.imagetype() == "ImageConcat":
            return
        self.bench.ask(im.saveas, name, copymask=bool(self.rng.integers(2)))
        self.keep(self.bench.ask(self.bench.image, name))

    def fits(self) -> None:
        im, name = self.pick(), self.path() + ".fits"
        if im.datatype() != "float" or im.imagetype() == "ImageConcat":
            return
        self.bench.ask(im.tofits, name, True, bool(self.rng.integers(2)))
        if not self.bench.failed:
            self.keep(self.bench.ask(self.bench.image, name))

    def handle(self) -> None:
        im = self.pick()
        if im.ispersistent() and im.imagetype() == "PagedImage":
            self.keep(self.bench.ask(self.bench.image, im.name()))
        else:
            self.keep(self.bench.ask(self.bench.image, im))
            if any(im is other for other in self.uncut):
                self.uncut.append(self.images[-1])

    def ask(self) -> None:
        im = self.pick()
        corners = self.box(im)
        for method in (im.getdata, im.getmask, im.get):
            self.bench.ask(method, *corners)
        self.bench.note(im.info()["unit"], im.history(), im.coordinates().get_names())
        self.bench.positions(im, int(self.rng.integers(99)))


@pytest.mark.parametrize("seed", range(10))
def test_random_programs(seed: int, oracle: Oracle, tmp_path: Path) -> None:
    compare(lambda bench: Program(bench, seed).run(), oracle, tmp_path)
