"""Sample data that needs no network: a small H I cube of a made-up spiral galaxy.

The galaxy is a thin inclined disc of neutral hydrogen. Its surface density falls off
exponentially outside a central hole and is raised along two logarithmic spiral arms; it turns
with a rotation curve that rises and stays flat; each line of sight has a Gaussian line profile
around the projected velocity. The cube is what an interferometer would deliver: smoothed with an
elliptical beam, in Jy/beam, with noise that has the shape of the beam.

The total flux follows from the H I mass by M = 2.36e5 D^2 S with M in solar masses, D in Mpc and
S in Jy km/s (Roberts 1962, AJ 67, 437; see also Meyer et al. 2017, PASA 34, 52).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jupimage.coordinates.fitsheader import from_header
from jupimage.errors import ShapeError
from jupimage.formats import Opened
from jupimage.images import image
from jupimage.lattice import MemoryLattice

if TYPE_CHECKING:
    import os

    from astropy.io.fits import Header

__all__ = ["galaxy", "write_galaxy"]

_REST = 1.420405751786e9  # Hz, the hyperfine line of neutral hydrogen
_LIGHT = 299792.458  # km/s
_SYSTEMIC, _WIDTH = 552.0, 400.0  # km/s: velocity of the galaxy, and range of the cube
_DISTANCE, _MASS = 7.8, 3.2e9  # Mpc, solar masses
_FIELD = 16.0  # arcmin across
_BEAM = (30.0, 22.0, 25.0)  # arcsec, arcsec, degrees from north through east
_NOISE = 4e-4  # Jy/beam
_INCLINATION, _POSITION_ANGLE = 57.0, 38.0  # degrees


def galaxy(channels: int = 48, size: int = 192, *, seed: int = 1963) -> image:
    """Make a temporary image: the H I line of a spiral galaxy.

    Parameters
    ----------
    channels
        Number of frequency channels; they share a range of 400 km/s.
    size
        Number of pixels along right ascension and declination; they share 16 arcmin.
    seed
        Seed of the noise.

    Returns
    -------
    image
        float32 in Jy/beam, axes frequency, declination, right ascension.

    Raises
    ------
    ShapeError
        If there is no channel, or fewer than 8 pixels.

    Examples
    --------
    >>> im = galaxy(channels=8, size=64)
    >>> im.shape, im.unit()
    ((8, 64, 64), 'Jy/beam')
    """
    header = _header(channels, size)
    shape = (channels, size, size)
    return image._of(
        Opened(
            lattice=MemoryLattice(_pixels(channels, size, seed), copy=False),
            coordinates=from_header(header, shape).system,
            kind="TempImage",
            name="Temporary_Image",
            unit="Jy/beam",
            imageinfo={
                "imagetype": "Intensity",
                "objectname": header["OBJECT"],
                "restoringbeam": {
                    "major": {"value": _BEAM[0], "unit": "arcsec"},
                    "minor": {"value": _BEAM[1], "unit": "arcsec"},
                    "positionangle": {"value": _BEAM[2], "unit": "deg"},
                },
            },
            history=[str(line) for line in header["HISTORY"]],
        )
    )


def write_galaxy(
    path: str | os.PathLike[str],
    channels: int = 48,
    size: int = 192,
    *,
    seed: int = 1963,
    overwrite: bool = False,
) -> None:
    """Write the sample cube as a FITS file, to try things on a file.

    Parameters
    ----------
    path
        Name of the file.
    channels, size, seed
        As for `galaxy`.
    overwrite
        Whether a file of that name may be replaced.

    Raises
    ------
    OSError
        If the file exists and `overwrite` is False, or it cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "galaxy.fits")
    >>> write_galaxy(path, channels=4, size=32)
    >>> with image(path) as im:
    ...     im.shape
    (4, 32, 32)
    >>> folder.cleanup()
    """
    from astropy.io import fits

    hdu = fits.PrimaryHDU(_pixels(channels, size, seed), _header(channels, size))
    hdu.writeto(path, overwrite=overwrite)


def _header(channels: int, size: int) -> Header:
    from astropy.io.fits import Header

    if channels < 1 or size < 8:
        raise ShapeError(f"at least 1 channel and 8 pixels are needed, got {channels} and {size}")
    cell = _FIELD / 60 / size
    cards: dict[str, Any] = {
        "OBJECT": "Sample spiral",
        "BUNIT": "Jy/beam",
        "BTYPE": "Intensity",
        "BMAJ": _BEAM[0] / 3600,
        "BMIN": _BEAM[1] / 3600,
        "BPA": _BEAM[2],
        "CTYPE1": "RA---SIN",
        "CRVAL1": 184.7396,
        "CDELT1": -cell,
        "CRPIX1": size // 2 + 1.0,
        "CUNIT1": "deg",
        "CTYPE2": "DEC--SIN",
        "CRVAL2": 47.3041,
        "CDELT2": cell,
        "CRPIX2": size // 2 + 1.0,
        "CUNIT2": "deg",
        "CTYPE3": "FREQ",
        "CRVAL3": _REST * (1 - _SYSTEMIC / _LIGHT),
        "CDELT3": -_REST * _WIDTH / channels / _LIGHT,
        "CRPIX3": (channels + 1) / 2,
        "CUNIT3": "Hz",
        "RESTFRQ": _REST,
        "SPECSYS": "LSRK",
        "RADESYS": "FK5",
        "EQUINOX": 2000.0,
        "TELESCOP": "VLA",
        "OBSERVER": "jupimage",
        "DATE-OBS": "2003-05-18T04:10:00.0",
    }
    header = Header(list(cards.items()))
    header["HISTORY"] = "Made by jupimage.samples: a model galaxy, not an observation"
    return header


def _pixels(channels: int, size: int, seed: int) -> NDArray[np.float32]:
    """Return the cube in Jy/beam, one plane at a time."""
    flux, velocity, dispersion = _disc(size)
    smooth = _beam_transform(size)
    rng = np.random.default_rng(seed)
    step = _WIDTH / channels
    cube = np.empty((channels, size, size), np.float32)
    for channel in range(channels):
        centre = (channel - (channels - 1) / 2) * step
        profile = np.exp(-0.5 * ((centre - velocity) / dispersion) ** 2)
        sky = flux * profile / (dispersion * np.sqrt(2 * np.pi))
        noise = _smoothed(rng.normal(size=(size, size)), smooth)
        cube[channel] = _smoothed(sky, smooth) + noise * (_NOISE / noise.std())
    return cube


def _disc(size: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return flux (Jy km/s per beam, before smoothing), velocity and dispersion (km/s)."""
    cell = _FIELD * 60 / size
    y, x = (np.indices((size, size)) - size // 2) * cell  # arcsec north, west
    angle = np.radians(_POSITION_ANGLE)
    along = y * np.cos(angle) - x * np.sin(angle)
    across = (y * np.sin(angle) + x * np.cos(angle)) / np.cos(np.radians(_INCLINATION))
    radius = np.hypot(along, across)
    theta = np.arctan2(across, along)
    arms = 1 + 0.65 * np.cos(2 * (theta - np.log(radius / 60 + 0.5) / np.tan(np.radians(21))))
    density = np.exp(-radius / 140) * (1 - 0.8 * np.exp(-((radius / 60) ** 2))) * arms
    density /= 1 + np.exp((radius - 380) / 18)  # the disc ends, but softly
    total = _MASS / (2.36e5 * _DISTANCE**2)  # Jy km/s
    beam_area = np.pi / (4 * np.log(2)) * _BEAM[0] * _BEAM[1] / cell**2  # pixels
    flux = density / density.sum() * total * beam_area
    speed = 172 * (1 - np.exp(-radius / 75))
    velocity = speed * np.cos(theta) * np.sin(np.radians(_INCLINATION))
    return flux, velocity, 10 + 12 * np.exp(-radius / 70)


def _beam_transform(size: int) -> NDArray[Any]:
    """Return the Fourier transform of the beam, with unit integral."""
    cell = _FIELD * 60 / size
    v, u = np.fft.fftfreq(size, cell)[:, None], np.fft.rfftfreq(size, cell)[None, :]
    angle = np.radians(_BEAM[2])
    along, across = v * np.cos(angle) - u * np.sin(angle), v * np.sin(angle) + u * np.cos(angle)
    scale = np.pi**2 / (4 * np.log(2))
    result: NDArray[Any] = np.exp(-scale * ((along * _BEAM[0]) ** 2 + (across * _BEAM[1]) ** 2))
    return result


def _smoothed(plane: NDArray[Any], transform: NDArray[Any]) -> NDArray[Any]:
    result: NDArray[Any] = np.fft.irfft2(np.fft.rfft2(plane) * transform, plane.shape)
    return result
