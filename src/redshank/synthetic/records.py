"""The growing force: records of all tables, who is named in them, and what they truthfully state.

Makers (:mod:`ordinary`, :mod:`groups`, :mod:`decoys`) add to a :class:`Force`; :func:`finish` turns each table's generic
columns into the columns of the extract. Records go by number until the very end, when their references are given by
time, so that no reference tells a planted record from an ordinary one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.synthetic.appear import RECORD_TABLES, Rows, number_strings, strings, style_phone
from redshank.synthetic.population import Population, Vehicle

_STYLES = np.array([0.1, 0.7, 0.95])


@dataclass
class Force:
    """All that has been recorded so far. ``cells`` overrides a finished cell: column name, record number, value."""

    population: Population
    rows: Rows = field(default_factory=Rows)
    tables: dict[str, list[pa.Table]] = field(default_factory=lambda: {t: [] for t in RECORD_TABLES})
    vehicles: list[tuple[np.ndarray, int, str, list[Vehicle]]] = field(default_factory=list)
    phones: list[tuple[np.ndarray, int, str, list[str]]] = field(default_factory=list)
    signals: list[pa.Table] = field(default_factory=list)
    cells: dict[str, dict[int, str]] = field(default_factory=dict)
    count: int = 0

    def new_records(self, n: int) -> np.ndarray:
        """Numbers of ``n`` new records."""
        self.count += n
        return np.arange(self.count - n, self.count)

    def add_records(
        self, table: str, rid: np.ndarray, at: np.ndarray, code: str | list[str], title: str | list[str],
        street: np.ndarray, place: np.ndarray, text: pa.Array, missing: np.ndarray,
    ) -> None:  # fmt: skip
        """``at`` seconds; ``street`` and ``place`` numbers (place -1: the street itself); ``missing``: the person."""
        n = len(rid)

        def column(value: str | list[str]) -> pa.Array:
            return pa.array([value] * n if isinstance(value, str) else value, pa.string())

        self.tables[table].append(
            pa.table(
                {
                    "rid": rid.astype(np.int64), "at": at.astype(np.int64), "code": column(code), "title": column(title),
                    "street": street.astype(np.int64), "place": place.astype(np.int64), "text": text,
                    "missing": missing.astype(np.int64),
                }
            )
        )  # fmt: skip

    def add_vehicles(self, rid: np.ndarray, table: int, role: str, cars: list[Vehicle]) -> None:
        self.vehicles.append((rid, table, role, cars))

    def add_phones(self, rid: np.ndarray, table: int, role: str, numbers: list[str]) -> None:
        shift = len(self.phones)
        styled = [style_phone(x, float(_STYLES[(i + shift) % 3])) for i, x in enumerate(numbers)]
        self.phones.append((rid, table, role, styled))

    def add_signals(
        self, rid: np.ndarray, table: int, indicator: str, status: str, withheld: bool, source: str
    ) -> None:
        """The records state the indicator. ``source``: ``text``, ``fields``, or ``pattern`` where identity is needed."""
        n = len(rid)
        if n:
            self.signals.append(
                pa.table(
                    {
                        "rid": rid.astype(np.int64), "table": np.full(n, table), "indicator": pa.array([indicator] * n),
                        "status": pa.array([status] * n), "withheld": pa.array([withheld] * n),
                        "source": pa.array([source] * n),
                    }
                )
            )  # fmt: skip


def iso(seconds: np.ndarray) -> pa.Array:
    """Times as text, in UTC with the offset."""
    text = pc.strftime(pa.array(seconds.astype("datetime64[s]")), format="%Y-%m-%dT%H:%M:%S")
    return pc.binary_join_element_wise(text, "+00:00", "")


def _pick(
    values: tuple[str, ...], n: int, rng: np.random.Generator, p: list[float] | None = None
) -> pa.Array:
    return pa.array(values).take(pa.array(rng.choice(len(values), n, p=p)))


def finish(force: Force, table: str, end: int, rng: np.random.Generator) -> pa.Table:
    """One table's extract, sorted by time, with ``rid``, ``at``, ``missing`` and the two times of a return kept at the end.

    ``end``: seconds of the last moment that the delivery may know of.
    """
    raw = pa.concat_tables(force.tables[table]).combine_chunks()
    raw = raw.take(pc.sort_indices(raw, sort_keys=[("at", "ascending"), ("rid", "ascending")]))
    n = raw.num_rows
    at = raw["at"].to_numpy()
    street, place = raw["street"].to_numpy(), raw["place"].to_numpy()
    places = force.population.places
    named = place >= 0
    town = places.street_town[street]
    house = pc.binary_join_element_wise(
        number_strings(1 + raw["rid"].to_numpy() * 7 % 140), places.street_column.take(pa.array(street)), " "
    )
    safe = np.where(named, place, 0)
    prem = places.premises
    location = pc.if_else(pa.array(named), pa.array([x.name for x in prem]).take(pa.array(safe)), house)
    location = pc.binary_join_element_wise(location, places.town_column.take(pa.array(town)), ", ")
    postcode = pc.if_else(
        pa.array(named),
        pa.array([x.postcode for x in prem]).take(pa.array(safe)),
        places.postcode_column.take(pa.array(street)),
    )
    jitter = np.where(named, 0.0, (rng.random(n) - 0.5) * 0.002)
    lat = np.where(named, np.array([x.latitude for x in prem])[safe], places.street_lat[street]) + jitter
    lon = np.where(named, np.array([x.longitude for x in prem])[safe], places.street_lon[street]) + jitter
    has_point = rng.random(n) < 0.85
    c: dict[str, Any] = {
        "location": strings(location, rng.random(n) < 0.96),
        "postcode": strings(postcode, rng.random(n) < 0.85),
        "latitude": strings(_degrees(lat), has_point),
        "longitude": strings(_degrees(lon), has_point),
        "district": strings(places.district_column.take(pa.array(places.district_of_town[town])), rng.random(n) < 0.98),
        "beat": pc.binary_join_element_wise("B", number_strings(town * 4 + street % 4 + 1), ""),
        "code": raw["code"], "title": raw["title"], "text": raw["text"], "time": iso(at), "at": at,
        "rid": raw["rid"].to_numpy(), "missing": raw["missing"].to_numpy(),
    }  # fmt: skip
    made = _FINISH[table](c, n, end, rng)
    extra = {k: made.pop(k) for k in ("_returned", "_interview") if k in made}
    rid = c["rid"]
    order = {int(r): i for i, r in enumerate(rid.tolist())} if force.cells else {}
    for name in [x for x in made if x in force.cells]:
        hits = sorted((order[r], v) for r, v in force.cells[name].items() if r in order)
        if hits:
            mask = np.zeros(n, bool)
            mask[[i for i, _ in hits]] = True
            column = made[name].combine_chunks() if isinstance(made[name], pa.ChunkedArray) else made[name]
            made[name] = pc.replace_with_mask(
                column, pa.array(mask), pa.array([v for _, v in hits], pa.string())
            )
    made |= {"rid": pa.array(rid), "at": pa.array(at), "missing": pa.array(c["missing"])}
    made |= {k: pa.array(v) for k, v in extra.items()}
    return pa.table(made)


def _degrees(values: np.ndarray) -> pa.Array:
    """Five decimals as text, exact on every platform."""
    scaled = np.round(values * 100_000).astype(np.int64)
    return pc.binary_join_element_wise(
        number_strings(scaled // 100_000), pc.utf8_lpad(number_strings(scaled % 100_000), 5, "0"), "."
    )


def _crimes(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    began = c["at"] - rng.integers(0, 40, n) ** 2 * 600
    return {
        "crime_ref": c["time"], "recorded_at": c["time"], "occurred_from": iso(began),
        "occurred_to": strings(iso(np.minimum(began + rng.integers(0, 8, n) * 3600, c["at"])), rng.random(n) < 0.8),
        "offence_code": c["code"], "offence": c["title"], "district": c["district"], "beat": c["beat"],
        "location": c["location"], "postcode": c["postcode"], "latitude": c["latitude"], "longitude": c["longitude"],
        "status": _pick(("filed", "under investigation"), n, rng, [0.8, 0.2]),
        "outcome": _pick(("18", "14", "15", "16", "1", "8", ""), n, rng, [0.35, 0.15, 0.1, 0.1, 0.08, 0.07, 0.15]),
        "flags": _pick(("", "AL", "DA", "VU|RV"), n, rng, [0.85, 0.06, 0.06, 0.03]), "narrative": c["text"],
    }  # fmt: skip


def _incidents(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    stamp = pc.strftime(pa.array(c["at"].astype("datetime64[s]")), format="%H:%M ")
    return {
        "incident_ref": c["time"], "received_at": c["time"], "opening_code": c["code"],
        "closing_code": _pick(("R01 resolved", "R02 no trace", "C01 crimed", "A03 advice", "N05 no further action"), n, rng),
        "district": c["district"], "beat": c["beat"], "location": c["location"], "postcode": c["postcode"],
        "latitude": c["latitude"], "longitude": c["longitude"],
        "log": pc.binary_join_element_wise(strings(stamp, rng.random(n) < 0.4), c["text"], ""),
    }  # fmt: skip


def _missing(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    at = c["at"]
    returned = at + (rng.gamma(1.6, 9, n) * 3600).astype(np.int64) + 1800
    back = returned < end
    late = rng.random(n) < 0.22
    held = returned + np.where(late, rng.integers(74, 260, n), rng.integers(8, 71, n)) * 3600
    soon = returned > end - 5 * 86400  # so that nothing falls due on the last days
    never = (rng.random(n) < 0.12) & ~soon
    held = np.where(soon, np.minimum(returned + rng.integers(600, 3000, n), end), held)
    has = back & ~never & (held <= end)
    offered = np.minimum(returned + rng.integers(1, 20, n) * 3600, held)
    return {
        "episode_ref": c["time"], "reported_at": c["time"], "missing_from_at": iso(at - rng.integers(1, 30, n) * 600),
        "returned_at": strings(iso(returned), back),
        "risk": _pick(("high", "medium", "low", "very low", "no apparent risk", "absent"), n, rng, [0.12, 0.55, 0.2, 0.06, 0.05, 0.02]),
        "district": c["district"], "missing_from": c["location"],
        "found_at_location": strings(_pick(("home address", "returned by self", "friend's address", "town centre", "hospital"), n, rng), back),
        "found_postcode": strings(c["postcode"], back & (rng.random(n) < 0.2)),
        "found_latitude": strings(c["latitude"], np.zeros(n, bool)), "found_longitude": strings(c["longitude"], np.zeros(n, bool)),
        "return_interview_offered_at": strings(iso(offered), has), "return_interview_at": strings(iso(held), has),
        "narrative": c["text"], "_returned": np.where(back, returned, -1), "_interview": np.where(has, held, -1),
    }  # fmt: skip


def _vulnerability(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    return {
        "entry_ref": c["time"], "entered_at": c["time"], "list": c["title"], "district": c["district"],
        "location": c["location"], "postcode": c["postcode"], "reason": c["code"], "narrative": c["text"],
    }  # fmt: skip


def _intelligence(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    return {
        "report_ref": c["time"], "submitted_at": c["time"],
        "source_evaluation": _pick(("1", "2", "3"), n, rng, [0.55, 0.4, 0.05]),
        "intelligence_assessment": _pick(("A", "B", "C", "D", "E"), n, rng, [0.3, 0.25, 0.25, 0.17, 0.03]),
        "handling": _pick(("P", "C"), n, rng, [0.85, 0.15]), "district": c["district"], "narrative": c["text"],
    }  # fmt: skip


def _custody(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    out = c["at"] + rng.integers(3, 24, n) * 3600
    return {
        "custody_ref": c["time"], "arrested_at": c["time"], "released_at": strings(iso(out), out < end),
        "station": _pick(("Saltreach Custody", "Dravenstow Custody"), n, rng), "district": c["district"],
        "offence_code": c["code"], "offence": c["title"], "narrative": c["text"],
    }  # fmt: skip


def _referrals(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    return {
        "referral_ref": c["time"], "received_at": c["time"], "agency": c["title"], "category": c["code"],
        "district": c["district"], "location": c["location"], "postcode": c["postcode"], "narrative": c["text"],
    }  # fmt: skip


def _lines(c: dict[str, Any], n: int, end: int, rng: np.random.Generator) -> dict[str, Any]:
    opened = c["at"] - rng.integers(60, 500, n) * 86400
    return {
        "line_ref": c["time"], "name": c["title"], "status": _pick(("active", "dormant", "closed"), n, rng, [0.6, 0.25, 0.15]),
        "opened_on": pc.cast(pa.array((opened // 86400).astype("datetime64[D]")), pa.string()),
        "origin": _pick(("Norvale City", "Port Ambrel", "Lowgarth"), n, rng), "phone": c["code"], "assessed_at": c["time"],
        "narrative": c["text"], "known_sexual_exploitation": _pick(("",), n, rng), "force_score": _pick(("",), n, rng),
        "force_band": _pick(("",), n, rng),
    }  # fmt: skip


_FINISH = {
    "crimes": _crimes, "incidents": _incidents, "missing_episodes": _missing, "vulnerability_entries": _vulnerability,
    "intelligence": _intelligence, "custody": _custody, "partner_referrals": _referrals, "county_lines": _lines,
}  # fmt: skip
