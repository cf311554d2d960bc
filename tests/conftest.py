"""For all suites: tests that share something that takes long to make run in one process, so that it is made once."""

from __future__ import annotations

import pytest

#: Folders whose homes and forces are made for a session or a file. `tests/web` and `tests/browser` group for themselves.
SHARING = ("architecture", "attack", "contract", "doctor", "erasure", "night", "products", "synthetic")


def pytest_itemcollected(item: pytest.Item) -> None:
    folder = item.nodeid.split("/")[1]
    if folder in SHARING:
        item.add_marker(pytest.mark.xdist_group(folder))
