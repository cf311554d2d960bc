"""The first page: five parts in one order, what holds something in full, and what holds nothing in one line of names."""

from __future__ import annotations

import re

import pytest

from redshank.web.accounts.roles import ROLES
from redshank.web.pages.today import NOTHING, SOURCES, TITLES
from redshank.web.pages.waits import DAYS

#: Role → block → the sources that stand on its first page, in their order. Whoever changes roles.toml says so here too.
FIRST: dict[str, dict[str, list[str]]] = {
    "analyst": {
        "cannot_wait": ["urgent"],
        "decide": [
            "flags_to_decide", "questions_to_me", "sweeps_to_decide", "registrar_asks", "concerns_waiting", "matrix_open", "asked_of_me",
            "my_actions", "parts_to_decide", "lines_to_confirm", "products_waiting", "audits_flags_owed", "audits_feedback",
            "policies_mine", "returns_to_sign", "flags_again", "looks_waiting", "pairs_waiting", "team_due",
        ],
        "overdue": [
            "sources_late", "my_flags_open", "raised_unanswered", "held_due", "concerns_overdue", "raised_overdue", "actions_overdue",
            "sittings_unheld", "orders_expiring", "measure_reviews_due", "terms_due", "lines_due", "vvol_due", "products_late",
            "tracker_overdue", "audits_due", "returns_overdue",
        ],
        "new": [
            "new_groups", "grown_groups", "new_items", "answers_to_me", "answers_to_read", "product_answers", "products_to_read",
            "audits_to_read",
        ],
        "rest": ["groups", "rising", "interviews", "lines", "places", "language", "quarantine", "my_concerns", "matrix", "sittings_next"],
    },
    "researcher": {
        "cannot_wait": ["urgent"],
        "decide": [
            "flags_to_decide", "questions_to_me", "sweeps_to_decide", "registrar_asks", "concerns_waiting", "matrix_open", "asked_of_me",
            "my_actions", "parts_to_decide", "lines_to_confirm", "products_waiting", "audits_flags_owed", "audits_feedback",
            "policies_mine", "returns_to_sign", "flags_again", "pairs_waiting", "team_due",
        ],
        "overdue": [
            "sources_late", "my_flags_open", "raised_unanswered", "held_due", "concerns_overdue", "raised_overdue", "actions_overdue",
            "sittings_unheld", "orders_expiring", "measure_reviews_due", "lines_due", "vvol_due", "audits_due", "returns_overdue",
        ],
        "new": [
            "new_items", "new_groups", "grown_groups", "answers_to_me", "answers_to_read", "product_answers", "products_to_read",
            "audits_to_read",
        ],
        "rest": ["groups", "rising", "interviews", "lines", "quarantine", "my_concerns", "matrix", "sittings_next"],
    },
    "missing_adviser": {
        "cannot_wait": ["urgent", "missing", "episodes_to_look_at"],
        "decide": [
            "questions_to_me", "registrar_asks", "concerns_waiting", "asked_of_me", "my_actions", "products_waiting",
            "audits_flags_owed", "audits_feedback", "policies_mine", "flags_again", "team_due",
        ],
        "overdue": [
            "interviews", "raised_unanswered", "held_due", "concerns_overdue", "raised_overdue", "actions_overdue", "vvol_due",
            "tracker_overdue", "audits_due",
        ],
        "new": ["new_items", "answers_to_me", "product_answers", "products_to_read", "audits_to_read"],
        "rest": ["groups", "rising", "my_concerns", "matrix"],
    },
    "response_officer": {
        "cannot_wait": [],
        "decide": ["my_actions", "actions_to_take", "policies_mine", "team_due"],
        "overdue": ["actions_overdue"],
        "new": ["shared", "my_concerns_answered", "products_to_read"],
        "rest": ["shared_before", "my_concerns"],
    },
    "duty_inspector": {
        "cannot_wait": ["urgent", "missing", "concerns_danger", "episodes_to_look_at"],
        "decide": ["flags_to_decide", "questions_to_me", "my_actions", "parts_to_decide", "audits_feedback", "policies_mine", "team_due"],
        "overdue": [
            "urgent_untaken", "raised_overdue", "concerns_overdue", "actions_overdue", "sittings_unheld", "orders_expiring",
            "measure_reviews_due", "terms_due",
        ],
        "new": ["new_groups", "answers_to_read", "products_to_read"],
        "rest": ["groups", "rising", "raised_next", "my_concerns", "sittings_next"],
    },
    "exploitation_officer": {
        "cannot_wait": ["urgent", "missing", "episodes_to_look_at"],
        "decide": [
            "flags_to_decide", "questions_to_me", "sweeps_to_decide", "registrar_asks", "concerns_waiting", "raised_mine", "asked_of_me",
            "my_actions", "parts_to_decide", "lines_to_confirm", "products_waiting", "audits_flags_owed", "audits_feedback",
            "policies_mine", "flags_again", "looks_waiting", "pairs_waiting", "team_due",
        ],
        "overdue": [
            "my_flags_open", "interviews", "raised_unanswered", "held_due", "concerns_overdue", "raised_overdue", "actions_overdue",
            "sittings_unheld", "orders_expiring", "measure_reviews_due", "sharing_late", "mash_late", "lines_due", "vvol_due",
            "tracker_overdue", "audits_due",
        ],
        "new": [
            "new_groups", "grown_groups", "new_items", "answers_to_me", "answers_to_read", "product_answers", "products_to_read",
            "audits_to_read",
        ],
        "rest": ["groups", "rising", "lines", "places", "my_concerns", "matrix", "sittings_next"],
    },
    "neighbourhood_officer": {
        "cannot_wait": [],
        "decide": ["my_actions", "actions_to_take", "makesafe_order", "policies_mine", "team_due"],
        "overdue": ["actions_overdue", "makesafe_welfare", "makesafe_visits", "makesafe_training"],
        "new": ["shared", "my_concerns_answered", "products_to_read"],
        "rest": ["shared_before", "my_concerns", "places"],
    },
    "partnership_officer": {
        "cannot_wait": [],
        "decide": [
            "questions_to_me", "registrar_asks", "asked_of_me", "my_actions", "products_waiting", "policies_mine", "flags_again",
            "team_due",
        ],
        "overdue": [
            "interviews", "raised_unanswered", "held_due", "raised_overdue", "actions_overdue", "sittings_unheld", "makesafe_welfare",
            "makesafe_visits", "makesafe_training", "orders_expiring", "measure_reviews_due", "sharing_late", "terms_due", "vvol_due",
            "tracker_overdue", "policy_reviews_late", "learning_due",
        ],
        "new": ["new_groups", "new_items", "answers_to_me", "answers_to_read", "product_answers", "products_to_read"],
        "rest": ["groups", "rising", "places", "my_concerns", "matrix", "sittings_next", "policy_reviews_coming"],
    },
    "tasking_chair": {
        "cannot_wait": [],
        "decide": [
            "flags_to_decide", "questions_to_me", "my_actions", "parts_to_decide", "lines_to_confirm", "products_waiting",
            "audits_feedback", "policies_mine", "team_due",
        ],
        "overdue": [
            "raised_overdue", "actions_overdue", "sittings_unheld", "orders_expiring", "measure_reviews_due", "terms_due", "lines_due",
        ],
        "new": ["new_groups", "grown_groups", "answers_to_read", "products_to_read"],
        "rest": ["groups", "places", "lines", "my_concerns", "sittings_next"],
    },
    "panel_chair": {
        "cannot_wait": [],
        "decide": ["flags_to_decide", "questions_to_me", "my_actions", "parts_to_decide", "tracker_verify", "policies_mine", "team_due"],
        "overdue": [
            "raised_overdue", "actions_overdue", "sittings_unheld", "orders_expiring", "measure_reviews_due", "terms_due",
            "tracker_overdue",
        ],
        "new": ["new_groups", "answers_to_read", "products_to_read"],
        "rest": ["groups", "rising", "my_concerns", "matrix", "sittings_next"],
    },
    "mace_coordinator": {
        "cannot_wait": [],
        "decide": ["questions_to_me", "raised_mine", "my_actions", "policies_mine", "flags_again", "team_due"],
        "overdue": [
            "interviews", "raised_overdue", "actions_overdue", "sittings_unheld", "orders_expiring", "measure_reviews_due",
            "sharing_late", "terms_due",
        ],
        "new": ["new_groups", "answers_to_read", "products_to_read"],
        "rest": ["groups", "rising", "my_concerns", "matrix", "sittings_next"],
    },
    "partner_member": {
        "cannot_wait": [],
        "decide": ["my_actions", "actions_to_take", "asked_of_agency", "policies_mine", "team_due"],
        "overdue": ["actions_overdue"],
        "new": ["shared", "my_concerns_answered", "products_to_read"],
        "rest": ["shared_before", "my_concerns"],
    },
    "safeguarding_lead": {
        "cannot_wait": ["urgent", "missing", "episodes_to_look_at"],
        "decide": [
            "flags_to_decide", "questions_to_me", "registrar_asks", "concerns_waiting", "my_actions", "parts_to_decide",
            "lines_to_confirm", "products_waiting", "tracker_verify", "audits_flags_owed", "audits_feedback", "rights_decide",
            "preservation_decide", "erasure_decide", "policies_mine", "returns_to_sign", "asks_waiting", "reads_to_check",
            "looks_waiting", "pairs_waiting", "team_due",
        ],
        "overdue": [
            "urgent_untaken", "interviews", "raised_overdue", "registrar_overdue", "concerns_overdue", "concerns_overdue_bare",
            "actions_overdue", "sittings_unheld", "makesafe_welfare_bare", "orders_expiring", "measure_reviews_due", "sharing_late",
            "mash_late", "terms_due", "nobody_owns", "lines_due", "vvol_due", "products_late", "tracker_overdue", "audits_due",
            "rights_due", "policy_reviews_late", "learning_due", "returns_overdue",
        ],
        "new": ["new_groups", "grown_groups", "answers_to_me", "answers_to_read", "products_to_read", "audits_to_read"],
        "rest": [
            "groups", "rising", "language", "quarantine", "raised_next", "my_concerns", "matrix", "sittings_next",
            "policy_reviews_coming",
        ],
    },
    "crime_registrar": {
        "cannot_wait": [],
        "decide": [
            "registrar_queue", "questions_to_me", "flags_to_decide", "policies_mine", "returns_to_sign", "looks_waiting", "team_due",
        ],
        "overdue": ["registrar_overdue", "tracker_overdue", "returns_overdue"],
        "new": ["products_to_read"],
        "rest": ["register", "my_concerns"],
    },
    "learning": {
        "cannot_wait": [],
        "decide": ["policies_mine", "team_due"],
        "overdue": ["tracker_overdue", "policy_reviews_late", "learning_due"],
        "new": ["products_to_read"],
        "rest": ["language", "my_concerns", "policy_reviews_coming"],
    },
    "auditor": {
        "cannot_wait": ["refusals"],
        "decide": ["rights_decide", "preservation_decide", "erasure_decide", "policies_mine", "team_due"],
        "overdue": ["sources_late", "rights_due"],
        "new": ["reads", "products_to_read"],
        "rest": ["quarantine", "register", "my_concerns"],
    },
    "administrator": {
        "cannot_wait": [],
        "decide": ["policies_mine", "team_due"],
        "overdue": ["nobody_owns", "mail_failing"],
        "new": [],
        "rest": ["accounts"],
    },
}  # fmt: skip


def parts(client) -> dict[str, str]:
    """Heading of a part → its HTML, in the order of the page."""
    page = client.get("/").content.decode()
    found = re.findall(r'<h2 class="govuk-heading-m" id="section-(\w+)">(.*?)</section>', page, re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("role", list(ROLES))
def test_every_block_of_a_role_stands_once_with_its_lines_or_among_those_with_nothing(sign_in, role):
    client = sign_in(role)
    mine = {key: sources for key, sources in ROLES[role].first.items() if sources}
    # Asked before the page is: the page itself is a read, which the auditor's page counts.
    held = {k: [SOURCES[s](client.user, ROLES[role].purpose) for s in sources] for k, sources in mine.items()}
    told = parts(client)
    assert list(told) == list(mine) == [k for k in TITLES if k in mine]
    for key, blocks in held.items():
        full = [b.title for b in blocks if b.lines]
        empty = [b.title for b in blocks if not b.lines]
        assert [re.sub(r"\s*<.*", "", h) for h in re.findall(r"<h3[^>]*>(.*?)</h3>", told[key])] == full
        lines = re.findall(r'<p class="redshank-none">(.*?)</p>', told[key], re.DOTALL)
        assert len(lines) == bool(empty)
        if empty:
            words = re.sub(r"<[^>]+>", "", lines[0])
            assert words == f"{NOTHING[key]}: {'; '.join(empty)}."


def test_each_roles_first_page_holds_these_sources_in_these_blocks(home):
    told = {key: {b: list(sources) for b, sources in role.first.items()} for key, role in ROLES.items()}
    for key in told | FIRST:
        assert told.get(key) == FIRST.get(key), key
    assert list(told) == list(FIRST)


def test_what_waits_for_a_decision_says_by_when(pages):
    """Of every line under "Decisions that wait for you", on every role's page over a village in which much waits."""
    told = []
    for role, found in pages.items():
        (decide,) = re.findall(r'id="section-decide">(.*?)</section>', found["/"].text, re.DOTALL)
        for block in re.split(r"<h3[^>]*>", decide)[1:]:
            title, lines = block.split("<", 1)
            told.append(title.strip())
            for line in re.findall(r"<li>(.*?)</li>", lines, re.DOTALL):
                words = re.sub(r"<[^>]+>", " ", line)
                day = r"\d{1,2} [A-Z][a-z]+ \d{4}"
                assert re.search(rf"(by|due on|for the [\w ]+ of|before|next|,) {day}", words), (role, title, words)  # fmt: skip
    assert {"Flags that wait for a second person", "Parts of places, lines and vehicles to confirm, or not"} <= set(told)  # fmt: skip


def test_a_term_is_of_a_source_that_asks_for_a_decision():
    decide = {s for role in ROLES.values() for s in role.first["decide"]}
    assert set(DAYS) <= decide
    assert all(days > 0 for days in DAYS.values())


def test_a_term_is_told_as_past_once_it_is(home):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.pages import waits, words

    today = timezone.localdate()
    for source, days in DAYS.items():
        began = today - timedelta(days=days)
        assert waits.by(source, began) == f"to be decided by {words.day(today)}"
        assert waits.by(source, timezone.now() - timedelta(days=days + 1)).startswith("was to be decided by ")


def test_what_replaces_no_emergency_call_says_so_also_when_it_is_empty(sign_in):
    from redshank.web.heads.models import Urgent

    Urgent.objects.update(valid_to=0)
    told = parts(sign_in("duty_inspector"))["cannot_wait"]
    assert "Nothing waits in: " in told
    assert told.count("This list replaces no emergency call.") == 1


def test_every_account_of_a_demonstration_has_a_deputy_so_that_each_step_names_somebody(sign_in):
    from redshank.web.accounts.demonstration import make_accounts
    from redshank.web.accounts.models import User
    from redshank.web.worklist.config import WAITING
    from redshank.web.worklist.waiting import people_of

    make_accounts()
    made = User.objects.filter(demonstration=True).select_related("deputy")
    assert set(made.values_list("role", flat=True)) == set(ROLES)
    for user in made:
        assert user.deputy, user.username
        assert user.deputy != user
        assert user.deputy.demonstration
    User.objects.filter(demonstration=False).update(is_active=False)
    for step in WAITING["step"]:
        people = people_of(step)
        assert people
        assert all(p.as_role.allows("urgent.take") for p in people), step
    team = made.get(agency="Partnership Exploitation Team")
    assert (team.role, team.deputy.role) == ("partner_member", "partner_member")
    from redshank.web.meetings.actions import teams

    assert "Partnership Exploitation Team" in teams()
    made.update(deputy=None)  # a demonstration of an earlier version is given them too
    make_accounts()
    assert not User.objects.filter(demonstration=True, deputy__isnull=True).exists()


def test_every_role_may_hand_over_and_the_administrator_hands_over_to_those_of_the_same_work(sign_in):
    from redshank.web.accounts.models import User

    for key, role in ROLES.items():
        assert role.allows("handover"), key
    admin, second = sign_in("administrator"), sign_in("administrator-2")
    offered = {u.username for u in admin.get("/handover").context["accounts"]}
    assert offered == {"administrator-2"}  # no role that works with records
    admin.user.deputy = User.objects.get(username="auditor")
    admin.user.save(update_fields=["deputy"])
    assert {u.username for u in admin.get("/handover").context["accounts"]} == {"administrator-2", "auditor"}
    form = {"taker": "administrator-2", "note": "Two accounts wait for a line manager.", "once": "h"}
    assert admin.post("/handover", form).status_code == 302
    (given,) = second.get("/handover").context["taken"]
    assert second.post(f"/handover/{given.pk}/sign").status_code == 302


def test_accounts_without_a_deputy_who_is_there_are_shown_to_the_administrator(sign_in):
    from redshank.web.accounts.models import User

    admin = sign_in("administrator")
    stood_in, gone, of_gone = (User.objects.get(username=n) for n in ("analyst", "researcher-2", "researcher"))  # fmt: skip
    User.objects.filter(pk=stood_in.pk).update(deputy=of_gone)
    User.objects.filter(pk=of_gone.pk).update(deputy=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    answer = admin.get("/people")
    alone = {u.username for u in answer.context["alone"]}
    everybody = set(User.objects.filter(is_active=True).values_list("username", flat=True))
    assert alone == everybody - {"analyst"}
    assert f"{len(alone)} accounts have no deputy" in answer.content.decode()
    User.objects.update(deputy=stood_in)
    assert "no deputy" not in admin.get("/people").content.decode()


def overdue(record_key: str, text: str, uid: str) -> None:
    """A signal of the pattern on one record, as the night writes it."""
    from redshank.web.heads.models import Signal

    row = Signal.objects.filter(valid_to__isnull=True, in_full=True, in_open=True).first()
    row.pk, row.uid, row.signal_id, row.record_key, row.text = None, uid, uid, record_key, text
    row.indicator, row.status, row.rule = "return_interview_overdue", "affirmed", "pattern:return_interview_overdue"  # fmt: skip
    row.save(force_insert=True)


def test_an_interview_that_was_held_late_is_owed_no_more(sign_in):
    """The block counted those too: 63 stood as overdue, and two thirds of them had been held."""
    from redshank.web.heads.models import Signal

    Signal.objects.filter(indicator="return_interview_overdue").delete()
    overdue("missing_episodes:M-open", "no interview recorded 72 hours after the return", "s-1")
    overdue("missing_episodes:M-other", "held 90 hours after the return", "s-2")
    client = sign_in("missing_adviser")
    told = parts(client)["overdue"]
    (more,) = re.findall(r'no interview within 72 hours <a[^>]*href="([^"]+)"[^>]*>.*?1</a>', told)
    opened = client.get(more.replace("&amp;", "&"))
    assert [r.key for r in opened.context["shown"].page] == ["missing_episodes:M-open"]
    assert "1 return without an interview recorded within 72 hours" in opened.content.decode()


def test_a_record_on_the_first_page_is_called_by_its_kind_and_number(sign_in):
    """It used to stand as "call or incident", which tells nobody which."""
    from redshank.web.heads.models import Item

    client = sign_in("analyst")
    row = Item.objects.filter(valid_to__isnull=True, in_open=True).first()
    row.pk, row.uid, row.about, row.ident, row.title = None, "record:x", "record", "incidents:N-1", "call or incident"  # fmt: skip
    row.since_run, row.place, row.person_id, row.group_id = client.user.before_run + 1, 0, "", ""
    row.record_key = "incidents:N-1"
    row.records = '["incidents:N-1"]'
    row.save(force_insert=True)
    assert "Incident N-1: call or incident" in parts(client)["new"]


def test_a_block_whose_lines_stand_for_many_offers_no_second_way_to_all(sign_in):
    """ "All 38" stood under one line that said "38 reads"."""
    client = sign_in("auditor")
    for _ in range(2):
        client.get("/")
    told = parts(client)["new"]
    assert "reads of records and lists" in told
    assert ">All " not in told


def count_of(client, title: str) -> int:
    """The number beside a block's title; nought where the block holds nothing."""
    page = client.get("/").content.decode()
    found = re.search(rf"<h3[^>]*>{title} (<.*?)</h3>", page, re.DOTALL)
    return int(re.findall(r">(\d+)<", found[1])[0]) if found else 0


def test_what_was_shared_before_the_last_visit_is_not_new_and_all_that_is_new_is_counted(sign_in, place):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.heads.models import Record
    from redshank.web.policy.models import Share

    lead, member = sign_in("safeguarding_lead").user, sign_in("partner_member")
    now = timezone.now()

    def share(kind: str, ident: str, at) -> None:
        Share.objects.create(audience=member.user.audience, kind=kind, ident=ident, by=lead, reason="visit", at=at)  # fmt: skip

    member.user.visited_at = now - timedelta(days=2)
    member.user.visits(0)
    assert (now - member.user.before_at).days == 2
    share("person", place.person["Cara"], now - timedelta(days=3))
    records = Record.objects.filter(in_open=True, valid_to__isnull=True).values_list("key", flat=True)
    for key in sorted(set(records))[:20]:
        share("record", key, now - timedelta(days=1))
    assert (count_of(member, "Shared with you"), count_of(member, "Shared with you before")) == (20, 1)
    told = parts(member)
    assert told["new"].count("<li>") >= 20
    assert "Cara" not in told["new"]
    assert "Cara" in told["rest"]
    member.user.visits(0)  # signed in again on the same shift: one visit
    assert count_of(sign_in("partner_member"), "Shared with you") == 20
    member.user.visited_at = now - timedelta(hours=9)
    member.user.visits(0)
    assert count_of(sign_in("partner_member"), "Shared with you") == 0
    assert count_of(sign_in("partner_member"), "Shared with you before") == 21
    assert count_of(sign_in("partner_member-2"), "Shared with you before") == 0


def test_reads_are_counted_from_the_day_of_the_last_visit_and_the_number_opens_them(sign_in):
    from datetime import timedelta

    from django.utils import timezone

    from redshank.web.trail.models import Entry

    auditor = sign_in("auditor")
    sign_in("analyst").get("/groups")
    Entry.objects.filter(action="consultation").update(at=timezone.now() - timedelta(days=9))
    sign_in("analyst").get("/groups")
    auditor.user.visited_at = timezone.now() - timedelta(days=2)
    auditor.user.visits(0)
    told = parts(sign_in("auditor"))["new"]
    (n,) = re.findall(r">(\d+) reads? of records and lists since ", told)
    (url,) = set(re.findall(r'href="(/trail[^"]*)"', told))
    opened = sign_in("auditor").get(url.replace("&amp;", "&"))
    assert opened.context["shown"].total == int(n) + 1  # the first page just read is one more
    assert Entry.objects.filter(action="consultation", at__lt=timezone.now() - timedelta(days=8)).exists()


def test_what_somebody_took_is_counted_no_more_among_what_cannot_wait(sign_in):
    from redshank.web.heads.models import Urgent

    client = sign_in("duty_inspector")
    before = count_of(client, "For the duty inspector")
    assert before >= 1
    one = Urgent.objects.visible_to(client.user, "x").first()
    assert client.post(f"/urgent/{one.person_id}/take").status_code == 302
    assert count_of(client, "For the duty inspector") == before - 1
    assert one.name in parts(client)["cannot_wait"]
