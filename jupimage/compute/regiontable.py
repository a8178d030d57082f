"""The table that shows the figures of regions, with units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jupimage.compute.brightness import Surroundings, conversion_factor
from jupimage.compute.channels import find_channels
from jupimage.compute.figures import Figures
from jupimage.compute.planebeams import PlaneBeams
from jupimage.compute.skyplane import pixel_area
from jupimage.compute.units import known_unit
from jupimage.coordinates import coordinatesystem
from jupimage.errors import ImageError

__all__ = ["channel_fluxes", "channel_worlds", "region_table"]

Array = NDArray[np.float64]

_NAMES = {"median": "median", "medabsdevmed": "deviation", "quartile": "quartile"}


def region_table(
    names: Sequence[str],
    figures: Figures,
    *,
    unit: str,
    worlds: Mapping[str, Any],
    flux: Array | None,
) -> Any:
    """Return figures as an astropy table with a row for each region and channel.

    Parameters
    ----------
    names
        Of the regions.
    figures
        Arrays (regions, channels).
    unit
        Of the pixels.
    worlds
        Further columns that tell what the channels are, an element for each.
    flux
        Flux density in Jy that a pixel value of 1 stands for, for each channel; None if that is
        not known.
    """
    from astropy import units
    from astropy.table import QTable

    brightness = known_unit(unit)
    sums = figures.sums
    regions, channels = sums.number.shape
    empty = sums.number == 0
    table = QTable()
    table["region"] = np.repeat(np.asarray(names, str), channels)
    table["channel"] = np.tile(np.arange(channels), regions)
    for name, values in worlds.items():
        table[name] = np.concatenate([values] * regions)
    table["npts"] = sums.number.astype(np.int64).ravel()
    listed: dict[str, Any] = {"sum": sums.total, "mean": sums.mean}
    for name, own in _NAMES.items():
        if getattr(figures, own) is not None:
            listed[name] = getattr(figures, own)
    listed |= {
        "sigma": sums.deviation(),
        "rms": sums.rms(),
        "min": figures.low,
        "max": figures.high,
    }
    for name, values in listed.items():
        table[name] = units.Quantity(np.where(empty, np.nan, values).ravel(), brightness)
    if flux is not None:
        found = np.where(empty, np.nan, sums.total * flux)
        table["flux"] = units.Quantity(found.ravel(), units.Jy)
    return table


def channel_worlds(system: coordinatesystem, shape: tuple[int, ...], axis: int) -> dict[str, Any]:
    """Return what is known of the channels: frequencies, and velocities where they are defined.

    Parameters
    ----------
    system, shape
        Of the image.
    axis
        The one that the channels lie along; nothing is said of others than the spectral one.
    """
    from astropy import units

    if system.spectral_axis() != axis:
        return {}
    found = find_channels(system, shape)
    worlds = {"frequency": units.Quantity(found.frequencies, units.Hz)}
    if found.rest > 0:
        radio = units.doppler_radio(found.rest * units.Hz)
        worlds["velocity"] = worlds["frequency"].to(units.km / units.s, radio)
    return worlds


def channel_fluxes(
    unit: str,
    imageinfo: Mapping[str, Any],
    system: coordinatesystem,
    shape: tuple[int, ...],
    axis: int,
) -> Array | None:
    """Return the flux density in Jy that a pixel value of 1 stands for, for each channel.

    Parameters
    ----------
    unit, imageinfo, system, shape
        Of the image. A sum over ``Jy/beam`` is divided by the pixels that a beam has.
    axis
        The one that channels lie along.

    Returns
    -------
    ndarray or None
        None where beam, pixel size or frequency are needed and missing, or the unit is none of
        brightness.
    """
    from astropy import units

    channels = shape[axis] if system.spectral_axis() == axis else 1
    stokes = system.stokes_axis()

    def beams() -> Array:
        count = 1 if stokes is None else shape[stokes]
        found: Array = PlaneBeams.of(imageinfo, channels=channels, stokes=count).areas()[:, 0]
        return found

    surroundings = Surroundings(
        beams, lambda: pixel_area(system), lambda: find_channels(system, shape).frequencies
    )
    try:
        factor = conversion_factor(known_unit(unit), units.Jy / units.pix, surroundings)
    except ImageError:
        return None
    return np.broadcast_to(factor, (shape[axis],))
