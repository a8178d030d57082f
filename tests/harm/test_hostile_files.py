"""Images with something in them that should not be there.

All of them are opened in another process, because the way to fail might be to end or to hang it.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from jupimage import image
from jupimage.casatable import TableName, read_table, write_table
from jupimage.errors import ImageError
from tests.harm.injury import files_of
from tests.harm.portrait import differences, portrait
from tests.harm.questions import ask, copied, error_of, look, make_irregular
from tests.harm.scenarios import ENDINGS
from tests.harm.server import Answer, Server

SPARE = ("table.info", "table.lock")
"""Files without which a table can be read."""


def check_refusal(answer: Answer, path: Path, reference: dict[str, Any]) -> None:
    """Fail unless a part of an image was refused, by an error or a warning, or is not needed."""
    if answer.kind != "returned":
        assert path.name in error_of(answer)
    elif differences(reference, answer.value):
        assert any(path.name in text for text in answer.warnings), answer


def irregular_kinds() -> list[str]:
    if sys.platform == "win32":
        return ["folder"]
    return ["folder", "pipe", "socket", *(["device"] if os.geteuid() == 0 else [])]


@pytest.mark.parametrize("kind", irregular_kinds())
@pytest.mark.parametrize("format", ENDINGS)
def test_what_is_no_file_is_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str, kind: str
) -> None:
    reference = portrait(str(sound[format]))
    for name in files_of(sound[format]):
        path = copied(sound[format], tmp_path)
        place = path / name if name else path
        place.unlink()
        make_irregular(place, kind)
        answer = look(server, path)
        assert answer.seconds < 20
        check_refusal(answer, path, reference)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def outward_links(sound: Path) -> list[str]:
    folders = [entry.name for entry in sound.iterdir() if entry.is_dir()]
    return [*files_of(sound), *folders]


@pytest.mark.parametrize("format", ["casacore", "Miriad"])
def test_links_that_leave_the_image_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str
) -> None:
    outside = copied(sound[format], tmp_path)
    reference = portrait(str(outside))
    (tmp_path / "linked").mkdir()
    for name in outward_links(sound[format]):
        path = copied(sound[format], tmp_path / "linked")
        place = path / name
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        place.symlink_to(outside / name)
        answer = look(server, path)
        if answer.kind != "returned":
            assert path.name in error_of(answer)
        elif not name.endswith(SPARE):  # a history may be missing, with a warning
            assert any("wanted" in text or "missing" in text for text in answer.warnings), name
        followed = ask(server, "hardship:links_followed", "tests.harm.portrait:portrait", str(path))
        assert followed.kind == "returned", (name, followed)
        assert differences(reference, followed.value) == {}
        shutil.rmtree(path)


def test_links_that_stay_in_the_image_are_followed(
    server: Server, sound: dict[str, Path], tmp_path: Path
) -> None:
    path = copied(sound["casacore"], tmp_path)
    (path / "table.f0_TSM0").rename(path / "pixels")
    (path / "table.f0_TSM0").symlink_to("pixels")
    answer = look(server, path)
    assert answer.kind == "returned", answer
    assert differences(portrait(str(sound["casacore"])), answer.value) == {}


@pytest.mark.parametrize("format", ENDINGS)
def test_image_may_be_reached_by_a_link(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str
) -> None:
    link = tmp_path / f"link.{ENDINGS[format]}"
    link.symlink_to(sound[format])
    assert look(server, link).kind == "returned"


OUTSIDE = ["././../other/mask0", "./other/mask0", "{folder}/other/mask0", "././../other/./mask0",
           "././mask0/../../other/mask0", "../other/mask0", "././{folder}/other/mask0"]  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_of_tables_that_leave_the_image_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, name: str
) -> None:
    path = copied(sound["casacore"], tmp_path)
    shutil.copytree(path, tmp_path / "other")
    with_mask = read_table(str(path))
    reference = TableName(name.replace("{folder}", str(tmp_path)))
    with_mask.keywords["masks"]["mask0"]["mask"] = reference
    write_table(str(path), with_mask)
    answer = look(server, path)
    assert "wanted" in error_of(answer)
    with_group = read_table(str(sound["casacore"]))
    with_group.keywords["ATTRGROUPS"]["STATIONS"] = TableName(
        reference.replace("mask0", "STATIONS")
    )
    write_table(str(path), with_group)
    answer = look(server, path)
    assert "wanted" in error_of(answer)


@pytest.mark.parametrize("place", ["map", "masks/mask0", "coordinfo/coords", "miscinfo"])
@pytest.mark.parametrize("kind", ["external link", "soft link", "external link to nothing"])
def test_links_out_of_an_hdf5_file_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, place: str, kind: str
) -> None:
    path = copied(sound["hdf5"], tmp_path)
    (tmp_path / "other").mkdir()
    outside = copied(sound["hdf5"], tmp_path / "other")
    with h5py.File(path, "r+") as file:
        del file[place]
        if kind == "soft link":
            file[place] = h5py.SoftLink("/nowhere/at/all")
        else:
            target = str(outside) if kind == "external link" else "/no/such/file.h5"
            file[place] = h5py.ExternalLink(target, f"/{place}")
    assert path.name in error_of(look(server, path))


def test_pixels_outside_an_hdf5_file_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path
) -> None:
    path = copied(sound["hdf5"], tmp_path)
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret" * 1000)
    shape = image(path).shape
    with h5py.File(path, "r+") as file:
        del file["map"]
        parts = [(str(secret), 0, int(np.prod(shape)) * 4)]
        file.create_dataset("map", shape, np.float32, external=parts)
    assert path.name in error_of(look(server, path))


def test_virtual_pixels_of_other_hdf5_files_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path
) -> None:
    path = copied(sound["hdf5"], tmp_path)
    shape = image(path).shape
    layout = h5py.VirtualLayout(shape, np.float32)
    layout[:] = h5py.VirtualSource(str(sound["hdf5"]), "map", shape)
    with h5py.File(path, "r+") as file:
        del file["map"]
        file.create_virtual_dataset("map", layout)
    assert path.name in error_of(look(server, path))


NUMBERS = (0, -1, 2**31 - 1, -(2**31), 2**30)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("which", ["shape", "tile"])
def test_impossible_lengths_of_axes_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, which: str, number: int
) -> None:
    im = image(sound["casacore"])
    lengths = im.shape if which == "shape" else im.explain().tile
    assert lengths is not None
    stored = struct.pack(f">{len(lengths)}i", *reversed(lengths))
    content = (sound["casacore"] / "table.f0").read_bytes()
    assert stored in content
    for axis in range(len(lengths)):
        path = copied(sound["casacore"], tmp_path)
        changed = list(reversed(lengths))
        changed[axis] = number
        damaged = content.replace(stored, struct.pack(f">{len(lengths)}i", *changed))
        (path / "table.f0").write_bytes(damaged)
        assert path.name in error_of(look(server, path))
        shutil.rmtree(path)


@pytest.mark.parametrize("rows", [0, 2, 2**31 - 1, 2**31, 2**32 - 1])
def test_impossible_numbers_of_rows_are_refused(
    server: Server, sound: dict[str, Path], tmp_path: Path, rows: int
) -> None:
    path = copied(sound["casacore"], tmp_path)
    content = bytearray((path / "table.dat").read_bytes())
    assert content[8:17] == b"\0\0\0\5Table"
    content[21:25] = struct.pack(">I", rows)
    (path / "table.dat").write_bytes(content)
    answer = look(server, path)
    if answer.kind == "returned":  # the rows of the storage manager are the ones that count
        assert differences(portrait(str(sound["casacore"])), answer.value) == {}
        assert answer.peak < 200 << 20
    else:
        assert path.name in error_of(answer)


NAMES = ["", ".", "..", "../x", "a/b", "/tmp/x", "a\0b", "a\nb", "a\x1b[31m", "x" * 300, "table.f0",
         "table.dat", "logtable", "CON", "a\\b", "c:x"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("format", ["casacore", "hdf5"])
def test_names_that_could_do_harm_are_refused_or_kept_as_they_are(
    server: Server, sound: dict[str, Path], tmp_path: Path, format: str, name: str
) -> None:
    path = copied(sound[format], tmp_path)
    before = sorted(entry.name for entry in tmp_path.iterdir())
    reference = portrait(str(path))
    with image(path) as im:
        for make, names in ((im.makemask, im.masknames), (im.attrcreategroup, im.attrgroupnames)):
            try:
                make(name)
            except ImageError as error:
                assert str(error)  # noqa: PT017 (whether there is an error depends on the name)
            else:
                assert name in names()
    answer = look(server, path)
    assert answer.kind == "returned", answer
    changed = {where[0] for where in differences(reference, answer.value)}
    assert changed <= {"/masks", "/attributes"}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == before
