"""Regions combine as sets do."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupimage.coordinates import default_system
from jupimage.errors import ArgumentError
from jupimage.lattice import Box
from jupimage.regions import (
    Circle,
    Corners,
    Difference,
    Intersection,
    Polygon,
    Range,
    RegionSpec,
    Union,
)
from tests.regions.skyimages import selected

SHAPE = (4, 11, 13)
SYSTEM = default_system(SHAPE)

place = st.tuples(st.integers(-2, 12), st.integers(-2, 14))
simple = st.one_of(
    st.builds(Circle, place, st.integers(1, 6)),
    st.builds(Range, st.integers(-3, 2), st.integers(-2, 8), st.integers(-2, 8)),
    st.builds(Corners, st.tuples(st.integers(0, 3)), st.tuples(st.integers(-2, 3))),
    st.builds(Polygon, st.lists(place, min_size=3, max_size=5)),
)
specs = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a: ~a, inner),
    ),
    max_leaves=4,
)


@settings(max_examples=30)
@given(specs, specs, st.data())
def test_set_algebra(a: RegionSpec, b: RegionSpec, data: st.DataObject) -> None:
    one, other = selected(a, SYSTEM, SHAPE), selected(b, SYSTEM, SHAPE)
    np.testing.assert_array_equal(selected(a | b, SYSTEM, SHAPE), one | other)
    np.testing.assert_array_equal(selected(a & b, SYSTEM, SHAPE), one & other)
    np.testing.assert_array_equal(selected(a - b, SYSTEM, SHAPE), one & ~other)
    np.testing.assert_array_equal(selected(~a, SYSTEM, SHAPE), ~one)
    ends = [sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in SHAPE]
    step = data.draw(st.tuples(*[st.integers(1, 3)] * 3))
    box = Box(tuple(a for a, _ in ends), tuple(b for _, b in ends), step)
    part = (a - b | ~a & b).place(SYSTEM, SHAPE).select(box)
    np.testing.assert_array_equal(part, (one ^ other)[box.slices])


def test_specs_compare_and_hash_by_what_they_say() -> None:
    assert Circle((1, 2), 3) == Circle((1.0, 2.0), "3 pix", name="a")
    assert Circle((1, 2), 3) != Circle((1, 2), 4)
    assert len({Circle("1d 2d", "3d"), Circle("0:4:0 2d", "180 arcmin")}) == 1
    assert (
        repr(~Range(0, 3)) == "Complement(part=Range(axis=0, low=3.0, high=3.0, doppler='radio'))"
    )


def test_union_of_very_many_regions_is_flat() -> None:
    many = reduce(or_, (Circle((n % 11, n % 13), 1) for n in range(300)))
    assert isinstance(many, Union)
    assert len(many.parts) == 300
    assert selected(many, SYSTEM, SHAPE).all()


def test_only_regions_combine() -> None:
    with pytest.raises(TypeError):
        Circle((1, 2), 3) | 4  # type: ignore[operator]
    with pytest.raises(ArgumentError, match="a union is made of regions, got 3"):
        Union((Circle((1, 2), 3), 3))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="intersection needs regions, got none"):
        Intersection(())
    with pytest.raises(ArgumentError, match="a difference is made of regions, got None"):
        Difference(Circle((1, 2), 3), None)  # type: ignore[arg-type]
