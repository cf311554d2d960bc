"""What stands in a pack. A named person carries category, grade, "proposed" or "confirmed by", and the marking (practice rule 20);
what the night found and nobody looked at stands in it as counts alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from redshank.products import papers
from redshank.products.document import Document, say, table
from redshank.products.document import Section as Part
from redshank.web.matrix.settings import MARKING
from redshank.web.meetings import agenda, terms
from redshank.web.meetings.bodies import LONDON
from redshank.web.meetings.models import Action, Present, Sitting
from redshank.web.meetings.tags import gateway_words, move_words
from redshank.web.pages import words
from redshank.web.pages.today import Block


@dataclass
class Section:
    """A heading; paragraphs beneath it, and a table where ``head`` is given."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Pack:
    title: str
    marking: str
    first: (
        str  # as at when, and whether that is older than the body's rhythm: the first line (practice rule 15)
    )
    of: str  # for whom, and what that means
    sections: list[Section]


class NotAllowed(Exception):
    """Who writes a pack sees at least what its reader sees of reports with handling C."""


def build(user: Any, reader: Any, sitting: Sitting) -> Pack:
    """The pack of one sitting for one reader, as far as whoever writes it sees the same.

    Raises:
        NotAllowed: the reader is cleared for handling C and the writer is not.
    """
    if reader.as_role.cleared and not user.as_role.cleared:
        raise NotAllowed("Somebody who may see what this reader sees writes the pack")
    theirs = agenda.of(reader, sitting)
    if reader.pk != user.pk:
        mine = agenda.of(user, sitting)
        known = {x.raised.pk for x in mine.lines}
        theirs.lines = [x for x in theirs.lines if x.raised.pk in known]
        told = {(b.title, t.text, t.url) for b in mine.recorded for t in b.lines}
        totals = {b.title: b.total for b in mine.recorded}
        for b in theirs.recorded:
            kept = [t for t in b.lines if (b.title, t.text, t.url) in told]
            b.total = min(b.total - len(b.lines) + len(kept), totals.get(b.title, 0))
            b.lines = kept
    body = theirs.body
    state = "Minutes" if sitting.state == "held" else "Agenda"
    place = f", {sitting.district}" if sitting.district else ""
    sections = [_terms(sitting), _agenda(theirs), *_actions(reader, sitting), *[_recorded(b) for b in theirs.recorded], _found(theirs), *_present(reader, sitting)]  # fmt: skip
    if (
        sitting.state == "held"
        and sitting.note
        and not (reader.as_role.scope == "shared" and not body.partners)
    ):
        sections.insert(2, Section("Minutes beside the decisions", [sitting.note]))
    return Pack(
        f"{state}: {body.title}{place}, {words.moment(sitting.at)}", MARKING, theirs.stale,
        f"For {reader.name}, {reader.as_role.title}{f' ({reader.agency})' if reader.agency else ''}: it holds what this reader may see, and is not passed on.",
        sections,
    )  # fmt: skip


def as_document(pack: Pack) -> Document:
    """The pack in the form of every other document."""
    parts = [
        Part(s.title, (*say(*s.paragraphs), *([table("", s.head, s.rows)] if s.head else [])))
        for s in pack.sections
    ]
    return papers.plain(Document(pack.title, pack.marking, pack.first, pack.of, tuple(parts)))


def _terms(sitting: Sitting) -> Section:
    """By which terms the body worked on that day, and that it was held before its date."""
    said = [terms.says(sitting.meeting, sitting.at.astimezone(LONDON).date())]
    if sitting.early_why:
        said.append(f"The chair was taken before the date of the sitting, because: {sitting.early_why}")
    return Section("Terms of reference", said)


def _agenda(told: agenda.Agenda) -> Section:
    out = Section("Raised by people", head=["", "What", "Raised by, and why", "Decision"])
    for n, x in enumerate(told.lines, 1):
        r, m = x.raised, x.decided
        grade = f"; {words.word(r.grade, 'grade').lower()}" if r.grade else ""
        decision = "None yet"
        if m is not None:
            decision = f"{move_words(m.kind)[:1].upper()}{move_words(m.kind)[1:]}: {m.why}"
            decision += f" Owner {m.owner.name}, next {words.moment(m.next_on)}." if m.next_on else ""
            decision += f" Options considered: {m.toolkit}." if m.toolkit else ""
            decision += f" Shared under: {gateway_words(m.gateway)}." if m.gateway else ""
            decision += f" Dissent: {m.dissent}." if m.dissent else ""
        out.rows.append(
            [str(n), f"{r.title}\n{x.said}{grade}", f"{r.by.name}, {words.day(r.at)}: {r.why}", decision]
        )
    if not out.rows:
        return Section(out.title, ["Nobody raised anything to this sitting that this reader may see."])
    return out


def _recorded(block: Block) -> Section:
    if not block.lines:
        return Section(f"{block.title}: none, as recorded")
    rows = [[t.text, t.hint] for t in block.lines]
    more = [f"{block.total - len(rows)} more are on the page."] if block.total > len(rows) else []
    return Section(f"{block.title}: {block.total}", more, ["What", "As recorded"], rows)


def _found(told: agenda.Agenda) -> Section:
    return Section(
        "Found, not yet looked at by anybody",
        [t.text for t in told.found] or ["Nothing in this reader's sight."],
    )


def _actions(reader: Any, sitting: Sitting) -> list[Section]:
    if not sitting.pk:
        return []
    rows = (
        Action.objects.visible_to(reader, reader.as_role.purpose)
        .filter(sitting=sitting)
        .select_related("owner")
    )
    table = [[a.task, a.strand_words, a.owner.name, words.day(a.due), a.state_words] for a in rows]
    return [Section("Actions given at this sitting", head=["Task", "Strand", "Owner", "By", "State"], rows=table)] if table else []  # fmt: skip


def _present(reader: Any, sitting: Sitting) -> list[Section]:
    if not sitting.pk:
        return []
    rows = list(
        Present.objects.visible_to(reader, reader.as_role.purpose)
        .filter(sitting=sitting)
        .select_related("user", "sitting")
    )
    name = lambda p: f"{p.user.name}, {p.user.as_role.title}{f' ({p.user.agency})' if p.user.agency else ''}"  # noqa: E731
    out = [
        Section("Present", [", ".join(name(p) for p in rows if p.there) or "Nobody is recorded."]),
        Section("Apologies", [", ".join(name(p) for p in rows if not p.there) or "None."]),
    ]
    if own := [f"{p.user.name}: {p.conflict}" for p in rows if p.conflict]:
        out.append(Section("Matters of members' own", own))
    return out
