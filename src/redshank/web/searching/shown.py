"""Matches as a page shows them: with names, records and the words around a match, each asked of the policy once more."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from redshank.web.heads.models import Child, Person, Record, Use
from redshank.web.searching import folding
from redshank.web.searching.engine import Word
from redshank.web.searching.find import Asked, Found, Hit
from redshank.web.searching.reasons import restricted

AROUND = 90  # characters on either side of the first match


def told(user: Any, asked: Asked, found: Found, hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """The lines of one kind's matches."""
    hits = list(hits)
    purpose = user.as_role.purpose
    keys = {k for h in hits for k in h.records}
    held = {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=keys)}
    ids = {p for h in hits for p in h.persons} | (
        {h.ident for h in hits} if found.kind == "people" else set()
    )
    persons = {p.person_id: p for p in Person.objects.visible_to(user, purpose).filter(person_id__in=ids)}
    children = set(
        Child.objects.visible_to(user, purpose).filter(person_id__in=ids).values_list("person_id", flat=True)
    )
    around = _around(user, asked, held) if found.kind == "texts" else {}
    pages = _pages(user, hits) if found.kind in ("phones", "vehicles", "handles") else {}
    lines = []
    for h in hits:
        line: dict[str, Any] = {
            "hit": h,
            "records": [held[k] for k in h.records if k in held],
            "persons": [persons[p] for p in h.persons if p in persons],
        }
        if found.kind == "people":
            if h.ident not in persons:
                continue
            line |= {"person": persons[h.ident], "is_child": h.ident in children}
        elif found.kind == "groups":
            kind, _, ident = h.ident.partition(":")
            line["url"] = reverse("group" if kind == "group" else "line", args=[ident])
        elif not line["records"]:
            continue
        if h.ident in pages:
            line["url"] = reverse("thing", args=pages[h.ident])
        if found.kind == "texts":
            line["around"] = around.get(h.ident)
        lines.append(line)
    return lines


def _pages(user: Any, hits: list[Hit]) -> dict[str, tuple[str, str]]:
    """Hit → kind and id of the thing's own page, where it has one in sight."""
    asked = {(kind, spelt): h.ident for h in hits for kind, spelt in _spelt(h.ident)}
    rows = Use.objects.visible_to(user, user.as_role.purpose).filter(ident__in={i for _, i in asked})
    return {asked[found]: found for found in rows.values_list("kind", "ident").distinct() if found in asked}


def _spelt(ident: str) -> list[tuple[str, str]]:
    """A thing as other pages call it: a number there has its plus."""
    kind, _, value = ident.partition(":")
    return [(kind, value), (kind, f"+{value}")] if kind == "phone" else [(kind, value)]


def _around(user: Any, asked: Asked, held: dict[str, Record]) -> dict[str, SafeString]:
    """The words around the first match; none of a record that opens only with a reason."""
    from redshank.publish.reading import texts

    closed = restricted(user, list(held))
    wanted = {k: r.delivery_no for k, r in held.items() if k not in closed}
    found = texts(settings.HOME, wanted)
    return {k: marked(text, asked.phrases) for k, text in found.items()}


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """Runs of letters and digits with the words that the index holds of them."""
    out, start = [], None
    for i, c in enumerate([*text, " "]):
        if c.isalnum() or (c in "'’" and start is not None):
            start = i if start is None else start
        elif start is not None:
            out.append((start, i, " ".join(folding.words(text[start:i]))))
            start = None
    return out


def marked(text: str, asked: list[Word]) -> SafeString:
    """A stretch of the text as received, escaped, with the words that were asked for marked."""
    single = {w for a in asked if not a.begins for w in a.text.split()}
    begins = tuple(a.text for a in asked if a.begins)
    hits = [
        (s, e)
        for s, e, plain in _pieces(text)
        if any(w in single or (begins and w.startswith(begins)) for w in plain.split())
    ]
    if not hits:
        return SafeString("")
    first = max(0, hits[0][0] - AROUND)
    last = min(len(text), hits[0][1] + AROUND)
    first = text.rfind(" ", 0, first) + 1 if first else 0
    end = text.find(" ", last)
    last = len(text) if end < 0 else end
    out, at = ["…" if first else ""], first
    for s, e in islice(((s, e) for s, e in hits if s >= first and e <= last), 12):
        out += [escape(text[at:s]), f'<mark class="hit">{escape(text[s:e])}</mark>']
        at = e
    out += [escape(text[at:last]), "…" if last < len(text) else ""]
    return mark_safe("".join(out))
