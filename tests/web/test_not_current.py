"""A column is renamed in Tuesday's export: the load says which, every page, edition, pack and product says which data are not current
and since when, and one line of the mapping mends it. A small force whose nights come as one delivery each."""
# ruff: noqa: F811

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from redshank import night, publish, records
from redshank.store import Store

from .concern_tools import few, said, web  # noqa: F401
from .documents import WORDS
from .test_matrix import edition_of, prepare, sign_and_freeze

MONDAY = date(2026, 4, 6)
SAID = "Missing-person data not current since Monday 6 April 2026."
HEAD = "episode_ref,{at},missing_from_at,returned_at,risk,district\n"
MAPPING = """
name = "desk"
every_hours = 24

[tables.missing_episodes]
file = "missing_episodes"
[tables.missing_episodes.columns]
episode_ref = "episode_ref"
reported_at = "{at}"
missing_from_at = "missing_from_at"
returned_at = "returned_at"
risk = "risk"
district = "district"

[tables.partner_referrals]
file = "partner_referrals"
[tables.partner_referrals.columns]
referral_ref = "referral_ref"
received_at = "received_at"
agency = "agency"
category = "category"
district = "district"
narrative = "narrative"
"""


@pytest.fixture
def deliver(web, tmp_path, monkeypatch):
    """``deliver(0)`` is Monday's delivery with its night, published; ``called`` is what the export calls its own time,
    ``mapped`` what the mapping does. The pages' clock then stands at five in the afternoon of that day."""
    from redshank.web.pages import current

    def bring(days: int, called: str = "reported_at", mapped: str = "reported_at", name: str = ""):
        day = MONDAY + timedelta(days=days)
        folder = tmp_path / (name or f"delivery-{day}")
        folder.mkdir()
        rows = "".join(
            f"D{days}-{n},{day}T0{n}:10:00Z,{day}T0{n}:00:00Z,,medium,Larkmoor\n" for n in range(1, 4)
        )
        (folder / "missing_episodes.csv").write_text(HEAD.format(at=called) + rows)
        (folder / "partner_referrals.csv").write_text(
            "referral_ref,received_at,agency,category,district,narrative\n"
            f"D{days}-R,{day}T05:00:00Z,school,other,Larkmoor,A parent asked for help with transport.\n"
        )
        mapping = tmp_path / f"desk-{mapped}.toml"
        mapping.write_text(MAPPING.format(at=mapped))
        store = Store.open(web.home)
        report = records.load(store, folder, mapping=mapping, name=name or None)
        with store.writing():
            night.run(store)
        publish.publish(Store.open(web.home))
        at_hour(day, 17)
        return report

    def at_hour(day: date, hour: int) -> None:
        now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        monkeypatch.setattr(current, "timezone", SimpleNamespace(now=lambda: now))

    bring.at_hour = at_hour
    return bring


def pages(web):
    """The first page of those who are cleared for handling C and of those who are not."""
    return {r: said(web.client(r).get("/")) for r in ("analyst", "researcher", "response_officer", "partner_member")}  # fmt: skip


def profile(web, edition: str = "internal") -> str:
    from redshank.publish import products

    return WORDS["docx"](products.written(web.home, "problem-profile", "docx", (None, None), edition, ""))


def packs(web, form: str):
    """Every body's next pack, as somebody who sits in it has it."""
    from redshank.web.meetings.bodies import BODIES

    out = {}
    for key, body in BODIES.items():
        day = body.next(datetime(2026, 4, 7, 17, tzinfo=UTC)).date().isoformat()
        role = next(r for r in sorted(body.roles) if web.client(r).get(f"/meetings/{key}/{day}").status_code == 200)  # fmt: skip
        page = web.client(role).get(f"/meetings/{key}/{day}")
        paper = web.client(role).get(f"/meetings/{key}/{day}/pack.{form}")
        assert paper.status_code == 200, key
        out[key] = said(page), WORDS[form](paper.content)
    return out


def test_a_column_renamed_on_tuesday_is_said_everywhere_until_one_line_mends_it(web, deliver):
    from redshank.web.products import acts
    from redshank.web.products.models import Product

    deliver(0)
    assert not [r for r, text in pages(web).items() if "not current" in text]
    before = prepare(web.client("researcher"), on="2026-04-09")
    assert before.not_current == ""
    assert "not current" not in profile(web)

    report = deliver(1, called="reported_on")
    (gone,) = report.missing_columns["missing_episodes.csv"]
    assert (gone["theirs"], gone["likely"]) == ("reported_at", "reported_on")
    assert gone["line"] == '[tables.missing_episodes.columns] reported_at = "reported_on"'
    for role, text in pages(web).items():
        assert SAID in text, role
        assert "referrals" not in text[text.index(SAID) :][: len(SAID)]
    edition = prepare(web.client("researcher"), on="2026-04-10")
    assert edition.pk != before.pk
    assert f"When it was prepared: {SAID}" in said(web.client("researcher").get(f"/matrix/{edition.pk}"))
    assert SAID in profile(web)
    assert SAID in profile(web, "public")
    for form in WORDS:
        for key, texts in packs(web, form).items():
            for text in texts:
                assert SAID in text, (key, form)
    drafted = acts.draft(
        web.user("analyst"), acts.Asked("problem-profile", date(2025, 4, 1), date(2026, 3, 31), "once")
    )
    assert drafted.kept.not_current == SAID
    frozen = sign_and_freeze(web, edition)

    deliver(2, called="reported_on", mapped="reported_on")
    assert not [r for r, text in pages(web).items() if "not current" in text]
    assert "not current" not in profile(web)
    assert "not current" not in packs(web, "docx")["daily"][1]
    # What was made meanwhile says what was so when it was made.
    client = web.client("researcher")
    page = said(client.get(f"/matrix/{edition.pk}"))
    assert f"When it was prepared: {SAID}" in page
    assert "its checksum differs" not in page
    assert SAID in client.get(f"/matrix/{edition.pk}.csv").content.decode()
    assert Product.objects.get(pk=drafted.pk).kept.rows.not_current == SAID
    type(frozen).objects.filter(pk=frozen.pk).update(not_current="")
    assert "its checksum differs" in said(client.get(f"/matrix/{edition.pk}"))
    assert edition_of(before.pk).not_current == ""


def test_tuesdays_delivery_brought_again_with_the_line_mended_is_enough(web, deliver):
    deliver(0)
    deliver(1, called="reported_on")
    assert SAID in pages(web)["analyst"]
    deliver(1, called="reported_on", mapped="reported_on", name="tuesday-mended")
    assert "not current" not in pages(web)["analyst"]


def test_a_delivery_that_does_not_come_is_said_once_it_is_late(web, deliver):
    """The day's rhythm and its margin: not in the evening of Tuesday, and on Wednesday (local default of rules.toml)."""
    deliver(0)
    deliver.at_hour(MONDAY + timedelta(days=1), 12)
    assert "not current" not in pages(web)["analyst"]
    deliver.at_hour(MONDAY + timedelta(days=2), 12)
    for text in pages(web).values():
        assert "Missing-person data not current since Monday 6 April 2026; data of partners' referrals not current since" in text  # fmt: skip


def test_what_was_loaded_and_not_yet_read_by_a_night_changes_no_page(web, deliver, monkeypatch):
    """The pages show the last night: what is in the store since is on none of them."""
    deliver(0)
    deliver(1, called="reported_on")
    monkeypatch.setattr(night, "run", lambda store: None)
    deliver(2, called="reported_on", mapped="reported_on")
    assert SAID in pages(web)["analyst"]


def test_a_store_that_cannot_be_asked_is_said_and_never_told_as_current(web, deliver):
    deliver(0)
    (web.home / "CURRENT").write_text("nothing")
    assert "Whether the data are current cannot be told" in pages(web)["analyst"]
