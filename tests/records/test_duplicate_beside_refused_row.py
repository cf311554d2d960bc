"""A key that stands twice was missed when a refused row of another key made the counts even."""

from __future__ import annotations

from redshank import records
from redshank.store import Store


def test_a_differing_duplicate_is_found_beside_a_refused_row(tmp_path):
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "crimes.csv").write_text(
        "crime_ref,recorded_at,narrative\n"
        "C1,2026-01-01T10:00:00,first\n"
        "C2,no time,refused\n"
        "C1,2026-01-01T10:00:00,other\n",
        encoding="utf-8",
    )
    store = Store.open(tmp_path / "home", create=True)
    report = records.load(store, delivery)
    assert [t.quarantined for t in report.tables] == [2]
    assert records.current(store)["records"]["text"].to_pylist() == ["first"]
