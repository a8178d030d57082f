"""Tests cannot leave this computer, and those that try fail."""

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

REFUSED = "tests do without the network"


@pytest.mark.parametrize("host", ["www.example.org", "192.0.2.1", "2001:db8::1"])
def test_other_computers_are_not_called(calls_outside, host):
    with pytest.raises(ConnectionRefusedError, match=f"{REFUSED}, but this one wants {host}"):
        socket.create_connection((host, 80), timeout=1)
    assert calls_outside[0].startswith(host)
    calls_outside.clear()


def test_a_download_is_refused(calls_outside):
    with pytest.raises(OSError, match=REFUSED):
        urllib.request.urlopen("https://data.astropy.org/coordinates/sites.json", timeout=1)
    assert calls_outside == ["data.astropy.org (socket.getaddrinfo)"]
    calls_outside.clear()


def test_a_call_without_a_connection_is_refused(calls_outside):
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller,
        pytest.raises(ConnectionRefusedError, match=REFUSED),
    ):
        caller.sendto(b"hello", ("192.0.2.1", 53))
    calls_outside.clear()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2"])
def test_this_computer_may_speak_to_itself(host):
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port), timeout=5) as caller:
            caller.sendall(b"x")
            answering, _ = server.accept()
            with answering:
                assert answering.recv(1) == b"x"


SECRET = """
import socket

def test_secret():
    try:
        socket.create_connection(("www.example.org", 80), timeout=1)
    except OSError:
        pass
"""


def test_who_tries_in_secret_fails(tmp_path):
    (tmp_path / "test_secret.py").write_text(SECRET)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", tmp_path, tmp_path],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "this one called www.example.org (socket.getaddrinfo)" in done.stdout
