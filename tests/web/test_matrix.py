"""Editions of the vulnerability matrix: prepared, judged, signed, frozen; no later night changes a cell."""
# ruff: noqa: F811

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest

from .concern_tools import few, said, value_of, web  # noqa: F401


def edition_of(pk=None):
    from redshank.web.matrix.models import Edition

    return Edition.objects.get(pk=pk) if pk else Edition.objects.latest("id")


def prepare(client, on="2026-04-10"):
    page = client.get("/matrix")
    answer = client.post("/matrix", {"meeting_on": on, "once": value_of(page, "once")})
    assert answer.status_code == 302, said(answer)
    return edition_of()


def acted(web, edition, name, kind, text="Because the school says so.", who="researcher", **more):
    client = web.client(who)
    ident = ident_of(edition, name)
    page = client.get(f"/matrix/{edition.pk}/children/{ident}")
    data = {"once": value_of(page, "once"), "steps": value_of(page, "steps"), "kind": kind, "text": text}
    return client.post(f"/matrix/{edition.pk}/children/{ident}/act", data | more)


def ident_of(edition, name):
    return edition.rows.filter(name=name, in_full=True).get().ident


def findings(web):
    from redshank.night import published
    from redshank.store import Store

    return published(Store.open(web.home))[0]


def names(client, edition):
    """The children of an edition's page in their order, with their numbers."""
    html = client.get(f"/matrix/{edition.pk}?all=1").content.decode()
    found = re.findall(r'<h3 class="govuk-heading-s">(?:(\d+)\. )?<a [^>]*>(?:<s>)?([^<]+)', html)
    return [(int(n) if n else None, name) for n, name in found]


def sign_and_freeze(web, edition, who="researcher"):
    client = web.client(who)
    page = client.get(f"/matrix/{edition.pk}")
    client.post(f"/matrix/{edition.pk}/sign", {"once": "s", "checksum": value_of(page, "checksum")})
    answer = client.post(f"/matrix/{edition.pk}/freeze", {"once": "f"})
    assert answer.status_code == 302, said(answer)
    return edition_of(edition.pk)


# ---- prepared from the published run -----------------------------------------------------------------------


def test_an_edition_holds_the_runs_children_in_order_with_the_contracts_words(web):
    from redshank.web.heads.models import Child

    client = web.client("researcher")
    edition = prepare(client)
    heads = list(Child.objects.filter(valid_to=None, in_full=True).order_by("place"))
    assert [n for _, n in names(client, edition)] == [c.name for c in heads]
    assert len(heads) >= 4
    text = said(client.get(f"/matrix/{edition.pk}"))
    for c in heads:
        assert {c.sexual, c.criminal} <= {"signals of harm", "signals of risk", "none found in what was read"}
        assert (
            f"Sexual exploitation: {c.sexual}. Criminal exploitation: {c.criminal}. Concern is {c.change}."
            in text
        )
    assert "As recorded at 05:10 on 30 March 2026" in text


def test_the_direction_of_28_days_comes_from_the_findings(web):
    from redshank.web.heads.models import Child

    rows = {r["person_id"]: r["change_28_days"] for r in findings(web)["children"].to_pylist()}
    assert len(set(rows.values())) > 1
    for child in Child.objects.filter(valid_to=None, in_full=True):
        points = rows[child.person_id]
        said = "higher than" if points > 0 else "lower than" if points else "the same as"
        assert child.change == f"{said} 28 days ago"


def test_no_number_of_a_score_stands_anywhere(web):

    scores = [r["score"] for r in findings(web)["children"].to_pylist()]
    told = [s for s in scores if s > 31]  # a smaller number is also a day or an age
    assert told
    client = web.client("researcher")
    edition = sign_and_freeze(web, prepare(client))
    pages = [f"/matrix/{edition.pk}?all=1", f"/matrix/{edition.pk}.csv", "/matrix"]
    pages += [f"/matrix/{edition.pk}/children/{r.ident}" for r in edition.rows.filter(in_full=True)]
    for address in pages:
        text = client.get(address).content.decode()
        text = re.sub(
            r'value="[^"]*"|<span class="redshank-value">[^<]*|Checksum,\w+|\b20\d\d\b|/matrix/[^"]*',
            "",
            text,
        )
        assert "score" not in said(client.get(address)).lower()
        assert [
            s for s in told if re.search(rf"(?<![\w.-]){s}(?![\w-])", re.sub(r"<[^>]+>", " ", text))
        ] == []


def test_a_form_sent_twice_prepares_one_edition(web):
    from redshank.web.matrix.models import Edition

    client = web.client("researcher")
    data = {"meeting_on": "2026-04-10", "once": "same"}
    assert client.post("/matrix", data).url == client.post("/matrix", data).url
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01"])
def test_a_wrong_day_is_told(web, day):
    answer = web.client("researcher").post("/matrix", {"meeting_on": day, "once": "x"})
    assert answer.status_code == 400
    assert "Write the day of the meeting" in said(answer)


# ---- judgement ----------------------------------------------------------------------------------------------


def test_judgement_stands_before_the_reasons(web):
    client = web.client("researcher")
    edition = prepare(client)
    assert acted(web, edition, "Mira LANE", "judged", "Her school sees her frightened.").status_code == 302
    text = said(client.get(f"/matrix/{edition.pk}")).split("Mira LANE")[1]
    assert text.index("Her school sees her frightened.") < text.index("Sexual exploitation:")
    assert "Judgement of Researcher One" in text


def test_moved_by_judgement_with_who_and_why(web):
    client = web.client("researcher")
    edition = prepare(client)
    before = [n for _, n in names(client, edition)]
    last = before[-1]
    assert acted(web, edition, last, "moved", "The nurse is sure.", to="2").status_code == 302
    now = names(client, edition)
    assert [n for _, n in now] == [before[0], last, *before[1:-1]]
    assert [n for n, _ in now] == list(range(1, len(now) + 1))
    assert "Moved up by Researcher One: The nurse is sure." in said(client.get(f"/matrix/{edition.pk}"))
    acted(web, edition, last, "moved", "Back.", to=str(len(before)))
    assert [n for _, n in names(client, edition)] == before


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("moved", {"to": "0"}, "Write a place from 1 to"),
        ("moved", {"to": "99"}, "Write a place from 1 to"),
        ("moved", {"to": "up"}, "Write the new place as a number"),
        ("moved", {"to": "1", "text": " "}, "Write why, in your own words"),
        ("taken_off", {"text": ""}, "Write why, in your own words"),
        ("judged", {"text": "x" * 2001}, "Write no more than 2,000 characters"),
        ("put_back", {}, "That is how it stands already"),
        ("erased", {}, "Choose what to do"),
    ],
)
def test_no_act_without_its_reason(web, kind, more, error):
    edition = prepare(web.client("researcher"))
    answer = acted(web, edition, "Mira LANE", kind, **{"text": "Kept text"} | more)
    assert answer.status_code == 400
    assert error in said(answer)
    assert edition.acts.exclude(kind="prepared").count() == 0


def test_taken_off_stays_visible_struck_and_can_be_put_back(web):
    client = web.client("researcher")
    edition = prepare(client)
    count = len(names(client, edition))
    acted(web, edition, "Mira LANE", "taken_off", "She is another force's child now.")
    html = client.get(f"/matrix/{edition.pk}").content.decode()
    assert "<s>Mira LANE</s>" in html
    assert "She is another force" in html
    shown = names(client, edition)
    assert (None, "Mira LANE") in shown
    assert [n for n, _ in shown if n] == list(range(1, count))
    acted(web, edition, "Mira LANE", "put_back", "She came back.")
    assert (None, "Mira LANE") not in names(client, edition)


def test_of_two_who_act_on_a_child_the_second_sees_the_first(web):
    edition = prepare(web.client("researcher"))
    ident = ident_of(edition, "Mira LANE")
    acted(web, edition, "Mira LANE", "taken_off", who="analyst")
    late = web.client("researcher").post(
        f"/matrix/{edition.pk}/children/{ident}/act",
        {"once": "l", "steps": "0", "kind": "taken_off", "text": "My text"},
    )
    assert late.status_code == 409
    assert "Analyst One was first" in said(late)
    assert "My text" in late.content.decode()


def test_the_same_form_twice_acts_once(web):
    edition = prepare(web.client("researcher"))
    ident = ident_of(edition, "Mira LANE")
    for _ in range(2):
        answer = web.client("researcher").post(
            f"/matrix/{edition.pk}/children/{ident}/act",
            {"once": "l", "steps": "0", "kind": "judged", "text": "Once"},
        )
        assert answer.status_code == 302
    assert edition.acts.filter(ident=ident).count() == 1


def test_acts_and_rows_are_never_changed(web):
    from django.core.exceptions import ValidationError

    edition = prepare(web.client("researcher"))
    for kept in (edition.rows.first(), edition.acts.first()):
        with pytest.raises(ValidationError):
            kept.save()
        with pytest.raises(ValidationError):
            kept.delete()


# ---- added by hand --------------------------------------------------------------------------------------------


def add(web, edition, who="researcher", **data):
    client = web.client(who)
    page = client.get(f"/matrix/{edition.pk}/add")
    return client.post(
        f"/matrix/{edition.pk}/add", {"once": value_of(page, "once"), "why": "Her aunt came to us."} | data
    )


def test_a_name_by_hand_stands_first_and_says_what_was_not_found(web):
    client = web.client("researcher")
    edition = prepare(client)
    assert add(web, edition, name="Juno Hale").status_code == 302
    assert names(client, edition)[0] == (1, "Juno Hale")
    text = said(client.get(f"/matrix/{edition.pk}")).split("Juno Hale")[1]
    assert "Added by Researcher One" in text
    assert "Sexual exploitation: none found in what was read." in text
    assert "no concern" not in text.lower()


def test_somebody_in_the_records_is_found_and_added_once(web):
    client = web.client("researcher")
    edition = prepare(client)
    karl = web.person("Karl STONE")
    assert "Karl STONE" in said(client.get(f"/matrix/{edition.pk}/add?find=stone"))
    assert add(web, edition, person=karl).status_code == 302
    again = add(web, edition, person=karl)
    assert again.status_code == 400
    assert "in this edition already" in said(again)
    assert "in this edition already" in said(add(web, edition, person=ident_of(edition, "Mira LANE")))


@pytest.mark.parametrize(("data", "error"), [({"name": ""}, "Choose somebody"), ({"name": "Juno Hale", "why": ""}, "Write why"), ({"person": "p-nobody"}, "Choose somebody")])  # fmt: skip
def test_an_addition_needs_a_name_and_a_reason(web, data, error):
    edition = prepare(web.client("researcher"))
    answer = add(web, edition, **data)
    assert answer.status_code == 400
    assert error in said(answer)


def test_added_by_hand_stays_in_the_next_editions_until_a_person_takes_it_off(web):
    client = web.client("researcher")
    first = prepare(client)
    add(web, first, name="Juno Hale")
    second = prepare(client, "2026-05-08")
    assert names(client, second)[0] == (1, "Juno Hale")
    assert "Her aunt came to us." in said(client.get(f"/matrix/{second.pk}"))
    acted(web, second, "Juno Hale", "taken_off", "The aunt says all is well and the school agrees.")
    third = prepare(client, "2026-06-05")
    assert "Juno Hale" not in [n for _, n in names(client, third)]
    text = said(client.get(f"/matrix/{third.pk}"))
    assert "Taken off in the edition before Juno Hale : The aunt says all is well" in text
    assert (None, "Juno Hale") in names(client, second)


def test_added_by_hand_and_then_found_by_the_night_keeps_who_added(web):
    client = web.client("researcher")
    first = prepare(client)
    from redshank.web.heads.models import Child

    new = web.person("Noah FIELD")
    found_already = Child.objects.filter(person_id=new, valid_to=None).exists()
    if not found_already:
        add(web, first, person=new)
    add(web, first, name="Juno Hale")
    web.night()
    second = prepare(client, "2026-05-08")
    rows = second.rows.filter(name="Juno Hale")
    assert [r.added_why for r in rows] == ["Her aunt came to us."]
    assert second.rows.filter(person_id=new, in_full=True).count() == 1
    assert "Lior MARSH" in [n for _, n in names(client, second)]


# ---- the next night --------------------------------------------------------------------------------------------


def frozen_part(client, edition):
    """The page without what stands beside the edition and without one-time marks."""
    client.get("/matrix")  # takes the notes of earlier acts away
    html = client.get(f"/matrix/{edition.pk}?all=1").content.decode()
    html = re.sub(
        r'<details class="govuk-details redshank-screen" id="since">.*?</details>', "", html, flags=re.DOTALL
    )
    html = re.sub(r'<p class="redshank-as-of.*?</p>', "", html, flags=re.DOTALL)
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"', "", html)


@pytest.mark.parametrize("state", ["open", "frozen"])
def test_the_next_night_changes_not_one_byte_and_shows_beside_it_what_is_new(web, state):
    from redshank.web.matrix import acts

    client = web.client("researcher")
    edition = prepare(client)
    add(web, edition, name="Juno Hale")
    acted(web, edition, "Mira LANE", "moved", "The nurse is sure.", to="1")
    if state == "frozen":
        edition = sign_and_freeze(web, edition)
    addresses = [f"/matrix/{edition.pk}/children/{r.ident}" for r in edition.rows.filter(in_full=True)]
    rows, page, content = (
        list(edition.rows.order_by("id").values()),
        frozen_part(client, edition),
        acts.content(edition),
    )
    children = [said(client.get(a)).split("In the edition for")[1] for a in addresses]
    file = client.get(f"/matrix/{edition.pk}.csv").content if state == "frozen" else b""
    assert "What changed since" not in said(client.get(f"/matrix/{edition.pk}"))
    web.night()
    assert list(edition.rows.order_by("id").values()) == rows
    assert acts.content(edition_of(edition.pk)) == content
    assert frozen_part(client, edition) == page
    assert [said(client.get(a)).split("In the edition for")[1] for a in addresses] == children
    assert state == "open" or client.get(f"/matrix/{edition.pk}.csv").content == file
    beside = said(client.get(f"/matrix/{edition.pk}")).split("What changed since this edition was made")[1]
    assert "Lior MARSH" in beside.split("The children, in order")[0]
    assert re.search(
        r"Isla BROOK [^–]*New reason: with an older person", beside.split("The children, in order")[0]
    )
    assert "Lior MARSH" not in [n for _, n in names(client, edition)]


# ---- signed and frozen ------------------------------------------------------------------------------------------


def test_only_what_is_signed_as_it_stands_is_frozen(web):
    client = web.client("researcher")
    edition = prepare(client)
    answer = client.post(f"/matrix/{edition.pk}/freeze", {"once": "f"})
    assert answer.status_code == 409
    assert "nobody has signed it as it stands now" in said(answer)
    page = client.get(f"/matrix/{edition.pk}")
    client.post(f"/matrix/{edition.pk}/sign", {"once": "s", "checksum": value_of(page, "checksum")})
    acted(web, edition, "Mira LANE", "judged")
    assert "Before a later change" in said(client.get(f"/matrix/{edition.pk}"))
    assert client.post(f"/matrix/{edition.pk}/freeze", {"once": "f"}).status_code == 409
    late = client.post(f"/matrix/{edition.pk}/sign", {"once": "s2", "checksum": value_of(page, "checksum")})
    assert late.status_code == 409
    assert "changed since you opened this page" in said(late)
    sign_and_freeze(web, edition, "analyst")
    text = said(client.get(f"/matrix/{edition.pk}"))
    assert "Analyst One, Analyst," in text
    assert "Frozen by Analyst One" in text
    assert edition_of(edition.pk).checksum in text


def test_nothing_in_a_frozen_edition_changes(web):
    from redshank.web.matrix import acts

    client = web.client("researcher")
    edition = sign_and_freeze(web, prepare(client))
    ident = ident_of(edition, "Mira LANE")
    base = f"/matrix/{edition.pk}"
    before = acts.content(edition)
    assert (
        client.post(
            f"{base}/children/{ident}/act", {"kind": "judged", "text": "x", "once": "1", "steps": "0"}
        ).status_code
        == 400
    )
    assert client.post(f"{base}/add", {"name": "Juno Hale", "why": "x", "once": "2"}).status_code == 400
    assert client.post(f"{base}/comment", {"comment": "x", "once": "3"}).status_code == 400
    assert acts.content(edition_of(edition.pk)) == before


def test_a_changed_cell_of_a_frozen_edition_is_told(web):
    client = web.client("researcher")
    edition = sign_and_freeze(web, prepare(client))
    assert "its checksum differs" not in said(client.get(f"/matrix/{edition.pk}"))
    edition.rows.filter(name="Mira LANE").update(sexual="none found in what was read")
    assert "its checksum differs" in said(client.get(f"/matrix/{edition.pk}"))


def test_two_editions_are_compared_in_words(web):
    client = web.client("researcher")
    first = sign_and_freeze(web, prepare(client))
    add(web, first, name="Nobody")  # refused: it is frozen
    web.night()
    second = prepare(client, "2026-05-08")
    add(web, second, name="Juno Hale")
    acted(web, second, "Mira LANE", "taken_off", "Another force has her.")
    text = said(client.get(f"/matrix/{second.pk}/compare?with={first.pk}"))
    new = text.split("New: ")[1].split("Changed: ")[0]
    assert "Juno Hale" in new
    assert "Lior MARSH" in new
    changed = text.split("Changed: ")[1]
    assert "Mira LANE Taken off: Another force has her." in changed
    assert re.search(r"Isla BROOK .*New reason: with an older person", changed)
    assert client.get(f"/matrix/{second.pk}/compare?with=999").status_code == 404
    assert client.get(f"/matrix/{second.pk}/compare?with=x").status_code == 404


# ---- raised, exported -----------------------------------------------------------------------------------------------


def test_raised_it_stands_before_the_meeting_once_with_owner_and_next_sitting(web):
    from redshank.web.meetings import sittings
    from redshank.web.meetings.bodies import BODIES
    from redshank.web.pages import words

    edition = sign_and_freeze(web, prepare(web.client("researcher")))
    address = f"/matrix/{edition.pk}/children/{ident_of(edition, 'Mira LANE')}"
    analyst = web.client("analyst")
    assert analyst.post(f"{address}/raise", {"raise_why": ""}).status_code == 400
    for _ in range(2):  # the same form twice
        sent = analyst.post(
            f"{address}/raise", {"raise_why": "Two hotels in a week.", "once": "a", "sight": "open"}
        )
        assert sent.status_code == 302
    again = web.client("researcher").post(
        f"{address}/raise", {"raise_why": "Mine.", "sight": "open"}, follow=True
    )
    assert "Analyst One raised Mira LANE" in said(again)
    one = raised_of()
    assert (one.meeting, one.origin) == ("four_weekly", f"edition:{edition.pk}")
    assert one.next_on == sittings.next_time(BODIES["four_weekly"], one.at)
    assert [m.why for m in one.moves.all()] == ["Mine."]
    text = said(analyst.get(address))
    assert "by Analyst One" in text
    assert f"Two hotels in a week. Owner: Analyst One; next: {words.day(one.next_on)}." in text
    assert "Raise to the" not in text
    assert f'href="/raised/{one.pk}"' in analyst.get(address).content.decode()


def test_a_frozen_edition_as_a_file_with_marking_checksum_and_trail(web):
    client = web.client("researcher")
    edition = prepare(client)
    add(web, edition, name="=HYPERLINK(1)")
    acted(web, edition, "Mira LANE", "taken_off", "Another force has her.")
    assert client.get(f"/matrix/{edition.pk}.csv").status_code == 404
    edition = sign_and_freeze(web, edition)
    rows = list(csv.reader(io.StringIO(client.get(f"/matrix/{edition.pk}.csv").content.decode())))
    assert rows[0] == rows[-1] == ["OFFICIAL-SENSITIVE"]
    assert edition.checksum in rows[2]
    table = [dict(zip(rows[3], r, strict=True)) for r in rows[4:-1]]
    assert not [c for c in rows[3] if "score" in c.lower()]
    assert table[0]["Child"] == "'=HYPERLINK(1)"
    (mira,) = [r for r in table if r["Child"] == "Mira LANE"]
    assert (mira["Order"], mira["Taken off"]) == ("taken off", "Researcher One: Another force has her.")
    assert len(web.entries(action="disclosure", kind="edition")) == 1
    assert web.client("mace_coordinator").get(f"/matrix/{edition.pk}.csv").status_code == 404


# ---- who sees what -----------------------------------------------------------------------------------------------------


def test_who_is_not_cleared_gets_an_edition_without_a_word_of_handling_c(web):
    client = web.client("researcher")
    edition = prepare(client)
    acted(web, edition, "Cora WREN", "judged", "Only the report knows.")
    acted(web, edition, "Tess MOORE", "moved", "The report is sure.", to="1")
    add(web, edition, name="Secret Sam", closed="1", why="Only the report names him.")
    edition = sign_and_freeze(web, edition)
    cleared = said(client.get(f"/matrix/{edition.pk}?all=1"))
    assert "Cora WREN" in cleared
    assert "handling C" in cleared
    assert "Secret Sam" in cleared
    open_client = web.client("mace_coordinator")
    text = said(open_client.get(f"/matrix/{edition.pk}?all=1"))
    assert "Tess MOORE" in text  # the nurse's referral says so without it
    for closed in (
        "Cora",
        "handling C",
        "Only the report",
        "The report is sure",
        "Secret",
        "Moved up",
        "I1",
        "I2",
    ):
        assert closed not in text
    assert [n for n, _ in names(open_client, edition)] == list(range(1, len(names(open_client, edition)) + 1))
    assert "0 added by hand" in text
    assert (
        open_client.get(f"/matrix/{edition.pk}/children/{ident_of(edition, 'Cora WREN')}").status_code == 404
    )
    second = prepare(client, "2026-05-08")
    text = said(open_client.get(f"/matrix/{second.pk}?all=1"))
    assert "Secret" not in text


def test_ones_own_family_is_hidden_without_a_trace_also_by_name(web):
    edition = prepare(web.client("researcher"))
    add(web, edition, name="Brook, Isla (cousin)")
    acted(web, edition, "Isla BROOK", "judged", "About Isla.")
    ident = ident_of(edition, "Isla BROOK")
    everybody = names(web.client("researcher"), edition)
    web.conflict("researcher", "Isla BROOK")
    client = web.client("researcher")
    seen = names(client, edition)
    assert [n for _, n in seen] == [n for _, n in everybody if "Isla" not in n]
    assert [n for n, _ in seen] == list(range(1, len(seen) + 1))
    assert "Isla" not in said(client.get(f"/matrix/{edition.pk}?all=1"))
    for address in (f"/matrix/{edition.pk}/children/{ident}", "/matrix/99/children/x"):
        assert client.get(address).status_code == 404
    assert (
        client.post(f"/matrix/{edition.pk}/children/{ident}/act", {"kind": "judged", "text": "x"}).status_code
        == 404
    )
    assert client.post(f"/matrix/{edition.pk}/children/{ident}/raise", {"raise_why": "x"}).status_code == 404
    # An edition that this researcher prepares holds the child for everybody else.
    second = prepare(client, "2026-05-08")
    assert "Isla BROOK" in [n for _, n in names(web.client("analyst"), second)]


def test_a_restricted_record_takes_its_reasons_out_of_the_edition_for_who_has_no_grant(web):
    edition = prepare(web.client("researcher"))
    mira = ident_of(edition, "Mira LANE")
    address = f"/matrix/{edition.pk}/children/{mira}"
    assert "partner referral R1" in said(web.client("analyst").get(address))
    web.restrict("record", "partner_referrals:R1")
    assert "partner referral R1" not in said(web.client("analyst").get(address))


@pytest.mark.parametrize(
    "role", ["partner_member", "response_officer", "administrator", "auditor", "tasking_chair"]
)
def test_other_roles_see_no_edition(web, role):
    edition = prepare(web.client("researcher"))
    client = web.client(role)
    for address in (
        "/matrix",
        f"/matrix/{edition.pk}",
        f"/matrix/{edition.pk}/children/{ident_of(edition, 'Mira LANE')}",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("what", ["sign", "freeze", "comment", "add", "children/x/act", "children/x/raise"])
def test_who_only_reads_changes_nothing(web, what):
    edition = prepare(web.client("researcher"))
    what = what.replace("x", ident_of(edition, "Mira LANE"), 1) if "children" in what else what
    data = {"kind": "judged", "text": "x", "raise_why": "x", "comment": "x", "name": "x", "why": "x"}
    assert web.client("mace_coordinator").post(f"/matrix/{edition.pk}/{what}", data).status_code == 404
    assert edition.acts.exclude(kind="prepared").count() == 0
    assert web.client("mace_coordinator").post("/matrix", {"meeting_on": "2026-05-05"}).status_code == 404


def test_a_child_who_is_also_named_as_suspect_is_a_child_first(web):
    from redshank.web.heads.models import Appearance

    row = Appearance.objects.filter(
        person_id=web.person("Mira LANE"), record_key="partner_referrals:R1"
    ).first()
    Appearance.objects.filter(pk=row.pk).update(role="suspect")
    client = web.client("researcher")
    edition = prepare(client)
    text = said(client.get(f"/matrix/{edition.pk}")).split("Mira LANE")[1]
    assert "Modern Slavery Act 2015 s.45" in text[:900]


def test_the_first_page_names_what_is_open_and_what_is_frozen(web):
    client = web.client("researcher")
    edition = prepare(client)
    assert "Edition for the four-weekly meeting of 10 April 2026" in said(client.get("/"))
    assert "open, prepared by Researcher One" in said(client.get("/"))
    assert "10 April 2026" not in said(web.client("mace_coordinator").get("/"))
    sign_and_freeze(web, edition)
    assert "Edition for the four-weekly meeting of 10 April 2026" in said(
        web.client("mace_coordinator").get("/")
    )


# ---- what becomes of a raised child ---------------------------------------------------------------------------------------


def raised_of():
    from redshank.web.meetings.models import Raised

    return Raised.objects.get()


def raise_from(web, edition, ident, why="Two hotels in a week.", sight="open"):
    address = f"/matrix/{edition.pk}/children/{ident}"
    assert (
        web.client("analyst").post(f"{address}/raise", {"raise_why": why, "sight": sight}).status_code == 302
    )
    return address


def settled(web, who="analyst", **changed):
    """One decision on the page of what was raised."""
    one = raised_of()
    last = one.moves.order_by("pk").last()
    seen = str(last.pk if last else 0)
    later = (date.today() + timedelta(days=9)).isoformat()
    data = {
        "outcome": "moved",
        "why": "The school sees her.",
        "next_on": later,
        "seen": seen,
        "once": f"s{seen}",
    }
    return web.client(who).post(f"/raised/{one.pk}/settle", data | changed)


def test_wherever_it_goes_the_edition_says_where_it_stands_and_closed_it_can_be_raised_anew(web):
    from redshank.web.meetings.bodies import GATEWAYS

    edition = prepare(web.client("researcher"))
    address = raise_from(web, edition, ident_of(edition, "Mira LANE"))
    assert settled(web, outcome="passed", to="mace").status_code == 302
    text = said(web.client("researcher").get(address))
    assert "Before the Multi-agency child exploitation meeting. Owner: Analyst One" in text
    more = {"gateway": next(iter(GATEWAYS)), "toolkit": "none, because it is early"}
    assert settled(web, outcome="closed", **more).status_code == 302
    text = said(web.client("researcher").get(address))
    assert "Closed on" in text
    assert "Raise to the" in text


def test_what_stands_before_the_meeting_from_elsewhere_shows_in_the_edition(web):
    edition = prepare(web.client("researcher"))
    ident = ident_of(edition, "Mira LANE")
    web.client("researcher").post(
        f"/raise/child/{ident}",
        {"meeting": "four_weekly", "why": "From her page.", "once": "p", "sight": "closed"},
    )
    assert "From her page." in said(web.client("analyst").get(f"/matrix/{edition.pk}/children/{ident}"))
    raise_from(web, edition, ident, sight="closed")
    assert [m.kind for m in raised_of().moves.all()] == ["again"]


def test_a_name_by_hand_is_raised_handed_on_and_hidden_from_whom_it_may_be_about(web):
    edition = prepare(web.client("researcher"))
    add(web, edition, name="Brook, Isla (cousin)")
    ident = ident_of(edition, "Brook, Isla (cousin)")
    raise_from(web, edition, ident)
    page = f"/raised/{raised_of().pk}"
    assert "Child, named by hand" in said(web.client("mace_coordinator").get(page))
    web.conflict("mace_coordinator", "Isla BROOK")
    assert web.client("mace_coordinator").get(page).status_code == 404
    refused = settled(web, owner="mace_coordinator-one")
    assert refused.status_code == 400
    assert "Choose an owner who may see this" in said(refused)
    assert settled(web, owner="researcher-one").status_code == 302
    assert raised_of().owner == web.user("researcher")


def test_somebody_of_the_records_whom_the_night_did_not_find_is_raised_with_a_way_to_their_page(web):
    edition = prepare(web.client("researcher"))
    karl = web.person("Karl STONE")
    add(web, edition, person=karl)
    raise_from(web, edition, karl)
    html = web.client("researcher").get(f"/raised/{raised_of().pk}").content.decode()
    assert f'href="/persons/{karl}"' in html
    assert f"/children/{karl}" not in html
    web.conflict("researcher", "Karl STONE")
    assert settled(web, owner="researcher-one").status_code == 400
    assert settled(web, owner="researcher-two", once="other").status_code == 302


def test_past_its_date_it_stands_with_owner_chair_and_lead_and_for_others_without_a_name(web):
    from redshank.web.meetings.models import Raised

    edition = prepare(web.client("researcher"))
    add(web, edition, name="Juno Hale")
    raise_from(web, edition, ident_of(edition, "Juno Hale"))
    Raised.objects.update(next_on="2026-01-01T10:00:00Z", owner=web.user("exploitation_officer"))
    block = "Raised or held, and past its date 1"
    for role in ("exploitation_officer", "analyst", "safeguarding_lead"):
        assert f"{block} Juno Hale Four-weekly intelligence meeting" in said(web.client(role).get("/"))
    for role in ("researcher", "missing_adviser", "duty_inspector", "mace_coordinator"):
        text = said(web.client(role).get("/"))
        assert f"{block} Something that was raised is past its date Four-weekly intelligence meeting" in text
        assert "owner Child exploitation officer One" in text


def test_what_rests_on_handling_c_goes_to_a_cleared_owner_only(web):
    edition = prepare(web.client("researcher"))
    raise_from(web, edition, ident_of(edition, "Cora WREN"), "Only the report knows.", "closed")
    assert raised_of().closed
    assert web.client("mace_coordinator").get(f"/raised/{raised_of().pk}").status_code == 404
    refused = settled(web, owner="mace_coordinator-one")
    assert refused.status_code == 400
    assert "MACE coordinator One" not in said(refused)
    assert settled(web, owner="researcher-one").status_code == 302


@pytest.mark.parametrize(("act", "body"), [("matrix.raise", "four_weekly"), ("missing.refer", "mace")])
def test_who_may_raise_from_a_page_is_among_those_who_raise_to_the_body(web, act, body):
    from redshank.web.accounts.roles import ROLES
    from redshank.web.meetings.bodies import BODIES

    may = {k for k, role in ROLES.items() if role.allows(act)}
    assert may
    assert may <= set(BODIES[body].raisers)
