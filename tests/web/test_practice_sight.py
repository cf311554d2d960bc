"""Rules of safe practice about who may see what: handling C (12), own matters (13), restrictions, partners."""

from __future__ import annotations

import re
import shutil

import pytest
from django.db import transaction

from redshank.web.accounts.roles import ROLES

from . import village
from .conftest import _using, client_of, find_place, make_accounts, make_rows, propose
from .crawl import crawl, plain
from .sampled import roles

UNCLEARED = [r for r, told in ROLES.items() if not told.cleared]


# ---- rule 12 --------------------------------------------------------------------------------------


def test_rule_12_no_word_reference_or_name_of_handling_c_reaches_an_uncleared_role(pages):
    """Words, references and names that only reports of handling C hold, on every page, file, chart and count."""
    met = {word: False for word in village.CLOSED_WORDS}
    for role, found in pages.items():
        for page in found.values():
            for word in village.CLOSED_WORDS:
                if word.lower() in page.text.lower():
                    met[word] = True
                    assert ROLES[role].cleared, (role, page.url, word)
    assert all(met.values()), f"cleared roles do meet them, else this test looks for nothing: {met}"


def test_rule_12_quarantine_which_is_not_sorted_by_handling_is_for_cleared_roles(pages):
    assert all(told.cleared for told in ROLES.values() if told.allows("see.quarantine"))


@pytest.fixture(scope="module")
def without(tmp_path_factory, home):
    """The village without any report of handling C, as uncleared roles should take it to be: its pages by role."""
    from django.conf import settings

    from redshank import night, records
    from redshank.publish import editions, rules
    from redshank.publish.delta import write
    from redshank.store import Store

    base = tmp_path_factory.mktemp("without")
    folder = base / "first"
    village.first(folder, closed=False)
    store = Store.open(base / "home", create=True)
    records.load(store, folder)
    with store.writing():
        night.run(store)
    from django.db import connections

    from redshank.web.fresh import migrate

    told = connections.settings["default"] | {"NAME": str(base / "pages.sqlite3")}
    before = settings.HOME
    shutil.copytree(home / "web", base / "home" / "web")
    with _using({k: v for k, v in told.items() if k != "TEST"}):
        settings.HOME = base / "home"
        try:
            migrate()
            write(editions.read(Store.open(base / "home")))
            rules.write()
            make_accounts()
            with transaction.atomic():
                make_rows(find_place(closed=False))
                found = {role: crawl(client_of(role)) for role in UNCLEARED}
                transaction.set_rollback(True)
        finally:
            settings.HOME = before
    return found


def test_rule_12_handling_c_has_no_effect_on_any_page_file_count_or_chart_of_an_uncleared_role(
    pages, without
):
    """Page for page equal to a force that never had such a report: no order, count, colour or number moves."""
    for role in UNCLEARED:
        here, there = pages[role], without[role]
        assert set(here) == set(there), (role, set(here) ^ set(there))
        for url, page in here.items():
            assert plain(page) == plain(there[url]), (role, url)


@pytest.mark.databases
def test_rule_12_a_flag_that_rests_on_handling_c_is_not_in_the_register_of_an_uncleared_role(sign_in, place):
    number = propose(sign_in("analyst"), "group", place.group["closed"])
    for role, told in ROLES.items():
        if not told.allows("see.register"):
            continue
        client = sign_in(role)
        assert (client.get(f"/flags/{number}").status_code == 200) == told.cleared, role
        assert (b"303" in client.get("/flags").content) == told.cleared, role
        if told.allows("register.export"):
            assert (b"303" in client.get("/flags/register.csv").content) == told.cleared, role


# ---- rule 13 --------------------------------------------------------------------------------------


def in_conflict(client, place, name):
    from redshank.web.policy.models import Conflict

    Conflict.objects.create(user=client.user, person_id=place.person[name], by=client.user, reason="brother")


@pytest.mark.databases(roles=("mace_coordinator",))
@pytest.mark.parametrize("role", roles("all"))
def test_rule_13_a_matter_of_ones_own_leaves_no_trace(role, sign_in, place):
    """Of the person, the group, the children beside them and every record that names one of these: nothing, anywhere."""
    client = sign_in(role)
    propose(sign_in("analyst-2"), "group", place.group["open"])
    in_conflict(client, place, "Arlo")
    found = crawl(client)
    for page in found.values():
        for word in ("Fenwick", "Arlo", "ploveropen.*", "C-open", "M-open", "ending 101", "Cara", "Wrenfield", "Dina", "Holtby"):  # fmt: skip
            assert not re.search(rf"\b{word}\b", page.words, re.IGNORECASE), (page.url, word)
    for url in (
        f"/persons/{place.person['Arlo']}", f"/children/{place.person['Cara']}", f"/groups/{place.group['open']}", "/records/crimes/C-open",
        f"/behind/group/{place.group['open']}", f"/flags/propose/group/{place.group['open']}",
    ):  # fmt: skip
        assert client.get(url).status_code == 404, url


def test_rule_13_counts_are_those_of_a_force_without_the_matter(sign_in, place):
    client = sign_in("analyst")
    before = client.get("/groups").context["shown"].total, client.get("/children").context["shown"].total
    in_conflict(client, place, "Arlo")
    after = client.get("/groups").context["shown"].total, client.get("/children").context["shown"].total
    # Cara is in the closed group too, which an analyst sees.
    assert (before[0] - after[0], before[1] - after[1]) == (2, 2)
    assert sum(b.total for s in client.get("/").context["sections"] for b in s["blocks"] if s["key"] == "cannot_wait") == 0  # fmt: skip


def test_rule_13_no_grant_opens_a_matter_of_ones_own(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.policy.models import Grant

    client = sign_in("analyst")
    in_conflict(client, place, "Arlo")
    for kind, ident in (("person", place.person["Arlo"]), ("record", "crimes:C-open")):
        Grant.objects.create(user=client.user, kind=kind, ident=ident, until=timezone.now() + timedelta(days=1), by=sign_in("safeguarding_lead").user, reason="x")  # fmt: skip
    assert client.get(f"/persons/{place.person['Arlo']}").status_code == 404
    assert client.get("/records/crimes/C-open").status_code == 404


def test_rule_13_the_audit_shows_its_reader_nothing_of_their_own_matter_but_their_own_attempts(
    sign_in, place
):
    other, lead = sign_in("analyst"), sign_in("safeguarding_lead")
    other.get(f"/persons/{place.person['Arlo']}")
    other.get(f"/children/{place.person['Dina']}")
    other.get(f"/persons/{place.person['Hana']}")
    number = propose(other, "group", place.group["open"])
    other.get(f"/flags/{number}")
    in_conflict(lead, place, "Arlo")
    lead.get(f"/persons/{place.person['Arlo']}")
    shown = [(e.user.username, e.kind, e.ident) for e in lead.get("/trail").context["shown"].page]
    about = {i for u, _, i in shown if u != "safeguarding-lead"}
    assert place.person["Hana"] in about
    assert not about & {place.person["Arlo"], place.person["Dina"], place.group["open"], "crimes:C-open", str(number)}  # fmt: skip
    assert ("safeguarding-lead", "person", place.person["Arlo"]) in shown
    unbound = sign_in("auditor").get("/trail").context["shown"].page
    assert place.person["Arlo"] in {e.ident for e in unbound}


def test_rule_13_a_conflict_follows_a_person_who_was_merged_into_another(sign_in, place):
    from redshank.web.heads.models import Moved, Publication
    from redshank.web.policy.models import Conflict

    client = sign_in("analyst")
    run = Publication.objects.get().current_run
    Moved.objects.create(uid="person:p-was", kind="person", was="p-was", now=place.person["Arlo"], valid_from=run, in_full=True, in_open=True, digest=0)  # fmt: skip
    Conflict.objects.create(user=client.user, person_id="p-was", by=client.user, reason="sister")
    assert client.get(f"/persons/{place.person['Arlo']}").status_code == 404
    assert client.get("/persons/p-was").status_code == 404


def part(place, name: str, record: str, now: str) -> None:
    """A night takes one appearance of a person out of them: it is another's from the next run on."""
    from redshank.web.heads.models import Appearance, Publication

    state = Publication.objects.get()
    state.current_run += 1
    state.save()
    for row in Appearance.objects.filter(
        person_id=place.person[name], record_key=record, valid_to__isnull=True
    ):
        Appearance.objects.filter(pk=row.pk).update(valid_to=state.current_run)
        row.pk, row.person_id, row.valid_from = None, now, state.current_run
        row.save(force_insert=True)


def hidden_persons(client) -> set[str]:
    from redshank.web.accounts.models import User
    from redshank.web.policy.sight import sight_of

    return sight_of(User.objects.get(pk=client.user.pk)).hidden.get("person", set())


@pytest.mark.databases
def test_rule_13_a_conflict_goes_with_both_when_a_person_is_taken_apart(sign_in, place):
    """It used to stay with the old id alone: the new one stood open to the brother."""
    client, other = sign_in("analyst"), sign_in("analyst-2")
    in_conflict(client, place, "Arlo")
    part(place, "Arlo", "crimes:C-open", "p-new")
    assert {place.person["Arlo"], "p-new"} <= hidden_persons(client)
    assert client.get("/records/crimes/C-open").status_code == 404
    assert other.get("/records/crimes/C-open").status_code == 200
    part(place, "Arlo", "crimes:C-open", "p-newer")
    assert "p-new" in hidden_persons(client)


def test_a_conflict_that_was_recorded_after_the_split_is_about_the_one_it_names(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.heads.models import Publication, Published
    from redshank.web.policy.models import Conflict

    client = sign_in("analyst")
    part(place, "Arlo", "crimes:C-open", "p-new")
    state = Publication.objects.get()
    Published.objects.create(
        run=state.current_run, as_of=state.as_of, published_at=timezone.now() - timedelta(seconds=1)
    )
    in_conflict(client, place, "Arlo")
    assert "p-new" not in hidden_persons(client)
    assert Conflict.objects.count() == 1


def test_a_record_that_is_read_as_somebody_elses_takes_no_conflict_to_them(sign_in, place):
    """Who stood as a person before is not a part of the one in conflict."""
    client = sign_in("analyst")
    in_conflict(client, place, "Faro")
    part(place, "Faro", "crimes:C-other", place.person["Gido"])
    assert place.person["Gido"] not in hidden_persons(client)


def test_a_restriction_goes_with_both_and_so_does_a_grant(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.policy.models import Grant

    client, granted = sign_in("analyst"), sign_in("analyst-2")
    restrict("person", place.person["Arlo"], sign_in("safeguarding_lead"))
    Grant.objects.create(
        kind="person", ident=place.person["Arlo"], user=granted.user, by=granted.user, reason="works on it",
        until=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    part(place, "Arlo", "crimes:C-open", "p-new")
    assert {place.person["Arlo"], "p-new"} <= hidden_persons(client)
    assert not {place.person["Arlo"], "p-new"} & hidden_persons(granted)


def test_a_grant_on_one_of_two_restricted_people_opens_nothing_of_the_other_when_the_night_makes_them_one(
    sign_in, place
):
    """The grant followed the merge and was taken from both restrictions: the other's records lay open."""
    granted, lead = sign_in("analyst-2"), sign_in("safeguarding_lead")
    arlo, beni = place.person["Arlo"], place.person["Gido"]
    for person in (arlo, beni):
        restrict("person", person, lead)
    grant(granted, arlo)
    assert beni in hidden_persons(granted)
    assert arlo not in hidden_persons(granted)
    joined(beni, arlo)
    assert {arlo, beni} <= hidden_persons(granted)
    grant(granted, arlo)  # of both, now that they are one
    assert not {arlo, beni} & hidden_persons(granted)


def test_a_record_that_names_whom_the_night_made_of_a_restricted_person_is_restricted_still(sign_in, place):
    """It was looked up by the old id alone, so that a child's page opened without a reason to whoever held a grant."""
    from redshank.web.heads.models import Appearance
    from redshank.web.policy.restricted import restricted_records

    restrict("person", place.person["Arlo"], sign_in("safeguarding_lead"))
    key = Appearance.objects.filter(person_id=place.person["Gido"]).exclude(
        record_key__in=Appearance.objects.filter(person_id=place.person["Arlo"]).values("record_key")
    ).values_list("record_key", flat=True).first()  # fmt: skip
    assert restricted_records([key]) == set()
    joined(place.person["Arlo"], place.person["Gido"])
    assert restricted_records([key]) == {key}


def grant(client, person):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.policy.models import Grant

    Grant.objects.create(
        kind="person", ident=person, user=client.user, by=client.user, reason="works on it",
        until=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def joined(was, now):
    """The next night takes two people for one."""
    from django.utils import timezone

    from redshank.web.heads.models import Moved, Publication, Published

    run = Publication.objects.get().current_run + 1
    Moved.objects.create(
        uid=f"{was}>{now}",
        valid_from=run,
        in_full=True,
        in_open=True,
        digest=0,
        kind="person",
        was=was,
        now=now,
    )
    Published.objects.create(run=run, as_of=timezone.now(), published_at=timezone.now())
    Publication.objects.update(current_run=run)


# ---- restrictions ---------------------------------------------------------------------------------


def restrict(kind, ident, by):
    from redshank.web.policy.models import Restriction

    Restriction.objects.create(kind=kind, ident=ident, by=by.user, reason="need to know")


@pytest.mark.databases
def test_what_hides_is_asked_in_a_few_queries_however_many_persons_were_restricted(sign_in, place):
    """One restriction or six: each was followed by queries of its own, in every request of everybody."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from redshank.web.policy.matters import hidden_from
    from redshank.web.policy.sight import current_run

    user, lead = sign_in("exploitation_officer").user, sign_in("safeguarding_lead")
    names = sorted(place.person)[:6]
    asked = []
    for n, name in enumerate(names):
        restrict("person", place.person[name], lead)
        with CaptureQueriesContext(connection) as found:
            hidden = hidden_from(user, current_run())
        assert {place.person[x] for x in names[: n + 1]} <= hidden.whole["person"]
        asked.append(len(found))
    # One more where the first of a kind rests on them (a group and its children), and none for each person.
    assert asked[-1] - asked[0] <= 1, asked


@pytest.mark.databases
def test_a_restricted_record_leaves_no_trace_and_the_child_stays_with_what_may_be_seen(sign_in, place):
    client = sign_in("exploitation_officer")
    restrict("record", "vulnerability_entries:V-open", sign_in("safeguarding_lead"))
    restrict("record", "incidents:N-1", sign_in("safeguarding_lead"))
    found = crawl(client)
    for page in found.values():
        for word in ("V-open", "ploveropenfour", "N-1", "Concern rose: tied to a proposed group; the child has told somebody, 31 May"):  # fmt: skip
            assert word.lower() not in page.words.lower(), (page.url, word)
    child = found[f"/children/{place.person['Cara']}"]
    assert "Cara WRENFIELD" in child.words
    assert "the child has told somebody" in child.words


def test_what_cannot_wait_is_told_even_where_its_reason_is_restricted(sign_in, place):
    restrict("record", "crimes:C-open", sign_in("safeguarding_lead"))
    words = sign_in("duty_inspector").get("/").content.decode()
    assert "Dina HOLTBY" in words
    assert "the reason is restricted: ask the safeguarding lead" in words
    assert "proposed person of concern of a proposed group" not in words


def test_a_flag_is_hidden_with_a_record_that_it_relies_on(sign_in, place):
    number = propose(sign_in("analyst"), "person", place.person["Cara"])
    decider = sign_in("exploitation_officer")
    assert decider.get(f"/flags/{number}").status_code == 200
    restrict("record", "incidents:N-1", sign_in("safeguarding_lead"))
    assert decider.get(f"/flags/{number}").status_code == 404
    assert b"Cara" not in decider.get("/flags").content


# ---- partners -------------------------------------------------------------------------------------


@pytest.mark.databases
def test_a_partner_sees_what_was_shared_with_the_agency_and_nothing_else(sign_in, place):
    from redshank.web.policy.models import Share

    mine, other = sign_in("partner_member"), sign_in("partner_member-2")
    for kind, ident in (("person", place.person["Cara"]), ("record", "crimes:C-open")):
        Share.objects.create(audience="Children's services", kind=kind, ident=ident, by=sign_in("safeguarding_lead").user, reason="strategy meeting")  # fmt: skip
    found = crawl(mine)
    words = "\n".join(p.words for p in found.values())
    assert "Cara WRENFIELD" in words
    assert "ploveropenfive" in words.lower()
    for word in ("Hana", "Gorsebank", "N-1", "M-open", "ploveropenone", "Heron line", "proposed group", "R-open"):  # fmt: skip
        assert word.lower() not in words.lower(), word
    assert "Cara" not in "\n".join(p.words for p in crawl(other).values())
