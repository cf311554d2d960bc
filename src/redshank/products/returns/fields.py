"""What a row of a return may say. A specification chooses from these and gives each its label.

Everything is as recorded; where a record says nothing, the cell is empty and a field beside it may say why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from redshank.products.figures.core import SEXES, band
from redshank.products.figures.quality import is_recorded
from redshank.products.returns.content import CHILD
from redshank.products.rows import Crime, Detention, Flag, Named
from redshank.products.words import LONDON

TWELVE_WEEKS = timedelta(weeks=12)


@dataclass(frozen=True)
class Facts:
    """What a row is made from: a suspect with their crimes, or a crime with its suspects."""

    ident: str  # pseudonym
    named: tuple[Named, ...]  # as suspects
    crimes: tuple[Crime, ...]
    detentions: tuple[Detention, ...]
    flags: tuple[Flag, ...]
    harmed: tuple[Named, ...]
    involved: int  # people known or believed to be involved, the unidentified too
    ages: frozenset[str]  # on the days of the events
    words: dict[str, dict[str, str]]


Reader = Callable[[Facts], str]
FIELDS: dict[str, tuple[str, Reader]] = {}  # name → what it is, how it is read


def field(name: str, what: str) -> Callable[[Reader], Reader]:
    def declare(read: Reader) -> Reader:
        if name in FIELDS:
            raise ValueError(f"two fields are called {name}")
        FIELDS[name] = (what, read)
        return read

    return declare


def joined(values: Iterable[str]) -> str:
    """Each once; where records differ, all that they say."""
    return "; ".join(sorted({v for v in values if v}))


def day(at: datetime | date | None) -> str:
    if at is None:
        return ""
    return (at.astimezone(LONDON).date() if isinstance(at, datetime) else at).isoformat()


def how_many(n: int) -> str:
    """Bands: a local default.

    >>> [how_many(n) for n in (0, 1, 2, 5, 6, 11)]
    ['none', '1', '2', '3 to 5', '6 to 10', 'more than 10']
    """
    if n < 3:
        return ("none", "1", "2")[n]
    return "3 to 5" if n < 6 else "6 to 10" if n < 11 else "more than 10"


def why_missing(recorded: list[str]) -> str:
    """Why a code is missing: nothing was written, or what was written says nothing."""
    if any(is_recorded(v) for v in recorded):
        return ""
    return "recorded as not stated" if any(v.strip() for v in recorded) else "nothing recorded"


def _first(f: Facts) -> Detention | None:
    held = [d for d in f.detentions if d.arrested]
    return min(held, key=lambda d: (d.arrested, d.key), default=None)  # type: ignore[arg-type,return-value]


@field("pseudonym", "An id made for this return alone; it leads to nobody without the force's key")
def _pseudonym(f: Facts) -> str:
    return f.ident


@field("age_at_arrest", "Age band on the day of the first arrest counted")
def _age_at_arrest(f: Facts) -> str:
    first = _first(f)
    return band(first.age) if first else "not arrested"


@field("age_at_event", "Age band on the day of the first of the crimes counted")
def _age_at_event(f: Facts) -> str:
    return band(min((n.age for n in f.named if n.age is not None), default=None))


@field("child", "Whether the suspect was under 18 on the day of any of the crimes: a child first")
def _child(f: Facts) -> str:
    return "yes" if CHILD in f.ages else "not known" if f.ages != {"18 or over"} else "no"


@field("sex", "Sex as recorded")
def _sex(f: Facts) -> str:
    return joined(SEXES.get(n.sex, "") for n in f.named)


@field("ethnicity_self", "Self-defined ethnicity as recorded (18+1)")
def _ethnicity_self(f: Facts) -> str:
    return joined(n.ethnicity_self for n in f.named if is_recorded(n.ethnicity_self))


@field("ethnicity_officer", "Ethnicity as an officer recorded it (6+1)")
def _ethnicity_officer(f: Facts) -> str:
    return joined(n.ethnicity_officer for n in f.named if is_recorded(n.ethnicity_officer))


@field("ethnicity_missing", "Why self-defined ethnicity is missing")
def _ethnicity_missing(f: Facts) -> str:
    return why_missing([n.ethnicity_self for n in f.named])


@field("nationality", "Nationality as recorded")
def _nationality(f: Facts) -> str:
    return joined(n.nationality for n in f.named if is_recorded(n.nationality))


@field("nationality_missing", "Why nationality is missing")
def _nationality_missing(f: Facts) -> str:
    return why_missing([n.nationality for n in f.named])


@field("arrested", "Day of the first arrest counted")
def _arrested(f: Facts) -> str:
    first = _first(f)
    return day(first.arrested) if first else ""


@field("suite", "Custody suite of the first arrest counted")
def _suite(f: Facts) -> str:
    first = _first(f)
    return first.station if first else ""


@field("detentions", "Number of custody records counted")
def _detentions(f: Facts) -> str:
    return str(len(f.detentions))


@field("offence", "Offences of the crimes, as recorded")
def _offence(f: Facts) -> str:
    return joined(c.offence for c in f.crimes)


@field("crimes", "Number of crimes counted")
def _crimes(f: Facts) -> str:
    return str(len(f.crimes))


@field("recorded", "Day on which the (first) crime was recorded")
def _recorded(f: Facts) -> str:
    return day(min((c.recorded for c in f.crimes if c.recorded), default=None))


@field("group_size", "People known or believed to be involved, in bands")
def _group_size(f: Facts) -> str:
    return how_many(f.involved)


@field("victims", "Children harmed in the crimes counted, in bands")
def _victims(f: Facts) -> str:
    return how_many(len({n.person for n in f.harmed}))


def _axis(f: Facts, key: str) -> str:
    said = f.words.get(f"axis.{key}", {})
    return joined(said.get(x.axes.get(key, ""), "") for x in f.flags)


@field("setting", "Setting, as the confirmed flag has it")
def _setting(f: Facts) -> str:
    return _axis(f, "setting")


@field("online", "Online or in person, as the confirmed flag has it")
def _online(f: Facts) -> str:
    return _axis(f, "online")


@field("nature", "Nature, as the confirmed flag has it")
def _nature(f: Facts) -> str:
    return _axis(f, "nature")


@field("outcome", "Outcome as recorded by the time of the extract")
def _outcome(f: Facts) -> str:
    said = f.words.get("outcome", {})
    return joined(said.get(c.outcome, c.outcome) if c.outcome else "no outcome yet" for c in f.crimes)


@field("suspects", "Suspects named in the crime")
def _suspects(f: Facts) -> str:
    return str(len({n.person for n in f.named}))


@field("suspects_children", "Of them under 18 on the day: children first")
def _suspects_children(f: Facts) -> str:
    return str(len({n.person for n in f.named if n.age is not None and n.age < 18}))


@field("suspects_ethnicity", "Of them with ethnicity recorded in either way")
def _suspects_ethnicity(f: Facts) -> str:
    return str(len({n.person for n in f.named if is_recorded(n.ethnicity_self) or is_recorded(n.ethnicity_officer)}))  # fmt: skip


@field("suspects_nationality", "Of them with nationality recorded")
def _suspects_nationality(f: Facts) -> str:
    return str(len({n.person for n in f.named if is_recorded(n.nationality)}))


@field("arrested_in_twelve_weeks", "Suspects arrested within twelve weeks of the recording")
def _arrested_in_twelve_weeks(f: Facts) -> str:
    since = min((c.recorded for c in f.crimes if c.recorded), default=None)
    if since is None:
        return ""
    return str(len({d.person for d in f.detentions if d.arrested and since <= d.arrested <= since + TWELVE_WEEKS}))  # fmt: skip
