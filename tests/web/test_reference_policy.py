"""The pages against a policy that was written a second time, while people and nights change everything at random.

Each step restricts, takes back, grants, lets run out, shares, declares a matter of one's own, merges, takes apart, names anew,
changes a role or raises; most through the forms, so that who may not is refused too. After each step every list of every
reader is the reference's, and for one of them pages, counts, charts, files, search and the interface are asked as well.

Failures that comparable systems had, and that this finds: a merge that opens what one of the two was closed for; a record
taken apart that leaves its restriction behind; a grant that opens more than what it was given of, or outlives its end; a
share that survives being taken back; a role that was changed and still sees as before; a count, a search or a file that
tells what the page of the thing refuses; an id in the address that is checked by a narrower rule than the list.

``REDSHANK_POLICY_EXAMPLES`` plays more games (``make assurance-full``).
"""

from __future__ import annotations

import os
import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from . import village
from .answers import told
from .api_tools import program
from .conftest import client_of, username
from .reference_policy import SEEN_AS, Decision, Row, World

EXAMPLES = int(os.environ.get("REDSHANK_POLICY_EXAMPLES", "4"))
STEPS = 8
READERS = ("analyst-2", "duty_inspector", "mace_coordinator", "partner_member", "partner_member-2", "response_officer", "administrator")  # fmt: skip
ROLES = (
    "analyst",
    "duty_inspector",
    "mace_coordinator",
    "neighbourhood_officer",
    "response_officer",
    "learning",
)
KINDS = ("record", "person", "group", "place", "line")
COLUMN = {"record": ("Record", "key"), "person": ("Person", "person_id"), "child": ("Child", "person_id"), "group": ("Group", "group_id"),
          "place": ("Place", "cell"), "line": ("Line", "line_ref")}  # fmt: skip
LISTS = {"record": "/records", "child": "/children", "group": "/groups", "place": "/places", "line": "/lines"}
PAGES = {
    "person": "/persons/",
    "child": "/children/",
    "group": "/groups/",
    "place": "/places/",
    "line": "/lines/",
}
NOT_THERE = {"record": "crimes:C-0", "person": "p-000000000000", "child": "p-000000000000", "group": "g-000000000000", "place": "8919500000fffff", "line": "L-0"}  # fmt: skip
API = {"child": "children", "group": "groups", "place": "places", "line": "lines", "person": "persons"}
AGENCIES = ("Children's services", "Youth justice", "response_officer", "neighbourhood_officer")
SURNAMES = [s.surname for s in (village.ARLO, village.CARA, village.DINA, village.ELIN, village.HANA, village.XANO, village.ZITA)]  # fmt: skip
some = st.integers(0, 10_000)


def head(name):
    from redshank.web.heads import models

    return getattr(models, name)


def page_of(kind, ident):
    return "/records/" + ident.replace(":", "/", 1) if kind == "record" else PAGES[kind] + ident


def read_facts(world):
    """The facts of every run, from the tables as they are."""

    def rows(name, *columns, **only):
        found = head(name)._base_manager.filter(**only).values_list("valid_from", "valid_to", "in_full", "in_open", *columns)  # fmt: skip
        return [Row(tuple(r[4:]), *r[:4]) for r in found]

    for kind, (name, column) in COLUMN.items():
        found = rows(name, column, *(("children",) if kind == "place" else ()))
        for r in found:
            r.what = r.what if kind == "place" else (*r.what, 0)
        world.things[kind] = found
    world.named = rows("Appearance", "uid", "record_key", "person_id")
    world.members = rows("Member", "group_id", "person_id")
    world.behind = rows("Behind", "kind", "ident", "record_key")
    world.moved = rows("Moved", "kind", "was", "now")


class Machine(RuleBasedStateMachine):
    """One game over the village; everything is taken back at its end."""

    def __init__(self):
        super().__init__()
        from redshank.web.missing import episodes
        from redshank.web.policy.sight import current_run

        episodes.forget()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = World(run=current_run(), now=timezone.now)
        read_facts(self.world)
        self.turn, self.new, self.raised = 0, 0, {}
        self.clients = {r: client_of(r) for r in (*READERS, "analyst", "partnership_officer", "safeguarding_lead", "safeguarding_lead-2")}  # fmt: skip

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # ---- what people decide --------------------------------------------------------------------

    def user(self, role):
        from redshank.web.accounts.models import User

        return User.objects.get(username=username(role))

    def pick(self, n, kind):
        everything = sorted({r.what[0] for r in self.world.things[kind] if r.at(self.world.run)})
        return everything[n % len(everything)]

    def decided(self, what, kind, ident, whom="", until=None):
        from redshank.web.access.acts import DECIDED

        row = DECIDED[what].objects.latest("pk") if what != "grant" else DECIDED[what].objects.filter(user__username=whom).latest("pk")  # fmt: skip
        self.world.decisions.append(Decision(what, kind, ident, row.at, self.world.run, whom, until, number=row.pk))  # fmt: skip

    def settles(self, by, kind, ident, act, **more):
        """Sends the form; whether it was taken is as the reference says that this person sees the thing."""
        may = self.world.sees(self.user(by), kind, ident)
        answer = self.clients[by].post(f"/sight/{kind}/{ident}", {"act": act, "reason": "strategy meeting"} | more)  # fmt: skip
        assert answer.status_code in ((302, 400) if may else (404,)), (by, act, kind, ident, may)
        return answer.status_code == 302

    @rule(kind=st.sampled_from(KINDS), n=some, keep=st.sampled_from(READERS[:4]))
    def restrict(self, kind, n, keep):
        ident, lead = self.pick(n, kind), "safeguarding_lead"
        if self.settles(lead, kind, ident, "restrict", keep=[username(keep)]):
            self.decided("restriction", kind, ident)
            for name in (username(lead), username(keep)):
                if self.user_named(name).as_role.scope != "none":
                    self.decided("grant", kind, ident, name, timezone.now() + timedelta(days=90))

    def user_named(self, name):
        from redshank.web.accounts.models import User

        return User.objects.get(username=name)

    @rule(kind=st.sampled_from(KINDS), n=some, whom=st.sampled_from(READERS[:6]), again=st.booleans())
    def grant(self, kind, n, whom, again):
        restricted = self.world.standing("restriction")
        if again and restricted:  # of what is restricted already: the case that opens something
            kind, ident = restricted[n % len(restricted)].kind, restricted[n % len(restricted)].ident
        else:
            ident = self.pick(n, kind)
        if self.settles("safeguarding_lead", kind, ident, "grant", user=username(whom), days="7"):
            self.decided("grant", kind, ident, username(whom), timezone.now() + timedelta(days=7))

    @precondition(lambda self: self.world.standing("grant"))
    @rule(n=some)
    def expire(self, n):
        from redshank.web.policy.models import Grant

        one = self.world.standing("grant")[n % len(self.world.standing("grant"))]
        one.until = timezone.now() - timedelta(seconds=1)
        Grant.objects.filter(pk=one.number).update(until=one.until)

    @rule(kind=st.sampled_from(KINDS), n=some, audience=st.sampled_from(AGENCIES))
    def share(self, kind, n, audience):
        ident = self.pick(n, kind)
        if self.settles("partnership_officer", kind, ident, "share", audience=audience):
            self.decided("share", kind, ident, audience)
            if kind == "person":  # as people do: with what names them
                for record in sorted(r for _, r, p in self.world.facts(self.world.named) if p == ident)[:2]:
                    if self.settles("partnership_officer", "record", record, "share", audience=audience):
                        self.decided("share", "record", record, audience)

    @rule(n=some, whom=st.sampled_from((*READERS[:6], "safeguarding_lead")))
    def conflict(self, n, whom):
        ident = self.pick(n, "person")
        if self.settles("safeguarding_lead-2", "person", ident, "conflict", who=username(whom)):
            self.decided("conflict", "person", ident, username(whom))

    @precondition(lambda self: any(not d.ended for d in self.world.decisions))
    @rule(n=some)
    def take_back(self, n):
        standing = [d for d in self.world.decisions if not d.ended]
        one, lead = standing[n % len(standing)], "safeguarding_lead"
        own = {("person", "")} | self.world.own(self.user(lead))
        may = (one.kind, one.ident) not in own and not (one.what == "conflict" and one.whom == username(lead))
        answer = self.clients[lead].post(f"/sight/{one.what}/{one.number}/end", {f"why-{one.what}-{one.number}": "over"})  # fmt: skip
        assert answer.status_code == (302 if may else 404), (one, may)
        for d in self.world.decisions if may else ():
            same = (d.what, d.kind, d.ident, d.whom) == (one.what, one.kind, one.ident, one.whom)
            if d is one or (same and d.what in ("share", "grant")):
                d.ended = True

    @rule(whom=st.sampled_from(READERS[:6]), role=st.sampled_from(ROLES))
    def change_role(self, whom, role):
        from redshank.web.access import standing

        day = str(standing.today())
        form = {"role": role, "vetting": "management", "trained_on": day, "vetted_until": day}
        assert self.clients["administrator"].post(f"/people/{username(whom)}", form).status_code == 302
        standing.record(self.user(whom), certified_on=standing.today())
        self.clients[whom] = client_of(whom)

    @rule(kind=st.sampled_from(("child", "group", "record", "line")), n=some)
    def put_before_a_meeting(self, kind, n):
        ident, user = self.pick(n, kind), self.user("analyst")
        self.new += 1
        answer = self.clients["analyst"].post(f"/raise/{kind}/{ident}", {"meeting": "four_weekly", "why": "to be heard", "sight": "open", "once": f"once-{self.new}"})  # fmt: skip
        if not self.world.sees(user, kind, ident):
            assert answer.status_code == 404, (kind, ident)
        else:
            assert answer.status_code in (302, 400), (kind, ident, answer.status_code)

    # ---- what a night brings -------------------------------------------------------------------

    def night(self, change):
        from redshank.web.heads.models import Publication, Published

        run = self.world.run + 1
        change(run)
        Published.objects.create(run=run, as_of=timezone.now(), published_at=timezone.now())
        Publication.objects.filter(pk=1).update(current_run=run)
        self.world.run = run
        read_facts(self.world)

    def stands(self, name, **only):
        return head(name)._base_manager.filter(valid_from__lte=self.world.run, **only).exclude(valid_to__lte=self.world.run)  # fmt: skip

    def closes(self, row, run, **new):
        """A row's version ends with this run; another begins where something is given."""
        type(row)._base_manager.filter(pk=row.pk).update(valid_to=run)
        if new:
            self.makes(row, run, **new)

    def makes(self, row, run, **new):
        row.pk, row.valid_from, row.valid_to, row._state.adding = None, run, None, True
        for name, value in new.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    @rule()
    def plain_night(self):
        self.night(lambda run: None)

    @rule(n=some, m=some)
    def names_another(self, n, m):
        """A record names somebody who was not in it."""
        record, person = self.pick(n, "record"), self.pick(m, "person")

        def change(run):
            row = self.stands("Appearance").first()
            self.new += 1
            self.makes(row, run, uid=f"new-{self.new}", record_key=record, person_id=person)

        self.night(change)

    @rule(n=some, m=some)
    def merge(self, n, m):
        was, now = self.pick(n, "person"), self.pick(m, "person")
        if was == now:
            return

        def change(run):
            for name in ("Person", "Child", "Member", "Appearance", "Urgent", "Item"):
                for row in self.stands(name, person_id=was):
                    same = {"group_id": row.group_id} if name == "Member" else {}
                    there = name != "Appearance" and self.stands(name, person_id=now, **same).exclude(valid_from=run).exists()  # fmt: skip
                    self.closes(row, run, **({} if there or name == "Person" else {"person_id": now}))
            for row in self.stands("Behind", kind__in=("child", "item"), ident=was):
                there = self.stands("Behind", kind=row.kind, ident=now, record_key=row.record_key).exists()
                self.closes(row, run, **({} if there else {"ident": now}))
            for row in self.stands("Moved", kind="person", now=was):
                self.closes(row, run, now=now)
            full = {"in_full": True, "in_open": True, "digest": 0}
            head("Moved")(uid=f"person:{was}", kind="person", was=was, now=now, valid_from=run, **full).save()

        self.night(change)

    @rule(n=some, m=some, back=st.booleans())
    def take_apart(self, n, m, back):
        """Some of the records that named a person name another: a new one, or one who had gone into somebody."""
        person = self.pick(n, "person")
        named = sorted(r[0] for r in self.world.facts(self.world.named) if r[2] == person)
        if len(named) < 2:
            return
        leaving = named[m % len(named) :] or named[-1:]
        gone = sorted(was for kind, was, _ in self.world.facts(self.world.moved) if kind == "person")
        self.new += 1
        other = gone[m % len(gone)] if back and gone else f"p-new{self.new:08}"

        def change(run):
            for row in self.stands("Moved", kind="person", was=other):
                self.closes(row, run)
            rows = list(self.stands("Appearance", person_id=person, uid__in=leaving))
            records = {r.record_key for r in rows}
            for row in rows:
                self.closes(row, run, person_id=other)
            for name in ("Person", "Child"):
                for row in self.stands(name, person_id=person):
                    self.makes(row, run, person_id=other, uid=other)
            for row in self.stands("Behind", kind="child", ident=person, record_key__in=records):
                self.closes(row, run, ident=other)

        self.night(change)

    # ---- nobody sees what the reference denies, and everybody sees what it allows ---------------

    @invariant()
    def lists_are_the_references(self):
        for reader in READERS:
            user = self.user(reader)
            for kind, (name, column) in COLUMN.items():
                shown = set(head(name).objects.visible_to(user, "a test").values_list(column, flat=True))
                assert shown == self.world.seen(user, kind), (reader, user.role, kind)

    @invariant()
    def pages_are_the_references(self):
        self.turn += 1
        reader = READERS[self.turn % len(READERS)]
        user, client = self.user(reader), self.clients[reader]
        seen = {kind: self.world.seen(user, kind) for kind in COLUMN}
        lists, kinds = list(LISTS.items()), list(COLUMN)
        for kind, url in (lists[self.turn % 5], lists[(self.turn + 2) % 5]):  # all of them within a few steps
            self.list_shows(client, user, kind, url, seen[kind])
        for kind in (kinds[self.turn % 6], kinds[(self.turn + 3) % 6]):
            everything = sorted({r.what[0] for r in self.world.things[kind]})
            self.page_answers(client, user, kind, everything[(self.turn * 7) % len(everything)], seen)
        if user.as_role.allows("search"):
            self.search_finds(client, SURNAMES[self.turn % len(SURNAMES)], seen)
        self.raised_list_shows(client, user, seen)

    def list_shows(self, client, user, kind, url, seen):
        answer = client.get(url)
        if not user.as_role.allows(f"see.{SEEN_AS[kind]}"):
            assert answer.status_code == 404, (user.role, url)
            return
        assert answer.status_code == 200, (user.role, url)
        shown = answer.context["shown"]
        assert shown.total == len(seen), (user.role, url, shown.total, len(seen))
        linked = {i.replace("/", ":", 1) if kind == "record" else i for i in re.findall(rf'href="{url}/([^"?#]+)"', answer.content.decode())}  # fmt: skip
        others = linked - seen
        assert not others & {r.what[0] for r in self.world.things[kind]}, (user.role, url, others)

    def page_answers(self, client, user, kind, ident, seen):
        where = page_of(kind, ident)
        answer, nothing = client.get(where), client.get(page_of(kind, NOT_THERE[kind]))
        assert nothing.status_code == 404
        went = {now for k, was, now in self.world.facts(self.world.moved) if k == "person" and was == ident}
        of = "person" if kind == "child" else kind
        open_ = ident in seen[kind] or (kind == "child" and user.as_role.allows("see.children") and ident in seen["person"])  # fmt: skip
        leads = of == "person" and user.as_role.allows(f"see.{SEEN_AS[kind]}") and bool(went & seen["person"])
        if open_ or leads:
            assert answer.status_code in (200, 302), (user.role, where)
        else:
            assert told(answer) == told(nothing), (user.role, where)
        if kind == "group":
            for more in ("chart.json", "files/chart.graphml"):
                file = client.get(f"{where}/{more}")
                if ident not in seen["group"]:
                    assert file.status_code == 404, (user.role, more)
        if kind in API:
            self.api_answers(client, user, kind, ident, seen, bool(went & seen[kind]))

    def api_answers(self, client, user, kind, ident, seen, leads):
        from redshank.web.api.scopes import open_to

        if "findings.read" not in open_to(user) or not user.as_role.allows(f"see.{SEEN_AS[kind]}"):
            return
        api = program(client, "findings.read")
        answer = api.get(f"findings/{API[kind]}/{ident}")
        assert answer.status_code == (200 if ident in seen[kind] or leads else 404), (user.role, kind, ident)
        if kind != "person":
            items = api.get(f"findings/{API[kind]}").json()["items"]
            assert {i["id"] for i in items} == seen[kind], (user.role, kind)

    def search_finds(self, client, q, seen):
        page = client.get("/search", {"q": q}).content.decode()
        kinds = {"persons": "person", "children": "child", "groups": "group", "lines": "line", "records": "record"}  # fmt: skip
        for part, ident in re.findall(r'href="/(persons|children|groups|lines|records)/([^"?#]+)', page):
            ident = ident.replace("/", ":", 1) if part == "records" else ident
            assert ident in seen[kinds[part]], (q, part, ident)

    def raised_list_shows(self, client, user, seen):
        """What stands before a meeting stands there for those who may see what it is about."""
        from redshank.web.meetings.models import Raised

        hidden = self.world.hidden(user)
        for row in Raised.objects.visible_to(user, "a test"):
            of = "person" if row.about == "child" else row.about
            assert (of, row.ident) not in hidden, (user.role, row.about, row.ident)
            assert (row.about, row.ident) not in hidden, (user.role, row.about, row.ident)
            assert user.as_role.cleared or not row.closed, (user.role, row.about, row.ident)


def play(*steps):
    """One game by hand: the lists after every step, pages, files and the interface after the last for every reader."""
    game = Machine()
    try:
        for step in steps:
            step(game)
            game.lists_are_the_references()
        for _ in READERS:
            game.pages_are_the_references()
    finally:
        game.teardown()


def seen_by(game, reader, kind, ident):
    """The game came to where something is open: else what closes it again would be tried on nothing."""
    assert ident in game.world.seen(game.user(reader), kind)


def at(game, kind, ident):
    """The number by which a rule picks this thing."""
    return sorted({r.what[0] for r in game.world.things[kind] if r.at(game.world.run)}).index(ident)


def test_a_merge_opens_nothing_that_one_of_the_two_was_closed_for(sign_in, place):
    cara, hana = place.person["Cara"], place.person["Hana"]
    play(
        lambda g: g.restrict("person", at(g, "person", hana), "analyst-2"),
        lambda g: g.merge(at(g, "person", hana), at(g, "person", cara)),
        lambda g: seen_by(g, "analyst-2", "person", cara),
        lambda g: g.take_apart(at(g, "person", cara), 1, back=False),  # and what was one is two again
    )


def test_a_grant_opens_nothing_after_its_end(sign_in, place):
    plain = place.record["plain"]
    play(
        lambda g: g.restrict("record", at(g, "record", plain), "analyst-2"),
        lambda g: seen_by(g, "analyst-2", "record", plain),
        lambda g: g.expire(1),  # the second of two: the first is of whoever restricted it
        lambda g: g.grant("record", 0, "duty_inspector", again=True),
        lambda g: seen_by(g, "duty_inspector", "record", plain),
        lambda g: g.take_back(0),
    )


def test_a_grant_opens_what_it_was_given_of_and_not_what_became_one_with_it(sign_in, place):
    cara, dina = place.person["Cara"], place.person["Dina"]
    play(
        lambda g: g.restrict("person", at(g, "person", cara), "duty_inspector"),
        lambda g: g.restrict("person", at(g, "person", dina), "mace_coordinator"),
        lambda g: g.merge(at(g, "person", cara), at(g, "person", dina)),
        lambda g: g.grant("person", 1, "analyst-2", again=True),
        lambda g: g.expire(1),
    )


def test_who_leaves_an_agency_sees_no_longer_what_was_shared_with_it(sign_in, place):
    play(
        lambda g: g.share("person", at(g, "person", place.person["Cara"]), "Children's services"),
        lambda g: seen_by(g, "partner_member", "person", place.person["Cara"]),
        lambda g: g.change_role("partner_member", "response_officer"),
    )


def test_pages_files_search_and_the_interface_answer_as_a_policy_written_a_second_time(sign_in, place):
    run_state_machine_as_test(Machine, settings=settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS if EXAMPLES < 20 else 25, deadline=None, database=None, derandomize=EXAMPLES < 20,
        suppress_health_check=list(HealthCheck),
    ))  # fmt: skip
