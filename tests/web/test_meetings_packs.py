"""A sitting on paper: for each reader what that reader may see, in Word and as tagged PDF."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest

from . import worklist_tools as tools
from .documents import WORDS, words_of_docx
from .test_meetings import again, body, decide, give, later, raise_child
from .test_meetings_pages import sitting_of
from .worklist_fixtures import application, town  # noqa: F401


def pack(client, raised, form: str = "docx", **asked: str) -> str:
    answer = client.get(sitting_of(raised, f"pack.{form}"), asked)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return WORDS[form](answer.content)


@pytest.mark.parametrize("form", list(WORDS))
def test_a_daily_pack_is_written_without_typing_and_holds_what_an_independent_query_finds(town, form):  # noqa: F811
    """Raised things with who, why, category and standing; new records with signals as recorded; found things as counts."""
    from redshank.web.heads.models import Record

    raised = raise_child()
    for n in range(3):
        tools.record(f"incidents:N-{n}", "Seen with an older man.", days=0.1 * n)
        tools.signal(f"incidents:N-{n}", "older.company", "older man")
    told = pack(tools.client("duty_inspector"), raised, form)
    for said in (
        "OFFICIAL-SENSITIVE",
        "Ada THORN, 13",
        "Child, signals of harm, proposed",
        "First analyst",
        "Seen twice with a man",
        "As recorded",
    ):
        assert said in told, said
    new = Record.objects.filter(signals__gt=0, known_at__gt=tools.NOW - timedelta(hours=20)).exclude(
        kind="missing_episodes"
    )
    assert new.count() == 3
    for r in new:
        assert r.headline in told, r.key


def test_the_first_line_says_when_the_extracts_are_old(town):  # noqa: F811
    from docx import Document

    from redshank.web.heads.models import Publication

    raised = raise_child()
    Publication.objects.update(as_of=tools.NOW - timedelta(days=3))
    data = tools.client("analyst").get(sitting_of(raised, "pack.docx")).content
    assert "older than the rhythm" in Document(io.BytesIO(data)).paragraphs[0].text


@pytest.mark.parametrize("form", list(WORDS))
def test_a_partners_pack_holds_what_was_shared_with_the_agency_and_nothing_else(town, form):  # noqa: F811
    from redshank.web.policy.models import Share

    partner = tools.account("partner_member")
    partner.agency = "Children's services"
    partner.save()
    shared = raise_child()
    decide(shared, "passed", to="mace", once="p")
    raise_child("mace", "p-ben", "b")
    Share.objects.create(
        audience="Children's services", kind="person", ident="p-ada", by=tools.account("analyst"), reason="x"
    )
    told = pack(tools.client("mace_coordinator"), shared, form, **{"for": partner.username})
    assert "Ada THORN" in told
    assert "Ben" not in told
    assert "Seen twice with a man" not in told
    assert "raised by the police" in told
    assert "Ben" in pack(tools.client("mace_coordinator"), shared, form)


def test_handling_c_reaches_no_pack_of_an_uncleared_reader_nor_of_an_uncleared_writer(town):  # noqa: F811
    """Practice rule 12."""
    from redshank.web.meetings import raising

    analyst = tools.client("analyst")
    of = raising.subject(analyst.user, "group", "g-c")
    raised, _ = raising.raise_to(analyst.user, of, body("four_weekly"), "quayword", "c")
    assert "Quay" in pack(analyst, raised)
    told = pack(analyst, raised, **{"for": tools.account("panel_chair").username})
    assert not re.search("Quay|quayword|Secretword", told)
    # Nobody uncleared keeps a police body that cleared roles sit in; were it so, the pack would be refused.
    mace = raise_child("mace")
    answer = tools.client("mace_coordinator").get(
        sitting_of(mace, "pack.docx"), {"for": tools.account("safeguarding_lead").username}
    )
    assert answer.status_code == 403
    assert "writes the pack" in tools.text_of(answer)


def test_what_is_hidden_from_the_writer_is_in_no_pack_that_they_write(town):  # noqa: F811
    """Practice rule 13."""
    from redshank.web.policy.models import Conflict

    raised, analyst = raise_child(), tools.client("analyst")
    Conflict.objects.create(
        user=analyst.user, person_id="p-ada", by=tools.account("safeguarding_lead"), reason="x"
    )
    assert "Ada" not in pack(analyst, raised, **{"for": tools.account("researcher").username})
    assert "Ada" in pack(tools.client("researcher"), raised)


def test_what_is_hidden_from_the_writer_is_not_among_what_is_recorded_either(town):  # noqa: F811
    from redshank.web.heads.models import Child
    from redshank.web.policy.models import Conflict

    Child.objects.update(rising="two more records")
    chair = tools.client("panel_chair")
    url = f"/meetings/panel/{body('panel').next(tools.NOW).date().isoformat()}/pack.docx"
    reader = {"for": tools.account("mace_coordinator").username}
    told = words_of_docx(chair.get(url, reader).content)
    assert "A significant increase in concern: 2" in told
    assert "Ada THORN" in told
    Conflict.objects.create(
        user=chair.user, person_id="p-ada", by=tools.account("safeguarding_lead"), reason="x"
    )
    told = words_of_docx(chair.get(url, reader).content)
    assert "A significant increase in concern: 1" in told
    assert "Ada" not in told
    assert "Ben WICK" in told


def test_only_who_keeps_the_body_writes_for_others_and_only_for_members(town):  # noqa: F811
    raised = raise_child()
    member = tools.client("panel_chair")
    assert (
        member.get(sitting_of(raised, "pack.pdf"), {"for": tools.account("analyst").username}).status_code
        == 404
    )
    keeper = tools.client("duty_inspector")
    assert (
        keeper.get(sitting_of(raised, "pack.pdf"), {"for": tools.account("learning").username}).status_code
        == 404
    )
    assert keeper.get(sitting_of(raised, "pack.odt")).status_code == 404


def test_minutes_hold_decisions_dissent_actions_and_who_was_there(town):  # noqa: F811
    from redshank.web.meetings import actions, sittings

    raised, duty = raise_child(), tools.account("duty_inspector")
    sits = sittings.begin(
        duty, sittings.Sitting(meeting="daily", at=raised.next_on), "The chair is away then"
    )
    url = sitting_of(raised, "pack.docx")
    sittings.attend(sits, tools.account("researcher"), False)
    decide(raised, "taken", next_on=later(), sitting=sits, dissent="One would wait")
    task = actions.Task(
        "Walk by the arcade",
        "protect",
        "x",
        "y",
        later().date(),
        tools.account("exploitation_officer"),
        tools.account("safeguarding_lead"),
    )
    actions.give(duty, raised, task, "t", sits)
    sittings.close(duty, sits, "It was short.", "", None, "x")
    told = words_of_docx(tools.client("duty_inspector").get(url).content)
    for said in (
        "Minutes: Daily",
        "Taken up: talked about",
        "Dissent: One would wait",
        "Walk by the arcade",
        "It was short.",
        "First duty inspector",
        "First researcher",
    ):
        assert said in told, said


def test_a_pdf_is_tagged_and_says_its_language_and_title(town):  # noqa: F811
    from pypdf import PdfReader

    data = tools.client("analyst").get(sitting_of(raise_child(), "pack.pdf")).content
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "Daily management meeting" in reader.metadata.title
    assert b"pdfuaid" in data or "/Metadata" in root


def test_words_of_a_record_are_never_read_as_markup(town):  # noqa: F811
    raised = raise_child()
    raised.why = '#eval("1") *bold* {{ pack }} <b>x</b> $x$ \\u{41}'
    raised.save()
    for form in WORDS:
        told = pack(tools.client("analyst"), raised, form)
        for said in ('#eval("1")', "*bold*", "{{ pack }}", "<b>x</b>", "$x$"):
            assert said.replace(" ", "") in told.replace(" ", ""), (form, said)


def template(home, text: str):
    from docx import Document

    folder = home / "templates"
    folder.mkdir(exist_ok=True)
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "daily.docx"))
    return folder / "daily.docx"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Our own: {{ title }}", "Our own: Agenda: Daily management meeting"),
        ("{{ titel }}", "The template daily.docx was not used: 'titel' is undefined"),
        ("{% for %}", "The template daily.docx was not used"),
        ("{{ ''.__class__.__mro__ }}", "The template daily.docx was not used"),
    ],
)
def test_a_forces_own_template_is_used_and_a_broken_field_says_what_is_wrong(town, text, said):  # noqa: F811
    """The pack is written in any case."""
    from django.conf import settings

    path = template(settings.HOME, text)
    try:
        assert said in pack(tools.client("analyst"), raise_child())
    finally:
        path.unlink()


def test_each_pack_is_a_disclosure_in_the_audit(town):  # noqa: F811
    from redshank.web.trail.models import Entry

    raised = raise_child()
    pack(tools.client("duty_inspector"), raised, "pdf", **{"for": tools.account("analyst").username})
    entry = Entry.objects.filter(action="disclosure", kind="pack").get()
    assert '"for": "town-analyst"' in entry.details
    assert len(re.search(r'"sha256": "(\w+)"', entry.details).group(1)) == 64


def test_a_pack_says_nothing_of_a_task_that_its_reader_may_not_see(town):  # noqa: F811
    give(raise_child())
    assert "Walk by the arcade" not in pack(tools.client("duty_inspector"), again(raise_child(once="x")))


@pytest.mark.parametrize(
    ("typed", "in_word", "in_pdf"),
    [
        ("Łukasz Żółć", "Łukasz Żółć", "Łukasz Żółć"),
        ("王小明〝x〞 met her", "王小明〝x〞 met her", 'WangXiaoMing"x" met her'),
        ("he sent 🙂 twice", "he sent 🙂 twice", "he sent :slight_smile: twice"),
        ("a sign \x0b that no file holds", "a sign  that no file holds", "a sign that no file holds"),
    ],
)
def test_names_in_any_letters_and_signs_that_no_file_holds_stop_no_pack(town, typed, in_word, in_pdf):  # noqa: F811
    """A name in letters that the PDF's fonts lack ended in a defect page."""
    raised = raise_child()
    raised.why = typed
    raised.save()
    client = tools.client("analyst")
    assert in_word in pack(client, raised)
    told = pack(client, raised, "pdf")
    assert in_pdf.replace(" ", "") in told.replace(" ", "").replace("\n", "")
    assert ("spelt in Latin ones" in told) == (in_pdf not in (typed, "a sign that no file holds"))


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04 cut short", "half"])
def test_a_template_that_is_no_word_file_is_said_so_without_its_path(town, data):  # noqa: F811
    """It ended in a defect page."""
    from django.conf import settings

    path = template(settings.HOME, "Our own: {{ title }}")
    path.write_bytes(path.read_bytes()[:4000] if data == "half" else data)
    try:
        told = pack(tools.client("analyst"), raise_child())
    finally:
        path.unlink()
    assert "The template daily.docx was not used: it is no Word file." in told
    assert str(settings.HOME) not in told
