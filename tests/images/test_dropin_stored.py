"""Images that casacore made once, of all sorts, are described as casacore describes them."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.conftest import Oracle
from tests.images.sidebyside import Bench, compare

DATA = Path(__file__).parent.parent / "data" / "formats"

# What the reference itself gets wrong, and where sky or velocity frames are converted, which
# agrees less closely; those have tests of their own.
OTHERS = {
    "dir_conv": "frames", "spec_vel": "frames", "info": "frames",
    "quality": "a kind of coordinate that it does not list",
    "tabular": "positions in sections of tables",
    "regions": "types of small arrays in miscinfo",
    "tsm_column": "cannot be copied", "tsm_shape": "cannot be copied",
}  # fmt: skip
NAMES = sorted(path.name.removesuffix(".img.tar.gz") for path in DATA.glob("*.img.tar.gz"))


def test_there_are_many_of_them() -> None:
    assert len(NAMES) > 30
    assert set(OTHERS) < set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OTHERS])
def test_stored_images(name: str, oracle: Oracle, tmp_path: Path) -> None:
    def scenario(b: Bench) -> None:
        with tarfile.open(DATA / f"{name}.img.tar.gz") as archive:
            archive.extractall(b.folder, filter="data")
        im = b.ask(b.image, b.path(f"{name}.img"))
        if im is None:
            return
        b.look(im)
        b.note(im.history(), im.attrgroupnames())
        b.ask(lambda: im.info()["coordinates"])
        for seed in range(3):
            b.positions(im, seed)
        for group in im.attrgroupnames():
            b.note(im.attrnames(group), im.attrnrows(group))
            for attribute in im.attrnames(group):
                for method in (im.attrgetcol, im.attrgetunit, im.attrgetmeas):
                    b.ask(method, group, attribute)
        b.case("a section")
        low, high = [n // 3 for n in im.shape()], [max(n // 3, n - 1) for n in im.shape()]
        section = im.subimage(low, high, dropdegenerate=False)
        b.look(section)
        b.case("copies")
        for number, source in enumerate((im, section)):
            b.ask(source.saveas, b.path(f"copy{number}"))
            b.look(b.image(b.path(f"copy{number}")))

    compare(scenario, oracle, tmp_path)
