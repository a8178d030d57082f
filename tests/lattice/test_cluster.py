"""Work on a real cluster of two processes gives what threads give, whatever happens to it."""

import os
import shutil
import signal
import threading
import time
from functools import partial, reduce
from pathlib import Path

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from jupimage import image, options
from jupimage.errors import (
    ArgumentError,
    CancelledError,
    ClusterError,
    FormatError,
    MaskError,
    MissingImageError,
)
from jupimage.lattice import (
    Box,
    ConcatView,
    MaskedView,
    MemoryLattice,
    SectionView,
    ZeroLattice,
    blocks,
    map_blocks,
    reduce_blocks,
    worker,
)
from jupimage.lattice.lent import LentLattice
from jupimage.lattice.scan import visit_blocks
from jupimage.regions import Circle

SHAPE = (40, 60, 70)


@pytest.fixture(scope="module")
def client():
    # A busy computer may take its time to start a new worker for one that was killed.
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "600s"}),
        LocalCluster(
            processes=True, n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as connected,
    ):
        yield connected


@pytest.fixture
def cluster(client, monkeypatch):
    """Use the cluster, for a good number of blocks."""
    monkeypatch.setattr(options, "cluster", client)
    monkeypatch.setattr(options, "memory", 6e5)
    client.wait_for_workers(2)
    return client


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    values = np.random.default_rng(5).normal(size=SHAPE).astype(np.float32)
    made = image("", values=values, mask=values > 1.5)
    made.saveas(folder / "cube.img")
    made.saveas(folder / "cube.h5", hdf5=True)
    made.tofits(folder / "cube.fits")
    image("", values=values).saveas(folder / "cube.mir", format="miriad")
    return folder


@pytest.fixture
def cube(files):
    return lattice_of(files / "cube.img")


def lattice_of(path):
    return image(path)._opened.lattice


def total(box, block):
    values = block.values if block.good is None else block.values[block.good]
    return np.nansum(values, dtype=np.float32), np.histogram(values, 20, (-4, 4))[0], box.start


def both(first, second):
    return first[0] + second[0], first[1] + second[1], first[2] + second[2]


def process(box, block):
    return os.getpid()


def slow_process(box, block):
    time.sleep(0.01)
    return box.start, os.getpid()


def processes(lattice, **keywords):
    return set(map_blocks(process, lattice, **keywords))


def corner(box, block):
    return box, float(block.values.ravel()[0])


def section(lattice):
    return SectionView(lattice, Box((3, 0, 5), (37, 60, 64), (2, 1, 3)))


def same(lattice):
    found = reduce_blocks(total, both, lattice)
    wanted = reduce_blocks(total, both, lattice, cluster=False)
    assert found[0].tobytes() == wanted[0].tobytes()
    np.testing.assert_array_equal(found[1], wanted[1])
    assert found[2] == wanted[2]


@pytest.mark.parametrize("name", ["cube.img", "cube.h5", "cube.fits", "cube.mir"])
def test_sums_are_those_of_threads_to_the_last_bit(cluster, files, name):
    same(lattice_of(files / name))


VIEWS = {
    "section": section,
    "plane": lambda lattice: SectionView(lattice, Box((7, 0, 0), (8, 60, 70)), drop=(0,)),
    "joined": lambda lattice: ConcatView([lattice, lattice], axis=1),
    "joined sections": lambda lattice: ConcatView([section(lattice)] * 2, axis=0),
    "without its mask": lambda lattice: MaskedView(lattice, None),
}


@pytest.mark.parametrize("view", VIEWS)
def test_sums_over_views_are_those_of_threads_to_the_last_bit(cluster, files, view):
    lattice = VIEWS[view](lattice_of(files / "cube.fits"))
    assert os.getpid() not in processes(lattice)
    same(lattice)


def test_a_walk_over_files_runs_on_the_workers_and_in_order(cluster, cube):
    results = list(map_blocks(slow_process, cube))
    assert [start for start, _ in results] == [piece.start for piece in blocks(cube)]
    assert {pid for _, pid in results} == set(cluster.run(os.getpid).values())


def test_results_are_the_same_on_a_part_and_with_other_tiles(cluster, cube):
    part = {"box": Box((2, 3, 4), (30, 50, 60)), "tile": (1, 7, 70)}
    found = list(map_blocks(corner, cube, **part))
    assert len(found) > 10
    assert found == list(map_blocks(corner, cube, cluster=False, **part))


def busy(dask_scheduler):
    states = {"waiting", "queued", "no-worker", "processing"}
    return [task.key for task in dask_scheduler.tasks.values() if task.state in states]


def wait_for_rest(client):
    """Wait until nobody works; a task that stayed would make this wait for ever."""
    while client.run_on_scheduler(busy):
        time.sleep(0.02)


def tasks(client):
    return client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter)


def keep(held, box, block):
    return os.getpid()


def test_pixels_in_memory_stay_in_this_process(cluster, cube):
    memory = MemoryLattice(np.ones(SHAPE))
    mask = MemoryLattice(np.ones(SHAPE, bool))
    walks = {
        "an array": (process, memory),
        "somebody else's array": (process, LentLattice(np.ones(SHAPE))),
        "a section": (process, section(memory)),
        "a concatenation with a file": (
            process,
            ConcatView([MemoryLattice(np.ones(SHAPE, np.float32)), cube], axis=0),
        ),
        "a file under a mask in memory": (process, MaskedView(cube, mask)),
        "a function that holds an array's lattice": (partial(keep, memory), cube),
    }
    before = tasks(cluster)
    for name, (function, lattice) in walks.items():
        assert set(map_blocks(function, lattice)) == {os.getpid()}, name
    assert tasks(cluster) == before
    processes(cube)
    assert tasks(cluster) > before


def test_a_client_that_is_not_set_is_not_used(client, cube):
    assert options.cluster is None
    assert processes(cube) == {os.getpid()}


def test_a_walk_may_bring_its_own_client_or_refuse_the_one_that_is_set(client, cube, monkeypatch):
    assert os.getpid() not in processes(cube, cluster=client)
    monkeypatch.setattr(options, "cluster", client)
    assert processes(cube, cluster=False) == {os.getpid()}


def test_zeros_that_nobody_holds_are_walked_through_on_the_cluster(cluster):
    assert os.getpid() not in processes(ZeroLattice(SHAPE, np.float32))


def test_progress_counts_blocks_in_the_calling_thread(cluster, cube):
    seen = []
    for _ in map_blocks(process, cube, progress=lambda *step: seen.append(step)):
        pass
    assert seen == [(number + 1, len(blocks(cube))) for number in range(len(blocks(cube)))]


def test_cancel_ends_the_walk_and_the_tasks(cluster, cube):
    stop = threading.Event()
    done = []

    def walk():
        for result in map_blocks(slow_process, cube, cancelled=stop.is_set):
            done.append(result)
            stop.set()

    with pytest.raises(CancelledError, match="as asked"):
        walk()
    assert 0 < len(done) < len(blocks(cube))
    wait_for_rest(cluster)


def wait_for_file(path, box, block):
    while not path.exists():
        time.sleep(0.01)


def test_cancel_does_not_wait_for_a_result(cluster, cube, tmp_path):
    go = tmp_path / "go"
    asked = iter(range(10**6))
    try:
        with pytest.raises(CancelledError, match="as asked"):
            list(map_blocks(partial(wait_for_file, go), cube, cancelled=lambda: next(asked) > 10))
    finally:
        go.touch()


def test_a_reader_who_stops_leaves_no_task_behind(cluster, cube):
    walk = map_blocks(process, cube)
    next(walk)
    walk.close()
    wait_for_rest(cluster)


def fail(error, box, block):
    raise error


@pytest.mark.parametrize("error", [ZeroDivisionError("in the function"), MaskError("no mask")])
def test_an_error_in_the_function_arrives_with_its_own_type(cluster, cube, error):
    with pytest.raises(type(error), match=str(error)):
        list(map_blocks(partial(fail, error), cube))


def mark(array, box, block):
    array[0] = 1


def test_a_function_cannot_change_an_array_it_brings_along(cluster, cube):
    with pytest.raises(ValueError, match="read-only"):
        list(map_blocks(partial(mark, np.zeros(5)), cube))


def add(array, box, block):
    return float(block.values.sum() + array[box.start].sum())


def test_a_function_may_bring_a_large_array(cluster, cube):
    work = partial(add, np.random.default_rng(2).normal(size=SHAPE))
    assert list(map_blocks(work, cube)) == list(map_blocks(work, cube, cluster=False))


def test_functions_without_a_name_travel_by_value(cluster, cube):
    assert list(map_blocks(lambda box, block: box.size, cube)) == [b.size for b in blocks(cube)]


def test_functions_that_cannot_travel_are_refused(cluster, cube):
    found = []
    with pytest.raises(ArgumentError, match="shares the variables found with the function around"):
        list(map_blocks(lambda box, block: found.append(box), cube))
    with pytest.raises(ArgumentError, match="cannot be sent to a cluster"):
        list(map_blocks(partial(keep, threading.Lock()), cube))


def test_a_file_that_the_workers_do_not_see_is_named(cluster, files, tmp_path):
    shutil.copytree(files / "cube.img", tmp_path / "gone.img")
    lattice = lattice_of(tmp_path / "gone.img")
    (tmp_path / "gone.img").rename(tmp_path / "elsewhere.img")
    with pytest.raises(
        MissingImageError, match=r"a worker of .* cannot open .*gone\.img.*same name"
    ):
        processes(lattice)


def test_another_file_under_the_same_name_is_noticed(cluster, files, tmp_path):
    (tmp_path / "cube.fits").symlink_to(files / "cube.fits")
    lattice = lattice_of(tmp_path / "cube.fits")
    (tmp_path / "cube.fits").unlink()
    image("", shape=(3, 4)).tofits(tmp_path / "cube.fits")
    with pytest.raises(FormatError, match=r"another image .* \(\(40, 60, 70\).* got \(\(3, 4\)"):
        processes(lattice)


def test_workers_see_what_was_written_before(cluster, files, tmp_path):
    shutil.copytree(files / "cube.img", tmp_path / "new.img")
    im = image(tmp_path / "new.img")
    for number in (2.0, 3.0):
        im.putdata(np.full(SHAPE, number, np.float32))
        found = map_blocks(extremes, im._opened.lattice)
        assert set(found) == {(number, number)}


def extremes(box, block):
    return float(block.values.min()), float(block.values.max())


def settings(box, block):
    return options.map, options.follow_links


def test_workers_open_files_as_this_process_does(cluster, cube, monkeypatch):
    assert set(map_blocks(settings, cube)) == {(True, False)}
    monkeypatch.setattr(options, "map", False)
    monkeypatch.setattr(options, "follow_links", True)
    assert set(map_blocks(settings, cube)) == {(False, True)}


def count_opened():
    return len(worker._shelf)


def let_go(path):
    worker._shelf.clear()
    held = [os.path.realpath(link) for link in Path("/proc/self/fd").glob("*")]
    return path in "".join(held) + Path("/proc/self/maps").read_text()


def test_a_worker_opens_an_image_once_and_lets_go_of_it(cluster, files):
    cluster.run(let_go, "")
    for _ in map_blocks(slow_process, lattice_of(files / "cube.fits")):
        pass
    assert set(cluster.run(count_opened).values()) == {1}
    assert not any(cluster.run(let_go, str(files / "cube.fits")).values())


def test_a_closed_client_is_refused(client, cube, monkeypatch):
    with Client(client.scheduler.address, set_as_default=False) as other:
        assert os.getpid() not in processes(cube, cluster=other)
    monkeypatch.setattr(options, "cluster", other)
    with pytest.raises(ClusterError, match=r"options\.cluster is a client that is closed"):
        processes(cube)
    assert processes(cube, cluster=False) == {os.getpid()}


def test_a_client_that_is_closed_in_the_middle_is_noticed(cluster, cube):
    with Client(cluster.scheduler.address, set_as_default=False) as other:
        walk = map_blocks(slow_process, cube, cluster=other)
        next(walk)
        other.close()
        with pytest.raises(ClusterError, match=r"cluster at tcp://.* was lost, or its client was"):
            list(walk)


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:8786", 4, True])
def test_what_is_no_client_is_refused(cube, wrong):
    with pytest.raises(ArgumentError, match=f"cluster must be a .*Client or None, got {wrong!r}"):
        processes(cube, cluster=wrong)


def walk_within(path, box, block):
    return sum(map_blocks(size_of, lattice_of(path)))


def size_of(box, block):
    return box.size


def test_walks_within_a_walk_do_not_wait_for_each_other(files, cube, monkeypatch):
    with (
        LocalCluster(
            processes=False, n_workers=1, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        monkeypatch.setattr(options, "cluster", client)
        found = set(map_blocks(partial(walk_within, files / "cube.img"), cube))
    assert found == {np.prod(SHAPE)}


def on_threads(monkeypatch, work):
    """Do the work without the cluster that is set."""
    with monkeypatch.context() as here:
        here.setattr(options, "cluster", None)
        return work()


STATISTICS = {
    "robust": {},
    "not robust": {"robust": False},
    "per plane": {"axes": (1, 2)},
    "per spectrum": {"axes": 0},
    "of a range": {"minmaxvalues": (-0.5, 0.7)},
    "without a range": {"minmaxvalues": (-0.5, 0.7), "exclude": True},
    "of a region": {"region": Circle((30, 30), 20), "robust": False},
}


@pytest.mark.parametrize("case", STATISTICS)
def test_statistics_are_those_of_threads_to_the_last_bit(cluster, files, monkeypatch, case):
    keywords = STATISTICS[case]
    im = image(files / "cube.img")
    before = tasks(cluster)
    found = im.statistics(**keywords)
    assert tasks(cluster) > before
    wanted = on_threads(monkeypatch, partial(im.statistics, **keywords))
    assert list(found) == list(wanted)
    for key in found:
        assert found[key].dtype == wanted[key].dtype
        assert found[key].tobytes() == wanted[key].tobytes(), key


class Doubled:
    """Computes its pixels, and says where in the first of each block."""

    def __init__(self, parent):
        self.parent = parent
        self.shape, self.dtype, self.tile = parent.shape, parent.dtype, parent.tile
        self.masked = parent.masked

    def read(self, box, *, values=True, good=True):
        block = self.parent.read(box, values=values, good=good)
        block.values[...] *= 2
        block.values.ravel()[0] = os.getpid()
        return block


def test_blocks_to_be_stored_here_are_computed_there(cluster, cube):
    pids, copy = set(), np.zeros(SHAPE, np.float32)

    def store(box, block):
        copy[box.slices] = block.values
        pids.add(int(block.values.ravel()[0]))

    visit_blocks(store, Doubled(cube))
    assert pids <= set(cluster.run(os.getpid).values())
    expected = 2 * cube.read(Box.whole(SHAPE)).values
    assert np.count_nonzero(copy != expected) == len(blocks(cube))


def test_blocks_to_be_stored_here_are_read_here_if_nothing_is_computed(cluster, cube):
    copy = np.zeros(SHAPE, np.float32)

    def store(box, block):
        copy[box.slices] = block.values

    before = tasks(cluster)
    visit_blocks(store, cube)
    np.testing.assert_array_equal(copy, cube.read(Box.whole(SHAPE)).values)
    joined = ConcatView([MaskedView(cube, None)] * 2, axis=0)
    visit_blocks(lambda box, block: None, section(joined))
    assert tasks(cluster) == before


def moved(im):
    """Return coordinates with another grid on every axis."""
    system = im.coordinates()
    sky = system["direction"]
    sky.set_increment([1.3 * step for step in sky.get_increment()])
    sky.set_referencepixel([pixel + 2.3 for pixel in sky.get_referencepixel()])
    system["spectral"].set_increment(1.7 * system["spectral"].get_increment())
    return system


REGRIDS = {
    "sky, nearest": ((1, 2), {"interpolation": "nearest"}),
    "sky, linear": ((1, 2), {}),
    "sky, cubic, exact": ((1, 2), {"interpolation": "cubic", "decimate": 0}),
    "sky, linear, with a mask": ((1, 2), {"mask": True}),
    "spectral": ((0,), {}),
    "everything": ((0, 1, 2), {"outshape": (25, 50, 66)}),
}


@pytest.mark.parametrize("case", REGRIDS)
def test_regridded_pixels_are_those_of_threads_to_the_last_bit(cluster, files, monkeypatch, case):
    axes, keywords = REGRIDS[case]
    im = image(files / "cube.img")
    work = partial(im.regrid, axes, moved(im), **keywords)
    before = tasks(cluster)
    found = work()
    assert tasks(cluster) > before
    wanted = on_threads(monkeypatch, work)
    assert np.count_nonzero(wanted.getdata()) > 1000
    assert found.getdata().tobytes() == wanted.getdata().tobytes()
    np.testing.assert_array_equal(found.getmask(), wanted.getmask())


# From here on workers die, and new ones take a while to come.


def slow_total(box, block):
    time.sleep(0.01)
    return total(box, block), os.getpid()


def test_blocks_of_a_killed_worker_are_done_again(cluster, cube):
    walk = map_blocks(slow_total, cube)
    first = next(walk)
    os.kill(first[1], signal.SIGKILL)
    results, pids = zip(*[first, *walk], strict=True)
    assert len(set(pids)) > 1
    found = reduce(both, results)
    wanted = reduce_blocks(total, both, cube, cluster=False)
    assert found[0].tobytes() == wanted[0].tobytes()
    np.testing.assert_array_equal(found[1], wanted[1])
    assert found[2] == wanted[2]


def kill_worker(here, box, block):
    assert os.getpid() != here
    os.kill(os.getpid(), signal.SIGKILL)


def allow_failures(number, dask_scheduler):
    before, dask_scheduler.allowed_failures = dask_scheduler.allowed_failures, number
    return before


@pytest.fixture
def strict(client):
    """Give up at the first worker that dies, not the fourth."""
    before = client.run_on_scheduler(allow_failures, 0)
    yield
    client.run_on_scheduler(allow_failures, before)


def test_work_that_kills_worker_after_worker_is_given_up(client, strict, cube):
    with pytest.raises(ClusterError, match="died again and again"):
        list(map_blocks(partial(kill_worker, os.getpid()), cube, cluster=client))
    client.wait_for_workers(1)
    assert os.getpid() not in processes(cube, cluster=client)
