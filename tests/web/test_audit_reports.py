"""Reports of reviews: rates by source and unit, quoted apart, forms named as defects, no officer; and as files."""

from __future__ import annotations

import csv
import io

import pytest

from .audit_tools import drawn, found, item_of, read
from .conftest import client_of
from .test_meetings_race import at_once
from .worklist_tools import text_of


def rates_of(client, key="language"):
    from datetime import date

    from redshank.web.audits.programmes import PROGRAMMES
    from redshank.web.audits.rates import rates

    return rates(client.user, PROGRAMMES[key], date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.databases
def test_rates_are_per_records_and_per_words_with_quotations_apart(sign_in, place):
    from redshank.publish.reading import texts
    from redshank.publish.wording import count
    from redshank.web import settings
    from redshank.web.heads.models import Phrase, Record

    client = sign_in("analyst")
    told = rates_of(client)
    kind = told.by_kind["missing_episodes"]
    rows = Record.objects.filter(kind="missing_episodes", in_full=True)
    words = sum(count(t) for t in texts(settings.HOME, dict(rows.values_list("key", "delivery_no"))).values())
    assert (kind.records, kind.words) == (rows.count(), words)
    assert kind.phrases == Phrase.objects.filter(kind="missing_episodes", quoted=False).count() == 2
    assert kind.per_records == pytest.approx(1_000 * 2 / rows.count())
    assert kind.per_words == pytest.approx(10_000 * 2 / words)
    like = Phrase.objects.filter(kind="missing_episodes").first()
    like.pk, like.uid, like.start, like.end, like.quoted = None, "quoted", 0, 5, True
    like.save(force_insert=True)
    again = rates_of(client).by_kind["missing_episodes"]
    assert (again.phrases, again.quoted) == (2, 1)
    assert told.by_origin.keys() == {"police", "public", "partner"}
    assert "Children's services" in told.by_unit
    assert told.total.records == sum(r.records for r in told.by_kind.values())


def test_rates_of_who_is_not_cleared_hold_nothing_of_handling_c(sign_in, place):
    cleared, adviser = rates_of(sign_in("analyst")), rates_of(sign_in("missing_adviser"))
    assert cleared.by_kind["intelligence"].records - adviser.by_kind["intelligence"].records == 5
    assert "Westmere" in cleared.by_unit
    assert "Westmere" not in adviser.by_unit


def test_a_phrase_that_readers_name_as_a_form_s_is_a_system_defect_and_nobody_s_writing(sign_in, place):
    analyst = sign_in("analyst")
    before = rates_of(analyst).total
    item = item_of(drawn(analyst, "language"), "missing_episodes:M-now")
    read(analyst, item, phrase="template")
    if item.twice:
        read(sign_in("researcher"), item, phrase="template")
    after = rates_of(analyst).total
    assert (before.phrases, before.template) == (2, 0)
    assert (after.phrases, after.template) == (0, 2)
    page = text_of(analyst.get("/reviews/language/report"))
    assert "System defects" in page
    assert "“streetwise”" in page


def test_the_language_report_names_no_officer_and_says_so(sign_in, place):
    analyst, researcher = sign_in("analyst"), sign_in("researcher")
    sample = drawn(analyst, "language")
    for item in sample.items.all():
        read(analyst, item)
        if item.twice:
            read(researcher, item, phrase="false_positive", tone="no")
    page = text_of(analyst.get(f"/reviews/language/report?sample={sample.pk}"))
    assert "The extracts name no officer" in page
    assert "Researcher One" not in page  # who read stands beside the reading, not in the report
    for said in ("By source", "By unit", "Trend", "Per 10,000 words", "Cohen's kappa", "Rightly found"):
        assert said in page, said


def test_reports_open_for_those_who_see_results_and_for_nobody_else(sign_in, place):
    drawn(sign_in("analyst"), "victims")
    for role, key, status in (
        ("analyst", "victims", 200), ("missing_adviser", "missing", 200), ("missing_adviser", "victims", 404), ("researcher", "victims", 404),
        ("researcher", "intelligence", 200), ("duty_inspector", "language", 404), ("analyst", "nothing", 404),
    ):  # fmt: skip
        assert sign_in(role).get(f"/reviews/{key}/report").status_code == status, (role, key)
        assert sign_in(role).get(f"/reviews/{key}/report.csv").status_code == status, (role, key)
    assert sign_in("analyst").get("/reviews/victims/report.exe").status_code == 404


@pytest.mark.parametrize("key", ["missing", "language", "victims", "intelligence"])
def test_every_report_is_written_in_every_form_also_before_anything_was_drawn(sign_in, place, key):
    lead = sign_in("safeguarding_lead") if key != "intelligence" else sign_in("analyst")
    for form, begins in (
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("html", b"<!DOCTYPE"),
        ("xlsx", b"PK"),
        ("csv", b""),
    ):
        answer = lead.get(f"/reviews/{key}/report.{form}")
        assert answer.status_code == 200, form
        assert answer.content.startswith(begins), form
        assert answer["Content-Disposition"].endswith(f'.{form}"')


def test_the_file_and_the_page_hold_the_same_numbers(sign_in, place):
    analyst, second = sign_in("analyst"), sign_in("researcher")
    sample = drawn(analyst, "victims")
    for item in sample.items.all():
        found(analyst, item)
        found(second, item)
    page = text_of(analyst.get("/reviews/victims/report"))
    cells = [
        c
        for row in csv.reader(
            io.StringIO(analyst.get("/reviews/victims/report.csv").content.decode("utf-8-sig"))
        )
        for c in row
    ]
    assert any("Of 2 records with features of a group" in c for c in cells)
    assert "Of 2 records with features of a group" in page
    assert "As recorded at" in page


def test_the_missing_audit_s_report_has_each_section_with_its_answers(sign_in, place):
    adviser = sign_in("missing_adviser")
    sample = drawn(adviser, "missing")
    once = sample.items.filter(twice=False).first()
    read(adviser, once, voice="partly")
    page = text_of(adviser.get("/reviews/missing/report"))
    for section in (
        "Risk level and its reason",
        "Reviews",
        "Return interview",
        "The child's voice",
        "Link to exploitation",
        "Language",
    ):
        assert section in page
    assert "Episodes read to the end: 1." in page


@pytest.mark.databases
def test_of_two_who_read_first_at_once_one_is_first_and_the_other_sees_it(own_database, place):
    first, second = client_of("analyst"), client_of("researcher")
    sample = drawn(first, "victims")
    item = sample.items.filter(twice=False).first() or sample.items.first()
    from .audit_tools import answers
    from .conftest import opens

    path = f"/reviews/records/{item.pk}"
    for client in (first, second):
        opens(client, item.record_key, path)
    ended = at_once(
        [
            lambda c=c: c.post(f"{path}/read", {"steps": "0", "once": "x"} | answers(sample.of)).status_code
            for c in (first, second)
        ]
    )
    assert sorted(ended) == [302, 409]
    assert item.readings.count() == 1


# ---- the documents by themselves ----------------------------------------------------------------


def test_a_rate_of_few_records_is_not_said():
    from redshank.products.review_parts import rate_cells

    row = {"records": 19, "words": 1_000, "phrases": 5, "quoted": 0, "template": 0}
    assert rate_cells(row)[3:5] == ["–", "–"]
    assert rate_cells(row | {"records": 20})[3:5] == ["250.0", "50.0"]


def test_the_audit_of_flags_says_precision_and_what_is_not_known():
    from redshank.products import flag_audit

    nothing = flag_audit.build(
        looks=[], samples=[], recall=[], as_at="As recorded at 05:10.", of="For the lead."
    )
    gaps = [p.text for _, p in nothing.parts() if getattr(p, "kind", "") == "gap"]
    assert len(gaps) == 4
    looks = [
        {"sample": 1, "first": "Confirmed", "second": "Confirmed" if n < 9 else "Not proven", "blind": True}
        for n in range(10)
    ]
    looks.append({"sample": 1, "first": "Confirmed", "second": "Not proven", "blind": False})
    samples = [
        {
            "name": "Sample 1",
            "drawn": 11,
            "population": 30,
            "seed": "one",
            "by": "Somebody",
            "at": "1 May 2026",
        }
    ]
    told = " ".join(
        p.text
        for _, p in flag_audit.build(
            looks=looks, samples=samples, recall=["Review: 1 of 2: too few to say"], as_at="x", of="y"
        ).parts()
        if hasattr(p, "text")
    )
    assert "9 of 10 agree" in told
    assert "confirmed again: 9 of 10: 90 in 100, between 60 and 98" in told
    assert "may have known the outcome are not counted: 1." in told
    assert "Review: 1 of 2" in told


def test_the_audit_of_flags_is_a_file_for_those_who_audit_them(sign_in, place):
    for form, begins in (("docx", b"PK"), ("pdf", b"%PDF"), ("csv", b"")):
        answer = sign_in("crime_registrar").get(f"/flags/audit.{form}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
    assert sign_in("researcher").get("/flags/audit.pdf").status_code == 404
    assert sign_in("analyst").get("/flags/audit.exe").status_code == 404
    assert "/flags/audit.docx" in sign_in("analyst").get("/flags/samples").content.decode()


def test_what_reviews_measured_is_told_to_a_profile_and_nothing_where_nothing_was_read(sign_in, place):
    from redshank.web.audits.measures import sentences

    analyst, second = sign_in("analyst"), sign_in("researcher")
    assert sentences(analyst.user) == {}
    for item in drawn(analyst, "victims").items.all():
        found(analyst, item)
        found(second, item)
    told = sentences(analyst.user)
    assert list(told) == ["2 victims flag", "2 victims night"]
    assert "of 2 records with features of a group" in told["2 victims flag"]
    from redshank.web.products.gather import gather

    assert gather(analyst.user).measures == told


def test_the_quality_statement_has_the_recall_that_the_review_measured():
    from redshank.products import flag_review

    made = flag_review.build(
        title="Review of victims' records", recall=[{"by": "a flag", "found": 12, "missed": 4, "read": 50}], misses=[{"rule": "the rules for “x”", "feature": "y", "n": 4}],
        flags=[{"state": "Proposed", "n": 4}], agreement=[], samples=[], period="May", as_at="x", of="y",
    )  # fmt: skip
    told = " ".join(p.text for _, p in made.parts() if hasattr(p, "text"))
    assert (
        "Of 16 records with features of a group, in 50 read, known by a flag: 12 of 16: 75 in 100, between 51 and 90. 4 were not."
        in told
    )


def test_the_draw_is_proportional_with_one_of_each_and_never_more_than_there_is():
    from redshank.agreement import allocate, stratified

    assert allocate({"a": 90, "b": 9, "c": 1}, 10) == {"a": 8, "b": 1, "c": 1}
    assert allocate({"a": 2, "b": 2}, 10) == {"a": 2, "b": 2}
    assert allocate({"a": 5, "b": 1, "c": 1}, 2) == {"a": 1, "b": 1, "c": 0}
    frame = {f"k{n:03}": "ab"[n % 10 == 0] for n in range(100)}
    one = stratified(frame, "seed", 20)
    assert sum(frame[k] == "b" for k in one) == 2
    assert one == stratified(dict(reversed(frame.items())), "seed", 20)


# ---- custody ------------------------------------------------------------------------------------


def test_every_extract_with_free_text_is_audited_for_its_language_but_the_register_of_lines():
    from redshank.tables.extracts import EXTRACTS
    from redshank.web.audits.programmes import PROGRAMMES

    written = {n for n, t in EXTRACTS.items() if {c.name for c in t.columns} & {"narrative", "log"}}
    assert "custody" in written
    assert set(PROGRAMMES["language"].frame.kinds) == written - {"county_lines"}


@pytest.fixture(scope="module")
def custody(tmp_path_factory):
    """A home of its own with one custody record whose words blame a child, after its night."""
    from redshank import night, records
    from redshank.store import Store

    folder = tmp_path_factory.mktemp("custody")
    rows = {
        "custody": {
            "custody_ref": "K-1", "arrested_at": "2026-11-03T10:00:00+00:00", "station": "Weir Street", "district": "Northmere",
            "offence": "Theft from shop", "narrative": "The girl is putting herself at risk again. No injuries, fit to be detained.",
        },
        "people": {
            "record_type": "custody", "record_ref": "K-1", "role": "detained", "forenames": "Ottilie", "surname": "Sedge", "sex": "F",
            "date_of_birth": "2011-05-05",
        },
    }  # fmt: skip
    for name, row in rows.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            writer.writeheader()
            writer.writerow(row)
    home = tmp_path_factory.mktemp("custody-home")
    home.chmod(0o700)
    store = Store.open(home, create=True)
    records.load(store, folder)
    with store.writing():
        night.run(store)
    return home


@pytest.mark.databases
def test_what_custody_records_say_of_a_child_is_found_drawn_and_counted(sign_in, place, custody, monkeypatch):
    from datetime import date

    from django.conf import settings

    from redshank.night import state as states
    from redshank.store import Store
    from redshank.web.audits.programmes import PROGRAMMES
    from redshank.web.audits.rates import rates
    from redshank.web.heads.models import Phrase, Record

    (found_,) = states.read(Store.open(custody)).tables["language"].to_pylist()
    assert (found_["record_key"], found_["text"]) == ("custody:K-1", "putting herself at risk")
    row, phrase = Record.objects.get(key="missing_episodes:M-now"), Phrase.objects.filter(kind="missing_episodes").first()  # fmt: skip
    row.pk = phrase.pk = None
    row.key = row.uid = phrase.record_key = "custody:K-1"
    row.kind = phrase.kind = "custody"
    row.ref, row.district, row.delivery_no = "K-1", "Northmere", 1
    row.at = row.at.replace(year=2026, month=11, day=3)
    phrase.uid, phrase.start, phrase.end, phrase.text = f"custody:K-1|{found_['start']}|{found_['end']}|{found_['rule']}", found_["start"], found_["end"], found_["text"]  # fmt: skip
    row.save(force_insert=True)
    phrase.save(force_insert=True)
    monkeypatch.setattr(settings, "HOME", custody)
    client = sign_in("analyst")
    told = rates(client.user, PROGRAMMES["language"], date(2026, 11, 1), date(2026, 11, 30))
    assert {k: (r.records, r.words, r.phrases) for k, r in told.by_kind.items()} == {"custody": (1, 14, 1)}
    sample = drawn(client, "language", since="2026-11-01", until="2026-11-30")
    assert list(sample.items.values_list("record_key", "stratum")) == [("custody:K-1", "custody")]
    asked = client.get(f"/reviews/language/report?sample={sample.pk}")
    assert "Custody" in text_of(asked)


# ---- from a cell to its records -----------------------------------------------------------------


def links(page) -> dict[str, str]:
    """Where each number of a report's tables leads, by its way."""
    import re

    found = re.findall(r'<a class="govuk-link" href="(/reviews/[a-z_]+/report/\d+/\d+/\d+[^"]*)">([^<]*)</a>', page.content.decode())  # fmt: skip
    return dict(found)


def behind(client, way: str) -> list[str]:
    return [r.key for r in client.get(way).context["shown"].page]


def test_every_cell_of_the_language_report_opens_to_as_many_records_as_it_says(sign_in, place):
    analyst = sign_in("analyst")
    drawn(analyst, "language")
    page = analyst.get("/reviews/language/report")
    ways = links(page)
    assert ways
    sections = dict(page.context["sections"])
    checked = 0
    for section, parts in sections.items():
        for part in (p for p in parts if p["is_table"]):
            table = part["part"]
            for i, row in enumerate(part["cells"]):
                for j, (text, at) in enumerate(row):
                    if at is None or table.head[j] != "Records":
                        continue
                    way = "/reviews/language/report/" + "/".join(map(str, at))
                    assert way in ways
                    answer = analyst.get(way)
                    assert answer.context["shown"].page.paginator.count == int(text.replace(",", "")), (section.title, row[0])  # fmt: skip
                    checked += 1
    assert checked > 5
    (way,) = [w for w, text in ways.items() if w.count("/") == 6 and _is(page, w, "By source", "Missing episodes", "Phrases")]  # fmt: skip
    keys = behind(analyst, way)
    from redshank.web.heads.models import Phrase

    assert set(keys) == set(Phrase.objects.filter(kind="missing_episodes", quoted=False).values_list("record_key", flat=True))  # fmt: skip


def _is(page, way: str, section: str, row: str, column: str) -> bool:
    part, i, j = map(int, way.partition("?")[0].split("/")[-3:])
    n = 0
    for s, parts in page.context["sections"]:
        for p in parts:
            if n == part:
                return s.title == section and p["part"].rows[i][0] == row and p["part"].head[j] == column
            n += 1
    return False


def test_answers_of_the_missing_audit_and_misses_of_a_review_open_to_the_records_that_were_read(sign_in, place):  # fmt: skip
    adviser, analyst = sign_in("missing_adviser"), sign_in("analyst")
    sample = drawn(adviser, "missing")
    once = sample.items.filter(twice=False).first()
    assert read(adviser, once).status_code == 302
    page = adviser.get("/reviews/missing/report")
    (way,) = [w for w in links(page) if _is(page, w, "Reviews", "Was the episode reviewed while the child was missing, with what was decided?", "Yes")]  # fmt: skip
    assert behind(adviser, way) == [once.record_key]
    missed = drawn(analyst, "victims")
    one = missed.items.first()
    missed.items.filter(pk=one.pk).update(found="")  # as if neither a flag nor the night knew of it
    assert found(analyst, one).status_code == 302
    if one.twice:
        assert found(sign_in("researcher"), one).status_code == 302
    page = analyst.get("/reviews/victims/report")
    (way,) = [w for w in links(page) if _is(page, w, "What missed them", page.context["sections"][1][1][0]["part"].rows[0][0], "Times")]  # fmt: skip
    assert behind(analyst, way) == [one.record_key]


def test_a_cell_that_is_none_and_a_report_that_is_not_ones_own_are_not_there(sign_in, place):
    analyst, officer = sign_in("analyst"), sign_in("exploitation_officer")
    for way in ("/reviews/language/report/0/0/0", "/reviews/language/report/99/0/1", "/reviews/language/report/1/0/0"):  # fmt: skip
        assert analyst.get(way).status_code == 404
    ways = links(analyst.get("/reviews/language/report"))
    assert officer.get(next(iter(ways))).status_code == 404  # its role has no results of this programme


# ---- learning and development -------------------------------------------------------------------


def test_learning_reads_the_language_report_in_numbers_and_opens_no_record_from_it(sign_in, place):
    from redshank.web.audits.programmes import PROGRAMMES
    from redshank.web.audits.rates import rates

    analyst, trainer = sign_in("analyst"), sign_in("learning")
    sample = drawn(analyst, "language")
    item = next(i for i in sample.items.all() if not i.twice and i.record_key.startswith("missing_episodes:"))
    assert read(analyst, item, phrases_passed_over="Plovertyped out of the record").status_code == 302
    page = trainer.get("/reviews/language/report")
    assert page.status_code == 200
    told = text_of(page)
    assert "blame or diminish a child in their author's own words" in told
    assert "Missing episodes" in told
    assert links(page) == {}
    assert "plovertyped" not in told.casefold()
    assert "plovertyped" in text_of(analyst.get("/reviews/language/report")).casefold()
    assert item.record_key.partition(":")[2] not in page.content.decode()
    # The same numbers as of somebody who sees the records without handling C.
    adviser = sign_in("missing_adviser")
    (of,) = [s["part"] for x, parts in page.context["sections"] if x.title == "By source" for s in parts if s["is_table"]]  # fmt: skip
    now = rates(adviser.user, PROGRAMMES["language"], sample.since, sample.until)
    assert sum(int(r[1].replace(",", "")) for r in of.rows) == now.total.records
    assert "Westmere" not in told  # a unit of handling C alone
    assert trainer.get("/reviews/missing/report").status_code == 404
    assert trainer.get(f"/records/{item.record_key.replace(':', '/')}").status_code in (403, 404)
    assert item.record_key not in text_of(trainer.get(f"/reviews/samples/{sample.pk}"))
    assert trainer.get("/reviews").status_code == 200
    for form in ("csv", "docx"):
        assert b"lovertyped" not in trainer.get(f"/reviews/language/report.{form}").content
