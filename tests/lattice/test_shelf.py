"""A worker opens an image once, shares it among its threads, and lets go of it in time."""

import gc
import threading
import time
import weakref

import pytest

from jupimage.lattice.shelf import Shelf


class Thing:
    """Something that can be told from others, and seen to go."""


def until(condition):
    """Wait for something that has to happen; not for long, but as long as it takes."""
    while not condition():
        time.sleep(0.005)
        gc.collect()


def test_a_thing_is_made_once_however_many_ask_for_it():
    shelf = Shelf(room=3, patience=60)
    made, found = [], []
    gate = threading.Barrier(8)

    def make():
        made.append(threading.current_thread())
        time.sleep(0.01)
        return Thing()

    def ask():
        gate.wait()
        found.append(shelf.take("a", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(set(found)) == 1
    shelf.clear()


def test_one_that_takes_long_to_make_keeps_nobody_else_waiting():
    shelf = Shelf(room=3, patience=60)
    go = threading.Event()
    slow = threading.Thread(target=shelf.take, args=("slow", go.wait))
    slow.start()
    assert shelf.take("quick", lambda: 1) == 1
    go.set()
    slow.join()
    shelf.clear()


def test_the_one_asked_for_longest_ago_makes_room():
    shelf = Shelf(room=2, patience=60)
    for key in "abac":
        shelf.take(key, Thing)
    kept = [shelf.take(key, lambda: None) for key in "ac"]
    assert None not in kept
    assert shelf.take("b", lambda: None) is None
    shelf.clear()


def test_what_nobody_asks_for_is_forgotten_by_itself():
    shelf = Shelf(room=2, patience=0.02)
    things = [weakref.ref(shelf.take(key, Thing)) for key in "ab"]
    until(lambda: len(shelf) == 0 and not any(thing() for thing in things))
    assert shelf.take("a", lambda: 5) == 5
    until(lambda: len(shelf) == 0)


def test_one_that_cannot_be_made_is_tried_again():
    shelf = Shelf(room=2, patience=60)

    def fail():
        raise OSError("not now")

    with pytest.raises(OSError, match="not now"):
        shelf.take("a", fail)
    assert shelf.take("a", lambda: 1) == 1
    shelf.clear()
