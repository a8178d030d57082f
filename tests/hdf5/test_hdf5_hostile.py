"""Files that mean harm, or were damaged, give a clear error: no crash, no hang, no way out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t

from jupimage import image, options
from jupimage.errors import FormatError, ShapeError
from jupimage.formats import open_path
from jupimage.hdf5.superblock import Superblock
from jupimage.lattice import Box
from tests.hdf5.hdf5files import DATA, REAL, make, pixels_of, read

SHAPE = (5, 6)
LEADS_OUT = "leads to another place.*follow_links"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return make(tmp_path / "a.h5", pixels_of(SHAPE), pixels_of(SHAPE) > 0)


@pytest.fixture
def other(tmp_path: Path) -> str:
    return make(tmp_path / "other.h5", pixels_of(SHAPE, seed=2), miscinfo={"secret": 1})


def use(path: str) -> Any:
    """Open an image and read all of it."""
    opened = open_path(path)
    opened.store.attributes()
    for name in opened.masks:
        opened.store.masked(name).read(Box.whole(opened.lattice.shape))
    return opened, *read(opened)


@pytest.mark.filterwarnings("ignore:the mask cannot be used")
@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("item", ["map", "miscinfo", "masks", "masks/mask0", "coordinfo/coords"])
@pytest.mark.parametrize("kind", ["external", "soft"])
def test_links_are_not_followed(
    path: str, other: str, item: str, kind: str, libver: str, tmp_path: Path
) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            old.copy(name, file)
        file.create_group("elsewhere")
        if item in file:
            file.move(item, "elsewhere/it")
        link = h5py.SoftLink("/elsewhere/it") if kind == "soft" else h5py.ExternalLink(other, item)
        file[item] = link
    with pytest.raises(FormatError, match=LEADS_OUT):
        use(new)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_links_are_followed_if_that_is_wanted(
    path: str, other: str, libver: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            if name != "map":
                old.copy(name, file)
        file["miscinfo"] = h5py.ExternalLink(other, "miscinfo")
        old.copy("map", file, name="pixels")
        file["map"] = h5py.SoftLink("/pixels")
    monkeypatch.setattr(options, "follow_links", True)
    opened, values, _ = use(new)
    assert opened.miscinfo == {"secret": 1}
    np.testing.assert_array_equal(values, pixels_of(SHAPE))


def replace_map(path: str, make_dataset: Callable[[Any], None]) -> None:
    with h5py.File(path, "r+") as file:
        del file["map"]
        make_dataset(file)


def external(file: Any) -> None:
    secret = Path(file.filename).parent / "secret.bin"
    secret.write_bytes(b"secret" * 100)
    file.create_dataset("map", SHAPE, "<f4", external=[(str(secret), 0, 120)])


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout(SHAPE, "<f4")
    layout[...] = h5py.VirtualSource(str(Path(file.filename).parent / "other.h5"), "map", SHAPE)
    file.create_virtual_dataset("map", layout)


@pytest.mark.parametrize("kind", [external, virtual])
def test_pixels_in_other_files_are_not_read(
    path: str, other: str, kind: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_map(path, kind)
    with pytest.raises(FormatError, match=LEADS_OUT):
        use(path)
    monkeypatch.setattr(options, "follow_links", True)
    assert use(path)[1].shape == SHAPE


def half(file: Any) -> None:
    file["map"] = np.zeros(SHAPE, np.float16)


def integers(file: Any) -> None:
    file["map"] = np.zeros(SHAPE, np.int32)


def texts(file: Any) -> None:
    file["map"] = np.full(SHAPE, b"abcd")


def three(file: Any) -> None:
    file["map"] = np.zeros(SHAPE, [("re", "f4"), ("im", "f4"), ("more", "f4")])


def scalar(file: Any) -> None:
    file["map"] = np.float32(1)


def empty(file: Any) -> None:
    file["map"] = h5py.Empty("f4")


def group(file: Any) -> None:
    file.create_group("map")


def no_length(file: Any) -> None:
    file.create_dataset("map", (0, 6), "<f4", chunks=(1, 6), maxshape=(None, 6))


@pytest.mark.parametrize(
    "kind",
    [half, integers, texts, three, scalar, empty, group, no_length],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_datasets_that_are_no_pixels(
    path: str, kind: Callable[[Any], None], libver: str, tmp_path: Path
) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            old.copy(name, file)
    replace_map(new, kind)
    with pytest.raises(FormatError, match=r"new\.h5.*(wanted|there is no dataset map)"):
        use(new)


def test_file_without_pixels_is_no_image(path: str) -> None:
    with h5py.File(path, "r+") as file:
        del file["map"]
    with pytest.raises(FormatError, match="is an HDF5 file, but no casacore image"):
        open_path(path)


def test_missing_coordinates(path: str) -> None:
    with h5py.File(path, "r+") as file:
        del file["coordinfo"]
    with pytest.raises(FormatError, match="coords: wanted a record, got nothing"):
        open_path(path)


def test_unknown_filter(path: str) -> None:
    def packed(file: Any) -> None:
        made = h5p.create(h5p.DATASET_CREATE)
        made.set_chunk((5, 6))
        made.set_filter(40000, h5py.h5z.FLAG_OPTIONAL, (1, 2))
        space = h5s.create_simple(SHAPE)
        h5d.create(file.id, b"map", h5t.IEEE_F32LE, space, dcpl=made)

    replace_map(path, packed)
    with pytest.raises(FormatError, match="packed with filter 40000"):
        use(path)


def test_enormous_shapes_cost_nothing(other: str) -> None:
    def huge(file: Any) -> None:
        file.create_dataset("map", (2**30, 2**25), "<f4", chunks=(1024, 1024))

    replace_map(other, huge)
    opened = open_path(other)
    assert opened.lattice.shape == (2**30, 2**25)
    assert opened.lattice.read(Box((2**29, 5), (2**29 + 1, 6))).values == 0


def test_axes_longer_than_any_image_are_refused(other: str) -> None:
    def endless(file: Any) -> None:
        file.create_dataset("map", (2**40, 2**15), "<f4", chunks=(1024, 1024))

    replace_map(other, endless)
    with pytest.raises(FormatError, match="impossible shape"):
        open_path(other)


def test_an_explicit_read_beyond_the_memory_says_so(other: str) -> None:
    def huge(file: Any) -> None:
        file.create_dataset("map", (2**30, 2**25), "<f4", chunks=(1024, 1024))

    replace_map(other, huge)
    with pytest.raises(ShapeError, match="do not fit into memory"):
        image(other).getdata()


def test_bytes_that_are_used_again_and_again(path: str) -> None:
    # The strings of an array may all be the same megabyte of the file.
    with h5py.File(path, "r+") as file:
        file.create_group("miscinfo").attrs["a"] = ["x" * 2**20, *(["y" * 8] * 3900)]
    data = bytearray(Path(path).read_bytes())
    found = re.search(rb"(?s)(.{16})(\x08\0\0\0.{12}){3900}", data)
    assert found is not None
    data[found.start() : found.end()] = found[1] * 3901
    Path(path).write_bytes(data)
    with pytest.raises(FormatError, match="refers to the same bytes too often"):
        open_path(path)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_groups_that_hold_themselves(path: str, libver: str, tmp_path: Path) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            old.copy(name, file)
        inner = file.create_group("miscinfo/a/b")
        inner["again"] = file["miscinfo"]
    with pytest.raises(FormatError, match=r"twice|in itself"):
        open_path(new)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_groups_without_end(path: str, libver: str, tmp_path: Path) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            old.copy(name, file)
        file.create_group("miscinfo/" + "/".join("a" * 2000))
    with pytest.raises(FormatError, match="too deep"):
        open_path(new)


@pytest.mark.parametrize(
    "value",
    [
        np.float16(1),
        np.uint64(1),
        h5py.Empty("f4"),
        np.zeros(2, [("a", "i4")]),
        np.datetime64(0, "s"),
    ],
    ids=["half", "unsigned 64", "nothing", "compound", "opaque"],
)
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_attributes_that_records_do_not_hold(
    path: str, value: Any, libver: str, tmp_path: Path
) -> None:
    new = str(tmp_path / "new.h5")
    with h5py.File(path) as old, h5py.File(new, "w", libver=libver) as file:
        for name in old:
            old.copy(name, file)
        found = file.create_group("miscinfo")
        if isinstance(value, np.datetime64):
            value = np.array(value).astype(h5py.opaque_dtype(np.array(value).dtype))
        found.attrs["odd"] = value
    with pytest.raises(FormatError, match=r"new\.h5.*odd.*wanted"):
        open_path(new)


def test_references_are_not_followed(path: str) -> None:
    with h5py.File(path, "r+") as file:
        file.create_group("miscinfo").attrs["ref"] = file["map"].ref
    with pytest.raises(FormatError, match="wanted a number, a text"):
        open_path(path)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_truncated_files(name: str, part: float, tmp_path: Path) -> None:
    data = (DATA / name).read_bytes()
    path = tmp_path / "cut.h5"
    path.write_bytes(data[: int(part * len(data))])
    with pytest.raises(FormatError, match=r"cut\.h5"):
        open_path(str(path))


def test_file_that_is_cut_off_while_open(path: str) -> None:
    opened = open_path(path)
    read(opened)
    with open(path, "r+b") as file:
        file.truncate(2000)
    with pytest.raises(FormatError, match="cut off"):
        read(opened)


def test_two_chunks_in_one_place(tmp_path: Path) -> None:
    path = Path(make(tmp_path / "a.h5", pixels_of((4, 4)), tile=(2, 4)))
    with h5py.File(path) as file:
        first, second = (file["map"].id.get_chunk_info(n).byte_offset for n in range(2))
    data = bytearray(path.read_bytes())
    data[data.index(second.to_bytes(8, "little")) :][:8] = first.to_bytes(8, "little")
    start = data.index(second.to_bytes(8, "little"))
    data[start : start + 8] = first.to_bytes(8, "little")
    path.write_bytes(data)
    with pytest.raises(FormatError, match="lie in the same place"):
        use(str(path))


def damage(data: bytearray, rng: random.Random) -> bytearray:
    """Damage a file a little: cut it off, change a byte, put another number in place of one."""
    kind = rng.randrange(4)
    if kind == 0:
        return data[: rng.randrange(len(data))]
    places = [n for n, byte in enumerate(data) if byte] if kind > 1 else range(len(data))
    place = rng.choice(places)
    if kind < 3:
        data[place] = rng.randrange(256)
    else:
        start = place // 8 * 8
        number = rng.choice([2**64 - 1, 0, 1 << rng.randrange(63), rng.randrange(len(data))])
        data[start : start + 8] = number.to_bytes(8, "little")
    return data


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_damage(seed: int, tmp_path: Path) -> None:
    # All of this is read without the HDF5 library, so nothing can happen to the process.
    rng = random.Random(seed)
    refused = []
    for number in range(25):
        path = tmp_path / f"{number}.h5"
        path.write_bytes(damage(bytearray((DATA / rng.choice(REAL)).read_bytes()), rng))
        try:
            use(str(path))
        except FormatError as error:
            refused.append(path.name in str(error))
    assert len(refused) > 5
    assert all(refused)


def test_superblock_of_a_newer_file_is_checked() -> None:
    with pytest.raises(FormatError, match="wrong checksum"):
        Superblock.parse(b"\x89HDF\r\n\x1a\n\x02\x08\x08\x00" + bytes(36), 0, "a.h5")
