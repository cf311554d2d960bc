"""Deciding on a line and giving one's word on what the night suspects: every rule in one place.

A case is locked while a decision is added; a form sent twice acts once; of two people at once the second is told of the
first's decision (:class:`Meanwhile`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from redshank.web.flags.acts import opened
from redshank.web.heads.models import Line
from redshank.web.lines.models import DECISIONS, WORDS, Case, Decision
from redshank.web.lines.settings import TIERS, TOP
from redshank.web.lines.standing import Standing, line_of
from redshank.web.pages.around import publication
from redshank.web.policy.names import fold
from redshank.web.policy.sight import current_run


class NotAllowed(Exception):
    """A rule is in the way; the text says which, ``field`` where on the form."""

    def __init__(self, text: str, field: str = "kind") -> None:
        self.field = field
        super().__init__(text)


class Meanwhile(Exception):
    """Somebody else decided first."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__("changed meanwhile")


@dataclass(frozen=True)
class Given:
    """What a form brought. ``seen``: the number of the last decision that the person saw; 0 for none."""

    kind: str
    why: str
    once: str
    seen: int
    owner: Any = None
    review_on: date | None = None
    tier: str = ""
    closed: bool = False


def choices(s: Standing) -> list[tuple[str, str]]:
    """What may be decided on a line as it stands: value of the form, and its words."""
    if s.is_closed:
        return [("keep", "Open it again and keep it in view")]
    at = TIERS.index(s.tier) if s.tier in TIERS else len(TIERS)
    out = [("keep", f"Keep it as it is, in tier {s.tier}")]
    out += [(f"raise {t}", f"Raise it to tier {t}") for t in reversed(TIERS[:at])]
    if not s.rule:
        out += [(f"lower {t}", f"Lower it to tier {t}") for t in TIERS[at + 1 :]]
    if not s.holds_open:
        out.append(("close", "Close it: nobody needs to look at it again"))
    return out


def word_choices(s: Standing) -> list[tuple[str, str]]:
    """Which word on sexual exploitation may be given; none where the register itself says that it is known."""
    if s.by_register:
        return []
    out = [] if s.by_word else [("known", "It uses sexual exploitation: known, by my word")]
    if s.by_word or s.asks:
        out.append(("refuted", "It is not so: refuted, by my word"))
    return out


def shown(s: Standing) -> dict[str, Any]:
    """The night as it stands before a person, to be shown again later (practice rule 6)."""
    state, line = publication(), s.line
    return {
        "run": state.current_run, "as_of": state.as_of, "in_night": line is not None, "open": line.in_open if line else not s.decisions or bool(s.decisions[-1].parsed("shown")["open"]), "score": s.score, "tier": s.night_tier,
        "use": s.night.get("use", ""), "force": s.force, "rule": s.rule, "suspected_by": s.suspected_by,
        "reasons": [{"text": r["text"], "records": r["records"]} for r in line.parsed("reasons")] if line else [],
    }  # fmt: skip


def decide(user: Any, ref: str, given: Given) -> Decision:
    """Adds a decision or a word. It deletes nothing: the night's score stands beside it.

    Raises:
        NotAllowed: a rule is in the way.
        Meanwhile: somebody decided since the page was opened.
    """
    once = f"{user.pk}:{given.once}"[:80]
    with transaction.atomic():
        s = line_of(user, ref)
        if s is None:
            raise NotAllowed("The line is not in your sight")
        case, _ = Case.objects.get_or_create(line_ref=ref, defaults={"name": s.name})
        Case.objects.select_for_update().get(pk=case.pk)
        if before := Decision.objects.filter(once=once).first():
            return before
        s = line_of(user, ref) or s  # what was decided while the lock was waited for
        if s.decisions and s.decisions[-1].pk != given.seen:
            raise Meanwhile(s.decisions[-1])
        _check(user, s, given)
        is_word = given.kind in WORDS
        made = Decision(
            case=case, kind=given.kind, tier=given.tier, why=given.why, by=user, role=user.role, once=once, folded=fold(f"{s.name} {given.why}"),
            owner=(s.owner or user) if is_word else given.owner, review_on=None if is_word else given.review_on,
            closed=_rests_on_c(s, given), shown=json.dumps(shown(s), default=str),
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def _rests_on_c(s: Standing, given: Given) -> bool:
    """By the writer's word, or since uncleared roles see neither the line nor another decision on it (practice rule 12)."""
    if s.line is None:
        return given.closed or all(d.closed for d in s.decisions)
    rows = Line.objects.filter(line_ref=s.ref, in_open=True, valid_from__lte=current_run())
    return given.closed or not rows.exclude(valid_to__lte=current_run()).exists()


def _check(user: Any, s: Standing, given: Given) -> None:
    if given.kind in DECISIONS:
        if f"{given.kind} {given.tier}".strip() not in dict(choices(s)):
            if given.kind == "lower" and s.rule:
                raise NotAllowed(f"It stays in tier {TOP}: {s.rule}")
            if given.kind == "close" and s.holds_open:
                raise NotAllowed(
                    f"It is not closed while the register holds it as {s.register_words}: {s.rule}"
                )
            raise NotAllowed("Choose what you decide")
        if given.kind == "close":
            return
        if given.review_on is None or given.review_on <= timezone.localdate():
            raise NotAllowed("Write the day of the next review; it lies after today", "review_on")
        return
    if given.kind not in dict(word_choices(s)):
        raise NotAllowed(
            "That is how it stands already, or the register itself says that it is known", "word"
        )
    if s.asks and not opened(user, s.suspected_by):
        raise NotAllowed("Open at least one of the records for which it is suspected", "word")


def owned(users: set[int]) -> dict[int, list[Case]]:
    """Lines in view that these people look at again."""
    out: dict[int, list[Case]] = {}
    for case in Case.objects.order_by("pk"):
        done = [d for d in case.decisions.order_by("at", "id") if d.kind not in WORDS]
        last = next((d for d in reversed(done) if d.kind in DECISIONS), None)
        if last is not None and last.kind != "close" and done[-1].owner_id in users:
            out.setdefault(done[-1].owner_id, []).append(case)
    return out


def hand_on_all(by: Any, leaver: Any, heirs: list[Any], why: str, once: str) -> int:
    """Lines that somebody who leaves was to look at again go to the first of ``heirs`` who may decide on them and sees them; what
    was decided stands. Where nobody may, it stays, and first pages say so."""
    count = 0
    for case in owned({leaver.pk}).get(leaver.pk, []):
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            last = case.decisions.exclude(kind__in=WORDS).order_by("at", "id").last()
            heir = next((u for u in heirs if _may_own(u, leaver, case)), None)
            if heir is None or last is None or last.owner_id != leaver.pk:
                continue
            Decision(
                case=case, kind="handed", why=why, by=by, role=by.role, once=f"{once[:60]}:l{case.pk}", folded=fold(f"{case.name} {why}"), owner=heir,
                review_on=last.review_on, closed=last.closed, shown=last.shown,
            ).save(force_insert=True)  # fmt: skip
            count += 1
    return count


def _may_own(user: Any, leaver: Any, case: Case) -> bool:
    able = user.pk != leaver.pk and user.is_active and user.as_role.allows("line.decide")
    return able and line_of(user, case.line_ref) is not None
