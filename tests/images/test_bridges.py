"""Images in the terms of dask, xarray and astropy, and back."""

import copy
import pickle
import sys
import warnings

import dask
import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.nddata import CCDData, NDData, NDDataRef, StdDevUncertainty
from astropy.wcs import WCS
from astropy.wcs.wcsapi import HighLevelWCSWrapper
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage import image
from jupimage.compute.beam import Beam
from jupimage.errors import (
    ArgumentError,
    CoordinateError,
    DataTypeError,
    ImageError,
    ShapeError,
)
from jupimage.images.latticearray import LatticeArray
from jupimage.lattice import MemoryLattice

BEAMS = {
    "perplanebeams": {
        "nChannels": 5,
        "nStokes": 2,
        **{f"*{i}": Beam(20.0 + i, 10, 5).record() for i in range(10)},
    }
}


@pytest.fixture(params=["float32", "float64"])
def cube(request):
    return make(request.param)


def make(dtype="float32", shape=(5, 2, 12, 14), *, masked=True):
    rng = np.random.default_rng(7)
    values = rng.normal(size=shape).astype(dtype)
    im = image("", values=values, mask=rng.random(shape) < 0.2 if masked else ())
    im.setunit("Jy/beam")
    im.putimageinfo({"restoringbeam": Beam(12, 10, 30).record(), "objectname": "M 51"})
    im.putmiscinfo({"gain": 2.5, "pipeline": "v3"})
    im.addhistory(["one", "two"])
    return im


def assert_same_pixels(found, wanted):
    np.testing.assert_array_equal(found.getmask(), wanted.getmask())
    np.testing.assert_array_equal(np.asarray(found), np.asarray(wanted))


def assert_same_coordinates(found, wanted, *, rtol=1e-12):
    rng = np.random.default_rng(1)
    pixels = rng.uniform(0, np.array(wanted.shape) - 1, (20, int(wanted.ndim)))
    pixels = np.round(pixels)  # Stokes has no positions in between
    ours, theirs = (
        np.array(im.wcs.pixel_to_world_values(*pixels.T[::-1])) for im in (found, wanted)
    )
    np.testing.assert_allclose(ours, theirs, rtol=rtol)


def assert_same_facts(found, wanted):
    assert found.unit() == wanted.unit()
    assert found.imageinfo() == wanted.imageinfo()
    assert found.miscinfo() == wanted.miscinfo()
    assert found.history() == wanted.history()


# -- dask ----------------------------------------------------------------------------------------


def test_dask_reads_what_numpy_does(cube):
    lazy = cube.to_dask()
    assert (lazy.shape, lazy.dtype) == (tuple(cube.shape), cube.dtype)
    np.testing.assert_array_equal(lazy.compute(), np.asarray(cube))


@pytest.mark.parametrize("kind", ["img", "fits", "h5"])
def test_chunks_are_whole_tiles_of_the_file(kind, tmp_path):
    name = tmp_path / f"a.{kind}"
    form = {"img": "casacore", "fits": "fits", "h5": "hdf5"}[kind]
    make(shape=(40, 1, 96, 120)).saveas(name, format=form, tileshape=(8, 1, 16, 24))
    im = image(name)
    with dask.config.set(scheduler="synchronous"):
        lazy = im.to_dask()
        tile = im._opened.lattice.tile
        for pieces, step in zip(lazy.chunks, tile, strict=True):
            assert all(n % step == 0 for n in pieces[:-1])
        np.testing.assert_array_equal(
            lazy[3:30:4, 0, ::-1, 5].compute(), np.asarray(im)[3:30:4, 0, ::-1, 5]
        )
        small = im.to_dask((8, 1, 32, 48))
        assert small.numblocks == (5, 1, 3, 3)
        assert np.nansum(small.compute()) == pytest.approx(
            float(np.nansum(np.asarray(im))), rel=1e-4
        )


@pytest.mark.parametrize(
    "chunks", [(1, 2), "bogus", object(), -7.5], ids=["two", "text", "object", "float"]
)
def test_chunks_that_do_not_fit_are_refused(chunks):
    with pytest.raises(ArgumentError, match=r"do not fit the shape \(5, 2, 12, 14\)"):
        make().to_dask(chunks)


def test_a_dask_array_of_a_file_travels(tmp_path):
    make(shape=(4, 1, 8, 9)).saveas(tmp_path / "a.img")
    im = image(tmp_path / "a.img")
    lazy = im[1:, 0, ::2].to_dask()
    payload = pickle.dumps(lazy)
    assert len(payload) < 20_000
    wanted = np.asarray(im)[1:, 0, ::2]
    np.testing.assert_array_equal(pickle.loads(payload).compute(scheduler="sync"), wanted)


def test_reductions_leave_bad_pixels_out(cube):
    import dask.array as da

    wanted = np.nanmean(np.asarray(cube, float), axis=(1, 2, 3))
    np.testing.assert_allclose(
        da.nanmean(cube.to_dask(), axis=(1, 2, 3)).compute(), wanted, rtol=1e-5
    )


def test_converted_images_are_lazy_for_dask_too():
    im = make()
    np.testing.assert_array_equal(
        im.to("mJy/beam").to_dask().compute(), np.asarray(im.to("mJy/beam"))
    )


def test_a_dask_array_makes_an_image(cube):
    im = image("", values=cube.to_dask(), coordsys=cube.coordinates())
    np.testing.assert_array_equal(im.getdata(), np.asarray(cube))


@settings(max_examples=50)
@given(st.data())
def test_index_is_that_of_numpy(data):
    shape = (4, 5, 6)
    values = np.arange(120.0).reshape(shape)
    array = LatticeArray(MemoryLattice(values, values % 7 > 0))
    index = tuple(
        data.draw(
            st.one_of(
                st.integers(-n, n - 1),
                st.slices(n),
                st.lists(st.integers(0, n - 1), min_size=1, max_size=1),
            )
        )
        for n in shape[: data.draw(st.integers(0, 3))]
    )
    lists = [item for item in index if isinstance(item, list)]
    if len(lists) > 1:
        return
    wanted = np.where(values % 7 > 0, values, np.nan)[index]
    np.testing.assert_array_equal(array[index], wanted)


# -- NDData --------------------------------------------------------------------------------------


def test_nddata_and_back_loses_nothing(cube):
    ndd = cube.to_nddata()
    assert ndd.unit == u.Jy / u.beam
    np.testing.assert_array_equal(ndd.data, cube.getdata())
    np.testing.assert_array_equal(ndd.mask, cube.getmask())
    back = image.from_nddata(ndd)
    assert back.dtype == cube.dtype
    np.testing.assert_array_equal(back.getdata(), cube.getdata())
    assert_same_pixels(back, cube)
    assert_same_coordinates(back, cube)
    assert_same_facts(back, cube)


def test_a_slice_of_nddata_knows_where_it_is(cube):
    back = image.from_nddata(cube.to_nddata()[1:4, 1, 3:, ::1][:, 2:5])
    wanted = cube[1:4, 1, 5:8]
    assert_same_pixels(back, wanted)
    assert_same_coordinates(back, wanted)


def test_meta_of_nddata_is_a_copy(cube):
    cube.to_nddata().meta["miscinfo"]["gain"] = 7
    assert cube.miscinfo()["gain"] == 2.5


def celestial():
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = "GLON-CAR", "GLAT-CAR"
    wcs.wcs.crval, wcs.wcs.cdelt, wcs.wcs.crpix = (30, 0), (-0.1, 0.1), (5, 6)
    return wcs


@pytest.mark.parametrize("kind", [NDData, NDDataRef, CCDData], ids=lambda kind: kind.__name__)
def test_nddata_of_others_becomes_an_image(kind):
    values = np.arange(30.0).reshape(5, 6)
    ndd = kind(
        values.astype(">f4"),
        mask=values % 2 == 0,
        unit="mJy",
        wcs=celestial(),
        uncertainty=StdDevUncertainty(values),
    )
    im = image.from_nddata(ndd)
    assert im.unit() == "mJy"
    np.testing.assert_array_equal(im.get(), np.ma.MaskedArray(values, values % 2 == 0))
    lon, lat = celestial().pixel_to_world_values(3, 2)
    np.testing.assert_allclose(im.wcs.pixel_to_world_values(3, 2), (lon, lat))


def test_a_header_as_meta_is_read():
    header = fits.Header({"OBJECT": "M 31", "GAIN": 3, "BMAJ": 0.1, "BMIN": 0.1, "BPA": 0.0})
    im = image.from_nddata(CCDData(np.ones((4, 4)), unit="adu", meta=header))
    assert im.imageinfo()["objectname"] == "M 31"
    assert im.imageinfo()["restoringbeam"]["major"]["value"] == pytest.approx(360)
    assert im.miscinfo() == {"gain": 3}


def test_nddata_without_anything_becomes_a_plain_image():
    im = image.from_nddata(NDData([[1, 2], [3, 4]]))
    assert (im.unit(), im.dtype, im.getmask().any()) == ("", np.float32, False)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (np.ones(3), ArgumentError, "an NDData object is needed, got ndarray"),
        (NDData(np.array(["a", "b"])), DataTypeError, "numbers"),
        (NDData(np.ones((2, 2)), mask=np.ones(3, bool)), ShapeError, "mask"),
        (NDData(np.ones((2, 2)), mask=np.array(["x"])), DataTypeError, "Bools"),
        (
            NDData(np.ones((2, 2, 2)), wcs=HighLevelWCSWrapper(celestial())),
            CoordinateError,
            "a WCS of 2 pixel axes for an array",
        ),
    ],
    ids=["array", "texts", "mask shape", "mask type", "wcs"],
)
def test_nddata_that_is_no_image_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        image.from_nddata(given)


# -- HDUs ----------------------------------------------------------------------------------------


def test_an_hdu_and_back_loses_nothing(cube):
    hdu = cube.to_hdu()
    assert isinstance(hdu, fits.PrimaryHDU)
    assert (hdu.header["BUNIT"], hdu.header["OBJECT"]) == ("Jy/beam", "M 51")
    assert hdu.header["BMAJ"] == pytest.approx(12 / 3600)
    np.testing.assert_array_equal(hdu.data, np.asarray(cube))
    back = image.from_hdu(hdu)
    assert back.dtype == cube.dtype
    assert_same_pixels(back, cube)
    assert_same_coordinates(back, cube)
    assert_same_facts(back, cube)


def test_an_hdu_in_a_file_is_what_tofits_writes(cube, tmp_path):
    cube.to_hdu().writeto(tmp_path / "ours.fits")
    cube.tofits(tmp_path / "theirs.fits", velocity=False)
    ours, theirs = (image(tmp_path / f"{name}.fits") for name in ("ours", "theirs"))
    assert_same_pixels(ours, theirs)
    assert_same_coordinates(ours, theirs)
    assert_same_facts(ours, theirs)
    ours, theirs = (fits.getheader(tmp_path / f"{n}.fits") for n in ("ours", "theirs"))
    skipped = {"EXTEND", "BSCALE", "BZERO", "DATE", "HISTORY", "COMMENT", ""}
    assert {k: v for k, v in ours.items() if k not in skipped} == {
        k: v for k, v in theirs.items() if k not in skipped
    }


def test_casacore_opens_what_astropy_writes(cube, tmp_path, oracle):
    cube.to_hdu().writeto(tmp_path / "a.fits")
    theirs = oracle.images.image(str(tmp_path / "a.fits"))
    oracle.count()
    np.testing.assert_array_equal(theirs.getmask(), cube.getmask())
    np.testing.assert_allclose(
        theirs.getdata()[~cube.getmask()], cube.getdata()[~cube.getmask()], rtol=1e-6
    )
    assert theirs.unit() == "Jy/beam"
    world = theirs.toworld([1, 0, 3, 4])
    ours = cube.toworld([1, 0, 3, 4])
    np.testing.assert_allclose(np.degrees(world[2:]), np.array(ours[2:]) / 60, atol=1e-9)


def test_velocities_are_written_if_wanted():
    im = make()
    system = im.coordinates()
    system["spectral"].set_restfrequency(1.42e9)
    im.setcoordinates(system)
    assert im.to_hdu().header["CTYPE4"] == "FREQ"
    assert im.to_hdu(velocity=True).header["CTYPE4"] == "VOPT"
    hdu = im.to_hdu(velocity=True, optical=False)
    assert hdu.header["CTYPE4"] == "VRAD"
    assert_same_coordinates(image.from_hdu(hdu), im, rtol=1e-9)


def test_channels_of_equal_velocity_stay_where_they_are():
    im = make(masked=False)
    header = im.to_hdu(velocity=True).header
    for key, value in {"CTYPE4": "VOPT", "CRVAL4": 1e6, "CDELT4": 1e5, "RESTFRQ": 1.42e9}.items():
        header[key] = value
    optical = image.from_hdu(fits.PrimaryHDU(im.getdata(), header))
    back = image.from_hdu(optical.to_hdu())
    assert_same_coordinates(back, optical)
    frequencies = optical.to_xarray().frequency.values
    velocities = 299792458 * (1.42e9 / frequencies - 1)
    np.testing.assert_allclose(np.diff(velocities), 1e5, rtol=1e-6)


def test_beams_of_channels_need_a_list(tmp_path):
    im = make()
    im.putimageinfo(BEAMS)
    with pytest.warns(UserWarning, match="to_hdulist"):
        hdu = im.to_hdu()
    assert "CASAMBM" not in hdu.header
    both = im.to_hdulist()
    assert [part.name for part in both] == ["PRIMARY", "BEAMS"]
    assert image.from_hdu(both).imageinfo() == im.imageinfo()
    both.writeto(tmp_path / "a.fits")
    assert image(tmp_path / "a.fits").imageinfo() == im.imageinfo()
    with fits.open(tmp_path / "a.fits") as opened:
        assert image.from_hdu(opened).imageinfo() == im.imageinfo()


def test_one_beam_needs_no_table():
    assert len(make().to_hdulist()) == 1


@pytest.mark.parametrize("kind", ["image", "compressed", "integers", "unscaled"])
def test_hdus_of_files_are_read_as_the_files(kind, tmp_path):
    rng = np.random.default_rng(2)
    header = fits.Header(
        {
            "BUNIT": "JY/BEAM", "OBJECT": "X", "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
            "CDELT1": -0.1, "CDELT2": 0.1, "CRVAL1": 20.0, "GAIN": 1.5,
        }
    )  # fmt: skip
    header["HISTORY"] = "made"
    values = rng.normal(size=(20, 30)).astype("f4")
    if kind == "compressed":
        hdu = fits.CompImageHDU(values, header, compression_type="GZIP_2", quantize_level=0)
    elif kind == "image":
        values[3, 4] = np.nan
        hdu = fits.ImageHDU(values.astype(">f4"), header)
    else:
        header["BLANK"] = -1
        hdu = fits.ImageHDU(rng.integers(-1, 9, (20, 30)).astype("i2"), header)
        if kind == "integers":
            hdu.header["BSCALE"], hdu.header["BZERO"] = 0.5, 3.0
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits")
    stored = image(tmp_path / "a.fits")
    with fits.open(tmp_path / "a.fits") as opened:
        for given in (opened, opened[1]):
            found = image.from_hdu(given)
            np.testing.assert_array_equal(np.asarray(found), np.asarray(stored))
            np.testing.assert_array_equal(found.getmask(), stored.getmask())
            assert_same_coordinates(found, stored)
            assert found.unit() == stored.unit() == "Jy/beam"
            assert found.imageinfo() == stored.imageinfo()
            # astropy hides the name that it gives to compressed images
            assert found.miscinfo().items() <= stored.miscinfo().items()
            assert found.miscinfo()["gain"] == 1.5
            assert found.history() == stored.history()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (fits.PrimaryHDU(), "holds no image"),
        (fits.HDUList([fits.PrimaryHDU()]), "no image in the HDUs PRIMARY"),
        (fits.HDUList(), "an empty list"),
        (fits.BinTableHDU.from_columns([fits.Column("A", "E", array=[1.0])]), "holds no image"),
        (np.ones(3), r"an HDU of astropy.io.fits is needed, got ndarray"),
        ("file.fits", "needed, got str"),
    ],
    ids=["empty", "list", "no list", "table", "array", "name"],
)
def test_hdus_without_image_are_refused(given, message):
    with pytest.raises(ArgumentError, match=message):
        image.from_hdu(given)


def test_complex_pixels_make_no_hdu():
    with pytest.raises(DataTypeError, match="complex"):
        image("", values=np.ones((2, 2), complex)).to_hdu()


# -- xarray --------------------------------------------------------------------------------------


def test_labels_are_names_frequencies_and_pixels(cube):
    array = cube.to_xarray()
    assert array.dims == ("frequency", "stokes", "y", "x")
    assert array.name == "Temporary_Image"
    world = [cube.toworld([channel, 0, 0, 0])[0] for channel in range(5)]
    np.testing.assert_allclose(array.frequency, world, rtol=1e-14)
    assert array.frequency.attrs["units"] == "Hz"
    assert array.stokes.values.tolist() == ["I", "Q"]
    assert array.x.values.tolist() == list(range(14))
    assert array.chunks is not None
    assert array.attrs["units"] == "Jy/beam"
    np.testing.assert_array_equal(array.values, np.asarray(cube))


def test_xarray_and_back_loses_nothing(cube):
    back = image.from_xarray(cube.to_xarray())
    assert back.dtype == cube.dtype
    assert_same_pixels(back, cube)
    assert_same_coordinates(back, cube)
    assert_same_facts(back, cube)


@settings(max_examples=25)
@given(st.data())
def test_any_selection_knows_where_it_is(data):
    im = make()
    index = tuple(
        data.draw(st.one_of(st.integers(0, n - 1), st.slices(n).filter(lambda s, n=n: range(n)[s])))
        for n in im.shape
    )
    if all(isinstance(item, int) for item in index):
        return
    array = im.to_xarray()[index]
    order = data.draw(st.permutations(array.dims))
    back = image.from_xarray(array.transpose(*order))
    forward = tuple(
        sorted_slice(item, n) if isinstance(item, slice) else item
        for item, n in zip(index, im.shape, strict=True)
    )
    wanted = im[forward]
    assert_same_pixels(back, wanted)
    assert back.coordinates().ndim == wanted.coordinates().ndim
    pixel = [n // 2 for n in wanted.shape]
    np.testing.assert_allclose(back.toworld(pixel), wanted.toworld(pixel), rtol=1e-12)


def sorted_slice(item, n):
    """Return the slice with a positive step that takes the same pixels."""
    taken = sorted(range(n)[item])
    return slice(taken[0], taken[-1] + 1, taken[1] - taken[0] if len(taken) > 1 else 1)


def test_selections_by_label_know_where_they_are(cube):
    array = cube.to_xarray()
    part = array.sel(stokes="Q", frequency=slice(*array.frequency.values[[1, 3]]))
    assert_same_pixels(image.from_xarray(part), cube[1:4, 1])


def test_an_averaged_axis_is_gone(cube):
    back = image.from_xarray(cube.to_xarray().mean("frequency", keep_attrs=True))
    assert back.shape == (2, 12, 14)
    assert back.coordinates().get_names() == ["stokes", "direction"]
    np.testing.assert_allclose(np.asarray(back), np.nanmean(np.asarray(cube), axis=0), rtol=1e-5)


def test_an_image_without_mask_keeps_its_nan():
    im = image("", values=[[1.0, np.nan], [3.0, 4.0]])
    assert not image.from_xarray(im.to_xarray()).getmask().any()


def test_arrays_of_others_have_linear_axes():
    import xarray

    array = xarray.DataArray(
        np.arange(12.0).reshape(3, 4),
        dims=("time", "height"),
        coords={
            "time": ("time", [10.0, 12.5, 15.0], {"units": "s"}),
            "height": ("height", [1.0, 2.0, 4.0, 8.0]),
        },
        attrs={"units": "K"},
    )
    im = image.from_xarray(array)
    assert im.unit() == "K"
    assert [axis.name for axis in im.coordinates().axes()] == ["time", "height"]
    assert im.toworld([2, 3]) == pytest.approx([15, 8])
    assert im.toworld([0, 1]) == pytest.approx([10, 2])
    assert im.coordinates().axes()[0].unit == "s"


def test_linear_and_tabulated_axes_have_their_values():
    im = make(shape=(3, 4, 2, 8, 9))
    array = im.to_xarray()
    assert array.dims == ("linear1", "frequency", "stokes", "y", "x")
    back = image.from_xarray(array[1:, ::3])
    wanted = im[1:, ::3]
    assert_same_coordinates(back, wanted)


def bad_arrays():
    array = make().to_xarray()
    moved = array.assign_coords(frequency=array.frequency + 7.0)
    return {
        "no array": (np.ones(3), r"an xarray.DataArray is needed, got ndarray"),
        "irregular": (array[[0, 1, 3]], "along 'frequency' the array is no regular selection"),
        "moved": (moved, "none of the 5 values of the image"),
        "renamed": (array.rename(x="z"), "dimensions frequency, stokes, y, z, the image"),
        "lost": (array[1:].drop_vars("frequency"), "lost its coordinate 'frequency'"),
        "twice": (array[[1, 1]], "no regular selection"),
    }


@pytest.mark.parametrize("case", bad_arrays())
def test_arrays_that_are_no_section_are_refused(case):
    given, message = bad_arrays()[case]
    with pytest.raises(ArgumentError, match=message):
        image.from_xarray(given)


# -- packages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("dask.array", lambda im: im.to_dask()),
        ("xarray", lambda im: im.to_xarray()),
        ("xarray", lambda im: image.from_xarray(im)),
    ],
    ids=["dask", "xarray", "from xarray"],
)
def test_a_package_that_is_missing_is_named(package, call, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"needs the package {package.split('.')[0]}") as caught:
        call(make())
    assert isinstance(caught.value, ImageError)


def test_xarray_does_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.array", None)
    im = make()
    array = im.to_xarray()
    assert array.chunks is None
    np.testing.assert_array_equal(array.values, np.asarray(im))


# -- numpy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_numpy_sees_an_array(dtype):
    values = np.arange(24).reshape(2, 3, 4).astype(dtype)
    im = image("", values=values, mask=values.real % 5 == 0)
    assert (np.shape(im), np.ndim(im), np.size(im)) == ((2, 3, 4), 3, 24)
    assert (im.shape(), im.ndim(), im.size(), len(im)) == ([2, 3, 4], 3, 24, 24)
    assert im.dtype == np.asarray(im).dtype == np.dtype(dtype)
    assert np.asarray(im, np.complex128).dtype == np.complex128
    assert np.asanyarray(im).mask.sum() == 5
    np.testing.assert_array_equal(np.ma.masked_invalid(im).mask, im.getmask())
    np.testing.assert_array_equal(np.ma.asanyarray(im).filled(0), im.get().filled(0))
    np.testing.assert_array_equal(np.array(im).shape, np.array(im, copy=True).shape)
    np.testing.assert_array_equal(np.where(im.getmask(), 0, im), im.get().filled(0))


def test_numpy_functions_take_an_image():
    im = image("", values=np.arange(12.0).reshape(3, 4))
    assert np.allclose(im, im.getdata())
    np.testing.assert_array_equal(np.stack([im, im])[1], im.getdata())
    np.testing.assert_array_equal(np.nan_to_num(im), im.getdata())
    np.testing.assert_array_equal(np.broadcast_to(im, (2, 3, 4))[0], im.getdata())
    assert np.vdot(im, im) == 506
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(u.Quantity(im.getdata(), "Jy").value, im.getdata())
        np.testing.assert_array_equal(NDData(np.asarray(im)).data, im.getdata())
    assert copy.copy(im).shape == im.shape
