"""Statistics of an image larger than what the process may hold."""

import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import numpy as np
from jupimage import image

noise = np.random.default_rng(1).normal(size=(2048, 2048)).astype(np.float32)
im = image(sys.argv[1], shape=(128, 2048, 2048))
for channel in (0, 50, 127):
    im.putdata(noise, channel)
im.close()
im = image(sys.argv[1])
im[:1, :64, :64].statistics()
with open("/proc/self/status") as status:
    data = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
limit = data * 1024 + 300_000_000
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
found = im.statistics()
assert found["npts"] == 128 * 2048 * 2048
assert found["median"] == 0 and found["medabsdevmed"] == 0 and found["quartile"] == 0
assert np.isclose(found["sum"], 3 * noise.sum(dtype=float))
assert found["max"] == noise.max()
planes = im[44:52].statistics(axes=(1, 2))
assert planes["median"][6] == np.median(noise.astype(float)) and planes["median"][1] == 0
try:
    np.ones(400_000_000, np.uint8)
except MemoryError:
    print("done")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is one of Linux")
def test_statistics_of_two_gigabytes_take_little_memory(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "cube.img")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.strip() == "done", done.stderr
