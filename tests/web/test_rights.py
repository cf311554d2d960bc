"""Requests for access and disclosures to the prosecution: all that is held, decided one by one, released by a second person."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from .conftest import client_of, make_rows
from .test_meetings_race import at_once
from .worklist_tools import text_of

pytestmark = pytest.mark.databases


def cases():
    from redshank.web.rights.models import Case

    return Case.objects


def opened(client, person: str, name: str, **more) -> int:
    """A request for access, opened; its number."""
    sent = {
        "kind": "access", "find": name, "about": f"person:{person}", "reference": f"SAR-{name}", "basis": "dpa45", "asked_by": "The person",
        "asked_on": timezone.localdate().isoformat(), "once": f"open{name}",
    }  # fmt: skip
    answer = client.post("/rights/new", sent | more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def disclosure(client, find: str, about: str, **more) -> int:
    sent = {
        "kind": "cpia", "find": find, "about": about, "reference": f"MG6-{find}", "basis": "cpia", "asked_by": "The prosecutor",
        "asked_on": timezone.localdate().isoformat(), "due": (timezone.localdate() + timedelta(days=20)).isoformat(), "once": f"open{find}",
    }  # fmt: skip
    answer = client.post("/rights/new", sent | more)
    assert answer.status_code == 302, answer.context["errors"]
    return int(answer.url.rsplit("/", 1)[1])


def does(client, number: int, kind: str, **more):
    page = client.get(f"/rights/{number}")
    sent = {"kind": kind, "once": f"{kind}{page.context['seen']}", "seen": page.context["seen"]}
    return client.post(f"/rights/{number}/act", sent | more)


def done(client, number: int, kind: str, **more) -> None:
    answer = does(client, number, kind, **more)
    assert answer.status_code == 302, answer.context["errors"]


def standing(client, number: int):
    from redshank.web.rights.standing import standing_of

    return standing_of(client.user, cases().get(pk=number))


def ruled(client, number: int, value: str, *, closed: bool = False, **more) -> None:
    """Decides about all that wait, of handling C or not, as one may."""
    now = standing(client, number)
    waits = [i.pk for i in now.items if i.closed is closed and i.pk not in now.rulings]
    for some in [[i] for i in waits] if closed else [waits]:
        if some:
            done(client, number, "ruled", item=some, value=value, **more)


def prepared(sign_in, place, name="Cara") -> int:
    """Everything of it decided, and given to a second person."""
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = opened(auditor, place.person[name], name)
    done(auditor, number, "identity", why="Passport seen", on=timezone.localdate().isoformat())
    ruled(auditor, number, "include")
    ruled(lead, number, "exempt", closed=True, exemption="crime", why="It would show a source.")
    done(lead, number, "restricted", why="Nothing is restricted, or it is left out.")
    done(auditor, number, "submitted")
    return number


def package(client, number: int) -> dict[str, bytes]:
    answer = client.get(f"/rights/{number}/package")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        return {n: held.read(n) for n in held.namelist()}


def of_package(files: dict[str, bytes]) -> str:
    return files["answer.html"].decode() + files["data.json"].decode()


# ---- what is gathered -------------------------------------------------------------------------


def test_everything_in_which_the_person_is_named_is_gathered_also_what_people_did(sign_in, place):
    from redshank.web.heads.models import Appearance

    make_rows(place)
    number = opened(sign_in("auditor"), place.person["Cara"], "Cara")
    items = standing(sign_in("auditor"), number).items
    held = set(
        Appearance.objects.filter(
            person_id=place.person["Cara"], valid_to__isnull=True, in_full=True
        ).values_list("record_key", flat=True)
    )
    assert {i.record_key for i in items if i.kind == "record"} == held
    assert {"record", "signal", "person", "finding", "flag", "audit"} <= {i.kind for i in items}
    assert any(i.key.startswith("heads.Child:") for i in items)
    text = " ".join(i.text for i in items)
    assert "Ploveropenone" in text
    assert "What the records state together." in text  # the flag's reason


def test_what_only_names_the_person_in_typed_words_is_gathered_and_says_so(sign_in, place):
    from redshank.web.concerns.models import Concern

    author = sign_in("response_officer").user
    Concern.objects.create(
        author=author, role=author.role, child_name="Cara Wrenfield", what="Plovertyped words about Cara Wrenfield.", child_words="", danger="no",
        folded=" cara wrenfield plovertyped words about cara wrenfield ", queue="mash", state="open", due=timezone.now(), once="typed",
    )  # fmt: skip
    auditor = sign_in("auditor")
    number = opened(auditor, place.person["Cara"], "Cara")
    (found,) = [i for i in standing(auditor, number).items if "Plovertyped" in i.text]
    assert "its words name somebody of this name" in found.label
    other = opened(auditor, place.person["Hana"], "Hana")
    assert not [i for i in standing(auditor, other).items if "Plovertyped" in i.text]


def test_the_name_of_somebody_who_works_here_is_taken_out(sign_in, place):
    analyst, auditor = sign_in("analyst"), sign_in("auditor")
    from redshank.web.childfile.models import Entry

    Entry.objects.create(person_id=place.person["Elin"], kind="judgement", text="Seen with Analyst One at school.", by=analyst.user, role="analyst", once="staff")  # fmt: skip
    number = opened(auditor, place.person["Elin"], "Elin")
    rows = auditor.get(f"/rights/{number}").context["rows"]
    (text,) = [r["text"] for r in rows if "at school" in r["text"]]
    assert text == "Seen with [name taken out] at school."


def signed(by, about: dict[str, str], *, paragraph: str = "", **more):
    """A signed product whose table names these people by id, with an author's paragraph."""
    from redshank.products.figures import Cell, Figure, Grid
    from redshank.products.frozen import Content, pack
    from redshank.web.products.models import Product, Step

    rows = tuple((f"{name}, 14: signals of harm", (f"k{n}",)) for n, name in enumerate(about.values()))
    grid = Grid(("Child, and why", "Records"), rows, about=tuple(f"child:{i}" for i in about), called=tuple(about.values()))  # fmt: skip
    figure = Figure("children.named", "Children of rising concern", "{n} children.", {"n": Cell(len(rows))} | {f"k{n}": Cell(1) for n in range(len(rows))}, grid)  # fmt: skip
    content = Content((figure,), timezone.now(), 1, (), frozenset(about), {"title": "Child vulnerability profile", "code": "vulnerability-profile", "version": "1", "source": "a test"})  # fmt: skip
    day = timezone.localdate()
    made = Product.objects.create(**{
        "code": "vulnerability-profile", "number": 1, "scope": "the whole force area", "start": day, "end": day, "state": "signed", "content": pack(content),
        "by": by, "signed_by": by, "signed_at": timezone.now(), "once": f"signed{len(about)}{paragraph[:9]}",
    } | more)  # fmt: skip
    if paragraph:
        Step(product=made, kind="wrote", heading="a", by=by, role=by.role, why=paragraph, once=f"w{made.pk}").save(force_insert=True)  # fmt: skip
    return made


def test_signed_products_that_name_the_person_are_gathered_with_the_passages_about_them_alone(sign_in, place):
    analyst, auditor = sign_in("analyst").user, sign_in("auditor")
    cara, hana = place.person["Cara"], place.person["Hana"]
    words = "Cara Wrenfield was seen with Hana Ferncliff twice.\nPatrols go to the station."
    signed(analyst, {cara: "Cara Wrenfield", hana: "Hana Ferncliff"}, paragraph=words)
    signed(analyst, {hana: "Hana Ferncliff"}, number=2)
    signed(analyst, {cara: "Cara Wrenfield"}, number=3, state="draft", once="d")
    number = opened(auditor, cara, "Cara")
    (found,) = [i for i in standing(auditor, number).items if i.key.startswith("product:")]
    assert (found.kind, found.label, found.title) == ("written", "a signed product", "Child vulnerability profile, edition 1")  # fmt: skip
    assert found.text.split("\n") == ["Children of rising concern: Cara Wrenfield, 14: signals of harm", "Cara Wrenfield was seen with Hana Ferncliff twice."]  # fmt: skip
    nobody = opened(auditor, place.person["Elin"], "Elin")
    assert not [i for i in standing(auditor, nobody).items if i.key.startswith("product:")]


def test_others_that_a_product_or_a_note_names_are_taken_out_as_everywhere(sign_in, place):
    from redshank.web.heads.models import Person

    analyst, auditor = sign_in("analyst").user, sign_in("auditor")
    cara, hana = place.person["Cara"], place.person["Hana"]
    other = Person.objects.get(person_id=hana, valid_to=None, in_full=True, in_open=True).name
    signed(analyst, {cara: "Cara Wrenfield"}, paragraph=f"Cara Wrenfield was seen with {other} twice.")
    number = opened(auditor, cara, "Cara")
    rows = auditor.get(f"/rights/{number}").context["rows"]
    (text,) = [r["text"] for r in rows if "twice" in r["text"]]
    assert text.endswith("Cara Wrenfield was seen with [name taken out] twice.")


def test_a_product_with_handling_c_is_decided_by_name_and_one_that_rests_on_what_is_hidden_is_not_there(sign_in, place):  # fmt: skip
    from redshank.web.policy.models import Conflict

    analyst, auditor = sign_in("analyst").user, sign_in("auditor")
    cara, elin = place.person["Cara"], place.person["Elin"]
    signed(analyst, {cara: "Cara Wrenfield"}, closed=True)
    signed(analyst, {cara: "Cara Wrenfield", elin: "Elin Mossgrave"}, number=2)
    number = opened(auditor, cara, "Cara")
    assert [i.closed for i in standing(auditor, number).items if i.key.startswith("product:")] == [
        True,
        False,
    ]
    Conflict.objects.create(user=auditor.user, person_id=elin, by=auditor.user, reason="family")
    number = opened(sign_in("auditor"), cara, "Cara", reference="again", once="again")
    assert [i.closed for i in standing(sign_in("auditor"), number).items if i.key.startswith("product:")] == [True]  # fmt: skip


def test_what_was_noted_at_a_sitting_about_the_person_is_gathered_and_no_more_of_it(sign_in, place):
    from redshank.web.meetings.models import Sitting

    auditor = sign_in("auditor")
    Sitting.objects.create(meeting="mace", at=timezone.now(), state="held", note="Health has seen Cara Wrenfield.\nThe room was cold.")  # fmt: skip
    number = opened(auditor, place.person["Cara"], "Cara")
    (found,) = [i for i in standing(auditor, number).items if i.key.startswith("sitting:")]
    assert found.text == "Health has seen Cara Wrenfield."
    assert found.label == "notes of a sitting; its words name somebody of this name"
    other = opened(auditor, place.person["Hana"], "Hana")
    assert not [i for i in standing(auditor, other).items if i.key.startswith("sitting:")]


def test_what_was_decided_about_something_raised_about_the_person_is_gathered(sign_in, place):
    from redshank.web.meetings.models import Move, Raised

    auditor, by = sign_in("auditor"), sign_in("analyst").user
    made = {}
    for name in ("Cara", "Hana"):
        raised = Raised.objects.create(
            about="child", ident=place.person[name], person_id=place.person[name], title=name, by=by, role=by.role, why="w", meeting="mace", began="mace",
            owner=by, next_on=timezone.now(), once=f"r{name}",
        )  # fmt: skip
        made[name] = Move(raised=raised, kind="closed", owner=by, meeting="mace", by=by, role=by.role, why=f"Plover decision on {name}.", dissent="Health would wait.", once=f"m{name}")  # fmt: skip
        made[name].save(force_insert=True)
    number = opened(auditor, place.person["Cara"], "Cara")
    (found,) = [i for i in standing(auditor, number).items if "Plover decision" in i.text]
    assert found.text == "Plover decision on Cara.\nHealth would wait."
    assert (found.kind, found.label) == ("act", "what was decided about something raised to a meeting")


def test_every_table_with_a_person_in_it_is_told_or_left_out_with_a_reason():
    from django.apps import apps

    from redshank.web.rights.gathering import OF_PERSON
    from redshank.web.rights.settings import HELD, LEFT_OUT

    with_person = {
        m._meta.label for m in apps.get_models() if hasattr(m, "SEEN_AS") and set(OF_PERSON) & {getattr(f, "attname", "") for f in m._meta.get_fields()}
    }  # fmt: skip
    assert with_person - set(HELD) - set(LEFT_OUT) == set()
    assert not set(HELD) & set(LEFT_OUT)


def test_every_field_that_a_table_is_told_by_is_there():
    from django.apps import apps

    from redshank.web.rights.settings import HELD

    for name, how in HELD.items():
        model = apps.get_model(name)
        for field in (*how.texts, how.title, how.day):
            assert not field or hasattr(model, field), (name, field)


def test_what_the_auditor_sees_in_a_case_they_see_nowhere_else(sign_in, place):
    auditor = sign_in("auditor")
    opened(auditor, place.person["Cara"], "Cara")
    for path in (
        f"/persons/{place.person['Cara']}",
        f"/children/{place.person['Cara']}",
        "/records/crimes/C-open",
        "/search?q=Fenwick",
    ):
        assert auditor.get(path).status_code == 404, path


# ---- who decides ------------------------------------------------------------------------------


def test_nothing_is_decided_by_leaving_it_open(sign_in, place):
    auditor = sign_in("auditor")
    number = opened(auditor, place.person["Cara"], "Cara")
    done(auditor, number, "identity", why="Passport seen", on=timezone.localdate().isoformat())
    answer = does(auditor, number, "submitted")
    assert answer.status_code == 400
    assert "wait for a decision" in text_of(answer)
    assert cases().get(pk=number).state == "open"


def test_handling_c_is_decided_one_by_one_by_another_role(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = opened(auditor, place.person["Cara"], "Cara")
    closed = [i for i in standing(auditor, number).items if i.closed]
    assert {i.kind for i in closed} >= {"record", "signal"}
    for who, items in ((auditor, closed[:1]), (lead, closed[:2])):
        answer = does(
            who,
            number,
            "ruled",
            item=[i.pk for i in items],
            value="exempt",
            exemption="crime",
            why="Because.",
        )
        assert answer.status_code == 400
        assert list(answer.context["errors"]) == ["things"]
    assert "text" in does(lead, number, "ruled", item=[closed[0].pk], value="include").context["errors"]
    done(lead, number, "ruled", item=[closed[0].pk], value="exempt", exemption="crime", why="Because.")


def test_the_decision_on_what_is_restricted_is_asked_in_every_case(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = opened(auditor, place.person["Elin"], "Elin")
    done(auditor, number, "identity", why="Passport seen", on=timezone.localdate().isoformat())
    ruled(auditor, number, "include")
    answer = does(auditor, number, "submitted")
    assert "that is asked in every case" in text_of(answer)
    assert does(auditor, number, "restricted", why="I say so.").status_code == 400
    done(lead, number, "restricted", why="Nothing is restricted.")
    done(auditor, number, "submitted")


def test_who_wrote_what_goes_out_does_not_release_it(sign_in, place):
    number = prepared(sign_in, place)
    answer = does(sign_in("auditor"), number, "released")
    assert answer.status_code == 400
    assert "Somebody else releases it" in text_of(answer)
    done(sign_in("safeguarding_lead"), number, "released")
    assert cases().get(pk=number).state == "released"


def test_who_wrote_a_text_instead_of_handling_c_does_not_release_it(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = opened(auditor, place.person["Cara"], "Cara")
    done(auditor, number, "identity", why="Passport seen", on=timezone.localdate().isoformat())
    ruled(auditor, number, "include")
    ruled(
        lead,
        number,
        "include",
        closed=True,
        text="The force holds information that you were seen in the town.",
    )
    done(lead, number, "restricted", why="Nothing is restricted.")
    done(auditor, number, "submitted")
    assert does(lead, number, "released").status_code == 400
    done(sign_in("auditor-2"), number, "released")
    said = of_package(package(sign_in("auditor-2"), number))
    assert "seen in the town" in said
    assert "plovercee" not in said.lower()
    assert "IC-9" not in said


@pytest.mark.parametrize("who", ["analyst", "exploitation_officer", "crime_registrar"])
def test_other_roles_have_no_case(sign_in, place, who):
    number = opened(sign_in("auditor"), place.person["Cara"], "Cara")
    for path in ("/rights", f"/rights/{number}", f"/rights/{number}/package", "/rights/new"):
        assert sign_in(who).get(path).status_code == 404, path


# ---- what goes out ----------------------------------------------------------------------------


def test_others_names_are_taken_out_and_what_is_left_out_leaves_no_trace(sign_in, place):
    number = prepared(sign_in, place)
    done(sign_in("safeguarding_lead"), number, "released")
    files = package(sign_in("auditor"), number)
    said = of_package(files)
    for word in (
        "Arlo",
        "Fenwick",
        "Bram",
        "OAKLEY",
        "Dina",
        "Quarrington",
        "Xano",
        "IC-9",
        "lovercee",
        "exempt",
        "ending 101",
        "ending CDE",
        "07700900101",
    ):
        assert word.casefold() not in said.casefold(), word
    assert "Cara" in said
    assert "[name taken out]" in said
    data = json.loads(files["data.json"])
    assert all(set(i) == {"kind", "label", "title", "text", "day", "facts"} for i in data["items"])


def test_a_case_with_handling_c_and_one_without_say_the_same_of_what_was_left_out(sign_in, place):
    lead = sign_in("safeguarding_lead")
    told = []
    for name in ("Cara", "Elin"):
        number = prepared(sign_in, place, name)
        done(lead, number, "released")
        told.append(json.loads(package(lead, number)["data.json"])["case"]["standing_words"])
    assert told[0] == told[1]


def test_a_word_may_be_added_and_one_kept_in_with_a_reason(sign_in, place):
    auditor = sign_in("auditor")
    number = opened(auditor, place.person["Cara"], "Cara")
    page = auditor.get(f"/rights/{number}")
    assert "hotel" in text_of(page)
    done(auditor, number, "term_added", value="hotel")
    assert "term_kept" not in does(auditor, number, "term_kept", value="Arlo").context
    assert does(auditor, number, "term_kept", value="Arlo").status_code == 400  # no reason
    done(
        auditor,
        number,
        "term_kept",
        value="Arlo",
        why="The person's own brother, whom they named themselves.",
    )
    rows = auditor.get(f"/rights/{number}").context["rows"]
    said = " ".join(r["text"] for r in rows)
    assert "hotel" not in said
    assert "Arlo" in said
    assert "Bram" not in said


def test_the_package_fits_its_checksums_and_is_the_same_again(sign_in, place):
    from redshank.web.rights.models import Step

    number = prepared(sign_in, place)
    lead = sign_in("safeguarding_lead")
    done(lead, number, "released")
    files = package(lead, number)
    assert set(files) == {"answer.html", "answer.docx", "data.json", "SHA256SUMS"}
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert package(lead, number) == files
    kept = Step.objects.get(case=number, kind="released")
    assert hashlib.sha256(kept.content.encode()).hexdigest() == kept.sha256
    Step.objects.filter(pk=kept.pk).update(content=kept.content.replace("Cara", "Dora"))
    from redshank.web.rights.package import Damaged, files_of

    with pytest.raises(Damaged):
        files_of(cases().get(pk=number), Step.objects.get(pk=kept.pk))


def test_each_opening_of_the_package_is_a_disclosure_with_its_recipient(sign_in, place):
    from redshank.web.trail.models import Entry

    number = prepared(sign_in, place)
    lead = sign_in("safeguarding_lead")
    assert lead.get(f"/rights/{number}/package").status_code == 404  # not released yet
    done(lead, number, "released")
    package(lead, number)
    entry = Entry.objects.filter(action="disclosure").latest("pk")
    assert (entry.kind, entry.ident, entry.user) == ("person", place.person["Cara"], lead.user)
    assert json.loads(entry.details)["recipient"] == "The person"


def test_no_machine_name_stands_on_a_page_of_a_case_or_in_a_document(sign_in, place):
    from .test_practice_pages import MACHINE

    make_rows(place)
    number = prepared(sign_in, place)
    lead = sign_in("safeguarding_lead")
    page = lead.get(f"/rights/{number}")
    done(lead, number, "released")
    for said in (
        text_of(page),
        package(lead, number)["answer.html"].decode().partition("</style>")[2],
        text_of(lead.get("/rights?show=all")),
    ):
        assert MACHINE.findall(said) == []


# ---- the clock and the form -------------------------------------------------------------------


def test_it_is_due_a_month_after_it_was_received_or_the_identity_was_confirmed(sign_in, place):
    from redshank.web.rights.settings import month_on

    auditor = sign_in("auditor")
    received = timezone.localdate() - timedelta(days=20)
    number = opened(auditor, place.person["Cara"], "Cara", asked_on=received.isoformat())
    assert cases().get(pk=number).due == month_on(received)
    done(auditor, number, "identity", why="Passport seen", on=timezone.localdate().isoformat())
    assert cases().get(pk=number).due == month_on(timezone.localdate())
    assert month_on(date(2028, 1, 31)) == date(2028, 2, 29)
    assert month_on(date(2026, 12, 5)) == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"reference": ""}, "reference"), ({"asked_by": ""}, "asked_by"), ({"asked_on": "soon"}, "asked_on"), ({"about": "person:p-0"}, "about"),
     ({"basis": "cpia"}, "basis"), ({"asked_on": "2999-01-01"}, "asked_on"), ({"behalf": "yes"}, "authority")],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(sign_in, place, wrong, field):
    sent = {
        "kind": "access", "find": "Cara", "about": f"person:{place.person['Cara']}", "reference": "SAR-1", "basis": "dpa45", "asked_by": "The person",
        "asked_on": timezone.localdate().isoformat(), "once": "wrong",
    }  # fmt: skip
    answer = sign_in("auditor").post("/rights/new", sent | wrong)
    assert answer.status_code == 400
    assert list(answer.context["errors"]) == [field]
    assert not cases().exists()


def test_a_form_sent_twice_opens_one_case_and_a_reference_stands_once(sign_in, place):
    auditor = sign_in("auditor")
    first = opened(auditor, place.person["Cara"], "Cara")
    assert opened(auditor, place.person["Cara"], "Cara") == first
    sent = {
        "kind": "access", "find": "Dina", "about": f"person:{place.person['Dina']}", "reference": "SAR-Cara", "basis": "dpa45", "asked_by": "The person",
        "asked_on": timezone.localdate().isoformat(), "once": "another",
    }  # fmt: skip
    assert "reference" in auditor.post("/rights/new", sent).context["errors"]
    assert cases().count() == 1


def test_who_acts_second_reads_what_the_first_did(sign_in, place):
    auditor, other = sign_in("auditor"), sign_in("auditor-2")
    number = opened(auditor, place.person["Cara"], "Cara")
    seen = other.get(f"/rights/{number}").context["seen"]
    done(auditor, number, "term_added", value="hotel")
    answer = other.post(
        f"/rights/{number}/act", {"kind": "term_added", "value": "school", "seen": seen, "once": "late"}
    )
    assert answer.status_code == 409
    assert "was first" in text_of(answer)


def test_two_who_release_at_once_make_one_release(own_database, place):
    from redshank.web.rights.models import Step

    number = prepared(client_of, place)
    clients = [client_of("safeguarding_lead"), client_of("auditor-2")]
    seen = clients[0].get(f"/rights/{number}").context["seen"]
    at_once(
        [
            lambda c=c, n=n: c.post(
                f"/rights/{number}/act", {"kind": "released", "seen": seen, "once": f"at{n}"}
            )
            for n, c in enumerate(clients)
        ]
    )
    assert Step.objects.filter(case=number, kind="released").count() == 1


def test_steps_and_things_are_added_and_never_changed(sign_in, place):
    from django.core.exceptions import ValidationError

    from redshank.web.rights.models import Item, Step

    opened(sign_in("auditor"), place.person["Cara"], "Cara")
    for row in (Step.objects.first(), Item.objects.first()):
        with pytest.raises(ValidationError):
            row.save()
        with pytest.raises(ValidationError):
            row.delete()


def test_gathered_anew_what_came_since_waits_and_what_was_decided_stands(sign_in, place):
    from redshank.web.rights.models import Item

    auditor = sign_in("auditor")
    number = opened(auditor, place.person["Elin"], "Elin")
    ruled(auditor, number, "include")
    before = Item.objects.filter(case=number).count()
    client_of("analyst").post(
        f"/children/{place.person['Elin']}/file/judgement", {"text": "A note on the child.", "once": "note"}
    )
    done(auditor, number, "gathered")
    now = standing(auditor, number)
    assert Item.objects.filter(case=number).count() > before
    assert now.undecided >= 1
    assert all(now.rulings[i.pk].value == "include" for i in now.items if i.kind == "record")


# ---- what is hidden ---------------------------------------------------------------------------


def hide(sign_in, kind, ident):
    from redshank.web.policy.models import Restriction

    Restriction.objects.create(
        kind=kind, ident=ident, by=sign_in("safeguarding_lead").user, reason="a sealed inquiry", label="x"
    )


def test_what_is_restricted_is_neither_found_nor_gathered(sign_in, place):
    hide(sign_in, "record", "crimes:C-open")
    auditor = sign_in("auditor")
    number = opened(auditor, place.person["Cara"], "Cara")
    items = standing(auditor, number).items
    assert "crimes:C-open" not in {i.record_key for i in items}
    assert "Ploveropenfive" not in " ".join(i.text + i.stored for i in items)


def test_a_case_about_somebody_of_ones_own_is_not_there(sign_in, place):
    from redshank.web.policy.models import Conflict

    number = opened(sign_in("auditor"), place.person["Cara"], "Cara")
    other = sign_in("auditor-2")
    Conflict.objects.create(
        user=other.user, person_id=place.person["Cara"], by=sign_in("safeguarding_lead").user, reason="family"
    )
    other = sign_in("auditor-2")
    assert other.get(f"/rights/{number}").status_code == 404
    assert (
        other.post(
            f"/rights/{number}/act", {"kind": "term_added", "value": "hotel", "seen": 2, "once": "x"}
        ).status_code
        == 404
    )
    assert "SAR-Cara" not in other.get("/rights").content.decode()
    assert "SAR-Cara" not in other.get("/").content.decode()
    assert "Cara" not in other.get("/rights/new?kind=access&find=Cara").content.decode().replace(
        "“Cara”", ""
    ).replace('value="Cara"', "")


def test_what_is_hidden_since_holds_the_release_back(sign_in, place):
    number = prepared(sign_in, place)
    hide(sign_in, "record", "crimes:C-open")
    lead = sign_in("safeguarding_lead")
    done(lead, number, "released")
    assert "Ploveropenfive" not in of_package(package(lead, number))


# ---- disclosure to the prosecution ------------------------------------------------------------


def test_a_disclosure_holds_what_was_shown_at_a_decision_exactly_as_it_was_kept(sign_in, place):
    from redshank.web.flags.models import Act

    make_rows(place)
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = disclosure(auditor, "C-other", "record:crimes:C-other")
    ruled(auditor, number, "schedule")
    done(lead, number, "restricted", why="Nothing is restricted.")
    done(auditor, number, "submitted")
    done(lead, number, "released")
    files = package(lead, number)
    assert set(files) == {"schedule.html", "schedule.docx", "data.json", "SHA256SUMS"}
    data = json.loads(files["data.json"])
    act = Act.objects.filter(flag__record_key="crimes:C-other", kind="confirmed").get()
    (kept,) = [i["stored"] for i in data["items"] if i["stored"].get("id") == act.pk and i["kind"] == "Flags"]
    for name in (
        "shown",
        "evidence",
        "opened",
        "answers",
        "axes",
        "rationale",
        "definition",
        "run",
        "seconds",
    ):
        assert kept[name] == getattr(act, name), name
    assert act.shown
    assert act.shown in " ".join(v for i in data["items"] for _, v in i["shown"])
    assert ["Definition that a flag is tested against", act.definition] in data["case"]["versions"]
    assert any(
        i["kind"] == "Reads and other entries of the audit" and i["stored"]["entries"] for i in data["items"]
    )


def test_what_is_sensitive_stands_on_a_schedule_of_its_own(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    number = disclosure(auditor, "ending 303", f"group:{place.group['closed']}")
    items = standing(auditor, number).items
    assert any(i.closed for i in items)
    ruled(auditor, number, "irrelevant", why="Says nothing of it.")
    ruled(lead, number, "sensitive", closed=True, why="It would show a source.", text="Information received")
    done(lead, number, "restricted", why="Nothing else is restricted.")
    done(auditor, number, "submitted")
    done(sign_in("auditor-2"), number, "released")
    files = package(lead, number)
    assert "sensitive-for-the-prosecutor-alone.html" in files
    both = b"".join(v for n, v in files.items() if n.endswith(("html", "json"))).decode()
    for word in ("lovercee", "Vexley", "IC-1"):
        assert word not in both, word
    assert "Information received" not in files["schedule.html"].decode() + files["data.json"].decode()


def test_a_request_is_about_a_person_and_a_disclosure_about_a_crime_or_group(sign_in, place):
    from redshank.web.rights import acts

    user = sign_in("auditor").user
    for kind, about, basis in (("access", "group", "dpa45"), ("cpia", "person", "cpia")):
        asked = acts.Asked(
            kind, about, "x", "X", "R", basis, "Y", timezone.localdate(), "o", timezone.localdate()
        )
        with pytest.raises(acts.NotAllowed):
            acts.open_case(user, asked)


# ---- the first page ---------------------------------------------------------------------------


def test_the_first_page_tells_what_waits_and_what_is_due_without_a_name(sign_in, place):
    auditor, lead = sign_in("auditor"), sign_in("safeguarding_lead")
    opened(
        auditor,
        place.person["Cara"],
        "Cara",
        asked_on=(timezone.localdate() - timedelta(days=40)).isoformat(),
        reference="SAR-7",
    )
    assert "SAR-7" in auditor.get("/").content.decode()
    page = lead.get("/").content.decode()
    assert page.count("SAR-7") == 2
    assert "what is restricted waits for a decision" in page
    for role in ("analyst", "duty_inspector"):
        assert "SAR-7" not in sign_in(role).get("/").content.decode()
