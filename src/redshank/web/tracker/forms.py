"""The forms of the tracker as data: one page and one template for every act, so that each keeps what was typed alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redshank.web.meetings.models import Action
from redshank.web.products.models import Product, sees_whole
from redshank.web.tracker import editions as from_edition
from redshank.web.tracker import figures
from redshank.web.tracker.models import KINDS_OF_EVIDENCE, Recommendation
from redshank.web.tracker.settings import QUALITY, STATUS


@dataclass(frozen=True)
class Field:
    """``kind``: text, words (several lines), day, one (of choices), many choices in a list (pick), account."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    rows: int = 3


@dataclass(frozen=True)
class Form:
    title: str
    button: str
    may: str
    fields: tuple[Field, ...]
    said: str = ""
    of: str = ""  # ask, deed or evidence: the one thing beside the recommendation that it is about


def _items(mapping: dict[str, str], *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((k, v.capitalize()) for k, v in mapping.items() if not names or k in names)


ON = Field("on", "On which day", "day")
NEXT = Field("until", "On which day they are asked again", "day")
WHY = Field("why", "Why", "words")
FORMS = {
    "accepted": Form("Record the acceptance", "Keep the acceptance", "tracker.edit", (
        Field("choice", "Does the force accept it?", "one", choices=(("full", "In full"), ("part", "In part"), ("not", "Not"))),
        Field("text", "By whom", hint="By post, as it will be read in public: the chief constable, for example."), ON,
        Field("why", "Which part is not accepted, and why (needed for “in part” and “not”)", "words"),
    )),
    "owned": Form("Say who owns it", "Keep the owner", "tracker.edit", (Field("owner", "Owner", "account"), WHY)),
    "position": Form("Write the position", "Keep the position", "tracker.edit", (
        Field("choice", "How it stands", "one", choices=_items(STATUS, "open", "in_progress", "incomplete")),
        Field("text", "Position", "words", "How the force stands to it, as it will be read in public. It names nobody whom the police have to do with.", rows=6),
        Field("more", "Constraint (optional)", "words", "What stands in the way, and who could remove it."),
        Field("why", "What changed since the position before (optional)", "words"),
    )),
    "redated": Form("Give another date", "Keep the date", "tracker.edit", (
        Field("until", "The date that stands from now on", "day"), Field("text", "Who set it", hint="The inspectorate, or who in the force, by post."), WHY,
    ), "The date before stays in the history, and in the response."),
    "checked": Form("Check the text against the original", "Keep the text", "tracker.edit", (
        Field("text", "The text, word for word", "words", rows=8), Field("why", "In what it was read", hint="Publisher, title, date."),
    )),
    "evidence": Form("Add evidence", "Add", "tracker.add", (
        Field("choice", "What it is", "one", choices=_items(KINDS_OF_EVIDENCE)),
        Field("figure", "Which figure, if it is one of Redshank", "pick"),
        Field("edition", "Which signed edition, if it is a product of Redshank", "pick"),
        Field("part", "Which figure of that edition", "pick", "Choose the edition and press Add: its figures stand here then."),
        Field("text", "What it is called, for all else", hint="Of a document: publisher, title, date. Of a product: its name and edition."),
        Field("more", "The page's address from its first /, or the figure of a product from elsewhere", hint="For example /makesafe/figures, or 14 of 18 (78%)."),
        Field("on", "As at which day, for all but a figure of Redshank", "day"),
        Field("quality", "How well it shows it", "one", choices=_items(QUALITY)),
        Field("why", "What it shows", "words"),
    ), "A policy alone closes nothing. Cite the figure or the document, and no person."),
    "struck": Form("Withdraw evidence", "Withdraw", "tracker.add", (WHY,), "It counts no more, and stays readable with the reason.", "evidence"),
    "asked": Form("Keep what was asked of others", "Keep", "tracker.add", (
        Field("text", "Who was asked", hint="The record system's user group, the Home Office, a partner agency."), Field("why", "What was asked", "words"), ON, NEXT,
    )),
    "answered": Form("Keep an answer", "Keep the answer", "tracker.add", (
        Field("choice", "What is the answer?", "one", choices=(("agreed", "Agreed"), ("partly", "Agreed in part"), ("declined", "Declined"), ("settled", "Settled: nothing more is asked"))),
        Field("why", "What was answered", "words"), ON, NEXT,
    ), "A day to ask again is needed unless it is settled.", "ask"),
    "again": Form("Keep that they were asked again", "Keep", "tracker.add", (Field("why", "What was asked, and how", "words"), ON, NEXT), "", "ask"),
    "planned": Form("Add an action", "Add", "tracker.add", (
        Field("choice", "Is it planned or done?", "one", choices=(("planned", "Planned"), ("done", "Done"))),
        Field("why", "What is done", "words", "One sentence, as it will be read in public."), Field("text", "By whom (optional)"),
        Field("on", "Planned for, or done on", "day"), Field("more", "In words (optional)", hint="Where no day is known: summer 2026, for example."),
        Field("action", "A task of the meetings that does it (optional)", "pick"),
    )),
    "done": Form("It is done", "Keep", "tracker.add", (ON, Field("why", "What came of it (optional)", "words")), "", "deed"),
    "moved": Form("Move it to another day", "Keep the day", "tracker.add", (Field("until", "The day", "day"), WHY), "", "deed"),
    "dropped": Form("Give it up", "Keep", "tracker.add", (WHY,), "It stays readable with the reason.", "deed"),
    "complete": Form("Call it complete", "Call it complete", "tracker.edit", (Field("why", "Why it is complete", "words"),), "Somebody else decides whether it is closed. Evidence that shows activity or an outcome has to stand."),
    "closed": Form("Close it", "Close it", "tracker.close", (Field("why", "What you looked at", "words"),), "You are the second person. Open its evidence first."),
    "returned": Form("Send it back", "Send it back", "tracker.close", (Field("why", "What is missing", "words"),)),
    "reopened": Form("Open it again", "Open it again", "tracker.edit", (WHY,)),
}  # fmt: skip
REPORT_FORMS = {
    "published": Form("Keep that the response was published", "Keep", "tracker.edit", (ON, Field("text", "Where"))),
    "dated": Form("Check the day of publication", "Keep the day", "tracker.edit", (
        Field("on", "Published on", "day"), Field("text", "In what it was read", hint="Publisher, title, date."),
    )),
}  # fmt: skip


def offered(user: Any, row: Recommendation) -> list[tuple[str, str]]:
    """The acts that this reader may do now, in the order of the forms: kind and title."""
    role = user.as_role
    out = []
    for kind, form in FORMS.items():
        if form.of or not role.allows(form.may):
            continue
        closed = row.status == "closed"
        fits = {
            "reopened": closed, "closed": row.status == "awaiting" and row.completed_by_id != user.pk,
            "returned": row.status == "awaiting" and row.completed_by_id != user.pk, "complete": not closed and row.status != "awaiting",
            "checked": True, "owned": True,
        }.get(kind, not closed)  # fmt: skip
        if not row.for_forces:
            fits = kind in ("checked", "asked")
        if fits:
            out.append((kind, form.title))
    return out


def tasks(user: Any) -> Any:
    """Tasks of meetings that this person may see, open ones first."""
    rows = Action.objects.visible_to(user, user.as_role.purpose)
    return rows.order_by("state", "-at")[:100]


def editions(user: Any) -> list[Any]:
    """Signed products that may be cited: about no single child, person or place, and made without handling C."""
    rows = Product.objects.visible_to(user, user.as_role.purpose).filter(
        state="signed", about="", closed=False
    )
    return [p for p in rows.order_by("-signed_at")[:50] if sees_whole(user, p)]


def choices(user: Any, field: Field, owners: list[Any], edition: str = "") -> list[tuple[str, str]]:
    """``edition``: the one that was chosen already, of which the figures are offered."""
    if field.kind == "account":
        return [(a.username, f"{a.name}, {a.as_role.title}") for a in owners]
    if field.name == "figure":
        return [(f.key, f.words) for f in figures.FIGURES.values()]
    if field.name == "edition":
        return [(str(p.pk), f"{p.kept.spec['title']}, edition {p.number}, {p.scope}") for p in editions(user)]
    if field.name == "part":
        of = next((p for p in editions(user) if str(p.pk) == edition), None) if edition else None
        return from_edition.parts(of) if of else []
    if field.name == "action":
        return [(str(a.pk), f"Task {a.pk}: {a.task[:80]}, {a.state_words.lower()}") for a in tasks(user)]
    return list(field.choices)
