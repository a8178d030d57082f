"""Real FITS files, which astropy and reproject ship in their tests, against astropy's reading."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest

from jupimage.errors import FormatError
from jupimage.formats import open_path
from jupimage.lattice import Box

ENDINGS = (".fits", ".fits.gz")


def real_files() -> list[Path]:
    """List the files in the installed packages."""
    found: list[Path] = []
    for package in ("astropy", "reproject"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        root = Path(spec.origin).parent
        found += [path for path in sorted(root.rglob("*.fits*")) if path.name.endswith(ENDINGS)]
    return found


FILES = real_files()


def test_there_are_real_files() -> None:
    assert len(FILES) > 50


@pytest.mark.filterwarnings(
    "ignore:.*(left aside|do not agree|no spectral coordinates|letters that no):UserWarning"
)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_real_files_give_the_pixels_that_astropy_gives(path: Path) -> None:
    from astropy.io import fits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # astropy has much to say about these files
        try:
            opened = fits.open(path)
        except OSError:  # one of them has the name of a FITS file only
            with pytest.raises(FormatError, match="no known image format"):
                open_path(str(path))
            return
        with opened:
            holds_image = [
                number
                for number, hdu in enumerate(opened)
                if isinstance(hdu, fits.PrimaryHDU | fits.ImageHDU | fits.CompImageHDU)
                and not isinstance(hdu, fits.GroupsHDU)
                and hdu.shape
                and 0 not in hdu.shape
            ]
            wanted = {number: np.asarray(opened[number].data) for number in holds_image}
    if not wanted:
        with pytest.raises(FormatError, match=r"no image|no FITS|truncated"):
            open_path(str(path))
        return
    for number, pixels in wanted.items():
        ours = open_path(f"{path}[{number}]")
        extra = len(ours.lattice.shape) - pixels.ndim
        block = ours.lattice.read(Box.whole(ours.lattice.shape))
        assert block.values is not None
        values = block.values.reshape(ours.lattice.shape[extra:])
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(values, pixels.astype(np.float32), rtol=1e-6, atol=1e-30)
    first = open_path(str(path))
    assert first.lattice.shape[-len(wanted[holds_image[0]].shape) :] == wanted[holds_image[0]].shape
