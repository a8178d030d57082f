"""A plane convolved with a Gaussian.

It is done in Fourier space with the transform of the continuous Gaussian, not of a sampled one:
a beam that is to grow by a few percent needs a kernel narrower than a pixel, whose samples would
be a single one.

Bad pixels and NaN take no part, and what is left is normalised; they stay what they are. Beyond
the edges there is nothing (zero), as in the packages that astronomers compare with.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["convolve_plane"]

Array = NDArray[np.float64]

_EMPTY = 1e-6  # share of a kernel that has to fall on good pixels


def convolve_plane(
    values: NDArray[Any], good: NDArray[np.bool_] | None, covariance: Array, margin: int
) -> NDArray[Any]:
    """Return a plane (latitude, longitude) convolved with a Gaussian of unit integral.

    Parameters
    ----------
    values, good
        The pixels and their validity; None means that all are good.
    covariance
        Of the Gaussian, in pixels squared, axes (longitude, latitude).
    margin
        How many zeros to put between opposite edges.

    Examples
    --------
    >>> plane = np.zeros((41, 41))
    >>> plane[20, 20] = 1
    >>> done = convolve_plane(plane, None, np.diag([4.0, 9.0]), 24)
    >>> round(done.sum(), 6), round(float(done[20, 20] * 2 * np.pi * 6), 6)
    (np.float64(1.0), 1.0)
    """
    bad = ~np.isfinite(values)
    untouched = values[bad]
    if good is not None:
        bad |= ~good
    holes = bool(bad.any())
    double = np.complex128 if values.dtype.kind == "c" else np.float64
    filled = np.where(bad, 0, values).astype(double, copy=False) if holes else values.astype(double)
    result = filled
    if covariance.any():
        gaussian = _Gaussian(values.shape, covariance, margin)
        result = gaussian.applied(filled)
        if holes:
            share = 1.0 - gaussian.applied(bad.astype(np.float64))
            result /= np.where(share > _EMPTY, share, np.nan)
    if untouched.size:
        result[~np.isfinite(values)] = untouched
    return result


class _Gaussian:
    """A Gaussian, ready to be multiplied with in Fourier space.

    Parameters
    ----------
    shape
        Of the planes.
    covariance, margin
        As for `convolve_plane`.
    """

    def __init__(self, shape: tuple[int, ...], covariance: Array, margin: int) -> None:
        from scipy import fft

        self._shape = shape
        self._padded = [fft.next_fast_len(n + margin, real=True) for n in shape]
        rows, columns = self._padded
        v, u = fft.fftfreq(rows)[:, None], fft.rfftfreq(columns)
        (uu, uv), (_, vv) = covariance
        self._transform = np.exp(-2 * np.pi**2 * (uu * u**2 + 2 * uv * u * v + vv * v**2))

    def applied(self, plane: NDArray[Any]) -> NDArray[Any]:
        """Return a plane convolved."""
        from scipy import fft

        if plane.dtype.kind == "c":
            return self.applied(plane.real) + 1j * self.applied(plane.imag)
        transform = fft.rfft2(plane, self._padded)
        transform *= self._transform
        whole = fft.irfft2(transform, self._padded, overwrite_x=True)
        result: NDArray[Any] = whole[: self._shape[0], : self._shape[1]]
        return result
