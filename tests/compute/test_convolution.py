"""Convolution to a common beam: Gaussians stay Gaussians, and astropy agrees."""

import pickle

import numpy as np
import pytest
from astropy import units as u
from astropy.convolution import Gaussian2DKernel, convolve
from hypothesis import given
from hypothesis import strategies as st

from jupimage.compute.beam import Beam
from jupimage.compute.convolution import ConvolvedView, PlaneKernels
from jupimage.compute.gaussian import convolve_plane
from jupimage.compute.planebeams import PlaneBeams
from jupimage.compute.skyplane import pixel_area, pixel_matrix
from jupimage.coordinates import coordinatesystem, default_system
from jupimage.coordinates.record import assemble, direction_record
from jupimage.errors import ArgumentError, CoordinateError
from jupimage.lattice import Box, MemoryLattice

ONE = np.array([[-1.0, 0.0], [0.0, 1.0]])  # pixels of 1 arcsec, east to the left


def gaussian(shape, centre, beam, matrix=ONE, *, peak=1.0):
    """Return a source of a beam's shape on pixels (latitude, longitude)."""
    y, x = np.indices(shape)
    offsets = np.stack([x - centre[1], y - centre[0]]).reshape(2, -1)
    sky = matrix @ offsets
    exponent = np.einsum("in,ij,jn->n", sky, np.linalg.inv(beam.covariance), sky)
    return peak * np.exp(-0.5 * exponent).reshape(shape)


def view_of(values, beam, target, *, good=None, matrix=ONE, power=-1.0, sky=(1, 0)):
    kernels = PlaneKernels(target, PlaneBeams.single(beam), matrix, power)
    return ConvolvedView(MemoryLattice(values, good), kernels, sky=sky, planes=(None, None))


def read(view):
    return view.read(Box.whole(view.shape)).values


@pytest.mark.parametrize(
    ("beam", "target"),
    [
        (Beam(4, 4), Beam(9, 6, 30)),
        (Beam(5, 4, 70), Beam(8, 7, -20)),
        (Beam(4, 4), Beam(4.1, 4)),
        (Beam(6, 5, 10), Beam(6, 5, 10)),
        (Beam(4.0, 4.0), Beam(12, 4, 45)),
    ],
    ids=str,
)
@pytest.mark.parametrize("matrix", [ONE, [[-0.8, 0.3], [0.2, 1.1]]], ids=["north up", "turned"])
def test_a_source_of_the_beam_becomes_one_of_the_wanted_beam(beam, target, matrix):
    matrix = np.array(matrix)
    values = gaussian((90, 101), (44.3, 51.7), beam, matrix, peak=2.0)
    done = read(view_of(values, beam, target, matrix=matrix))
    np.testing.assert_allclose(
        done, gaussian((90, 101), (44.3, 51.7), target, matrix, peak=2.0), atol=2e-4
    )


def test_surface_brightness_is_kept_where_the_unit_has_no_beam():
    values = gaussian((80, 80), (40, 40), Beam(5, 5))
    done = read(view_of(values, Beam(5, 5), Beam(9, 7, 12), power=0.0))
    assert done.sum() == pytest.approx(values.sum(), rel=1e-9)


def mosaic(shape, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng


@pytest.mark.parametrize("masked", [False, True], ids=["nan", "mask"])
def test_holes_are_left_out_as_astropy_does(masked):
    values, rng = mosaic((50, 61))
    bad = rng.random(values.shape) < 0.1
    bad[20:25, 30:40] = True
    kernel = Gaussian2DKernel(3.0, 2.0, theta=0.4, x_size=61, y_size=61)
    holed = np.where(bad, np.nan, values)
    with np.errstate(all="ignore"):
        wanted = convolve(holed, kernel, boundary="fill", nan_treatment="interpolate")
    turn = np.array([[np.cos(0.4), -np.sin(0.4)], [np.sin(0.4), np.cos(0.4)]])
    covariance = turn @ np.diag([9.0, 4.0]) @ turn.T
    done = convolve_plane(*((values, ~bad) if masked else (holed, None)), covariance, 24)
    np.testing.assert_allclose(done[~bad], wanted[~bad], atol=1e-7)
    if not masked:
        assert np.isnan(done[bad]).all()


def test_infinities_stay_where_they_are_and_spread_nowhere():
    values = np.ones((40, 40))
    values[7, 9] = np.inf
    done = convolve_plane(values, None, np.eye(2) * 4, 24)
    assert done[7, 9] == np.inf
    assert np.isfinite(np.delete(done.ravel(), 7 * 40 + 9)).all()


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_all_types_of_pixels_are_convolved(dtype):
    values, rng = mosaic((40, 45))
    if dtype[0] == "c":
        values = values + 1j * rng.normal(size=values.shape)
    values = values.astype(dtype)
    done = read(view_of(values, Beam(3, 3), Beam(6, 5), power=0.0))
    assert done.dtype == dtype
    covariance = np.diag((ONE @ Beam(6, 5).difference(Beam(3, 3)) @ ONE.T).diagonal())
    parts = [
        convolve_plane(p.astype(float), None, covariance, 20) for p in (values.real, values.imag)
    ]
    wanted = parts[0] + 1j * parts[1] if dtype[0] == "c" else parts[0]
    np.testing.assert_allclose(done, wanted, atol=1e-6)


@given(st.data())
def test_any_box_is_that_of_the_whole(data):
    shape = (3, 70, 2, 80)
    values, rng = mosaic(shape)
    good = rng.random(shape) > 0.05
    view = ConvolvedView(
        MemoryLattice(values, good),
        PlaneKernels(Beam(7, 6, 20), PlaneBeams.single(Beam(4, 3, 60)), ONE),
        sky=(1, 3),
        planes=(0, 2),
    )
    whole = view.read(Box.whole(shape))
    starts = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    stops = tuple(data.draw(st.integers(a + 1, n)) for a, n in zip(starts, shape, strict=True))
    steps = tuple(data.draw(st.integers(1, 4)) for _ in shape)
    box = Box(starts, stops, steps)
    part = view.read(box)
    np.testing.assert_allclose(part.values, whole.values[box.slices], atol=1e-7)
    np.testing.assert_array_equal(part.good, good[box.slices])
    assert view.read(box, values=False).values is None


def test_a_large_read_is_cut_into_planes(monkeypatch):
    from jupimage.compute import convolution

    values, _ = mosaic((4, 60, 50))
    view = ConvolvedView(
        MemoryLattice(values),
        PlaneKernels(Beam(7, 6), PlaneBeams.single(Beam(4, 3)), ONE),
        sky=(2, 1),
        planes=(0, None),
    )
    together = read(view)
    monkeypatch.setattr(convolution, "_TOGETHER", 100)
    np.testing.assert_allclose(read(view), together, atol=1e-12)


def test_each_plane_has_its_own_kernel():
    beams = np.empty((3, 2), object)
    for index in np.ndindex(3, 2):
        beams[index] = Beam(4 + index[0], 4, 30 * index[1])
    beams[1, 1] = None
    values = np.zeros((2, 3, 64, 64))
    for stokes, channel in np.ndindex(2, 3):
        if beams[channel, stokes]:
            values[stokes, channel] = gaussian((64, 64), (32, 32), beams[channel, stokes])
    kernels = PlaneKernels(Beam(9, 8), PlaneBeams(beams), ONE, -1.0)
    view = ConvolvedView(MemoryLattice(values), kernels, sky=(3, 2), planes=(1, 0))
    done = read(view)
    wanted = gaussian((64, 64), (32, 32), Beam(9, 8))
    for stokes, channel in np.ndindex(2, 3):
        if (channel, stokes) == (1, 1):
            assert np.isnan(done[stokes, channel]).all()
        else:
            np.testing.assert_allclose(done[stokes, channel], wanted, atol=2e-4)


def test_a_smaller_beam_is_refused_with_the_channel():
    beams = np.empty((3, 1), object)
    beams[:, 0] = [Beam(4, 4), Beam(4, 4), Beam(12, 4, 90)]
    with pytest.raises(ArgumentError, match=r'8" x 8".* smaller.* 12" x 4", .* of channel 2'):
        PlaneKernels(Beam(8, 8), PlaneBeams(beams), ONE)


def test_the_view_travels():
    values, _ = mosaic((40, 40))
    view = view_of(values, Beam(3, 3), Beam(6, 5))
    np.testing.assert_array_equal(read(pickle.loads(pickle.dumps(view))), read(view))


class Like:
    """What the package radio_beam makes, as far as it matters."""

    major, minor, pa = 0.2 * u.arcmin, 10 * u.arcsec, 30 * u.deg


@pytest.mark.parametrize(
    "given",
    [
        Beam(12, 10, 30),
        Like(),
        (12 * u.arcsec, 10 * u.arcsec, 30 * u.deg),
        ["12arcsec", "10 arcsec", "30deg"],
        Beam(12, 10, 30).record(),
    ],
    ids=["beam", "object", "quantities", "texts", "record"],
)
def test_beams_are_given_in_many_ways(given):
    assert Beam.of(given) == Beam(12, 10, 30)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "a beam is given as"),
        ("wide", "the major of a beam is an angle"),
        (3 * u.m, "the major of a beam is an angle"),
        (("1arcsec", "2arcsec", "0deg"), "no shorter than its minor"),
        ("0 arcsec", "above 0"),
        (("1arcsec", "1arcsec", "0deg", "0deg"), "a beam is given as"),
        (("1arcsec", 3, "0deg"), "the minor of a beam"),
        (np.nan * u.arcsec, "above 0"),
        ({}, "the major"),
    ],
    ids=str,
)
def test_what_is_no_beam_is_refused(given, message):
    with pytest.raises(ArgumentError, match=message):
        Beam.of(given)


def test_area_is_that_of_the_gaussian():
    beam = Beam(12, 7, 33)
    wanted = 2 * np.pi * np.sqrt(np.linalg.det(beam.covariance)) * (u.arcsec**2).to(u.sr)
    assert beam.area == pytest.approx(wanted, rel=1e-12)


def sky_system(**settings):
    record = direction_record(
        **{"crval": (30.0, 40.0), "cdelt": (-0.1, 0.1), "crpix": (5.0, 6.0), **settings},
        units=("deg", "deg"),
    )
    return coordinatesystem(assemble([("direction", record, (0, 1))]))


TURN = [[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pc": TURN},
        {"pc": [[1, 0.3], [-0.2, 0.9]], "projection": "TAN"},
        {"crval": (30.0, 90.0)},
        {"crval": (30.0, 90.0), "projection": "TAN", "pc": TURN},
        {"crval": (210.0, -60.0), "projection": "ZEA", "cdelt": (0.1, -0.2)},
    ],
    ids=["plain", "turned", "sheared", "pole", "turned pole", "mirrored"],
)
def test_pixels_near_the_reference_are_those_of_the_matrix(settings):
    system = sky_system(**settings)
    record = system["direction"].dict()
    wanted = np.diag(record["cdelt"]) @ record["pc"] * 3600
    np.testing.assert_allclose(pixel_matrix(system), wanted, rtol=1e-5, atol=1e-3)
    area = abs(np.linalg.det(wanted)) * (u.arcsec**2).to(u.sr)
    assert pixel_area(system) == pytest.approx(area, rel=1e-5)


def test_a_turned_native_pole_turns_the_pixels():
    matrix = pixel_matrix(sky_system(longpole=150.0))
    angle = np.degrees(np.arctan2(matrix[0, 1], matrix[1, 1]))
    assert abs(angle) == pytest.approx(30, abs=1e-3)


def test_position_angles_count_in_the_frame_of_the_projection():
    system = sky_system()
    plain = pixel_matrix(system)
    system["direction"].dict()["conversionSystem"] = "GALACTIC"
    np.testing.assert_allclose(pixel_matrix(system), plain)


def test_pixels_without_a_sky_have_no_size():
    strip = default_system((4, 8, 8)).section(Box((0, 3, 0), (4, 4, 8)), drop=(1,))
    with pytest.raises(CoordinateError, match="both axes of the sky are needed"):
        pixel_matrix(strip)
