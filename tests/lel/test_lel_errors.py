"""What is wrong with an expression is said with the place in the text."""

from __future__ import annotations

import numpy as np
import pytest

from jupimage import image
from jupimage.errors import LelError
from jupimage.lel import LelNameError, LelSyntaxError, LelTypeError, compile_expression


@pytest.fixture
def plane():
    return image("", values=np.arange(12.0, dtype=np.float32).reshape(3, 4))


def wrong(text: str, *images) -> LelError:
    """Return the error of an expression."""
    with pytest.raises(LelError) as caught:
        compile_expression(text, images=[im._opened for im in images], namespace={"size": 3})
    return caught.value


def pointed_at(error: LelError) -> str:
    start, stop = error.span
    return error.text[start:stop]


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("2 + ", "wanted a name, a number, a function or (, got the end", ""),
        ("2 * * 3", "got *", "*"),
        ("(2 + 3", "wanted an operator or ), got the end", ""),
        ("2 + 3)", "wanted an operator or the end, got )", ")"),
        ("1 < 2 < 3", "comparisons do not chain", "<"),
        ("2 & 3", "and is &&", "&"),
        ("a = 3", "equality is ==", "="),
        ("'abc", "quote is not closed", "'abc"),
        ("5I", "neither a number nor a name", "5I"),
        ("[1, 2", "a comma or ]", ""),
        ("index0 in [3:1]", "ends before it begins", "3:1"),
        ("index0 in [1.5]", "wanted an integer", "1.5"),
        ("$(1 + ", "bracket is not closed", "$("),
        ("\x07", "'\\x07' means nothing here", "\x07"),
        ("", "got the end of the expression", ""),
    ],
)
def test_syntax_error_points_at_the_word(text, reason, place) -> None:
    error = wrong(text)
    assert isinstance(error, LelSyntaxError)
    assert reason in error.reason
    assert pointed_at(error) == place


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("sqr(2)", "no function sqr; did you mean sqrt?", "sqr"),
        ("2 * $sise", "no variable $sise", "$sise"),
        ("$2 + $1", "no image $2; given are 1 to 1", "$2"),
        ("nosuch.im + 1", "no image or region 'nosuch.im'", "nosuch.im"),
        ("$(nosuch) + 1", "NameError", "$(nosuch)"),
    ],
)
def test_unknown_name_is_pointed_at(plane, text, reason, place) -> None:
    error = wrong(text, plane)
    assert isinstance(error, LelNameError)
    assert reason in error.reason
    assert pointed_at(error) == place


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("1 + T", "Bools and numbers do not mix: got float and Bool", "+"),
        ("!$1", "wanted Bools, got float values", "!"),
        ("sin($1 > 2)", "wanted numbers as the first argument, got Bool values", "sin"),
        ("sin($1, 2)", "sin takes 1 arguments, got 2: sin(x)", "sin"),
        ("conj($1)", "wanted complex numbers", "conj"),
        ("$1 + [1, 2, 3]", "$1 and [1, 2, 3] do not fit: their shapes differ: 3 x 4 and 3", "+"),
        ("$1[2]", "got a number", "["),
        ("fractile($1, 2)", "a fraction from 0 to 1", "fractile"),
        ("[$1, 2]", "single values in a list", "["),
    ],
)
def test_type_error_points_at_the_operator(plane, text, reason, place) -> None:
    error = wrong(text, plane)
    assert isinstance(error, LelTypeError)
    assert reason in error.reason
    assert pointed_at(error) == place


def test_message_draws_a_caret_below_the_line() -> None:
    error = wrong("2 +\n  sqr(3)")
    assert str(error).splitlines()[1:] == ["    sqr(3)", "    ^^^"]


def test_long_line_is_cut_around_the_place() -> None:
    error = wrong("1 + " * 500 + "sqr(3)")
    lines = str(error).splitlines()
    assert len(lines[1]) < 130
    assert lines[1][lines[2].index("^") :].startswith("sqr")


def test_nesting_has_no_depth_that_fails() -> None:
    deep = "(" * 10_000 + "1" + ")" * 10_000
    assert compile_expression(deep).number() == 1
    assert compile_expression("-" * 10_000 + "1").number() == 1
    assert compile_expression("+".join(["1"] * 10_000)).number() == 10_000


def test_python_is_not_run_without_a_namespace() -> None:
    with pytest.raises(LelNameError, match="not typed in this session"):
        compile_expression("$(__import__('os').getcwd())")
