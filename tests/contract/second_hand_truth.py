"""The second hand's last steps: what the night sends again, the broken rows, and the files of data and of truth."""

import csv
import io
import random
from datetime import date, datetime, timedelta
from pathlib import Path

from second_hand_scenes import DECOYS, GROUPS
from second_hand_shape import COLUMNS, OWN_TIME, STEMS
from second_hand_style import PLAIN

HOURS_FOR_INTERVIEW = 72  # findings.md, return_interview_overdue
EPISODES, EPISODE_DAYS = 3, 90  # findings.md, repeat_missing


class Broken:
    """A row that cannot be taken as it is: its line as written, and what quarantine has to say of it."""

    def __init__(self, line: bytes, column: str, problem: str, kept: bool = False):
        self.line, self.column, self.problem, self.kept = line, column, problem, kept


def cells(columns: list[str], row: dict) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([row.get(c, "") for c in columns])
    return out.getvalue().encode()


def send_again(force) -> set[tuple[str, str]]:
    """Ten records come again in the night with more text, one of them without its people; returns their keys."""
    first, night = force.rows["first"], force.rows["night"]
    rng = random.Random("again")
    named = {(p["record_type"], p["record_ref"]) for p in first["people"] if p["_who"].startswith("bgc")}
    named -= {(v["record_type"], v["record_ref"]) for t in ("vehicles", "phones") for v in first[t]}
    again = rng.sample(sorted(k for k in named if k[0] in ("incidents", "crimes", "partner_referrals")), 10)
    for n, (table, ref) in enumerate(again):
        key, text = COLUMNS[table][0], "log" if table == "incidents" else "narrative"
        row = dict(next(r for r in first[table] if r[key] == ref))
        row[text] += "\n" + PLAIN[n]
        night[table].append(row)
        if n:
            night["people"] += [
                dict(p) for p in first["people"] if (p["record_type"], p["record_ref"]) == (table, ref)
            ]
    # and one more person for a record that is not sent again
    late = next(
        p
        for p in first["people"]
        if p["_who"].startswith("bga") and (p["record_type"], p["record_ref"]) not in set(again)
    )
    other = next(
        p for p in reversed(first["people"]) if p["_who"].startswith("bga") and p["_who"] != late["_who"]
    )
    night["people"].append(
        dict(other)
        | {"record_type": late["record_type"], "record_ref": late["record_ref"], "role": "witness"}
    )
    return set(again)


def broken_rows(force) -> dict[tuple[str, str], list]:
    """(delivery, table) to its broken rows; two of them are kept for what they name."""
    columns, first, night = COLUMNS, force.rows["first"], force.rows["night"]
    odd: dict[tuple[str, str], list] = {}

    def add(table, changes, column, problem, kept=False, base=None, delivery="first"):
        row = dict(base if base is not None else force.rows[delivery][table][0])
        if column != columns[table][0] and base is None and table in STEMS:
            row[columns[table][0]] = f"BROKEN-{table}-{column}-{len(odd)}"
        broken = Broken(cells(columns[table], row | changes), column, problem, kept)
        odd.setdefault((delivery, table), []).append(broken)
        return row | changes

    add("crimes", {"crime_ref": ""}, "crime_ref", "no key")
    add("crimes", {"recorded_at": "32/13/2025", "crime_ref": "42/77777/25"}, "recorded_at", "no date")
    add("crimes", {"status": "a differing repetition"}, "crime_ref", "differs from the row with the same key")
    odd["first", "crimes"].append(Broken(b"42/88888/25,2025-07-01T10:00:00+00:00\n", "", "too few cells"))
    add("incidents", {"latitude": "512"}, "latitude", "no latitude")
    many = (
        cells(
            columns["incidents"], first["incidents"][1] | {"incident_ref": "CAD-9998-WX", "log": "one"}
        ).rstrip(b"\n")
        + b",one,too many\n"
    )
    odd["first", "incidents"].append(Broken(many, "", "too many cells"))
    add("incidents", {"received_at": "some time"}, "received_at", "no time", delivery="night")
    add("intelligence", {"source_evaluation": "7"}, "source_evaluation", "not in the list")
    add("intelligence", {"handling": "Z"}, "handling", "not in the list")
    bad = cells(
        columns["vulnerability_entries"],
        first["vulnerability_entries"][0] | {"entry_ref": "VVOL99999", "narrative": "Caf# visit"},
    )
    odd["first", "vulnerability_entries"] = [Broken(bad.replace(b"#", b"\xe9"), "", "bytes that are no text")]
    add("vulnerability_entries", {"list": "watch"}, "list", "not in the list")
    add("custody", {"arrested_at": "2025-02-30T10:00:00+00:00"}, "arrested_at", "no such day")
    add("partner_referrals", {"received_at": "yesterday"}, "received_at", "no time")
    add("county_lines", {"status": "paused"}, "status", "not in the list")
    add("premises", {"kind": "spaceport", "premises_ref": "PR999"}, "kind", "not in the list")
    person = next(p for p in first["people"] if p["_who"].startswith("bga"))
    add("people", {"date_of_birth": "2031-01-01"}, "date_of_birth", "born after the record", base=person)
    add("people", {"date_of_birth": "1st May"}, "date_of_birth", "no date", base=person)
    add(
        "people",
        {"record_ref": "CAD-NOWHERE"},
        "record_ref",
        "record is nowhere",
        base=person | {"record_type": "incidents"},
    )
    add(
        "people",
        {"record_ref": "42/77777/25"},
        "record_ref",
        "record was refused",
        base=person | {"record_type": "crimes"},
    )
    add("people", {"sex": "Q"}, "sex", "not in the list", base=person)
    add("people", {"role": "ringleader"}, "role", "not in the list, kept as other", True, person)
    episode = first["missing_episodes"][0] | {"episode_ref": "CMP/99999"}
    add("missing_episodes", {"risk": "severe"}, "risk", "not in the list, kept as not stated", True, episode)
    # the last row of a file that was cut off, without the end of its line
    odd["first", "phones"] = [Broken(b'incidents,CAD-0001-WX,"call', "", "cut off in the middle of a row")]
    assert night["incidents"]
    return odd


def finish(force, out: Path, broken: bool) -> None:
    """Writes both deliveries and the truth."""
    again = send_again(force)
    odd = broken_rows(force) if broken else {}
    kept_people = {"first": [], "night": []}
    quarantine = []
    for delivery, tables in force.rows.items():
        folder = out / delivery
        folder.mkdir(parents=True, exist_ok=True)
        for table, rows in tables.items():
            if not rows:
                continue
            order = random.Random(f"{delivery} {table}")
            order.shuffle(rows)
            items: list = list(rows)
            extra = odd.get((delivery, table), [])
            if table == "crimes" and delivery == "first":
                items.append(dict(rows[0]))  # an identical repetition, which is ignored
            last = [b for b in extra if not b.line.endswith(b"\n")]
            for item in (b for b in extra if b not in last):
                # the differing repetition must not stand before the row that it repeats
                items.insert(
                    len(items) if item.problem.startswith("differs") else order.randrange(len(items)), item
                )
            items += last
            columns = COLUMNS[table]
            with (folder / f"{table}.csv").open("wb") as file:
                file.write(",".join(columns).encode() + b"\n")
                for number, item in enumerate(items, start=1):
                    if isinstance(item, Broken):
                        file.write(item.line)
                        quarantine.append(
                            (delivery, f"{table}.csv", number, item.problem, item.column, item.kept)
                        )
                    else:
                        file.write(cells(columns, item))
                    if table == "people" and (not isinstance(item, Broken) or item.kept):
                        kept_people[delivery].append((number, item))
    _truth(force, out / "truth", again, kept_people, quarantine)


def _table(path: Path, columns: str, rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split(", "))
        writer.writerows(rows)


def _truth(force, folder: Path, again, kept_people, quarantine) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    people = []
    for delivery, rows in kept_people.items():
        for number, row in rows:
            if isinstance(
                row, Broken
            ):  # the row with an unknown role: the person of the row that it was made from
                row = next(
                    csv.DictReader(io.StringIO(",".join(COLUMNS["people"]) + "\n" + row.line.decode()))
                )
                source = [
                    p
                    for _, p in rows
                    if not isinstance(p, Broken)
                    and (p["record_ref"], p["forenames"], p["surname"])
                    == (row["record_ref"], row["forenames"], row["surname"])
                ]
                row["_who"] = source[0]["_who"]
            if delivery == "first" and (row["record_type"], row["record_ref"]) in again:
                continue
            people.append((row["_who"], delivery, row["record_type"], row["record_ref"], number))
    _table(folder / "people.csv", "true_person, delivery, record_type, record_ref, row", people)
    _table(folder / "quarantine.csv", "delivery, file, row, problem", [q[:4] for q in quarantine])
    _table(
        folder / "quarantine_detail.csv",
        "delivery, file, row, column, kept",
        [(*q[:3], q[4], str(q[5]).lower()) for q in quarantine],
    )
    groups, children = [], []
    for plan in GROUPS:
        ties = sorted(force.ties[plan.name], key=lambda t: t[0])
        on = recognisable(ties)
        for member in plan.cast.split():
            letter = member.split(":")[0]
            who, young = f"{plan.name}/{letter}", letter in "wxyz"
            days = [day for day, tied in ties if letter in tied]
            groups.append(
                (
                    plan.name,
                    who,
                    "child" if young else "suspect",
                    days[0],
                    days[-1],
                    plan.kind,
                    plan.strength,
                    on,
                )
            )
            if young:
                harmed = any(
                    f"{letter}:victim" in scene[3] or ("DI:a" in scene[5] and f"{letter}:subject" in scene[3])
                    for scene in plan.scenes
                )
                children.append((who, _flag(plan.sexual), _flag(plan.criminal), _flag(harmed), days[0]))
    _table(
        folder / "groups.csv",
        "true_group, true_person, role, active_from, active_to, kind, strength, recognisable_on",
        groups,
    )
    _table(folder / "children.csv", "true_person, sexual, criminal, harmed, from", children)
    decoys = [(p.name, f"{p.name}/{m.split(':')[0]}", p.kind) for p in DECOYS for m in p.cast.split()]
    decoys += [("line members", w, "registered line") for w in force.people_of if w.startswith("line")]
    _table(folder / "decoys.csv", "decoy, true_person, kind", decoys)
    _table(
        folder / "lines.csv",
        "line_ref, uses_sexual_exploitation, band",
        [("LINE-01", "known", ""), ("LINE-02", "not known", ""), ("LINE-03", "not known", "")],
    )
    _episodes(force, people)
    signals = sorted((t, r, i, s) for (t, r), found in force.signals.items() for i, s in found)
    _table(folder / "signals.csv", "record_type, record_ref, indicator, status", signals)
    language = sorted((t, r, a, b, _flag(q)) for (t, r), spans in force.language.items() for a, b, q in spans)
    _table(folder / "language.csv", "record_type, record_ref, start, end, quoted", language)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def recognisable(ties: list[tuple[date, frozenset[str]]]) -> date:
    """The day on which the third record tied three of the group's people (commands.md, truth folders)."""
    together: list[set[str]] = []
    for number, (day, tied) in enumerate(ties, start=1):
        joined, apart = set(tied), []
        for component in together:
            if component & joined:
                joined |= component
            else:
                apart.append(component)
        together = [*apart, joined]
        people = max(sum(len(member) == 1 for member in component) for component in together)
        if number >= 3 and people >= 3:
            return day
    raise AssertionError("a planted group must become recognisable")


def _episodes(force, people) -> None:
    """What the fields of missing episodes show of a child: the episode, the third in ninety days, the late interview."""
    rows = {r["episode_ref"]: r for d in ("first", "night") for r in force.rows[d]["missing_episodes"]}
    end = max(
        datetime.fromisoformat(r[time])
        for d in ("first", "night")
        for t, time in OWN_TIME.items()
        for r in force.rows[d][t]
    )
    seen: dict[str, list[datetime]] = {}
    missing = {
        (p["record_ref"], p["_who"])
        for d in ("first", "night")
        for p in force.rows[d]["people"]
        if p["record_type"] == "missing_episodes" and p["role"] == "missing"
    }
    for ref, who in sorted(missing, key=lambda m: rows[m[0]]["reported_at"]):
        row = rows[ref]
        at = datetime.fromisoformat(row["reported_at"])
        born = force.people_of[who].born
        if (at.date().year - born.year) - ((at.month, at.day) < (born.month, born.day)) >= 18:
            continue
        found = force.signals[("missing_episodes", ref)]
        found.add(("missing_episode", "affirmed"))
        seen.setdefault(who, []).append(at)
        if sum(at - earlier <= timedelta(days=EPISODE_DAYS) for earlier in seen[who]) >= EPISODES:
            found.add(("repeat_missing", "affirmed"))
        due = datetime.fromisoformat(row["returned_at"]) + timedelta(hours=HOURS_FOR_INTERVIEW)
        held = row["return_interview_at"]
        if due <= end and not (held and datetime.fromisoformat(held) <= due):
            found.add(("return_interview_overdue", "affirmed"))
