"""The settings of ``review.toml``, and the lists that they ask for. Each is a query through the policy."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q

from redshank.web.flags.definition import IN_FORCE
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.heads.models import Behind, Crime, Record
from redshank.web.pages import words
from redshank.web.pages.around import publication

SETTINGS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "review.toml").read_text(encoding="utf-8"))
DECIDED = ("confirmed", "not_proven")
OPEN = ("proposed", "need_more")


def own(flags: str) -> list[str]:
    """Which of the record system's flags say what a confirmed flag says here."""
    codes = {c.casefold() for c in SETTINGS["own_flags"]["codes"]}
    return [f for f in words.piped(flags) if f.casefold() in codes]


# ---- differences -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One crime about which the register and the record system do not say the same."""

    record: Record
    crime: Crime
    flags: tuple[Flag, ...]
    kind: str  # "set": confirmed here, no text there · "look": text there, nothing confirmed here

    @property
    def asked(self) -> str:
        if self.kind == "set":
            return f"Set {SETTINGS['own_flags']['set']}"
        if any(f.state == "not_proven" for f in self.flags):
            return "Look again: it was not proven here"
        return "Look: the register holds no decision" if not self.flags else "Wait: it is proposed here"


def flags_by_crime(user: Any) -> dict[str, list[Flag]]:
    """The flags that rest on each crime: on the crime itself, or with it among the records relied on."""
    purpose = user.as_role.purpose
    flags = {f.pk: f for f in Flag.objects.visible_to(user, purpose).exclude(state="withdrawn")}
    out: dict[str, list[Flag]] = {}
    acts = (
        Act.objects.visible_to(user, purpose).filter(flag__in=flags, kind__in=PROPOSING).order_by("at", "id")
    )
    relied = {a.flag_id: a.parsed("evidence") for a in acts}  # the last proposal stands
    for number, flag in flags.items():
        for key in {flag.record_key, *relied.get(number, [])}:
            if key.startswith("crimes:"):
                out.setdefault(key, []).append(flag)
    return out


def differences(user: Any) -> list[Difference]:
    """Confirmed here without a text there, and the other way round; by reference."""
    purpose = user.as_role.purpose
    here = flags_by_crime(user)
    confirmed = {k for k, flags in here.items() if any(f.state == "confirmed" for f in flags)}
    codes = Q()
    for code in SETTINGS["own_flags"]["codes"]:
        codes |= Q(flags__icontains=f"|{code}|")
    crimes = {c.key: c for c in Crime.objects.visible_to(user, purpose).filter(codes)}
    crimes |= {c.key: c for c in Crime.objects.visible_to(user, purpose).filter(key__in=confirmed)}
    records = {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=crimes)}
    out = []
    for key in sorted(set(crimes) & set(records)):
        has = bool(own(crimes[key].flags))
        if has != (key in confirmed):
            kind = "look" if has else "set"
            out.append(Difference(records[key], crimes[key], tuple(here.get(key, [])), kind))
    return out


# ---- again, under the definition in force ------------------------------------------------------


def outdated() -> list[Act]:
    """The last decisions of everybody that were made under another definition, where nothing was proposed since.

    For notices, which nobody is told who does not see the flag.
    """
    acts = Act.objects.filter(kind__in=DECIDED, flag__state__in=DECIDED).select_related("flag")
    last = {a.flag_id: a for a in acts.order_by("at", "id")}
    rows = Flag.objects.exclude(state="withdrawn").order_by("proposed_at", "pk")
    newest = {(about, ident): pk for about, ident, pk in rows.values_list("about", "ident", "pk")}
    old = [a for a in last.values() if a.definition != IN_FORCE.version]
    return [a for a in old if newest[a.flag.about, a.flag.ident] == a.flag_id]


def again(user: Any) -> list[dict[str, Any]]:
    """Flags whose last decision was made under another definition, and about which nothing newer was proposed since."""
    purpose = user.as_role.purpose
    decided = Flag.objects.visible_to(user, purpose).filter(state__in=DECIDED)
    acts = (
        Act.objects.visible_to(user, purpose)
        .filter(flag__in=decided, kind__in=DECIDED)
        .select_related("flag", "by")
    )
    last = {a.flag_id: a for a in acts.order_by("at", "id")}
    old = [a for a in last.values() if a.definition != IN_FORCE.version]
    newer = {
        (f.about, f.ident): f
        for f in Flag.objects.visible_to(user, purpose).exclude(state="withdrawn").order_by("proposed_at")
    }
    out = []
    for act in sorted(old, key=lambda a: (a.at, a.pk)):
        latest = newer.get((act.flag.about, act.flag.ident))
        if latest is not None and latest.pk != act.flag_id and latest.proposed_at > act.at:
            if latest.state in DECIDED:
                continue
            out.append({"act": act, "flag": act.flag, "open": latest})
        else:
            out.append({"act": act, "flag": act.flag, "open": None})
    return out


def open_under_earlier(user: Any) -> list[tuple[Flag, Act]]:
    """Flags that wait, with the proposal, where it was made under another definition than the one they are decided under."""
    purpose = user.as_role.purpose
    waits = Flag.objects.visible_to(user, purpose).filter(state__in=OPEN)
    acts = Act.objects.visible_to(user, purpose).filter(flag__in=waits, kind__in=PROPOSING)
    last = {a.flag_id: a for a in acts.select_related("flag").order_by("at", "id")}
    return [(a.flag, a) for a in last.values() if a.definition != IN_FORCE.version]


# ---- closed crimes that now meet the definition ------------------------------------------------


def closed_crimes(user: Any) -> Any:
    """Records of closed crimes in the period that meet the criteria and about which nothing was decided; newest first."""
    purpose, rule = user.as_role.purpose, SETTINGS["closed"]
    as_of = publication().as_of
    crimes = Crime.objects.visible_to(user, purpose).filter(children__gte=1)
    closed = Q()
    for status in rule["statuses"]:
        closed |= Q(status__iexact=status)
    crimes = crimes.filter(closed)
    if as_of is not None:
        crimes = crimes.filter(occurred__gte=as_of - timedelta(days=round(rule["years"] * 365.25)))
    told = Q()
    for indicator in rule["indicators"]:
        told |= Q(indicators__contains=f"|{indicator}|")
    behind = Behind.objects.visible_to(user, purpose).filter(kind="group").values("record_key")
    several = Q(indicators__contains=f"|{rule['several']}|") | Q(key__in=behind)
    several |= Q(key__in=crimes.filter(accused__gte=rule["accused"]).values("key"))
    done = [k for k, flags in flags_by_crime(user).items() if any(f.state != "need_more" for f in flags)]
    rows = Record.objects.visible_to(user, purpose).filter(kind="crimes", key__in=crimes.values("key"))
    return rows.filter(told).filter(several).exclude(key__in=done).order_by("-at", "key")


def why(user: Any, records: list[Record]) -> dict[str, list[str]]:
    """By which of the criteria each is listed, in words."""
    purpose, rule = user.as_role.purpose, SETTINGS["closed"]
    keys = [r.key for r in records]
    crimes = {c.key: c for c in Crime.objects.visible_to(user, purpose).filter(key__in=keys)}
    behind = Behind.objects.visible_to(user, purpose).filter(kind="group", record_key__in=keys)
    in_group = set(behind.values_list("record_key", flat=True))
    out: dict[str, list[str]] = {}
    for r in records:
        crime, hits = crimes[r.key], words.piped(r.indicators)
        said = [words.counted(crime.children, "child named,children named")]
        if crime.accused >= rule["accused"]:
            said.append(
                words.counted(
                    crime.accused,
                    "person recorded as suspect or detained,people recorded as suspects or detained",
                )
            )
        if r.key in in_group:
            said.append("stands behind a proposed group")
        said += [words.word(i, "indicator") for i in hits if i in rule["indicators"] or i == rule["several"]]
        said.append(f"closed as {crime.status}" + (f", outcome {crime.outcome}" if crime.outcome else ""))
        out[r.key] = said
    return out
