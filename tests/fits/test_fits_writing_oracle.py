"""Files that are written here beside those that the real library writes of the same image."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jupimage.coordinates import coordinatesystem
from jupimage.coordinates.record import (
    assemble,
    direction_record,
    measure,
    observation,
    spectral_record,
    stokes_record,
)
from tests.fits.fitswriting import save, split

if TYPE_CHECKING:
    from tests.conftest import Oracle

DATA = Path(__file__).resolve().parents[1] / "data" / "formats"

# Made by python-casacore, of single precision, and such that it can write them.
IMAGES = (
    "attrs", "dir_AIT", "dir_ARC", "dir_CAR", "dir_HPX", "dir_MER", "dir_NCP", "dir_SFL", "dir_SIN",
    "dir_STG", "dir_TAN", "dir_ZEA", "dir_conv", "dir_rot", "f4_1d", "f4_2d", "f4_default",
    "longlog", "masknamed", "masks3", "multibeam", "multibeam_1chan", "nodefault", "quality",
    "spec_tab", "spec_vel", "tabular", "tile_1", "transposed",
)  # fmt: skip

SETTINGS: dict[str, dict[str, Any]] = {
    "optical": {},
    "frequency": {"velocity": False},
    "radio": {"optical": False},
    "integers": {"bitpix": 16},
    "limited integers": {"bitpix": 16, "minpix": -1.0, "maxpix": 2.1},
}

# Who wrote the file and when; names of axes with small letters, which only we keep.
OWN = {"DATE", "ORIGIN", *(f"CNAME{number}" for number in range(1, 5))}


def unpack(name: str, folder: Path) -> str:
    with tarfile.open(DATA / f"{name}.img.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return str(folder / f"{name}.img")


def save_copy(path: str, im: Any, settings: dict[str, Any]) -> tuple[str, ...]:
    """Write what the real library says about an image."""
    values, mask = im.getdata(), im.getmask()
    return save(
        path,
        values,
        ~mask if mask.any() else None,
        settings=settings,
        coordinates=coordinatesystem(im.coordinates().dict()),
        unit=im.unit(),
        imageinfo=im.imageinfo(),
        miscinfo=im.miscinfo(),
        history=im.history(),
    )


def assert_same_value(key: str, own: Any, wanted: Any, tolerance: float = 2e-12) -> None:
    if isinstance(wanted, str):
        assert str(own).strip() == wanted.strip(), key
    elif isinstance(wanted, bool):
        assert own is wanted, key
    else:
        # casacore writes 13 digits, of these two 8
        near = 2e-7 if key in ("DATAMIN", "DATAMAX") else tolerance
        assert own == pytest.approx(wanted, rel=near, abs=0), key


@pytest.mark.parametrize("choice", SETTINGS)
@pytest.mark.parametrize("name", IMAGES)
def test_file_is_that_of_casacore(name: str, choice: str, tmp_path: Path, oracle: Oracle) -> None:
    im = oracle.images.image(unpack(name, tmp_path))
    theirs, ours = str(tmp_path / "theirs.fits"), str(tmp_path / "ours.fits")
    settings = SETTINGS[choice]
    im.tofits(theirs, **settings)
    save_copy(ours, im, {"velocity": True} | settings)
    (wanted, _, pixels), (found, _, own_pixels) = split(theirs), split(ours)
    assert set(found) - OWN == set(wanted) - OWN
    if name == "quality" and choice == "integers":
        return  # there each part is scaled by itself
    for key in set(wanted) - OWN:
        # the factor between two velocity frames is good to a few mm/s
        assert_same_value(key, found[key], wanted[key], 2e-8 if name == "spec_vel" else 2e-12)
    size = abs(wanted["BITPIX"]) // 8
    count = int(np.prod([wanted[f"NAXIS{n}"] for n in range(1, wanted["NAXIS"] + 1)])) * size
    assert own_pixels[:count] == pixels[:count]
    oracle.count(len(wanted) + 1)


@pytest.mark.parametrize("choice", ["frequency", "integers"])
@pytest.mark.parametrize("name", [*IMAGES, "info", "be_f4", "regions", "stokes_odd", "tsm_shape"])
def test_casacore_reads_what_we_write(
    name: str, choice: str, tmp_path: Path, oracle: Oracle
) -> None:
    im = oracle.images.image(unpack(name, tmp_path))
    settings = SETTINGS[choice] | {"velocity": False}
    path = str(tmp_path / "ours.fits")
    losses = save_copy(path, im, settings)
    copy = oracle.images.image(path)
    values, mask = im.getdata(), im.getmask() | np.isnan(im.getdata())
    if name == "quality":
        values, mask = values[0], mask[0]
    np.testing.assert_array_equal(copy.getmask(), mask)
    step = np.ptp(im.getdata()[~im.getmask()]) / 65000 if choice == "integers" else 0.0
    np.testing.assert_allclose(copy.getdata()[~mask], values[~mask], rtol=1e-6, atol=step)
    assert copy.unit() == im.unit()
    assert_same_info(copy.imageinfo(), im.imageinfo())
    ndim = values.ndim
    if name == "f4_2d":
        return  # casacore takes axes called X and Y for a sky, in its own files as well
    if name not in ("quality", "stokes_odd", "dir_conv", "tabular", "spec_tab"):
        for pixel in (np.zeros(ndim), np.array(values.shape) - 1.0):
            own, wanted = copy.toworld(pixel), im.toworld(pixel)
            compare_worlds(own, wanted, coordinatesystem(im.coordinates().dict()))
    else:
        assert losses
    oracle.count(4)


def assert_same_info(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert found["imagetype"] == wanted["imagetype"]
    assert found["objectname"] == wanted["objectname"]
    assert found.get("perplanebeams", {}).keys() == wanted.get("perplanebeams", {}).keys()
    mine, theirs = beams_of(found), beams_of(wanted)
    np.testing.assert_allclose(mine, theirs, rtol=2e-7)


def beams_of(info: dict[str, Any]) -> list[float]:
    beams = [info["restoringbeam"]] if "restoringbeam" in info else []
    planes = info.get("perplanebeams", {})
    beams += [planes[key] for key in sorted(planes) if key.startswith("*")]
    seconds = {"arcsec": 1.0, "deg": 3600.0, "arcmin": 60.0, "rad": np.degrees(3600.0)}
    return [
        beam[part]["value"] * seconds[beam[part]["unit"]]
        for beam in beams
        for part in ("major", "minor", "positionangle")
    ]


def compare_worlds(found: Any, wanted: Any, system: coordinatesystem) -> None:
    """Compare positions in rad, deg, arcmin, Hz or GHz: files have their own units."""
    from jupimage.coordinates.units import degrees, hertz

    for axis, (own, theirs) in zip(system.axes(), zip(found, wanted, strict=True), strict=True):
        if axis.kind == "direction":
            own, theirs = np.degrees(own), theirs * degrees(axis.unit)
            assert (own - theirs + 180) % 360 - 180 == pytest.approx(0, abs=1e-9)
        elif axis.kind == "spectral":
            assert own == pytest.approx(theirs * hertz(axis.unit), rel=2e-9)
        else:
            assert own == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_history_with_times_is_that_of_casacore(tmp_path: Path, oracle: Oracle) -> None:
    from jupimage.formats import Entry

    path = unpack("longlog", tmp_path)
    im = oracle.images.image(path)
    im.tofits(str(tmp_path / "theirs.fits"))
    log = oracle.tables.table(path + "/logtable", ack=False)
    lines = [
        Entry(
            row["MESSAGE"],
            time=row["TIME"],
            priority=row["PRIORITY"],
            location=row["LOCATION"],
            object_id=row["OBJECT_ID"],
        )
        for row in log
    ]
    log.close()
    save(tmp_path / "ours.fits", np.zeros((2, 3), np.float32), history=lines)
    _, wanted, _ = split(tmp_path / "theirs.fits")
    _, found, _ = split(tmp_path / "ours.fits")
    assert found == [line.rstrip() for line in wanted]
    again = oracle.images.image(str(tmp_path / "ours.fits"))
    assert again.history() == [line.rstrip() for line in im.history()]
    oracle.count(2)


def test_history_that_casacore_garbles_survives(tmp_path: Path, oracle: Oracle) -> None:
    from jupimage.formats import Entry

    lines = ["first", "", "two\nlines", "> cited", "é" * 3, "x" * 71 + " blank at the cut", "last"]
    timed = [Entry(line, time=4.75e9 + n, priority="WARN") for n, line in enumerate(lines)]
    wanted = ["first", "two", "lines", " > cited", "???", lines[5], "last"]
    for number, history in enumerate((lines, timed)):
        path = tmp_path / f"{number}.fits"
        losses = save(path, np.zeros((2, 3), np.float32), history=history)
        assert oracle.images.image(str(path)).history() == wanted
        assert [loss for loss in losses if "history" in loss] == [
            "1 empty line of the history",
            "line breaks within 1 line of the history, which are parted",
            "letters beyond ASCII in 1 line of the history, replaced by '?'",
        ]
    oracle.count(2)


SPECTRAL = ("REST", "LSRK", "LSRD", "BARY", "GEO", "TOPO", "GALACTO", "LGROUP", "CMB", "Undefined")


@pytest.mark.parametrize("rest", [1.42e9, 0.0], ids=["rest frequency", "no rest frequency"])
@pytest.mark.parametrize("frame", SPECTRAL)
def test_velocity_frame_survives(frame: str, rest: float, tmp_path: Path, oracle: Oracle) -> None:
    record = spectral_record(system=frame, crval=1.4e9, cdelt=1e6, crpix=1.0, restfrequency=rest)
    for number, settings in enumerate(SETTINGS.values()):
        path = str(tmp_path / f"{number}.fits")
        system = coordinatesystem(assemble([("spectral", record, [0])]))
        save(path, np.arange(5, dtype=np.float32), settings=settings, coordinates=system)
        found = oracle.images.image(path).coordinates().dict()["spectral0"]
        assert (found["system"], found["restfreq"]) == (frame, rest)
    oracle.count(len(SETTINGS))


FRAMES = ("J2000", "B1950", "B1950_VLA", "ICRS", "GALACTIC", "SUPERGAL", "ECLIPTIC")


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("projection", ["SIN", "TAN", "ARC", "STG", "ZEA", "CAR", "SFL", "AIT"])
def test_sky_survives(frame: str, projection: str, tmp_path: Path, oracle: Oracle) -> None:
    record = direction_record(
        crval=(1.234567890123456, -0.567890123456789),
        cdelt=(-1.1e-5, 1.2e-5),
        crpix=(2.25, -1.75),
        pc=[[0.8, -0.6], [0.6, 0.8]],
        system=frame,
        projection=projection,
    )
    path = str(tmp_path / "a.fits")
    system = coordinatesystem(assemble([("direction", record, [0, 1])]))
    assert save(path, np.zeros((3, 4), np.float32), coordinates=system) == ()
    found = oracle.images.image(path).coordinates().dict()["direction0"]
    assert (found["system"], found["projection"]) == (frame, projection)
    for key in ("crval", "cdelt", "crpix", "pc", "longpole", "latpole"):
        np.testing.assert_allclose(found[key], record[key], rtol=1e-15, atol=1e-15)
    oracle.count(8)


def test_observation_survives(tmp_path: Path, oracle: Oracle) -> None:
    known = observation(
        telescope="ATCA",
        observer="A. Test",
        obsdate=measure("epoch", "UTC", (55000.123456789, "d")),
        pointing=(0.3, -0.4),
        position=(2.6101423190348916, -0.5261379196128062, 6372960.257723439),
    )
    sky = direction_record(crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(1.0, 1.0))
    system = coordinatesystem(assemble([("direction", sky, [0, 1])], known))
    save(tmp_path / "a.fits", np.zeros((3, 4), np.float32), coordinates=system)
    found = oracle.images.image(str(tmp_path / "a.fits")).coordinates().dict()
    assert (found["telescope"], found["observer"]) == ("ATCA", "A. Test")
    assert found["obsdate"]["m0"]["value"] == known["obsdate"]["m0"]["value"]
    np.testing.assert_allclose(found["pointingcenter"]["value"], (0.3, -0.4), rtol=1e-14)
    for part in ("m0", "m1", "m2"):
        assert found["telescopeposition"][part]["value"] == pytest.approx(
            known["telescopeposition"][part]["value"], rel=1e-12
        )
    oracle.count(7)


@pytest.mark.parametrize(
    "names",
    [["I"], ["I", "Q", "U", "V"], ["I", "V"], ["RR", "LL"], ["LL", "RR"], ["XX", "YY"],
     ["XX", "YX"], ["V", "U", "Q", "I"], ["Ptotal", "Plinear"], ["XX", "XY"]],
    ids=" ".join,
)  # fmt: skip
def test_stokes_parameters_survive(names: list[str], tmp_path: Path, oracle: Oracle) -> None:
    sky = direction_record(crval=(1.0, -0.5), cdelt=(-1e-5, 1e-5), crpix=(1.0, 1.0))
    system = coordinatesystem(
        assemble([("direction", sky, [0, 1]), ("stokes", stokes_record(names), [2])])
    )
    values = np.zeros((len(names), 3, 4), np.float32)
    assert save(tmp_path / "a.fits", values, coordinates=system) == ()
    found = oracle.images.image(str(tmp_path / "a.fits")).coordinates().dict()
    assert list(found["stokes1"]["stokes"]) == names
    oracle.count()


@pytest.mark.parametrize("seed", range(6))
def test_integers_are_those_of_casacore(seed: int, tmp_path: Path, oracle: Oracle) -> None:
    rng = np.random.default_rng(seed)
    values = (rng.standard_normal((40, 50)) * 10 ** rng.uniform(-8, 8)).astype(np.float32)
    values += np.float32(rng.uniform(-3, 3) * values.std())
    good: NDArray[np.bool_] | None = rng.random(values.shape) > 0.1 if seed % 2 else None
    limits = {"minpix": float(-values.std()), "maxpix": float(values.std())} if seed > 3 else {}
    if seed == 4:
        values[3, 4] = np.nan
    mask = {} if good is None else {"mask": ~good}
    im = oracle.images.image("", values=values, **mask)
    theirs, ours = str(tmp_path / "theirs.fits"), str(tmp_path / "ours.fits")
    im.tofits(theirs, bitpix=16, **limits)
    save(ours, values, good, settings={"bitpix": 16, **limits})
    (wanted, _, pixels), (found, _, own) = split(theirs), split(ours)
    assert own[: values.size * 2] == pixels[: values.size * 2]
    for key in ("BSCALE", "BZERO"):
        assert found[key] == pytest.approx(wanted[key], rel=2e-12, abs=1e-12 * abs(wanted["BZERO"]))
    assert ("BLANK" in found) == ("BLANK" in wanted)
    oracle.count(2)
