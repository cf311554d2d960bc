"""What stands beside a thing on an agenda because something happened around it: an agency withdrew it, the child turns 18 or
turned 18, the records hold two children as one person or as two again, the front door's answer. Nothing falls off by itself."""

from __future__ import annotations

from typing import Any

from redshank.web.childfile.kinds import near_eighteen
from redshank.web.heads.models import Moved, Person
from redshank.web.meetings.models import Move, Raised
from redshank.web.meetings.models.raised import DECISIONS
from redshank.web.pages import words
from redshank.web.pages.around import publication
from redshank.web.policy.sight import current_run
from redshank.web.sharing.models import Referral


def told(user: Any, rows: list[Raised]) -> dict[int, list[str]]:
    """For each thing what this reader is told beside it."""
    purpose = user.as_role.purpose
    out: dict[int, list[str]] = {r.pk: [] for r in rows}
    moves = Move.objects.visible_to(user, purpose).filter(raised__in=[r.pk for r in rows])
    last: dict[int, Move] = {}
    united: dict[int, Move] = {}
    for m in moves.select_related("by", "into", "raised__act").order_by("pk"):
        if m.kind in (*DECISIONS, "withdrawn"):
            last[m.raised_id] = m
        if m.kind == "united":
            united[m.raised_id] = m
    people = {r.person_id for r in rows if r.person_id}
    born = dict(Person.objects.visible_to(user, purpose).filter(person_id__in=people).values_list("person_id", "born"))  # fmt: skip
    moved = dict(Moved.objects.visible_to(user, purpose).filter(kind="person", was__in=people).values_list("was", "now"))  # fmt: skip
    now_of = {r.pk: moved.get(r.person_id, r.person_id) for r in rows}
    referrals: dict[str, Referral] = {}
    for one in Referral.objects.visible_to(user, purpose).filter(person_id__in=people).order_by("received_at", "pk"):  # fmt: skip
        referrals[one.person_id] = one
    for r in rows:
        said = out[r.pk]
        if r.pk in last and last[r.pk].kind == "withdrawn":
            said.append(f"withdrawn by the agency on {words.day(last[r.pk].at)}: the chair decides whether it leaves")  # fmt: skip
        birthday = near_eighteen(born.get(r.person_id), publication().as_of)
        if birthday is not None:
            verb = "turned" if birthday.is_past else "turns"
            said.append(f"{verb} 18 on {words.day(birthday.on)}: a transition plan is asked for, and the chair decides")  # fmt: skip
        if r.about == "child" and r.closed_at is None:
            same = [o for o in rows if o.pk != r.pk and o.closed_at is None and o.about == "child" and now_of[o.pk] == now_of[r.pk]]  # fmt: skip
            said += [f"the records hold this child and {o.title} as one person: unite them" for o in same]
        if (m := united.get(r.pk)) is not None and m.into is not None and not are_one(r, m.into):
            said.append(f"the records hold two people again; what was united with {m.into.title} stays here, as {m.by.name} decided on {words.day(m.at)}. Raise the other from their own page")  # fmt: skip
        if (f := referrals.get(r.person_id)) is not None:
            late = ", late" if f.is_late else ""
            said.append(f"MASH: referral of {words.day(f.received_at)} {f.waits_words}{late}")
    return out


def for_the_chair(user: Any, raised: Raised) -> str:
    """Why only the chair lets it leave; nothing where nothing of the kind happened."""
    last = raised.moves.filter(kind__in=(*DECISIONS, "withdrawn")).order_by("pk").last()
    if last is not None and last.kind == "withdrawn":
        return "The agency withdrew it"
    people = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id=raised.person_id)
    if raised.person_id and (person := people.first()) is not None:
        birthday = near_eighteen(person.born, publication().as_of)
        if birthday is not None and birthday.is_past:
            return "The child turned 18"
    return ""


def are_one(one: Raised, other: Raised) -> bool:
    """Whether the published run holds the two as one person. No sight is asked: it says nothing of whom."""
    ids = {one.person_id, other.person_id}
    if "" in ids or one.about != "child" or other.about != "child":
        return False
    run = current_run()
    rows = Moved.objects.filter(kind="person", was__in=ids, valid_from__lte=run).exclude(valid_to__lte=run)
    now = dict(rows.values_list("was", "now"))
    return len({now.get(i, i) for i in ids}) == 1
