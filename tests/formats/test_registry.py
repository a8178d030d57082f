"""Formats are found by content, and others can add their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jupimage
from jupimage.coordinates import default_system
from jupimage.errors import FormatError
from jupimage.formats import Format, Opened, Target, open_path, register, registry
from jupimage.lattice import MemoryLattice
from tests.fits.fitsfiles import image, write


class NumpyFormat:
    """A format of somebody else: a saved array."""

    name = "npy"

    def sniff(self, target: Target) -> bool:
        return target.start.startswith(b"\x93NUMPY")

    def open(self, target: Target) -> Opened:
        pixels = np.load(target.path)
        system = default_system(pixels.shape)
        return Opened(MemoryLattice(pixels), system, "NumpyImage", target.name)


@pytest.fixture
def registered() -> Iterator[NumpyFormat]:
    format = NumpyFormat()
    register(format)
    yield format
    registry._registered.remove(format)


def test_unknown_format_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    with pytest.raises(FormatError, match="is in no known image format"):
        open_path(str(tmp_path / "a.npy"))


def test_registered_format_is_used(tmp_path: Path, registered: Format) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    assert open_path(str(tmp_path / "a.npy")).kind == "NumpyImage"
    fits = write(tmp_path / "a.fits", image(np.zeros((2, 3), np.float32)))
    assert open_path(fits).kind == "FITSImage"


def test_registering_again_replaces(registered: Format) -> None:
    other = NumpyFormat()
    register(other)
    assert registry._registered == [other]
    registry._registered[:] = [registered]


def test_what_is_no_format_cannot_be_registered() -> None:
    nothing: Any = object()
    with pytest.raises(FormatError, match="a format needs name, sniff and open, got object"):
        register(nothing)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with an entry point, as pip would."""
    folder = tmp_path / "site" / "npyplugin-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Name: npyplugin\nVersion: 1.0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    registry._plugins.cache_clear()
    yield folder / "entry_points.txt"
    registry._plugins.cache_clear()


def test_entry_points_are_formats(tmp_path: Path, plugin: Path) -> None:
    text = f"[{registry.ENTRY_POINTS}]\nnpy = examples.npy_format:NpyFormat\n"
    plugin.write_text(text, encoding="utf-8")
    values = np.arange(24).reshape(2, 3, 4)
    np.save(tmp_path / "a.npy", values)
    im = jupimage.image(tmp_path / "a.npy")
    assert im.imagetype() == "NpyImage"
    np.testing.assert_array_equal(im.getdata(1, 1, (1, 2)), values[1:2, ::2])
    im.saveas(tmp_path / "a.img")
    np.testing.assert_array_equal(jupimage.image(tmp_path / "a.img").getdata(), values)


def test_entry_points_that_fail_are_named(tmp_path: Path, plugin: Path) -> None:
    text = f"[{registry.ENTRY_POINTS}]\nnpy = no_such_module:Nothing\n"
    plugin.write_text(text, encoding="utf-8")
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    with pytest.raises(FormatError, match=r"the format 'npy' .* cannot be loaded: No module named"):
        open_path(str(tmp_path / "a.npy"))
    fits = write(tmp_path / "a.fits", image(np.zeros((2, 3), np.float32)))
    assert open_path(fits).kind == "FITSImage"  # what is known already needs no plug-in
