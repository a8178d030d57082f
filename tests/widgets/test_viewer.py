"""The kernel's side of the viewer: traits, frames and errors, without a browser."""

import threading
import time

import ipywidgets
import numpy as np
import pytest
import traitlets
from ipywidgets import Widget

import jupimage
from jupimage import image
from jupimage.errors import BoxError
from jupimage.widgets import Viewer


class Browser:
    """What arrives at the other end of a viewer's wire."""

    def __init__(self, viewer, monkeypatch):
        self.viewer = viewer
        self.messages = []
        monkeypatch.setattr(
            viewer, "send", lambda content, buffers=(): self.messages.append((content, buffers))
        )

    def ask(self, channel, *, exact=False, others=(), number=1):
        message = {
            "kind": "request",
            "id": number,
            "channel": channel,
            "others": list(others),
            "exact": exact,
        }
        self.viewer._handle_custom_msg(message, [])
        return self.messages[-1]


def unpacked(header, buffers):
    """Decode a frame as the browser does: values, and which of them are good."""
    shape = header["height"], header["width"]
    if header["dtype"] == "u2":
        codes = np.frombuffer(buffers[0], "<u2").reshape(shape)
        values = header["offset"] + header["scale"] * (codes.astype(float) - 2)
        return np.where(codes == 0, np.nan, values), codes != 1
    values = np.frombuffer(buffers[0], "<f4").reshape(shape)
    if not header["masked"]:
        return values, np.ones(shape, bool)
    bits = np.unpackbits(np.frombuffer(buffers[1], np.uint8), count=values.size)
    return values, bits.astype(bool).reshape(shape)


@pytest.fixture
def cube():
    return jupimage.samples.galaxy(channels=6, size=24)


@pytest.mark.parametrize("exact", [True, False], ids=["at rest", "moving"])
def test_a_frame_holds_the_pixels_of_the_channel_asked_for(cube, monkeypatch, exact):
    browser = Browser(cube.view(), monkeypatch)
    header, buffers = browser.ask(4, exact=exact, number=7)
    assert header["kind"] == "frame"
    assert (header["id"], header["channel"], header["step"]) == (7, 4, [1, 1])
    expected = cube.getdata(4, 4)[0]
    values, good = unpacked(header, buffers)
    tolerance = 0 if exact else np.ptp(expected) / 65533
    np.testing.assert_allclose(values, expected, rtol=0, atol=tolerance)
    assert good.all()
    assert "GHz" in header["labels"][0]
    assert "km/s" in header["labels"][0]


@pytest.mark.parametrize("exact", [True, False], ids=["at rest", "moving"])
def test_masked_and_blank_pixels_are_told_apart(monkeypatch, exact):
    values = np.arange(12.0, dtype="f4").reshape(3, 4)
    values[1, 2] = np.nan
    im = image("", values=values, mask=values == 5)
    header, buffers = Browser(im.view(), monkeypatch).ask(0, exact=exact)
    got, good = unpacked(header, buffers)
    assert np.isnan(got[1, 2])
    np.testing.assert_array_equal(good, values != 5)
    if exact:
        assert got[1, 1] == 5


def test_further_axes_get_sliders_of_their_own(monkeypatch):
    im = image("", values=np.arange(2.0 * 3 * 4 * 5 * 6).reshape(4, 3, 2, 5, 6))
    viewer = im.view()
    assert len(viewer.sliders) == 3
    assert len(viewer.others) == 2
    axes = [slider["axis"] for slider in viewer.sliders]
    browser = Browser(viewer, monkeypatch)
    indices = [slider["length"] - 1 for slider in viewer.sliders]
    header, buffers = browser.ask(indices[0], others=indices[1:], exact=True)
    position = [slice(None)] * 5
    for axis, index in zip(axes, indices, strict=True):
        position[axis] = index
    np.testing.assert_array_equal(unpacked(header, buffers)[0], im.getdata()[tuple(position)])


def test_a_large_plane_is_strided_and_says_so(cube, monkeypatch):
    browser = Browser(Viewer(cube, budget=100), monkeypatch)
    header, buffers = browser.ask(2, exact=True)
    step = header["step"][0]
    assert step > 1
    np.testing.assert_array_equal(
        unpacked(header, buffers)[0], cube.getdata(2, 2)[0, ::step, ::step]
    )


def test_a_viewer_is_few_widgets(cube, request):
    made = []
    Widget.on_widget_constructed(made.append)
    request.addfinalizer(lambda: Widget.on_widget_constructed(None))
    viewer = cube.view()
    assert 1 <= len(made) <= 3
    viewer.close()


def test_state_is_plain_json_without_pixels(cube):
    import json

    state = cube.view().get_state()
    state.pop("_esm"), state.pop("_css"), state.pop("layout")
    assert len(json.dumps(state)) < 20_000


def test_channel_links_to_a_slider_both_ways(cube):
    viewer = cube.view()
    slider = ipywidgets.IntSlider(max=5)
    traitlets.link((viewer, "channel"), (slider, "value"))
    slider.value = 5
    assert viewer.channel == 5
    viewer.channel = 1
    assert slider.value == 1


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("channel", 6, r"channel 6 lies outside 0\.\.5"),
        ("channel", -1, r"channel -1 lies outside 0\.\.5"),
        ("others", [0], "others"),
        ("colormap", "viridsi", "viridis"),
        ("limits", [1.0], "two finite numbers"),
        ("limits", [0.0, float("nan")], "two finite numbers"),
        ("cursor", [1.0], r"\[y, x\]"),
        ("viewport", [5, 0, 1, 9], "x0 < x1"),
    ],
    ids=lambda value: str(value),
)
def test_nonsense_is_refused_with_the_reason(cube, trait, value, message):
    viewer = cube.view()
    before = getattr(viewer, trait)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(viewer, trait, value)
    assert getattr(viewer, trait) == before


def test_settings_are_checked(cube):
    assert cube.view(channel=-1, colormap="viridis").channel == 5
    with pytest.raises(BoxError, match=r"channel 6 lies outside 0\.\.5"):
        cube.view(channel=6)
    with pytest.raises(traitlets.TraitError, match="no setting 'colour'"):
        cube.view(colour="grey")
    with pytest.raises(BoxError, match="no channel 1"):
        cube[0].view(channel=1)


def test_an_error_is_answered_not_lost(cube, monkeypatch):
    browser = Browser(cube.view(), monkeypatch)
    content, _ = browser.ask(99)
    assert content == {
        "kind": "failed",
        "id": 1,
        "error": "index 99 on axis 0 lies outside 0..5",
    }
    cube.close()
    content, _ = browser.ask(1)
    assert content["kind"] == "failed"
    assert "closed" in content["error"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "request",
        {},
        {"kind": "boo"},
        {"kind": "request"},
        {"kind": "request", "channel": "x"},
    ],
    ids=repr,
)
def test_hostile_messages_do_no_harm(cube, monkeypatch, message):
    browser = Browser(cube.view(), monkeypatch)
    browser.viewer._handle_custom_msg(message, [])
    assert all(content["kind"] == "failed" for content, _ in browser.messages)


def test_requests_from_many_threads_get_their_own_frames(cube, monkeypatch):
    viewer = cube.view()
    answers, failures = {}, []

    def collect(content, buffers=()):
        answers[content["id"]] = (content, [bytes(b) for b in buffers])

    monkeypatch.setattr(viewer, "send", collect)

    def ask(thread):
        try:
            for i in range(20):
                channel = (thread + i) % 6
                number = thread * 100 + i
                viewer._handle_custom_msg(
                    {
                        "kind": "request",
                        "id": number,
                        "channel": channel,
                        "others": [],
                        "exact": True,
                    },
                    [],
                )
                viewer.channel = channel
                values, _ = unpacked(*answers[number])
                np.testing.assert_array_equal(values, cube.getdata(channel, channel)[0])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert len(answers) == 160


@pytest.mark.parametrize("shape", [(5,), (4, 5), (1, 5), (1, 1), (2, 1, 3, 4, 5, 6)], ids=str)
@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_every_shape_and_type_has_a_picture(monkeypatch, shape, dtype):
    rng = np.random.default_rng(1)
    im = image("", values=rng.normal(size=shape).astype(dtype))
    viewer = im.view()
    header, buffers = Browser(viewer, monkeypatch).ask(
        viewer.channel, others=viewer.others, exact=True
    )
    assert header["kind"] == "frame"
    assert len(buffers[0]) == 4 * header["width"] * header["height"]
    geometry = viewer.geometry
    assert (header["width"], header["height"]) == (geometry["width"], geometry["height"])


def test_outside_a_notebook_a_viewer_can_be_made_and_closed(cube):
    viewer = cube.view()
    viewer.channel = 2
    viewer.close()


def test_the_saved_picture_follows_once_the_viewer_rests(cube, monkeypatch):
    published = []
    monkeypatch.setattr(
        "IPython.display.publish_display_data",
        lambda data, *, transient, update: published.append((data, transient, update)),
    )
    viewer = cube.view(channel=0)
    viewer._picture.show()
    for channel in range(1, 5):
        viewer.channel = channel
    end = time.monotonic() + 20
    while len(published) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    viewer.close()
    (first, where, update), (last, there, again) = published
    assert where == there == {"display_id": f"jupimage-{viewer.picture_id}"}
    assert (update, again) == (False, True)
    assert first["image/png"] != last["image/png"]
    assert viewer.picture_id in last["text/html"]
