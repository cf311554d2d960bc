"""From a number of a product to what was counted, as far as its reader may see it today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from redshank.web.flags.models import Flag
from redshank.web.heads.models import Group, Line, Place, Record
from redshank.web.products.showing import thing_url

#: Of what people did: how it is called, and where it has its page or its list.
DEEDS = {
    "action": ("An action", "action", True), "option": ("An option of the disruption register", "disruption", False),
    "raised": ("Something that was raised", "raised-one", True), "ask": ("An ask of an agency", "sharing", False),
    "commission": ("A commissioned product", "commission", True), "visit": ("A Makesafe visit", "makesafe", False),
    "training": ("A Makesafe training", "makesafe", False), "concern": ("A concern", "concern", True), "referral": ("A referral", "mash", False),
}  # fmt: skip


@dataclass
class Thing:
    key: str
    title: str = ""
    url: str = ""
    record: Record | None = None


def of(user: Any, keys: tuple[str, ...]) -> list[Thing]:
    """One for each key."""
    return [Thing(k) for k in keys]


def filled(user: Any, things: list[Thing]) -> None:
    """Titles and ways of the things of one page; what this reader may not open has neither."""

    def seen(model: Any) -> Any:
        return model.objects.visible_to(user, user.as_role.purpose)

    keys = {t.key for t in things}
    records = {r.key: r for r in seen(Record).filter(key__in=keys)}
    by: dict[str, set[str]] = {}
    for key in keys:
        kind, _, ident = key.partition(":")
        by.setdefault(kind, set()).add(ident)
    titles = {f"group:{g.group_id}": g.label for g in seen(Group).filter(group_id__in=by.get("group", ()))}
    titles |= {f"place:{p.cell}": p.name for p in seen(Place).filter(cell__in=by.get("place", ()))}
    titles |= {f"line:{x.line_ref}": f"County line {x.name}" for x in seen(Line).filter(line_ref__in=by.get("line", ()))}  # fmt: skip
    titles |= {f"flag:{f.pk}": f"Flag {f.pk}: {f.label}, {f.state_words.lower()}" for f in seen(Flag).filter(pk__in=[int(i) for i in by.get("flag", ())])}  # fmt: skip
    for t in things:
        if t.key in records:
            t.record = records[t.key]
        elif t.key in titles:
            t.title, t.url = titles[t.key], thing_url(t.key)
        elif t.key.startswith("act:"):
            _, kind, ident = t.key.split(":", 2)
            words, route, numbered = DEEDS[kind]
            t.title = f"{words}, number {ident}"
            t.url = reverse(route, args=[int(ident)]) if numbered else reverse(route)
