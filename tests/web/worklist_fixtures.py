"""Fixtures of the worklist's tests, taken in by name in each of their files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from . import worklist_tools as tools


@pytest.fixture(scope="session")
def application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The web application; that of the folder's own home where it brings one."""
    try:
        request.getfixturevalue("home")
    except pytest.FixtureLookupError:
        tools.ready(tmp_path_factory.mktemp("town") / "home")


@pytest.fixture
def town(application: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The town, gone after the test; texts come from it instead of a store."""
    from redshank.publish import reading

    monkeypatch.setattr(reading, "texts", tools.texts_of)
    with tools.taken_back():
        tools.build()
        yield tools
