"""From the slider to the picture on the screen, against a bare message of the same bytes.

    python tests/benchmarks/channel_change.py [ROUNDS]

A real JupyterLab and a real browser, over the DevTools protocol. The viewer shows a float32
FITS cube of 64 channels of 1024 x 1024; each round moves its slider to a channel far away and
waits for the quick frame and then for the exact one. Between them a bare anywidget asks the
same kernel for as many bytes and does nothing with them. Prints median and 95th percentile of
both, and where the viewer's time goes:

read, encode
    in the kernel: pixels from the file, and their frame (the frame's header says so)
draw
    from the arrival of the bytes at the page's socket until the canvas is drawn
transfer
    the rest: request, kernel's dispatch, server and sockets
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.benchmarks.devtools import BrowserPage  # noqa: E402
from tests.ui.lab import Lab  # noqa: E402

CHANNELS, SIZE = 64, 1024

CELL = '''
import anywidget, jupimage, numpy
class Bare(anywidget.AnyWidget):
    """Sends as many bytes as it is asked for."""
    _esm = """
    export default { render({ model }) { window.bench.bare = model } }
    """
    def __init__(self):
        super().__init__()
        block = numpy.random.default_rng(0).integers(0, 256, 1 << 23, numpy.uint8)
        self.on_msg(lambda _, m, b: self.send({"kind": "bare"}, [memoryview(block)[:m["bytes"]]]))
im = jupimage.image("cube.fits")
viewer = im.view(channel=0)
bare = Bare()
display(bare, viewer)
print("viewer model:", viewer.model_id)
'''

# Runs before anything of the page: notes when large messages arrive at its sockets, and when
# requests for frames leave.
EARLY = r"""
window.bench = { arrivals: [], sent: [], headers: [] };
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', e => {
      const bytes = e.data.byteLength ?? e.data.length;
      if (bytes > 100000) window.bench.arrivals.push({ at: performance.now(), bytes });
    });
  }
  send(data) {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
    const id = text.match(/"kind":"request","id":(\d+)/)?.[1];
    if (id) window.bench.sent.push({ at: performance.now(), id: Number(id) });
    return super.send(data);
  }
};
"""

# The viewer's own messages, seen from beside it.
WATCH = """
(async () => {
  const { bench } = window;
  const model = await bench.bare.widget_manager.get_model(MODEL);
  model.on('msg:custom', (content, buffers) => {
    const bytes = buffers.reduce((sum, b) => sum + b.byteLength, 0);
    if (content.kind === 'frame') bench.headers.push({ ...content, bytes });
  });
  bench.screen = () => new Promise(resolve => requestAnimationFrame(resolve));
  bench.root = document.querySelector('.jupimage-viewer');
  bench.drawn = test => new Promise(resolve => {
    const look = () => {
      if (!test(bench.root.dataset)) return;
      watch.disconnect();
      resolve(performance.now());
    };
    const watch = new MutationObserver(look);
    watch.observe(bench.root, { attributes: true });
    look();
  });
  bench.asBare = async bytes => {
    bench.arrivals.length = 0;
    const start = performance.now();
    const end = await new Promise(resolve => {
      const got = () => { bench.bare.off('msg:custom', got); resolve(performance.now()); };
      bench.bare.on('msg:custom', got);
      bench.bare.send({ bytes });
    });
    const { at } = bench.arrivals[0];
    await bench.screen();
    return { total: end - start, draw: end - at, screen: performance.now() - start, bytes };
  };
  const split = (start, end, arrival, header) => ({
    ...header.timing,
    bytes: header.bytes,
    total: end - start,
    transfer: arrival.at - start - header.timing.read - header.timing.encode,
    draw: end - arrival.at,
  });
  bench.change = async channel => {
    for (const list of [bench.arrivals, bench.sent, bench.headers]) list.length = 0;
    const slider = bench.root.querySelector('input.jupimage-slider');
    const start = performance.now();
    slider.value = channel;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    const quickEnd = await bench.drawn(d => d.channel === String(channel));
    await bench.screen();
    const screen = performance.now() - start;
    const exactEnd = await bench.drawn(d => d.channel === String(channel) && d.exact === 'true');
    const [quick, exact] = bench.headers;
    const asked = bench.sent.find(m => m.id === exact.id).at;
    return {
      quick: { ...split(start, quickEnd, bench.arrivals[0], quick), screen },
      exact: split(asked, exactEnd, bench.arrivals.at(-1), exact),
    };
  };
})()
"""


def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lab = Lab(Path(folder, "lab"))
        try:
            write_cube(lab.root / "cube.fits")
            lab.write("bench.ipynb", [CELL])
            with BrowserPage(Path(folder, "profile")) as page:
                open_notebook(page, lab.address("bench.ipynb"))
                report(measure(page, rounds))
        finally:
            lab.close()


def write_cube(path: Path) -> None:
    """Write a cube of noise with a slope, plane by plane."""
    from astropy.io import fits

    header = fits.Header({"SIMPLE": True, "BITPIX": -32, "NAXIS": 3, "NAXIS1": SIZE})
    header.update({"NAXIS2": SIZE, "NAXIS3": CHANNELS, "BUNIT": "Jy/beam"})
    for axis, kind, step in ((1, "RA---SIN", -1e-3), (2, "DEC--SIN", 1e-3), (3, "FREQ", 1e6)):
        value = {"FREQ": 1.4e9}.get(kind, 30.0)
        header.update({f"CTYPE{axis}": kind, f"CRPIX{axis}": 1.0, f"CRVAL{axis}": value})
        header[f"CDELT{axis}"] = step
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(SIZE, SIZE)).astype(">f4")
    with path.open("wb") as file:
        file.write(header.tostring().encode("ascii"))
        for channel in range(CHANNELS):
            file.write((np.roll(noise, channel, axis=0) + np.float32(channel)).astype(">f4").data)
        file.write(b"\0" * (-file.tell() % 2880))


def open_notebook(page: BrowserPage, address: str) -> None:
    """Open the notebook, run it, and watch its viewer."""
    page.call("Page.addScriptToEvaluateOnNewDocument", source=EARLY)
    page.call("Page.navigate", url=address)
    page.wait_for("document.querySelector('.jp-Notebook .jp-Cell')")
    page.wait_for(
        "[...jupyterapp.shell.widgets('main')].some("
        "w => w.context?.sessionContext.session?.kernel?.status === 'idle')"
    )
    page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    exact = ".jupimage-viewer[data-exact='true']"
    page.wait_for(f'window.bench.bare && document.querySelector("{exact}")')
    text = page.evaluate("document.querySelector('.jp-OutputArea').innerText")
    model = str(text).split("viewer model:")[1].split()[0]
    page.evaluate(WATCH.replace("MODEL", repr(model)))


def measure(page: BrowserPage, rounds: int) -> dict[str, list[dict[str, float]]]:
    """Take turns between the viewer and bare messages; return one row for each measurement."""
    rows: dict[str, list[dict[str, float]]] = {}
    steps = np.random.default_rng(2).integers(9, CHANNELS - 9, rounds + 3)
    channel = 0
    for number, step in enumerate(steps):
        channel = (channel + int(step)) % CHANNELS
        found = page.evaluate(f"bench.change({channel})")
        for kind in ("quick", "exact"):
            bytes_ = int(found[kind]["bytes"])
            found[f"bare {kind}"] = page.evaluate(f"bench.asBare({bytes_})")
        if number >= 3:  # the first ones warm the caches
            for kind, row in found.items():
                rows.setdefault(kind, []).append(row)
    return rows


def report(rows: dict[str, list[dict[str, float]]]) -> None:
    """Print the table."""
    columns: list[tuple[str, Callable[[Sequence[float]], float]]] = [
        ("median", statistics.median),
        ("95 %", lambda values: float(np.percentile(values, 95))),
    ]
    parts = ("read", "encode", "transfer", "draw")
    print(f"{len(rows['quick'])} rounds, {SIZE} x {SIZE} pixels; milliseconds")
    print(f"{'':12} {'bytes':>9} {'median':>7} {'95 %':>7}   medians of " + ", ".join(parts))
    summary: dict[str, list[float]] = {}
    for kind in ("quick", "bare quick", "exact", "bare exact"):
        found = rows[kind]
        summary[kind] = [each([row["total"] for row in found]) for _, each in columns]
        split = "  ".join(f"{statistics.median([r.get(p, 0) for r in found]):6.1f}" for p in parts)
        median, high = summary[kind]
        print(f"{kind:12} {int(found[0]['bytes']):9} {median:7.1f} {high:7.1f}   {split}")
    for kind in ("quick", "exact"):
        ratios = [a / b for a, b in zip(summary[kind], summary[f"bare {kind}"], strict=True)]
        print(f"{kind}: {ratios[0]:.2f} times bare at the median, {ratios[1]:.2f} at 95 %")
    shown: dict[str, Any] = {
        kind: statistics.median(row["screen"] for row in rows[kind])
        for kind in ("quick", "bare quick")
    }
    print(
        "until the next frame of the screen:"
        f" quick {shown['quick']:.1f}, bare {shown['bare quick']:.1f}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
