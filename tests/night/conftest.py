"""A small synthetic force, loaded and read once for the whole folder; tests that change a home copy it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from redshank import night, records, synthetic
from redshank.store import Store


def load(home: Path, *deliveries: Path, name: str | None = None) -> Store:
    store = Store.open(home, create=True)
    for delivery in deliveries:
        records.load(store, delivery, name=name)
    return store


def run(home: Path, **options) -> dict:
    store = Store.open(home)
    with store.writing():
        return night.run(store, **options)


def findings(home: Path, name: str | None = None) -> dict:
    tables, _ = night.published(Store.open(home), name)
    return tables


@pytest.fixture(scope="session")
def force(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("force")
    synthetic.write(out, scale="small", seed=3)
    return out


@pytest.fixture(scope="session")
def after_first(force, tmp_path_factory) -> Path:
    """A home in which the first delivery was loaded and read."""
    home = tmp_path_factory.mktemp("homes") / "first"
    load(home, force / "first")
    run(home)
    return home


@pytest.fixture(scope="session")
def after_both(force, after_first, tmp_path_factory) -> Path:
    """A home in which the night's delivery was loaded and read too."""
    home = tmp_path_factory.mktemp("homes") / "both"
    shutil.copytree(after_first, home)
    load(home, force / "night")
    run(home)
    return home


@pytest.fixture
def home(after_both, tmp_path) -> Path:
    """A copy of the home with both deliveries, to change."""
    copy = tmp_path / "home"
    shutil.copytree(after_both, copy)
    return copy
