"""The rows that a product is made from, each through what its writer may see. The one way into :mod:`redshank.products`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, F, Max, Min, Q, Sum
from django.db.models.functions import Cast, Coalesce

from redshank.products import rows
from redshank.web.audits.measures import sentences
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.heads.models import (
    Appearance,
    Behind,
    Child,
    Crime,
    Group,
    Line,
    Member,
    Person,
    Phrase,
    Place,
    Quarantined,
    Record,
)
from redshank.web.lines.standing import Standing, lines_of
from redshank.web.missing.episodes import INTERVIEW
from redshank.web.pages import current, words
from redshank.web.pages.around import publication
from redshank.web.pages.days import london_day
from redshank.web.products.deeds import deeds
from redshank.web.register.review import SETTINGS, own

ACCUSED, HARMED = ("suspect", "detained"), ("victim",)
#: Since when a record is known: from its own time, however often it was sent again. ``known_at`` is of the version that stands.
SINCE = Coalesce("own_at", "known_at")
AGAIN, WITHIN = 3, timedelta(days=90)  # missing again and again, as the indicator counts it; a local default


_KEPT: ContextVar[dict[tuple[Any, ...], rows.Rows] | None] = ContextVar("kept", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Products that are written one after another, from what stood when the first of a role was: its rows are read once."""
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def gather(user: Any) -> rows.Rows:
    """Everything that a figure counts, as this user may see it."""
    shown, kept = publication(), _KEPT.get()
    whose = (user.pk, user.role, user.as_role.cleared, shown.current_run)
    if kept is not None and whose in kept:
        return kept[whose]
    found = Gathering(user, shown.as_of or datetime.now(UTC)).everything(shown.current_run)
    if kept is not None:
        kept[whose] = found
    return found


class Gathering:
    """One reading; each part asks the policy for itself."""

    def __init__(self, user: Any, as_of: datetime) -> None:
        self.user, self.as_of, self.purpose = user, as_of, user.as_role.purpose
        self.persons: dict[str, tuple[date | None, str]] = {}

    def seen(self, model: Any) -> Any:
        return model.objects.visible_to(self.user, self.purpose)

    def know(self, people: Iterable[str]) -> None:
        """Reads when these were born and their sex: a force has many more people than a product speaks of."""
        for some in _in_hundreds(sorted({p for p in people if p not in self.persons})):
            read = self.seen(Person).filter(person_id__in=some).values_list("person_id", "born", "sex")
            self.persons |= dict.fromkeys(some, (None, "")) | {i: (born, sex) for i, born, sex in read}

    def age(self, person: str, at: datetime | None = None) -> int | None:
        born = self.persons[person][0]
        return int(words.age_at(born, (at or self.as_of).astimezone(words.LONDON))) if born else None

    def everything(self, run: int) -> rows.Rows:
        flags = self.flags()
        groups = self.groups()
        crimes = self.crimes(flags)
        named, detentions = self.named(crimes)
        linked = (
            self.seen(Appearance).filter(row__isnull=False).order_by()
        )  # a name found in a text is no row
        # Cast: SQLite would follow the index of people and look up each of millions of rows in its order.
        of_each = linked.values(who=Cast("person_id", CharField())).annotate(
            n=Count("pk"), least=Min("record_key"), most=Max("record_key")
        )
        counted = of_each.aggregate(rows=Sum("n"), alone=Count("who", filter=Q(least=F("most"))))
        return rows.Rows(
            as_of=self.as_of, run=run, held=self.held(), records=self.records(flags, groups), crimes=crimes, named=named, flags=flags,
            groups=groups, members=self.members(groups), children=self.children(), episodes=self.episodes(), places=self.places(),
            lines=self.lines(), phrases=self.phrases(), detentions=detentions, acts=deeds(self.user),
            quarantined=self.seen(Quarantined).filter(kept=False).count(), appearances=counted["rows"] or 0, unlinked=counted["alone"],  # who stands in one record only

            measures=sentences(self.user),
            words={"indicator": words.WORDS["indicator"], "records": words.WORDS["records"], "record": words.WORDS["record"], "outcome": words.WORDS["outcome"]},
            not_current=current.said(),
        )  # fmt: skip

    def for_returns(self, run: int) -> rows.Rows:
        """What a return counts and nothing else."""
        flags, groups = self.flags(), self.groups()
        crimes = self.crimes(flags)
        named, detentions = self.named(crimes)
        axes = {f"axis.{a['key']}": a["options"] for a in IN_FORCE.axes}
        return rows.Rows(
            as_of=self.as_of, run=run, crimes=crimes, named=named, flags=flags, groups=groups, members=self.members(groups),
            detentions=detentions, words={"outcome": words.WORDS["outcome"], **axes}, not_current=current.said(),
        )  # fmt: skip

    def held(self) -> tuple[rows.Held, ...]:
        span = self.seen(Record).aggregate(first=Min(SINCE), last=Max(SINCE))
        counted = (
            self.seen(Record)
            .annotate(day=london_day(SINCE, **span))
            .values_list("kind", "district", "day")
            .annotate(n=Count("pk"))
            .order_by("kind", "district", "day")
        )
        return tuple(rows.Held(*r) for r in counted)

    def records(
        self, flags: tuple[rows.Flag, ...], groups: tuple[rows.Group, ...]
    ) -> tuple[rows.Record, ...]:
        columns = ("key", "kind", "district", "since", "at", "grade", "origin", "agency", "indicators")
        every = self.seen(Record).annotate(since=SINCE)
        found = {r[0]: r for r in every.filter(signals__gt=0).values_list(*columns)}
        beside = {k for f in flags for k in f.keys} | {k for g in groups for k in g.keys}
        for some in _in_hundreds(sorted(beside - set(found))):
            found |= {r[0]: r for r in every.filter(key__in=some).values_list(*columns)}
        return tuple(
            rows.Record(k, kind, d, known, at, grade, origin, agency, frozenset(words.piped(said)))
            for k, kind, d, known, at, grade, origin, agency, said in (found[k] for k in sorted(found))
        )

    def flags(self) -> tuple[rows.Flag, ...]:
        relied: dict[int, tuple[tuple[str, ...], dict[str, str], str]] = {}
        for a in self.seen(Act).filter(kind__in=(*PROPOSING, "confirmed")).order_by("at", "id"):
            keys, axes, definition = relied.get(a.flag_id, ((), {}, ""))
            if a.kind in PROPOSING:
                keys, definition = tuple(a.parsed("evidence") or ()), a.definition
            # Whoever confirmed it has the last word on which kind it is.
            relied[a.flag_id] = (keys, a.parsed("axes") or axes, definition)
        out = []
        for f in self.seen(Flag).order_by("pk"):
            keys, axes, definition = relied.get(f.pk, ((), {}, ""))
            keys = tuple(sorted({*keys, *([f.record_key] if f.record_key else [])}))
            out.append(rows.Flag(f.pk, f.about, f.ident, f.state, f.district, f.proposed_at, f.decided_at, keys, f.group_id, axes, definition))  # fmt: skip
        return tuple(out)

    def crimes(self, flags: tuple[rows.Flag, ...]) -> tuple[rows.Crime, ...]:
        from redshank.publish import facts

        here: dict[str, list[int]] = defaultdict(list)
        for f in flags:
            for key in f.keys:
                if key.startswith("crimes:") and f.state != "withdrawn":
                    here[key].append(f.number)
        codes = Q()
        for code in SETTINGS["own_flags"]["codes"]:
            codes |= Q(flags__icontains=f"|{code}|")
        found = {c.key: c for c in self.seen(Crime).filter(codes)}
        for some in _in_hundreds(sorted(set(here) - set(found))):
            found |= {c.key: c for c in self.seen(Crime).filter(key__in=some)}
        heads: dict[str, tuple[str, datetime | None]] = {}
        for some in _in_hundreds(sorted(found)):
            heads |= self.since(some)
        told = facts.fields(settings.HOME, sorted(heads))
        return tuple(
            rows.Crime(k, heads[k][0], heads[k][1], c.occurred, c.status, c.outcome, bool(own(c.flags)), tuple(here.get(k, ())), offence(told.get(k, {})))
            for k, c in sorted(found.items()) if k in heads
        )  # fmt: skip

    def named(
        self, crimes: tuple[rows.Crime, ...]
    ) -> tuple[tuple[rows.Named, ...], tuple[rows.Detention, ...]]:
        """Who stands in those crimes as harmed or suspected; and the custody records of the suspects."""
        from redshank.publish import facts

        at = {c.key: c.occurred or c.recorded for c in crimes}
        person = self.persons_of(sorted(at))
        self.know(person.values())
        out = []
        for r in facts.people(settings.HOME, sorted(at)):
            if r["role"] not in (*ACCUSED, *HARMED):
                continue
            who = person.get((r["record_key"], str(r["appearance_id"])))
            if who is None:
                continue
            day = at[r["record_key"]]
            out.append(rows.Named(
                r["record_key"], who, "harmed" if r["role"] in HARMED else "suspect", r["sex"] or "", self.age(who, day),
                r["ethnicity_self_defined"] or "", r["ethnicity_officer_defined"] or "", r["nationality"] or "", r["care_status"] or "",
                bool(r["disability"]), day, r["date_of_birth"] is not None,
            ))  # fmt: skip
        return tuple(out), self.detentions({n.person for n in out if n.role == "suspect"})

    def persons_of(self, keys: list[str]) -> dict[tuple[str, str], str]:
        out = {}
        for some in _in_hundreds(keys):
            for uid, key, person in self.seen(Appearance).filter(record_key__in=some).values_list("uid", "record_key", "person_id"):  # fmt: skip
                out[key, uid.removesuffix("|open")] = person
        return out

    def detentions(self, people: set[str]) -> tuple[rows.Detention, ...]:
        from redshank.publish import facts

        held: dict[str, str] = {}
        for some in _in_hundreds(sorted(people)):
            found = self.seen(Appearance).filter(person_id__in=some, record_key__startswith="custody:", role="detained")  # fmt: skip
            held |= dict(found.values_list("record_key", "person_id"))
        self.know(held.values())
        told = facts.fields(settings.HOME, sorted(held))
        return tuple(
            rows.Detention(
                k, held[k], told[k]["own_at"], told[k]["station"] or "", told[k]["offence_code"] or "",
                self.age(held[k], told[k]["own_at"]) if told[k]["own_at"] else None,
            )
            for k in sorted(held) if k in told
        )  # fmt: skip

    def groups(self) -> tuple[rows.Group, ...]:
        keys = self.behind("group")
        out = []
        for g in self.seen(Group).order_by("place", "group_id"):
            story = json.loads(g.story)
            out.append(rows.Group(
                g.group_id, g.label, g.sentence, g.kind, g.strength, g.concerns, g.children, g.detected_on, bool(g.grew_in_run),
                tuple(sorted(keys.get(g.group_id, ()))), tuple(story.get("districts", ())), tuple(story.get("gaps", ())),
            ))  # fmt: skip
        return tuple(out)

    def members(self, groups: tuple[rows.Group, ...]) -> tuple[rows.Member, ...]:
        category: dict[tuple[str, str], str] = {}
        for g in self.seen(Group):
            for m in json.loads(g.story).get("members", ()):
                category[g.group_id, m["person_id"]] = m.get("category") or "none"
        inside = {g.ident for g in groups}
        found = (
            self.seen(Member).order_by("group_id", "person_id").values_list("group_id", "person_id", "role")
        )
        among = [m for m in found if m[0] in inside]
        self.know(p for _, p, _ in among)
        return tuple(
            rows.Member(g, p, role, self.age(p), category.get((g, p), "none")) for g, p, role in among
        )

    def children(self) -> tuple[rows.Child, ...]:
        districts: dict[str, set[str]] = defaultdict(set)
        found = list(self.seen(Child).order_by("place", "person_id"))
        self.know(c.person_id for c in found)
        reasons = {c.person_id: [r for r in c.parsed("reasons") if r["record"] or r["group"]] for c in found}
        keys = {p: tuple(sorted({r["record"] for r in told if r["record"]})) for p, told in reasons.items()}
        at: dict[str, str] = {}
        for some in _in_hundreds(sorted({k for told in keys.values() for k in told})):
            at |= dict(self.seen(Record).filter(key__in=some).values_list("key", "district"))
        for p, told in keys.items():
            districts[p] = {at[k] for k in told if at.get(k)}
        return tuple(
            rows.Child(
                c.person_id, c.name, c.sexual, c.criminal, bool(c.rising), c.change, self.age(c.person_id), self.persons[c.person_id][1],
                keys[c.person_id], tuple(r["text"] for r in reasons[c.person_id]), tuple(sorted(districts[c.person_id])),
            )
            for c in found
        )  # fmt: skip

    def episodes(self) -> tuple[rows.Episode, ...]:
        """Of children, and of people whose age is not recorded: nobody is set aside for a missing date."""
        from redshank.publish import facts

        begun = (
            self.seen(Record)
            .filter(kind="missing_episodes")
            .annotate(begun=Coalesce("missing_from", "at", SINCE))
        )
        found = {
            k: (d, m, r) for k, d, m, r in begun.values_list("key", "district", "begun", "returned_at") if m
        }
        who: dict[str, str] = {}
        for k, p in self.seen(Appearance).filter(role="missing").order_by("record_key", "row", "person_id").values_list("record_key", "person_id"):  # fmt: skip
            who.setdefault(k, p)
        self.know(who.get(k, "") for k in found)
        young = {k: v for k, v in found.items() if (self.age(who.get(k, ""), v[1]) or 0) < 18}
        told = facts.fields(settings.HOME, sorted(young))
        starts: dict[str, list[datetime]] = defaultdict(list)
        for key, (_, start, _) in young.items():
            starts[who.get(key, "")].append(start)
        out = []
        for key, (district, start, back) in sorted(young.items()):
            t, person = told.get(key, {}), who.get(key, "")
            again = bool(person) and sum(start - WITHIN < s <= start for s in starts[person]) >= AGAIN
            stands = self.interview(back, t.get("return_interview_at"))
            out.append(rows.Episode(key, person, district, start, back, t.get("risk") or "not stated", stands, again))  # fmt: skip
        return tuple(out)

    def interview(self, back: datetime | None, held: datetime | None) -> str:
        if back is None:
            return "not due"
        due = back.astimezone(UTC) + INTERVIEW
        if held is not None:
            return "held in time" if held <= due else "held late"
        return "overdue" if self.as_of > due else "due"

    def places(self) -> tuple[rows.Place, ...]:
        keys = self.behind("place")
        return tuple(
            rows.Place(p.cell, p.name, p.district, p.records, p.children, tuple(sorted(keys.get(p.cell, ()))))
            for p in self.seen(Place).order_by("place", "cell")
        )

    def lines(self) -> tuple[rows.Line, ...]:
        keys = self.behind("line")
        found = self.seen(Line).order_by("place", "line_ref")
        use = {s.ref: _use(s) for s in lines_of(self.user) if s.line is not None}
        return tuple(
            rows.Line(x.line_ref, x.name, x.band, use.get(x.line_ref, x.use), x.status, tuple(sorted(keys.get(x.line_ref, ()))))
            for x in found
        )  # fmt: skip

    def phrases(self) -> tuple[rows.Phrase, ...]:
        found = list(self.seen(Phrase).order_by("record_key", "start").values_list("record_key", "kind", "quoted", "severity"))  # fmt: skip
        at = self.since(sorted({r[0] for r in found}))
        return tuple(rows.Phrase(k, kind, q, s, at[k][1], at[k][0]) for k, kind, q, s in found if k in at)

    def since(self, keys: list[str]) -> dict[str, tuple[str, datetime | None]]:
        """District of each record, and since when it is known."""
        out: dict[str, tuple[str, datetime | None]] = {}
        for some in _in_hundreds(keys):
            seen = self.seen(Record).filter(key__in=some).annotate(since=SINCE)
            for key, district, at in seen.values_list("key", "district", "since"):
                out[key] = (district, at)
        return out

    def behind(self, kind: str) -> dict[str, set[str]]:
        out: dict[str, set[str]] = defaultdict(set)
        for ident, key in self.seen(Behind).filter(kind=kind).values_list("ident", "record_key"):
            out[ident].add(key)
        return out


def offence(told: dict[str, Any]) -> str:
    """Code and words of an offence, as far as they are recorded."""
    return " ".join(t for t in (told.get("offence_code"), told.get("offence")) if t)


def _use(s: Standing) -> str:
    """Known where the register or a person says so; what only records suspect a person can refute (practice rule 14)."""
    if s.is_known:
        return "known"
    return "suspected" if s.line is not None and s.line.use == "suspected" and s.word is None else "not known"


def _in_hundreds(keys: list[str], size: int = 500) -> list[list[str]]:
    return [keys[i : i + size] for i in range(0, len(keys), size)]
