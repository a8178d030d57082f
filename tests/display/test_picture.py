from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from jupimage.display import Picture, draw_plane
from jupimage.display.colormap import colormap
from jupimage.display.picture import BUDGET
from jupimage.errors import DisplayError
from jupimage.lattice import MemoryLattice

Make = Callable[..., Any]


def pixels_of(picture: Picture) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(picture.png)).convert("RGB"))


def noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=shape).astype(np.float32)


def share(pixels: NDArray[np.uint8], colour: tuple[int, ...]) -> float:
    """Part of a picture that has a colour."""
    return float((pixels == colour).all(axis=-1).mean())


@pytest.mark.parametrize("shape", [(64, 64), (256, 256), (400, 400), (1024, 1024), (300, 900)])
def test_noise_stays_within_the_budget(image: Make, sky: Make, shape: tuple[int, int]) -> None:
    picture = draw_plane(image(noise(*shape), sky(shape)))
    assert len(picture.png) <= BUDGET


def test_noise_around_a_pole_stays_within_the_budget(image: Make, sky: Make) -> None:
    system = sky((500, 500), centre=(10, 89.5), cell=(-0.01, 0.01), projection="TAN")
    assert len(draw_plane(image(noise(500, 500), system)).png) <= BUDGET


def test_a_smaller_budget_is_kept(image: Make) -> None:
    assert len(draw_plane(image(noise(500, 500)), budget_bytes=25_000).png) <= 25_000


def test_picture_is_opaque_and_twice_as_fine_as_shown(image: Make) -> None:
    picture = draw_plane(image(noise(50, 60)))
    file = Image.open(BytesIO(picture.png))
    assert file.size == (2 * picture.width, 2 * picture.height)
    assert "transparency" not in file.info
    corners = np.asarray(file.convert("RGB"))[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == 255).all()


def test_pixels_are_where_they_belong(image: Make) -> None:
    values = np.zeros((40, 40))
    values[30:, :10] = 1.0  # the upper left corner
    pixels = pixels_of(draw_plane(image(values, None), limits=(0, 1), colormap="viridis"))
    last = (pixels == colormap("viridis")[-1]).all(axis=-1)
    rows, columns = np.nonzero(last[:, : pixels.shape[1] * 3 // 4])
    frame = pixels.shape[0]
    assert rows.mean() < frame * 0.3
    assert columns.mean() < pixels.shape[1] * 0.35


def test_limits_decide_the_colours(image: Make) -> None:
    constant = image(np.full((40, 40), 5.0), None)
    below = pixels_of(draw_plane(constant, limits=(10, 20), colormap="grey"))
    above = pixels_of(draw_plane(constant, limits=(0, 1), colormap="grey"))
    assert share(below, (0, 0, 0)) > 0.4
    assert share(above, (255, 255, 255)) > share(below, (255, 255, 255)) + 0.4


def test_given_limits_are_reported(image: Make) -> None:
    assert draw_plane(image(noise(40, 40)), limits=[2, -1]).limits == (2.0, -1.0)
    low, high = draw_plane(image(noise(40, 40)), limits=[]).limits
    assert -4 < low < -1 < 1 < high < 4


def test_position_chooses_the_plane(image: Make) -> None:
    cube = np.zeros((5, 40, 40))
    cube[3] = 1.0
    shown = [draw_plane(image(cube, None), position=(n, None, None), limits=(0, 1)) for n in (2, 3)]
    assert shown[0].png != shown[1].png
    assert "Values from 1 to 1" in shown[1].alt


def test_window_shows_a_part(image: Make, sky: Make) -> None:
    values = np.zeros((200, 200))
    values[:100] = 7.0
    source = image(values, sky((200, 200)))
    assert "Values from 7 to 7" in draw_plane(source, window=(20.5, 20.5, 60.5, 60.5)).alt


def test_masked_pixels_have_a_colour_of_their_own(image: Make) -> None:
    good = np.ones((40, 40), bool)
    good[:20] = False
    picture = draw_plane(image(MemoryLattice(np.ones((40, 40)), good), None))
    assert share(pixels_of(picture), (208, 208, 212)) > 0.15
    assert "50 % of the pixels have none" in picture.alt


@pytest.mark.parametrize(
    "values",
    [
        np.full((20, 30), 5.0),
        np.full((20, 30), np.nan),
        np.full((20, 30), np.inf),
        np.where(noise(20, 30) > 0, np.inf, 1.0),
        np.ones((1, 1)),
        np.ones(1),
        np.ones((1, 50)),
        np.ones((50, 1)),
        np.arange(7.0),
        np.full(7, np.nan),
        noise(300_000),
        np.zeros((2, 3, 2, 3, 20, 30)),
        noise(20, 30) + 1j,
        noise(20, 30) > 0,
        np.arange(600, dtype=np.uint64).reshape(20, 30) << np.uint64(54),
        np.array([[1e300, -1e300], [0, 1e308]]),
        noise(30, 30).astype(float) * 1e-310,
        1.4e9 + noise(30, 30).astype(float) * 1e-3,
        noise(30, 30).astype(np.float16),
        noise(3, 5000),
        noise(5000, 3),
    ],
    ids=[
        "constant", "all NaN", "all infinite", "some infinite", "one pixel", "one point", "row",
        "column", "line", "line of NaN", "long line", "six axes", "complex", "bool", "large ints",
        "huge", "tiny", "on a pedestal", "half precision", "wide", "tall",
    ],
)  # fmt: skip
def test_any_pixels_make_a_picture(image: Make, values: NDArray[Any]) -> None:
    picture = draw_plane(image(values))
    assert pixels_of(picture).shape[:2] == (2 * picture.height, 2 * picture.width)
    assert picture.height >= 100
    assert picture.width <= 640
    assert len(picture.png) <= BUDGET
    assert np.isfinite(picture.limits).all()


def test_picture_without_values_says_so(image: Make) -> None:
    assert "No pixel has a value" in draw_plane(image(np.full((9, 9), np.nan))).alt


def test_line_is_interrupted_where_values_are_missing(image: Make) -> None:
    blue = np.array([31, 91, 168])

    def columns(values: NDArray[Any]) -> int:
        pixels = pixels_of(draw_plane(image(values))).astype(int)
        return int((np.abs(pixels - blue).sum(axis=-1) < 60).any(axis=0).sum())

    full, half = np.zeros(400), np.zeros(400)
    half[100:300] = np.nan
    assert columns(half) == pytest.approx(columns(full) / 2, rel=0.05)


def test_alt_text_tells_what_is_seen(image: Make, sky: Make, beam: dict[str, Any]) -> None:
    cube = np.zeros((3, 200, 200), np.float32)
    source = image(cube, sky(cube.shape), imageinfo={"objectname": "NGC 6946", **beam})
    alt = draw_plane(source).alt
    assert alt.startswith("Picture of NGC 6946 · channel 1 at 1.41952 GHz")
    for words in ("Right Ascension (J2000)", "Declination (J2000)", "Jy/beam", "Beam 2′ × 1.33′"):
        assert words in alt


def test_title_can_be_given(image: Make) -> None:
    assert "Picture of Fig. 1" in draw_plane(image(noise(9, 9)), title="Fig. 1").alt


def test_beam_is_drawn_in_the_lower_left_corner(
    image: Make, sky: Make, beam: dict[str, Any]
) -> None:
    values, system = np.ones((200, 200)), sky((200, 200))
    plain = pixels_of(draw_plane(image(values, system), limits=(0, 1)))
    marked = pixels_of(draw_plane(image(values, system, imageinfo=beam), limits=(0, 1)))
    rows, columns = np.nonzero((plain != marked).any(axis=-1))
    assert rows.size > 200
    assert rows.min() > 0.6 * plain.shape[0]
    assert columns.max() < 0.4 * plain.shape[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"limits": (1, 2, 3)}, "two finite numbers"),
        ({"limits": (0, np.nan)}, "two finite numbers"),
        ({"colormap": "infern"}, "did you mean 'inferno'"),
        ({"position": (1,)}, "1 indices for 2 axes"),
        ({"window": (0, 0, 1)}, "x0, y0, x1, y1"),
    ],
)
def test_senseless_arguments_are_refused(
    image: Make, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(DisplayError, match=message):
        draw_plane(image(noise(9, 9)), **arguments)


def test_image_without_pixels_is_refused(image: Make) -> None:
    with pytest.raises(DisplayError, match=r"shape \(0, 5\) has no pixels"):
        draw_plane(image(np.zeros((0, 5)), None))


def test_reads_at_most_four_million_pixels(image: Make, counting: Make) -> None:
    lattice = counting((8, 40_000, 50_000))
    draw_plane(image(lattice))
    assert 0 < lattice.read_pixels <= 4_000_000
