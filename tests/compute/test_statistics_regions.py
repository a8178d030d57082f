"""Many regions in every channel, from one pass over the image."""

import numpy as np
import pytest

from jupimage import image, options
from jupimage.compute.eligibility import Eligibility
from jupimage.compute.regionfigures import describe_regions
from jupimage.compute.statistics import describe
from jupimage.compute.walk import Walk
from jupimage.lattice import Box, MemoryLattice, SectionView
from jupimage.regions.region import PlacedRegion
from jupimage.regions.selection import SelectedView
from jupimage.regions.shapes import EllipsoidRegion

SHAPE = (6, 20, 22)


class Counted(MemoryLattice):
    """Pixels in memory that count how many were read."""

    pixels = 0

    def read(self, box, *, values=True, good=True):
        """Read, and count."""
        self.pixels += box.size
        return super().read(box, values=values, good=good)


def some_regions(rng):
    flags = rng.random(SHAPE) < 0.2
    return [
        EllipsoidRegion(np.array([2.5, 9, 10]), np.array([3.0, 6, 5]), SHAPE),
        PlacedRegion(None, Box((0, 3, 4), (6, 9, 9)), SHAPE),
        PlacedRegion(None, Box((2, 0, 0), (4, 20, 22)), SHAPE),
        PlacedRegion(MemoryLattice(flags), Box.whole(SHAPE), SHAPE),
    ]


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("memory", [96e6, 4e3], ids=["ample", "scarce"])
@pytest.mark.parametrize("masked", [False, True], ids=["all good", "masked"])
def test_each_region_in_each_channel_has_its_own_figures(monkeypatch, axis, memory, masked):
    monkeypatch.setattr(options, "memory", memory)
    rng = np.random.default_rng(1)
    values = rng.normal(size=SHAPE)
    lattice = MemoryLattice(values, rng.random(SHAPE) < 0.7 if masked else None)
    regions = some_regions(rng)
    found = describe_regions(lattice, regions, axis, Eligibility(), Walk(), robust=True)
    assert found.low.shape == (4, SHAPE[axis])
    for number, region in enumerate(regions):
        view = SelectedView(lattice, region)
        for channel in range(SHAPE[axis]):
            start, stop = [0, 0, 0], list(SHAPE)
            start[axis], stop[axis] = channel, channel + 1
            single = SectionView(view, Box(tuple(start), tuple(stop)))
            wanted = describe(single, Eligibility(), Walk(), robust=True)[0].parts()
            for name, array in found.parts().items():
                got = array[number, channel]
                assert np.isclose(got, wanted[name], rtol=1e-10, equal_nan=True), (name, channel)


def test_the_image_is_read_once_for_all_regions():
    lattice = Counted(np.random.default_rng(2).normal(size=SHAPE))
    regions = some_regions(np.random.default_rng(3)) * 5
    describe_regions(lattice, regions, 0, Eligibility(), Walk(), robust=True)
    assert lattice.pixels == lattice.shape[0] * 20 * 22


def test_only_the_part_that_regions_reach_is_read():
    lattice = Counted(np.random.default_rng(2).normal(size=SHAPE))
    regions = [PlacedRegion(None, Box((0, k, 4), (6, k + 2, 6)), SHAPE) for k in (1, 5)]
    describe_regions(lattice, regions, 0, Eligibility(), Walk(), robust=False)
    assert lattice.pixels == 6 * 6 * 2


def beamed(values, **beams):
    im = image("", values=values)
    im.setunit("Jy/beam")
    im.putimageinfo({"imagetype": "Intensity", "objectname": "", **beams})
    return im


def angle(value):
    return {"value": value, "unit": "arcsec"}


BEAM = {"major": angle(240.0), "minor": angle(180.0), "positionangle": {"value": 0, "unit": "deg"}}


def test_the_table_has_units_channels_and_fluxes():
    from astropy import units

    rng = np.random.default_rng(4)
    im = beamed(rng.normal(size=(8, 12, 13)), restoringbeam=BEAM)
    inside = np.zeros(im.shape, bool)
    inside[:, 3:6, 4:9] = True
    table = im.region_statistics({"box": inside, "disc": "image; circle(5, 6, 2)"})
    assert len(table) == 16
    assert table["region"].tolist() == ["box"] * 8 + ["disc"] * 8
    assert table["channel"].tolist() == list(range(8)) * 2
    assert table["npts"][0] == 15
    assert table["mean"].unit == units.Jy / units.beam
    values = im.getdata()[:, 3:6, 4:9]
    np.testing.assert_allclose(table["sum"][:8].value, values.sum(axis=(1, 2)))
    np.testing.assert_allclose(table["median"][:8].value, np.median(values, axis=(1, 2)))
    np.testing.assert_allclose(table["sigma"][:8].value, values.std(axis=(1, 2), ddof=1))
    beam_pixels = np.pi * 4 * 3 / (4 * np.log(2))  # pixels of an arc minute
    np.testing.assert_allclose(
        table["flux"].to_value(units.Jy), table["sum"].value / beam_pixels, rtol=1e-6
    )
    worlds = [im.coordinates().toworld([k, 5, 5])[0] for k in range(8)]
    np.testing.assert_allclose(table["frequency"][:8].to_value(units.Hz), worlds)
    assert table["velocity"].unit == units.km / units.s


def test_a_list_of_regions_is_numbered_and_stored_ones_keep_their_names():
    im = image("", values=np.ones((3, 10, 10)))
    inside = np.zeros(im.shape, bool)
    inside[1] = True
    table = im.region_statistics([inside, inside], robust=False)
    assert table["region"].tolist() == ["region0"] * 3 + ["region1"] * 3
    assert "median" not in table.colnames
    assert "flux" not in table.colnames
    assert np.isnan(table["mean"].value).tolist() == [True, False, True] * 2
    assert table["npts"].tolist() == [0, 100, 0] * 2


def test_a_file_of_regions_gives_a_row_for_each(tmp_path):
    path = tmp_path / "some.reg"
    path.write_text("image\ncircle(4,5,2) # text={left}\ncircle(7,7,1)\n", encoding="utf-8")
    table = image("", values=np.ones((10, 10))).region_statistics(str(path), axis=0)
    assert set(table["region"]) == {"left", "region1"}
    assert table["npts"].sum() == 13 + 5
