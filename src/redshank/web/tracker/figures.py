"""Named figures that evidence may cite: read again each time a page shows them, beside the value that was cited.

Each is counted once for everybody, as somebody would count who is not cleared for handling C, sees no small place and has no
grant: nothing that is restricted, or is a matter of anybody's own, stands in a number that others read (practice rules 12 and 13).
So a figure may be lower than a list that a cleared role opens from it, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from redshank.web.accounts.models import User
from redshank.web.disruption.models import Measure
from redshank.web.flags.models import Flag
from redshank.web.heads.models import Group, Member, Phrase, Record, Signal
from redshank.web.makesafe.models import Business, Training
from redshank.web.meetings.models import Terms
from redshank.web.pages.around import publication
from redshank.web.policy.matters import hidden_from, standing
from redshank.web.policy.models import Conflict
from redshank.web.policy.sight import Sight, current_run
from redshank.web.sharing.models import Ask

PURPOSE = "figures of the recommendations"
#: The role as which figures are counted, unless one says another: what the force holds, without handling C or small places.
ROLE = "partnership_officer"
INTERVIEW = timedelta(hours=72)


@dataclass(frozen=True)
class Read:
    """A figure as it was read: a count, or a share of ``of``."""

    count: int
    of: int | None
    as_at: date

    @property
    def words(self) -> str:
        if self.of is None:
            return f"{self.count:,}"
        share = f" ({round(100 * self.count / self.of)}%)" if self.of else ""
        return f"{self.count:,} of {self.of:,}{share}"


@dataclass(frozen=True)
class Figure:
    """``needs`` and ``route``: the page that lists what is counted, and who may open it."""

    key: str
    words: str
    needs: str
    route: str
    query: str
    count: Callable[[Any], tuple[int, int | None]]
    of_the_night: bool = False  # as at the extract, not as at today (practice rule 15)
    role: str = ROLE
    of_people: bool = True  # also what is about people: no small number of it leaves in a public document

    def read(self) -> Read:
        state = publication() if self.of_the_night else None
        as_at = (
            timezone.localtime(state.as_of).date()
            if state is not None and state.as_of
            else timezone.localdate()
        )
        return Read(*self.count(reader(self.role)), as_at)


def reader(role: str = ROLE) -> User:
    """Nobody: whoever counts for everybody. What is hidden from anybody at all is hidden here."""
    nobody = User(pk=0, username="figures", name="Figures", role=role)
    run = current_run()
    hidden: dict[str, set[str]] = {}
    concerned = User.objects.filter(pk__in=standing(Conflict).values("user"))
    for one in (nobody, *concerned):
        for kind, idents in hidden_from(one, run).whole.items():
            hidden.setdefault(kind, set()).update(idents)
    nobody._sight = Sight(run=run, hidden=hidden)  # type: ignore[attr-defined]
    return nobody


def _flags(*states: str) -> Callable[[Any], tuple[int, None]]:
    return lambda user: (Flag.objects.visible_to(user, PURPOSE).filter(state__in=states).count(), None)


def _members(who: str) -> Callable[[Any], tuple[int, None]]:
    """Of groups with a confirmed flag, each once: children, known persons of concern, or those not identified."""

    def count(user: Any) -> tuple[int, None]:
        flagged = Flag.objects.visible_to(user, PURPOSE).filter(state="confirmed").exclude(group_id="")
        rows = Member.objects.visible_to(user, PURPOSE).filter(group_id__in=flagged.values("group_id"))
        unknown = Q(person_id__startswith="unidentified-")
        picked = {
            "child": Q(role="child"),
            "known": ~Q(role="child") & ~unknown,
            "unknown": ~Q(role="child") & unknown,
        }
        return rows.filter(picked[who]).values("person_id").distinct().count(), None

    return count


def _interviews(user: Any) -> tuple[int, int]:
    """Returned episodes, 72 hours after the return, without a signal that the interview was late or is owed."""
    as_of = publication().as_of or timezone.now()
    rows = Record.objects.visible_to(user, PURPOSE).filter(
        kind="missing_episodes", returned_at__lte=as_of - INTERVIEW
    )
    late = Signal.objects.visible_to(user, PURPOSE).filter(
        indicator="return_interview_overdue", status="affirmed"
    )
    every = rows.count()
    return every - rows.filter(key__in=late.values("record_key")).count(), every


def _asked(user: Any) -> tuple[int, int]:
    rows = Ask.objects.visible_to(user, PURPOSE).exclude(state="withdrawn")
    return rows.filter(state__in=("received", "partly", "refused")).count(), rows.count()


def _trained(user: Any) -> tuple[int, int]:
    rows = Business.objects.visible_to(user, PURPOSE).filter(state="open")
    held = Training.objects.visible_to(user, PURPOSE).values("business")
    return rows.filter(pk__in=held).count(), rows.count()


def _measures(user: Any) -> tuple[int, int]:
    rows = Measure.objects.visible_to(user, PURPOSE)
    return rows.exclude(outcome="").count(), rows.count()


def _phrases(user: Any) -> tuple[int, None]:
    return Phrase.objects.visible_to(user, PURPOSE).filter(quoted=False).count(), None


def _partners(user: Any) -> tuple[int, int]:
    """Records that an agency made, among those that hold a signal."""
    rows = Record.objects.visible_to(user, PURPOSE).filter(signals__gt=0)
    return rows.filter(Q(kind="partner_referrals") | Q(origin="partner")).count(), rows.count()


def _terms(user: Any) -> tuple[int, None]:
    return Terms.objects.visible_to(user, PURPOSE).values("meeting").distinct().count(), None


FIGURES = {
    f.key: f
    for f in (
        Figure("flags_confirmed", "Confirmed flags of group-based exploitation", "see.register", "register", "state=confirmed", _flags("confirmed")),
        Figure("flags_decided", "Flags decided by a second person", "see.register", "register", "", _flags("confirmed", "not_proven")),
        Figure("known", "Known persons of concern in groups with a confirmed flag", "see.groups", "groups", "", _members("known"), True),
        Figure("unknown", "Persons of concern not identified in groups with a confirmed flag", "see.groups", "groups", "", _members("unknown"), True),
        Figure("children", "Children in groups with a confirmed flag", "see.groups", "groups", "", _members("child"), True),
        Figure("groups", "Groups proposed from the force's own records", "see.groups", "groups", "", lambda u: (Group.objects.visible_to(u, PURPOSE).count(), None), True),
        Figure("interviews", "Return home interviews in time, of episodes returned", "see.records", "records", "owed=1", _interviews, True),
        Figure("partner_records", "Records made by partner agencies, of records with a signal", "see.records", "records", "", _partners, True),
        Figure("agencies", "Answered, of what agencies were asked for", "see.sharing", "sharing", "", _asked, of_people=False),
        Figure("trained", "Businesses trained under Operation Makesafe, of those in it", "see.makesafe", "makesafe", "", _trained, of_people=False),
        Figure("measures", "Disruption options with a recorded outcome, of those recorded", "see.disruption", "disruption", "", _measures),
        Figure("phrases", "Phrases that blame a child in current records", "see.language", "language", "", _phrases, True, "learning", of_people=False),
        Figure("terms", "Meetings that keep terms of reference", "see.raised", "meetings", "", _terms, of_people=False),
    )
}  # fmt: skip
