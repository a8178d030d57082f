"""Cards that are written: in the form of the standard, with nothing lost."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
import pytest
from astropy.io.fits import Header
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage.errors import FormatError
from jupimage.fits.cards import FitsHeader
from jupimage.fits.headercards import commentary, format_card, header_block, plain_text

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=400)


def back(card: str) -> Any:
    return FitsHeader(card.encode("ascii"))["KEY"]


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_real_numbers_keep_every_bit(value: float) -> None:
    card = format_card("KEY", value, "a comment")
    assert len(card) == 80
    assert struct.pack("d", back(card)) == struct.pack("d", value)
    assert struct.pack("d", Header.fromstring(card)["KEY"]) == struct.pack("d", value)


@given(value=st.integers(-(10**59), 10**59))
def test_integers_keep_every_digit(value: int) -> None:
    assert back(format_card("KEY", value)) == value


@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_single_precision_is_written_short(value: float) -> None:
    card = format_card("KEY", np.float32(value))
    assert np.float32(back(card)) == np.float32(value)
    assert len(card[10:].split("/")[0].strip()) <= 20


@settings(deadline=None)
@given(text=PRINTABLE)
def test_texts_of_any_length_come_back(text: str) -> None:
    card = format_card("KEY", text, "what it is")
    assert len(card) % 80 == 0
    # blanks at the end have no meaning, unless there is nothing else
    assert back(card).rstrip() == text.rstrip()
    if "'/" not in text:  # which ends a text for astropy, whatever stands before it
        assert Header.fromstring(card)["KEY"].rstrip() == text.rstrip()


@pytest.mark.parametrize("value", [True, False, np.True_, 2 - 3.5j, np.int64(5), "", "'", "''''"])
def test_other_values_come_back(value: Any) -> None:
    assert back(format_card("KEY", value)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, complex(math.nan, 0), None, [1]])
def test_values_that_no_card_holds_are_refused(value: Any) -> None:
    with pytest.raises(FormatError, match="a FITS card cannot hold"):
        format_card("KEY", value)


@pytest.mark.parametrize("keyword", ["", "toolongname", "small", "SP ACE", "D.OT"])
def test_keywords_that_are_none_are_refused(keyword: str) -> None:
    with pytest.raises(FormatError, match="a FITS keyword has up to 8"):
        format_card(keyword, 1)


@given(text=st.text(max_size=100))
def test_foreign_letters_are_replaced(text: str) -> None:
    plain = plain_text(text)
    assert all(" " <= c <= "~" for c in plain)
    assert len(plain) == len(text)
    assert len(commentary("HISTORY", text)) == 80


def test_header_fills_blocks() -> None:
    for count in (0, 35, 36, 71):
        block = header_block([format_card("KEY", 1)] * count)
        assert len(block) == (count // 36 + 1) * 2880
        assert block[count * 80 :].startswith(b"END     ")
