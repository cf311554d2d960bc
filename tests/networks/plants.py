"""Planted groups and decoys of every kind, for the worlds of the tests.

A planter takes the world, a name and a first day. It returns the persons of concern and the children it
planted; a decoy returns everybody, who must then be in no group.
"""

from __future__ import annotations

from collections.abc import Callable

from world import World

Planted = tuple[set[str], set[str]]


def shared_phone_and_car(w: World, n: str, d: int) -> Planted:
    """Three adults, two children; a number, a vehicle, three kinds of record; no crime recorded."""
    a, b, c = (w.adult(f"{n}-a{i}") for i in range(3))
    x, y = (w.child(f"{n}-c{i}") for i in range(2))
    phone, car = f"+44770090{len(w.people):04d}", f"AB{len(w.people):02d}CDE"
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d,
        {x: "missing", a: "associate"},
        phones=[phone],
        signals=["missing_episode", "older_associate"],
    )
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 9,
        {b: "subject", y: "associate"},
        phones=[phone],
        signals=["unexplained_gifts"],
        source_evaluation="2",
        intelligence_assessment="B",
    )
    w.record(
        f"{n}-R1",
        "partner_referrals",
        d + 15,
        {y: "subject", a: "associate"},
        vehicles=[car],
        signals=["taxi_or_vehicle"],
    )
    w.record(
        f"{n}-I2",
        "intelligence",
        d + 30,
        {c: "subject", x: "associate"},
        vehicles=[car],
        signals=["transported"],
        source_evaluation="1",
        intelligence_assessment="A",
    )
    w.record(
        f"{n}-V1",
        "vulnerability_entries",
        d + 41,
        {b: "subject", c: "subject"},
        list="offender",
        vehicles=[car],
        signals=["associates_with_known_suspect"],
    )
    return {a, b, c}, {x, y}


def no_crime_weak(w: World, n: str, d: int) -> Planted:
    """Two adults, one child, three records, two contexts: the least that makes a group."""
    a, b, x = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.child(f"{n}-c")
    car = f"WK{len(w.people):02d}XYZ"
    w.record(f"{n}-M1", "missing_episodes", d, {x: "missing", a: "associate"}, signals=["older_associate"])
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 12,
        {b: "subject", x: "associate"},
        vehicles=[car],
        signals=["transported"],
        source_evaluation="2",
        intelligence_assessment="B",
    )
    w.record(f"{n}-C1", "incidents", d + 20, {a: "suspect"}, vehicles=[car])
    return {a, b}, {x}


def recorded_crimes(w: World, n: str, d: int) -> Planted:
    """Two crimes with the exploitation flag that name the same two suspects."""
    a, b = w.adult(f"{n}-a"), w.adult(f"{n}-b")
    x, y = w.child(f"{n}-x"), w.child(f"{n}-y")
    w.record(
        f"{n}-C1", "crimes", d, {a: "suspect", b: "suspect", x: "victim"}, flags="CSE", signals=["disclosure"]
    )
    w.record(f"{n}-C2", "crimes", d + 30, {a: "suspect", b: "suspect", y: "victim"}, flags="CSE")
    return {a, b}, {x, y}


def named_in_text(w: World, n: str, d: int) -> Planted:
    """Adults named in texts alone, a number that stands only in text."""
    a, b, x = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.child(f"{n}-c")
    y = w.child(f"{n}-d")
    phone = f"+44770091{len(w.people):04d}"
    w.record(
        f"{n}-R1",
        "partner_referrals",
        d,
        {x: "subject"},
        told=[a],
        in_text=[("phone", phone)],
        signals=["online_contact", "unexplained_gifts"],
    )
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 20,
        {x: "associate"},
        told=[b],
        signals=["older_associate"],
        source_evaluation="2",
        intelligence_assessment="B",
    )
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d + 25,
        {y: "missing"},
        told=[a, b],
        in_text=[("phone", phone)],
        signals=["transported"],
    )
    w.record(
        f"{n}-I2",
        "intelligence",
        d + 40,
        {b: "subject"},
        in_text=[("phone", phone)],
        source_evaluation="1",
        intelligence_assessment="B",
    )
    return {a, b}, {x, y}


def hotel(w: World, n: str, d: int) -> Planted:
    """A hotel, its keeper who lends rooms, one who drives; different nights."""
    a, b, keeper = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.adult(f"{n}-k", 50)
    x, y = w.child(f"{n}-x"), w.child(f"{n}-y", 15)
    pc = f"ZZ{len(w.people)} 1AA"
    w.premises(f"PR{n}", f"Harbour {n} Hotel", "hotel", f"{len(w.people)} Quay Road", pc)
    at = {"location": f"Harbour {n} Hotel", "postcode": pc}
    w.record(
        f"{n}-C1",
        "incidents",
        d,
        {a: "suspect", x: "victim"},
        signals=["hotel_or_premises", "concern_by_business"],
        **at,
    )
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d + 14,
        {y: "missing", b: "associate"},
        signals=["hotel_or_premises"],
        found_at_location=at["location"],
        found_postcode=pc,
    )
    w.record(
        f"{n}-R1", "partner_referrals", d + 21, {x: "subject", b: "associate"}, signals=["older_associate"]
    )
    w.record(
        f"{n}-V1",
        "vulnerability_entries",
        d + 33,
        {keeper: "subject", y: "associate"},
        list="offender",
        signals=["hotel_or_premises"],
        **at,
    )
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 40,
        {keeper: "subject", a: "subject"},
        signals=["hotel_or_premises"],
        source_evaluation="1",
        intelligence_assessment="B",
        text="Keeper of the hotel, booked the room.",
    )
    return {a, b, keeper}, {x, y}


def peers(w: World, n: str, d: int) -> Planted:
    """Three of 16 and 17 named as suspects, two younger children: children first, found all the same."""
    a, b, c = (w.person(f"{n}-p{i}", 16) for i in range(3))
    x, y = w.child(f"{n}-x", 12), w.child(f"{n}-y", 13)
    phone = f"+44770092{len(w.people):04d}"
    w.record(
        f"{n}-C1",
        "crimes",
        d,
        {a: "suspect", b: "suspect", x: "victim"},
        flags="CSE",
        phones=[phone],
        signals=["coercion_or_control"],
    )
    w.record(
        f"{n}-C2",
        "crimes",
        d + 10,
        {b: "suspect", c: "suspect", y: "victim"},
        flags="CSE",
        phones=[phone],
        signals=["disclosure"],
    )
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 25,
        {a: "suspect", c: "suspect", y: "associate"},
        phones=[phone],
        signals=["coercion_or_control"],
        source_evaluation="1",
        intelligence_assessment="B",
    )
    return set(), {a, b, c, x, y}


def unknown_driver(w: World, n: str, d: int) -> Planted:
    """One adult is known; the other is a vehicle that nobody has been put to."""
    a, x, y = w.adult(f"{n}-a"), w.child(f"{n}-x"), w.child(f"{n}-y")
    car = f"UN{len(w.people):02d}KNO"
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d,
        {x: "missing"},
        vehicles=[car],
        signals=["taxi_or_vehicle", "transported"],
    )
    w.record(
        f"{n}-R1", "partner_referrals", d + 8, {x: "subject", a: "associate"}, signals=["older_associate"]
    )
    w.record(f"{n}-M2", "missing_episodes", d + 16, {y: "missing"}, vehicles=[car], signals=["transported"])
    w.record(
        f"{n}-I1",
        "intelligence",
        d + 24,
        {a: "subject", y: "associate"},
        signals=["unexplained_gifts"],
        source_evaluation="2",
        intelligence_assessment="B",
    )
    return {a}, {x, y}


GROUPS: dict[str, Callable[[World, str, int], Planted]] = {
    f.__name__: f
    for f in (
        shared_phone_and_car,
        no_crime_weak,
        recorded_crimes,
        named_in_text,
        hotel,
        peers,
        unknown_driver,
    )
}


# ---- decoys: nobody here may be in a group ---------------------------------------------------------


def family(w: World, n: str, d: int) -> set[str]:
    """Mother, her partner and their children: one home, many records, concern about the child."""
    home = {"address": f"{len(w.people) + 1} ELM ROAD", "postcode": f"FA{len(w.people)} 1AA"}
    m, f = w.adult(f"{n}-m", 38, surname=f"{n}S", **home), w.adult(f"{n}-f", 40, surname=f"{n}T", **home)
    x, y = w.child(f"{n}-x", surname=f"{n}S", **home), w.child(f"{n}-y", 11, surname=f"{n}S", **home)
    at = {"location": f"{home['address'].title()}", "postcode": home["postcode"]}
    w.record(
        f"{n}-C1",
        "crimes",
        d,
        {m: "suspect", f: "suspect", x: "victim"},
        signals=["unexplained_injury", "disclosure"],
        **at,
    )
    w.record(
        f"{n}-C2", "crimes", d + 20, {m: "suspect", f: "suspect", y: "victim"}, signals=["disclosure"], **at
    )
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d + 40,
        {x: "missing", m: "parent", f: "associate"},
        signals=["missing_episode"],
        relations={f: "mother's partner"},
    )
    w.record(
        f"{n}-R1",
        "partner_referrals",
        d + 60,
        {x: "subject", y: "subject", m: "parent", f: "associate"},
        signals=["school_absence", "older_associate"],
    )
    return {m, f, x, y}


def uncles(w: World, n: str, d: int) -> set[str]:
    """Relatives with whom a missing child is found: said by relationship alone."""
    a, b, x = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.child(f"{n}-x")
    for i in range(4):
        w.record(
            f"{n}-M{i}",
            "missing_episodes",
            d + 10 * i,
            {x: "missing", a: "associate", b: "associate"},
            relations={a: "uncle", b: "aunt"},
            signals=["missing_episode", "older_associate"],
        )
    return {a, b, x}


def team(w: World, n: str, d: int) -> set[str]:
    """A sports team: coaches, a pitch, many children, one minibus."""
    c1, c2 = w.adult(f"{n}-c1", 45), w.adult(f"{n}-c2", 33)
    kids = [w.child(f"{n}-k{i}", 13) for i in range(9)]
    at = {"location": "Sports Ground, Mill Lane", "postcode": f"SP{len(w.people)} 2BB"}
    for i, k in enumerate(kids):
        w.record(
            f"{n}-I{i}",
            "incidents",
            d + 7 * i,
            {k: "victim", c1: "professional", c2: "other"},
            relations={c2: "coach"},
            vehicles=[f"BUS{len(w.people)}"],
            **at,
        )
    w.record(
        f"{n}-M1",
        "missing_episodes",
        d + 3,
        {kids[0]: "missing", c1: "reporter", kids[1]: "associate"},
        signals=["missing_episode"],
    )
    return {c1, c2, *kids}


def care_home(w: World, n: str, d: int) -> set[str]:
    """Staff of a children's home report its children missing again and again."""
    home = {"address": f"{len(w.people) + 1} PARK VIEW", "postcode": f"CH{len(w.people)} 3CC"}
    staff = [w.adult(f"{n}-s{i}", 40) for i in range(3)]
    kids = [w.child(f"{n}-k{i}", 15, **home) for i in range(4)]
    for i in range(12):
        w.record(
            f"{n}-M{i}", "missing_episodes", d + 5 * i,
            {kids[i % 4]: "missing", staff[i % 3]: "reporter", staff[(i + 1) % 3]: "carer" if i % 2 else "professional"},
            signals=["missing_episode", "older_associate"], phones=["contact=+441632960001"],
            found_at_location=home["address"].title(), found_postcode=home["postcode"],
        )  # fmt: skip
    return {*staff, *kids}


def taxi_witness(w: World, n: str, d: int) -> set[str]:
    """Drivers of a taxi firm who report what they saw; their vehicles stand in the records."""
    drivers = [w.adult(f"{n}-t{i}", 44) for i in range(2)]
    kids = [w.child(f"{n}-k{i}") for i in range(4)]
    for i in range(8):
        w.record(
            f"{n}-I{i}",
            "incidents",
            d + 6 * i,
            {drivers[i % 2]: "witness", kids[i % 4]: "subject"},
            vehicles=[f"involved=TX{len(w.people)}{i % 2}A"],
            signals=["taxi_or_vehicle", "concern_by_business"],
        )
    return {*drivers, *kids}


def busy_place(w: World, n: str, d: int) -> set[str]:
    """A town centre and a station that everybody passes."""
    pc = f"TC{len(w.people)} 1AA"
    w.premises(f"ST{n}", f"Central {n} Station", "station", "1 Station Approach", pc)
    out = set()
    for i in range(14):
        a, x = w.adult(f"{n}-a{i}"), w.child(f"{n}-x{i}")
        out |= {a, x}
        w.record(
            f"{n}-I{i}",
            "incidents",
            d + 4 * i,
            {a: "suspect", x: "victim"},
            signals=["older_associate"],
            location=f"Central {n} Station" if i % 2 else "Town Centre",
            postcode=pc,
        )
    return out


def shared_switchboard(w: World, n: str, d: int) -> set[str]:
    """A number that stands in many people's records: a switchboard."""
    out = set()
    for i in range(30):
        a, x = w.adult(f"{n}-a{i}"), w.child(f"{n}-x{i}")
        out |= {a, x}
        w.record(
            f"{n}-I{i}",
            "intelligence",
            d + 3 * i,
            {a: "subject", x: "associate"},
            phones=["contact=+441632960002"],
            signals=["older_associate"],
            source_evaluation="2",
            intelligence_assessment="B",
        )
    return out


def shop_theft_crew(w: World, n: str, d: int) -> set[str]:
    """Adults who steal together and share a car and a phone; one of them once pushed a schoolboy."""
    crew = [w.adult(f"{n}-a{i}") for i in range(3)]
    for i in range(6):
        w.record(
            f"{n}-C{i}",
            "crimes",
            d + 9 * i,
            {c: "suspect" for c in crew},
            offence="Shoplifting",
            vehicles=[f"used=CR{len(w.people)}W"],
            phones=[f"+44770093{len(w.people):04d}"],
        )
    x = w.child(f"{n}-x")
    w.record(f"{n}-CX", "crimes", d + 30, {crew[0]: "suspect", x: "victim"}, offence="Assault without injury")
    return {*crew, x}


def party(w: World, n: str, d: int) -> set[str]:
    """One night, one house, many young people and some adults; several records of the one event."""
    grown = [w.adult(f"{n}-a{i}", 24) for i in range(3)]
    kids = [w.child(f"{n}-k{i}", 15) for i in range(6)]
    at = {"location": f"{len(w.people)} Mill Street", "postcode": f"PY{len(w.people)} 4DD"}
    w.record(
        f"{n}-I1",
        "incidents",
        d,
        {**{g: "associate" for g in grown}, **{k: "victim" for k in kids}},
        signals=["substance_supply"],
        **at,
    )
    for i, k in enumerate(kids[:4]):
        w.record(
            f"{n}-M{i}",
            "missing_episodes",
            d + 0.1 + i / 50,
            {k: "missing", grown[i % 3]: "associate", grown[(i + 1) % 3]: "associate"},
            signals=["missing_episode"],
            found_at_location=at["location"],
            found_postcode=at["postcode"],
        )
    w.record(
        f"{n}-C1",
        "crimes",
        d + 0.2,
        {grown[0]: "suspect", grown[1]: "suspect", kids[0]: "victim"},
        signals=["substance_supply"],
        **at,
    )
    return {*grown, *kids}


def sibling_home(w: World, n: str, d: int) -> set[str]:
    """Friends of an elder brother meet at a child's own home."""
    home = {"address": f"{len(w.people) + 1} OAK CLOSE", "postcode": f"SB{len(w.people)} 5EE"}
    brother, x = (
        w.person(f"{n}-b", 20, surname=f"{n}Q", **home),
        w.child(f"{n}-x", 16, surname=f"{n}Q", **home),
    )
    friends = [w.person(f"{n}-f{i}", 19) for i in range(3)]
    mates = [w.child(f"{n}-m{i}", 16) for i in range(2)]
    at = {"location": home["address"].title(), "postcode": home["postcode"]}
    for i in range(4):
        w.record(
            f"{n}-I{i}",
            "incidents",
            d + 15 * i,
            {brother: "associate", friends[i % 3]: "associate", x: "associate", mates[i % 2]: "associate"},
            **at,
        )
    return {brother, x, *friends, *mates}


def school_friends(w: World, n: str, d: int) -> set[str]:
    """Children who go missing together and share a phone and a park."""
    kids = [w.child(f"{n}-k{i}", 15) for i in range(4)]
    for i in range(6):
        w.record(
            f"{n}-M{i}",
            "missing_episodes",
            d + 8 * i,
            {kids[i % 4]: "missing", kids[(i + 1) % 4]: "associate"},
            phones=[f"+44770094{len(w.people):04d}"],
            signals=["missing_episode", "repeat_missing"],
        )
    return set(kids)


def couple(w: World, n: str, d: int) -> set[str]:
    """Adult domestic incidents; a child of theirs is in the house."""
    home = {"address": f"{len(w.people) + 1} ASH WAY", "postcode": f"DA{len(w.people)} 6FF"}
    a, b = w.adult(f"{n}-a", **home), w.adult(f"{n}-b", **home)
    x = w.child(f"{n}-x", 9, **home)
    for i in range(5):
        w.record(
            f"{n}-C{i}",
            "crimes",
            d + 12 * i,
            {a: "suspect", b: "suspect" if i == 2 else "victim", x: "witness"},
            signals=["coercion_or_control"],
            location=home["address"].title(),
            postcode=home["postcode"],
        )
    return {a, b, x}


def lone_offender(w: World, n: str, d: int) -> set[str]:
    """One adult, three children: grave, but no group."""
    a = w.adult(f"{n}-a")
    kids = [w.child(f"{n}-x{i}") for i in range(3)]
    for i, k in enumerate(kids):
        w.record(
            f"{n}-C{i}",
            "crimes",
            d + 20 * i,
            {a: "suspect", k: "victim"},
            flags="CSE",
            vehicles=[f"LO{len(w.people)}NE"],
            signals=["disclosure"],
        )
    return {a, *kids}


def professionals(w: World, n: str, d: int) -> set[str]:
    """A social worker and a youth worker who stand in every record of several children."""
    s, y = w.adult(f"{n}-s"), w.adult(f"{n}-y")
    kids = [w.child(f"{n}-x{i}") for i in range(4)]
    for i in range(8):
        w.record(
            f"{n}-R{i}",
            "partner_referrals",
            d + 11 * i,
            {kids[i % 4]: "subject", s: "professional", y: "other"},
            relations={y: "youth worker"},
            signals=["older_associate", "unexplained_gifts"],
            phones=["contact=+441632960003"],
        )
    return {s, y, *kids}


def negated(w: World, n: str, d: int) -> set[str]:
    """Everything that a group has, but the records say that it is not so, or might be."""
    a, b, x = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.child(f"{n}-x")
    for i, s in enumerate(
        (
            "older_associate=negated",
            "transported=hypothetical",
            "unexplained_gifts=historic",
            "substance_supply=negated",
        )
    ):
        w.record(
            f"{n}-I{i}",
            "incidents",
            d + 9 * i,
            {a if i % 2 else b: "associate", x: "subject"},
            vehicles=[f"NG{len(w.people)}T"],
            signals=[s],
        )
    return {a, b, x}


def robbers(w: World, n: str, d: int) -> set[str]:
    """Adults who robbed several children of their phones in the street: crimes, and no exploitation."""
    a, b = w.adult(f"{n}-a"), w.adult(f"{n}-b")
    kids = [w.child(f"{n}-x{i}") for i in range(4)]
    for i, k in enumerate(kids):
        w.record(
            f"{n}-C{i}",
            "crimes",
            d + 5 * i,
            {a: "suspect", b: "suspect", k: "victim"},
            offence="Robbery of personal property",
            signals=["multiple_suspects"],
        )
    return {a, b, *kids}


def graded_low(w: World, n: str, d: int) -> set[str]:
    """A whole group, but every report is graded 3, D or E: alone they make none."""
    a, b, x = w.adult(f"{n}-a"), w.adult(f"{n}-b"), w.child(f"{n}-x")
    for i, (s, g) in enumerate((("3", "A"), ("1", "D"), ("2", "E"), ("3", "D"))):
        w.record(
            f"{n}-I{i}",
            "intelligence",
            d + 9 * i,
            {a: "subject", b: "subject", x: "associate"},
            phones=[f"+44770095{len(w.people):04d}"],
            signals=["transported", "older_associate"],
            source_evaluation=s,
            intelligence_assessment=g,
        )
    return {a, b, x}


DECOYS: dict[str, Callable[[World, str, int], set[str]]] = {
    f.__name__: f
    for f in (
        family, uncles, team, care_home, taxi_witness, busy_place, shared_switchboard, shop_theft_crew, party, sibling_home,
        school_friends, couple, lone_offender, professionals, negated, robbers, graded_low,
    )
}  # fmt: skip


def whole(
    seed: int = 0, shift: int = 0, rename: str = ""
) -> tuple[World, list[Planted], dict[str, set[str]]]:
    """A world with one group and one decoy of every kind."""
    w = World(shift=shift, rename=rename)
    groups = [f(w, f"g{i}", 3 + 2 * i + seed) for i, f in enumerate(GROUPS.values())]
    decoys = {name: f(w, f"d{i}", 4 + 3 * i + seed) for i, (name, f) in enumerate(DECOYS.items())}
    return w, groups, decoys


def noise(w: World, count: int) -> None:
    """Unrelated records: everyday crimes and calls, each with its own people."""
    for i in range(count):
        a, b = w.adult(f"n{i}a", 20 + i % 50), w.person(f"n{i}b", 8 + i % 60)
        kind = ("crimes", "incidents")[i % 2]
        w.record(
            f"N{i}",
            kind,
            i % 280,
            {a: "suspect", b: ("victim", "witness")[i % 3 % 2]},
            location=f"{i % 90} Long Lane",
            postcode=f"NO{i % 40} 1ZZ",
            vehicles=[f"NV{i % 400}"],
        )
