import base64
import json
from importlib.resources import files

import numpy as np
import pytest

from jupimage.display.colormap import DEFAULT, colormap, names
from jupimage.errors import DisplayError


def test_table_is_sorted_and_holds_256_colours_a_map() -> None:
    table = json.loads(files("jupimage.display").joinpath("colormaps.json").read_text("utf-8"))
    assert list(table) == sorted(table)
    assert "Apache" in table.pop("licence")
    assert {len(base64.b64decode(text)) for text in table.values()} == {768}
    assert tuple(table) == names()


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("viridis", (68, 1, 84), (253, 231, 37)),
        ("inferno", (0, 0, 4), (252, 255, 164)),
        ("magma", (0, 0, 4), (252, 253, 191)),
        ("plasma", (13, 8, 135), (240, 249, 33)),
        ("cividis", (0, 34, 78), (254, 232, 56)),
        ("grey", (0, 0, 0), (255, 255, 255)),
        ("cubehelix", (0, 0, 0), (255, 255, 255)),
        ("RdBu", (103, 0, 31), (5, 48, 97)),
    ],
)
def test_map_has_its_published_ends(
    name: str, first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    colours = colormap(name)
    assert colours.shape == (256, 3)
    assert (tuple(colours[0]), tuple(colours[-1])) == (first, last)


def test_cubehelix_gets_steadily_brighter() -> None:
    luminance = colormap("cubehelix") @ [0.30, 0.59, 0.11]
    assert (np.diff(luminance) > 0).all()


def test_reversed_map_runs_backwards() -> None:
    np.testing.assert_array_equal(colormap("magma_r"), colormap("magma")[::-1])


def test_default_exists() -> None:
    assert DEFAULT in names()


@pytest.mark.parametrize("name", ["viridi", "Viridis", "viridi_r"])
def test_near_miss_is_guessed(name: str) -> None:
    with pytest.raises(DisplayError, match="did you mean 'viridis'"):
        colormap(name)


def test_far_miss_lists_the_names() -> None:
    with pytest.raises(DisplayError, match="there are RdBu, cividis"):
        colormap("xyzzy")


def test_caller_may_change_the_colours() -> None:
    colormap("grey")[:] = 0
    assert colormap("grey")[-1, 0] == 255
