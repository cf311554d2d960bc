"""The bodies that meet, read once from ``meetings.toml`` and refused where a line of it is not understood."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from redshank.web.accounts.roles import ROLES

LONDON = ZoneInfo("Europe/London")
HERE = Path(__file__).parent
#: What can stand before a body → the kind of head whose sight it needs. Those of :data:`BY_HAND` have no head: a person names them.
ABOUT = {"child": "children", "group": "groups", "place": "places", "record": "records", "line": "lines", "concern": "concerns"}  # fmt: skip
BY_HAND = {"peer_group": "A peer group", "school": "A school", "online_space": "An online space", "workstream": "A workstream"}  # fmt: skip
NEEDS = ("gateway", "toolkit", "views")


@dataclass(frozen=True)
class Body:
    """One body that meets. ``raisers``: the roles that raise to it; ``about``: what can be raised."""

    key: str
    title: str
    short: str
    what: str
    every: timedelta
    first: date
    at: time
    chair: tuple[str, ...]
    clerk: tuple[str, ...]
    members: tuple[str, ...]
    partners: bool
    by_district: bool
    raisers: tuple[str, ...]
    about: tuple[str, ...]
    passes: tuple[str, ...]
    recorded: tuple[str, ...]
    needs: tuple[str, ...]
    answer_days: int
    close: timedelta

    @property
    def roles(self) -> frozenset[str]:
        """Whoever sits in it or works for it."""
        return frozenset((*self.chair, *self.clerk, *self.members))

    def runs(self, role: str) -> bool:
        """Whether the role chairs it or works for it, and so keeps its sittings."""
        return role in self.chair or role in self.clerk

    def times(self, after: datetime) -> Iterator[datetime]:
        """When it sits by its rhythm, from after this moment on, by the clock of the wall."""
        day = max(self.first, after.astimezone(LONDON).date())
        step = self.every.days
        day = self.first + timedelta(days=-(-(day - self.first).days // step) * step)
        while True:
            sits = datetime.combine(day, self.at, LONDON)
            if sits > after:
                yield sits
            day += self.every

    def next(self, after: datetime) -> datetime:
        return next(self.times(after))


def _body(key: str, told: dict[str, Any]) -> Body:
    lists = {n: tuple(told[n]) for n in ("chair", "clerk", "members", "about", "passes", "recorded", "needs")}
    body = Body(
        key=key, title=told["title"], short=told["short"], what=told["what"], every=timedelta(days=told["every_days"]), first=told["from"],
        at=time.fromisoformat(told["at"]), partners=told["partners"], by_district=told["by_district"], raisers=tuple(told["raise"]),
        answer_days=told["answer_days"], close=timedelta(hours=told["close_hours"]), **lists,
    )  # fmt: skip
    if unknown := {*body.roles, *body.raisers} - set(ROLES):
        raise ValueError(f"meetings.toml, {key}: there is no role {sorted(unknown)}")
    if unknown := set(body.about) - {*ABOUT, *BY_HAND} | set(body.needs) - set(NEEDS):
        raise ValueError(f"meetings.toml, {key}: not understood: {sorted(unknown)}")
    if blind := [
        f"{r}: {a}"
        for r in body.chair
        for a in body.about
        if a in ABOUT and not ROLES[r].allows(f"see.{ABOUT[a]}")
    ]:
        raise ValueError(f"meetings.toml, {key}: its chair does not see what it takes: {blind}")
    if body.every < timedelta(days=1) or not body.chair or not body.about:
        raise ValueError(f"meetings.toml, {key}: a body has a rhythm of days, a chair, and something that can be raised")  # fmt: skip
    return body


def read(text: str) -> dict[str, Body]:
    """The bodies of a file, in its order.

    Raises:
        ValueError: naming the body and what is not understood in it.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"meetings.toml: {error}") from error
    bodies = {}
    for key, data in told.items():
        try:
            bodies[key] = _body(key, data)
        except KeyError as lacks:
            raise ValueError(f"meetings.toml, {key}: {lacks} is missing") from lacks
    for body in bodies.values():
        if unknown := set(body.passes) - set(bodies):
            raise ValueError(f"meetings.toml, {body.key}: passes to {sorted(unknown)}, which is no body")
    return bodies


BODIES = read((HERE / "meetings.toml").read_text(encoding="utf-8"))
GATEWAYS: dict[str, str] = tomllib.loads((HERE / "gateways.toml").read_text(encoding="utf-8"))["gateways"]


def bodies_of(user: Any) -> list[Body]:
    """Those that this person sits in or works for; a partner in those with partners."""
    return [b for b in BODIES.values() if user.role in b.roles]
