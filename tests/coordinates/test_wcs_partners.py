"""Our WCS objects in the hands of astropy, matplotlib and reproject."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord, SpectralCoord
from astropy.nddata import Cutout2D, NDData
from astropy.wcs import WCS
from astropy.wcs.wcsapi import (
    HighLevelWCSWrapper,
    SlicedLowLevelWCS,
    validate_physical_types,
)

from jupimage.coordinates import ImageWCS, coordinatesystem
from jupimage.coordinates.record import assemble, direction_record, spectral_record

PARAMETERS: dict[str, list[float]] = {
    "SIN": [0.1, -0.2], "TAN": [], "ZEA": [], "CAR": [], "AIT": [], "COE": [45.0, 10.0],
    "MOL": [], "SFL": [], "HPX": [], "ZPN": [0.0, 1.0, 0.0, -0.05],
}  # fmt: skip


def system(code: str = "TAN", frame: str = "ICRS", *, cube: bool = False) -> coordinatesystem:
    sky = direction_record(
        crval=(200.0, 35.0), cdelt=(-0.1, 0.12), crpix=(14.0, 9.0),
        pc=[[0.8, -0.6], [0.5, 0.9]], units=("deg", "deg"), projection=code,
        parameters=PARAMETERS[code], system=frame,
    )  # fmt: skip
    parts: list[Any] = [("direction", sky, (0, 1))]
    if cube:
        axis = spectral_record(crval=1.4e9, cdelt=1e6, crpix=3.0, restfrequency=1.42e9)
        parts.append(("spectral", axis, (2,)))
    return coordinatesystem(assemble(parts))


def pair(code: str = "TAN", frame: str = "ICRS") -> tuple[ImageWCS, WCS]:
    """Return our object and astropy's own of the same sky."""
    ours = system(code, frame)
    return ImageWCS(ours, (20, 30)), WCS(ours.to_header((20, 30)))


@pytest.mark.parametrize("code", PARAMETERS)
def test_values_agree_with_astropy(code: str) -> None:
    ours, known = pair(code)
    y, x = np.mgrid[0:20:2.5, 0:30:2.5]
    mine, other = ours.pixel_to_world_values(x, y), known.pixel_to_world_values(x, y)
    np.testing.assert_allclose(mine[0], other[0], rtol=1e-9)
    np.testing.assert_allclose(mine[1], other[1], rtol=1e-9)
    back, again = ours.world_to_pixel_values(*mine), known.world_to_pixel_values(*mine)
    np.testing.assert_allclose(back, again, atol=1e-8)


@pytest.mark.parametrize("frame", ["ICRS", "J2000", "GALACTIC", "B1950", "SUPERGAL", "ECLIPTIC"])
def test_high_level_objects_agree_with_astropy(frame: str) -> None:
    ours, known = pair(frame=frame)
    place, other = ours.pixel_to_world([1, 5], [2, 7]), known.pixel_to_world([1, 5], [2, 7])
    if frame in ("ECLIPTIC", "SUPERGAL"):  # which astropy has no frame for, or the wrong one
        name = {"ECLIPTIC": "barycentricmeanecliptic", "SUPERGAL": "supergalactic"}[frame]
        angles = known.pixel_to_world_values([1, 5], [2, 7])
        other = SkyCoord(*angles, unit="deg", frame=name)
    assert isinstance(place, SkyCoord)
    limit = 0.02 * u.arcsec if frame == "B1950" else 1e-7 * u.arcsec
    assert (place.separation(other.transform_to(place.frame)) < limit).all()
    x, y = ours.world_to_pixel(place.galactic)
    np.testing.assert_allclose((x, y), ([1, 5], [2, 7]), atol=1e-6)
    assert ours.world_to_array_index(place)[0].tolist() == [2, 7]


def test_interface_is_valid() -> None:
    cube = ImageWCS(system(cube=True), (5, 20, 30))
    validate_physical_types(cube.world_axis_physical_types)
    assert cube.pixel_n_dim == cube.world_n_dim == 3
    assert cube.array_shape == cube.pixel_shape[::-1] == (5, 20, 30)
    assert cube.axis_correlation_matrix.tolist() == [
        [True, True, False], [True, True, False], [False, False, True]
    ]  # fmt: skip
    assert set(component[0] for component in cube.world_axis_object_components) == set(
        cube.world_axis_object_classes
    )
    assert "RA" in repr(HighLevelWCSWrapper(cube)) or repr(cube)


def test_slices_of_a_cube() -> None:
    cube = ImageWCS(system(cube=True), (5, 20, 30))
    plane = SlicedLowLevelWCS(cube, (2, slice(3, 15), slice(None)))
    assert plane.pixel_n_dim == 2
    np.testing.assert_allclose(
        plane.pixel_to_world_values(4, 5), cube.pixel_to_world_values(4, 8, 2)[:2]
    )
    spectrum = HighLevelWCSWrapper(SlicedLowLevelWCS(cube, (slice(None), 3, 4)))
    found = spectrum.pixel_to_world(2)
    assert isinstance(found, SpectralCoord)
    assert found.to_value(u.Hz) == pytest.approx(1.399e9)
    strip = SlicedLowLevelWCS(cube, (2, slice(None), 7))
    assert strip.world_n_dim == 2
    x = strip.world_to_pixel_values(*strip.pixel_to_world_values(11.0))
    assert np.ravel(x)[0] == pytest.approx(11.0)


def test_data_of_astropy_carry_it() -> None:
    cube = ImageWCS(system(cube=True), (5, 20, 30))
    data = NDData(np.zeros((5, 20, 30)), wcs=cube)
    assert data.wcs.pixel_to_world(1, 2, 3)[0].separation(
        cube.pixel_to_world(1, 2, 3)[0]
    ) < 1e-9 * u.arcsec  # fmt: skip


def test_cutouts_of_astropys_own_wcs_fit() -> None:
    ours, known = pair()
    cut = Cutout2D(np.zeros((20, 30)), (15, 10), 6, wcs=known)
    part = SlicedLowLevelWCS(ours, cut.slices_original)
    np.testing.assert_allclose(
        part.pixel_to_world_values(1, 2), cut.wcs.pixel_to_world_values(1, 2), rtol=1e-12
    )


@pytest.mark.parametrize("name", ["interp", "exact", "adaptive"])
def test_reproject_takes_it_as_it_takes_astropys(name: str) -> None:
    import reproject

    work = getattr(reproject, f"reproject_{name}")
    ours, known = pair("SIN", "GALACTIC")
    target = system("TAN")
    data = np.random.default_rng(6).normal(size=(20, 30))
    there = (24, 24)
    mine, covered = work((data, ours), ImageWCS(target, there), shape_out=there)
    other, also = work((data, known), WCS(target.to_header(there)), shape_out=there)
    np.testing.assert_allclose(mine, other, atol=1e-6)
    np.testing.assert_allclose(covered, also, atol=1e-6)


def test_reproject_moves_an_image_onto_itself() -> None:
    from reproject import reproject_interp

    data = np.random.default_rng(7).normal(size=(20, 30))
    ours, _ = pair("ZEA")
    moved, covered = reproject_interp((data, ours), ours, shape_out=(20, 30))
    good = np.isfinite(moved)
    assert good[1:-1, 1:-1].all()
    assert covered[good].all()
    np.testing.assert_allclose(moved[good], data[good], atol=1e-6)


@pytest.mark.parametrize("code", ["TAN", "CAR", "AIT"])
def test_matplotlib_draws_a_grid_with_it(code: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    ours, _ = pair(code)
    figure = pyplot.figure()
    axes: Any = figure.add_subplot(projection=ours)
    axes.imshow(np.zeros((20, 30)))
    axes.coords.grid(True)
    figure.canvas.draw()
    assert [coord.coord_type for coord in axes.coords] == ["longitude", "latitude"]
    pyplot.close(figure)


def test_matplotlib_draws_a_plane_of_a_cube() -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    cube = ImageWCS(system(cube=True), (5, 20, 30))
    figure = pyplot.figure()
    axes: Any = figure.add_subplot(projection=cube, slices=("x", 9, "y"))
    axes.imshow(np.zeros((5, 30)).T)
    figure.canvas.draw()
    pyplot.close(figure)
