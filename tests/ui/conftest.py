"""One JupyterLab and one Chromium for all browser tests, a fresh page for each notebook."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.ui.chromium import ARGUMENTS, find_chromium
from tests.ui.lab import Lab
from tests.ui.pages import Pages


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start the server."""
    server = Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium found: `python tests/run.py` says what to do")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


OPEN = pytest.StashKey[list[Pages]]()


def opened(browser: Browser, lab: Lab, config: pytest.Config) -> Iterator[Pages]:
    """Give pages that are closed afterwards and photographed when a test fails."""
    pages = Pages(browser, lab)
    known = config.stash.setdefault(OPEN, [])
    known.append(pages)
    yield pages
    known.remove(pages)
    pages.close()


@pytest.fixture
def pages(browser: Browser, lab: Lab, pytestconfig: pytest.Config) -> Iterator[Pages]:
    """Give pages of this test alone."""
    yield from opened(browser, lab, pytestconfig)


@pytest.fixture(scope="module")
def shared_pages(browser: Browser, lab: Lab, pytestconfig: pytest.Config) -> Iterator[Pages]:
    """Give pages that all tests of a module use, because opening a notebook takes seconds."""
    yield from opened(browser, lab, pytestconfig)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Photograph all open pages when a test fails."""
    report = yield
    if report.failed:
        for pages in item.config.stash.get(OPEN, []):
            pages.photograph(f"{item.name}-{report.when}")
    return report
