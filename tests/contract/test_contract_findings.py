"""The findings tables: their shape to the letter, what they must hold of the second hand's force, and how they keep."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date, datetime

import pyarrow.parquet as pq
import pytest
import second_hand
from contract_tools import (
    FINDINGS,
    copied,
    delivery,
    export,
    grouping,
    header,
    incident,
    named,
    ok,
    rows,
    whole,
)
from test_contract_metamorphic import same

TIME = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?\+00:00$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
CLOSED = {
    ("signals", "status"): {"affirmed", "negated", "hypothetical", "reported_speech", "historic"},
    ("language", "quoted"): {"true", "false"},
    ("groups", "role"): {"suspect", "child"},
    ("groups", "basis"): {"recorded", "proposed", "confirmed"},
    ("groups", "part"): {"direct", "introducer", "transport", "premises", "payment", "unknown"},
    ("groups", "identified"): {"true", "false"},
    ("groups", "also_named_as_suspect"): {"true", "false"},
    ("groups", "kind"): {"candidate", "registered_line"},
    ("children", "sexual_exploitation"): {
        "signals of harm",
        "signals of risk",
        "none found in what was read",
    },
    ("children", "criminal_exploitation"): {
        "signals of harm",
        "signals of risk",
        "none found in what was read",
    },
    ("lines", "uses_sexual_exploitation"): {"known", "suspected", "not known"},
    ("quarantine", "kept"): {"true", "false"},
}


@pytest.mark.parametrize("table", FINDINGS)
def test_header_to_the_letter(homes, table):
    found = header(homes.files_two / f"{table}.csv")
    assert found[: len(FINDINGS[table])] == FINDINGS[table]


def test_parquet_has_the_same_columns_and_rows(homes, tmp_path):
    ok("findings", "export", tmp_path / "out", "--format", "parquet", home=homes.two)
    for table, columns in FINDINGS.items():
        read = pq.read_table(tmp_path / "out" / f"{table}.parquet")
        assert read.column_names[: len(columns)] == columns
        assert read.num_rows == len(homes.found_two[table]), table


@pytest.mark.parametrize(("table", "column"), CLOSED)
def test_only_the_values_of_the_contract(homes, table, column):
    assert {row[column] for row in homes.found_two[table]} <= CLOSED[table, column]


def test_every_table_has_rows(homes):
    empty = [t for t in FINDINGS if not homes.found_two[t]]
    assert empty == []


def test_times_are_utc_with_offset_and_days_are_days(homes):
    found = homes.found_two
    assert all(TIME.match(r["first_evidence_at"]) for r in found["groups"])
    assert all(DAY.match(r["detected_on"]) for r in found["groups"])
    for table in ("children", "lines", "places"):
        assert all(TIME.match(r["as_of"]) or DAY.match(r["as_of"]) for r in found[table]), table


def test_numbers_lie_in_their_ranges(homes):
    found = homes.found_two
    assert all(0 <= float(r["probability"]) <= 1 for r in found["people"] if r["probability"])
    assert all(0 <= float(r["strength"]) <= 1 for r in found["groups"] if r["strength"])
    assert all(r["person_a"] < r["person_b"] for r in found["group_evidence"])
    assert all(re.fullmatch("89[0-9a-f]{13}", r["h3"]) for r in found["places"])  # resolution 9


def rows_loose(path):
    """Rows of a file that may hold bytes that are no text."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return list(csv.DictReader(file))


def texts(force):
    """Record to its current text: the night's, else the first with its key."""
    found = {}
    for name in ("first", "night"):
        for table in second_hand.OWN_TIME:
            path = force / name / f"{table}.csv"
            for row in rows_loose(path) if path.exists() else ():
                key = (table, row[second_hand.COLUMNS[table][0]])
                found.setdefault((key, name), row.get("log") or row.get("narrative") or "")
    return {key: found.get((key, "night"), found.get((key, "first"))) for key, _ in found}


def test_offsets_are_characters_of_the_text(homes, force):
    known = texts(force)
    wrong = []
    for table in ("signals", "language"):
        for row in homes.found_two[table]:
            if row["start"] or row["end"]:
                text = known[row["record_type"], row["record_ref"]]
                if text[int(row["start"]) : int(row["end"])] != row["text"] or not row["text"]:
                    wrong.append((table, row))
            elif table == "language":
                wrong.append((table, row))
    assert wrong == []


def test_a_structured_field_has_no_text(homes):
    """`text` is empty for a structured field; without offsets only a hit in another text field may quote it."""
    bare = [
        r for r in homes.found_two["signals"] if not r["start"] and r["text"] and "reason" not in r["rule"]
    ]
    assert Counter((r["rule"], r["text"]) for r in bare) == Counter()


def test_signal_ids_are_unique(homes):
    ids = Counter(r["signal_id"] for r in homes.found_two["signals"])
    assert [i for i, n in ids.items() if n > 1] == []


def test_people_has_a_row_for_each_row_that_was_taken(homes, force):
    expected = {
        (r["delivery"], r["record_type"], r["record_ref"], r["row"])
        for r in rows(force / "truth" / "people.csv")
    }
    found = Counter(
        (r["delivery"], r["record_type"], r["record_ref"], r["row"]) for r in homes.found_two["people"]
    )
    assert [k for k, n in found.items() if n > 1] == []
    assert set(found) - expected == set()
    assert expected - set(found) == set()


def test_group_evidence_and_children_speak_of_known_people(homes):
    found = homes.found_two
    people = {r["person_id"] for r in found["people"]}
    members = defaultdict(set)
    for row in found["groups"]:
        members[row["group_id"]].add(row["person_id"])
        assert (row["identified"] == "false") == row["person_id"].startswith("unidentified-")
        assert row["identified"] == "false" or row["person_id"] in people
    for row in found["group_evidence"]:
        assert {row["person_a"], row["person_b"]} <= members[row["group_id"]]
    assert {r["person_id"] for r in found["children"]} <= people


# ---- what the fields of a missing episode show (findings.md, the first three indicators)


def structured(found):
    """Affirmed without offsets: what the fields showed, whatever the text says beside them."""
    return {
        (r["record_ref"], r["indicator"])
        for r in found["signals"]
        if r["record_type"] == "missing_episodes" and r["status"] == "affirmed" and not r["start"]
    }


@pytest.mark.parametrize("indicator", ["missing_episode", "repeat_missing", "return_interview_overdue"])
def test_structured_indicators_of_children(homes, force, indicator):
    expected = {
        r["record_ref"]
        for r in rows(force / "truth" / "signals.csv")
        if (r["record_type"], r["indicator"], r["status"]) == ("missing_episodes", indicator, "affirmed")
    }
    affirmed = {
        r["record_ref"]
        for r in homes.found_two["signals"]
        if (r["record_type"], r["indicator"], r["status"]) == ("missing_episodes", indicator, "affirmed")
    }
    by_fields = {ref for ref, what in structured(homes.found_two) if what == indicator}
    assert expected - affirmed == set()
    assert by_fields - expected == set()


# ---- groups


@pytest.fixture(scope="module")
def who(homes, force):
    """person_id to the true people behind it, by the truth's rows."""
    truth = {(r["delivery"], r["row"]): r["true_person"] for r in rows(force / "truth" / "people.csv")}
    found = defaultdict(Counter)
    for row in homes.found_two["people"]:
        found[row["person_id"]][truth[row["delivery"], row["row"]]] += 1
    return found


def candidates(found, who):
    """group_id to its identified members as (true person, role), of groups that are no registered line."""
    groups = defaultdict(set)
    for row in found["groups"]:
        if row["kind"] == "candidate" and row["identified"] == "true":
            groups[row["group_id"]].add((who[row["person_id"]].most_common(1)[0][0], row["role"]))
    return groups


def test_most_appearances_are_resolved_to_the_right_person(homes, who):
    mixed = [dict(t) for t in who.values() if len(t) > 1]
    # Pairwise precision over appearances: two different true people must hardly ever share an id.
    right = sum(n * (n - 1) // 2 for t in who.values() for n in t.values())
    together = sum((m := sum(t.values())) * (m - 1) // 2 for t in who.values())
    assert right / together > 0.97, mixed[:20]
    true = Counter()
    for t in who.values():
        true.update(t)
    assert right / sum(n * (n - 1) // 2 for n in true.values()) > 0.85


PLANTED = sorted({p.name for p in second_hand.GROUPS})


@pytest.mark.parametrize("name", PLANTED)
def test_planted_group_is_proposed(homes, force, who, name):
    """At least three of its people, a child and a proposed person of concern among them, in one candidate."""
    true = {r["true_person"] for r in rows(force / "truth" / "groups.csv") if r["true_group"] == name}
    best = set()
    for members in candidates(homes.found_two, who).values():
        ours = {(p, role) for p, role in members if p in true}
        best = max(best, ours, key=len)
    assert len({p for p, _ in best}) >= min(3, len(true)), best
    assert {"child", "suspect"} <= {role for _, role in best}, best


DECOYS = sorted({p.name for p in second_hand.DECOYS} | {"line members"})


@pytest.mark.parametrize("name", DECOYS)
def test_lookalike_is_not_proposed(homes, force, who, name):
    """No candidate holds two of its people where one of them is proposed as a person of concern."""
    true = {r["true_person"] for r in rows(force / "truth" / "decoys.csv") if r["decoy"] == name}
    for group, members in candidates(homes.found_two, who).items():
        ours = {(p, role) for p, role in members if p in true}
        assert not (len(ours) >= 2 and any(role == "suspect" for _, role in ours)), (group, members)


def test_no_candidate_swallows_the_background(homes, who):
    sizes = {g: sorted(p for p, _ in m) for g, m in candidates(homes.found_two, who).items()}
    assert max(map(len, sizes.values())) <= 12
    strangers = {g: [p for p in m if p.startswith("bg")] for g, m in sizes.items()}
    assert sum(map(len, strangers.values())) <= 6, strangers


def test_a_child_named_as_suspect_is_a_child_first(homes, who):
    older = [
        r
        for r in homes.found_two["groups"]
        if who.get(r["person_id"]) and who[r["person_id"]].most_common(1)[0][0] == "the introduction/w"
    ]
    assert older
    assert {(r["role"], r["also_named_as_suspect"]) for r in older} == {("child", "true")}


def test_described_men_are_members(homes, who):
    mine = {g for g, m in candidates(homes.found_two, who).items() if ("the described men/a", "suspect") in m}
    described = [r for r in homes.found_two["groups"] if r["group_id"] in mine and r["identified"] == "false"]
    assert described


def test_detected_on_is_the_night_that_saw(homes, who):
    last_first, last = date(2026, 2, 26), date(2026, 2, 28)
    after_one = {r["group_id"]: r["detected_on"] for r in homes.found_one["groups"]}
    for row in homes.found_two["groups"]:
        assert row["detected_on"] <= last.isoformat()
        if row["group_id"] in after_one:
            assert row["detected_on"] == after_one[row["group_id"]] <= last_first.isoformat()
        else:
            assert row["detected_on"] == last.isoformat()


def test_graded_3_E_reports_alone_make_no_group(tmp_path):
    """The same reports of other people, once reliable and once untrusted: only the former make a group."""
    casts = {
        ("1", "A"): [("Arben", "Stavrou", "1984-03-02"), ("Oisin", "Marchetti", "1981-07-09"), ("Freya", "Tembo", "2011-05-05"), ("Hodan", "Wren", "2011-09-19")],
        ("3", "E"): [("Gethin", "Karimov", "1979-12-01"), ("Marcin", "Yoxall", "1986-01-23"), ("Quynh", "Bramwell", "2011-06-30"), ("Tamsin", "Osei", "2010-11-02")],
    }  # fmt: skip
    reports, appearances = [], []
    for (source, assessment), people in casts.items():
        for n in range(6):
            ref = f"IR/{source}/{n}"
            reports.append({"report_ref": ref, "submitted_at": f"2026-01-{10 + n}T10:00:00+00:00", "source_evaluation": source, "intelligence_assessment": assessment, "handling": "P", "district": "Saltgate",
                            "narrative": "Intelligence suggests that both men, acting together, take the two girls to a room above a shop and that the girls are told what to do."})  # fmt: skip
            appearances += [
                named("intelligence", ref, "subject" if i < 2 else "associate", *p)
                for i, p in enumerate(people)
            ]
    delivery(tmp_path / "d", intelligence=reports, people=appearances)
    ok("load", tmp_path / "d", home=tmp_path / "home")
    ok("night", home=tmp_path / "home")
    found = export(tmp_path / "home", tmp_path / "out")
    grouped = {r["person_id"] for r in found["groups"]}
    by_source = {
        source: {r["person_id"] for r in found["people"] if r["record_ref"].startswith(f"IR/{source}/")}
        for source in "13"
    }
    assert by_source["1"] & grouped
    assert not by_source["3"] & grouped


# ---- keeping


def row_keys_lenient(force):
    """(delivery, row) to what it is, by the truth: the force's own files hold rows that are no rows."""
    return {(r["delivery"], r["row"]): tuple(r.values()) for r in rows(force / "truth" / "people.csv")}


def test_full_equals_the_nights_in_every_column(homes, work, tmp_path):
    ok("night", "--full", home=work)
    found, before = whole(export(work, tmp_path / "out")), whole(homes.found_two)
    for table in FINDINGS:
        assert found[table] == before[table], (
            table,
            list((found[table] - before[table]).items())[:2],
            list((before[table] - found[table]).items())[:2],
        )


def test_one_night_for_two_deliveries_groups_alike(homes, force, tmp_path):
    home = copied(homes.loaded, tmp_path / "home")
    ok("load", force / "night", home=home)
    ok("night", home=home)
    keys = row_keys_lenient(force)
    same(
        grouping(homes.found_two, keys),
        grouping(export(home, tmp_path / "out"), keys),
        "one night for two deliveries",
    )


def test_ids_are_stable_over_nights(homes):
    """Who was one person before the second night keeps the id, unless two ids became one."""
    one = {(r["delivery"], r["row"]): r["person_id"] for r in homes.found_one["people"]}
    two = {(r["delivery"], r["row"]): r["person_id"] for r in homes.found_two["people"]}
    both = one.keys() & two.keys()
    changed = {k for k in both if one[k] != two[k]}
    assert len(changed) <= len(both) // 50, f"{len(changed)} of {len(both)} changed"
    groups = {r["group_id"] for r in homes.found_one["groups"]}
    assert groups <= {r["group_id"] for r in homes.found_two["groups"]}


def test_nothing_new_makes_no_new_run(homes, work, tmp_path):
    done = ok("night", home=work)
    assert done.stdout.strip() or done.stderr.strip()
    before = {p.name: p.read_bytes() for p in sorted(homes.files_two.glob("*.csv"))}
    export(work, tmp_path / "out")
    assert {p.name: p.read_bytes() for p in sorted((tmp_path / "out").glob("*.csv"))} == before


# ---- as it was known

THEN = "2026-01-15T00:00:00+00:00"


@pytest.fixture(scope="module")
def then(homes, tmp_path_factory):
    """The findings as of a day in January: in a home with the first delivery, and in one with both and two nights."""
    base = tmp_path_factory.mktemp("then")
    found = []
    for name, home in (("early", homes.loaded), ("late", homes.two)):
        mine = copied(home, base / name)
        ok("night", "--as-of", THEN, home=mine)
        found.append(export(mine, base / f"found-{name}"))
    return found


def test_as_of_sees_no_later_record(then, force):
    times = {
        (t, r[second_hand.COLUMNS[t][0]]): r[c]
        for t, c in second_hand.OWN_TIME.items()
        for d in ("first", "night")
        if (force / d / f"{t}.csv").exists()
        for r in rows_loose(force / d / f"{t}.csv")
    }
    for found in then:
        for table in ("signals", "language", "people", "group_evidence"):
            assert found[table] or table == "group_evidence"
            late = [r for r in found[table] if times[r["record_type"], r["record_ref"]] > THEN]
            assert late == [], table


def test_as_of_is_the_same_whatever_came_later(then, force):
    early, late = then
    keys = row_keys_lenient(force)
    same(grouping(early, keys), grouping(late, keys), "what came later")
    for table in ("signals", "language", "lines", "places"):
        assert sorted(map(str, early[table])) == sorted(map(str, late[table])), table


CAR = "A girl of 14 got into the back of a silver estate driven by somebody the family do not recognise."
SHOP = "A boy of 15 has been found twice in the back room of the vape shop after closing time."
WHEN = (
    "2025-07-01T10:59:00+00:00",
    "2025-07-01T11:00:00+00:00",
    "2026-01-04T00:00:00+00:00",
    "2026-01-06T00:00:00+00:00",
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A few records as they were known at four times: (reference, indicator) pairs by time."""
    base = tmp_path_factory.mktemp("times")
    home = base / "home"
    episode = {"episode_ref": "E1", "reported_at": "2026-01-01T20:00:00+00:00", "risk": "medium", "returned_at": "2026-01-02T08:00:00+00:00",
               "return_interview_at": "2026-01-08T08:00:00+00:00", "narrative": "Details as reported."}  # fmt: skip
    people = [named("missing_episodes", "E1", "missing", "Pooja", "Underhill", "2011-04-04")]
    # no offset: Europe/London, an hour before UTC in July
    local, later = (
        incident("I1", "2025-07-01T12:00:00", CAR),
        incident("I2", "2026-01-01T12:00:00+00:00", CAR),
    )
    ok(
        "load",
        delivery(base / "one", missing_episodes=[episode], people=people, incidents=[local, later]),
        home=home,
    )
    ok(
        "load",
        delivery(base / "two", incidents=[later | {"log": SHOP}]),
        "--received",
        "2026-01-05T06:00:00+00:00",
        home=home,
    )
    found = {}
    for number, when in enumerate(WHEN):
        ok("night", "--as-of", when, home=home)
        found[when] = {
            (r["record_ref"], r["indicator"]) for r in export(home, base / f"out{number}")["signals"]
        }
    return found


def test_times_without_offset_are_london(seen):
    assert [("I1", "taxi_or_vehicle") in seen[when] for when in WHEN[:2]] == [False, True]


def test_a_field_later_than_as_of_reads_as_empty(seen):
    """40 hours after the return nothing is overdue; 88 hours after it is, for the interview lies in the future."""
    assert [("E1", "return_interview_overdue") in seen[when] for when in WHEN[2:]] == [False, True]


def test_received_sets_when_a_later_version_is_known(seen):
    assert {i for ref, i in seen[WHEN[2]] if ref == "I2"} == {"taxi_or_vehicle"}
    assert {i for ref, i in seen[WHEN[3]] if ref == "I2"} == {"hotel_or_premises"}


def test_replay_is_kept_apart(homes, work, tmp_path):
    before = {p.name: p.read_bytes() for p in sorted(homes.files_two.glob("*.csv"))}
    done = ok("night", "--replay", "2026-02-26", "--every", "2", home=work, timeout=500)
    name = re.search(r"replay-\d+", done.stdout + done.stderr)
    assert name, "the replay says what it is called"
    export(work, tmp_path / "current")
    assert {p.name: p.read_bytes() for p in sorted((tmp_path / "current").glob("*.csv"))} == before
    apart = export(work, tmp_path / "apart", "--run", name.group())
    days = {r["detected_on"] for r in apart["groups"]}
    assert days
    assert min(days) >= "2026-02-26"
    last = max(datetime.fromisoformat(r["first_evidence_at"]) for r in apart["groups"]).date()
    assert all(r["detected_on"] >= r["first_evidence_at"][:10] for r in apart["groups"])
    assert last <= date(2026, 2, 28)
