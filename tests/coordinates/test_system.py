"""The coordinate system as an object."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from jupimage.coordinates import (
    coordinatesystem,
    default_system,
    directioncoordinate,
    linearcoordinate,
    spectralcoordinate,
)
from jupimage.coordinates.record import (
    assemble,
    linear_record,
    measure,
    spectral_record,
    tabular_record,
)
from jupimage.errors import CoordinateError


def cube() -> coordinatesystem:
    return default_system((7, 3, 4, 5))


def test_importing_the_room_loads_no_astropy() -> None:
    code = "import sys, jupimage.coordinates; print([m for m in sys.modules if 'astropy' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_record_is_kept_and_not_copied() -> None:
    record = cube().dict()
    assert coordinatesystem(record).dict() is record


@pytest.mark.parametrize("record", [{}, {"telescope": "ALMA"}, {"direction": {}}, {"foo0": {}}])
def test_record_without_coordinates_is_a_lookup_error(record: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="holds no coordinate") as caught:
        coordinatesystem(record)
    assert isinstance(caught.value, CoordinateError)


def test_copy_is_independent() -> None:
    system = cube()
    other = system.copy()
    other["direction"].set_referencepixel([9, 9])
    assert system["direction"].get_referencepixel().tolist() == [2, 2]
    assert other["direction"].get_referencepixel().tolist() == [9, 9]


def test_names_and_iteration_start_with_the_slowest_axis() -> None:
    system = cube()
    assert system.get_names() == ["spectral", "stokes", "direction"]
    assert [type(c).__name__ for c in system] == [
        "spectralcoordinate", "stokescoordinate", "directioncoordinate"
    ]  # fmt: skip
    assert system.get_axes() == ["Frequency", ["Stokes"], ["Declination", "Right Ascension"]]
    assert system.get_unit() == ["Hz", [], ["'", "'"]]


def test_getters_turn_the_record_round() -> None:
    sky = cube()["direction"]
    assert isinstance(sky, directioncoordinate)
    assert sky.get_increment().tolist() == [1, -1]
    assert sky.dict()["cdelt"].tolist() == [-1, 1]
    assert sky.get_frame() == "J2000"
    assert sky.get_projection() == "SIN"
    assert (sky.get_axis_size(), sky.get_axis_size(1), sky.get_axis_size(2)) == (5, 4, -1)
    assert (sky.get_image_axis(), sky.get_image_axis(-1), sky.get_image_axis(9)) == (2, 3, -1)


def test_spectral_getters_are_scalars() -> None:
    axis = cube()["spectral"]
    assert axis.get_referencepixel() == 3
    assert axis.get_referencevalue() == 1.415e9
    assert axis.get_increment() == 1000
    assert axis.get_restfrequency() == pytest.approx(1420405751.786)
    assert axis.get_frame() == "LSRK"
    assert axis.get_conversion()["system"] == "LSRK"


def test_tabulated_spectral_axis_answers_from_its_table() -> None:
    record = spectral_record(table=(np.arange(3.0), np.array([1e9, 1.1e9, 1.4e9])))
    axis = spectralcoordinate(record)
    assert (axis.get_referencepixel(), axis.get_referencevalue()) == (0, 1e9)
    assert axis.get_increment() == 2e8
    assert "Reference Value : 1000000000.0 Hz" in str(axis)
    with pytest.raises(CoordinateError, match="tabulated"):
        axis.set_increment([1.0])


def test_setters_write_the_record_and_change_the_conversion() -> None:
    system = cube()
    before = system.toworld([3, 0, 2, 2])
    system["direction"].set_referencepixel([0, 0])
    system["spectral"].set_referencevalue(1e9)
    after = system.toworld([3, 0, 2, 2])
    assert before[0] == 1.415e9
    assert after[0] == 1e9
    assert after[2:] != before[2:]


def test_change_inside_an_array_of_the_record_is_seen() -> None:
    system = cube()
    system.toworld([3, 0, 2, 2])
    system.dict()["direction0"]["crval"][1] = 60.0
    assert system.toworld([3, 0, 2, 2])[2] == pytest.approx(60.0)


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0, 3.0], 5.0, [[1.0, 2.0]]])
def test_setter_refuses_another_number_of_values(values: Any) -> None:
    with pytest.raises(AssertionError, match="referencepixel needs 2 values"):
        cube()["direction"].set_referencepixel(values)


def test_unknown_name_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="no 'linear' coordinate, only spectral, stokes"):
        cube()["linear"]


def test_coordinate_is_replaced_by_one_of_its_kind_only() -> None:
    system = cube()
    sky = copy.deepcopy(system["direction"].dict())
    system["direction"] = directioncoordinate(sky)
    assert system.dict()["direction0"] is sky
    with pytest.raises(AssertionError, match="got linearcoordinate"):
        system["direction"] = linearcoordinate(sky)


def test_information_about_the_observation() -> None:
    system = cube()
    assert system.get_telescope() == "ALMA"
    assert system.get_observer() == "Karl Jansky"
    assert system.get_obsdate()["m0"]["unit"] == "d"
    bare = coordinatesystem({"direction0": system.dict()["direction0"]})
    assert bare.get_telescope() is bare.get_observer() is bare.get_obsdate() is None
    assert bare.ndim == 2


def test_summary_prints_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    cube().summary()
    assert "Direction Coordinate:\n Reference Pixel : [2. 2.]" in capsys.readouterr().out


def test_axes_are_in_numpy_order() -> None:
    system = cube()
    assert [axis.kind for axis in system.axes()] == ["spectral", "stokes", *["direction"] * 2]
    assert [axis.world for axis in system.axes()] == [0, 1, 2, 3]
    assert [axis.part for axis in system.axes()] == [0, 0, 1, 0]
    assert system.axes()[1].labels == ("I", "Q", "U")
    assert system.axes()[0].unit == "Hz"
    assert system.axes()[3].projection == "SIN"
    assert system.direction_axes() == (3, 2)
    assert system.spectral_axis() == 0
    assert system.stokes_axis() == 1


def test_axes_that_are_not_there() -> None:
    spectrum = default_system((9,))
    assert spectrum.direction_axes() is None
    assert spectrum.stokes_axis() is None
    assert spectrum.spectral_axis() == 0


def test_one_position_gives_a_list() -> None:
    system = cube()
    for pixel in ([3, 0, 2, 2], (3, 0, 2, 2), np.array([3, 0, 2, 2])):
        world = system.toworld(pixel)
        assert isinstance(world, list)
        assert all(type(value) is float for value in world)
    assert default_system((9,)).toworld(4) == default_system((9,)).toworld([4]) == [1.415e9]


def test_many_positions_keep_their_shape() -> None:
    system = cube()
    pixels = np.zeros((2, 3, 4))
    pixels[1, 2] = [1, 9, 0, 0]
    world = system.toworld(pixels)
    assert world.shape == (2, 3, 4)
    assert np.isnan(world[1, 2]).all()
    assert np.isfinite(world[0]).all()
    assert pixels[1, 2].tolist() == [1, 9, 0, 0]
    assert system.toworld(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize(
    "pixel", ["abcd", None, [None] * 4, [1, [2, 3], 4, 5], ["1"] * 4, [1j] * 4]
)
def test_position_that_is_no_numbers_is_a_type_error(pixel: Any) -> None:
    with pytest.raises(TypeError, match="pixel needs 4 numbers"):
        cube().toworld(pixel)


@pytest.mark.parametrize("pixel", [[1, 2], [1, 2, 3, 4, 5], 3, [[1, 2]]])
def test_wrong_number_of_values_is_refused(pixel: Any) -> None:
    with pytest.raises(CoordinateError, match="needs 4"):
        cube().toworld(pixel)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_position_without_answer_is_an_error(bad: float) -> None:
    system = cube()
    with pytest.raises(CoordinateError, match="has no world values"):
        system.toworld([0, 0, bad, 0])
    with pytest.raises(CoordinateError, match="has no pixel"):
        system.topixel([1.4e9, 1.0, bad, 0])


def test_stokes_are_found_by_their_number() -> None:
    system = cube()
    assert system.toworld([0, 1.6, 2, 2])[1] == 3.0
    assert system.topixel([1.415e9, 2.0, 0, 0])[1] == 1.0
    with pytest.raises(CoordinateError, match="no pixel"):
        system.topixel([1.415e9, 4.0, 0, 0])


def test_table_goes_on_beyond_its_ends() -> None:
    record = tabular_record(np.arange(3.0), np.array([10.0, 13.0, 20.0]), name="t", unit="s")
    system = coordinatesystem(assemble([("tabular", record, (0,))]))
    assert system.toworld([[-1.0], [0.5], [4.0]]).ravel().tolist() == [7.0, 11.5, 34.0]
    assert system.topixel([34.0]) == [4.0]


def test_several_coordinates_of_one_kind() -> None:
    one = linear_record(names=["a"], units=["m"], crval=[1], cdelt=[1], crpix=[0])
    two = linear_record(names=["b"], units=["s"], crval=[5], cdelt=[2], crpix=[0])
    system = coordinatesystem(assemble([("linear", one, (0,)), ("linear", two, (1,))]))
    assert system.get_names() == ["linear", "linear"]
    assert [axis.name for axis in system.axes()] == ["b", "a"]
    assert system["linear"].get_axes() == ["a"]
    assert system.toworld([1, 1]) == [7.0, 2.0]


BROKEN: dict[str, dict[str, Any]] = {
    "matrix without inverse": {"pc": np.ones((2, 2))},
    "increment 0": {"cdelt": np.zeros(2)},
    "NaN": {"crval": np.array([np.nan, 0])},
    "unknown projection": {"projection": "XYZ"},
    "projection that is no code": {"projection": "<script>"},
    "unknown unit": {"units": ["Jy", "Jy"]},
    "too many values": {"crpix": np.zeros(5)},
    "unknown frame to convert to": {"conversionSystem": "MARS"},
    "text": {"cdelt": "abc"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_broken_record_can_be_looked_at_but_not_used(change: dict[str, Any]) -> None:
    system = cube()
    system.dict()["direction0"].update(change)
    str(system)
    with pytest.raises(CoordinateError):
        system.toworld([0, 0, 0, 0])


def test_axis_maps_that_contradict_each_other_are_refused() -> None:
    system = cube()
    system.dict()["pixelmap1"] = np.array([0])
    with pytest.raises(CoordinateError, match="pixelmap must name each axis once"):
        system.toworld([0, 0, 0, 0])


def test_system_can_be_pickled() -> None:
    system = cube()
    world = system.toworld([1, 1, 1, 1])
    assert pickle.loads(pickle.dumps(system)).toworld([1, 1, 1, 1]) == world


def test_threads_get_the_same_answers() -> None:
    system = default_system((64, 256, 256))
    rng = np.random.default_rng(1)
    pixels = [rng.uniform(0, 60, (3000, 3)) for _ in range(40)]
    expected = [system.toworld(pixel) for pixel in pixels]
    with ThreadPoolExecutor(8) as pool:
        for ours, known in zip(pool.map(system.toworld, pixels), expected, strict=True):
            np.testing.assert_array_equal(ours, known)
        for ours, known in zip(pool.map(system.topixel, expected), pixels, strict=True):
            np.testing.assert_allclose(ours, known, atol=1e-9)


def test_velocity_is_the_radio_one() -> None:
    axis = spectralcoordinate(spectral_record(restfrequency=1.42e9))
    assert axis.velocity(1.42e9) == 0.0
    np.testing.assert_allclose(axis.velocity([0.0, 1.42e9 / 2]), [299792.458, 149896.229])
    with pytest.raises(CoordinateError, match="needs a rest frequency"):
        spectralcoordinate(spectral_record()).velocity(1e9)


def test_rest_frequency_is_in_the_unit_of_the_axis() -> None:
    record = spectral_record(crval=1.4, cdelt=0.001, restfrequency=1.42)
    record["unit"] = "GHz"
    assert spectralcoordinate(record).restfrequency == 1.42e9


def test_frequencies_without_a_known_frame_are_not_converted() -> None:
    record = spectral_record(system="Undefined", crval=1e9, cdelt=1e6)
    record["conversion"]["system"] = "BARY"
    system = coordinatesystem(assemble([("spectral", record, (0,))]))
    with pytest.raises(CoordinateError, match="velocity frame 'Undefined'"):
        system.toworld([0])


def test_conversion_to_the_observer_needs_a_date() -> None:
    record = spectral_record(system="LSRK", crval=1e9, cdelt=1e6)
    record["conversion"]["system"] = "TOPO"
    system = coordinatesystem(assemble([("spectral", record, (0,))]))
    with pytest.raises(CoordinateError, match="needs a date"):
        system.toworld([0])
    record["conversion"]["epoch"] = measure("epoch", "UTC", (55000.25, "d"))
    assert system.toworld([0])[0] == pytest.approx(1e9, rel=2e-4)
