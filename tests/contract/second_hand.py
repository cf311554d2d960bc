"""An independent fictional force: two deliveries and their truth, from one seed.

    python second_hand.py OUT [--seed N] [--records N]

writes ``OUT/first``, ``OUT/night`` (deliveries of the standard shape) and ``OUT/truth`` (the truth folder of the
contract and, beside it, ``decoys.csv``: the people of the lookalikes, which must not be proposed). The writing is by hand
(``sentences.csv``, ``plain_sentences.csv``, ``blaming_sentences.csv``, ``second_hand_scenes.py``); only the mixture
is drawn. Nothing here was taken from the project's own generator, so the two cannot share a mistake.
"""

import argparse
import random
import re
import sys
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import second_hand_names as names
from second_hand_scenes import CODES, DECOYS, GROUPS, STATUS, Planted
from second_hand_shape import COLUMNS, OWN_TIME, STEMS
from second_hand_style import Text, dress, pick
from second_hand_truth import finish

HERE = Path(__file__).parent
START = date(2025, 6, 1)
FIRST_NIGHT = 271  # the first day that comes with the `night` delivery
DAYS = 273


class Person:
    """A fictional person: what is true of them, before any record misspells it."""

    def __init__(self, force: "Force", who: str, sex: str, born: date):
        rng = force.rng
        self.who, self.sex, self.born = who, sex, born
        forename = rng.choice(names.GIRLS if sex == "F" else names.BOYS).split("/")
        surname = rng.choice(names.SURNAMES).split("/")
        if (
            rng.random() < 0.35
        ):  # two family names of different traditions, else too many people would share one
            surname = [f"{surname[0]}-{rng.choice(names.SURNAMES).split('/')[0]}", *surname]
        self.forenames, self.surnames = forename, surname
        self.second = (
            rng.choice(names.GIRLS if sex == "F" else names.BOYS).split("/")[0] if rng.random() < 0.3 else ""
        )
        self.district = rng.choice(list(names.DISTRICTS))
        self.address, self.postcode = force.address(self.district)
        self.phone = force.number() if rng.random() < 0.5 else ""
        self.handle = f"@{forename[0].lower()}.{rng.randrange(100, 999)}" if rng.random() < 0.15 else ""
        self.nationality = rng.choice(names.NATIONALITY)
        # Ethnicity comes from a stream of its own: exchanging its values leaves every other draw as it was.
        self.ethnicity = force.ethnic_rng.choice(names.ETHNICITY)
        self.seen_as = force.ethnic_rng.choice(names.OFFICER_ETHNICITY)
        self.number = len(force.people_of) + 1000

    def name(self) -> str:
        return f"{self.forenames[0]} {self.surnames[0]}"

    def row(self, force: "Force", table: str, ref: str, role: str) -> dict:
        """This person as one record names them; about two in five times not quite right."""
        rng = force.rng
        # a system's own id is one person's alone, but a person often has two of them
        own = f"{table[:2].upper()}{self.number}{rng.choice('0001')}"
        row = {
            "record_type": table, "record_ref": ref, "role": role, "local_person_id": own,
            "forenames": " ".join(filter(None, (self.forenames[0], self.second))), "surname": self.surnames[0],
            "also_known_as": "", "sex": self.sex, "date_of_birth": self.born.isoformat(),
            "ethnicity_self_defined": self.ethnicity, "ethnicity_officer_defined": self.seen_as,
            "nationality": self.nationality, "address": self.address, "postcode": self.postcode,
            "phone": self.phone if rng.random() < 0.6 else "", "online_handle": self.handle if rng.random() < 0.5 else "",
            "disability": "", "care_status": "", "relationship": "",
        }  # fmt: skip
        spoil = rng.random()
        if spoil < 0.10:
            row["forenames"] = rng.choice(self.forenames)
        elif spoil < 0.17:
            row["surname"] = rng.choice(self.surnames)
        elif spoil < 0.22:
            row["forenames"], row["surname"] = plain(row["forenames"]), plain(row["surname"]).upper()
        elif spoil < 0.26:
            row["forenames"] = row["forenames"][0]
        elif spoil < 0.30:
            row["forenames"], row["surname"] = row["surname"], row["forenames"]
        elif spoil < 0.34:
            at = rng.randrange(1, len(row["surname"]))
            row["surname"] = row["surname"][:at] + row["surname"][at + 1 :]
        elif spoil < 0.38 and self.born.day <= 12:
            row["date_of_birth"] = self.born.replace(month=self.born.day, day=self.born.month).isoformat()
        elif spoil < 0.44 and role != "missing":  # an episode shows a child only where it gives an age
            row["date_of_birth"] = ""
        elif spoil < 0.48:
            row["address"] = row["postcode"] = ""
        elif spoil < 0.52:
            row["also_known_as"] = "|".join(self.forenames[1:])
        if rng.random() < 0.3:
            row["local_person_id"] = ""
        return row


def plain(text: str) -> str:
    """Without accents, as an old terminal writes a name."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).replace(
        "ı", "i"
    )


class Force:
    """Everything that is being written: rows by delivery and table, and what is true of them."""

    def __init__(self, seed: int, shift: int):
        self.rng, self.ethnic_rng = random.Random(seed), random.Random(seed + 1)
        self.start = START + timedelta(days=shift)
        self.rows = {d: {t: [] for t in COLUMNS} for d in ("first", "night")}
        self.people_of: dict[str, Person] = {}
        self.counts = dict.fromkeys(STEMS, 0)
        self.signals: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self.language: dict[tuple[str, str], list[tuple[int, int, bool]]] = {}
        self.ties: dict[str, list[tuple[date, frozenset[str]]]] = {}
        self.numbers = [f"07700 900{n:03d}" for n in range(1000)]
        self.rng.shuffle(self.numbers)

    def number(self) -> str:
        return self.numbers.pop() if self.numbers else ""

    def vrm(self) -> str:
        letters = [self.rng.choice("ABCDEFGHJKLMNPRSTUVWXY") for _ in range(4)]
        return f"Q{letters[0]}{self.rng.randrange(51, 75)} {''.join(letters[1:])}"

    def address(self, district: str) -> tuple[str, str]:
        rng = self.rng
        stem = names.DISTRICTS[district][3]
        at = rng.randrange(len(names.STREETS))
        return (
            f"{rng.randrange(1, 140)} {names.STREETS[at]}",
            f"{stem} {at % 9 + 1}{'ABDEFGHJLN'[at // 3]}{rng.choice('PQRSTUWXYZ')}",
        )

    def person(self, who: str, sex: str, years: float) -> Person:
        born = START - timedelta(days=round(years * 365.25))  # a shift moves records, not births
        self.people_of[who] = Person(self, who, sex, born)
        return self.people_of[who]

    def moment(self, day: int, hour: int) -> datetime:
        at = datetime.combine(self.start, datetime.min.time()) + timedelta(days=day, hours=hour)
        return at + timedelta(minutes=self.rng.randrange(60))

    def write(self, table: str, at: datetime, text: Text, people=(), vehicles=(), phones=(), **fields) -> str:
        """Adds one record with its people (``(person, role)``), its vehicles and its phones; returns its reference."""
        rng = self.rng
        self.counts[table] += 1
        ref = STEMS[table].format(self.counts[table])
        district = fields.pop("district", None) or rng.choice(list(names.DISTRICTS))
        latitude, longitude, beats, _ = names.DISTRICTS[district]
        row = dict.fromkeys(COLUMNS[table], "")
        row |= {
            COLUMNS[table][0]: ref,
            OWN_TIME[table]: stamp(at),
            "district": district,
            "beat": rng.choice(beats),
        }
        row |= {
            "latitude": f"{latitude + rng.uniform(-0.03, 0.03):.5f}",
            "longitude": f"{longitude + rng.uniform(-0.03, 0.03):.5f}",
        }
        row["location"], row["postcode"] = self.address(district)
        row["log" if table == "incidents" else "narrative"] = text.text
        row |= USUAL[table](rng, at) | fields
        row = {c: row[c] for c in COLUMNS[table]}
        delivery = "night" if (at.date() - self.start).days >= FIRST_NIGHT else "first"
        self.rows[delivery][table].append(row)
        for person, role in people:
            self.rows[delivery]["people"].append(person.row(self, table, ref, role) | {"_who": person.who})
        for role, vrm in vehicles:
            make, model = rng.choice(names.MAKES)
            self.rows[delivery]["vehicles"].append(
                {"record_type": table, "record_ref": ref, "role": role, "vrm": vrm, "make": make, "model": model, "colour": rng.choice(names.COLOURS)}
            )  # fmt: skip
        for role, number in phones:
            self.rows[delivery]["phones"].append(
                {"record_type": table, "record_ref": ref, "role": role, "number": number}
            )
        found = self.signals.setdefault((table, ref), set())
        found |= text.signals
        if table == "crimes" and sum(role == "suspect" for _, role in people) > 1:
            found.add(("multiple_suspects", "affirmed"))
        if text.blame:
            self.language[table, ref] = text.blame
        return ref


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds") + "+00:00"


def _crime(rng, at):
    code, offence = rng.choice(names.OFFENCES)
    return {
        "occurred_from": stamp(at - timedelta(hours=rng.randrange(2, 40))), "occurred_to": stamp(at - timedelta(hours=1)),
        "offence_code": code, "offence": offence, "status": rng.choice(("open", "filed", "under investigation")),
        "outcome": rng.choice(("", "", "18", "15", "1")), "flags": rng.choice(("", "", "", "alcohol", "online|alcohol")),
    }  # fmt: skip


def _missing(rng, at):
    back = at + timedelta(hours=rng.randrange(2, 30))
    return {"missing_from_at": stamp(at - timedelta(hours=2)), "risk": rng.choice(("high", "medium", "Medium ", "low", "no apparent risk")),
            "missing_from": "home", "returned_at": stamp(back), "found_at_location": rng.choice(("home", "home address", ""))} | _interview(rng, back)  # fmt: skip


def _interview(rng, back):
    """About one return in three has its interview in good time, one late, one never."""
    kind = rng.randrange(3)
    if kind == 2:
        return {"return_interview_offered_at": "", "return_interview_at": ""}
    late = timedelta(hours=rng.randrange(10, 60) if kind == 0 else rng.randrange(90, 300))
    return {
        "return_interview_offered_at": stamp(back + timedelta(hours=5)),
        "return_interview_at": stamp(back + late),
    }


USUAL = {
    "crimes": _crime,
    "incidents": lambda rng, at: {"opening_code": rng.choice(("CONCERN", "ASB", "TRAFFIC", "SUSP CIRCS", "OTHER")), "closing_code": rng.choice(("ADVICE", "NFA", "RESULTED", ""))},
    "missing_episodes": _missing,
    "vulnerability_entries": lambda rng, at: {"list": rng.choice(("vulnerable", "victim")), "reason": "reviewed at the weekly meeting"},
    "intelligence": lambda rng, at: {"source_evaluation": rng.choice("112"), "intelligence_assessment": rng.choice("ABC"), "handling": rng.choice("PPPC")},
    "custody": lambda rng, at: {"released_at": stamp(at + timedelta(hours=rng.randrange(4, 20))), "station": "Saltgate", "offence_code": "125", "offence": "Public order"},
    "partner_referrals": lambda rng, at: {"agency": rng.choice(("school", "children's services", "health", "youth justice", "charity")), "category": rng.choice(("welfare", "information", "review"))},
    "county_lines": lambda rng, at: {},
}  # fmt: skip
TABLES = (("incidents", 36), ("crimes", 22), ("partner_referrals", 12), ("intelligence", 11), ("missing_episodes", 8),
          ("custody", 7), ("vulnerability_entries", 6))  # fmt: skip
ROLES = {
    "crimes": ("victim", "witness", "suspect"), "incidents": ("reporter", "subject"), "custody": ("detained",),
    "intelligence": ("subject",), "missing_episodes": ("missing",), "vulnerability_entries": ("subject",),
    "partner_referrals": ("subject",),
}  # fmt: skip


def background(force: Force, records: int, prefix: str) -> None:
    """Records of people who belong to nothing planted: most about one person, some with the family or a worker."""
    rng = force.rng
    children = [
        force.person(f"{prefix}c{n}", rng.choice("FM"), rng.uniform(11, 16.4))
        for n in range(max(4, records // 6))
    ]
    adults = [
        force.person(f"{prefix}a{n}", rng.choice("FM"), rng.uniform(20, 70))
        for n in range(max(4, records // 4))
    ]
    parents = {}
    for child in children:
        parents[child.who] = parent = rng.choice(adults)
        child.address, child.postcode, child.district = parent.address, parent.postcode, parent.district
    tables, weights = zip(*TABLES, strict=True)
    for _ in range(records):
        table = rng.choices(tables, weights)[0]
        # a person who is missing, detained or aggrieved, child or adult, by the table
        childlike = {
            "missing_episodes": 0.85,
            "partner_referrals": 0.85,
            "vulnerability_entries": 0.7,
            "custody": 0.1,
        }.get(table, 0.35)
        child = rng.random() < childlike
        main = rng.choice(children) if child else rng.choice(adults)
        people = [(main, rng.choice(ROLES[table]) if not (child and table == "crimes") else "victim")]
        if child and rng.random() < 0.35:
            people.append((parents[main.who], "parent" if table != "incidents" else "reporter"))
        elif table == "crimes" and rng.random() < 0.3:
            people.append((rng.choice(adults), "suspect" if people[0][1] != "suspect" else "witness"))
        text = dress(rng, table, main.sex, pick(rng, table, main.sex, child))
        vehicles = [("keeper", force.vrm())] if not child and rng.random() < 0.12 else []
        phones = [("caller", main.phone)] if not child and main.phone and rng.random() < 0.2 else []
        day = rng.randrange(DAYS) if rng.random() < 0.97 else DAYS - 1
        force.write(
            table,
            force.moment(day, rng.randrange(22)),
            text,
            [*people],
            vehicles,
            phones,
            district=main.district,
        )


def planted(force: Force, plan: Planted) -> None:
    """One planted group or lookalike: its people, then its scenes."""
    rng = force.rng
    cast = {}
    for member in plan.cast.split():
        letter, sex, years = member.split(":")
        cast[letter] = force.person(f"{plan.name}/{letter}", sex, int(years) + rng.uniform(0.02, 0.2))
        cast[letter].district = plan.district
    family = [c for c in cast.values() if plan.kind in ("family", "siblings")]
    for member in family:
        member.surnames, member.address, member.postcode = (
            family[0].surnames,
            family[0].address,
            family[0].postcode,
        )
    own = {
        "phone": force.number(),
        "vrm": force.vrm(),
        "handle": f"@{plan.name.replace(' ', '')}.{rng.randrange(10, 99)}",
    }
    for day, hour, table, who, words, codes in plan.scenes:
        at = force.moment(day, hour)
        people, vehicles, phones, fields = [], [], [], {"district": plan.district}
        for token in who.split():
            if token.startswith("@"):
                fields["district"] = token[1:].replace("_", " ")
            elif token.startswith("loc:"):
                fields["location" if table != "missing_episodes" else "found_at_location"] = token[
                    4:
                ].replace("_", " ")
            else:
                what, role = token.split(":")
                if what == "vrm":
                    vehicles.append((role, own["vrm"]))
                elif what == "tel":
                    phones.append((role, "01632 960" + own["phone"][-3:]))
                else:
                    people.append((cast[what], role))
        if plan.kind == "graded 3 and E only":
            fields |= {"source_evaluation": "3", "intelligence_assessment": "E"}
        if table not in (
            "incidents",
            "crimes",
            "missing_episodes",
            "vulnerability_entries",
            "partner_referrals",
        ):
            fields.pop("location", None)
        called = {k: written(rng, cast[k]) for k in cast}
        called |= {f"{k}1": p.forenames[0] for k, p in cast.items()} | {
            f"{k}2": p.surnames[0] for k, p in cast.items()
        }
        number, mark = own["phone"], own["vrm"]
        called["phone"] = rng.choice(
            (
                number,
                number.replace(" ", ""),
                "+44 " + number[1:],
                number.replace(" ", "-"),
                f"{number[:5]} {number[6:9]} {number[9:]}",
            )
        )
        called["vrm"] = rng.choice((mark, mark.replace(" ", ""), mark.lower()))
        called["handle"] = own["handle"]
        said = {c.split(":")[0]: STATUS[c.split(":")[1]] for c in codes.split()}
        text = Text()
        text.add(words.format(**called), {(CODES[c], s) for c, s in said.items()})
        if rng.random() < 0.5:
            text.add(pick(rng, table, "", False, plain_only=True)[0][0], set())
        force.write(table, at, text, people, vehicles, phones, **fields)
        in_text = {k for k in cast if re.search(r"\{" + k + r"[12]?\}", words)}
        # a number, a mark, a handle or a place ties people too, and is no person itself
        in_text |= {f"+{thing}" for thing in own if f"{{{thing}}}" in words} | {
            t for t in who.split() if t.startswith("loc:")
        }
        force.ties.setdefault(plan.name, []).append(
            (at.date(), frozenset(in_text | {p.who.split("/")[1] for p, _ in people}))
        )


def written(rng: random.Random, person: Person) -> str:
    """A name as a text writes it: in full, surname first in capitals, by a nickname, or without its accents."""
    forename, surname = (
        rng.choice((person.forenames[0], person.forenames[0], rng.choice(person.forenames))),
        person.surnames[0],
    )
    return rng.choice(
        (
            f"{forename} {surname}",
            f"{forename} {surname}",
            f"{surname.upper()} {forename}",
            plain(f"{forename} {surname}"),
        )
    )


def lines(force: Force) -> None:
    """Three registered lines; the members of the second are known from the register alone and are no group."""
    rng = force.rng
    for n, (name, known, band, sexual) in enumerate(
        (
            ("Ribbon", "known", "high", True),
            ("Pilot", "", "medium", False),
            ("Sparrow", "not known", "low", False),
        )
    ):
        text = Text()
        text.add("Line register entry reviewed by the lead.", set())
        members = [force.person(f"line{n}/{k}", rng.choice("FM"), rng.uniform(20, 32)) for k in range(3)]
        force.write("county_lines", force.moment(150 + n, 10), text, [(m, "line_member") for m in members], (), (),
                    name=name, status=("active", "active", "dormant")[n], opened_on=(force.start - timedelta(days=90)).isoformat(),
                    origin="Castlebridge", phone=force.number(), known_sexual_exploitation=known, force_band=band)  # fmt: skip


def premises(force: Force) -> None:
    for n, (name, kind) in enumerate(names.PREMISES):
        district = list(names.DISTRICTS)[n % 4]
        latitude, longitude, _, _ = names.DISTRICTS[district]
        address, postcode = force.address(district)
        force.rows["first"]["premises"].append(
            {"premises_ref": f"PR{n:03d}", "name": name, "kind": kind, "address": address, "postcode": postcode,
             "latitude": f"{latitude + n / 1000:.5f}", "longitude": f"{longitude - n / 1000:.5f}"})  # fmt: skip


def build(
    out: Path, seed: int = 11, records: int = 1900, *, broken: bool = True, shift: int = 0, extra: int = 0
) -> None:
    """Writes the force. ``broken`` adds the rows for quarantine, ``shift`` moves every record by so many days (no birth
    date moves), ``extra`` adds so many unrelated records of other people at the end of each table."""
    force = Force(seed, shift)
    premises(force)
    for plan in (*GROUPS, *DECOYS):
        planted(force, plan)
    lines(force)
    background(force, records, "bg")
    if extra:
        force.rng = random.Random(seed + 2)
        background(force, extra, "extra")
    finish(force, Path(out), broken)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the second hand's fictional force.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--records", type=int, default=1900)
    given = parser.parse_args()
    build(given.out, given.seed, given.records)


if __name__ == "__main__":
    main()
