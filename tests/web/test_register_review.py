"""The register's review: a sample that can be drawn again and is looked at blind, differences, what to look at again, texts."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from . import village
from .charts_tools import bare

pytestmark = pytest.mark.databases


def flagged(by, ident: str, state: str = "confirmed", about: str = "record", decider=None, **more):
    """A flag with its acts, written as the pages write them."""
    from redshank.web.flags.definition import IN_FORCE
    from redshank.web.flags.models import Act, Flag

    at = more.pop("at", datetime(2026, 6, 10, 9, tzinfo=UTC))
    evidence = more.pop("evidence", [ident] if about == "record" else [])
    definition = more.pop("definition", IN_FORCE.version)
    flag = Flag.objects.create(
        about=about, ident=ident, record_key=ident if about == "record" else "", group_id=ident if about == "group" else "",
        person_id=ident if about == "person" else "", label=more.pop("label", f"Flag on {ident}"), state=state, proposed_by=by,
        proposed_at=at, decide_by=at + timedelta(days=2), decided_at=at + timedelta(days=1), **more,
    )  # fmt: skip
    common = {
        "flag": flag,
        "definition": definition,
        "run": 1,
        "evidence": json.dumps(evidence),
        "role": "analyst",
    }
    answers = json.dumps(
        {s.key: "yes" for s in IN_FORCE.steps[:4]} | {"exchange": "not_established", "group": "yes"}
    )
    Act.objects.create(
        kind="proposed",
        by=by,
        at=at,
        rationale="Curlewproposal.",
        answers=answers,
        once=f"p{flag.pk}",
        **common,
    )
    if state in ("confirmed", "not_proven"):
        Act.objects.create(
            kind=state,
            by=decider or by,
            at=at + timedelta(days=1),
            rationale="Curlewdecision.",
            once=f"d{flag.pk}",
            **common,
        )
    return flag


@pytest.fixture
def decided(sign_in):
    """Six decided flags of the first analyst, decided by the second."""
    one, two = sign_in("analyst").user, sign_in("analyst-2").user
    return [
        flagged(
            one,
            f"crimes:X-{n}",
            "not_proven" if n % 3 == 0 else "confirmed",
            decider=two,
            label=f"Curlewflag {n}",
        )
        for n in range(6)
    ]


def draw(client, seed: str = "tern", size: int = 4):
    from redshank.web.register.models import Sample

    assert client.post(reverse("register-samples"), {"seed": seed, "size": str(size)}).status_code == 302
    return Sample.objects.order_by("-pk").first()


def look(client, sample, flag, outcome: str = "confirmed", rationale: str = "As the records show."):
    url = reverse("register-look", args=[sample.pk, flag.pk])
    return client.post(url, {"outcome": outcome, "rationale": rationale, "began": "1"})


# ---- the sample --------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_flags_and_another_draws_others(home):
    from redshank.web.register.audit import draw

    numbers = list(range(1, 201))
    shuffled = random.Random(3).sample(numbers, len(numbers))
    assert draw(numbers, "tern", 20) == draw(shuffled, "tern", 20)
    assert draw(numbers, "tern", 20) != draw(numbers, "gull", 20)
    assert len(set(draw(numbers, "tern", 20))) == 20
    assert draw([1, 2], "tern", 20) == [1, 2]


def test_every_flag_is_drawn_about_as_often_as_any_other(home):
    from collections import Counter

    from redshank.web.register.audit import draw

    told = Counter(n for seed in range(2000) for n in draw(list(range(10)), str(seed), 3))
    assert all(500 < told[n] < 700 for n in range(10))


def test_a_sample_can_be_drawn_again_from_what_it_keeps(sign_in, decided):
    from redshank.web.register import audit

    sample = draw(sign_in("analyst"))
    assert sample.parsed_of == sorted(f.pk for f in decided)
    kept = sorted(sample.drawn.values_list("flag_id", flat=True))
    assert kept == audit.draw(sample.parsed_of, sample.seed, sample.size)


def test_nothing_decided_is_nothing_to_draw_from(sign_in):
    from redshank.web.register.models import Sample

    client = sign_in("analyst")
    answer = client.post(reverse("register-samples"), {"seed": "", "size": "5"}, follow=True)
    assert "nothing to draw from" in answer.content.decode()
    assert Sample.objects.count() == 0


@pytest.mark.parametrize("size", ["", "0", "-1", "3.5", "many", "100000"])
def test_a_wrong_number_is_said_and_kept(sign_in, decided, size):
    answer = sign_in("analyst").post(reverse("register-samples"), {"seed": "tern", "size": size})
    assert answer.status_code == 400
    assert "tern" in answer.content.decode()


# ---- the blind look ----------------------------------------------------------------------------


def test_the_look_shows_proposal_and_records_and_no_outcome(sign_in, place):
    one, two = sign_in("analyst").user, sign_in("analyst-2").user
    flag = flagged(one, place.record["open"], "not_proven", decider=two)
    client = sign_in("exploitation_officer")
    sample = draw(client)
    text = client.get(reverse("register-look", args=[sample.pk, flag.pk])).content.decode()
    main = text[text.index("<main") :]
    assert "Curlewproposal" in main
    assert "crime C-open" in main
    assert "Curlewdecision" not in main
    assert two.name not in main
    waiting = client.get(reverse("register-sample", args=[sample.pk])).content.decode()
    rows = waiting[waiting.index("Waiting for") : waiting.index("Looked at")]
    assert flag.label in rows
    assert "ot proven" not in rows


def test_who_had_part_in_a_flag_does_not_look_again(sign_in, decided):
    from redshank.web.register.models import Look

    sample = draw(sign_in("exploitation_officer"))
    flag = sample.drawn.first().flag
    for name in ("analyst", "analyst-2"):
        client = sign_in(name)
        assert client.get(reverse("register-look", args=[sample.pk, flag.pk])).status_code == 302
        answer = look(client, sample, flag)
        assert answer.status_code == 400
        assert "another person looks at it" in answer.content.decode()
    assert Look.objects.count() == 0


def test_one_look_stands_and_the_second_hears_of_the_first(sign_in, decided):
    from redshank.web.register.models import Look

    sample = draw(sign_in("exploitation_officer"))
    flag = sample.drawn.first().flag
    assert look(sign_in("exploitation_officer"), sample, flag).status_code == 302
    late = look(sign_in("crime_registrar"), sample, flag, rationale="Curlewlate.")
    assert late.status_code == 400
    assert "Somebody looked at it first" in late.content.decode()
    assert "Curlewlate" in late.content.decode()
    assert Look.objects.count() == 1


def test_a_look_by_somebody_who_opened_the_flag_is_kept_and_not_counted(sign_in, decided):
    client = sign_in("exploitation_officer")
    sample = draw(client)
    first, second = [d.flag for d in sample.drawn.order_by("flag_id")[:2]]
    client.get(reverse("flag", args=[first.pk]))
    look(client, sample, first)
    look(client, sample, second)
    answer = client.get(reverse("register-sample", args=[sample.pk]))
    assert answer.context["agreement"].n == 1
    assert answer.context["not_blind"] == 1


def test_a_look_is_neither_changed_nor_removed(sign_in, decided):
    from redshank.web.register.models import Look

    client = sign_in("exploitation_officer")
    sample = draw(client)
    look(client, sample, sample.drawn.first().flag)
    kept = Look.objects.get()
    with pytest.raises(ValidationError):
        kept.save()
    with pytest.raises(ValidationError):
        kept.delete()


def test_a_form_without_outcome_or_reason_says_so(sign_in, decided):
    client = sign_in("exploitation_officer")
    sample = draw(client)
    answer = look(client, sample, sample.drawn.first().flag, outcome="", rationale="")
    assert answer.status_code == 400
    assert set(answer.context["errors"]) == {"outcome", "rationale"}


# ---- agreement ---------------------------------------------------------------------------------

# The first two are worked by hand: 50 subjects, 35 equal; by chance 0.3 + 0.2 = 0.5, so (0.7 - 0.5) / 0.5.
TABLES = [
    ([("confirmed", "confirmed")] * 20 + [("confirmed", "not_proven")] * 5 + [("not_proven", "confirmed")] * 10 + [("not_proven", "not_proven")] * 15, 50, 35, 0.4),
    ([("confirmed", "confirmed"), ("not_proven", "not_proven")], 2, 2, 1.0),
    ([("confirmed", "not_proven"), ("not_proven", "confirmed")], 2, 0, -1.0),
    ([("confirmed", "confirmed")] * 7, 7, 7, None),
    ([("confirmed", "confirmed"), ("confirmed", "not_proven")], 2, 1, 0.0),
    ([], 0, 0, None),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "n", "same", "kappa"), TABLES)
def test_kappa_as_worked_by_hand(home, pairs, n, same, kappa):
    from redshank.web.register.audit import agreement

    found = agreement(pairs)
    assert (found.n, found.same) == (n, same)
    assert found.kappa == (None if kappa is None else pytest.approx(kappa))


def test_the_page_tells_percent_kappa_and_n(sign_in, decided):
    client = sign_in("exploitation_officer")
    sample = draw(client, size=6)
    for drawn in sample.drawn.all():
        look(client, sample, drawn.flag, drawn.first)
    text = client.get(reverse("register-sample", args=[sample.pk])).content.decode()
    assert "6 of 6 blind looks agree (100 %)" in text
    assert "kappa is 1.00, over 6 flags" in text


# ---- differences -------------------------------------------------------------------------------


def asked(client) -> dict[str, str]:
    text = client.get(reverse("register-differences-csv")).content.decode()
    return {r["Crime"]: r["Asked"] for r in csv.DictReader(io.StringIO(text))}


def test_its_flags_without_a_decision_here_are_listed(sign_in, place):
    found = asked(sign_in("analyst"))  # both groups' crimes carry CSE in the village
    assert set(found) == {"C-open", "C-other"}
    assert all(v.startswith("Look") for v in found.values())


def test_confirmed_on_both_sides_is_no_difference_and_not_proven_asks_to_look(sign_in, place):
    client = sign_in("analyst")
    flagged(client.user, place.record["open"], "confirmed")
    flagged(client.user, place.record["other"], "not_proven")
    found = asked(client)
    assert "C-open" not in found
    assert "not proven here" in found["C-other"]


def test_confirmed_here_and_nothing_there_asks_to_set_it(sign_in, place):
    client = sign_in("analyst")
    flagged(client.user, place.record["plain"], "confirmed")
    assert asked(client)["C-99"] == "Set CSE"
    text = client.get(reverse("register-differences")).content.decode()
    assert "crime C-99" in text
    assert "Set CSE" in text


def test_a_group_s_flag_counts_for_the_crimes_it_relies_on(sign_in, place):
    client = sign_in("analyst")
    flagged(
        client.user,
        place.group["other"],
        about="group",
        evidence=[place.record["other"], place.record["plain"]],
    )
    found = asked(client)
    assert "C-other" not in found
    assert found["C-99"] == "Set CSE"


def test_a_withdrawn_flag_counts_for_nothing(sign_in, place):
    client = sign_in("analyst")
    flagged(client.user, place.record["plain"], "withdrawn")
    assert "C-99" not in asked(client)


def test_the_file_is_in_the_audit_and_holds_no_formula(sign_in, place):
    from redshank.web.heads.models import Crime
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    Crime.objects.filter(key=place.record["open"]).update(status="=cmd|' /C calc'!A0")
    text = client.get(reverse("register-differences-csv")).content.decode()
    assert "'=cmd" in text
    assert not re.search(r'(^|,|")[=+@-]cmd', text)
    assert Entry.objects.filter(action="disclosure", kind="differences of flags", user=client.user).exists()


# ---- again, and closed crimes ------------------------------------------------------------------


def test_what_an_earlier_definition_decided_is_listed_until_it_is_decided_again(sign_in, place):
    from redshank.web.flags.definition import IN_FORCE

    client = sign_in("analyst")
    old = flagged(
        client.user, place.record["open"], "not_proven", definition="redshank-2025-1", label="Curlewold"
    )
    flagged(client.user, place.record["other"], label="Curlewnow")
    text = client.get(reverse("register-again")).content.decode()
    assert "Curlewold" in text
    assert "Curlewnow" not in text
    assert reverse("flag-propose", args=["record", place.record["open"]]) in text
    new = flagged(client.user, place.record["open"], "proposed", at=datetime(2026, 7, 1, tzinfo=UTC))
    assert reverse("flag", args=[new.pk]) in client.get(reverse("register-again")).content.decode()
    flagged(client.user, place.record["open"], "confirmed", at=datetime(2026, 7, 2, tzinfo=UTC))
    assert "Curlewold" not in client.get(reverse("register-again")).content.decode()
    old.refresh_from_db()
    assert old.state == "not_proven"
    assert IN_FORCE.version != "redshank-2025-1"


def closed(client) -> set[str]:
    return {r.key for r, _ in client.get(reverse("register-closed")).context["lines"]}


def test_a_closed_crime_with_a_child_several_and_a_signal_is_listed(sign_in, place):
    from redshank.web.heads.models import Crime

    client = sign_in("analyst")
    assert closed(client) == set()  # none of the village's crimes is closed
    Crime.objects.filter(key__in=[place.record["open"], place.record["plain"]]).update(status="Filed")
    assert closed(client) == {place.record["open"]}
    answer = client.get(reverse("register-closed")).content.decode()
    assert "1 child named" in answer
    assert "closed as Filed" in answer


@pytest.mark.parametrize(
    "change",
    [{"status": "under investigation"}, {"children": 0}, {"occurred": datetime(2015, 1, 1, tzinfo=UTC)}],
)
def test_one_criterion_missing_and_it_is_not_listed(sign_in, place, change):
    from redshank.web.heads.models import Crime

    client = sign_in("analyst")
    Crime.objects.filter(key=place.record["open"]).update(status="filed")
    assert closed(client) == {place.record["open"]}
    Crime.objects.filter(key=place.record["open"]).update(**change)
    assert closed(client) == set()


def test_several_are_two_recorded_a_group_or_a_signal(sign_in, place):
    from redshank.web.heads.models import Behind, Crime, Record

    client = sign_in("analyst")
    Crime.objects.filter(key=place.record["open"]).update(status="filed", accused=2)
    Behind.objects.filter(record_key=place.record["open"], kind="group").delete()
    told = Record.objects.get(key=place.record["open"]).indicators.replace("multiple_suspects|", "")
    Record.objects.filter(key=place.record["open"]).update(indicators=told)
    assert closed(client) == {place.record["open"]}
    Crime.objects.filter(key=place.record["open"]).update(accused=1)
    assert closed(client) == set()


def test_what_was_decided_is_not_listed_again(sign_in, place):
    from redshank.web.heads.models import Crime

    client = sign_in("analyst")
    Crime.objects.filter(key=place.record["open"]).update(status="filed")
    flagged(client.user, place.record["open"], "not_proven")
    assert closed(client) == set()


# ---- texts for other systems -------------------------------------------------------------------


def drafts(client, flag) -> dict[str, str]:
    answer = client.get(reverse("flag-texts", args=[flag.pk]))
    assert answer.status_code == 200
    return {d["system"]: d["text"] for d in answer.context["drafts"]}


def test_drafts_hold_the_records_their_grades_the_children_and_who_decided(sign_in, place):
    from redshank.web.heads.models import Group

    client, second = sign_in("analyst"), sign_in("analyst-2").user
    keys = Group.objects.get(group_id=place.group["open"], in_full=True).parsed("story")["records"]
    found = drafts(
        client, flagged(client.user, place.group["open"], about="group", evidence=keys, decider=second)
    )
    for text in found.values():
        assert text.startswith(("INTELLIGENCE", "REFERRAL"))
        assert "DRAFT" in text
        assert f"Confirmed by {second.name}" in text
        assert "crime C-open" in text
        assert "graded 2B, handling P" in text
    assert village.CARA.name in found["mash"]
    assert village.CARA.name in found["nrm"]
    assert "proposed persons of concern" in found["intelligence"]
    assert "suspect in a crime" in found["intelligence"]
    assert "to be given by the officer" in found["intelligence"]


def test_a_draft_of_what_nobody_decided_says_so(sign_in, place):
    client = sign_in("analyst")
    found = drafts(client, flagged(client.user, place.record["open"], "proposed"))
    assert all("not decided yet" in text for text in found.values())


def test_a_draft_copies_no_text_of_a_record_and_blames_nobody(sign_in, place):
    from redshank.signals import check_language

    client = sign_in("analyst")
    found = drafts(
        client,
        flagged(client.user, place.person["Dina"], about="person", evidence=[place.record["missing_now"]]),
    )
    for text in found.values():
        assert "Plover" not in text
        assert check_language(text) == []


def test_what_the_child_says_comes_from_the_file_without_handling_c(sign_in, place):
    client = sign_in("analyst")
    url = reverse("child-file-add", args=[place.person["Cara"], "voice"])
    client.post(url, {"text": "Curlewvoice.", "once": "a"})
    client.post(url, {"text": "Curlewclosed.", "closed": "1", "once": "b"})
    found = drafts(client, flagged(client.user, place.person["Cara"], about="person"))
    assert "Curlewvoice" in found["mash"]
    assert not any("Curlewclosed" in text for text in found.values())


def test_the_reference_that_came_back_is_kept_with_the_text_as_sent(sign_in, place):
    from redshank.web.register.models import Sent
    from redshank.web.trail.models import Entry

    client = sign_in("analyst")
    flag = flagged(client.user, place.record["open"])
    url = reverse("flag-texts", args=[flag.pk])
    nothing = client.post(url, {"system": "mash", "reference": " ", "text": "Curlewsent."})
    assert nothing.status_code == 400
    assert "Curlewsent" in nothing.content.decode()
    assert (
        client.post(url, {"system": "mash", "reference": "MASH-1", "text": "Curlewsent."}).status_code == 302
    )
    text = client.get(url).content.decode()
    assert "MASH-1" in text
    assert "Curlewsent" in text
    assert Entry.objects.filter(action="disclosure", kind="texts of a flag", ident=str(flag.pk)).exists()
    with pytest.raises(ValidationError):
        Sent.objects.get().delete()
    assert client.post(url, {"system": "other", "reference": "x", "text": "y"}).status_code == 400


def test_what_was_drafted_from_handling_c_shows_to_cleared_roles_alone(sign_in, place):
    cleared, uncleared = sign_in("analyst"), sign_in("missing_adviser")
    flag = flagged(cleared.user, place.person["Cara"], about="person", evidence=["intelligence:IC-9"])
    url = reverse("flag-texts", args=[flag.pk])
    assert "RESTS ON HANDLING C" in drafts(cleared, flag)["intelligence"]
    cleared.post(url, {"system": "intelligence", "reference": "IR-7", "text": "Curlewclosedsent."})
    assert "Curlewclosedsent" in cleared.get(url).content.decode()
    text = uncleared.get(url).content.decode()
    assert "Curlewclosedsent" not in text
    assert not [w for w in village.CLOSED_WORDS if w in text]


# ---- the audit of flags ------------------------------------------------------------------------


def test_each_number_of_the_audit_opens_to_its_flags(sign_in, place):
    one, two = sign_in("analyst").user, sign_in("analyst-2").user
    kept, hidden = (flagged(one, place.record[r], "not_proven", decider=two) for r in ("open", "other"))
    sample = draw(sign_in("exploitation_officer"))
    for flag in (kept, hidden):
        assert look(sign_in("exploitation_officer"), sample, flag, outcome="confirmed").status_code == 302
    client = sign_in("crime_registrar")
    page = client.get(reverse("flag-audit")).content.decode()
    url = reverse("flag-audit-cell", args=[0])
    assert f'href="{url}">2</a>' in page
    told = client.get(url).content.decode()
    assert "2 flags: first not proven, at the second look confirmed" in told
    assert all(reverse("flag", args=[f.pk]) in told for f in (kept, hidden))
    assert client.get(reverse("flag-audit-cell", args=[1])).status_code == 404


def test_the_audit_counts_and_lists_no_flag_that_is_out_of_sight(sign_in, place):
    from redshank.web.policy.models import Restriction

    one, two = sign_in("analyst").user, sign_in("analyst-2").user
    kept, hidden = (flagged(one, place.record[r], "not_proven", decider=two) for r in ("open", "other"))
    sample = draw(sign_in("exploitation_officer"))
    for flag in (kept, hidden):
        look(sign_in("exploitation_officer"), sample, flag, outcome="confirmed")
    Restriction.objects.create(kind="record", ident=place.record["other"], by=one, reason="need to know")
    client = sign_in("crime_registrar")
    url = reverse("flag-audit-cell", args=[0])
    assert f'href="{url}">1</a>' in client.get(reverse("flag-audit")).content.decode()
    told = client.get(url).content.decode()
    assert reverse("flag", args=[kept.pk]) in told
    assert reverse("flag", args=[hidden.pk]) not in told
    learner = sign_in("learning")
    assert [learner.get(u).status_code for u in (url, reverse("flag-audit"))] == [404, 404]


# ---- who may -----------------------------------------------------------------------------------

REVIEW = ("register-differences", "register-again", "register-closed")


@pytest.mark.parametrize(
    "role", ["response_officer", "neighbourhood_officer", "partner_member", "learning", "administrator"]
)
def test_a_role_without_the_register_meets_the_answer_for_nothing(sign_in, place, role):
    one = sign_in("analyst").user
    flag = flagged(one, place.record["open"])
    sample = draw(sign_in("exploitation_officer"))
    client = sign_in(role)
    nothing = bare(client.get("/flags/999999"))
    urls = [reverse(n) for n in (*REVIEW, "register-differences-csv", "register-samples")]
    urls += [
        reverse("register-sample", args=[sample.pk]),
        reverse("register-look", args=[sample.pk, flag.pk]),
        reverse("flag-texts", args=[flag.pk]),
    ]
    for url in urls:
        assert bare(client.get(url)) == nothing
        assert client.post(url, {"size": "3", "outcome": "confirmed", "rationale": "x"}).status_code == 404


def test_an_auditor_sees_the_lists_without_records_and_draws_nothing(sign_in, place):
    flagged(sign_in("analyst").user, place.record["plain"])
    client = sign_in("auditor")
    for name in REVIEW:
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        assert "C-99" not in answer.content.decode()
    assert client.get(reverse("register-samples")).status_code == 404


def test_a_conflict_hides_crimes_flags_and_drawn_flags_alike(sign_in, place):
    from redshank.web.heads.models import Crime
    from redshank.web.policy.models import Conflict

    Crime.objects.filter(key=place.record["open"]).update(status="filed")
    flag = flagged(sign_in("analyst").user, place.record["open"], "need_more")
    shown = flagged(sign_in("analyst").user, place.record["other"])
    also = flagged(sign_in("analyst").user, place.person["Arlo"], about="person", label="Curlewarlo")
    sample = draw(sign_in("exploitation_officer"))
    assert {d.flag_id for d in sample.drawn.all()} == {shown.pk, also.pk}
    client = sign_in("crime_registrar")
    Conflict.objects.create(
        user=client.user, person_id=place.person["Arlo"], by=client.user, reason="colleague"
    )
    pages = "".join(client.get(reverse(n)).content.decode() for n in (*REVIEW, "register-differences-csv"))
    assert "C-open" not in pages
    assert closed(client) == set()
    assert "Curlewarlo" not in client.get(reverse("register-sample", args=[sample.pk])).content.decode()
    assert client.get(reverse("register-look", args=[sample.pk, also.pk])).status_code == 404
    assert client.get(reverse("flag-texts", args=[flag.pk])).status_code == 404


def test_a_flag_of_another_sample_is_not_looked_at_here(sign_in, decided):
    client = sign_in("exploitation_officer")
    sample = draw(client, size=2)
    others = [f for f in decided if f.pk not in set(sample.drawn.values_list("flag_id", flat=True))]
    assert client.get(reverse("register-look", args=[sample.pk, others[0].pk])).status_code == 404
    assert look(client, sample, others[0]).status_code == 404
