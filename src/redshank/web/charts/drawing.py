"""A group's members and ties as nodes and lines, from what its reader may see, with what is left out in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from redshank.web.heads.models import Appearance, Group, Person, Record
from redshank.web.pages import words

MOST = 3_000  # nodes that a chart holds; a reader sees no more, and a browser arranges no more in good time
SHOWS = {
    "members": "Members, and which of them are tied",
    "things": "Members, and what ties them (numbers, vehicles, places)",
    "around": "Members, the records behind the group, and everybody whom these name",
}
#: Kind of tie → kind of the node that stands for what ties. A child or being named together is a line by itself.
THINGS = {
    "phone": "phone", "vehicle": "vehicle", "handle": "handle", "email": "handle", "premises": "place", "address": "place", "line": "line",
}  # fmt: skip


@dataclass(frozen=True)
class Tie:
    """Two members and what ties them, with the records that this reader may open."""

    source: str
    target: str
    by: str
    words: str
    records: tuple[str, ...]


@dataclass
class Drawing:
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def node(self, ident: str, kind: str, label: str, said: str, url: str = "", records: int = 0) -> None:
        self.nodes.setdefault(
            ident, {"id": ident, "kind": kind, "label": label, "said": said, "url": url, "records": records}
        )

    def line(self, a: str, b: str, said: str, records: tuple[str, ...]) -> None:
        found = self.lines.setdefault((a, b, ""), {"source": a, "target": b, "said": [], "records": []})
        if said not in found["said"]:
            found["said"].append(said)
        found["records"] = sorted({*found["records"], *records})

    def cut(self) -> None:
        """At most :data:`MOST` nodes: members first, then what has most lines; says what it left out."""
        if len(self.nodes) <= MOST:
            return
        ties = Counter(end for line in self.lines.values() for end in (line["source"], line["target"]))
        first = {"concern": 0, "child": 0, "unknown": 0}
        order = sorted(self.nodes, key=lambda n: (first.get(self.nodes[n]["kind"], 1), -ties[n], n))
        kept = set(order[:MOST])
        total = len(self.nodes)
        self.nodes = {n: self.nodes[n] for n in self.nodes if n in kept}
        self.lines = {k: v for k, v in self.lines.items() if v["source"] in kept and v["target"] in kept}
        self.notes.insert(
            0,
            f"{MOST:,} of {total:,} are drawn: members first, then what has most ties. The rest stand in the table and the files.",
        )

    def told(self) -> dict[str, Any]:
        """As the page's script takes it."""
        lines = [
            {"source": v["source"], "target": v["target"], "said": "; ".join(v["said"]), "records": [words.record_words(r) for r in v["records"]]}
            for v in self.lines.values()
        ]  # fmt: skip
        return {"nodes": list(self.nodes.values()), "lines": lines, "notes": self.notes}


def ties_of(user: Any, found: Group) -> list[Tie]:
    """The group's ties that a record which this reader may open shows."""
    story = found.parsed("story")
    purpose = user.as_role.purpose
    keys = {r["key"] for t in story["ties"] for r in t["records"]}
    seen = set(Record.objects.visible_to(user, purpose).filter(key__in=keys).values_list("key", flat=True))
    out = []
    for t in story["ties"]:
        held = tuple(r["key"] for r in t["records"] if r["key"] in seen)
        if held and "from" in t:
            out.append(Tie(t["from"], t["to"], t["by"], t["words"], held))
    return out


def drawn(user: Any, found: Group, show: str) -> Drawing:
    """What is drawn of one group for this reader."""
    out = Drawing()
    story, ties = found.parsed("story"), ties_of(user, found)
    for m in story["members"]:
        _member(out, user, m)
    for t in ties:
        if t.source in out.nodes and t.target in out.nodes:
            _tie(out, user, t, show)
    others = _around(out, user, story["records"], draw=show == "around")
    if show != "around" and others:
        one = others == 1
        out.notes.append(
            f"{others} other {'person' if one else 'people'} whom the same records name {'is' if one else 'are'} not drawn."
        )
    out.notes.append("Other records and other acquaintances of the members are not drawn.")
    out.notes.append(
        "A line says that a record shows two together; not how sure that is, nor what either of them did."
    )
    out.cut()
    return out


def _member(out: Drawing, user: Any, m: dict[str, Any]) -> None:
    role = user.as_role
    child = m["role"] == "child"
    kind = "child" if child else "concern" if m["identified"] else "unknown"
    route = "child" if child and role.allows("see.children") else "person"
    url = reverse(route, args=[m["person_id"]]) if m["identified"] and role.allows("see.persons") else ""
    said = f"{m['role_words']}; the records' own category: {m['category']}"
    if m["also_named_as_suspect"]:
        said += "; also named as suspect by a record: " + "; ".join(m["prompts"])
    out.node(m["person_id"], kind, called(m), said, url, m["records"])


def called(m: dict[str, Any]) -> str:
    """A member as page and files call them: the label and, where it is known, the age."""
    return str(m["label"]) + (f", {m['age']}" if m["age"] is not None else "")


def _tie(out: Drawing, user: Any, t: Tie, show: str) -> None:
    kind, _, value = t.by.partition(":")
    if show == "members" or kind not in THINGS:
        out.line(t.source, t.target, t.words, t.records)
        return
    url = ""
    if kind in ("phone", "vehicle", "handle") and user.as_role.allows("see.records"):
        url = reverse("thing", args=[kind, value])
    out.node(t.by, THINGS[kind], t.words, words.word(kind, "tie"), url, 0)
    for end in (t.source, t.target):
        out.line(end, t.by, t.words, t.records)


def _around(out: Drawing, user: Any, keys: list[str], *, draw: bool) -> int:
    """How many people beside the members the group's records name; draws them with the records where asked."""
    purpose = user.as_role.purpose
    held = {r.key: r for r in Record.objects.visible_to(user, purpose).filter(key__in=keys)}
    named: dict[str, set[str]] = defaultdict(set)
    rows = Appearance.objects.visible_to(user, purpose).filter(record_key__in=held)
    for key, person_id in rows.values_list("record_key", "person_id"):
        named[person_id].add(key)
    others = sorted(set(named) - set(out.nodes))
    if not draw:
        return len(others)
    known = {p.person_id: p for p in Person.objects.visible_to(user, purpose).filter(person_id__in=others)}
    can_open = user.as_role.allows("see.persons")
    for key in sorted(held):
        out.node(
            f"record:{key}", "record", words.record_words(key), held[key].headline, words.record_url(key), 1
        )
    for person_id, keys_of in sorted(named.items()):
        if person_id in known:
            p = known[person_id]
            url = reverse("person", args=[person_id]) if can_open else ""
            out.node(
                person_id, "other", p.name, "named in a record behind the group; no member", url, len(keys_of)
            )
        if person_id in out.nodes:
            for key in sorted(keys_of):
                out.line(person_id, f"record:{key}", "named in it", (key,))
    return len(others)
