"""Every act on a recommendation, with its rule. Each takes the row under a lock, so that who comes second reads what the first did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.pages import words
from redshank.web.products import paper_acts
from redshank.web.tracker import editions, figures
from redshank.web.tracker.models import KINDS_OF_EVIDENCE, Act, Ask, Deed, Evidence, Recommendation, Report
from redshank.web.tracker.settings import ACCEPTANCE, QUALITY, SHOWS, STATUS, TEXT_IS

#: Statuses that a position may say; the others are reached by acts of their own.
SAID = ("open", "in_progress", "incomplete")


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "why") -> None:
        self.field = field
        super().__init__(text)


@dataclass(frozen=True)
class Given:
    """What a form brought, checked for its form. ``seen``: how many acts its page showed."""

    once: str
    seen: int
    why: str = ""
    text: str = ""
    more: str = ""
    choice: str = ""
    quality: str = ""
    on: date | None = None
    until: date | None = None
    owner: User | None = None
    item: int = 0
    action: Any = None  # a task of a meeting that its giver may see
    edition: Any = None  # a signed product that its giver may cite
    part: str = ""  # and the figure of it


def standing(row: Recommendation) -> Any:
    return row.evidence.filter(struck_at__isnull=True)


def shows(row: Recommendation, without: int = 0) -> bool:
    """Whether something other than a policy shows it (nothing closes on policy alone)."""
    return bool(standing(row).filter(quality__in=SHOWS).exclude(pk=without).exists())


def _needs_more_than_policy(row: Recommendation) -> None:
    if shows(row):
        return
    if standing(row).exists():
        raise NotAllowed("Its only evidence is that a policy exists: add evidence that shows activity or an outcome first")  # fmt: skip
    raise NotAllowed("No evidence stands: add evidence that shows activity or an outcome first")


def _past(day: date | None, field: str = "on") -> date:
    if day is None:
        raise NotAllowed("Give the day, as 2026-03-31", field)
    if day > timezone.localdate():
        raise NotAllowed("Give a day that is not still to come", field)
    return day


def _coming(day: date | None, field: str = "until") -> date:
    if day is None or day < timezone.localdate():
        raise NotAllowed("Give a day that is still to come, as 2026-03-31", field)
    return day


# ---- each act: what it changes on the row, and what it says -----------------------------------------------


def _accepted(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if g.choice not in ("full", "part", "not"):
        raise NotAllowed("Choose whether it is accepted in full, in part, or not", "choice")
    if not g.text:
        raise NotAllowed("Say who accepted it, by post: the chief constable, for example", "text")
    if g.choice != "full" and not g.why:
        raise NotAllowed("Say which part is not accepted, and why")
    was = row.acceptance_words
    row.acceptance, row.accepted_by, row.accepted_on = g.choice, g.text[:120], _past(g.on)
    return {"said": f"{ACCEPTANCE[g.choice]}, by {row.accepted_by}, on {words.day(row.accepted_on)}", "was": was}  # fmt: skip


def _owned(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if g.owner is None:
        raise NotAllowed("Choose who owns it", "owner")
    was = row.owner.name if row.owner else "nobody"
    row.owner = g.owner
    return {"said": f"{g.owner.name} owns it", "was": was}


def _position(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if not g.text:
        raise NotAllowed("Write how the force stands to it, as it will be read in public", "text")
    if g.choice not in SAID:
        raise NotAllowed("Choose how it stands", "choice")
    was = f"{row.status_words}: {row.position or 'no position'}" + (f" Constraint: {row.constraint}" if row.constraint else "")  # fmt: skip
    row.position, row.constraint, row.status = g.text, g.more, g.choice
    return {"said": f"{STATUS[g.choice]}: {g.text}" + (f" Constraint: {g.more}" if g.more else ""), "was": was}  # fmt: skip


def _redated(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if not g.why:
        raise NotAllowed("Say why another date stands")
    if not g.text:
        raise NotAllowed("Say who set the other date: the inspectorate, or who in the force", "text")
    day = _coming(g.until)
    if day == row.due:
        raise NotAllowed("This date stands already", "until")
    was = words.day(row.due) if row.due else row.deadline_words or "no date"
    row.due = day
    return {"said": f"{words.day(day)}, set by {g.text}", "was": was}


def _checked(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if not g.text:
        raise NotAllowed("Write the text as the original has it, word for word", "text")
    if not g.why:
        raise NotAllowed("Say in what it was read: publisher, title, date")
    was = f"{row.text_is_words}: {row.text}"
    row.text, row.text_is = g.text, "verbatim"
    return {"said": f"{TEXT_IS['verbatim']}: {g.text}", "was": was}


def _evidence(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if g.choice not in KINDS_OF_EVIDENCE:
        raise NotAllowed("Choose what it is", "choice")
    if g.quality not in QUALITY:
        raise NotAllowed("Choose how well it shows it", "quality")
    if not g.why:
        raise NotAllowed("Say what it shows")
    kept = (
        _figure(g)
        if g.choice == "figure"
        else _edition(g)
        if g.choice == "product" and g.edition
        else _named(g)
    )
    made = Evidence(
        recommendation=row,
        kind=g.choice,
        quality=g.quality,
        why=g.why,
        by=user,
        role=user.role,
        once=g.once,
        **kept,
    )
    made.save(force_insert=True)
    figure = f": {made.value}" if made.value else ""
    return {
        "evidence": made,
        "said": f"{made.title}{figure}, as at {words.day(made.as_at)}; {made.quality_words}",
    }


def _figure(g: Given) -> dict[str, Any]:
    """A live figure, with the value that it has now: that is what was cited."""
    named = figures.FIGURES.get(g.text)
    if named is None:
        raise NotAllowed("Choose one of the figures", "figure")
    now = named.read()
    return {"title": named.words, "figure": named.key, "value": now.words, "as_at": now.as_at}


def _edition(g: Given) -> dict[str, Any]:
    """A figure of a signed edition, which is frozen there and is read from there; as at the time of its extract."""
    if g.part not in dict(editions.parts(g.edition)):
        raise NotAllowed("Choose which figure of the edition: they are listed now", "part")
    of = f"{g.edition.kept.spec['title']}, edition {g.edition.number}, {g.edition.scope}"
    as_at = timezone.localtime(g.edition.kept.as_of).date()
    title = f"{editions.named(g.edition, g.part)} ({of})"
    return {"title": title[:300], "product": g.edition, "part": g.part, "as_at": as_at}


def _named(g: Given) -> dict[str, Any]:
    """A document, a page or a product of somewhere else, as somebody names it."""
    if not g.text:
        raise NotAllowed("Name it: of a document publisher, title and date", "text")
    kept: dict[str, Any] = {"title": g.text[:300], "value": g.more[:120], "as_at": _past(g.on)}
    if g.choice == "page":
        if not g.more.startswith("/") or g.more.startswith("//"):
            raise NotAllowed(
                "Give the page's address from its first / on, for example /makesafe/figures", "more"
            )
        kept |= {"url": g.more[:300], "value": ""}
    if g.choice == "product" and not g.more:
        raise NotAllowed("Write the figure as the product has it", "more")
    return kept


def _struck(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = standing(row).filter(pk=g.item).first()
    if found is None:
        raise NotAllowed("It stands no longer")
    if not g.why:
        raise NotAllowed("Say why it is withdrawn")
    if row.status == "awaiting" and not shows(row, without=found.pk):
        raise NotAllowed("It was called complete, and nothing else shows it: it is sent back first")
    found.strike()
    return {"evidence": found, "said": found.title}


def _asked(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if not g.text:
        raise NotAllowed("Say who was asked", "text")
    if not g.why:
        raise NotAllowed("Say what was asked")
    made = Ask.objects.create(recommendation=row, of=g.text[:160], what=g.why, asked_on=_past(g.on), next_on=_coming(g.until))  # fmt: skip
    return {
        "ask": made,
        "said": f"{made.of}, on {words.day(made.asked_on)}; next on {words.day(made.next_on)}",
    }


def _ask(row: Recommendation, g: Given) -> Ask:
    found = row.asks.exclude(state="settled").filter(pk=g.item).first()
    if found is None:
        raise NotAllowed("It is settled already")
    return found


def _answered(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = _ask(row, g)
    if g.choice not in ("agreed", "partly", "declined", "settled"):
        raise NotAllowed("Choose what the answer is", "choice")
    if not g.why:
        raise NotAllowed("Say what was answered")
    was = found.state_words
    found.state, found.answer, found.answered_on = g.choice, g.why, _past(g.on)
    found.next_on = None if g.choice == "settled" else _coming(g.until)
    found.save()
    then = f"; next on {words.day(found.next_on)}" if found.next_on else ""
    return {"ask": found, "said": f"{found.of}: {found.state_words}{then}", "was": was}


def _again(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = _ask(row, g)
    if not g.why:
        raise NotAllowed("Say what was asked again, and how")
    was = words.day(found.next_on) if found.next_on else ""
    asked, found.next_on = _past(g.on), _coming(g.until)
    found.save()
    return {"ask": found, "said": f"{found.of}, asked again on {words.day(asked)}; next on {words.day(found.next_on)}", "was": was}  # fmt: skip


def _planned(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if not g.why:
        raise NotAllowed("Say what is to be done, or was")
    if g.choice not in ("planned", "done"):
        raise NotAllowed("Choose whether it is planned or done", "choice")
    on = _coming(g.on, "on") if g.choice == "planned" else _past(g.on)
    made = Deed.objects.create(
        recommendation=row, what=g.why, who=g.text[:160], state=g.choice, on=on, words=g.more[:80], action=g.action
    )  # fmt: skip
    return {"deed": made, "said": f"{made.state_words}, {made.words or words.day(on)}"}


def _deed(row: Recommendation, g: Given) -> Deed:
    found = row.deeds.filter(pk=g.item, state="planned").first()
    if found is None:
        raise NotAllowed("It is planned no longer")
    return found


def _done(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = _deed(row, g)
    was = f"planned for {found.words or words.day(found.on)}"
    found.state, found.on, found.words = "done", _past(g.on), ""
    found.save()
    return {"deed": found, "said": f"{found.what} Done on {words.day(found.on)}", "was": was}


def _moved(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = _deed(row, g)
    if not g.why:
        raise NotAllowed("Say why it is moved")
    was = found.words or words.day(found.on)
    found.on, found.words = _coming(g.until), ""
    found.save()
    return {"deed": found, "said": f"{found.what} Planned for {words.day(found.on)}", "was": was}


def _dropped(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    found = _deed(row, g)
    if not g.why:
        raise NotAllowed("Say why it is given up")
    found.state = "dropped"
    found.save()
    return {"deed": found, "said": found.what}


def _complete(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if row.status == "awaiting":
        raise NotAllowed("It waits for a second person already")
    if not g.why:
        raise NotAllowed("Say why it is complete")
    _needs_more_than_policy(row)
    was = row.status_words
    row.status, row.completed_by = "awaiting", user
    return {"said": STATUS["awaiting"], "was": was}


def _verified(row: Recommendation, user: User, g: Given) -> None:
    if row.status != "awaiting":
        raise NotAllowed("Nobody has called it complete: it is closed by a second person after that")
    if row.completed_by_id == user.pk:
        raise NotAllowed("You called it complete: somebody else decides whether it is closed")
    if not g.why:
        raise NotAllowed("Say what you looked at")


def _closed(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    _verified(row, user, g)
    _needs_more_than_policy(row)
    row.status = "closed"
    return {
        "said": f"{STATUS['closed']}; called complete by {row.completed_by.name}",
        "was": STATUS["awaiting"],
    }  # type: ignore[union-attr]


def _returned(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    _verified(row, user, g)
    row.status, row.completed_by = "in_progress", None
    return {"said": STATUS["in_progress"], "was": STATUS["awaiting"]}


def _reopened(user: User, row: Recommendation, g: Given) -> dict[str, Any]:
    if row.status != "closed":
        raise NotAllowed("It is open")
    if not g.why:
        raise NotAllowed("Say why it is opened again")
    row.status, row.completed_by = "in_progress", None
    return {"said": STATUS["in_progress"], "was": STATUS["closed"]}


DO: dict[str, Callable[[User, Recommendation, Given], dict[str, Any]]] = {
    "accepted": _accepted, "owned": _owned, "position": _position, "redated": _redated, "checked": _checked, "evidence": _evidence,
    "struck": _struck, "asked": _asked, "answered": _answered, "again": _again, "planned": _planned, "done": _done, "moved": _moved,
    "dropped": _dropped, "complete": _complete, "closed": _closed, "returned": _returned, "reopened": _reopened,
}  # fmt: skip
#: What may be done to what is closed.
OF_CLOSED = ("reopened", "checked", "owned")


def do(user: User, number: int, kind: str, given: Given) -> Act:
    """One act on a recommendation.

    Raises:
        NotAllowed: a rule is in the way, or somebody was first.
    """
    with transaction.atomic():
        row = Recommendation.objects.select_for_update(of=("self",)).select_related("owner", "completed_by").get(pk=number)  # fmt: skip
        if (before := Act.objects.filter(once=given.once).first()) is not None:
            return before
        last = row.acts.select_related("by").order_by("pk").last()
        if row.acts.count() != given.seen and last is not None:
            by = last.by.name if last.by_id != user.pk else "You"
            raise NotAllowed(f"{by} acted meanwhile ({last.kind_words.lower()}): read it on its page first. Your text is kept below")  # fmt: skip
        if row.status == "closed" and kind not in OF_CLOSED:
            raise NotAllowed("It is closed: open it again first")
        if not row.for_forces and kind not in ("checked", "asked", "answered", "again"):
            raise NotAllowed(
                "It is addressed to others: here one keeps what was asked of them, and checks its text"
            )
        told = DO[kind](user, row, given)
        row.save()
        made = Act(report_id=row.report_id, recommendation=row, kind=kind, why=given.why, by=user, role=user.role, once=given.once, **told)  # fmt: skip
        made.save(force_insert=True)
    return made


def _is_signed(row: Report, day: date) -> None:
    """What is published is what a person signed: an edition of the response to this report, signed by that day. A response that came
    out before anything was kept here of the report was not written here, and none is asked for."""
    first = row.acts.order_by("at").first()
    since = timezone.localdate(first.at) if first is not None else timezone.localdate()
    if day >= since and paper_acts.answering(str(row), day) is None:
        raise NotAllowed("No response to this report was signed by that day. Keep the response under Documents kept, have it reviewed and signed, and publish that edition", "on")  # fmt: skip


def of_report(user: User, number: int, kind: str, given: Given) -> Act:
    """When the response was published and where; or the day of publication, checked against the original."""
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=number)
        if (before := Act.objects.filter(once=given.once).first()) is not None:
            return before
        if row.acts.filter(recommendation=None).count() != given.seen:
            raise NotAllowed("Somebody acted meanwhile: read it first. Your text is kept below")
        day = _past(given.on)
        if not given.text:
            raise NotAllowed("Say where it is published" if kind == "published" else "Say in what it was read: publisher, title, date", "text")  # fmt: skip
        if kind == "published":
            if day < row.published:
                raise NotAllowed("A response comes after the report", "on")
            _is_signed(row, day)
            was = words.day(row.responded_on) if row.responded_on else "no response"
            row.responded_on, row.responded_where = day, given.text[:300]
        else:
            was = f"{words.day(row.published)}, {row.published_note}".rstrip(", ")
            row.published, row.published_note = day, ""
        row.save()
        made = Act(
            report=row, kind=kind, why=given.why, by=user, role=user.role, once=given.once, said=f"{words.day(day)}; {given.text}", was=was
        )  # fmt: skip
        made.save(force_insert=True)
    return made
