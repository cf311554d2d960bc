"""Who may see what, said a second time: over plain sets, without a query and without a line of ``redshank.web.policy``.

``World`` holds the facts of the published runs and what people decided; :meth:`World.sees` is the answer. Where the pages
and this differ, one of the two is wrong. The rules, each with the words of practice.md:

* a role sees its kinds of things, in the published run; handling C only if cleared (12); small places only if analytical (10);
* a role of scope "shared" sees what was shared with its agency or team, followed through merges;
* a restriction hides a thing, what it is merged with or was taken apart into since, and all that rests on it; a grant opens
  what it was given of, until it runs out; what became one with it later stays hidden;
* a matter of one's own hides the children beside it too, and no grant opens it (13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SEEN_AS = {"record": "records", "person": "persons", "child": "children", "group": "groups", "place": "places", "line": "lines"}  # fmt: skip


@dataclass
class Row:
    """A fact that holds from one run to before another."""

    what: tuple[Any, ...]
    since: int
    until: int | None
    full: bool = True  # in the edition of cleared readers
    open: bool = True  # in the edition without handling C

    def at(self, run: int) -> bool:
        return self.since <= run and (self.until is None or self.until > run)


@dataclass
class Decision:
    """A restriction, grant, conflict or share, as whoever decided it was told."""

    what: str
    kind: str
    ident: str
    at: datetime
    run: int  # that people saw then
    whom: str = ""  # account of a grant or conflict, audience of a share
    until: datetime | None = None
    ended: bool = False
    number: int = 0


@dataclass
class World:
    run: int = 0
    now: Callable[[], datetime] = datetime.now
    things: dict[str, list[Row]] = field(default_factory=dict)  # kind → (ident, children)
    named: list[Row] = field(default_factory=list)  # (uid, record, person)
    members: list[Row] = field(default_factory=list)  # (group, person)
    behind: list[Row] = field(default_factory=list)  # (kind, ident, record)
    moved: list[Row] = field(default_factory=list)  # (kind, was, now)
    decisions: list[Decision] = field(default_factory=list)

    def standing(self, what: str, whom: str | None = None) -> list[Decision]:
        rows = [d for d in self.decisions if d.what == what and not d.ended and whom in (None, d.whom)]
        return [d for d in rows if d.until is None or d.until > self.now()]

    def facts(self, rows: Iterable[Row], run: int | None = None) -> set[tuple[Any, ...]]:
        return {r.what for r in rows if r.at(self.run if run is None else run)}

    def one_with(self, kind: str, ident: str, run: int | None = None) -> set[str]:
        """Ids that went into each other, however they hang together."""
        found, pairs = {ident}, [(a, b) for k, a, b in self.facts(self.moved, run) if k == kind]
        while more := {x for p in pairs if found & set(p) for x in p} - found:
            found |= more
        return found

    def means(self, d: Decision, run: int | None = None) -> set[str]:
        """What a decision is about in a run: one with it, or, of a person, taken apart from it since and nobody before."""
        at, found = (self.run if run is None else run), self.one_with(d.kind, d.ident, run)
        while d.kind == "person":
            left = {r.what[0] for r in self.named if r.what[2] in found and r.until and d.run < r.until <= at}
            now = {p for uid, _, p in self.facts(self.named, at) if uid in left}
            new = {p for p in now if not any(r.what[2] == p and r.since <= d.run for r in self.named)}
            more = {x for p in new | found for x in self.one_with("person", p, run)} - found
            if not more:
                break
            found |= more
        return found

    def hidden(self, user: Any) -> set[tuple[str, str]]:
        """Every thing that is restricted to this reader or a matter of their own, and all that rests on it."""
        out = self.own(user)
        grants = self.standing("grant", user.username)
        for r in self.standing("restriction"):
            opened = [g for g in grants if g.kind == r.kind and g.ident in self.means(r, g.run)]
            out |= {(r.kind, i) for i in self.means(r) - {i for g in opened for i in self.means(g)}}
        return self.with_what_rests(out, user)

    def own(self, user: Any) -> set[tuple[str, str]]:
        """A matter of one's own: those in it, and every child in their records and groups."""
        people = {p for c in self.standing("conflict", user.username) for p in self.means(c)}
        if not people:
            return set()
        records = {r for _, r, p in self.facts(self.named) if p in people}
        groups = {g for g, p in self.facts(self.members) if p in people}
        near = {p for _, r, p in self.facts(self.named) if r in records} | {p for g, p in self.facts(self.members) if g in groups}  # fmt: skip
        children = near & {i for i, _ in self.facts(self.things["child"])}
        children |= {i for k, i, r in self.facts(self.behind) if k == "child" and r in records}
        return self.with_what_rests({("person", p) for p in people | children}, user)

    def with_what_rests(self, hidden: set[tuple[str, str]], user: Any) -> set[tuple[str, str]]:
        out = set(hidden)
        out |= {("record", r) for _, r, p in self.facts(self.named) if ("person", p) in hidden}
        out |= {("group", g) for g, p in self.facts(self.members) if ("person", p) in hidden}
        mine = self.facts(r for r in self.behind if (r.full if user.as_role.cleared else r.open))
        for kind, ident, record in self.facts(self.behind):
            if ("record", record) not in out:
                continue
            rests = [r for k, i, r in mine if (k, i) == (kind, ident)]
            if kind not in ("child", "item") or (rests and all(("record", r) in out for r in rests)):
                out.add((kind, ident))
        return out

    def seen(self, user: Any, kind: str) -> set[str]:
        """All things of a kind that this reader may see now."""
        role = user.as_role
        if not user.is_active or role.scope == "none" or SEEN_AS[kind] not in role.see:
            return set()
        stands = self.facts(r for r in self.things[kind] if (r.full if role.cleared else r.open))
        found = {i for i, children in stands if kind != "place" or role.small or children >= 3}
        of = "person" if kind == "child" else kind
        if role.scope == "shared":
            audience = user.agency if user.role == "partner_member" else user.role
            given = self.standing("share", audience)
            found &= {i for d in given if d.kind == of for i in self.one_with(of, d.ident)}
        hidden = self.hidden(user)
        return {i for i in found if (kind, i) not in hidden and (of, i) not in hidden}

    def sees(self, user: Any, kind: str, ident: str) -> bool:
        return ident in self.seen(user, kind)
