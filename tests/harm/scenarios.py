"""What is killed: which deed, in which format, beside which other writer."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harm.server import Job

__all__ = ["DEEDS", "ENDINGS", "HAS_CASACORE", "Deed", "Scenario", "scenarios"]

DEEDS = "tests.harm.deeds"
"""Where the deeds are."""

ENDINGS = {"casacore": "img", "hdf5": "h5", "FITS": "fits", "Miriad": "mir"}
"""Formats, and how names of their files end."""

HAS_CASACORE = importlib.util.find_spec("casacore") is not None
"""Whether python-casacore is here, to look at images and to write them."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A function of `deeds`, with the arguments behind the path."""

    name: str
    arguments: tuple[Any, ...] = ()

    def job(self, path: Path, stop_at: int | None = None) -> Job:
        """Return what does it to an image."""
        return Job(f"{DEEDS}:{self.name}", (str(path), *self.arguments), stop_at)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A deed that gets killed; perhaps another that goes on.

    Parameters
    ----------
    name
        For people.
    format
        Of the image.
    victim
        What is killed.
    companion
        What another process does at the same time.
    before
        What is there before: ``image``, ``nothing``, or a ``folder`` with other files.
    partly
        Whether pixels may be partly old, partly new.
    """

    name: str
    format: str
    victim: Deed
    companion: Deed | None = None
    before: str = "image"
    partly: bool = False


def scenarios() -> list[Scenario]:
    """List all scenarios."""
    return [*_saving(), *_changing("casacore"), *_changing("hdf5"), *_together()]


def _saving() -> Iterator[Scenario]:
    for format in ENDINGS:
        roads = (True, False) if format in ("casacore", "Miriad") else (True,)
        for exchange in roads:
            deed = Deed("save", (format, exchange))
            road = "" if exchange else " in two steps"
            yield Scenario(f"{format} overwrite{road}", format, deed)
            if exchange:
                yield Scenario(f"{format} create", format, deed, before="nothing")
    deed = Deed("save", ("casacore",))
    yield Scenario("casacore create among other files", "casacore", deed, before="folder")


def _changing(format: str) -> Iterator[Scenario]:
    for name in ("put_pixels", "put_mask"):
        yield Scenario(f"{format} {name}", format, Deed(name), partly=True)
    for name in (
        "set_unit", "put_miscinfo", "put_imageinfo", "put_attribute", "create_group", "make_mask",
        "remove_mask", "remove_default_mask", "set_default_mask", "add_history", "set_history",
    ):  # fmt: skip
        if "history" not in name or format == "casacore":
            yield Scenario(f"{format} {name}", format, Deed(name))


def _together() -> Iterator[Scenario]:
    """Give scenarios with two writers."""
    for victim, companion in (
        (Deed("set_unit"), Deed("put_miscinfo")),
        (Deed("add_history"), Deed("add_history", ("the line of the other one",))),
        (Deed("put_attribute"), Deed("put_attribute", ("GAIN",))),
        (Deed("make_mask"), Deed("set_unit")),
        (Deed("put_pixels"), Deed("put_miscinfo")),
        (Deed("set_unit"), Deed("put_pixels_with_casacore")),
        (Deed("put_pixels"), Deed("put_mask_with_casacore")),
    ):
        if "casacore" in companion.name and not HAS_CASACORE:
            continue
        name = f"casacore {victim.name} beside {companion.name}"
        partly = victim.name == "put_pixels"
        yield Scenario(name, "casacore", victim, companion, partly=partly)
    for format in ENDINGS:
        for exchange in (True, False) if format == "casacore" else (True,):
            victim = Deed("save", (format, exchange))
            companion = Deed("save", (format, exchange, 6.0))
            road = "" if exchange else " in two steps"
            yield Scenario(f"{format} overwrite beside overwrite{road}", format, victim, companion)
