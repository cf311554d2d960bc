"""The night says first what did not come: its summary is of what was delivered."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from redshank import records
from redshank.cli import night as command
from redshank.store import Store
from tests.erasure import force


def test_a_source_that_is_late_is_named_with_its_day(tmp_path, capsys, monkeypatch):
    home = tmp_path / "home"
    store = Store.open(home, create=True)
    records.load(store, force.first(tmp_path / "first"))
    # As after many deliveries: one a day, the last of them long ago.
    before = store.manifest.copy()
    (entry,) = before.deliveries
    days = [dt.datetime(2026, 3, d, 2, tzinfo=dt.UTC).isoformat() for d in range(1, 9)]
    before.deliveries = [entry | {"number": n, "time": t} for n, t in enumerate(days, 1)]
    monkeypatch.setattr("redshank.publish.sources._store", lambda home: SimpleNamespace(manifest=before))
    command._tell_late(store)
    said = " ".join(capsys.readouterr().err.split())
    assert "Late: recorded crimes (mapping standard), due by 9 March 2026" in said
    before.deliveries = [entry]  # one delivery tells nothing of how often they come
    command._tell_late(store)
    assert capsys.readouterr().err == ""
