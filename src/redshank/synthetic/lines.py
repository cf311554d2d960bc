"""The register of county lines, and the children whom lines use."""

from __future__ import annotations

from functools import cache

from redshank.synthetic import grammar
from redshank.synthetic.book import Book
from redshank.synthetic.cast import Words, about_child, full_name
from redshank.synthetic.groups import fitting
from redshank.synthetic.members import Draw
from redshank.synthetic.population import phone_number
from redshank.synthetic.slotwords import words

_DAY = 86400
_USES = ("known", "not known", "suspected", "not known")
_FIRST_PHONE = 600  # of the thousand kept for drama


@cache
def _texts() -> dict[str, tuple[grammar.Template, ...]]:
    return {k: grammar.lines(v) for k, v in grammar.load("grammar_lines.toml").items()}


def band(uses: str, children: int) -> str:
    """A line's true band (local default): use of sexual exploitation first, then how many children."""
    if uses == "known" or (uses == "suspected" and children >= 2):
        return "high"
    return "medium" if uses == "suspected" or children else "low"


def plant_line(
    book: Book, number: int, draw: Draw, start: int, days: int
) -> tuple[int, str, str, list[tuple[int, int]]]:
    """One line: its entry, and records of its children. Gives the entry's number, use, band and (child, first time)."""
    rng, p = book.rng, book.force.population
    uses = _USES[number % 4]
    names = words("line_name")
    name = f"{names[number % len(names)]}{'' if number < len(names) else ' ' + str(number // len(names) + 1)}"
    town = rng.randrange(len(p.places.towns))
    phone = phone_number(_FIRST_PHONE + number)
    children = [draw.one("child") for _ in range(rng.choice([0, 1, 2, 2, 3]))]
    adults = [draw.one("adult", men=0.8) for _ in range(rng.randint(2, 4))]
    assessed = start + (days - rng.randint(5, 60)) * _DAY + rng.randrange(_DAY)
    entry = book.open("county_lines", assessed, town, phone, f"{name} line")
    slots = Words(p, town, rng)
    slots.update({"line": f"the {name} line", "name": name, "ph": phone})
    entry.say(rng.choice(_texts()["about"]), slots, rng)
    said = {"known": "known", "suspected": "suspected", "not known": "none"}[uses]
    entry.say(rng.choice(_texts()[said]), slots, rng)
    entry.cells["known_sexual_exploitation"] = {
        "known": "known",
        "suspected": "",
        "not known": "not known" if number % 8 == 1 else "",
    }[uses]
    true_band = band(uses, len(children))
    if rng.random() < 0.5:
        entry.cells |= {
            "force_band": true_band,
            "force_score": str({"high": 80, "medium": 50, "low": 20}[true_band] + rng.randrange(10)),
        }
    for who in adults + children:
        if rng.random() < 0.85:
            entry.person(who, "line_member")
    first: list[tuple[int, int]] = []
    for child in children:
        times = sorted(assessed - rng.randint(2, 150) * _DAY for _ in range(rng.randint(1, 3)))
        first.append((child, times[0]))
        for at in times:
            table = rng.choice(["intelligence", "custody", "partner_referrals", "missing_episodes"])
            record = book.open(table, at, town)
            record.code, record.title = (
                ("92A", "Possession with intent to supply")
                if table == "custody"
                else ("Exploitation", "Youth justice")
            )
            role = {"custody": "detained", "missing_episodes": "missing"}.get(table, "subject")
            if role == "missing":
                record.missing = child
            record.person(child, role)
            own = Words(p, town, rng)
            own.update({"line": f"the {name} line", "ph": phone})
            about_child(own, p, child, at, rng)
            own["c"], own["a"] = full_name(p, child, rng), full_name(p, rng.choice(adults), rng)
            own.short["c"] = (own["cf"],)
            if role == "missing":
                record.say(rng.choice(fitting("missing_episode", "affirmed", "c", "a a2 f")), own, rng)
            record.say(rng.choice(fitting("county_lines", "affirmed", "c", "a2 f")), own, rng)
            if rng.random() < 0.4:
                record.say(rng.choice(fitting("transported", "affirmed", "c", "a2 f")), own, rng)
    return entry.rid, uses, true_band, first
