"""From what a sample is drawn: the records of a programme's frame that whoever draws may see, each with its stratum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from redshank.agreement import digest, draw, stratified
from redshank.web.audits.models import Item, Sample
from redshank.web.audits.programmes import Programme
from redshank.web.flags.models import PROPOSING, Act, Flag
from redshank.web.heads.models import Appearance, Behind, Crime, Record
from redshank.web.pages.around import publication
from redshank.web.pages.lists import parts
from redshank.web.register.review import own

NOTHING_SAID = "not recorded"


@dataclass(frozen=True)
class Drawn:
    """A sample as it would be kept: the frame by stratum, the keys, and those that a second person reads too."""

    frame: dict[str, str]
    keys: list[str]
    twice: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        out: dict[str, int] = {}
        for stratum in self.frame.values():
            out[stratum] = out.get(stratum, 0) + 1
        return dict(sorted(out.items()))

    @property
    def digest(self) -> str:
        return digest(f"{k}|{s}" for k, s in self.frame.items())


def period(p: Programme) -> tuple[date, date]:
    """The days of a frame, up to the day before the extract's: what is still being written is not audited."""
    as_of = publication().as_of
    until = (timezone.localdate(as_of) if as_of else timezone.localdate()) - timedelta(days=1)
    return until - timedelta(days=p.frame.days - 1), until


def ends(since: date, until: date) -> tuple[datetime, datetime]:
    """The moments at which these days begin and are over."""
    zone = timezone.get_current_timezone()
    return datetime.combine(since, time.min, zone), datetime.combine(
        until + timedelta(days=1), time.min, zone
    )


def _between(since: date, until: date) -> Q:
    low, high = ends(since, until)
    return Q(at__gte=low, at__lt=high)


def records(user: Any, p: Programme, since: date, until: date) -> Any:
    """The records of these days that this reader sees, whoever is named in them."""
    rows = Record.objects.visible_to(user, user.as_role.purpose)
    return rows.filter(_between(since, until), kind__in=p.frame.kinds)


def frame(user: Any, p: Programme, since: date, until: date) -> dict[str, str]:
    """Key → stratum. Where the programme asks for a part, somebody under 18 at the time is named in it."""
    rows = list(
        records(user, p, since, until)
        .order_by("key")
        .values_list("key", "kind", "district", "agency", "origin", "at")
    )
    if p.frame.role:
        under = _under_18(user, p, {key: at for key, _, _, _, _, at in rows})
        rows = [r for r in rows if r[0] in under]
    at = {
        "kind": lambda r: r[1],
        "district": lambda r: r[2],
        "unit": lambda r: r[3] or r[2],
        "origin": lambda r: r[4],
    }
    return {r[0]: at[p.strata](r) or NOTHING_SAID for r in rows}


def _under_18(user: Any, p: Programme, when: dict[str, datetime]) -> set[str]:
    """Records that name somebody in this part with a birth date that makes them under 18 at the time of the record."""
    out: set[str] = set()
    rows = Appearance.objects.visible_to(user, user.as_role.purpose).filter(
        role=p.frame.role, born__isnull=False
    )
    for some in parts(sorted(when)):
        for key, born in rows.filter(record_key__in=some).values_list("record_key", "born"):
            if when[key].date() < _eighteen(born):
                out.add(key)
    return out


def _eighteen(born: date) -> date:
    try:
        return born.replace(year=born.year + 18)
    except ValueError:  # the 29th of February
        return date(born.year + 18, 3, 1)


def drawn(user: Any, p: Programme, seed: str, size: int, since: date, until: date) -> Drawn:
    """The sample that this seed draws from what this person sees; a share of it, by the same seed, is read twice."""
    of = frame(user, p, since, until)
    keys = stratified(of, seed, size)
    twice = draw(keys, f"{seed}:second", -(-len(keys) * round(p.second * 1000) // 1000)) if p.second else []
    return Drawn(of, keys, frozenset(twice))


def by_scan(user: Any, p: Programme, listed: set[str], since: date, until: date) -> dict[str, str]:
    """Key → which scan named it: both, old, redshank or neither. Redshank names what stands behind a group that the night proposed."""
    keys = list(records(user, p, since, until).order_by("key").values_list("key", flat=True))
    ours = {k for k, by in known(user, keys).items() if "night" in by}
    cell = {(True, True): "both", (True, False): "old", (False, True): "redshank", (False, False): "neither"}
    return {k: cell[k in listed, k in ours] for k in keys}


def shadow(user: Any, p: Programme, listed: set[str], seed: str, size: int, since: date, until: date) -> Drawn:  # fmt: skip
    """As many of each part as of the others, so far as there are: what one scan named alone is rare and is what is asked about."""
    of = by_scan(user, p, listed, since, until)
    parts_of: dict[str, list[str]] = {}
    for key, cell in of.items():
        parts_of.setdefault(cell, []).append(key)
    keys: list[str] = []
    for n, (_, some) in enumerate(sorted(parts_of.items(), key=lambda x: (len(x[1]), x[0]))):
        # The smallest first: what it does not fill goes to the larger ones.
        keys += draw(some, seed, (size - len(keys)) // (len(parts_of) - n))
    twice = draw(keys, f"{seed}:second", -(-len(keys) * round(p.second * 1000) // 1000))
    return Drawn(of, sorted(keys), frozenset(twice))


def again(user: Any, sample: Sample) -> bool | None:
    """Whether the same seed still draws the same from what this person sees; None where the frame is another by now."""
    if sample.of.strata == "scan":
        return None  # it was drawn from a list, which is not kept
    new = drawn(user, sample.of, sample.seed, sample.size, sample.since, sample.until)
    if new.digest != sample.frame_digest:
        return None
    seen = Item.objects.visible_to(user, user.as_role.purpose).filter(sample=sample)
    return sorted(seen.values_list("record_key", flat=True)) == new.keys


def known(user: Any, keys: list[str]) -> dict[str, set[str]]:
    """What knew of these records already: a flag (here or the record system's own), or the night's proposed groups."""
    purpose = user.as_role.purpose
    out: dict[str, set[str]] = {k: set() for k in keys}
    flags = {
        f.pk: f for f in Flag.objects.visible_to(user, purpose).exclude(state__in=["withdrawn", "not_proven"])
    }
    acts = (
        Act.objects.visible_to(user, purpose).filter(flag__in=flags, kind__in=PROPOSING).order_by("at", "id")
    )
    relied = {a.flag_id: a.parsed("evidence") for a in acts}
    for number, flag in flags.items():
        for key in {flag.record_key, *relied.get(number, [])} & set(out):
            out[key].add("flag")
    for some in parts(keys):
        crimes = Crime.objects.visible_to(user, purpose).filter(key__in=some).exclude(flags="")
        for key, said in crimes.values_list("key", "flags"):
            if own(said):
                out[key].add("flag")
        behind = Behind.objects.visible_to(user, purpose).filter(kind="group", record_key__in=some)
        for key in behind.values_list("record_key", flat=True):
            out[key].add("night")
    return out
