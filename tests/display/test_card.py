import base64
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from jupimage.coordinates import default_system
from jupimage.display import card as real_card

Make = Callable[..., Any]

HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</style></table><svg onload=alert(1)>",
    "&lt;b&gt; & &amp;",
    "\x00\x07\x1b[31m\x7f\x85",
    "\u202egnp.exe\u2066",
    "caf\udce9",
    "x" * 100_000,
    "&" * 100_000,
    "<" * 100_000,
]
NAMES = ["script", "quotes", "end tags", "entities", "control", "bidi", "bytes", "long", "&s", "<s"]
BUNDLE = 150_000


class Tags(HTMLParser):
    """Tags, attributes and text of some HTML; fails on tags that do not match."""

    VOID = frozenset({"img", "br"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def card(source: Any) -> dict[str, Any]:
    """The card, with values of any type: a test knows which is text."""
    return dict(real_card(source))


def weight(bundle: dict[str, Any]) -> int:
    """Bytes of a bundle as a notebook file holds it: pictures in base64."""
    return sum(
        len(base64.b64encode(value)) if isinstance(value, bytes) else len(value.encode())
        for value in bundle.values()
    )


def untrusted(html: str) -> str:
    """Take away what JupyterLab takes away in a notebook that is not trusted."""
    return re.sub(r"(?s)<(style|svg)\b.*?</\1>", "", html)


@pytest.fixture
def cube(image: Make, sky: Make, beam: dict[str, Any]) -> Any:
    pixels = np.random.default_rng(1).normal(size=(4, 60, 80)).astype(np.float32)
    return image(
        pixels,
        sky(pixels.shape),
        kind="FITSImage",
        name="/data/ngc6946.fits",
        imageinfo={"objectname": "NGC 6946", "imagetype": "Intensity", **beam},
        miscinfo={"origin": "AIPS", "niter": 1000},
        history=["first", "second"],
        remarks=("no CUNIT3: Hz taken",),
    )


def test_bundle_has_three_forms(cube: Any) -> None:
    bundle = card(cube)
    assert sorted(bundle) == ["image/png", "text/html", "text/plain"]
    assert isinstance(bundle["image/png"], bytes)
    assert Image.open(BytesIO(bundle["image/png"])).mode == "P"


EXPECTED = [
    "NGC 6946", "FITSImage", "/data/ngc6946.fits", "4 × 60 × 80", "float32", "Jy/beam", "Intensity",
    "Right Ascension", "Declination", "Frequency", "20h14m24.0s", "1.41950 GHz", "−6″", "24.41 kHz",
    "deg", "Hz", "J2000", "LSRK", "WSRT", "J. Oort", "1.420405752 GHz", "SIN", "2′ × 1.33′, PA 30°",
    "Mask", "no CUNIT3: Hz taken", "origin", "AIPS", "first", "second",
]  # fmt: skip


@pytest.mark.parametrize("clean", [str, untrusted], ids=["trusted", "untrusted"])
def test_card_says_what_is_known(cube: Any, clean: Callable[[str], str]) -> None:
    text = Tags(clean(card(cube)["text/html"])).text
    assert [words for words in EXPECTED if words not in text] == []


def test_picture_survives_without_styles(cube: Any) -> None:
    bundle = card(cube)
    page = Tags(untrusted(bundle["text/html"]))
    assert page.attributes["src"] == [
        "data:image/png;base64," + base64.b64encode(bundle["image/png"]).decode()
    ]
    width, height = Image.open(BytesIO(bundle["image/png"])).size
    assert [int(page.attributes[key][0]) for key in ("width", "height")] == [width / 2, height / 2]
    assert "Right Ascension" in page.attributes["alt"][0]


def test_card_uses_only_tags_that_untrusted_notebooks_keep(cube: Any) -> None:
    kept = {"div", "span", "strong", "code", "img", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(Tags(untrusted(card(cube)["text/html"])).tags) <= kept | {
        "details", "summary", "pre"
    }  # fmt: skip


def test_style_is_limited_to_the_card_and_follows_the_theme(cube: Any) -> None:
    style = re.search(r"(?s)<style>(.*?)</style>", card(cube)["text/html"])
    assert style is not None
    rules = style.group(1).replace("@media (prefers-color-scheme:dark){", "")
    selectors = re.findall(r"([^{}]+)\{", rules)
    assert selectors
    for selector in selectors:
        assert all(part.strip().startswith(".jupimage-card") for part in selector.split(","))
    assert "prefers-color-scheme:dark" in style.group(1)
    assert "--jp-layout-color1" in style.group(1)


def test_history_and_cards_of_the_file_are_folded(cube: Any) -> None:
    page = Tags(card(cube)["text/html"])
    assert page.tags.count("details") == 2
    assert "open" not in page.attributes
    assert "History (2 lines)" in page.text


@pytest.mark.parametrize("text", HOSTILE, ids=NAMES)
def test_hostile_text_stays_text(image: Make, sky: Make, text: str) -> None:
    system = sky((3, 40, 50))
    record = system.dict()
    record["telescope"] = record["observer"] = text
    record["direction0"]["axes"] = [text, text]
    record["spectral1"]["name"] = text
    source = image(
        np.random.default_rng(1).normal(size=(3, 40, 50)),
        system,
        kind=text,
        name="/" + text,
        unit=text,
        imageinfo={"objectname": text, "imagetype": text},
        miscinfo={text: text, **{f"{text[:40]}{n}": text for n in range(300)}},
        history=[text] * 300,
        remarks=(text,) * 30,
    )
    bundle = card(source)
    page = Tags(bundle["text/html"])
    assert weight(bundle) < BUNDLE
    assert not {"script", "svg", "b", "iframe"} & set(page.tags)
    assert page.tags.count("img") == page.tags.count("style") == 1
    assert not [name for name in page.attributes if name.startswith("on")]
    for form in ("text/html", "text/plain"):
        lines = str(bundle[form]).split("\n")
        assert all(line.isprintable() for line in lines)
        assert max(map(len, lines)) < 90_000


def test_long_text_is_cut_with_a_tip(image: Make) -> None:
    html = card(image(np.zeros((9, 9)), imageinfo={"imagetype": "z" * 100_000}))["text/html"]
    page = Tags(html)
    assert "z" * 99 + "…" in page.text
    assert any(tip.startswith("zzz") and tip.endswith("…") for tip in page.attributes["title"])


def test_long_history_is_cut_with_a_count(image: Make) -> None:
    lines = [f"step {n}" for n in range(10_000)]
    text = Tags(card(image(np.zeros((9, 9)), history=lines))["text/html"]).text
    assert "History (10000 lines)" in text
    assert "step 9999" in text
    assert re.search(r"… 9\d\d\d earlier lines", text)


def test_many_cards_are_cut_with_a_count(image: Make) -> None:
    misc = {f"key{n}": n for n in range(5000)}
    text = Tags(card(image(np.zeros((9, 9)), miscinfo=misc))["text/html"]).text
    assert "More from the file (5000)" in text
    assert re.search(r"and 4\d\d\d more", text)


@pytest.mark.parametrize("shape", [(512, 512), (1500, 700), (90, 90)])
def test_noise_stays_within_the_bundle(image: Make, sky: Make, shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).normal(size=shape)
    assert weight(card(image(pixels, sky(shape)))) < BUNDLE


@pytest.mark.parametrize("shape", [(1024, 1024, 1024), (4, 1, 30_000, 30_000), (10**9,)], ids=str)
def test_large_image_is_read_within_the_budget(image: Make, counting: Make, shape: Any) -> None:
    lattice = counting(shape)
    bundle = card(image(lattice))
    assert 0 < lattice.read_pixels <= 4_000_000
    assert "image/png" in bundle


class BrokenLattice:
    """A lattice of a file that went away."""

    shape = tile = (10, 12)
    dtype = np.dtype("f4")
    masked = False

    def read(self, box: Any, **what: bool) -> Any:
        raise OSError("the disk <is> on fire")


class Broken:
    """An image none of whose attributes can be had."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(f"{name} is <gone>")


def test_unreadable_pixels_are_explained_and_the_rest_is_shown(image: Make) -> None:
    bundle = card(image(BrokenLattice(), default_system((10, 12))))
    text = Tags(bundle["text/html"]).text
    assert "image/png" not in bundle
    assert "No picture:" in text
    assert "OSError: the disk <is> on fire" in text
    assert "Right Ascension" in text
    assert "no picture: OSError: the disk <is> on fire" in bundle["text/plain"]


def test_image_that_is_broken_everywhere_has_a_card() -> None:
    bundle = card(Broken())
    assert "is <gone>" in Tags(bundle["text/html"]).text
    assert "is <gone>" in bundle["text/plain"]


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["direction0"].pop("crval"),
        lambda record: record["direction0"].update(units=["furlong", "K"]),
        lambda record: record["direction0"].update(cdelt=np.zeros(2)),
        lambda record: record["direction0"].update(crval=np.full(2, np.nan)),
        lambda record: record["direction0"].update(projection="XYZ"),
        lambda record: record.update(pixelmap0=np.array([7, 9])),
        lambda record: record.update(direction0="?"),
    ],
    ids=["no crval", "units", "no increment", "NaN", "projection", "axes", "no record"],
)
def test_broken_coordinates_still_have_a_card(
    image: Make, sky: Make, change: Callable[[dict[str, Any]], Any]
) -> None:
    system = sky((40, 50))
    change(system.dict())
    bundle = card(image(np.zeros((40, 50)), system))
    assert "40 × 50" in bundle["text/plain"]


@pytest.mark.parametrize("shape", [(0, 5), (), (1,), (1, 1), (2, 1, 3, 1, 5, 4)], ids=str)
def test_odd_shapes_have_a_card(image: Make, shape: tuple[int, ...]) -> None:
    bundle = card(image(np.zeros(shape), None))
    assert ("image/png" in bundle) == (np.zeros(shape).size > 0)


def test_many_axes_are_cut_with_a_count(image: Make) -> None:
    bundle = card(image(np.zeros((1,) * 30), None))
    assert "and 18 more axes" in bundle["text/plain"]
    assert "and 18 more axes" in Tags(bundle["text/html"]).text


def test_masked_part_is_told(image: Make) -> None:
    values = np.ones((10, 10))
    values[:1] = np.nan
    assert "Mask: none; 10 % of the pixels shown have no value" in card(image(values))["text/plain"]


def test_plain_text_lists_the_axes(cube: Any) -> None:
    lines = card(cube)["text/plain"].splitlines()
    assert lines[0] == "NGC 6946 (FITSImage): 4 × 60 × 80 float32, 76.8 kB"
    assert lines[2].split() == ["0", "Frequency", "4", "1.41950", "GHz", "24.41", "kHz", "LSRK"]


def test_card_starts_no_widget(cube: Any) -> None:
    before = set(sys.modules)
    card(cube)
    started = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert not started & {"ipywidgets", "anywidget", "bqplot", "matplotlib"}
