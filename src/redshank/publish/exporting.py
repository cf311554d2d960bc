"""The proposed groups as one file for other tools: entities of FollowTheMoney, or a network as GEXF.

A file leaves for nobody in particular. So it is read as a reader without handling C and without any grant reads the pages, through the
same limits: what is restricted stays out with all that rests on it, and a place with fewer than three children too (practice rules 10
and 12). No score goes along. Each group says that it is proposed, each member's part stands beside the records' own category.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from redshank.errors import UsageError

PURPOSE = "a file for other tools"
NAMES = {"ftm": "entities.ftm.json", "gexf": "groups.gexf"}
GENDERS = {"F": "female", "M": "male", "X": "other"}


def made(home: Path, form: str) -> tuple[str, dict[str, Any]]:
    """The file's text, and what is in it in counts. :class:`UsageError` before any night."""
    from redshank.publish.accounts import _ready
    from redshank.publish.setup import publish
    from redshank.store import Store

    store = Store.open(home)
    if store.manifest.run is None:
        raise UsageError("no night has run yet", "run `redshank night` first")
    _ready(home)
    publish(store)
    said, counts = text(form)
    return said, {"run": store.manifest.run["number"], "entities": counts}


def text(form: str) -> tuple[str, dict[str, int]]:
    """The file of the run that is published, and how many of each kind stand in it."""
    reader = _reader()
    if form == "gexf":
        return _gexf(reader)
    found = list(entities(reader))
    lines = [json.dumps(e, ensure_ascii=False, sort_keys=True) for e in found]
    return "".join(f"{x}\n" for x in lines), dict(sorted(Counter(e["schema"] for e in found).items()))


def write(folder: Path, form: str, said: str) -> Path:
    """The file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAMES[form]
    waiting = folder / f".{NAMES[form]}.part"
    waiting.write_text(said, encoding="utf-8")
    os.replace(waiting, path)
    return path


def _reader() -> Any:
    """Somebody who sees all that the force holds, but for handling C, small places, and what is restricted."""
    from redshank.web.accounts.models import User
    from redshank.web.accounts.roles import ROLES
    from redshank.web.policy.matters import withheld
    from redshank.web.policy.sight import Sight, current_run

    run = current_run()
    limits = withheld(run)
    reader = User(username="", name=PURPOSE, role="analyst")
    reader.__dict__["_reads_as"] = replace(ROLES["analyst"], cleared=False, small=False, purpose=PURPOSE)
    reader.__dict__["_sight"] = Sight(run=run, hidden=limits.whole, partly=limits.partly)
    return reader


def _groups(reader: Any) -> Any:
    from redshank.web.heads.models import Group

    return Group.objects.visible_to(reader, PURPOSE).order_by("place")


def _as_of() -> str:
    from redshank.web.pages import words
    from redshank.web.pages.around import publication

    return words.moment(publication().as_of)


# ---- FollowTheMoney ----------------------------------------------------------------------------


def _entity(schema: str, ident: str, **properties: Any) -> dict[str, Any]:
    """One entity; every property is a list of texts, and an empty one is left away."""
    told = {}
    for name, value in properties.items():
        values = [str(v) for v in (value if isinstance(value, list) else [value]) if v not in (None, "")]
        if values:
            told[name] = sorted(dict.fromkeys(values))
    return {"id": ident, "schema": schema, "properties": told}


def _hashed(*parts: str) -> str:
    return "rs-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def entities(reader: Any) -> Iterator[dict[str, Any]]:
    """Persons, proposed groups with who stands in them, ties with the records that show them, places and county lines."""
    from redshank.web.charts.drawing import ties_of
    from redshank.web.charts.files import MARKING
    from redshank.web.heads.models import Person, Place
    from redshank.web.lines import around
    from redshank.web.lines.standing import lines_of

    as_of = f"As recorded at {_as_of()}. {MARKING}"
    known = {p.person_id: p for p in Person.objects.visible_to(reader, PURPOSE)}
    told: set[str] = set()

    def person(person_id: str, label: str) -> Iterator[dict[str, Any]]:
        if person_id in told:
            return
        told.add(person_id)
        p = known.get(person_id)
        if p is None:
            yield _entity("Person", person_id, name=label, notes=["Not identified.", as_of])
            return
        yield _entity("Person", person_id, name=p.name, alias=p.parsed("other_names"), birthDate=p.born, gender=GENDERS.get(p.sex), notes=as_of)  # fmt: skip

    for group in _groups(reader):
        story = group.parsed("story")
        yield _entity(
            "Organization", group.group_id, name=group.label, legalForm="Proposed group: no organisation, and not confirmed",
            summary=group.sentence, notes=as_of,
        )  # fmt: skip
        members = {m["person_id"] for m in story["members"]}
        for m in story["members"]:
            yield from person(m["person_id"], m["label"])
            yield _entity(
                "Membership", _hashed("member", group.group_id, m["person_id"]), member=m["person_id"], organization=group.group_id,
                role=m["role_words"], status="proposed", summary=f"The records' own category: {m['category']}", description=list(m["prompts"]),
            )  # fmt: skip
        for t in ties_of(reader, group):
            if {t.source, t.target} <= members:
                ident = _hashed("tie", group.group_id, t.source, t.target, t.by)
                yield _entity("UnknownLink", ident, subject=t.source, object=t.target, role=t.words, recordId=list(t.records))  # fmt: skip
    for place in Place.objects.visible_to(reader, PURPOSE).order_by("place"):
        where = f"{place.name}, {place.district}" if place.district else place.name
        yield _entity("Address", f"place-{place.cell}", name=place.name, full=where, summary=f"{place.children} children and {place.records} records are tied to it", notes=as_of)  # fmt: skip
    for line in lines_of(reader):
        if line.line is None:
            continue
        ident = _hashed("line", line.ref)
        yield _entity("Organization", ident, name=line.name, legalForm="County line of the register", summary=f"Use of sexual exploitation: {line.use_words}", notes=as_of)  # fmt: skip
        for child in around.children_of(reader, line.line):
            yield from person(child.person_id, child.name)
            yield _entity("UnknownLink", _hashed("linked", line.ref, child.person_id), subject=child.person_id, object=ident, role="child whom the night links to it")  # fmt: skip


# ---- GEXF --------------------------------------------------------------------------------------


def _gexf(reader: Any) -> tuple[str, dict[str, int]]:
    """Every proposed group in one network: a person who stands in two is one node."""
    from redshank.web.charts.drawing import called, ties_of
    from redshank.web.charts.files import KINDS, MARKING
    from redshank.web.charts.gexf import gexf
    from redshank.web.pages import words

    nodes: dict[str, dict[str, Any]] = {}
    edges: list[dict[str, Any]] = []
    count = 0
    for group in _groups(reader):
        count += 1
        story = group.parsed("story")
        for m in story["members"]:
            kind = "child" if m["role"] == "child" else "concern" if m["identified"] else "unknown"
            said = f"{group.label}: {m['role_words']}; the records' own category: {m['category']}"
            node = nodes.setdefault(m["person_id"], {"id": m["person_id"], "label": called(m), "stands_as": KINDS[kind], "said": ""})  # fmt: skip
            node["said"] = "; ".join(x for x in (node["said"], said) if x)
        edges.extend(
            {"source": t.source, "target": t.target, "by": t.words, "records": "; ".join(words.record_words(r) for r in t.records)}
            for t in ties_of(reader, group) if t.source in nodes and t.target in nodes
        )  # fmt: skip
    said = gexf(nodes.values(), edges, "Proposed groups", _as_of(), MARKING)
    return said, {"groups": count, "nodes": len(nodes), "ties": len(edges)}
