"""From a line to its children and groups, and back: through the records behind them, as far as the reader sees each."""

from __future__ import annotations

from typing import Any

from redshank.web.heads.models import Appearance, Behind, Group, Line, Person, Record

FEW = 3  # children below which a role without small numbers reads no count (practice rule 10)


def children_of(user: Any, line: Line) -> list[Person]:
    """Those whom the night links to it as children."""
    if not user.as_role.allows("see.children"):
        return []
    rows = Person.objects.visible_to(user, user.as_role.purpose).filter(person_id__in=line.parsed("children"))
    return list(rows.order_by("name", "person_id"))


def children_words(user: Any, line: Line | None) -> str:
    """How many, as this role may be told."""
    n = len(line.parsed("children")) if line is not None else 0
    return f"fewer than {FEW}" if 0 < n < FEW and not user.as_role.small else str(n)


def groups_of(user: Any, line: Line) -> list[Group]:
    """Proposed groups that rest on a record of the line."""
    purpose = user.as_role.purpose
    keys = Behind.objects.visible_to(user, purpose).filter(kind="line", ident=line.line_ref)
    return _standing(user, "group", keys.values("record_key"))


def _standing(user: Any, kind: str, keys: Any) -> list[Any]:
    purpose = user.as_role.purpose
    seen = Record.objects.visible_to(user, purpose).filter(key__in=keys).values("key")
    idents = Behind.objects.visible_to(user, purpose).filter(kind=kind, record_key__in=seen).values("ident")
    model, column = {"group": (Group, "group_id"), "line": (Line, "line_ref")}[kind]
    return list(model.objects.visible_to(user, purpose).filter(**{f"{column}__in": idents}).order_by("place"))


def lines_of_person(user: Any, person_id: str) -> list[Line]:
    """Lines to which the night links somebody as a child."""
    purpose = user.as_role.purpose
    keys = Appearance.objects.visible_to(user, purpose).filter(person_id=person_id).values("record_key")
    return [x for x in _standing(user, "line", keys) if person_id in x.parsed("children")]


def lines_of_group(user: Any, group_id: str) -> list[Line]:
    purpose = user.as_role.purpose
    keys = Behind.objects.visible_to(user, purpose).filter(kind="group", ident=group_id)
    return _standing(user, "line", keys.values("record_key"))
