"""Pages that are tasks: from which a child's page opens without a question, and how each is checked.

A source is a function of reader, id and child; it gives the words of the reason, or nothing where the thing is not in the
reader's sight or does not concern this child. A new page that is a task gets a line in :data:`ROUTES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps

from redshank.web.flags.models import Flag
from redshank.web.heads.models import Appearance, Item, Member, Record, Urgent

Source = Callable[[Any, str, str], str]


def _group(user: Any, ident: str, child: str) -> str:
    rows = Member.objects.visible_to(user, user.as_role.purpose)
    return "a group" if rows.filter(group_id=ident, person_id=child).exists() else ""


def _item(user: Any, ident: str, child: str) -> str:
    about, _, about_ident = ident.partition(":")
    items = Item.objects.visible_to(user, user.as_role.purpose).filter(about=about, ident=about_ident)
    return "an item of the worklist" if any(_concerns(user, i, child) for i in items[:1]) else ""


def _concerns(user: Any, item: Item, child: str) -> bool:
    if item.about == "child":
        return item.person_id == child
    if item.about == "group":
        return bool(_group(user, item.group_id, child))
    return names(user, item.record_key, child)


def names(user: Any, key: str, child: str) -> bool:
    rows = Appearance.objects.visible_to(user, user.as_role.purpose)
    return rows.filter(record_key=key, person_id=child).exists()


def _flag(user: Any, ident: str, child: str) -> str:
    purpose = user.as_role.purpose
    found = Flag.objects.visible_to(user, purpose).filter(pk=int(ident)).first() if ident.isdecimal() and len(ident) < 10 else None  # fmt: skip
    if found is None:
        return ""
    about = {
        "person": lambda: found.ident == child,
        "group": lambda: bool(_group(user, found.ident, child)),
        "record": lambda: names(user, found.ident, child),
    }[found.about]()
    return "a flag" if about else ""


def _proposal(user: Any, ident: str, child: str) -> str:
    """The page on which a flag is proposed; ``ident`` is what it is about and its id."""
    about, _, about_ident = ident.partition(":")
    concerns = {
        "person": lambda: about_ident == child,
        "group": lambda: bool(_group(user, about_ident, child)),
        "record": lambda: names(user, about_ident, child),
    }
    return "a flag" if about in concerns and concerns[about]() else ""


def _urgent(user: Any, ident: str, child: str) -> str:
    rows = Urgent.objects.visible_to(user, user.as_role.purpose).filter(person_id=child)
    return "what cannot wait" if ident == child and rows.exists() else ""


def _worklist(user: Any, ident: str, child: str) -> str:
    purpose = user.as_role.purpose
    items = Item.objects.visible_to(user, purpose)
    if items.filter(person_id=child).exists():
        return "the worklist"
    groups = Member.objects.visible_to(user, purpose).filter(person_id=child).values("group_id")
    return "the worklist" if items.filter(group_id__in=groups).exclude(group_id="").exists() else ""


def _missing(user: Any, ident: str, child: str) -> str:
    purpose = user.as_role.purpose
    keys = Appearance.objects.visible_to(user, purpose).filter(person_id=child).values("record_key")
    rows = Record.objects.visible_to(user, purpose).filter(kind="missing_episodes", key__in=keys)
    return "missing children" if rows.exists() else ""


def _today(user: Any, ident: str, child: str) -> str:
    """The first page shows tasks only; whom it links to, it links to for one."""
    return "what needs you today"


def _cannot_wait(user: Any, ident: str, child: str) -> str:
    return _urgent(user, child, child)


def _episodes(user: Any, ident: str, child: str) -> str:
    return _missing(user, "", child) if ident == child else ""


def _row(app: str, model: str, word: str) -> Source:
    """A row of the application's own (what was raised, a referral, a question) about a child, a group or a record."""

    def source(user: Any, ident: str, child: str) -> str:
        rows = apps.get_model(app, model).objects.visible_to(user, user.as_role.purpose)
        found = rows.filter(pk=ident).first() if ident.isdecimal() and len(ident) < 10 else None
        if found is None:
            return ""
        about = getattr(found, "person_id", "") == child
        about = about or bool((g := getattr(found, "group_id", "")) and _group(user, g, child))
        about = about or bool((k := getattr(found, "record_key", "")) and names(user, k, child))
        return word if about else ""

    return source


def _edition(user: Any, ident: str, child: str) -> str:
    rows = apps.get_model("matrix", "Row").objects.visible_to(user, user.as_role.purpose)
    number = ident.partition(":")[0]
    return "an edition of the matrix" if rows.filter(edition=number, person_id=child).exists() else ""


def _sitting(user: Any, ident: str, child: str) -> str:
    """What is before a body that this person sits in, or recorded on that sitting's agenda, about this child."""
    from redshank.web.meetings import agenda, sittings
    from redshank.web.meetings.bodies import BODIES

    key, _, day = ident.partition(":")
    body = BODIES.get(key)
    if body is None or user.role not in body.roles:
        return ""
    purpose = user.as_role.purpose
    mine = apps.get_model("meetings", "Raised").objects.visible_to(user, purpose).filter(meeting=key)
    groups = Member.objects.visible_to(user, purpose).filter(person_id=child).values("group_id")
    if (mine.filter(person_id=child) | mine.filter(group_id__in=groups).exclude(group_id="")).exists():
        return "a meeting"
    sitting = sittings.on_day(body, day)
    listed = [k for b in agenda.recorded(user, sitting) for k in b.keys] if sitting else []
    rows = Appearance.objects.visible_to(user, purpose).filter(record_key__in=listed, person_id=child)
    return "a meeting" if child in listed or rows.exists() else ""


def _considered(user: Any, ident: str, child: str) -> str:
    """The page of what may be considered for somebody; ``ident`` is the kind and id of its subject."""
    from redshank.web.disruption.subjects import subject

    kind, _, about = ident.partition(":")
    if kind == "person":
        return "disruption options" if about == child else ""
    found = subject(user, kind, about)
    return "disruption options" if found and any(names(user, key, child) for key in found.keys) else ""


def _part(user: Any, ident: str, child: str) -> str:
    rows = apps.get_model("disruption", "Part").objects.visible_to(user, user.as_role.purpose)
    found = rows.filter(pk=ident).first() if ident.isdecimal() and len(ident) < 10 else None
    return _considered(user, f"{found.kind}:{found.ident}", child) if found else ""


def _line(user: Any, ident: str, child: str) -> str:
    """The page of a county line to which the night links the child."""
    rows = apps.get_model("heads", "Line").objects.visible_to(user, user.as_role.purpose)
    found = rows.filter(line_ref=ident).first()
    return "a county line" if found is not None and child in found.parsed("children") else ""


def _return(user: Any, ident: str, child: str) -> str:
    """A version of an annual return in which the child is counted as a suspect: a child first (practice rule 8)."""
    rows = apps.get_model("returns", "Version").objects.visible_to(user, user.as_role.purpose)
    found = rows.filter(pk=ident).first() if ident.isdecimal() and len(ident) < 10 else None
    return (
        "an annual return" if found is not None and any(r.person == child for r in found.whole.rows) else ""
    )


_RAISED = _row("meetings", "Raised", "what was raised to a meeting")
#: What an address may name (``?for=group:g-…``) → its source.
SOURCES: dict[str, Source] = {
    "group": _group,
    "item": _item,
    "flag": _flag,
    "urgent": _urgent,
    "raised": _RAISED,
}
#: Route of the page before → its source, and the parts of its address that are the id.
ROUTES: dict[str, tuple[Source, tuple[str, ...]]] = {
    "today": (_today, ()), "worklist": (_worklist, ()), "item": (_item, ("about", "ident")), "urgent": (_cannot_wait, ()),
    "group": (_group, ("group_id",)), "flag": (_flag, ("number",)), "flag-propose": (_proposal, ("about", "ident")), "raised-one": (_RAISED, ("number",)), "raised-views": (_RAISED, ("number",)),
    "action": (_row("meetings", "Action", "an action"), ("number",)), "commission": (_row("meetings", "Commission", "a commissioned product"), ("number",)), "sitting": (_sitting, ("meeting", "day")),
    "referral": (_row("worklist", "Referral", "a possible unrecorded crime"), ("number",)),
    "question": (_row("worklist", "Question", "a colleague's question"), ("number",)),
    "concern": (_row("concerns", "Concern", "a concern that was raised"), ("number",)),
    "line": (_line, ("line_ref",)),
    "missing": (_missing, ()), "missing-child": (_episodes, ("person_id",)),
    "group-aside": (_group, ("group_id",)), "flag-texts": (_flag, ("number",)), "register-look": (_flag, ("flag_number",)),
    "edition": (_edition, ("number",)), "edition-row": (_edition, ("number",)), "edition-compare": (_edition, ("number",)),
    "measure": (_row("disruption", "Measure", "the disruption register"), ("number",)), "part": (_part, ("number",)), "vvol-entry": (_row("vvol", "Entry", "a VVOL list"), ("number",)),
    **dict.fromkeys(("audit-item", "audit-read", "audit-tell", "audit-propose"), (_row("audits", "Item", "a review of a sample"), ("number",))),
    "return-version": (_return, ("number",)),
    **dict.fromkeys(("disruption-subject", "disruption-record", "part-propose"), (_considered, ("kind", "ident"))),
}  # fmt: skip
