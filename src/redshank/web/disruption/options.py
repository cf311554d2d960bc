"""The options of the toolkit, read once from ``options.toml``, and which of them are offered for a subject.

Offered is only what protects, for a child, and only where a person confirmed the subject's part (practice rule 22). A row
that is not in force, or that nobody checked in its term, is greyed with the reason and is not newly used.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    from redshank.web.disruption.subjects import Subject

TARGETS = {
    "S": "an adult of concern", "C": "a child", "P": "premises", "V": "a vehicle or its driver", "B": "a business",
    "L": "a line or number", "A": "an area",
}  # fmt: skip
SURE = {
    "seen": "Read in the source on {day}",
    "known": "Written from general knowledge of the field on {day}: compare it with the text",
    "unsure": "Not sure: to be checked before anybody relies on it",
}
IN_FORCE = ("yes", "no", "not known")
TEXTS = ("code", "name", "does", "provision", "applies", "criterion")
MAY = ("for_a_child", "reaches_from", "charge", "why", "valid_from", "valid_to")
ADULT = 18


class Broken(ValueError):
    """``options.toml`` is not as it must be; the text says where and what to mend."""


@dataclass(frozen=True)
class Option:
    code: str
    name: str
    does: str
    provision: str
    applies: str
    criterion: str
    targets: tuple[str, ...]
    sure: str
    in_force: str
    checked_on: date
    source: str
    for_a_child: str = ""
    reaches_from: int = 0
    charge: bool = False
    why: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def targets_words(self) -> str:
        return ", ".join(TARGETS[t] for t in self.targets)

    @property
    def sure_words(self) -> str:
        from redshank.web.pages import words

        return SURE[self.sure].format(day=words.day(self.checked_on))

    def greyed(self, on: date | None = None) -> str:
        """Why it is not to be used newly on a day, or nothing."""
        from redshank.web.pages import words

        on = on or today()
        if self.in_force == "no":
            return f"Not in force: {self.why}."
        if self.in_force == "not known":
            return f"Not known to be in force: {self.why}."
        if self.valid_from is not None and on < self.valid_from:
            return f"Not in force before {words.day(self.valid_from)}."
        if self.valid_to is not None and on > self.valid_to:
            return f"Not in force since {words.day(self.valid_to)}."
        if on - self.checked_on > TOOLKIT.term:
            return f"Nobody has checked it since {words.day(self.checked_on)}; it is checked again after {TOOLKIT.term.days} days."
        return ""

    def as_shown(self) -> dict[str, Any]:
        """All of it, as it is kept with a decision (practice rule 6)."""
        return asdict(self)


@dataclass(frozen=True)
class Toolkit:
    version: str
    source: str
    term: timedelta
    options: dict[str, Option]  # by code, in the toolkit's order
    outcomes: dict[str, str]
    soon: timedelta
    review: timedelta
    few: int


@dataclass(frozen=True)
class Offer:
    """An option offered for a subject: to be considered, with legal advice."""

    option: Option
    says: str  # what it means for this subject
    greyed: str  # why it is not to be used, or nothing


def today() -> date:
    return timezone.localdate()


def read(text: str) -> Toolkit:
    """The toolkit from the text of a file; :class:`Broken` where a line of it cannot be relied on."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise Broken(f"options.toml cannot be read: {wrong}") from wrong
    for name in ("toolkit", "register", "outcomes", "option"):
        if not data.get(name):
            raise Broken(f"options.toml lacks [{name}]")
    options: dict[str, Option] = {}
    for entry in data["option"]:
        where = f"options.toml, option {entry.get('code') or entry.get('name') or 'without a code'}"
        option = _option(where, dict(entry))
        if option.code in options:
            raise Broken(f"{where}: the code stands twice")
        options[option.code] = option
    kit, register = data["toolkit"], data["register"]
    for table, names in ((kit, ("term_days",)), (register, ("soon_days", "review_days", "few"))):
        for name in names:
            if not isinstance(table.get(name), int) or table[name] < 1:
                raise Broken(f"options.toml: {name} must be a whole number of at least 1")
    if not kit.get("version"):
        raise Broken("options.toml: [toolkit] lacks its version")
    return Toolkit(
        kit["version"], _source("options.toml, [toolkit]", kit.get("source")), timedelta(days=kit["term_days"]), options, data["outcomes"],
        timedelta(days=register["soon_days"]), timedelta(days=register["review_days"]), register["few"],
    )  # fmt: skip


def _option(where: str, entry: dict[str, Any]) -> Option:
    known = {*TEXTS, *MAY, "targets", "sure", "in_force", "checked_on", "source"}
    if unknown := set(entry) - known:
        raise Broken(f"{where}: does not know {', '.join(sorted(unknown))}")
    for name in TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise Broken(f"{where}: lacks {name}")
    targets = entry.get("targets")
    if not targets or set(targets) - set(TARGETS):
        raise Broken(f"{where}: targets must be some of {', '.join(TARGETS)}")
    if entry.get("sure") not in SURE:
        raise Broken(f"{where}: sure must be one of {', '.join(SURE)}")
    if entry.get("in_force") not in IN_FORCE:
        raise Broken(f"{where}: in_force must be one of {', '.join(IN_FORCE)}")
    if entry["in_force"] != "yes" and not entry.get("why"):
        raise Broken(f"{where}: says in why what stands against its being in force")
    for name in ("checked_on", "valid_from", "valid_to"):
        if type(entry.get(name)) is not date and (name == "checked_on" or name in entry):
            raise Broken(f"{where}: {name} must be a day, as 2026-03-14")
    if ("C" in targets) != bool(entry.get("for_a_child")):
        raise Broken(f"{where}: has for_a_child if and only if C is among its targets")
    if "reaches_from" in entry and not 0 < entry["reaches_from"] < ADULT:
        raise Broken(f"{where}: reaches_from must be an age under {ADULT}")
    entry |= {"targets": tuple(targets), "source": _source(where, entry.get("source"))}
    return Option(**entry)


def _source(where: str, given: Any) -> str:
    """Cited by publisher, title and date (practice rule 28)."""
    if not isinstance(given, dict) or any(not given.get(n) for n in ("publisher", "title", "date")):
        raise Broken(f"{where}: source needs publisher, title and date")
    said = f"{given['publisher']}, “{given['title']}”, {given['date']}"
    return f"{said} ({given['note']})" if given.get("note") else said


TOOLKIT = read((Path(__file__).parent / "options.toml").read_text(encoding="utf-8"))


def offered(subject: Subject, on: date | None = None) -> list[Offer]:
    """What may be considered for a subject, in the toolkit's order; nothing before a person confirmed its part.

    For a child, and for anybody whose age is not recorded, only what protects; an order that may reach a child is
    suggested for somebody known to be an adult and for nothing else. Whatever is not offered can be recorded by hand.
    """
    if subject.confirmed is None:
        return []
    out = []
    for o in TOOLKIT.options.values():
        if not set(o.targets) & subject.targets:
            continue
        if o.reaches_from and not subject.is_adult:
            continue
        says = o.for_a_child if subject.protects_only else o.does
        out.append(Offer(o, says, o.greyed(on)))
    return out
