"""The obvious script: what an analyst with pandas, a list of phrases and networkx would write in an afternoon.

Kept honest and readable: one regular expression a phrase, as such lists are kept; exact keys for people; shared
phones and vehicles as edges; connected components. Run as a program it does the whole and prints its times.

    python -m benchmarks.peers.analyst DELIVERY [--scan-rows N]
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import time
from pathlib import Path

import networkx as nx
import pandas as pd

TEXT = {
    "crimes": ("crime_ref", "narrative"),
    "incidents": ("incident_ref", "log"),
    "missing_episodes": ("episode_ref", "narrative"),
    "vulnerability_entries": ("entry_ref", "narrative"),
    "intelligence": ("report_ref", "narrative"),
    "custody": ("custody_ref", "narrative"),
    "partner_referrals": ("referral_ref", "narrative"),
    "county_lines": ("line_ref", "narrative"),
}

#: About 320 phrases, as a scanning list grows: every combination that somebody once asked for.
LISTS = [
    (
        "older_associate",
        ["older", "adult", "unknown", "unrelated"],
        ["male", "man", "boyfriend", "female", "friend", "group"],
    ),
    (
        "unexplained_gifts",
        ["new", "expensive", "unexplained"],
        ["phone", "clothes", "trainers", "money", "jewellery", "gifts", "cash"],
    ),
    (
        "hotel_or_premises",
        ["seen at", "taken to", "found at", "staying at"],
        ["hotel", "takeaway", "flat", "shop", "address"],
    ),
    (
        "taxi_or_vehicle",
        ["got into", "picked up by", "dropped off by", "seen in"],
        ["a taxi", "a car", "a vehicle", "a van", "cab"],
    ),
    (
        "multiple_phones",
        ["two", "three", "several", "second"],
        ["phones", "handsets", "sim cards", "mobiles", "phone"],
    ),
    (
        "online_contact",
        ["met", "contacted", "messaged", "spoke to"],
        ["online", "on snapchat", "on instagram", "on the internet"],
    ),
    (
        "transported",
        ["travelled to", "driven to", "taken to", "found in"],
        ["another town", "london", "the coast", "the city"],
    ),
    (
        "substance_supply",
        ["given", "supplied with", "offered", "provided with"],
        ["alcohol", "drugs", "cannabis", "vodka", "drink"],
    ),
    (
        "school_absence",
        ["absent from", "excluded from", "missing from", "not attending"],
        ["school", "college", "lessons", "class"],
    ),
    (
        "county_lines",
        ["running", "holding", "selling", "delivering", "carrying"],
        ["drugs", "money", "cash", "packages", "a line"],
    ),
    (
        "coercion_or_control",
        ["threatened by", "controlled by", "scared of", "watched by"],
        ["him", "them", "a male", "the group", "older"],
    ),
    (
        "debt_or_threat",
        ["owes", "owed", "in debt to", "pay back"],
        ["money", "them", "the dealer", "a debt", "him"],
    ),
    (
        "unexplained_injury",
        ["unexplained", "unknown", "suspicious"],
        ["injury", "bruising", "marks", "bruises", "injuries"],
    ),
    (
        "repeat_missing",
        ["regularly", "repeatedly", "frequently", "often", "again"],
        ["missing", "goes missing", "went missing", "absent"],
    ),
    (
        "disclosure",
        ["disclosed", "told staff", "told mum", "confided", "reported"],
        ["that", "about", "to her", "to him"],
    ),
    (
        "multiple_suspects",
        ["two", "three", "four", "group of", "several"],
        ["males", "men", "adults", "suspects", "youths"],
    ),
    (
        "blaming",
        [
            "promiscuous",
            "attention seeking",
            "streetwise",
            "absconded",
            "refused to engage",
            "lifestyle choice",
        ],
        [""],
    ),
]


def phrases() -> list[tuple[str, re.Pattern[str]]]:
    """The scanning list as (indicator, regular expression)."""
    out = []
    for name, first, second in LISTS:
        for a, b in itertools.product(first, second):
            words = f"{a} {b}".strip().replace(" ", r"\s+(?:\w+\s+)?")
            out.append((name, re.compile(rf"\b{words}\b", re.IGNORECASE)))
    return out


def read_csv(path: Path) -> pd.DataFrame:
    """As pandas reads it; a file with a quote that never closes is read again by the reader that forgives it."""
    options = {"dtype": str, "on_bad_lines": "skip", "encoding_errors": "replace"}
    try:
        return pd.read_csv(path, **options)
    except pd.errors.ParserError:
        return pd.read_csv(path, engine="python", **options)


def read(delivery: Path) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    frames = []
    for table, (key, text) in TEXT.items():
        path = delivery / f"{table}.csv"
        if path.exists():
            rows = read_csv(path)
            frames.append(pd.DataFrame({"type": table, "ref": rows[key], "text": rows[text].fillna("")}))
    rows = {}
    for table in ("people", "phones", "vehicles"):
        rows[table] = read_csv(delivery / f"{table}.csv")
    return pd.concat(frames, ignore_index=True), rows


def scan(records: pd.DataFrame) -> pd.DataFrame:
    """One pass over all texts for each phrase."""
    hits = []
    for name, pattern in phrases():
        found = records[records["text"].str.contains(pattern, regex=True)]
        hits.append(pd.DataFrame({"type": found["type"], "ref": found["ref"], "indicator": name}))
    return pd.concat(hits, ignore_index=True)


def groups(hits: pd.DataFrame, rows: dict[str, pd.DataFrame]) -> int:
    """Same name and birth date is the same person; shared phones and vehicles are edges; components are groups."""
    people = rows["people"].fillna("")
    people["who"] = (
        people["surname"].str.upper() + "|" + people["forenames"].str.upper() + "|" + people["date_of_birth"]
    )
    flagged = set(zip(hits["type"], hits["ref"], strict=True))
    graph = nx.Graph()
    for row in people.itertuples():
        if (row.record_type, row.record_ref) in flagged:
            graph.add_edge(("person", row.who), ("record", row.record_type, row.record_ref))
            if row.phone:
                graph.add_edge(("person", row.who), ("phone", row.phone))
    for table, column in (("phones", "number"), ("vehicles", "vrm")):
        for row in rows[table].fillna("").itertuples():
            if (row.record_type, row.record_ref) in flagged:
                graph.add_edge(("record", row.record_type, row.record_ref), (table, getattr(row, column)))
    return sum(1 for part in nx.connected_components(graph) if sum(n[0] == "person" for n in part) >= 3)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("delivery", type=Path)
    parser.add_argument(
        "--scan-rows", type=int, default=0, help="scan only this many records (a stated sample)"
    )
    arguments = parser.parse_args()
    began = time.perf_counter()
    records, rows = read(arguments.delivery)
    read_seconds = time.perf_counter() - began
    sample = (
        records.sample(min(arguments.scan_rows, len(records)), random_state=1)
        if arguments.scan_rows
        else records
    )
    began = time.perf_counter()
    hits = scan(sample)
    scan_seconds = time.perf_counter() - began
    began = time.perf_counter()
    count = groups(hits, rows)
    result = {
        "phrases": len(phrases()),
        "records": len(sample),
        "characters": int(sample["text"].str.len().sum()),
        "characters_of_all": int(records["text"].str.len().sum()),
        "read_seconds": round(read_seconds, 2),
        "scan_seconds": round(scan_seconds, 2),
        "group_seconds": round(time.perf_counter() - began, 2),
        "groups": count,
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
