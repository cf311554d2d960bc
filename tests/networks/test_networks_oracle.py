"""The stage equals the slow and obvious definition, on all kinds and on worlds with records left out at random."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from plants import DECOYS, GROUPS
from run import groups, night
from world import World

from redshank.networks import default_config
from redshank.oracle import networks as oracle

# Places, lines and people whom nobody could name are not in the oracle: worlds without them.
KINDS = sorted(set(GROUPS) - {"hotel", "unknown_driver"})
LOOKALIKES = sorted(set(DECOYS) - {"busy_place", "party", "shared_switchboard"})


def both(w):
    out = night(w)
    mine = sorted(
        (sorted(n for n in ids if n in named), sorted(kids - named))
        for group_id, (s, kids) in groups(out).items()
        for ids in [s | kids]
        for named in [
            set(
                next(
                    r["suspects"] for r in out["group_ledger"].to_pylist() if r["group_id"] == group_id
                ).split("|")
            )
        ]
    )
    rows = {n: t.to_pylist() for n, t in w.view().items()}
    return mine, sorted(oracle.groups(rows, default_config()))


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_stage_equals_the_definition(rng):
    w = World()
    for i, kind in enumerate(rng.sample(KINDS, 3)):
        GROUPS[kind](w, f"g{i}", 3 + i)
    kind = rng.choice(LOOKALIKES)
    DECOYS[kind](w, "d", 6)
    # Leaving records out makes groups fall, shrink and stand on the edge.
    gone = {r["record_key"] for r in w.rows["records"] if rng.random() < 0.15}
    for rows in w.rows.values():
        rows[:] = [r for r in rows if r["record_key"] not in gone]
    # Nobody unnamed: the oracle does not know companions.
    for s in w.rows["signals"]:
        s["indicator"] = "older_associate" if s["indicator"] == "multiple_suspects" else s["indicator"]
    mine, theirs = both(w)
    assert mine == theirs


KINDS_OF_RECORD = ("missing_episodes", "intelligence", "partner_referrals", "crimes", "incidents", "custody")
SIGNALS = (
    "older_associate",
    "transported",
    "unexplained_gifts",
    "missing_episode",
    "disclosure",
    "taxi_or_vehicle=negated",
    "county_lines=historic",
)


def scattered(rng):
    """A small crowd with a few numbers and cars, records thrown at random: edges of every rule."""
    w = World()
    home = {"address": "1 ELM ROAD", "postcode": "AA1 1AA"}
    grown = [
        w.adult(f"a{i}", rng.choice([24, 31, 50]), phone="+447700900001" if i == 0 else "") for i in range(5)
    ]
    grown.append(w.person("a9", None))
    grown.append(w.adult("a8", 40, surname="SAME", **home))
    kids = [w.child(f"c{i}", rng.choice([12, 14, 16])) for i in range(3)] + [
        w.child("c8", 13, surname="SAME", **home)
    ]
    grown.append(w.person("a7", None, surname=w.people[kids[0]].surname))  # of no age, with a child's surname
    roles = {
        "missing_episodes": ("missing", "associate"),
        "crimes": ("victim", "suspect"),
        "custody": ("other", "detained"),
    }
    for i in range(rng.randint(6, 16)):
        kind = rng.choice(KINDS_OF_RECORD)
        child_role, adult_role = roles.get(
            kind, ("subject", rng.choice(["associate", "subject", "suspect", "other"]))
        )
        named = {c: child_role for c in rng.sample(kids, rng.randint(0, 2))}
        named |= {
            a: rng.choice([adult_role, adult_role, "witness"]) for a in rng.sample(grown, rng.randint(0, 2))
        }
        if rng.random() < 0.1:
            named[rng.choice(kids)] = "suspect"
        graded = (
            {"source_evaluation": rng.choice("1123"), "intelligence_assessment": rng.choice("ABBD")}
            if kind == "intelligence"
            else {}
        )
        w.record(
            f"R{i}", kind, rng.choice([rng.uniform(0, 200), 40.1, 40.3]), named, signals=rng.sample(SIGNALS, rng.randint(0, 2)),
            vehicles=rng.sample(["AA11AAA", "BB22BBB"], rng.choice([0, 0, 1])), phones=rng.sample(["+447700900001", "+447700900002"], rng.choice([0, 0, 1])),
            told=rng.sample(grown[:5], 1) if rng.random() < 0.3 else (), flags=rng.choice([None, None, None, "CSE"]), **graded,
        )  # fmt: skip
    # People whom nobody could name are not in the oracle: every vehicle and number has a user somewhere.
    w.record(
        "known",
        "incidents",
        300,
        {
            "p-a1": "suspect",
            "p-a0": "witness",
        },  # a0 may stand in texts only otherwise, with no number of their own
        vehicles=["AA11AAA", "BB22BBB"],
        phones=["+447700900002"],
    )
    return w


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_stage_equals_the_definition_on_scattered_records(rng):
    mine, theirs = both(scattered(rng))
    assert mine == theirs


def test_scattered_worlds_hold_groups_and_worlds_without():
    import random

    sizes = [len(groups(night(scattered(random.Random(seed))))) for seed in range(6)]
    assert any(sizes)
    assert not all(sizes)
