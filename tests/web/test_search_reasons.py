"""Why a child's page is opened: taken from the task, asked for outside it, kept in the audit, sampled by a hash."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

HOST = "http://testserver"
ASKED = "Why do you open"


@pytest.fixture
def sign_in(sign_in):
    """A reader who comes from nowhere, so that a reason is asked for."""

    def signed_in(username):
        client = sign_in(username)
        del client.defaults["HTTP_REFERER"]
        return client

    return signed_in


def opened(client, url, before=None):
    headers = {"HTTP_REFERER": HOST + before} if before else {}
    answer = client.get(url, **headers)
    assert answer.status_code == 200
    return answer.content.decode()


def last_entry(kind):
    from redshank.web.trail.models import Entry

    return Entry.objects.filter(kind=kind, action="consultation").latest("id")


@pytest.fixture
def cara(place):
    return reverse("child", args=[place.person["Cara"]])


def give(client, kind, ident, code="incident", words="call of tonight"):
    return client.post(
        reverse("reason"), {"kind": kind, "ident": ident, "code": code, "words": words}, follow=True
    )


@pytest.mark.parametrize("page", ["today", "worklist", "group", "missing"])
def test_from_a_task_the_reason_comes_along(sign_in, place, cara, page):
    before = reverse("group", args=[place.group["open"]]) if page == "group" else reverse(page)
    client = sign_in("analyst")
    assert ASKED not in opened(client, cara, before)
    entry = last_entry("child")
    assert json.loads(entry.details)["reason"]
    assert entry.opened_from


@pytest.mark.parametrize("what", ["group", "item", "urgent"])
def test_the_address_may_name_the_task(sign_in, place, what):
    from redshank.web.heads.models import Item

    child, source = place.person["Cara"], f"group:{place.group['open']}"
    if what == "urgent":
        child = place.person["Dina"]
        source = f"urgent:{child}"
    if what == "item":
        item = Item.objects.get(group_id=place.group["open"], in_full=True)
        source = f"item:{item.about}:{item.ident}"
    url = reverse("child", args=[child])
    assert ASKED not in opened(sign_in("analyst"), f"{url}?for={source}")
    assert last_entry("child").opened_from == source


@pytest.mark.parametrize("role", ["analyst", "missing_adviser"])
def test_a_task_that_is_not_about_the_child_or_not_in_sight_is_no_reason(sign_in, place, cara, role):
    client = sign_in(role)
    closed = f"group:{place.group['closed']}"  # Cara is in it, for those who are cleared
    assert (ASKED in opened(sign_in(f"{role}-2"), f"{cara}?for={closed}")) is (role != "analyst")
    for source in (
        f"group:{place.group['other']}", "group:g-none", "item:child:p-none", "flag:1", "flag:x",
        "meeting:1", "today:", "group:", "::", "urgent:" + place.person["Dina"],
    ):  # fmt: skip
        assert ASKED in opened(client, f"{cara}?for={source}"), source
    assert ASKED in opened(client, cara, reverse("group", args=[place.group["other"]]))
    assert ASKED in client.get(cara, HTTP_REFERER="http://elsewhere.example/").content.decode()


@pytest.mark.parametrize("before", [None, "/search", "/children", "/records"])
def test_outside_a_task_it_is_asked_and_nothing_is_shown_before(sign_in, place, cara, before):
    from redshank.web.trail.models import Entry

    page = opened(sign_in("analyst"), cara, before)
    assert ASKED in page
    assert "What puts" not in page
    assert not Entry.objects.filter(kind="child").exists()


def test_the_answer_opens_it_and_stands_beside_the_read(sign_in, place, cara):
    from redshank.web.searching.models import Asked

    client = sign_in("analyst")
    answer = give(client, "child", place.person["Cara"])
    assert answer.redirect_chain[-1][0] == cara
    assert "What puts" in answer.content.decode()
    kept = Asked.objects.get()
    assert (kept.code, kept.words, kept.person_id) == ("incident", "call of tonight", place.person["Cara"])
    assert kept.entry == last_entry("child")
    assert json.loads(kept.entry.details)["reason"].startswith("asked: a call or incident")
    # It goes along: the person's page and the child's own again, without being asked or kept anew.
    assert ASKED not in opened(client, reverse("person", args=[place.person["Cara"]]))
    assert ASKED not in opened(client, cara)
    assert Asked.objects.count() == 1
    # Another child is another question.
    assert ASKED in opened(client, reverse("child", args=[place.person["Hana"]]))


def test_the_words_are_not_in_the_chain(sign_in, place):
    from redshank.web.trail.sequencer import _batch_entry

    give(sign_in("analyst"), "child", place.person["Cara"], words="aunt Plovera rang")
    assert "Plovera" not in str(_batch_entry(last_entry("child"), {}))


def test_a_reason_runs_out(sign_in, place, cara, monkeypatch):
    from redshank.web.searching import reasons

    client = sign_in("analyst")
    give(client, "child", place.person["Cara"])
    now = reasons.time.time()
    monkeypatch.setattr(reasons.time, "time", lambda: now + reasons.HOLDS + 1)
    assert ASKED in opened(client, cara)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"code": "", "words": "a call"}, "Choose why you open it"),
        ({"code": "nonsense", "words": "a call"}, "Choose why you open it"),
        ({"code": "incident", "words": " "}, "Say in a few words"),
        ({"code": "incident", "words": "x" * 301}, "no more than 300"),
    ],
)
def test_a_form_that_is_not_complete_keeps_what_was_typed(sign_in, place, typed, error):
    answer = sign_in("analyst").post(
        reverse("reason"), {"kind": "child", "ident": place.person["Cara"], **typed}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert error in page
    assert "There is a problem" in page
    if typed["words"].strip():
        assert typed["words"] in page


def test_whoever_may_not_see_the_child_is_asked_nothing(sign_in, place):
    """The question would tell that there is a child: the answer is that of nothing."""
    for role in ("partner_member", "missing_adviser"):
        client = sign_in(role)
        for url in (reverse("child", args=[place.person["Zita"]]), reverse("child", args=["p-none"])):
            assert client.get(url).status_code == 404
        for ident in (place.person["Zita"], "p-none"):
            answer = client.post(
                reverse("reason"), {"kind": "child", "ident": ident, "code": "incident", "words": "x"}
            )
            assert answer.status_code == 404


def test_a_restricted_record_that_names_a_child_opens_with_a_reason(sign_in, place):
    client = sign_in("analyst")
    record = reverse("record", args=["intelligence", "IC-1"])  # handling C, names Zita
    assert ASKED in opened(client, record)
    assert ASKED not in opened(client, record, reverse("group", args=[place.group["closed"]]))
    fresh = sign_in("analyst-2")
    assert "Plovercee" not in opened(fresh, record)
    page = give(fresh, "record", "intelligence:IC-1").content.decode()
    assert "Plovercee" in page
    # Open records, and records that name no child, open as before.
    assert ASKED not in opened(sign_in("researcher"), reverse("record", args=["crimes", "C-99"]))


def test_from_a_record_of_a_task_to_the_child_in_it(sign_in, place, cara):
    client = sign_in("analyst")
    record = reverse("record", args=["crimes", "C-open"])
    opened(client, record, reverse("group", args=[place.group["open"]]))
    assert ASKED not in opened(client, cara, record)
    alone = sign_in("analyst-2")
    opened(alone, record)
    assert ASKED in opened(alone, cara, record)


def test_search_shows_no_words_of_a_record_that_opens_with_a_reason(sign_in):
    page = sign_in("analyst").get(reverse("search"), {"q": "plovercee"}).content.decode()
    assert "IC-1" in page
    assert "opens with a reason" in page
    assert "gives Zita" not in page


# ---- the supervisor's sample -------------------------------------------------------------------


def test_one_in_fifty_is_sampled_by_a_hash(sign_in):
    from redshank.web.searching.reasons import is_sampled

    share = sum(is_sampled(f"{n:016x}") for n in range(20_000)) / 20_000
    assert 0.015 < share < 0.025
    assert is_sampled("abc") == is_sampled("abc")


@pytest.fixture
def sampled(sign_in, place, monkeypatch):
    from redshank.web.searching import reasons
    from redshank.web.searching.models import Asked

    monkeypatch.setattr(reasons, "is_sampled", lambda ref: True)
    give(sign_in("analyst"), "child", place.person["Cara"], words="who rang about Cara")
    return Asked.objects.get()


def test_the_supervisor_sees_it_and_says_what_of_it(sign_in, sampled):
    from redshank.web.searching.models import Checked

    client = sign_in("safeguarding_lead")
    page = opened(client, reverse("reads"))
    assert "who rang about Cara" in page
    assert "Analyst One opened" in page
    url = reverse("reads-check", args=[sampled.pk])
    bad = client.post(url, {"verdict": "to_ask", "why": ""})
    assert bad.status_code == 400
    assert "Write why" in bad.content.decode()
    form = {"verdict": "to_ask", "why": "no call at that hour", "once": "one"}
    for _ in range(2):  # sent twice, acts once
        assert client.post(url, form).status_code == 302
    assert Checked.objects.get().verdict == "to_ask"
    assert "who rang about Cara" not in opened(client, reverse("reads"))
    done = opened(client, reverse("reads") + "?state=checked")
    assert "no call at that hour" in done
    assert "To be asked about" in done


def test_nobody_supervises_their_own_reads_and_no_other_role_does(sign_in, place, monkeypatch):
    from redshank.web.searching import reasons
    from redshank.web.searching.models import Asked

    monkeypatch.setattr(reasons, "is_sampled", lambda ref: True)
    give(sign_in("safeguarding_lead"), "child", place.person["Cara"], words="my own look")
    number = Asked.objects.get().pk
    own = sign_in("safeguarding_lead")
    assert "my own look" not in opened(own, reverse("reads"))
    form = {"verdict": "fine", "why": "x"}
    assert own.post(reverse("reads-check", args=[number]), form).status_code == 404
    assert "my own look" in opened(sign_in("safeguarding_lead-2"), reverse("reads"))
    for role in ("analyst", "auditor", "partner_member", "administrator"):
        assert sign_in(role).get(reverse("reads")).status_code == 404
        assert sign_in(role).post(reverse("reads-check", args=[number]), form).status_code == 404


def test_a_check_is_never_changed_or_removed(sign_in, sampled):
    from django.core.exceptions import ValidationError

    from redshank.web.searching.models import Checked

    sign_in("safeguarding_lead").post(
        reverse("reads-check", args=[sampled.pk]), {"verdict": "fine", "why": "the call is there"}
    )
    check = Checked.objects.get()
    for act in (check.save, check.delete, sampled.delete):
        with pytest.raises(ValidationError):
            act()


# ---- other pages of a child, and other tasks ---------------------------------------------------


def test_every_page_of_a_child_asks_and_the_answer_leads_back_to_it(sign_in, place):
    cara = place.person["Cara"]
    for name in ("child-file", "missing-child", "judge-person"):
        client = sign_in("analyst")
        url = reverse(name, args=[cara])
        page = opened(client, url)
        assert ASKED in page, name
        form = {"kind": "person", "ident": cara, "code": "incident", "words": "a call", "next": url}
        assert client.post(reverse("reason"), form).url == url
        assert ASKED not in opened(client, url)


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""]
)
def test_the_answer_leads_nowhere_else(sign_in, place, cara, wanted):
    form = {
        "kind": "child",
        "ident": place.person["Cara"],
        "code": "incident",
        "words": "a call",
        "next": wanted,
    }
    assert sign_in("analyst").post(reverse("reason"), form).url == cara


def test_the_pages_of_an_item_and_of_what_cannot_wait_are_tasks(sign_in, place, cara):
    from redshank.web.heads.models import Item

    item = Item.objects.get(group_id=place.group["open"], in_full=True)
    assert ASKED not in opened(sign_in("analyst"), cara, reverse("item", args=[item.about, item.ident]))
    dina = reverse("child", args=[place.person["Dina"]])
    assert ASKED not in opened(sign_in("analyst"), dina, reverse("urgent"))
    assert ASKED in opened(sign_in("analyst-2"), cara, reverse("urgent"))
    assert ASKED not in opened(
        sign_in("analyst-2"), cara, reverse("missing-child", args=[place.person["Cara"]])
    )
