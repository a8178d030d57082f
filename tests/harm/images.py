"""Sound images of every format, small ones, to be damaged: of other programs and of our own."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["FORMATS", "Sample", "make_image", "make_samples"]

DATA = Path(__file__).resolve().parents[1] / "data" / "formats"

FORMATS = ("casacore", "hdf5", "Miriad", "FITS")
"""Names of the formats."""

CHOSEN = (
    "masks3.img", "info.img", "longlog.img", "attrs.img", "be_f4.img", "be_c16.img", "c8_edge.img",
    "tsm_shape.img", "tsm_column.img", "multibeam.img", "regions.img", "spec_tab.img",
    "spec_vel.img", "stokes_odd.img", "linear3.img", "dir_rot.img", "f4_1d.img", "tile_1.img",
)  # fmt: skip
"""Those of the stored table directories in which something differs that a reader must know."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An image: what it is called, its format, its file or folder."""

    name: str
    format: str
    path: Path


def make_samples(folder: Path) -> list[Sample]:
    """Put all sample images into a folder."""
    return [*_stored(folder / "stored"), *_written(folder / "written")]


def _stored(folder: Path) -> Iterator[Sample]:
    """Unpack images that other programs wrote."""
    folder.mkdir(parents=True)
    for name in CHOSEN:
        yield Sample(name, "casacore", _unpack(name, folder))
    for packed in sorted(DATA.glob("*.mir.tar.gz")):
        name = packed.name.removesuffix(".tar.gz")
        yield Sample(name, "Miriad", _unpack(name, folder))
    for format, pattern in (("hdf5", "*.h5"), ("FITS", "*.fits")):
        for path in sorted(DATA.glob(pattern)):
            yield Sample(path.name, format, Path(shutil.copy(path, folder)))


def _unpack(name: str, folder: Path) -> Path:
    with tarfile.open(DATA / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / name


def _written(folder: Path) -> Iterator[Sample]:
    """Write images of our own."""
    folder.mkdir(parents=True)
    full, two_masks = make_image(np.float32), make_image(np.complex64)
    for format, ending in (("casacore", "img"), ("hdf5", "h5")):
        for kind, im in (("full", full), ("complex", two_masks)):
            path = folder / f"{kind}.{ending}"
            im.saveas(path, format=format, newtileshape=(1, 4, 5))
            _add_second_mask(path)
            yield Sample(path.name, format, path)
    yield Sample("big.img", "casacore", _big_endian(full, folder / "big.img"))
    full.saveas(folder / "full.mir", format="miriad")
    yield Sample("full.mir", "Miriad", folder / "full.mir")
    yield from _fits(folder, full)


def _add_second_mask(path: Path) -> None:
    from jupimage import image

    with image(path) as im:
        im.makemask("second")
        im.setdefaultmask("second")
        im.putmask(np.eye(*im.shape[-2:], dtype=bool), 1)
        im.setdefaultmask("mask0")
        im.addhistory("a second mask")


def _big_endian(im: Any, path: Path) -> Path:
    from jupimage.formats import blueprint_of, find_format, plan_save, save

    source = im._opened
    blueprint = blueprint_of(source, mask="mask0")
    settings = {"big_endian": True}
    save(plan_save(source.lattice, str(path), find_format("casacore"), blueprint, settings))
    return path


def _fits(folder: Path, im: Any) -> Iterator[Sample]:
    """Write FITS files: plain ones, packed ones, compressed ones, one with a table of beams."""
    im.tofits(folder / "full.fits")
    im.tofits(folder / "scaled.fits", bitpix=16, minpix=1, maxpix=-1)
    beams = make_image(np.float32, beams=True)
    beams.tofits(folder / "beams.fits")
    content = (folder / "full.fits").read_bytes()
    for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        (folder / f"full.fits.{ending}").write_bytes(pack(content))
    for kind in ("RICE_1", "GZIP_2"):
        _compress(folder / "full.fits", folder / f"{kind}.fits", kind)
    for path in sorted(folder.glob("*.fits*")):
        yield Sample(path.name, "FITS", path)


def _compress(source: Path, path: Path, kind: str) -> None:
    from astropy.io import fits

    with fits.open(source) as file:
        pixels = np.nan_to_num(np.asarray(file[0].data)).reshape(file[0].data.shape)
        header = file[0].header
        lossless = {"RICE_1": pixels.astype(np.int16), "GZIP_2": pixels}[kind]
        part = fits.CompImageHDU(lossless, header, compression_type=kind)
        part.writeto(path, output_verify="silentfix")


def make_image(dtype: Any, *, beams: bool = False) -> Any:
    """Make a temporary image that has everything: mask, unit, beam, history, attributes."""
    from jupimage import image

    random = np.random.default_rng(5)
    pixels = random.normal(size=(3, 9, 11)).astype(dtype)
    im = image("", values=pixels, mask=random.integers(4, size=pixels.shape) == 0)
    im.setunit("Jy/beam")
    beam = {
        part: {"value": value, "unit": unit}
        for part, value, unit in (
            ("major", 12.5, "arcsec"),
            ("minor", 8.25, "arcsec"),
            ("positionangle", 33.0, "deg"),
        )
    }
    im.putimageinfo({"imagetype": "Optical Depth", "objectname": "M 51", "restoringbeam": beam})
    if beams:
        each = {f"*{n}": {**beam, "minor": {"value": 5.0 + n, "unit": "arcsec"}} for n in range(3)}
        im.putimageinfo({"perplanebeams": {"nChannels": 3, "nStokes": 0, **each}})
    im.putmiscinfo(
        {"pipeline": "version 3", "weights": np.array([1.0, 0.5]), "flag": True, "count": 77}
    )
    im.addhistory(["made for a test", "second line, which is a good deal longer than eight", "x"])
    im.attrcreategroup("STATIONS")
    for row, name in enumerate(("CS001", "CS002LBA_INNER", "")):
        im.attrput("STATIONS", "NAME", row, name)
        im.attrput("STATIONS", "POSITION", row, np.arange(3.0) + row, ["m"], ["position", "ITRF"])
    return im
