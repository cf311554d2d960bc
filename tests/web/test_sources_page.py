"""The page of sources: counts for those who keep the deliveries coming, late ones on their first page, and no record."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.conf import settings

from redshank import records
from redshank.store import Store
from redshank.web.accounts.roles import ROLES
from redshank.web.pages import sources as page
from redshank.web.pages import today

WATCHES = {"analyst", "researcher", "auditor"}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """A home with three nights of one source."""
    base = tmp_path_factory.mktemp("sources")
    store = Store.open(base / "place", create=True)
    for day in (1, 2, 3):
        folder = base / f"n{day}"
        folder.mkdir()
        crimes = "".join(f"C{day}-{n},2026-03-{day:02}T10:00:00Z,Theft,Ashdene\n" for n in range(30))
        (folder / "crimes.csv").write_text(
            "crime_ref,recorded_at,offence,district\n" + crimes + f"C{day}-x,yesterday,,\n"
        )
        (folder / "people.csv").write_text(
            "record_type,record_ref,role,surname,ethnicity_self_defined,nationality\n"
            f"crimes,C{day}-1,suspect,Merriweather,NS,Irish\ncrimes,C{day}-2,suspect,Tolliver,W2,\n"
        )
        records.load(store, folder)
    return base / "place"


@pytest.fixture
def place(delivered, monkeypatch, taken_back):
    """That home, and a clock for what is late."""
    monkeypatch.setattr(settings, "HOME", delivered)

    def at(*moment: int) -> None:
        clock = SimpleNamespace(now=lambda: datetime(*moment, tzinfo=UTC))
        for module in (page, today):
            monkeypatch.setattr(module, "timezone", clock)

    at(2026, 3, 4, 9)
    return at


def text_of(answer):
    assert answer.status_code == 200
    main = answer.content.decode().split("<main")[-1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_who_may_see_it(place, sign_in):
    """Its counts are of all records, so that whoever is not cleared would learn of a report of handling C (practice rule 12)."""
    assert {r for r in ROLES if ROLES[r].allows("sources.watch")} == WATCHES
    assert all(ROLES[r].cleared for r in WATCHES)
    assert sign_in("response_officer").get("/sources").status_code == 404


def test_it_shows_counts_and_no_record(place, sign_in):
    said = text_of(sign_in("auditor").get("/sources"))
    assert "Recorded crimes, by the mapping standard" in said
    assert "a day from its last 2 gaps" in said
    assert "1 row in quarantine: recorded at: it is no time written as ISO 8601" in said
    assert "Suspect 2 1 0 1 1" in said  # rows, self-defined, officer-defined, either, nationality
    assert "district >99%" not in said
    assert re.search(r"district 97% 97% 97%, 97%, 97%", said)
    for name in ("Merriweather", "Tolliver", "C3-1", "yesterday"):
        assert name not in said


def test_a_late_source_stands_on_the_page_and_on_the_first_page(place, sign_in):
    client = sign_in("auditor")
    assert "Sources that are late Recorded" not in text_of(client.get("/"))
    assert "Late" not in text_of(client.get("/sources")).replace("A source is late", "")
    place(2026, 3, 5, 9)
    assert "2 sources are late" in text_of(client.get("/sources"))
    assert "Recorded crimes from standard" in text_of(client.get("/"))


def test_before_any_delivery_the_page_says_so(tmp_path, monkeypatch, taken_back, sign_in):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    assert "Nothing has been delivered yet." in text_of(sign_in("analyst").get("/sources"))


def test_a_store_that_cannot_be_read_is_told_on_the_first_page(place, sign_in, tmp_path, monkeypatch):
    (tmp_path / "CURRENT").write_text("nonsense")
    monkeypatch.setattr(settings, "HOME", tmp_path)
    assert "Whether sources are late cannot be told" in text_of(sign_in("auditor").get("/"))
