"""The report on learning as a document: what was offered, whom it reached of those in post, what is due, what was published.

In: plain rows (:func:`build` says which fields). Out: a document. Coverage is always told as so many of so many as at a day,
by post and district, and says where only heads are known. Nobody is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from redshank.products.document import Document, Part, Section, Table, say
from redshank.products.words import long_day

Row = Mapping[str, Any]


def share(reached: int, of: int) -> str:
    """
    >>> share(312, 340), share(0, 0)
    ('312 of 340', 'nobody in post')
    """
    return f"{reached:,} of {of:,}" if of else "nobody in post"


def build(
    courses: Iterable[Row],
    audiences: Iterable[Row],
    publications: Iterable[Row],
    due: Iterable[Row],
    as_at: datetime,
    in_post_as_at: date | None = None,
    marking: str = "OFFICIAL",
) -> Document:
    """The document.

    A course has ``title``, ``subject``, ``origin``, ``state``, ``for``, ``due_by``, ``repeat_months``, ``recommendation``, ``steps``
    (``on``, ``kind``, ``text``, ``paper``), ``events`` (``on``, ``where``, ``who``, ``audience``, ``state``, ``attended``), ``cells`` (``post``,
    ``district``, ``reached``, ``of``, ``heads`` whether by heads), ``evaluation`` (``forms``, ``told`` as [(words, n)]). An audience has ``name``,
    ``heads``, ``size`` (or None), ``source``, ``as_at``; a publication ``title``, ``kind``, ``on``, ``audience``, ``reach`` (or None),
    ``source``, ``recommendation``; what is due ``on``, ``text``, ``hint``.
    """
    some = list(courses)
    sections = [
        Section("Coverage of people in post", tuple(_coverage(some, in_post_as_at)), key="coverage"),
        Section(
            "The programme",
            () if some else say("No course stands in the programme.", kind="gap"),
            key="programme",
        ),
        *(_course(c) for c in some),
        Section("Audiences outside the force", tuple(_audiences(list(audiences))), key="audiences"),
        Section(
            "Articles, briefings and media work", tuple(_publications(list(publications))), key="publications"
        ),
        Section("What is due", tuple(_due(list(due), as_at)), key="due"),
    ]
    of = f"{len(some):,} courses; people in post " + (f"as at {long_day(in_post_as_at)}" if in_post_as_at else "as the accounts here have them")  # fmt: skip
    return Document("Learning on child exploitation", marking, f"As recorded on {long_day(as_at)}.", of, tuple(sections))  # fmt: skip


def _coverage(courses: Sequence[Row], as_at: date | None) -> list[Part]:
    said = f"People in post as at {long_day(as_at)}." if as_at else "No people in post are imported: the accounts here are counted instead."  # fmt: skip
    out: list[Part] = list(say(said, kind="figure" if as_at else "gap"))
    rows = []
    for c in courses:
        posts: dict[str, list[int]] = {}
        for cell in c["cells"]:
            both = posts.setdefault(cell["post"], [0, 0])
            both[0] += cell["reached"]
            both[1] += cell["of"]
        rows += [(c["title"], post, share(n, of)) for post, (n, of) in posts.items()]
    if rows:
        out.append(Table("Reached, by course and post", ("Course", "Post", "Reached of those in post"), tuple(rows)))  # fmt: skip
    else:
        out.extend(say("No course is for anybody who is recorded as in post.", kind="gap"))
    if any(cell["heads"] for c in courses for cell in c["cells"]):
        out.extend(say("Where only numbers are known they are heads: somebody who came twice counts twice, and no share exceeds the people in post."))  # fmt: skip
    return out


def _lower(text: str) -> str:
    """Within a sentence; a name of several capitals (Operation Hydrant) stays."""
    words = [w for part in text.split("; ") for w in part.split()[1:]]
    return (
        text
        if any(w[:1].isupper() for w in words)
        else "; ".join(t[:1].lower() + t[1:] for t in text.split("; "))
    )


def _course(c: Row) -> Section:
    until = f", to be reached by {long_day(c['due_by'])}" if c["due_by"] else ""
    again = f", repeated after {c['repeat_months']} months" if c["repeat_months"] else ""
    answers = f" It answers {c['recommendation']}." if c["recommendation"] else ""
    out: list[Part] = list(say(f"On {_lower(c['subject'])}; offered by: {_lower(c['origin'])}; {c['state'].lower()}. For {_lower(c['for'])}{until}{again}.{answers}"))  # fmt: skip
    if c["steps"]:
        out.append(Table("How it came about", ("On", "What happened", "In words", "Paper"), tuple((long_day(s["on"]), s["kind"], s["text"], s["paper"] or "") for s in c["steps"])))  # fmt: skip
    else:
        out.extend(say("Nothing is recorded of how it came about.", kind="gap"))
    if c["cells"]:
        total = share(sum(x["reached"] for x in c["cells"]), sum(x["of"] for x in c["cells"]))
        rows = tuple(
            (x["post"], x["district"] or "no district recorded", share(x["reached"], x["of"]))
            for x in c["cells"]
        )
        out.extend(say(f"Reached: {total}.", kind="figure"))
        out.append(Table("Reached, by post and district", ("Post", "District", "Reached of those in post"), rows))  # fmt: skip
    if c["events"]:
        out.append(Table("Events", ("On", "Where", "Given by", "For", "State", "Attended"), tuple(
            (long_day(e["on"]), e["where"], e["who"], e["audience"], e["state"], f"{e['attended']:,}") for e in c["events"]
        )))  # fmt: skip
    if c["evaluation"]:
        e = c["evaluation"]
        told = "; ".join(f"{n:,} of {e['forms']:,} {words}" for words, n in e["told"])
        out.extend(say(f"Of {e['forms']:,} forms: {told}." if told else f"{e['forms']:,} forms came back.", kind="figure"))  # fmt: skip
    return Section(c["title"], tuple(out), level=3, key="course")


def _audiences(rows: Sequence[Row]) -> list[Part]:
    if not rows:
        return list(say("No audience outside the force is recorded.", kind="gap"))
    told = tuple(
        (a["name"], f"{a['heads']:,}", f"{a['size']:,}" if a["size"] is not None else "not recorded", a["source"] or "", long_day(a["as_at"]) if a["as_at"] else "")
        for a in rows
    )  # fmt: skip
    return [Table("Heads reached outside the force", ("Audience", "Heads", "Has", "By", "As at"), told)]


def _publications(rows: Sequence[Row]) -> list[Part]:
    if not rows:
        return list(say("None is recorded.", kind="gap"))
    told = tuple(
        (p["title"], p["kind"], long_day(p["on"]), p["audience"], f"{p['reach']:,} ({p['source']})" if p["reach"] is not None else "not counted", p["recommendation"] or "")
        for p in rows
    )  # fmt: skip
    return [Table("Publications with their reach", ("Title", "What", "On", "For", "Reached", "Recommendation"), told)]  # fmt: skip


def _due(rows: Sequence[Row], as_at: datetime) -> list[Part]:
    if not rows:
        return list(say("Nothing is due.", kind="figure"))
    told = tuple((long_day(d["on"]), "overdue" if d["on"] < as_at.date() else "coming", d["text"], d["hint"]) for d in rows)  # fmt: skip
    return [Table("What is due", ("By", "Stands", "What", "Why"), told)]
