"""Everything held for a case, as drafts of items: about one person, or about a crime or a group.

What a person reads in it is text; ``stored`` beside it is the row exactly as it stands, for the disclosure of what was shown at
the time (practice rule 6). Whatever rests on handling C is marked, and decided by name.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q

from redshank.products.redaction import Word, proposed
from redshank.web.accounts import directory
from redshank.web.accounts.roles import ROLES
from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import KINDS as FLAG_KINDS
from redshank.web.flags.models import Act as FlagAct
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Behind, Group, Member, Moved, Person, Record, Signal, Use
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.policy.names import fold
from redshank.web.rights import written
from redshank.web.rights.eyes import in_open, rows_of
from redshank.web.rights.facts import told
from redshank.web.rights.settings import HELD, Held
from redshank.web.trail.models import Entry
from redshank.web.worklist.items import chunks

#: Columns that say that a row is about a person; where else one stands in a row, its own table says.
OF_PERSON = ("person_id", "child_id", "person_a", "person_b")
UNNAMED = written.UNNAMED
WRITTEN = ("childfile", "concerns", "sharing")
AUDIT = {"person": ("person", "child", "urgent"), "record": ("record",), "group": ("group",)}


@dataclass
class Draft:
    """One thing, before it is an item."""

    kind: str
    key: str
    label: str
    title: str
    text: str = ""
    day: date | None = None
    record_key: str = ""
    closed: bool = False
    facts: bool = False
    stored: Any = field(default_factory=dict)

    @property
    def digest(self) -> str:
        said = json.dumps(
            [self.title, self.text, str(self.day), self.closed, self.stored], default=str, sort_keys=True
        )
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass
class Gathered:
    drafts: list[Draft]
    words: tuple[Word, ...] = ()


def gather(eyes: Any, case: Any) -> Gathered:
    """What is held, as far as these eyes may see it."""
    if case.kind == "access":
        return _of_person(eyes, case.person_id)
    return Gathered(_of_crime(eyes, case.record_key) if case.record_key else _of_group(eyes, case.group_id))


def ids_of(eyes: Any, person: str) -> list[str]:
    """Its id, where that went, and the ids of older runs that went into it."""
    rows = rows_of(Moved, eyes).filter(kind="person")
    now = {person, *rows.filter(was=person).values_list("now", flat=True)}
    return sorted(now | set(rows.filter(now__in=now).values_list("was", flat=True)))


# ---- a person ---------------------------------------------------------------------------------


def _of_person(eyes: Any, person: str) -> Gathered:
    ids = ids_of(eyes, person)
    rows = list(rows_of(Appearance, eyes).filter(person_id__in=ids).order_by("record_key", "row", "id"))
    held = _records(eyes, [a.record_key for a in rows])
    rows = [a for a in rows if a.record_key in held]
    drafts = _record_drafts(held, rows) + _signal_drafts(eyes, held) + _who(rows, held)
    groups = set(rows_of(Member, eyes).filter(person_id__in=ids).values_list("group_id", flat=True))
    drafts += _group_drafts(eyes, groups, with_story=False)
    flags = rows_of(Flag, eyes).filter(
        Q(person_id__in=ids) | Q(group_id__in=groups) | Q(record_key__in=list(held))
    )
    drafts += _flag_drafts(eyes, flags, stored=False)
    own = sorted({a.named for a in rows if a.named and a.named not in UNNAMED})
    drafts += _held(eyes, dict.fromkeys(OF_PERSON, ids), own)
    elsewhere = [Draft(**d) for find in (written.of_products, written.of_documents, written.of_sittings) for d in find(eyes, ids, own)]  # fmt: skip
    drafts += elsewhere
    drafts += _reads(eyes, ids, list(held))
    others = rows_of(Appearance, eyes).filter(record_key__in=list(held)).exclude(person_id__in=ids)
    names = [
        (n, words.word(role, "role"))
        for n, role in others.order_by("named").values_list("named", "role").distinct()
    ]
    beside = {p for p in others.values_list("person_id", flat=True) if p}
    beside |= set(
        rows_of(Member, eyes)
        .filter(group_id__in=groups)
        .exclude(person_id__in=ids)
        .values_list("person_id", flat=True)
    )
    for some in chunks(beside):
        for name, more in rows_of(Person, eyes).filter(person_id__in=some).values_list("name", "other_names"):
            names += [(n, "named beside") for n in (name, *json.loads(more or "[]"))]
    names += [(value, "a number or address of somebody else") for value in _contacts(others, rows)]
    behind = set(
        rows_of(Behind, eyes).filter(kind="group", ident__in=groups).values_list("record_key", flat=True)
    )
    names += _things(eyes, {*held, *behind}, ids)
    for key in sorted(behind - set(held)):  # a group's sentence names them
        names += [
            (words.record_words(key), "a record about others"),
            (key.partition(":")[2], "a record about others"),
        ]
    names += written.others_in(written.passages_of(elsewhere), ids, own)
    words_out = proposed([n for n in names if n[0] and n[0] not in UNNAMED], own)
    return Gathered(drafts, (*words_out, *_staff(drafts)))


def _staff(drafts: list[Draft]) -> list[Word]:
    """Names of those who work here, where a text holds one: whole alone."""
    text = fold(" ".join(f"{d.title} {d.text}" for d in drafts))
    return [
        Word(a.name, "somebody who works here")
        for a in directory.all_accounts()
        if fold(a.name) in text and a.name.strip()
    ]


def _contacts(others: Any, rows: list[Appearance]) -> list[str]:
    """Numbers, addresses and online names that rows about others hold, and no row about the person."""
    from redshank.publish.reading import people

    keys = sorted(set(others.values_list("record_key", flat=True)))
    theirs = {uid.removesuffix("|open") for uid in others.values_list("uid", flat=True)}
    own = {a.uid.removesuffix("|open") for a in rows}
    held = people(settings.HOME, sorted({*keys, *(a.record_key for a in rows)}))
    columns = ("address", "postcode", "phone", "online_handle")
    mine = {held[uid][n] for uid in own if uid in held for n in columns}
    return sorted({held[uid][n] for uid in theirs if uid in held for n in columns if held[uid][n]} - mine)


def _things(eyes: Any, held: Iterable[str], ids: list[str]) -> list[tuple[str, str]]:
    """Numbers, vehicles and online names in the records that are not said to be the person's own: whole, and as sentences shorten them."""
    out = set()
    for some in chunks(held):
        rows = rows_of(Use, eyes).filter(record_key__in=some).exclude(person_id__in=ids)
        for kind, ident in rows.values_list("kind", "ident").distinct():
            whose = words.word(kind, "thing")
            out |= {(ident, whose)} | (
                {(f"ending {ident[-3:]}", whose)} if kind in ("phone", "vehicle") else set()
            )
    return sorted(out)


def _records(eyes: Any, keys: Iterable[str]) -> dict[str, Record]:
    return {r.key: r for some in chunks(keys) for r in rows_of(Record, eyes).filter(key__in=some)}


def _record_drafts(held: dict[str, Record], rows: list[Appearance]) -> list[Draft]:
    from redshank.publish.reading import fields, people

    found = fields(settings.HOME, {k: r.delivery_no for k, r in held.items()})
    contact = people(settings.HOME, sorted(held))
    mine: dict[str, list[str]] = {}
    for a in rows:
        own = contact.get(a.uid.removesuffix("|open"), {})
        said = [f"named as {a.named or 'nobody'}", words.word(a.role, "role")]
        said += [f"born {words.day(a.born)}"] if a.born else []
        said += [
            str(own[n])
            for n in ("also_known_as", "address", "postcode", "phone", "online_handle")
            if own.get(n)
        ]
        mine.setdefault(a.record_key, []).append(", ".join(said))
    out = []
    for key, r in sorted(held.items()):
        lines = [f"{label}: {value}" for label, value in told(found[key])]
        lines += [f"The person: {said}." for said in dict.fromkeys(mine.get(key, ()))]
        text = "\n".join([str(found[key].get("text") or ""), *lines]).strip()
        label = words.WORDS["record"].get(r.kind, "record")
        grade = f", {words.grade_words(r.grade)}" if r.grade else ""
        out.append(Draft(
            "record", f"record:{key}", f"{label}{grade}", f"{words.record_words(key)}{words.headline_after(r)}", text, _day(r.at), key,
            r.handling == "C", True, {"record": key, "delivery": r.delivery, "row": r.row, "grade": r.grade, "handling": r.handling, "known": r.known_at},
        ))  # fmt: skip
    return out


def _signal_drafts(eyes: Any, held: dict[str, Record]) -> list[Draft]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for some in chunks(held):
        rows = rows_of(Signal, eyes).filter(record_key__in=some).order_by("record_key", "start", "indicator")
        for key, indicator, status, rule in rows.values_list("record_key", "indicator", "status", "rule"):
            found.setdefault(key, []).append((indicator, status, rule))
    out = []
    for key, hits in sorted(found.items()):
        said = dict.fromkeys(f"{words.word(i, 'indicator')} ({words.word(s, 'status')})" for i, s, _ in hits)
        out.append(Draft("signal", f"signal:{key}", "signals found by rules", words.record_words(key), "; ".join(said), _day(held[key].at), key, held[key].handling == "C", False, {"signals": hits}))  # fmt: skip
    return out


def _who(rows: list[Appearance], held: dict[str, Record]) -> list[Draft]:
    """Who it takes the person to be: told once from open records, and once from reports of handling C where there are any."""
    out = []
    for closed in (False, True):
        mine = [a for a in rows if (held[a.record_key].handling == "C") is closed]
        if not mine:
            continue
        names = "; ".join(sorted({a.named for a in mine if a.named}))
        born = "; ".join(words.day(d) for d in sorted({a.born for a in mine if a.born}))
        text = f"Names in the records: {names or 'none'}. Birth dates in the records: {born or 'none'}. Records taken to name this person: {len({a.record_key for a in mine})}."  # fmt: skip
        out.append(Draft("person", f"person:{'closed' if closed else 'open'}", "records taken to be of one person", "Who is who", text, closed=closed))  # fmt: skip
    return out


def _reads(eyes: Any, ids: list[str], keys: list[str]) -> list[Draft]:
    """By role and month: who of a role read it is told to nobody outside."""
    rows = rows_of(Entry, eyes).filter(
        Q(kind__in=AUDIT["person"], ident__in=ids) | Q(kind="record", ident__in=keys)
    )
    counted: Counter[tuple[str, str]] = Counter()
    for at, role, action in rows.values_list("at", "role", "action"):
        if action == "consultation":
            counted[f"{at:%Y-%m}", ROLES[role].title if role in ROLES else "nobody signed in"] += 1
    return [
        Draft("audit", f"reads:{month}:{who}", "reads", who, f"{words.counted(n, 'time,times')} in {month}", date.fromisoformat(f"{month}-01"), facts=True)
        for (month, who), n in sorted(counted.items())
    ]  # fmt: skip


# ---- a crime or a group -----------------------------------------------------------------------


def _of_crime(eyes: Any, key: str) -> list[Draft]:
    held = _records(eyes, [key])
    rows = list(rows_of(Appearance, eyes).filter(record_key__in=held).order_by("row", "id"))
    groups = set(rows_of(Behind, eyes).filter(kind="group", record_key=key).values_list("ident", flat=True))
    flags = rows_of(Flag, eyes).filter(Q(record_key=key) | Q(group_id__in=groups))
    return [
        *_record_drafts(held, rows), *_signal_drafts(eyes, held), *_group_drafts(eyes, groups), *_flag_drafts(eyes, flags),
        *_held(eyes, {"record_key": [key]}), *_entries(eyes, {"record": [key], "group": sorted(groups)}, flags), *versions(),
    ]  # fmt: skip


def _of_group(eyes: Any, group: str) -> list[Draft]:
    keys = set(rows_of(Behind, eyes).filter(kind="group", ident=group).values_list("record_key", flat=True))
    held = _records(eyes, keys)
    rows = list(
        rows_of(Appearance, eyes).filter(record_key__in=list(held)).order_by("record_key", "row", "id")
    )
    flags = rows_of(Flag, eyes).filter(Q(group_id=group) | Q(record_key__in=list(held)))
    return [
        *_record_drafts(held, rows), *_signal_drafts(eyes, held), *_group_drafts(eyes, {group}), *_flag_drafts(eyes, flags),
        *_held(eyes, {"group_id": [group], "record_key": sorted(held)}), *_entries(eyes, {"group": [group], "record": sorted(held)}, flags), *versions(),
    ]  # fmt: skip


def _group_drafts(eyes: Any, groups: set[str], *, with_story: bool = True) -> list[Draft]:
    out = []
    same = set(
        rows_of(Group, in_open(eyes)).filter(group_id__in=groups).values_list("group_id", "label", "sentence")
    )
    for g in rows_of(Group, eyes).filter(group_id__in=groups).order_by("place", "group_id"):
        stored = {
            "group": g.group_id,
            "story": g.parsed("story") if with_story else None,
            "since": g.valid_from,
        }
        out.append(Draft("finding", f"group:{g.group_id}", "a proposed group", g.label, g.sentence, g.detected_on, closed=(g.group_id, g.label, g.sentence) not in same, stored=stored))  # fmt: skip
    return out


def _flag_drafts(eyes: Any, flags: Any, *, stored: bool = True) -> list[Draft]:
    found = {f.pk: f for f in flags}
    acts = rows_of(FlagAct, eyes).filter(flag__in=list(found)).select_related("by").order_by("at", "id")
    out = []
    for a in acts:
        f = found[a.flag_id]
        as_kept = _row(a) | {"by": a.by.name, "role": ROLES[a.role].title} if stored else {}
        out.append(Draft(
            "flag", f"flag:{f.pk}:{a.pk}", f"a flag, {FLAG_KINDS[a.kind].lower()}", f.label, a.rationale, _day(a.at), f.record_key, f.closed, False, as_kept,
        ))  # fmt: skip
    return out


def _entries(eyes: Any, idents: dict[str, list[str]], flags: Any) -> list[Draft]:
    asked = Q(kind="flag", ident__in=[str(f.pk) for f in flags])
    for kind, some in idents.items():
        asked |= Q(kind__in=AUDIT[kind], ident__in=some)
    rows = rows_of(Entry, eyes).filter(asked).select_related("user").order_by("at", "id")
    told = [
        [
            e.at,
            e.user.name if e.user else "",
            ROLES[e.role].title if e.role in ROLES else "",
            e.action,
            words.entry_words(e),
        ]
        for e in rows
    ]
    if not told:
        return []
    text = f"{words.counted(len(told), 'entry,entries')} from {words.day(told[0][0])} to {words.day(told[-1][0])}"
    return [Draft("audit", "audit", "entries of the audit", "Who read, decided and disclosed", text, told[-1][0].date(), stored={"entries": told}, facts=True)]  # fmt: skip


def versions() -> list[Draft]:
    """Of the rules and definitions that are in force as it is gathered."""
    from redshank.publish.declared import versions as of_stages

    said = [*of_stages(), ["Definition that a flag is tested against", IN_FORCE.version], ["Run of the night that was shown", str(publication().current_run)]]  # fmt: skip
    return [Draft("versions", "versions", "versions", "Rules and definitions", "; ".join(f"{a}: {b}" for a, b in said), stored={"versions": said}, facts=True)]  # fmt: skip


# ---- whatever else has the person, the record or the group in it -------------------------------


def _held(eyes: Any, idents: dict[str, list[str]], names: Iterable[str] = ()) -> list[Draft]:
    """Rows of every table of rights.toml, told by its fields there: about it by an id, or naming the person in what was typed."""
    said = Q()
    for name in names:
        if found := fold(name).split():
            said |= Q(folded__contains=f" {found[0]} ") & Q(folded__contains=f" {found[-1]} ")
    out = []
    for name, how in HELD.items():
        if name == "flags.Flag":  # told by its acts
            continue
        model = apps.get_model(name)
        columns = {f.attname for f in model._meta.concrete_fields}
        asked = Q()
        for column, some in idents.items():
            if column in columns and some:
                asked |= Q(**{f"{column}__in": some})
        known = set(rows_of(model, eyes).filter(asked).values_list("pk", flat=True)) if asked else set()
        if said and "folded" in columns:
            asked |= said
        if not asked:
            continue
        told = [
            _told(name, how, row, row.pk in known)
            for row in rows_of(model, eyes).filter(asked).order_by("pk")
        ]
        if hasattr(model, "in_open") and any(d.closed for d in told):
            # Of a thing that stands in both editions only what differs rests on handling C.
            same = {
                (d.title, d.text)
                for row in rows_of(model, in_open(eyes)).filter(asked)
                for d in [_told(name, how, row, True)]
            }
            for d in told:
                d.closed = d.closed and (d.title, d.text) not in same
        out += told
    return out


def _told(name: str, how: Held, row: Any, by_id: bool) -> Draft:
    texts = [str(getattr(row, t) or "") for t in how.texts]
    title = str(getattr(row, how.title)) if how.title else how.label
    label = how.label if by_id else f"{how.label}; its words name somebody of this name"
    closed = not row.in_open if hasattr(row, "in_open") else bool(getattr(row, "closed", False))
    return Draft(
        _kind(name), f"{name}:{row.pk}", label, title[:400], "\n".join(t for t in texts if t), _day(getattr(row, how.day) if how.day else None),
        getattr(row, "record_key", ""), closed, how.facts, _row(row),
    )  # fmt: skip


def _kind(name: str) -> str:
    app = name.partition(".")[0]
    return "finding" if app == "heads" else "written" if app in WRITTEN else "act"


def _row(row: Any) -> dict[str, Any]:
    """The row as it stands, without what only finds it."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in ("folded", "once", "digest", "uid")}  # fmt: skip


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(words.LONDON).date()
    return value
