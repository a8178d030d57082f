"""One script, run on both libraries: what it was told there and here, compared.

A *scenario* is a function of a `Bench`; the decorator `side_by_side` makes a test of it. It
works on images as any script does and notes down what it is told: `bench.note(value)` for an
answer, `bench.ask(call, ...)` for a call that may fail, under a heading that `bench.case` sets.
The same function runs once with ``casacore.images.image`` and once with `jupimage.image`, each
in a folder of its own; then the notes are compared, types and shapes included.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from jupimage import image
from jupimage.coordinates import coordinatesystem
from tests.conftest import Oracle

__all__ = ["Bench", "Failure", "Scenario", "compare", "difference", "differences", "run",
           "side_by_side"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that a call ended with."""

    kinds: tuple[type[BaseException], ...]
    message: str

    def caught_by(self, handler: type[BaseException]) -> bool:
        """Return whether ``except handler`` catches it."""
        return any(issubclass(kind, handler) for kind in self.kinds)


@dataclass(slots=True)
class Bench:
    """One of the two libraries, with a folder to work in.

    Parameters
    ----------
    image
        The class under test.
    coordinatesystem
        Its class of coordinate systems.
    folder
        Where files go.
    """

    image: Any
    coordinatesystem: Any
    folder: Path
    notes: dict[str, list[Any]] = field(default_factory=dict)
    heading: str = ""

    def case(self, heading: str) -> None:
        """Begin the notes on another case."""
        assert heading not in self.notes, f"{heading} comes twice"
        self.heading = heading

    def path(self, name: str) -> str:
        """Return a path in the folder."""
        return str(self.folder / name)

    def note(self, *values: Any) -> None:
        """Note answers down; those of an image are its own."""
        self.notes.setdefault(self.heading, []).extend(values)

    @property
    def failed(self) -> bool:
        """Whether the last call ended with an error."""
        return isinstance(self.notes[self.heading][-1], Failure)

    def ask(self, call: Callable[..., Any], *arguments: Any, **settings: Any) -> Any:
        """Call, note the answer or the error down, and return the answer."""
        try:
            answer = call(*arguments, **settings)
        except Exception as error:
            self.note(Failure((type(error),), str(error)))
            return None
        self.note("an image" if hasattr(answer, "imagetype") else answer)
        return answer

    def make(self, *arguments: Any, **settings: Any) -> Any:
        """Open or make an image, and look at it if there is one."""
        im = self.ask(self.image, *arguments, **settings)
        if im is not None:
            self.look(im)
        return im

    def look(self, im: Any) -> None:
        """Note down everything that an image says about itself, its pixels included."""
        self.note(im.imagetype(), im.datatype(), im.shape(), im.ndim(), im.size(), len(im))
        self.note(im.name(), im.name(True), str(im), im.ispersistent())
        for answer in (im.getdata, im.getmask, im.get, im.unit):
            self.ask(answer)
        info, misc = im.imageinfo(), im.miscinfo()
        info["objectname"] = info["objectname"].strip()  # FITS pads texts with blanks
        for card in ("altrval", "altrpix"):  # part of the spectral axis, of no other use
            misc.pop(card, None)
        self.note(info, misc)
        self.positions(im)

    def positions(self, im: Any, seed: int = 0) -> None:
        """Note down some positions of an image, both ways."""
        rng = np.random.default_rng(seed)
        names = im.coordinates().get_names()
        self.note(names)
        for _ in range(3):
            pixel = [float(p) for p in rng.integers(0, im.shape())]
            world = self.ask(im.toworld, pixel)
            if world is not None:
                self.ask(im.topixel, world)


Scenario = Callable[[Bench], None]


def compare(scenario: Scenario, oracle: Oracle, folder: Path) -> None:
    """Run a scenario on both libraries and compare all that was noted down."""
    theirs = run(scenario, oracle.images.image, _their_system(), folder / "theirs")
    ours = run(scenario, image, coordinatesystem, folder / "ours")
    problems = list(differences(ours, theirs))
    assert not problems, "\n" + "\n".join(problems)
    oracle.count(sum(len(notes) for notes in theirs.notes.values()))


def side_by_side(scenario: Scenario) -> Callable[[Oracle, Path], None]:
    """Make a test of a scenario."""

    def test(oracle: Oracle, tmp_path: Path) -> None:
        compare(scenario, oracle, tmp_path)

    test.__name__, test.__doc__ = scenario.__name__, scenario.__doc__
    return test


def differences(ours: Bench, theirs: Bench) -> Iterator[str]:
    """Yield the first difference of each case."""
    for heading in theirs.notes.keys() | ours.notes.keys():
        mine, other = ours.notes.get(heading, []), theirs.notes.get(heading, [])
        for number, (a, b) in enumerate(zip(mine, other, strict=False)):
            problem = difference(_placed(a, ours), _placed(b, theirs))
            if problem:
                yield f"{heading}, note {number}: {problem} (ours {a!r:.200}, theirs {b!r:.200})"
                break
        else:
            if len(mine) != len(other):
                yield f"{heading}: {len(mine)} notes instead of {len(other)}"


def _their_system() -> Any:
    from casacore.images.coordinates import coordinatesystem as system

    return system


def run(scenario: Scenario, make: Any, system: Any, folder: Path) -> Bench:
    """Run a scenario on one library."""
    folder.mkdir()
    bench = Bench(make, system, folder)
    with warnings.catch_warnings():  # ours warns where the reference is silent or prints
        warnings.simplefilter("ignore")
        scenario(bench)
    return bench


def _placed(value: Any, bench: Bench) -> Any:
    """Return an answer with the name of the folder left out."""
    if isinstance(value, str):
        return value.replace(str(bench.folder), "FOLDER")
    return [_placed(item, bench) for item in value] if isinstance(value, list) else value


def difference(ours: Any, theirs: Any, *, exact: bool = True) -> str:
    """Say how two answers differ; nothing if a script cannot tell them apart.

    Pixels have to agree to the last bit, unless not `exact`: as numbers in records.
    """
    if isinstance(theirs, Failure) or isinstance(ours, Failure):
        return _failures(ours, theirs)
    if isinstance(theirs, np.ma.MaskedArray):
        if not isinstance(ours, np.ma.MaskedArray) or ours.fill_value != theirs.fill_value:
            return "a masked array, or its fill value"
        return difference(ours.data, theirs.data) or difference(ours.mask, theirs.mask)
    if isinstance(theirs, np.ndarray):
        return _arrays(ours, theirs, exact)
    if type(ours) is not type(theirs):
        return f"type {type(ours).__name__} instead of {type(theirs).__name__}"
    if isinstance(theirs, dict):
        if set(ours) != set(theirs):
            return f"keys {sorted(ours)} instead of {sorted(theirs)}"
        # what stands in for a world axis that is gone says nothing where none is
        pairs = [(k, ours[k], theirs[k]) for k in theirs if not k.startswith("worldreplace")]
        found = (f"{k}: {d}" for k, a, b in pairs if (d := difference(a, b, exact=False)))
        return next(found, "")
    if isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            return f"{len(ours)} instead of {len(theirs)} elements"
        pairs = [(n, a, b) for n, (a, b) in enumerate(zip(ours, theirs, strict=True))]
        found = (f"[{n}]: {d}" for n, a, b in pairs if (d := difference(a, b, exact=exact)))
        return next(found, "")
    if isinstance(theirs, float | complex):
        close = np.isclose(ours, theirs, rtol=1e-10, atol=1e-9, equal_nan=True)
        return "" if close else f"{ours!r} instead of {theirs!r}"
    return "" if ours == theirs else f"{ours!r} instead of {theirs!r}"


def _arrays(ours: Any, theirs: np.ndarray[Any, Any], exact: bool) -> str:
    if type(ours) is not np.ndarray:
        return f"type {type(ours).__name__} instead of ndarray"
    if (ours.dtype, ours.shape) != (theirs.dtype, theirs.shape):
        return f"{ours.dtype} {ours.shape} instead of {theirs.dtype} {theirs.shape}"
    if theirs.flags.c_contiguous and not (ours.flags.c_contiguous and ours.flags.writeable):
        return "an array that is not contiguous, or cannot be written"
    numbers = theirs.dtype.kind in "fc"
    if exact or not numbers:
        equal = np.array_equal(ours, theirs, equal_nan=numbers)
    else:
        equal = np.allclose(ours, theirs, rtol=1e-11, atol=1e-14, equal_nan=True)
    return "" if equal else f"values differ: {ours!r:.70} instead of {theirs!r:.70}"


def _failures(ours: Any, theirs: Any) -> str:
    """Compare errors: whatever a script catches there has to catch ours."""
    if not isinstance(theirs, Failure):
        return f"fails ({ours.message}) where the reference answers"
    if not isinstance(ours, Failure):
        return f"answers where the reference fails ({theirs.message})"
    for kind in theirs.kinds:
        handler = next(c for c in kind.__mro__ if c.__module__ == "builtins")
        if not ours.caught_by(handler):
            return f"{ours.kinds} is not caught by except {handler.__name__}"
    return ""
