"""What records say: by source, indicator, time and place, and in which words."""

from __future__ import annotations

from collections import Counter, defaultdict

from .told import Told, column, n
from .world import Record, World

NOWHERE = "no district recorded"
ORIGINS = {"incidents": "public", "missing_episodes": "public", "partner_referrals": "partner"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = ("00 to 06", "06 to 12", "12 to 18", "18 to 24")


def _kind(w: World, kind: str) -> str:
    return str(w.s.words["records"][kind])


def read(w: World) -> Told:
    every, some = Counter(r.kind for r in w.records), Counter(r.kind for r in w.signalled)
    cells = [c for k in every for c in ((_kind(w, k), "Records", n(every[k])), (_kind(w, k), "With a signal", n(some[k])))]  # fmt: skip
    return Told(
        f"{n(len(w.records))} records of the period were read; {n(len(w.signalled))} of them hold at least one signal.",
        cells,
    )


def origins(w: World) -> Told:
    counts: Counter[str] = Counter()
    for r in w.signalled:
        origin = ORIGINS.get(r.kind, "police")
        counts[r.cells["agency"] if origin == "partner" else origin] += 1
    partners = sum(ORIGINS.get(r.kind) == "partner" for r in w.signalled)
    return Told(
        f"Of {n(len(w.signalled))} records with a signal {n(partners)} come from partners and {n(counts['public'])} from the public.",
        column("Records", counts.items()),
    )  # fmt: skip


def models(w: World) -> Told:
    counts = Counter(i for r in w.signalled for i in w.s.signals[r.key])
    return Told(
        f"{n(len(w.signalled))} records of the period hold a signal.",
        column("Records", [(w.s.words["indicator"][i], c) for i, c in counts.items()]),
    )


def _telling(w: World, *indicators: str) -> list[Record]:
    return [r for r in w.signalled if w.s.signals[r.key] & set(indicators)]


def routes(w: World) -> Told:
    rows, moved = _telling(w, "transported", "taxi_or_vehicle"), _telling(w, "transported")
    return Told(
        f"{n(len(rows))} records tell of being moved or of a vehicle of an unrelated person, {n(len(moved))} of them of being moved between "
        "towns.",
        column("Records", Counter(r.district or NOWHERE for r in rows).items()),
    )  # fmt: skip


def online(w: World) -> Told:
    rows = _telling(w, "online_contact")
    return Told(
        f"{n(len(rows))} records tell of contact online.",
        column("Records", Counter(_kind(w, r.kind) for r in rows).items()),
    )


def times(w: World) -> Told:
    timed = [r for r in w.signalled if r.event is not None]
    counts = Counter((DAYS[r.event.weekday()], PARTS[r.event.hour // 6]) for r in timed)  # type: ignore[union-attr]
    return Told(
        f"{n(len(timed))} records have a time; {n(len(w.signalled) - len(timed))} have none and are left out.",
        [(day, part, n(c)) for (day, part), c in counts.items()],
    )


def by_month(w: World) -> Told:
    counts = Counter(f"{r.own:%B %Y}" for r in w.signalled)
    return Told(
        f"{n(len(w.signalled))} records of the period hold a signal, by the month in which they became known.",
        column("Records", counts.items()),
    )


def language(w: World) -> Told:
    """Each record once: with a phrase in the writer's own voice, and with a quoted one."""
    mine = {r.key: r for r in w.records}
    own, quoted = set(), set()
    for p in w.s.found["language"]:
        if (key := f"{p['record_type']}:{p['record_ref']}") in mine:
            (quoted if p["quoted"] == "true" else own).add(key)
    every: dict[str, int] = Counter(r.kind for r in w.records)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for at, keys in enumerate((own, quoted)):
        for key in keys:
            counts[mine[key].kind][at] += 1
    cells = []
    for kind, (a, b) in counts.items():
        label = _kind(w, kind)
        cells += [(label, "Records with a phrase", n(a)), (label, "With a quoted one", n(b)), (label, "Records read", n(every[kind]))]  # fmt: skip
    return Told(
        f"{n(len(own))} records hold a phrase that blames or diminishes a child, in the writer's own voice; {n(len(quoted))} hold one in a "
        "quotation.",
        cells,
    )  # fmt: skip


def _places(w: World) -> list[dict[str, str]]:
    return [p for p in w.s.found["places"] if w.here(p["district"])]


def places_named(w: World) -> Told:
    names = {p["cell"]: p["name"] for p in w.s.sql("SELECT cell, name FROM heads_place WHERE valid_to IS NULL AND in_full")}  # fmt: skip
    rows = _places(w)
    big = [p for p in rows if int(p["children"]) >= 3]
    cells = [(f"{names[p['h3']]}, {p['district']}", "Records", n(int(p["records"]))) for p in big[:20]]
    return Told(
        f"{n(len(big))} places have at least three children behind them, of {n(len(rows))} that were found.",
        cells,
        ordered=True,
    )


def places_districts(w: World) -> Told:
    rows = _places(w)
    return Told(
        f"{n(len(rows))} places were found, by the district that most of their records name.",
        column("Places", Counter(p["district"] or NOWHERE for p in rows).items()),
    )


FIGURES = {
    "records.read": read,
    "origins": origins,
    "models": models,
    "routes": routes,
    "online": online,
    "times": times,
    "times.months": by_month,
    "language": language,
    "places.named": places_named,
    "places.districts": places_districts,
}
