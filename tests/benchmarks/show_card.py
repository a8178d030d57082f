"""Show the card of a 4 GB FITS cube: time, bytes, pixels read.

    python tests/benchmarks/show_card.py [--rounds N] [--folder DIR]

*first* is the first card of a session and pays for imports; *later* the median of cards of
images that were opened anew. The bytes are those of the whole bundle as a notebook stores it,
with the PNG as base64.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.benchmarks.open_fits import make_cube  # noqa: E402


def show(path: Path) -> tuple[float, int, int]:
    """Open an image and make its card: seconds, bytes, pixels read."""
    import jupimage

    begin = time.perf_counter()
    with jupimage.image(path) as im:
        lattice: Any = im._opened.lattice
        counted = _count_reads(lattice)
        bundle: Any = im._repr_mimebundle_()
        seconds = time.perf_counter() - begin
    size = sum(len(part) for kind, part in bundle.items() if kind != "image/png")
    return seconds, size + len(b64encode(bundle["image/png"])), counted[0]


def _count_reads(lattice: Any) -> list[int]:
    counted = [0]
    read = type(lattice).read

    def counting(box: Any, **wanted: Any) -> Any:
        counted[0] += box.size
        return read(lattice, box, **wanted)

    lattice.read = counting
    return counted


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        path = Path(folder, "cube.fits")
        make_cube(path, full=False)
        first, size, pixels = show(path)
        later = [show(path)[0] for _ in range(arguments.rounds)]
        gigabytes = path.stat().st_size / 1e9
    print(f"card of a cube of {gigabytes:.2f} GB")
    print(f"first    {first * 1e3:7.0f} ms")
    print(f"later    {statistics.median(later) * 1e3:7.0f} ms (worst {max(later) * 1e3:.0f} ms)")
    print(f"bundle   {size / 1e3:7.1f} kB")
    print(f"pixels   {pixels / 1e6:7.2f} million read")


if __name__ == "__main__":
    main()
