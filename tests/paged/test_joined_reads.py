"""Paged images joined: what is read lands in one array, whatever mask each part has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jupimage import image


@pytest.fixture
def parts(tmp_path: Path) -> tuple[list[str], np.ma.MaskedArray]:
    """Make three images, the middle one masked; return their names and what they hold together."""
    random = np.random.default_rng(5)
    names, blocks = [], []
    for number, length in enumerate((3, 5, 2)):
        values = random.normal(size=(length, 6, 7)).astype(np.float32)
        mask = random.random(values.shape) < (0.3 if number == 1 else 0)
        names.append(str(tmp_path / f"part{number}.img"))
        image(names[-1], values=values, mask=mask if number == 1 else (), tileshape=(2, 4, 3))
        blocks.append(np.ma.MaskedArray(values, mask))
    return names, np.ma.concatenate(blocks)


@pytest.mark.filterwarnings("ignore:.*names one of them twice")
@pytest.mark.parametrize(
    ("blc", "trc", "inc"),
    [((), (), ()), ((2, 1, 1), (8, 4, 6), ()), ((1, 0, 0), (9, 5, 6), (3, 2, 1)), ((4,), (4,), ())],
    ids=["whole", "straddling", "strided", "one part"],
)
def test_sections_of_joined_paged_images_have_pixels_and_mask(parts, blc, trc, inc) -> None:
    names, whole = parts
    found = image(names, axis=2).get(blc, trc, inc)
    last = tuple(trc) + tuple(n - 1 for n in whole.shape[len(trc) :])
    first = tuple(blc) + (0,) * (3 - len(blc))
    step = tuple(inc) + (1,) * (3 - len(inc))
    wanted = whole[tuple(slice(a, b + 1, s) for a, b, s in zip(first, last, step, strict=True))]
    np.testing.assert_array_equal(found.data, wanted.data)
    np.testing.assert_array_equal(found.mask, np.ma.getmaskarray(wanted))
