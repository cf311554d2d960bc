"""People invented for these tests: how the same person is written down in different records.

Nothing here imitates the synthetic force. Truth is known, so that precision and recall can be printed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random

import pyarrow as pa

from redshank.tables import BETWEEN

FORENAMES = [
    "JAMES",
    "JOHN",
    "ROBERT",
    "DAVID",
    "MOHAMMED",
    "MUHAMMAD",
    "AHMED",
    "YUSUF",
    "IBRAHIM",
    "OMAR",
    "DANIEL",
    "THOMAS",
    "JACK",
    "HARRY",
    "KYLE",
    "LIAM",
    "CONNOR",
    "TYLER",
    "JORDAN",
    "NATHAN",
    "PIOTR",
    "TOMASZ",
    "MATEUSZ",
    "ANDREI",
    "MIHAI",
    "KWAME",
    "KOFI",
    "CHIDI",
    "GURPREET",
    "HARJIT",
    "ARJUN",
    "RAVI",
    "SANJAY",
    "WEI",
    "JUN",
    "KAYLEIGH",
    "CHLOE",
    "MEGAN",
    "ELLIE",
    "SOPHIE",
    "EMILY",
    "JESSICA",
    "AISHA",
    "FATIMA",
    "ZAINAB",
    "MARYAM",
    "PRIYA",
    "ANJALI",
    "KATARZYNA",
    "AGNIESZKA",
    "ELENA",
    "MARIA",
    "AMARA",
    "ADA",
    "GRACE",
    "ABIGAIL",
    "ELIZABETH",
    "KATHERINE",
    "CHARLOTTE",
    "AMELIA",
    "OLIVIA",
    "LUCY",
    "MOLLY",
    "PAIGE",
    "JADE",
    "LEANNE",
    "STACEY",
    "NICOLA",
    "TRACEY",
    "SAMANTHA",
    "WILLIAM",
    "MICHAEL",
    "STEPHEN",
    "ANTHONY",
    "CHRISTOPHER",
    "ALEXANDER",
    "BENJAMIN",
    "JOSEPH",
    "SAMUEL",
    "MATTHEW",
]
SURNAMES = [
    "SMITH",
    "JONES",
    "TAYLOR",
    "BROWN",
    "WILLIAMS",
    "WILSON",
    "JOHNSON",
    "DAVIES",
    "ROBINSON",
    "WRIGHT",
    "THOMPSON",
    "EVANS",
    "WALKER",
    "WHITE",
    "ROBERTS",
    "GREEN",
    "HALL",
    "WOOD",
    "JACKSON",
    "CLARKE",
    "PATEL",
    "KHAN",
    "SINGH",
    "KAUR",
    "HUSSAIN",
    "AHMED",
    "ALI",
    "BEGUM",
    "SHAH",
    "MALIK",
    "NOWAK",
    "KOWALSKI",
    "WISNIEWSKI",
    "POPESCU",
    "IONESCU",
    "MENSAH",
    "BOATENG",
    "OKAFOR",
    "ADEYEMI",
    "CHEN",
    "WANG",
    "NGUYEN",
    "WINTERS",
    "HOLLOWAY",
    "PEMBERTON",
    "ASHCROFT",
    "BRADSHAW",
    "FAIRCLOUGH",
    "GREENHALGH",
    "HARGREAVES",
    "ILLINGWORTH",
    "KERSHAW",
    "LOMAX",
    "MARSDEN",
    "NUTTALL",
    "OGDEN",
    "PICKLES",
    "RAMSBOTTOM",
    "SUTCLIFFE",
    "TATTERSALL",
    "UTTLEY",
    "WHITTAKER",
    "YATES",
    "ARKWRIGHT",
    "BLACKLEDGE",
    "CROMPTON",
    "DUCKWORTH",
    "ENTWISTLE",
    "FARNWORTH",
    "GRIMSHAW",
    "HASLAM",
    "INGHAM",
    "KAY",
    "LEIGH",
    "MCCARTHY",
    "OBRIEN",
    "QUINN",
    "RILEY",
    "SWEENEY",
]
SHORT = {
    "KATHERINE": ["KATE", "KATIE"], "ELIZABETH": ["LIZ", "BETH"], "WILLIAM": ["BILL", "WILL"], "MICHAEL": ["MIKE"],
    "MOHAMMED": ["MUHAMMAD", "MOHAMED", "MO"], "YUSUF": ["YOUSEF"], "STEPHEN": ["STEVE", "STEVEN"], "ANTHONY": ["TONY"],
    "CHRISTOPHER": ["CHRIS"], "ALEXANDER": ["ALEX"], "BENJAMIN": ["BEN"], "SAMANTHA": ["SAM"], "SAMUEL": ["SAM"],
    "JOSEPH": ["JOE"], "ROBERT": ["BOB", "ROB"], "DANIEL": ["DAN"], "THOMAS": ["TOM"], "MATTHEW": ["MATT"],
    "ABIGAIL": ["ABI"], "CHARLOTTE": ["LOTTIE"], "KATARZYNA": ["KASIA"], "AISHA": ["AYESHA"], "NICOLA": ["NIKKI"],
}  # fmt: skip
SYSTEMS = ["crimes", "incidents", "custody", "missing_episodes", "intelligence", "partner_referrals"]


def typo(rng: random.Random, text: str) -> str:
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + text[at + 1 :]


def slip(rng: random.Random, day: dt.date) -> dt.date:
    kind = rng.randrange(3)
    if kind == 0 and day.day <= 12:
        return day.replace(month=day.day, day=day.month)
    if kind == 1:
        return day.replace(day=min(28, max(1, day.day + rng.choice([-1, 1, 10, -10]))))
    return day.replace(year=day.year + rng.choice([-1, 1, 10, -10]), day=min(day.day, 28))


def make(people: int, seed: int = 1, noise: float = 1.0) -> tuple[pa.Table, dict[int, int]]:
    """Appearances of invented people, and the true person of each appearance_id."""
    rng = random.Random(seed)
    cast: list[dict] = []
    while len(cast) < people:
        house, phone = len(cast), f"+4477009{rng.randrange(10**5):05d}"
        street = rng.choice(["HIGH ST", "MILL LANE", "STATION RD", "PARK VIEW", "CHURCH ST", "MOOR END"])
        address, post = (
            f"{rng.randrange(1, 200)} {street}",
            f"ZZ{rng.randrange(1, 60)} {rng.randrange(1, 9)}AA",
        )
        surname = rng.choice(SURNAMES)
        born = dt.date(rng.randrange(1960, 2012), 1, 2) + dt.timedelta(days=rng.randrange(360))
        family = [{"first": rng.choice(FORENAMES), "dob": born}]
        luck = rng.random()
        if luck < 0.04:  # twins
            family.append(
                {"first": rng.choice([f for f in FORENAMES if f[0] != family[0]["first"][0]]), "dob": born}
            )
        elif luck < 0.08:  # father and son of one name
            family.append(
                {
                    "first": family[0]["first"],
                    "dob": born.replace(year=born.year - 27, day=min(28, born.day + 1)),
                }
            )
        elif luck < 0.35:  # siblings
            family.append(
                {"first": rng.choice(FORENAMES), "dob": born + dt.timedelta(days=rng.randrange(500, 2000))}
            )
        for person in family:
            person |= {"sur": surname, "phone": phone if rng.random() < 0.5 else f"+4477{rng.randrange(10**8):08d}",
                       "address": address, "postcode": post, "sex": rng.choice("MF"),
                       "handle": f"user{rng.randrange(10**7)}" if rng.random() < 0.3 else None}  # fmt: skip
            person["locals"] = {
                s: [f"{house}-{rng.randrange(10**6)}" for _ in range(rng.choice([1, 1, 2]))] for s in SYSTEMS
            }
            cast.append(person)
    rows, truth = [], {}
    for number, person in enumerate(cast):
        for k in range(1 + min(40, int(rng.paretovariate(1.1)))):
            first, sur, dob = person["first"], person["sur"], person["dob"]
            if rng.random() < 0.10 * noise:
                first = rng.choice(SHORT.get(first, [first]))
            if rng.random() < 0.06 * noise:
                first = typo(rng, first)
            if rng.random() < 0.06 * noise:
                sur = typo(rng, sur)
            if rng.random() < 0.05 * noise:
                dob = slip(rng, dob)
            swap = rng.random() < 0.01 * noise
            system = rng.choice(SYSTEMS)
            moved = rng.random() < 0.1
            rows.append(row(
                f"{system}:{number}-{k}", first=sur if swap else first, sur=first if swap else sur,
                dob=None if rng.random() < 0.12 * noise else dob, sex=person["sex"] if rng.random() < 0.9 else None,
                phone=person["phone"] if rng.random() < 0.55 else None, handle=person["handle"] if rng.random() < 0.3 else None,
                address=None if rng.random() < 0.25 else (f"{rng.randrange(1, 200)} NEW RD" if moved else person["address"]),
                postcode=None if moved or rng.random() < 0.25 else person["postcode"],
                local=rng.choice(person["locals"][system]) if rng.random() < 0.7 else None, known=k,
            ))  # fmt: skip
            truth[rows[-1]["appearance_id"]] = number
    rng.shuffle(rows)
    return BETWEEN["appearances"].build(rows), truth


def row(
    record: str, first: str | None = None, sur: str | None = None, dob: dt.date | str | None = None, sex: str | None = None,
    phone: str | None = None, handle: str | None = None, address: str | None = None, postcode: str | None = None,
    local: str | None = None, aka: str | None = None, known: int = 0, place: int = 1, **more,
) -> dict:  # fmt: skip
    """One appearance, standardised as ``records`` does it."""
    if isinstance(dob, str):
        dob = dt.date.fromisoformat(dob)
    kind, _, ref = record.partition(":")
    text = "|".join(
        str(v) for v in (record, first, sur, dob, sex, phone, handle, address, postcode, local, aka, place)
    )
    key = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
    return {
        "appearance_id": key, "record_key": record, "record_type": kind, "record_ref": ref, "delivery": "d1",
        "delivery_no": 1, "row": place, "known_at": dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=known),
        "role": "other", "local_person_id": local, "forenames": first.title() if first else None,
        "surname": sur.title() if sur else None, "sex": sex, "date_of_birth": dob, "address": address,
        "postcode": postcode, "phone": phone, "online_handle": handle, "fore_std": first or "",
        "first_std": (first or "").split(" ")[0], "sur_std": sur or "", "aka_std": aka or "", "dob_placeholder": False,
        "address_std": address or "", "local_key": f"{kind}|{local}" if local else "", **more,
    }  # fmt: skip


def pair_scores(truth: dict[int, int], found: dict[int, str]) -> tuple[float, float, float]:
    """Pairwise precision, recall and F1."""
    from collections import Counter

    def pairs(counts) -> int:
        return sum(n * (n - 1) // 2 for n in counts)

    both = pairs(Counter((truth[a], found[a]) for a in truth).values())
    said, real = pairs(Counter(found.values()).values()), pairs(Counter(truth.values()).values())
    precision, recall = both / max(said, 1), both / max(real, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
