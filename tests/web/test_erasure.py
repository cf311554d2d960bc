"""Erasure on the pages: proposed by one, confirmed by another, refused where a notice covers it (practice rule 26)."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from .conftest import client_of, make_rows
from .crawl import crawl
from .test_retention import lift, made, standing
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def rows():
    from redshank.web.erasure.models import Erasure

    return Erasure.objects


def propose(client, key: str, **more):
    sent = {
        "find": key.partition(":")[2],
        "record": key,
        "why": "A court ordered it, case 12.",
        "once": "one",
    }
    return client.post("/erasures/new", sent | more)


def proposed(client, key: str, **more) -> int:
    answer = propose(client, key, **more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def step(client, number: int, kind: str, **more):
    page = client.get(f"/erasures/{number}")
    sent = {"kind": kind, "why": f"Why {kind}.", "steps": len(page.context["steps"]), "once": f"{kind}{len(page.context['steps'])}"}  # fmt: skip
    return client.post(f"/erasures/{number}/act", sent | more)


# ---- two people -------------------------------------------------------------------------------


def test_one_proposes_another_confirms_and_a_night_finds_it_waiting(sign_in, place):
    from redshank.web.erasure.acts import waiting
    from redshank.web.trail.models import Entry

    auditor, lead, key = sign_in("auditor"), sign_in("safeguarding_lead"), place.record["plain"]
    number = proposed(auditor, key)
    assert waiting() == [], "a proposal alone erases nothing"
    assert "you proposed it" in text_of(step(auditor, number, "confirmed"))
    assert f"Erasure {number}" in text_of(lead.get("/"))
    assert f"Erasure {number}" not in text_of(auditor.get("/"))
    assert step(lead, number, "confirmed").status_code == 302
    (one,) = waiting()
    assert (one.record_key, one.by, one.second) == (key, auditor.user, lead.user)
    page = text_of(auditor.get(f"/erasures/{number}"))
    for said in (auditor.user.name, lead.user.name, "A court ordered it, case 12.", "Why confirmed.", "the next night does it", "C-99"):  # fmt: skip
        assert said in page, said
    assert f"/erasures/{number}" in lead.get("/erasures").content.decode()
    entries = Entry.objects.filter(kind="erasure", action="alteration", ident=str(number)).order_by("pk")
    assert [(json.loads(e.details), e.user) for e in entries] == [({"act": "proposed"}, auditor.user), ({"act": "confirmed"}, lead.user)]  # fmt: skip


def test_it_is_refused_by_another_or_withdrawn_by_its_own_author_until_a_night_does_it(sign_in, place):
    auditor, second, key = sign_in("auditor"), sign_in("auditor-2"), place.record["plain"]
    number = proposed(auditor, key)
    assert propose(second, key, once="two").status_code == 400, "it is proposed already"
    assert proposed(auditor, key) == number, "a form sent twice"
    assert step(auditor, number, "refused").status_code == 400
    assert step(second, number, "withdrawn").status_code == 400
    assert step(second, number, "refused").status_code == 302
    assert step(second, number, "confirmed").status_code == 400
    number = proposed(auditor, key, once="three")
    assert step(second, number, "confirmed").status_code == 302
    assert step(auditor, number, "withdrawn").status_code == 302
    assert rows().get(pk=number).state == "withdrawn"


def test_rule_26_what_a_notice_covers_is_neither_proposed_nor_confirmed(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    answer = propose(auditor, place.record["open"])
    assert answer.status_code == 400
    assert "A preservation notice covers it" in text_of(answer)
    number = proposed(auditor, place.record["plain"], once="plain")
    made(lead, title="All of it", once="all")
    answer = step(lead, number, "confirmed")
    assert answer.status_code == 400
    assert "A preservation notice covers it" in text_of(answer)
    assert rows().get(pk=number).state == "proposed"
    lift(standing().pk)
    lift(_notice("All of it"), "auditor-2")
    assert proposed(auditor, place.record["open"], once="open") > number


def _notice(title: str) -> int:
    from redshank.web.retention.models import Notice

    return Notice.objects.get(title=title).pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"why": ""}, "why"), ({"record": ""}, "record"), ({"record": "crimes:of-no-night"}, "record"), ({"why": "As Mrs Ravensworth asked."}, "why"), ({"why": "Of C-99."}, "why"),
     ({"why": "x" * 2_001}, "why")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    answer = propose(sign_in("auditor"), place.record["plain"], **wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert rows().count() == 0


def test_whoever_comes_second_is_told_who_was_first(sign_in, place):
    second, lead = sign_in("auditor-2"), sign_in("safeguarding_lead")
    number = proposed(sign_in("auditor"), place.record["plain"])
    step(second, number, "confirmed")
    answer = step(lead, number, "refused", steps=1)
    assert answer.status_code == 409
    assert f"{second.user.name} was first" in text_of(answer)


def test_the_database_itself_refuses_one_that_a_single_person_confirmed(sign_in, place):
    number = proposed(sign_in("auditor"), place.record["plain"])
    for second in (None, sign_in("auditor").user):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows().filter(pk=number).update(state="confirmed", second=second)


def test_nobody_but_data_protection_proposes_and_the_safeguarding_lead_confirms_too(sign_in, place):
    from redshank.web.accounts.roles import ROLES

    for key, role in ROLES.items():
        assert role.allows("erasure.propose") == (key == "auditor"), key
        assert role.allows("erasure.confirm") == (key in ("auditor", "safeguarding_lead")), key
    number = proposed(sign_in("auditor"), place.record["plain"])
    for role in ("analyst", "administrator"):
        client = sign_in(role)
        for url in ("/erasures", "/erasures/new", f"/erasures/{number}", f"/erasures/{number}/certificate"):
            assert client.get(url).status_code == 404, (role, url)
        assert client.post(f"/erasures/{number}/act", {"kind": "confirmed", "why": "x", "steps": 1}).status_code == 404  # fmt: skip
    assert propose(sign_in("safeguarding_lead"), place.record["plain"]).status_code == 404


def test_an_erasure_of_a_restricted_record_is_hidden_with_it(sign_in, place):
    from redshank.web.policy.models import Restriction

    lead = client_of("safeguarding_lead").user
    number = proposed(sign_in("auditor"), place.record["plain"])
    Restriction.objects.create(kind="record", ident=place.record["plain"], by=lead, reason="an operation")
    assert sign_in("auditor-2").get(f"/erasures/{number}").status_code == 404
    assert f"/erasures/{number}" not in sign_in("auditor-2").get("/erasures").content.decode()


# ---- the certificate ----------------------------------------------------------------------------

ACT = {"number": 1, "at": "2026-06-02T03:00:00+00:00", "by": "x", "second": "y", "why": "w", "records": {"crimes": 1}, "tombstones": ["e-0123456789ab"]}  # fmt: skip
TOLD = {
    "store": {"records": 2, "appearances": 3}, "salts": 4, "audit": [17], "files": "",
    "backups": {"made_until": "2026-06-02", "gone_by": "2026-08-31", "days": 90},
    "database": {"removed": {"heads.Record": 2}, "replaced": {"flags.Act.shown": 1}, "left": [{"where": "flags.Act", "number": 5, "column": "rationale"}],
                 "sealed": [{"where": "products.Product", "number": 3, "was": "a" * 64, "now": "b" * 64}]},
}  # fmt: skip


def test_what_was_done_stands_on_its_page_and_in_its_file_with_what_was_left_and_why(sign_in, place):
    from redshank.web.erasure import acts

    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = proposed(auditor, place.record["plain"])
    assert auditor.get(f"/erasures/{number}/certificate").status_code == 404
    step(lead, number, "confirmed")
    acts.done(ACT | {"proposal": number}, TOLD)
    page = text_of(lead.get(f"/erasures/{number}"))
    for said in ("e-0123456789ab", "heads.Record", "flags.Act.shown", "rationale", "2026-08-31", "aaaaaaaaaaaa became bbbbbbbbbbbb", "entries 17", auditor.user.name, lead.user.name):  # fmt: skip
        assert said in page, said
    answer = lead.get(f"/erasures/{number}/certificate")
    told = json.loads(answer.content)
    assert (told["proposed_by"], told["confirmed_by"], told["why"]) == (auditor.user.name, lead.user.name, "A court ordered it, case 12.")  # fmt: skip
    assert told["told"] == TOLD
    assert acts.done(ACT | {"proposal": number}, TOLD).steps.filter(kind="done").count() == 1
    assert step(auditor, number, "withdrawn").status_code == 400


def test_one_from_the_command_line_has_a_page_of_its_own(sign_in, place):
    from redshank.web.erasure import acts

    found = acts.done(ACT | {"number": 2, "proposal": 0, "by": "P. Keeper", "second": ""}, TOLD)
    page = text_of(sign_in("auditor").get(f"/erasures/{found.pk}"))
    assert "P. Keeper" in page
    assert "the night or the command" in page


def test_what_a_notice_came_to_cover_is_stopped_and_says_so(sign_in, place):
    from redshank.web.erasure import acts

    number = proposed(sign_in("auditor"), place.record["plain"])
    step(sign_in("auditor-2"), number, "confirmed")
    acts.stop(rows().get(pk=number), "A notice covers it.")
    assert acts.waiting() == []
    assert "Stopped" in text_of(sign_in("auditor").get(f"/erasures/{number}"))


# ---- what is due ----------------------------------------------------------------------------------


def old(key: str, year: int = 2019) -> None:
    from datetime import UTC, datetime

    from redshank.web.heads.models import Record

    assert Record.objects.filter(key=key).update(at=datetime(year, 1, 1, tzinfo=UTC))


def due(client, group: str) -> list[str]:
    return [r.key for r, _, _ in client.get(f"/erasures/due?group={group}").context["rows"]]


def test_a_record_is_due_after_the_clear_period_of_its_group_and_no_other(sign_in, place):
    from redshank.web.heads.models import Record

    auditor, key = sign_in("auditor"), place.record["plain"]
    assert "None is due" in text_of(auditor.get("/erasures/due"))
    old(key)
    assert [due(auditor, g) for g in "1234"] == [[], [], [key], []]
    Record.objects.filter(key=key).update(headline="Sexual assault on a female")
    assert due(auditor, "3") == due(auditor, "2") == [], "seven years are no clear period of ten"
    old(key, 2012)
    assert [due(auditor, g) for g in "1234"] == [[], [key], [], []]
    page = text_of(auditor.get("/erasures/due?group=2"))
    for said in ("Group 2", "1 record is due", "Version 1", "College of Policing", "local default", "C-99"):
        assert said in page, said


def test_whoever_came_to_notice_since_begins_the_clear_period_anew(sign_in, place):
    from redshank.web.heads.models import Appearance

    auditor, key = sign_in("auditor"), place.record["plain"]
    old(key)
    assert due(auditor, "3") == [key]
    jane = Appearance.objects.get(record_key=key).person_id
    Appearance.objects.filter(record_key=place.record["open"], role="victim").update(person_id=jane)
    assert due(auditor, "3") == []


def test_what_is_kept_with_a_reason_is_due_again_after_another_period(sign_in, place):
    from datetime import date

    from redshank.web.erasure.models import Reviewed

    auditor, key = sign_in("auditor"), place.record["plain"]
    old(key)
    sent = {"record": key, "group": "3", "why": "A claim is open.", "once": "k"}
    for wrong in (
        {"why": ""},
        {"record": ""},
        {"record": place.record["open"]},
        {"group": "1"},
        {"group": "9"},
    ):
        assert auditor.post("/erasures/due/keep", sent | wrong).status_code == 400, wrong
    assert Reviewed.objects.count() == 0
    assert auditor.post("/erasures/due/keep", sent).status_code == 302
    assert auditor.post("/erasures/due/keep", sent).status_code == 302, "a form sent twice"
    kept = Reviewed.objects.get()
    assert (kept.record_key, kept.group, kept.version, kept.why, kept.by) == (key, "3", 1, "A claim is open.", auditor.user)  # fmt: skip
    assert kept.next_on == date(2032, 5, 31)
    assert due(auditor, "3") == []
    assert auditor.post("/erasures/due/keep", sent | {"once": "again"}).status_code == 400


def test_what_a_notice_keeps_is_told_beside_it_and_only_data_protection_keeps(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    old(place.record["open"], 2001)
    from redshank.web.heads.models import Appearance

    Appearance.objects.filter(record_key=place.record["open"]).update(person_id="")
    page = text_of(auditor.get("/erasures/due"))
    assert "kept by a preservation notice: Standing notice" in page
    assert due(lead, "1") == [place.record["open"]]
    assert lead.post("/erasures/due/keep", {"record": place.record["open"], "group": "1", "why": "x", "once": "l"}).status_code == 404  # fmt: skip
    assert sign_in("analyst").get("/erasures/due").status_code == 404


def test_the_version_of_a_day_is_the_last_that_has_begun(home):
    from datetime import date

    from redshank.web.erasure.due import VERSIONS, in_force

    assert [v.number for v in VERSIONS] == sorted({v.number for v in VERSIONS})
    assert in_force(date(2026, 6, 1)) == in_force(date(1999, 1, 1)) == VERSIONS[0]
    for version in VERSIONS:
        assert [g.key for g in version.groups] == ["1", "2", "3", "4"]


# ---- the database -------------------------------------------------------------------------------


def test_rows_of_ended_nights_decisions_and_the_index_lose_the_record_in_both_databases(own_database, place):
    from redshank.web.erasure import compacting, reaching
    from redshank.web.erasure.marked import Marks
    from redshank.web.flags.models import Flag
    from redshank.web.heads.models import Appearance, Record
    from redshank.web.searching import engine
    from redshank.web.searching.models import Named

    key, user = place.record["plain"], client_of("analyst").user
    Flag(
        about="record",
        ident=key,
        record_key=key,
        label="Crime C-99, Jane RAVENSWORTH",
        proposed_by=user,
        decide_by=timezone.now(),
    ).save()
    Flag(about="record", ident=place.record["open"], record_key=place.record["open"], label="Crime C-open", proposed_by=user, decide_by=timezone.now()).save()  # fmt: skip
    asked = [[engine.Word("nravensworth")]]
    assert engine.matching(Named.objects.all(), asked).count() == 1
    for model, column in ((Record, "key"), (Appearance, "record_key"), (Named, "name")):
        of = {f"{column}__icontains": "ravensworth"} if model is Named else {column: key}
        assert model.objects.filter(**of).update(valid_to=1)
    marks = Marks({key: "erased:e-1"}, frozenset(["ravensworth"]), frozenset(["ravensworth"]), frozenset(), frozenset(), "erased on 2026-06-02")  # fmt: skip
    persons, things = reaching.about([key])
    assert len(persons) == 1
    told = reaching.reach(marks, persons, things)
    assert told.removed["heads.Record"] == told.removed["heads.Appearance"] == 1
    assert told.replaced == {"flags.Flag.ident": 1, "flags.Flag.record_key": 1, "flags.Flag.label": 1}
    assert sorted(Flag.objects.values_list("record_key", "label")) == [(place.record["open"], "Crime C-open"), ("erased:e-1", "erased on 2026-06-02")]  # fmt: skip
    assert not Record.objects.filter(key=key).exists()
    assert Record.objects.filter(key=place.record["open"]).exists()
    assert engine.matching(Named.objects.all(), asked).count() == 0
    assert reaching.reach(marks, persons, things).as_dict() == {"removed": {}, "replaced": {}, "left": [], "sealed": []}  # fmt: skip
    assert compacting.compact() in (
        "",
        "the write-ahead log of the database server, until the server recycles it",
    )


# ---- every place ---------------------------------------------------------------------------------


def test_every_column_that_has_room_is_declared_as_what_it_is_and_none_that_is_not_there(home):
    from redshank.web.erasure.places import KINDS, PLACES, has_room, tables, texts

    there = {m._meta.label: {f.name: f for f in texts(m)} for m in tables()}
    declared: dict[str, list[str]] = {}
    for kind in KINDS:
        for label, names in PLACES[kind].items():
            assert set(names) <= set(there.get(label, ())), (kind, label)
            declared.setdefault(label, []).extend(names)
    for label, columns in there.items():
        names = declared.get(label, [])
        assert len(names) == len(set(names)), label
        forgotten = {n for n, f in columns.items() if has_room(f)} - set(names)
        assert forgotten == set(), (label, forgotten)


def _marks():
    from redshank.web.erasure.marked import Marks

    return Marks(
        {"crimes:QX-7701": "erased:e-1"}, frozenset(["snorvel", "quillbrant", "qx07zrb"]), frozenset(["quillbrant", "qx07zrb"]), frozenset(["1971-07-23"]),
        frozenset(["p-1"]), "erased on 2026-06-02",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("crimes:QX-7701", "erased:e-1"),
        ("crime QX-7701, a shed", "erased on 2026-06-02"),
        ("crime QX-77012, a shed", "crime QX-77012, a shed"),
        ("Mr QUILLBRANT", "erased on 2026-06-02"),
        ("seen in QX07 ZRB", "erased on 2026-06-02"),
        ("born 1971-07-23", "erased on 2026-06-02"),
        ("another shed", "another shed"),
        ('["crimes:QX-7701", "crimes:C-1"]', '["erased:e-1", "crimes:C-1"]'),
        ('{"crimes:QX-7701": 3}', '{"erased:e-1": 3}'),
        ('[{"key": "crimes:QX-7701", "title": "Burglary", "n": 2}]', '[{"key": "erased:e-1", "title": "erased on 2026-06-02", "n": 2}]'),
        ('{"title": "Burglary", "n": [1.5, null, true]}', '{"title": "Burglary", "n": [1.5, null, true]}'),
    ],
)  # fmt: skip
def test_what_the_machine_copied_is_replaced_and_nothing_else(home, before, after):
    assert _marks().out_of(before) == after


def test_folded_words_lose_those_of_the_record_alone(home):
    assert _marks().out_of_folded(" cara qx 7701 and quillbrant snorvel said ") == " cara and said "


def _next_night_says_nothing_of(model, keys) -> None:
    """What the night writes anew after an erasure: its sentences without the references that are gone."""
    refs = [key.partition(":")[2] for key in keys]
    words = [
        f.name for f in model._meta.concrete_fields if f.get_internal_type() in ("CharField", "TextField")
    ]
    for row in model.objects.all():
        new = {n: getattr(row, n) or "" for n in words}
        for ref in refs:
            new = {n: text.replace(ref, "erased") for n, text in new.items()}
        new = {n: text for n, text in new.items() if text != (getattr(row, n) or "")}
        if new and not {"key", "record_key"} & set(new):
            model.objects.filter(pk=row.pk).update(**new)


@pytest.mark.long
@pytest.mark.parametrize(
    "role", ["analyst", "exploitation_officer", "safeguarding_lead", "duty_inspector", "auditor"]
)
def test_every_page_of_what_people_decided_opens_after_its_records_are_erased(sign_in, place, role):
    from redshank.web.erasure import reaching
    from redshank.web.erasure.marked import Marks
    from redshank.web.heads.models import HEADS

    make_rows(place)
    keys = [place.record[k] for k in ("open", "other", "plain", "missing_now")]
    for model in HEADS:
        for name in {"record_key", "key"} & {f.name for f in model._meta.concrete_fields}:
            model.objects.filter(**{f"{name}__in": keys}).update(valid_to=1)
        _next_night_says_nothing_of(model, keys)
    marks = Marks({k: f"erased:e-{i}" for i, k in enumerate(keys)}, frozenset(), frozenset(), frozenset(), frozenset(), "erased on 2026-06-02")  # fmt: skip
    told = reaching.reach(marks, *reaching.about(keys))
    assert told.replaced["flags.Act.shown"] > 1
    pages = crawl(client_of(role))  # a page that fails raises
    assert len(pages) > 50
    assert not [
        (url, key) for url, page in pages.items() for key in keys if key.partition(":")[2] in page.text
    ]
