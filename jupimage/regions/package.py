"""The astropy package `regions`, which is optional: loaded where it is needed, or asked for."""

from __future__ import annotations

from types import ModuleType

from jupimage.errors import ArgumentError

__all__ = ["MissingPackageError", "package"]


class MissingPackageError(ArgumentError, ImportError):
    """The package `regions` is not installed."""


def package() -> ModuleType:
    """Return the package `regions`."""
    try:
        import regions
    except ImportError as error:
        raise MissingPackageError(
            "ds9 and CRTF regions need the package regions: pip install regions"
        ) from error
    found: ModuleType = regions
    return found
