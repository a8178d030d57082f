"""Shared by all Python tests: the oracle, and a closed door to the network.

python-casacore is the reference that this package reproduces. Where its wheels exist
(Linux on x86_64) it has to be there: a comparison that silently does not happen is worth
nothing, so the number of comparisons stands at the end of each run.

Nothing here may need the network: whoever asks for the address of another computer, or calls one,
is refused, and the test fails in the end even where the code under test makes do without.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import ipaddress
import platform
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no reason to fail.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Their assertions explain themselves as those of tests do.
pytest.register_assert_rewrite("tests.ui.notebook", "tests.ui.viewer")

# Scripts, not tests: importing them for doctests would gain nothing.
collect_ignore = ["run.py", "benchmarks"]

HAS_WHEELS = sys.platform == "linux" and platform.machine() == "x86_64"


@dataclass(slots=True)
class Oracle:
    """python-casacore, and how often it was asked.

    `count` is called once for each comparison, or with the number of values compared
    where one call compares many cases.
    """

    images: ModuleType
    tables: ModuleType
    version: str
    comparisons: int = 0

    def count(self, n: int = 1) -> None:
        """Note `n` comparisons."""
        self.comparisons += n


ASKING = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
CALLS: list[str] = []


def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what Python is about to do if that is to speak to another computer."""
    if event not in ASKING:
        return
    host = arguments[0]
    if event in ("socket.connect", "socket.sendto"):
        speaker, address = arguments[:2]
        if not isinstance(address, tuple) or not isinstance(address[0], str):
            return  # a socket that is a file, or one of the system's own
        if event == "socket.connect" and speaker.type == socket.SOCK_DGRAM:
            return  # sends nothing: that is how one asks for the own address
        host = address[0]
    if not is_here(host):
        CALLS.append(f"{host} ({event})")
        raise ConnectionRefusedError(f"tests do without the network, but this one wants {host}")


def is_here(host: Any) -> bool:
    """Whether a name or an address is that of this computer."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name.removesuffix(".local") in ("localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def pytest_configure() -> None:
    """Watch the network from the beginning, for fixtures and modules too."""
    sys.addaudithook(stay_here)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that tried, or whose fixtures did."""
    try:
        yield
        if CALLS:
            pytest.fail(f"tests do without the network, but this one called {', '.join(CALLS)}")
    finally:
        CALLS.clear()


@pytest.fixture
def calls_outside() -> list[str]:
    """Give the computers that the test tried to speak to; one that clears this may."""
    return CALLS


ORACLE = pytest.StashKey[Oracle]()


@pytest.fixture(scope="session")
def oracle(pytestconfig: pytest.Config) -> Oracle:
    """Give the modules of python-casacore, and count what they are asked."""
    try:
        images = importlib.import_module("casacore.images")
        tables = importlib.import_module("casacore.tables")
    except ImportError as error:
        if HAS_WHEELS:
            pytest.fail(f"python-casacore has to be there on this platform: {error}")
        pytest.skip("python-casacore has no wheels for this platform")
    found = Oracle(images, tables, importlib.metadata.version("python-casacore"))
    pytestconfig.stash[ORACLE] = found
    return found


# Where the tests run in several processes, each one's count comes home with it.
COUNTS = pytest.StashKey[list[tuple[int, str]]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the number of comparisons over, where this is one of several processes."""
    found = session.config.stash.get(ORACLE, None)
    output = getattr(session.config, "workeroutput", None)
    if found is not None and output is not None:
        output["comparisons"] = (found.comparisons, found.version)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the number of comparisons of a process that is done."""
    counts = node.config.stash.setdefault(COUNTS, [])
    if "comparisons" in getattr(node, "workeroutput", {}):
        counts.append(node.workeroutput["comparisons"])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many comparisons were made."""
    none: list[tuple[int, str]] = []
    counts = [*config.stash.get(COUNTS, none)]
    found = config.stash.get(ORACLE, None)
    if found is not None:
        counts.append((found.comparisons, found.version))
    if counts:
        total = sum(number for number, _ in counts)
        terminalreporter.write_line(f"{total} comparisons with python-casacore {counts[0][1]}")
