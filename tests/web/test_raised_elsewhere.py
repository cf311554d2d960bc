"""Lists of their own that two applications kept: what stood in them stands before the meetings, and nothing is lost on the way."""
# ruff: noqa: F811

from __future__ import annotations

from datetime import UTC, date, datetime

from .concern_tools import few, said, web  # noqa: F401

BEFORE = [("matrix", "0002_what_became_of_it"), ("missing", "0001_initial"), ("meetings", "0002_from_the_worklist")]  # fmt: skip
AT = datetime(2026, 3, 30, 9, tzinfo=UTC)


def migrated(to):
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    made = MigrationExecutor(connection)
    made.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


def latest():
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def moves_of(one):
    return [(m.kind, m.why, m.by.username, m.owner.username) for m in one.moves.order_by("pk")]


def test_raised_children_and_referrals_come_along_with_all_that_became_of_them(web):
    from redshank.web.meetings.models import Raised

    analyst, other = web.user("analyst"), web.user("mace_coordinator")
    mira, isla = web.person("Mira LANE"), web.person("Isla BROOK")
    client = web.client("researcher")
    for day in ("2026-04-10", "2026-05-08"):
        client.post("/matrix", {"meeting_on": day, "once": day})
    apps = migrated(BEFORE)
    users = {u.username: u for u in apps.get_model("accounts", "User").objects.all()}
    me, them = users[analyst.username], users[other.username]
    first, second = apps.get_model("matrix", "Edition").objects.order_by("pk")
    old, move = apps.get_model("matrix", "Raised").objects, apps.get_model("matrix", "Move").objects
    for n, edition in enumerate((first, second)):
        made = old.create(edition=edition, ident=mira, why=f"Why {n}", by=me, owner=me, next_on=date(2026, 4, 10), at=AT)  # fmt: skip
        move.create(raised=made, kind="moved", by=me, role="analyst", why=f"On {n}", owner=them, next_on=date(2026, 4, 9), once=f"m{n}", at=AT)  # fmt: skip
    referral, act = (
        apps.get_model("missing", "Referral").objects,
        apps.get_model("missing", "ReferralAct").objects,
    )
    for n, state in enumerate(("closed", "open")):
        made = referral.create(person_id=isla, name="Isla BROOK", why=f"Refer {n}", by=me, owner=them, state=state, next_on=date(2026, 4, 1), once=f"r{n}", at=AT,
                               shown='{"episodes": ["missing_episodes:M1"], "triggers": ["under 13"]}')  # fmt: skip
        act.create(referral=made, kind="raised", by=me, role="analyst", text="x", owner=them, next_on=date(2026, 4, 1), once=f"a{n}", at=AT)  # fmt: skip
        act.create(referral=made, kind="handed_on", by=me, role="analyst", text="To you", owner=them, next_on=date(2026, 4, 1), once=f"b{n}", at=AT)  # fmt: skip
    act.create(referral=referral.get(state="closed"), kind="closed", by=them, role="mace_coordinator", text="Taken", once="c", at=AT)  # fmt: skip
    migrated(latest())
    one, two = Raised.objects.filter(meeting="four_weekly").order_by("pk")
    assert (one.ident, one.title, one.origin, one.owner, one.closed_at) == (mira, "Mira LANE", f"edition:{first.pk}", analyst, None)  # fmt: skip
    assert one.next_on == datetime(2026, 4, 10, 22, 59, tzinfo=UTC)  # to the end of that day in London
    assert moves_of(one) == [("moved", "On 0", analyst.username, other.username)]
    assert two.closed_at is not None
    assert [k for k, *_ in moves_of(two)] == ["moved", "merged"]
    done, still = Raised.objects.filter(meeting="mace").order_by("pk")
    assert moves_of(done)[-1] == ("closed", "Taken", other.username, other.username)
    assert (done.closed_at, still.closed_at) == (AT, None)
    assert moves_of(still) == [("moved", "To you", analyst.username, other.username)]
    text = said(web.client("mace_coordinator").get(f"/raised/{still.pk}"))
    assert "Under 13. missing episode M1" in text
    assert "Why 0" in said(client.get(f"/matrix/{first.pk}/children/{mira}"))
