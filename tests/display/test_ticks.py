import pytest

from jupimage.display.ticks import Ruler, angle_ruler, number_ruler

HOURS = Ruler("hours", wraps=True)
DEGREES = Ruler("sexagesimal")


@pytest.mark.parametrize(
    ("ruler", "value", "step", "label"),
    [
        (HOURS, 359.99999999, 0.25, "00ʰ00ᵐ"),
        (HOURS, -15.0, 15.0, "23ʰ"),
        (HOURS, 303.625, 15 / 3600, "20ʰ14ᵐ30ˢ"),
        (HOURS, 303.625, 15 / 36000, "20ʰ14ᵐ30.0ˢ"),
        (DEGREES, -0.25, 0.25, "−00°15′"),
        (DEGREES, -1e-12, 0.25, "+00°00′"),
        (DEGREES, 41.2, 0.05 / 3600, "+41°12′00.00″"),
        (DEGREES, 59.99999999 / 60, 1 / 60, "+01°00′"),
        (DEGREES, -30.0, 10.0, "−30°"),
        (Ruler("degrees", wraps=True), 361.5, 0.5, "1.5°"),
        (Ruler("degrees", wraps=True), 359.999999, 0.5, "0.0°"),
        (Ruler("degrees"), -5.0, 1.0, "−5°"),
        (Ruler("degrees"), 5.0, 1.0, "+5°"),
        (Ruler("number"), -0.0000001, 0.1, "0.0"),
        (Ruler("number"), 20000.0, 5000.0, "20000"),
    ],
)
def test_label(ruler: Ruler, value: float, step: float, label: str) -> None:
    assert ruler.labels([value], step=step) == [label]


def test_short_labels_leave_out_what_stays_the_same() -> None:
    values = [303.75, 303.6875, 303.625, 303.5625]
    labels = HOURS.labels(values, step=0.0625, short=True)
    assert labels == ["20ʰ15ᵐ00ˢ", "14ᵐ45ˢ", "30ˢ", "15ˢ"]


@pytest.mark.parametrize("span", [1e-9, 1e-4, 0.01, 0.5, 20.0, 360.0])
@pytest.mark.parametrize("ruler", [HOURS, DEGREES, Ruler("degrees"), Ruler("number")], ids=str)
def test_steps_ascend_and_fit_the_span(ruler: Ruler, span: float) -> None:
    steps = list(ruler.steps(span))
    assert steps
    assert steps == sorted(set(steps))
    assert span / 20 <= steps[0]
    assert steps[-1] <= span * 1.001


@pytest.mark.parametrize("span", [0.0, float("nan"), float("inf"), -1.0])
def test_no_steps_where_nothing_varies(span: float) -> None:
    assert list(HOURS.steps(span)) == []


@pytest.mark.parametrize(
    ("low", "high", "unit", "shown"),
    [
        (0, 2.3e-3, "Jy/beam", "mJy/beam"),
        (0, 0.6, "Jy/beam", "Jy/beam"),
        (0, 4e-6, "Jy/beam", "µJy/beam"),
        (0, 2.0, "mJy/beam", "mJy/beam"),
        (0, 5000.0, "K", "K"),
        (1.4e9, 1.5e9, "Hz", "GHz"),
        (115.2712e9, 115.2713e9, "Hz", "MHz"),
        (0, 250.0, "km/s", "km/s"),
        (0, 250.0, "", ""),
        (0, 3e7, "counts", "10⁶ counts"),
        (0, 2e8, "K", "10⁶ K"),
    ],
)
def test_unit_suits_the_values(low: float, high: float, unit: str, shown: str) -> None:
    assert number_ruler(low, high, unit).unit == shown


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, float("inf")), (float("nan"), 1)])
def test_values_without_a_range_keep_their_unit(low: float, high: float) -> None:
    assert number_ruler(low, high, "Jy") == Ruler("number", 1.0, "Jy")


def test_galactic_axes_are_in_degrees() -> None:
    assert angle_ruler(longitude=True, equatorial=False, scale=1.0).style == "degrees"
