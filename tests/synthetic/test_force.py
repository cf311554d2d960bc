"""The written force: the same bytes each time, nowhere real, mostly ordinary, and true to its own truth."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from redshank.synthetic import grammar, write
from redshank.synthetic.grammar import load
from redshank.synthetic.write import people_of
from redshank.tables.extracts import EXTRACTS

KEYS = {name: t.key[0] for name, t in EXTRACTS.items() if t.key}
TEXT = {name: "log" if name == "incidents" else "narrative" for name in KEYS}
DELIVERIES = ("first", "night")


def digest(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def current(force, table):
    """Key to row, the later delivery's version last."""
    return {r[KEYS[table]]: r for d in DELIVERIES for r in force.rows(d, table)}


def records(force):
    return {(t, k): r for t in KEYS if t != "premises" for k, r in current(force, t).items()}


def test_same_seed_same_bytes_whatever_the_hash_seed(small, tmp_path):
    code = "import sys; from pathlib import Path; from redshank.synthetic import write; write(Path(sys.argv[1]), seed=1)"
    env = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=env)
    assert digest(tmp_path) == digest(small.folder)


def test_another_seed_is_another_force(small, tmp_path):
    write(tmp_path, "small", seed=7)
    changed = [k for k, v in digest(tmp_path).items() if digest(small.folder).get(k) != v]
    assert {"first/people.csv", "first/crimes.csv", "truth/groups.csv"} <= set(changed)


def test_too_few_days_and_unknown_scales_are_refused(tmp_path):
    with pytest.raises(ValueError, match="300"):
        write(tmp_path, days=100)
    with pytest.raises(KeyError):
        write(tmp_path, "huge")


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_tables_have_the_columns_of_the_contract_and_no_stranger_lies_beside_them(small, delivery):
    for path in (small.folder / delivery).iterdir():
        header = path.read_text("utf-8", "replace").splitlines()[0].replace('"', "").split(",")
        assert header == [c.name for c in EXTRACTS[path.stem].columns]
    assert (small.folder / "SYNTHETIC").exists()


REAL = [
    "aldershot",
    "avon",
    "bath",
    "bedford",
    "birmingham",
    "blackpool",
    "bolton",
    "bournemouth",
    "bradford",
    "brighton",
    "bristol",
    "burnley",
    "bury",
    "cambridge",
    "cardiff",
    "carlisle",
    "chester",
    "cleveland",
    "cornwall",
    "coventry",
    "cumbria",
    "derby",
    "devon",
    "doncaster",
    "dorset",
    "durham",
    "dyfed",
    "essex",
    "exeter",
    "glasgow",
    "gloucester",
    "gwent",
    "hampshire",
    "hereford",
    "hertford",
    "huddersfield",
    "hull",
    "humberside",
    "ipswich",
    "keighley",
    "kent",
    "lancashire",
    "lancaster",
    "leeds",
    "leicester",
    "lincoln",
    "liverpool",
    "london",
    "luton",
    "manchester",
    "merseyside",
    "newcastle",
    "norfolk",
    "northampton",
    "northumbria",
    "norwich",
    "nottingham",
    "oldham",
    "oxford",
    "peterborough",
    "plymouth",
    "portsmouth",
    "preston",
    "reading",
    "rochdale",
    "rotherham",
    "salford",
    "scotland",
    "sheffield",
    "slough",
    "southampton",
    "staffordshire",
    "stockport",
    "stoke",
    "suffolk",
    "sunderland",
    "surrey",
    "sussex",
    "swansea",
    "swindon",
    "telford",
    "thames",
    "wakefield",
    "warwickshire",
    "wigan",
    "wiltshire",
    "wolverhampton",
    "worcester",
    "york",
    "yorkshire",
    "felixstowe",
    "lowestoft",
    "bury",
    "whitby",
    "scarborough",
]


def test_no_real_place_and_all_points_in_the_sea(small):
    places = load("places.toml")
    names = [places["force"], *places["words"]["far_towns"]]
    names += [d["name"] for d in places["district"]] + [t for d in places["district"] for t in d["towns"]]
    words = {w for name in names for w in name.lower().split()}
    assert not words & set(REAL)
    for r in records(small).values():
        if r.get("latitude") and r["latitude"] != "512":
            # Open North Sea; the nearest land (near 54.5 N, 0.6 W) is more than 80 km away.
            assert 54.8 < float(r["latitude"]) < 55.1
            assert 0.6 < float(r["longitude"]) < 1.25
        if r.get("postcode"):
            assert re.fullmatch(r"ZK\d{1,2} \d[A-Z]{2}", r["postcode"])


def test_numbers_and_marks_are_synthetic(small):
    for d in DELIVERIES:
        for r in small.rows(d, "vehicles"):
            assert re.fullmatch(r"X[A-Z]\d\d [A-Z]{3}", r["vrm"])  # never issued for the road
        for r in small.rows(d, "phones"):
            assert re.fullmatch(r"0?7\d{9}", r["number"].replace("+44", "0").replace(" ", ""))


def test_nothing_graphic(small):
    graphic = re.compile(
        r"\b(rap(e|ed|ing)|intercourse|penetrat\w*|genital\w*|naked|nude|semen|groped?|molest\w*|oral|breasts?|blood(y|ied)"
        r"|stabb\w+|beaten|whore|slut|slag)\b",
        re.I,
    )
    for key, r in records(small).items():
        found = graphic.search(r[TEXT[key[0]]] or "")
        assert not found, (key, found)


def share_ordinary(force) -> float:
    """Share of records that name nobody planted and affirm nothing but what ordinary children's records affirm."""
    planted = {r["true_person"] for r in force.rows("truth", "groups") + force.rows("truth", "children")}
    touched = {
        (r["record_type"], r["record_ref"])
        for r in force.rows("truth", "people")
        if r["true_person"] in planted
    }
    plain = {"missing_episode", "repeat_missing", "return_interview_overdue", "school_absence"}
    touched |= {
        (r["record_type"], r["record_ref"])
        for r in force.rows("truth", "signals")
        if r["status"] == "affirmed" and r["indicator"] not in plain
    }
    return 1 - len(touched) / len(records(force))


def test_most_records_are_ordinary(small):
    assert share_ordinary(small) >= 0.85


def test_truth_of_people_points_at_the_row_that_names_the_record(small):
    rows = {d: small.rows(d, "people") for d in DELIVERIES}
    truth = small.rows("truth", "people")
    known = records(small)
    assert len(truth) > 4000
    for t in truth:
        row = rows[t["delivery"]][int(t["row"]) - 1]
        assert (row["record_type"], row["record_ref"]) == (t["record_type"], t["record_ref"])
        assert (t["record_type"], t["record_ref"]) in known


def test_every_true_signal_has_its_record_and_stands_once(small):
    known, seen = records(small), Counter()
    for s in small.rows("truth", "signals"):
        assert (s["record_type"], s["record_ref"]) in known
        assert s["withheld"] in ("true", "false")
        seen[s["record_type"], s["record_ref"], s["indicator"], s["status"]] += 1
    assert set(seen.values()) == {1}
    assert {k[2] for k in seen} == set(grammar.signals())
    assert {k[3] for k in seen} == set(grammar.STATUSES)


def test_offsets_cut_out_the_phrase_that_blames(small):
    raw = load("grammar_language.toml")
    phrases = re.findall(r"<([^>]+)>", raw["own"] + raw["quoted"])
    pattern = re.compile("|".join(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(p)) for p in phrases), re.I)
    known, truth = records(small), small.rows("truth", "language")
    assert len(truth) >= 20
    for t in truth:
        text = known[t["record_type"], t["record_ref"]][TEXT[t["record_type"]]]
        start, end = int(t["start"]), int(t["end"])
        # shortenings may have changed a word inside
        assert pattern.fullmatch(text[start:end]) or " wiht" in text[start:end] + " ", text[start:end]
        assert (text[:start].count('"') % 2 == 1) == (t["quoted"] == "true")
    assert {t["quoted"] for t in truth} == {"true", "false"}


def test_truth_tells_the_naming_tradition_of_everybody_in_a_file_of_its_own(small):
    of = {r["true_person"]: r["tradition"] for r in small.rows("truth", "traditions")}
    assert set(of) == {r["true_person"] for r in small.rows("truth", "people")}
    assert len(set(of.values())) == 20
    rows = {d: small.rows(d, "people") for d in DELIVERIES}
    pairs = [
        (of[t["true_person"]], rows[t["delivery"]][int(t["row"]) - 1]) for t in small.rows("truth", "people")
    ]
    polish = [row for tradition, row in pairs if tradition == "polish" and row["nationality"]]
    assert len(polish) > 5
    assert {row["nationality"] for row in polish} == {"Polish"}


def test_broken_rows_are_where_the_truth_says(small):
    checks = {
        "no key": lambda r, t: r[KEYS[t]] == "",
        "latitude outside the globe": lambda r, t: r["latitude"] == "512",
        "too many cells": lambda r, t: None in r,
        "too few cells": lambda r, t: list(r.values()).count(None) > 3,
        "bytes that are no text": lambda r, t: "�" in r["narrative"],
        "the file is cut off in the middle of the row": lambda r, t: r["custody_ref"] == "CU/CUT",
        "its record is nowhere": lambda r, t: r["record_ref"].startswith("NOWHERE"),
        "its record was itself refused": lambda r, t: r["record_ref"].startswith("QC-BAD"),
        "a birth date later than the record": lambda r, t: r["date_of_birth"] == "2031-05-05",
        "a date that is no date": lambda r, t: "31/02/2026 25:10" in r.values() or "1990-13-45" in r.values(),
        "the key stands twice with other content": lambda r, t: r["status"] == "reopened",
        "a code outside the list": lambda r, t: bool({"severe", "friend", "7", "watch"} & set(r.values())),
    }
    seen = set()
    for q in small.rows("truth", "quarantine"):
        table = q["file"].removesuffix(".csv")
        row = small.rows(q["delivery"], table)[int(q["row"]) - 1]
        assert checks[q["problem"]](row, table), q
        assert (q["kept"] == "true") == bool({"severe", "friend"} & {str(v) for v in row.values()})
        seen.add(q["problem"])
    assert seen == set(checks)


def test_structured_signals_equal_a_plain_reading_of_the_files(small):
    """An oracle in a few lines, from the written files, the truth of who is who, and birth dates."""
    population = people_of("small", 1)[0]
    episodes = current(small, "missing_episodes")
    later = {r["episode_ref"] for r in small.rows("night", "missing_episodes")}
    who = {}
    for t in small.rows("truth", "people"):
        if t["record_type"] == "missing_episodes" and (t["delivery"] == "night") == (
            t["record_ref"] in later
        ):
            who.setdefault(t["record_ref"], []).append(
                (t["delivery"], int(t["row"]), int(t["true_person"][1:]))
            )
    people = {d: small.rows(d, "people") for d in DELIVERIES}
    by_child = defaultdict(list)
    for ref, named in who.items():
        missing = [p for d, row, p in named if people[d][row - 1]["role"] in ("missing", "friend")]
        if missing and ref in episodes:
            at = datetime.fromisoformat(episodes[ref]["reported_at"])
            born = date(1970, 1, 1) + timedelta(days=int(population.born[missing[0]]))
            if (at.date() - born).days / 365.25 < 18:
                by_child[missing[0]].append((at, ref))
    want = defaultdict(set)
    now = max(datetime.fromisoformat(e["reported_at"]) for e in episodes.values()).replace(hour=23, minute=59)
    for times in by_child.values():
        times.sort()
        for i, (at, ref) in enumerate(times):
            want["missing_episode"].add(ref)
            if i >= 2 and at - times[i - 2][0] <= timedelta(days=90):
                want["repeat_missing"].add(ref)
            back, held = episodes[ref]["returned_at"], episodes[ref]["return_interview_at"]
            if back:
                due = datetime.fromisoformat(back) + timedelta(hours=72)
                if (held and datetime.fromisoformat(held) > due) or (not held and due < now):
                    want["return_interview_overdue"].add(ref)
    got = defaultdict(set)
    for s in small.rows("truth", "signals"):
        if s["record_type"] == "missing_episodes" and s["status"] == "affirmed":
            got[s["indicator"], s["source"]].add(s["record_ref"])
    for name in ("missing_episode", "repeat_missing", "return_interview_overdue"):
        fields = got[name, "fields"] | got[name, "pattern"]
        assert len(want[name]) > 5, name
        assert fields <= want[name], name
        assert want[name] <= fields | got[name, "text"], name


def test_groups_are_of_every_kind_and_can_be_recognised(small):
    groups = defaultdict(list)
    for r in small.rows("truth", "groups"):
        groups[r["true_group"]].append(r)
    assert {g[0]["kind"] for g in groups.values()} >= {
        "phone",
        "premises",
        "vehicle",
        "peer",
        "online",
        "across_districts",
    }
    assert {g[0]["strength"] for g in groups.values()} == {"weak", "moderate", "strong"}
    for g in groups.values():
        suspects = sum(r["role"] == "suspect" or r["also_named_as_suspect"] == "true" for r in g)
        assert 3 <= suspects <= 8
        assert 2 <= len(g) - suspects <= 6
        assert g[0]["active_from"] <= g[0]["recognisable_on"] <= g[0]["active_to"]
    unnamed = [r for r in small.rows("truth", "groups") if r["identified"] == "false"]
    assert unnamed
    assert not {r["true_person"] for r in unnamed} & {r["true_person"] for r in small.rows("truth", "people")}


def test_in_no_crime_recorded_nobody_is_called_suspect(small):
    members = {
        r["true_person"]
        for r in small.rows("truth", "groups")
        if r["kind"] in ("no_crime_recorded", "facilitators_only") and r["role"] == "suspect"
    }
    text = {
        (r["record_type"], r["record_ref"])
        for r in small.rows("truth", "signals")
        if r["indicator"] == "multiple_suspects"
    }
    crimes = [
        t for t in small.rows("truth", "people")
        if t["true_person"] in members and t["record_type"] == "crimes" and (t["record_type"], t["record_ref"]) in text
    ]  # fmt: skip
    assert members
    assert not crimes


def test_the_night_has_a_call_that_only_its_text_ties(small):
    """A child of a group misspelt in a call's text, in a car that stands in another district's crime."""
    marks = {
        r["record_ref"]: r["vrm"] for r in small.rows("first", "vehicles") if r["record_type"] == "crimes"
    }
    crimes, calls = current(small, "crimes"), {r["incident_ref"]: r for r in small.rows("night", "incidents")}
    named = {
        r["record_ref"]
        for r in small.rows("night", "people")
        if r["role"] != "reporter" and r["record_type"] == "incidents"
    }
    hits = [
        (call, crime)
        for call, c in calls.items()
        if call not in named
        for crime, mark in marks.items()
        if mark.replace(" ", "") in (c["log"] or "").replace(" ", "").upper()
        and crimes.get(crime, {}).get("district") and c["district"] and crimes[crime]["district"] != c["district"]
    ]  # fmt: skip
    assert hits


def test_records_come_again_with_more_text(small):
    again = {r["crime_ref"] for r in small.rows("night", "crimes")} & {
        r["crime_ref"] for r in small.rows("first", "crimes")
    }
    again |= {r["incident_ref"] for r in small.rows("night", "incidents")} & {
        r["incident_ref"] for r in small.rows("first", "incidents")
    }
    assert len(again - {""}) >= 2


def test_decoys_touch_no_group(small):
    groups = {r["true_person"] for r in small.rows("truth", "groups")}
    decoys = [r for r in small.rows("truth", "decoys") if r["true_person"]]
    kinds = {r["kind"] for r in decoys}
    assert len(kinds) == 12
    assert not groups & {r["true_person"] for r in decoys}


def test_lines_are_in_the_register(small):
    lines = current(small, "county_lines")
    truth = small.rows("truth", "lines")
    assert {r["line_ref"] for r in truth} == set(lines)
    assert {r["uses_sexual_exploitation"] for r in truth} == {"known", "suspected", "not known"}
    for r in truth:
        said = lines[r["line_ref"]]["known_sexual_exploitation"]
        assert (said == "known") == (r["uses_sexual_exploitation"] == "known")


@pytest.mark.slow
def test_medium_is_large_enough_and_full_of_decoys(medium):
    assert len(records(medium)) >= 59_000
    assert len(medium.rows("first", "people")) >= 130_000
    counts = Counter(k for _, k in {(r["decoy"], r["kind"]) for r in medium.rows("truth", "decoys")})
    assert len(counts) == 12
    assert min(counts.values()) >= 5
    assert len({r["true_group"] for r in medium.rows("truth", "groups")}) == 40
    assert share_ordinary(medium) >= 0.9


def test_counts_are_told(tmp_path):
    steps: list[str] = []
    counts = write(tmp_path, "small", seed=3, days=400, progress=steps.append)
    assert steps
    assert json.loads(json.dumps(counts))["truth/groups"] > 20
