"""Puts a host of the test's own where the native module is in a worker."""

import logging
import sys

import pytest
from host_stand_in import Host

logging.getLogger("dspy").setLevel(logging.CRITICAL)


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    """A fresh host, reachable as `_dspex`."""
    host = Host()
    monkeypatch.setitem(sys.modules, "_dspex", host.module())
    return host
