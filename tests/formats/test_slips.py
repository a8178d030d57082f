"""Damaged names, told from names that are just others."""

from __future__ import annotations

from jupimage.formats.slips import find_slips, misspelt, nearest, unused_fields


def test_names_are_compared() -> None:
    known = ("units", "imageinfo")
    assert misspelt(["units", "imageinfo", "mine"], known) == []
    assert misspelt(["units", "imaceinfo"], known, "x.")[0].startswith("x.'imaceinfo' is left out")
    assert unused_fields({"a": 1, "b": {"c": 1}}, {"a": 2, "b": {"c": 1}}, "w") == []
    assert len(unused_fields({"a": 1, "b": {"c": 1, "d": 2}}, {"b": {"c": 1}}, "w")) == 2


def test_names_that_are_there_are_not_meant() -> None:
    assert find_slips(["masks", "masky"], ["masks"]) == []


def test_half_of_the_letters_may_be_wrong_unless_fewer_are_asked_for() -> None:
    assert find_slips(["coxxxx"], ["coords"]) == []
    assert find_slips(["cooxxx"], ["coords"]) == [("cooxxx", "coords")]
    assert find_slips(["cooxxx"], ["coords"], most=1) == []
    assert find_slips(["coordx"], ["coords"], most=1) == [("coordx", "coords")]


def test_nearest_word() -> None:
    assert nearest("WELO", {"FREQ", "VELO"}) == "VELO"
    assert nearest("VELOX", {"FREQ", "VELO"}) == ""
    assert nearest("", {"FREQ"}) == ""
