"""Places of the child vulnerability profile: H3 cells (resolution 9) where something about children was found.

A cell comes from the coordinates of a crime or incident, from where a missing child was found, and from premises
that a record names (by mention, name, address or postcode). A child's own home, placement or school never
makes a place (practice rule 10). Weights: ``places.toml``, and the same pieces as in the matrix.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import h3
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from redshank.assessment import scoring
from redshank.assessment.config import Config
from redshank.assessment.evidence import pieces as find_pieces
from redshank.assessment.facts import Facts, View, build, strings
from redshank.engine import Engine
from redshank.tables import FINDINGS

PLACES = FINDINGS["places"]


@dataclass(frozen=True)
class Point:
    """Somewhere that a record speaks of."""

    record_key: str
    latitude: float
    longitude: float
    postcode: str
    words: str  # location in words, folded upper case
    premises: str  # premises_ref, or empty; also empty for a residential entry, which is somebody's home
    how: str  # the place of the record, found at, premises named


@dataclass
class Cell:
    """A cell while it is put together."""

    h3: str
    records: dict[str, int] = field(default_factory=dict)  # record_key → points
    children: set[str] = field(default_factory=set)
    how: dict[str, str] = field(default_factory=dict)
    districts: Counter = field(default_factory=Counter)

    def score(self, config: Config) -> int:
        points = config["places"]["points"]
        return (
            sum(self.records.values()) // 1000
            + points["each_further_child"] * (len(self.children) - 1)
            + points["each_further_record"] * (len(self.records) - 1)
        )


def places(
    view: View,
    signals: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    engine: Engine | None = None,
) -> pa.Table:
    """findings.places, highest score first."""
    cells = assess(
        view,
        signals,
        person_of,
        persons,
        as_of,
        config,
        mention_links=mention_links,
        mentions=mentions,
        engine=engine,
    )
    rows = [
        {
            "h3": cell.h3,
            "district": min(cell.districts, key=lambda d: (-cell.districts[d], d))
            if cell.districts
            else None,
            "as_of": as_of,
            "score": cell.score(config),
            "records": len(cell.records),
            "children": len(cell.children),
        }
        for cell in cells
    ]
    return PLACES.build(sorted(rows, key=lambda r: (-r["score"], r["h3"])))


def assess(
    view: View,
    signals: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    as_of: datetime,
    config: Config,
    *,
    mention_links: pa.Table | None = None,
    mentions: pa.Table | None = None,
    engine: Engine | None = None,
) -> list[Cell]:
    """The cells with the records and children behind them; ``explain`` reads the same."""
    facts = build(
        view, person_of, persons, as_of, config, mention_links=mention_links, mentions=mentions, engine=engine
    )
    found = find_pieces(facts, signals, config, engine=engine)
    found = found.filter(pc.is_in(found["status"], value_set=pa.array(["affirmed", "reported_speech"])))
    worth = _worth(found, facts, config)
    about: dict[str, set[str]] = {}
    for key, person in zip(found["record_key"].to_pylist(), found["person_id"].to_pylist(), strict=True):
        about.setdefault(key, set()).add(person)
    points = _points(facts, mentions, pa.array(sorted(worth), pa.string()))
    homes = _Homes(facts, pc.unique(found["person_id"]), config)
    district = dict(
        zip(
            facts.records["record_key"].to_pylist(),
            strings(facts.records["district"]).to_pylist(),
            strict=True,
        )
    )
    cells: dict[str, Cell] = {}
    for point in points:
        outside = {child for child in about[point.record_key] if not homes.holds(point, child)}
        # A home of one of the children concerned is a home, whoever else the record names.
        if homes.by_words(point) or len(outside) < len(about[point.record_key]):
            continue
        name = h3.latlng_to_cell(point.latitude, point.longitude, config["places"]["resolution"])
        cell = cells.setdefault(name, Cell(name))
        if point.record_key not in cell.records and district.get(point.record_key):
            cell.districts[district[point.record_key]] += 1
        cell.records[point.record_key] = worth[point.record_key]
        cell.how.setdefault(point.record_key, point.how)
        cell.children |= outside
    return [cells[name] for name in sorted(cells)]


def _worth(found: pa.Table, facts: Facts, config: Config) -> dict[str, int]:
    """Thousandths of points of each record: its strongest piece, decayed."""
    value = scoring.decayed(found["fresh"].to_numpy(), found["event"].to_numpy(), facts.now, config)
    out: dict[str, int] = {}
    for key, points in zip(found["record_key"].to_pylist(), value.tolist(), strict=True):
        out[key] = max(out.get(key, 1), points)
    return out


@lru_cache(maxsize=50_000)
def fold(words: str | None) -> str:
    """Upper case letters and figures, one space between."""
    return " ".join("".join(c if c.isalnum() else " " for c in anyascii(words or "").upper()).split())


def _points(facts: Facts, mentions: pa.Table | None, keys: pa.Array) -> list[Point]:
    """Every place that the records of these keys give, in a total order."""
    names = ("record_key", "record_type", "record_ref", "latitude", "longitude", "postcode", "location", "name", "kind",
             "found_latitude", "found_longitude", "found_postcode", "found_at_location")  # fmt: skip
    every = facts.records
    rows = every.filter(pc.is_in(every["record_key"], value_set=keys)).select(names).to_pylist()
    register = every.filter(
        pc.and_(pc.equal(every["record_type"], "premises"), pc.is_valid(every["latitude"]))
    )
    premises = {r["record_ref"]: r for r in register.select(names).to_pylist()}
    by_words: dict[str, str] = {}
    by_postcode: dict[str, list[str]] = {}
    for ref in sorted(premises):
        r = premises[ref]
        for words in (fold(r["name"]), fold(r["location"])):
            if len(words) > 5:
                by_words.setdefault(words, ref)
        if r["postcode"]:
            by_postcode.setdefault(r["postcode"], []).append(ref)
    out: list[Point] = []

    def at_premises(key: str, ref: str, how: str) -> None:
        r = premises[ref]
        public = "" if r["kind"] in ("residential", "other", None) else ref
        # What an entry of another kind is, only its name says.
        words = fold(r["location"]) if public else fold(f"{r['location'] or ''} {r['name'] or ''}")
        out.append(Point(key, r["latitude"], r["longitude"], r["postcode"] or "", words, public, how))

    for r in rows:
        key, kind = r["record_key"], r["record_type"]
        if kind in ("premises", "county_lines", "custody"):
            continue
        found = kind == "missing_episodes"
        words = fold(r["found_at_location"] if found else r["location"])
        postcode = (r["found_postcode"] if found else r["postcode"]) or ""
        lat, lon = (r["found_latitude"], r["found_longitude"]) if found else (r["latitude"], r["longitude"])
        ref = by_words.get(words, "")
        if not ref and not words and len(by_postcode.get(postcode, [])) == 1:
            ref = by_postcode[postcode][0]
        if lat is not None and lon is not None:
            public = ref if ref and premises[ref]["kind"] not in ("residential", "other", None) else ""
            out.append(
                Point(key, lat, lon, postcode, words, public, "found at" if found else "place of the record")
            )
        elif ref:
            at_premises(key, ref, "found at" if found else "place of the record")
    if mentions is not None:
        said = mentions.filter(pc.equal(mentions["kind"], "premises"))
        denied = pc.fill_null(said["negated"], False)
        said = said.filter(pc.and_(pc.invert(denied), pc.is_in(said["record_key"], value_set=keys)))
        pairs = sorted(set(zip(said["record_key"].to_pylist(), said["value"].to_pylist(), strict=True)))
        for key, ref in pairs:
            if ref in premises:
                at_premises(key, ref, "premises named in the text")
    return out


class _Homes:
    """Where the children of the records live: by address, by postcode, and by how near."""

    def __init__(self, facts: Facts, children: pa.Array, config: Config) -> None:
        self.rules = config["places"]["never"]
        words = sorted((re.escape(fold(w)) for w in self.rules["location_words"]), key=lambda w: (-len(w), w))
        self.pattern = re.compile(rf"\b(?:{'|'.join(words)})S?\b")
        self.streets = tuple(fold(w) for w in self.rules["street_words"])
        p = facts.presence
        whose = children.combine_chunks() if isinstance(children, pa.ChunkedArray) else children
        p = p.filter(pc.is_in(p["person_id"], value_set=whose))
        lived = p.filter(pc.or_(pc.not_equal(p["postcode"], ""), pc.not_equal(p["address"], "")))
        self.addresses: dict[str, set[str]] = {}
        self.postcodes: dict[str, set[str]] = {}
        for person, address, postcode in zip(
            *(lived[c].to_pylist() for c in ("person_id", "address", "postcode")), strict=True
        ):
            if address:
                self.addresses.setdefault(person, set()).add(fold(address))
            if postcode:
                self.postcodes.setdefault(person, set()).add(postcode)
        codes = sorted({code for theirs in self.postcodes.values() for code in theirs})
        self.where = _coordinates(facts, pa.array(codes, pa.string()))

    def by_words(self, point: Point) -> bool:
        """True for words of a home, a placement or a school. 'School Lane' is a street, and a hotel may be called after one."""
        return not point.premises and any(
            not point.words[found.end() :].strip().startswith(self.streets)
            for found in self.pattern.finditer(point.words)
        )

    def holds(self, point: Point, child: str) -> bool:
        """True where the point is the child's own address, its postcode (unless known premises stand there under
        another address), or nearer to it than the rule allows.
        """
        addresses = self.addresses.get(child, set())
        postcodes = self.postcodes.get(child, set())
        if point.words and any(f" {a} " in f" {point.words} " for a in addresses if a):
            return True
        if point.premises:
            return False
        if point.postcode and point.postcode in postcodes:
            return True
        near = self.rules["metres_from_home"]
        return any(
            metres(point.latitude, point.longitude, *self.where[code]) < near
            for code in postcodes
            if code in self.where
        )


def _coordinates(facts: Facts, codes: pa.Array) -> dict[str, tuple[float, float]]:
    """Postcode → a coordinate that some record gives for it."""
    r = facts.records
    out: dict[str, tuple[float, float]] = {}
    for code, lat, lon in (
        ("postcode", "latitude", "longitude"),
        ("found_postcode", "found_latitude", "found_longitude"),
    ):
        rows = r.filter(pc.and_(pc.is_valid(r[lat]), pc.is_in(r[code], value_set=codes)))
        for postcode, a, b in zip(
            rows[code].to_pylist(), rows[lat].to_pylist(), rows[lon].to_pylist(), strict=True
        ):
            if b is not None:
                out[postcode] = min(out.get(postcode, (a, b)), (a, b))
    return out


def metres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the ground, good to a metre within a town."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    y = math.radians(lat2 - lat1)
    return 6_371_000 * math.hypot(x, y)


__all__ = ["PLACES", "Cell", "Point", "assess", "metres", "places"]
