"""Annual returns: the chain from a draft to a frozen version, what was left out, and what may go wrong."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from .conftest import client_of
from .returns_tools import ONE, YEAR, acts, confirmed, drafted, drafts, frozen, keeps, opened
from .test_meetings_race import at_once
from .worklist_tools import text_of


def versions():
    from redshank.web.returns.models import Version

    return Version.objects


def of_crime(page, ref: str) -> list[str]:
    return [x["says"] for x in page.context["left_out"] if x["ident"] == f"crimes:{ref}"]


# ---- what a year asks for ----------------------------------------------------------------------


def test_each_year_says_whether_it_is_asked_for_and_by_which_source(sign_in, place):
    words = text_of(sign_in("analyst").get("/returns"))
    for said in ("ADR149", "2024-25 : mandated , due on 30 June 2025", "2025-26 : stood down", "31 March 2025", "voluntary", "COCAD", "draft of the requirement"):  # fmt: skip
        assert said in words, said


def holds(*years: int) -> None:
    """Records of the financial years that begin then are held, however young the home is."""
    from redshank.web.heads.models import Record

    rows = Record.objects.filter(kind="crimes", valid_to=None, in_full=True, in_open=True).order_by("pk")
    for row, year in zip(rows, years, strict=False):
        Record.objects.filter(pk=row.pk).update(own_at=datetime(year, 4, 1, 0, 0, tzinfo=ZoneInfo("Europe/London")))  # fmt: skip


def test_a_year_before_the_home_held_anything_is_not_overdue_and_one_with_records_is(sign_in, place):
    from redshank.web.returns import lists

    def late() -> list[str]:
        return [x.asked.year for x in lists.overdue(sign_in("safeguarding_lead").user)]

    assert late() == []
    assert "From before this home held anything" in text_of(sign_in("safeguarding_lead").get("/returns"))
    holds(2024)  # its first minute, by the clock of the wall
    assert late() == ["2024-25"]
    opened(sign_in("analyst"), "/returns/adr149/2023-24")  # whoever opens it takes it on
    assert late() == ["2024-25", "2023-24"]


def test_a_year_that_ended_after_the_home_was_made_is_overdue_though_nothing_of_it_is_held(sign_in, place):
    from redshank.web.heads.models import Published
    from redshank.web.returns import lists

    Published.objects.update(as_of=datetime(2025, 3, 31, 12, tzinfo=ZoneInfo("Europe/London")))
    assert [x.asked.year for x in lists.overdue(sign_in("safeguarding_lead").user)] == ["2024-25"]


def test_a_mandated_year_past_its_day_is_overdue_for_the_lead_and_for_its_owner_alone(sign_in, place):
    holds(2024)
    late = "Annual return on group-based exploitation (ADR149), 2024-25"
    assert late in text_of(sign_in("safeguarding_lead").get("/"))
    assert "nobody owns it" in text_of(sign_in("safeguarding_lead").get("/"))
    assert late not in text_of(sign_in("analyst").get("/"))
    opened(sign_in("analyst"), "/returns/adr149/2024-25")
    assert late in text_of(sign_in("analyst").get("/"))
    assert late not in text_of(sign_in("analyst-2").get("/"))
    done = keeps(sign_in("analyst"), "settled", "/returns/adr149/2024-25", why="Returned by spreadsheet before this system was in use.")  # fmt: skip
    assert done.status_code == 302
    for role in ("analyst", "safeguarding_lead"):
        assert late not in text_of(sign_in(role).get("/"))


def test_what_is_stood_down_or_voluntary_is_never_overdue(sign_in, place):
    from redshank.web.returns import lists

    holds(2023, 2024, 2025)
    lead = sign_in("safeguarding_lead").user
    assert [(x.spec.code, x.asked.year) for x in lists.overdue(lead)] == [("adr149", "2024-25"), ("adr149", "2023-24")]  # fmt: skip


# ---- drafting ----------------------------------------------------------------------------------


def test_without_a_confirmed_flag_nobody_is_counted_and_each_crime_says_why(sign_in, place):
    analyst = sign_in("analyst")
    page = analyst.get(f"/return-versions/{drafted(analyst)}")
    assert page.context["counts"][0][2] == [("all", 0), ("adults", 0), ("children", 0), ("unknown", 0)]
    assert of_crime(page, "C-open") == ["it carries the record system's own flag, and no flag here says group-based"]  # fmt: skip
    assert "Nobody is counted: a nil return" in text_of(page)


def test_a_confirmed_flag_counts_its_suspects_in_three_ways_and_every_number_opens_to_its_records(
    sign_in, place
):
    confirmed()
    analyst = sign_in("analyst")
    number = drafted(analyst)
    page = analyst.get(f"/return-versions/{number}")
    told = {name: dict(cells) for name, _, cells in page.context["counts"]}
    assert told["people"] == {"all": 2, "adults": 2, "children": 0, "unknown": 0}
    assert told["pairs"]["all"] == 2
    assert told["detentions"]["all"] == 0
    assert told["unidentified"] == {"all": 0, "adults": None, "children": None, "unknown": None}
    assert "Arlo FENWICK" in text_of(page)
    assert "Bram OAKLEY" in text_of(page)
    behind = analyst.get(f"/return-versions/{number}/behind/people/all")
    assert [r.key for r in behind.context["shown"].page] == ["crimes:C-open"]
    assert "/records/crimes/C-open" in page.content.decode()


def test_a_flag_that_waits_blocks_a_full_return_and_not_a_partial_one_with_its_reason(sign_in, place):
    from .conftest import propose

    propose(client_of("partnership_officer"), "record", "crimes:C-open")
    analyst = sign_in("analyst")
    number = drafted(analyst)
    answer = acts(analyst, number, "signed")
    assert answer.status_code == 400
    assert "Decide the flags" in answer.context["errors"]["kind"]
    assert drafts(analyst, "partial").status_code == 400
    second = drafted(analyst, "partial", "One flag waits for its second person.", once="again")
    assert acts(analyst, second, "signed").status_code == 302


def test_a_nil_return_needs_its_reason_and_that_nobody_is_counted(sign_in, place):
    confirmed()
    analyst = sign_in("analyst")
    opened(analyst)
    answer = drafts(analyst, "nil", "Nothing is found.")
    assert "Somebody is counted" in answer.context["errors"]["kind"]
    assert "Nothing is found." in answer.content.decode()
    assert not versions().exists()


def test_a_reason_that_blames_a_child_is_shown_once_and_stays_its_authors(sign_in, place):
    analyst = sign_in("analyst")
    opened(analyst)
    why = "The child is streetwise and puts herself at risk."
    first = drafts(analyst, "partial", why)
    assert first.status_code == 400
    assert "Words to look at" in text_of(first)
    advised = first.context["form"].advised
    assert drafts(analyst, "partial", why, advised=advised).status_code == 302


def test_a_form_sent_twice_drafts_once(sign_in, place):
    analyst = sign_in("analyst")
    opened(analyst)
    opened(analyst)
    sent = {"kind": "full", "why": "", "seen": 1, "once": "the same"}
    for _ in range(2):
        assert analyst.post(f"{ONE}/draft", sent).status_code == 302
    assert versions().count() == 1


# ---- the chain ---------------------------------------------------------------------------------


@pytest.mark.databases
def test_the_chain_is_signed_in_order_each_by_another_person_then_frozen_and_submitted(sign_in, place):
    confirmed()
    analyst, registrar, lead = (sign_in(r) for r in ("analyst", "crime_registrar", "safeguarding_lead"))
    number = drafted(analyst)
    assert acts(registrar, number, "signed").status_code == 400
    assert acts(lead, number, "frozen").status_code == 400
    assert acts(analyst, number, "signed").status_code == 302
    assert "Returns to sign or freeze" in text_of(registrar.get("/"))
    assert f"/return-versions/{number}" in registrar.get("/").content.decode()
    assert acts(registrar, number, "signed").status_code == 302
    assert acts(lead, number, "signed").status_code == 302
    assert acts(analyst, number, "frozen").status_code == 400
    assert acts(lead, number, "frozen").status_code == 302
    sent = {"to": "Home Office", "on": "2026-06-01", "reference": "HO-1", "once": "sent"}
    page = registrar.get(f"/return-versions/{number}")
    answer = registrar.post(f"/return-versions/{number}/submit", sent | {"seen": page.context["seen"]})
    assert answer.status_code == 302
    words = text_of(analyst.get(f"/return-versions/{number}"))
    for said in ("signed by Analyst One", "signed by Force crime registrar One", "To Home Office on 2026-06-01, reference HO-1"):  # fmt: skip
        assert said in words, said


def test_one_person_never_signs_two_steps(sign_in, place):
    from redshank.web.accounts.models import User

    confirmed()
    analyst = sign_in("analyst")
    number = drafted(analyst)
    assert acts(analyst, number, "signed").status_code == 302
    User.objects.filter(pk=analyst.user.pk).update(role="crime_registrar")
    answer = acts(analyst, number, "signed", once="second")
    assert answer.status_code == 400
    assert "each signature is another person's" in answer.context["errors"]["kind"]


def test_who_refuses_says_why_and_the_version_goes_no_further(sign_in, place):
    analyst, registrar = sign_in("analyst"), sign_in("crime_registrar")
    number = drafted(analyst)
    acts(analyst, number, "signed")
    assert acts(registrar, number, "refused").status_code == 400
    assert acts(registrar, number, "refused", why="The count of detentions is missing.").status_code == 302
    assert acts(registrar, number, "signed", once="after").status_code == 400
    assert "The count of detentions is missing." in text_of(analyst.get(f"/return-versions/{number}"))


def test_a_signature_is_over_what_the_signer_saw(sign_in, place):
    analyst = sign_in("analyst")
    answer = acts(analyst, drafted(analyst), "signed", sha256="0" * 64)
    assert answer.status_code == 400


def test_acts_versions_statements_and_letters_are_added_and_never_changed(sign_in, place):
    from django.core.exceptions import ValidationError

    from redshank.web.returns.models import Letter, Statement, Step

    analyst = sign_in("analyst")
    drafted(analyst)
    assert keeps(analyst, "statement", text="Flags are kept here since this year only.").status_code == 302
    assert keeps(analyst, "letter", on="2026-06-01", who="Home Office", way="in", what="Asked for the return.").status_code == 302  # fmt: skip
    for model in (Step, Statement, Letter, type(versions().get())):
        with pytest.raises(ValidationError):
            model.objects.first().save()
        with pytest.raises(ValidationError):
            model.objects.first().delete()


# ---- after the freezing ------------------------------------------------------------------------


def test_a_flag_that_is_confirmed_no_more_stands_as_a_correction_and_changes_not_one_byte(sign_in, place):
    from redshank.web.flags.models import Flag

    flag = confirmed()
    analyst = sign_in("analyst")
    number = drafted(analyst)
    frozen(number)
    before = versions().get().content
    rows = analyst.get(f"/return-versions/{number}/rows.csv").content
    Flag.objects.filter(pk=flag).update(state="not_proven")
    for url in (ONE, f"/return-versions/{number}"):
        assert "consider a corrected version" in text_of(analyst.get(url)), url
    assert versions().get().content == before
    assert analyst.get(f"/return-versions/{number}/rows.csv").content == rows
    assert drafts(analyst).status_code == 400  # after a freeze the reason is needed
    second = drafted(analyst, why="The flag was not proven on a second look.", once="corrected")
    page = text_of(analyst.get(f"/return-versions/{second}"))
    assert "People: 2 before, 0 now" in page
    assert page.count("is gone") == 3  # two rows, and the sentence about people whose records were joined
    assert versions().order_by("number").first().content == before


def test_what_is_kept_and_does_not_agree_with_its_checksum_is_not_frozen(sign_in, place):
    analyst = sign_in("analyst")
    number = drafted(analyst)
    for role in ("analyst", "crime_registrar", "safeguarding_lead"):
        acts(sign_in(role), number, "signed")
    found = versions().get()
    told = json.loads(found.content) | {"year": "2020-21"}
    versions().filter(pk=found.pk).update(content=json.dumps(told))
    assert acts(sign_in("safeguarding_lead"), number, "frozen").status_code == 400
    assert "does not agree with its checksum" in text_of(analyst.get(f"/return-versions/{number}"))


def test_a_statement_is_a_new_version_each_time_and_the_first_stays_readable(sign_in, place):
    analyst = sign_in("analyst")
    opened(analyst)
    keeps(analyst, "statement", text="We hold no flag.", once="a")
    keeps(analyst, "statement", text="We hold a flag since June.", once="b")
    words = text_of(sign_in("auditor").get(ONE))
    assert "We hold a flag since June." in words
    assert "We hold no flag." in words
    stale = keeps(analyst, "statement", text="Typed on an old page.", versions=1, once="c")
    assert stale.status_code == 400
    assert "Typed on an old page." in stale.content.decode()


# ---- files -------------------------------------------------------------------------------------


def test_the_row_file_holds_the_fields_and_no_name_no_id_and_is_a_disclosure(sign_in, place):
    from redshank.web.trail.models import Entry

    confirmed()
    analyst = sign_in("analyst")
    number = drafted(analyst)
    data = analyst.get(f"/return-versions/{number}/rows.csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(data)))
    assert len(lines) == 2
    assert lines[0]["Reason why self-defined ethnicity is missing"] == "nothing recorded"
    assert lines[0]["Age band at arrest"] == "not arrested"
    for hidden in ("Arlo", "FENWICK", place.person["Arlo"], place.person["Bram"], "C-open"):
        assert hidden not in data, hidden
    entry = Entry.objects.filter(action="disclosure", kind="return").last()
    assert json.loads(entry.details)["file"] == "rows.csv"
    assert analyst.get(f"/return-versions/{number}/rows.xlsx").content[:2] == b"PK"


def test_only_who_sees_persons_has_the_rows_and_partners_see_nothing_at_all(sign_in, place):
    confirmed()
    number = drafted(sign_in("analyst"))
    auditor = sign_in("auditor")
    assert "Arlo" not in auditor.get(f"/return-versions/{number}").content.decode()
    for path in ("rows.csv", "rows.xlsx", "internal.docx", "behind/people/all"):
        assert auditor.get(f"/return-versions/{number}/{path}").status_code == 404, path
    for role in ("partner_member", "response_officer", "exploitation_officer", "learning", "administrator"):
        for path in ("/returns", ONE, f"/return-versions/{number}", f"/return-versions/{number}/rows.csv", f"/return-versions/{number}/public.pdf"):  # fmt: skip
            assert sign_in(role).get(path).status_code == 404, (role, path)


def test_a_role_that_may_take_files_and_sees_no_persons_has_the_public_edition_alone(sign_in, place, monkeypatch):  # fmt: skip
    from dataclasses import replace

    from redshank.web.accounts.roles import ROLES

    number = drafted(sign_in("analyst"))
    may = ROLES["auditor"].may | {"returns.export"}
    monkeypatch.setitem(ROLES, "auditor", replace(ROLES["auditor"], may=may))
    auditor = sign_in("auditor")
    assert auditor.get(f"/return-versions/{number}/public.html").status_code == 200
    for path in ("rows.csv", "rows.xlsx", "internal.html"):
        assert auditor.get(f"/return-versions/{number}/{path}").status_code == 404, path


def test_pseudonyms_are_of_one_return_alone_and_the_same_in_its_next_version(sign_in, place):
    confirmed()
    analyst = sign_in("analyst")
    first = {r.ident for r in versions().get(pk=drafted(analyst)).whole.rows}
    second = {r.ident for r in versions().get(pk=drafted(analyst, once="b")).whole.rows}
    other = {r.ident for r in versions().get(pk=drafted(analyst, url=f"/returns/gbcse-adr/{YEAR}")).whole.rows}  # fmt: skip
    assert first == second
    assert not first & other


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_the_document_of_each_edition_is_written_in_each_form(sign_in, place, edition, form):
    confirmed()
    analyst = sign_in("analyst")
    answer = analyst.get(f"/return-versions/{drafted(analyst)}/{edition}.{form}")
    assert answer.status_code == 200
    if form == "html":
        text = answer.content.decode()
        assert ("fewer than 5</td>" in text) == (edition == "public")
        assert ("What was left out" in text) == (edition == "internal")
        for hidden in ("Arlo", place.person["Arlo"]):
            assert hidden not in text


def test_the_command_has_a_document_of_a_year_that_nobody_drafted_and_of_one_that_is_kept(sign_in, place):
    from redshank.web.returns import documents

    confirmed()
    analyst = sign_in("analyst")
    live = documents.document(analyst.user, YEAR, None)
    assert "nobody has kept" in live.of
    drafted(analyst)
    kept = documents.document(analyst.user, YEAR, "adr149")
    assert "version 1" in kept.of
    assert "1 April 2026 to 31 March 2027" in kept.title
    with pytest.raises(ValueError, match="2025-26"):
        documents.document(analyst.user, "2026", None)


# ---- sight -------------------------------------------------------------------------------------


def test_a_matter_of_ones_own_leaves_no_trace_in_rows_counts_or_lines(sign_in, place):
    from redshank.web.policy.models import Conflict

    confirmed()
    confirmed(ident="crimes:C-other")
    number = drafted(sign_in("analyst"))
    lead, other = sign_in("safeguarding_lead"), sign_in("researcher")
    assert dict(other.get(f"/return-versions/{number}").context["counts"][0][2])["all"] == 4
    Conflict.objects.create(user=other.user, person_id=place.person["Arlo"], by=lead.user, reason="own family")  # fmt: skip
    page = sign_in("researcher").get(f"/return-versions/{number}")
    assert dict(page.context["counts"][0][2])["all"] == 2
    for hidden in ("Arlo", "FENWICK", "C-open"):
        assert hidden not in page.content.decode(), hidden
    data = sign_in("researcher").get(f"/return-versions/{number}/rows.csv").content.decode("utf-8-sig")
    assert len(data.strip().splitlines()) == 3
    assert len(versions().get(pk=number).whole.rows) == 4  # the force's return is whole


# ---- two at once, leaving ----------------------------------------------------------------------


@pytest.mark.databases
def test_of_two_who_open_and_draft_at_once_one_return_stands_and_the_second_reads_who_was_first(
    own_database, place
):
    def draft(role):
        def work():
            client = client_of(role)
            client.post(f"{ONE}/open", {"once": role})
            return client.post(f"{ONE}/draft", {"kind": "full", "why": "", "seen": 1, "once": role}).status_code  # fmt: skip

        return work

    from redshank.web.returns.models import Return

    assert sorted(at_once([draft("analyst"), draft("researcher")])) == [302, 409]
    assert Return.objects.count() == 1
    assert [v.number for v in versions().all()] == [1]


def test_what_somebody_owns_goes_to_the_lead_when_they_leave(sign_in, place):
    from redshank.web.meetings import leavers
    from redshank.web.returns.models import Return

    analyst = sign_in("analyst")
    opened(analyst)
    assert leavers.holders({analyst.user.pk}) == [analyst.user]
    assert leavers.passes_on(analyst.user) == 1
    assert Return.objects.get().owner.role == "safeguarding_lead"
    assert "Its owner has left the role" in text_of(sign_in("safeguarding_lead").get(ONE))
