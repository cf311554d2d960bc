"""Changes of the input that must not change who is who and who belongs together, up to the names of ids."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from contract_tools import FINDINGS, export, grouping, ok, people_sets, row_keys, rows, whole

BLIND = ("signals", "language")  # tables that name no person and no row


def same(one: tuple, other: tuple, what: str) -> None:
    """Says how many sets differ, with the first few, instead of two thousand lines."""
    for name, a, b in zip(("people", "groups"), one, other, strict=True):
        gone = [sorted(map(str, s)) for s in a if s not in b]
        new = [sorted(map(str, s)) for s in b if s not in a]
        differing = (
            [f"{what}: {name}: {len(gone)} gone, {len(new)} new", *gone[:3], "new:", *new[:3]]
            if gone or new
            else []
        )
        assert differing == []


@pytest.fixture(scope="module")
def base(variants):
    return variants["base"]


def test_rows_in_another_order_on_another_machine(variants, base):
    other = variants["shuffled"]
    same(
        grouping(base.found, row_keys(base.first)),
        grouping(other.found, row_keys(other.first)),
        "rows shuffled",
    )
    for table in (*BLIND, "lines", "places"):
        assert sorted(map(str, base.found[table])) == sorted(map(str, other.found[table])), table


def test_ethnicity_nationality_and_disability_decide_nothing(variants, base):
    other = variants["exchanged"]
    same(
        grouping(base.found, row_keys(base.first)),
        grouping(other.found, row_keys(other.first)),
        "ethnicity exchanged",
    )
    names, others = (people_sets(v.found, row_keys(v.first)) for v in (base, other))
    for table in ("children", "groups"):
        drop = {"person_id", "group_id", "sentence", "hangs_on", "reasons"}

        def told(found, sets, table=table, drop=drop):
            known = (r for r in found[table] if r["person_id"] in sets)
            return {
                (sets[r["person_id"]], tuple((c, v) for c, v in r.items() if c not in drop)) for r in known
            }

        assert told(base.found, names) == told(other.found, others), table
    for table in (*BLIND, "lines", "places"):
        assert sorted(map(str, base.found[table])) == sorted(map(str, other.found[table])), table


def test_a_thousand_unrelated_records_change_nothing_for_the_others(variants, base):
    other = variants["extra"]
    keys = row_keys(base.first)
    known = set(keys.values())
    others = {at: key for at, key in row_keys(other.first).items() if key in known}
    assert len(others) == len(known)
    one, two = grouping(base.found, keys), grouping(other.found, others)
    two = two[0], type(two[1])({g: n for g, n in two[1].items() if any(m[3] != "described" for m in g)})
    same(one, two, "1,000 records added")


def test_everything_a_hundred_days_later(variants, base):
    other = variants["shifted"]
    # the rows are the same but for their records' times, which are not part of a row of `people`
    same(
        grouping(base.found, row_keys(base.first)),
        grouping(other.found, row_keys(other.first)),
        "dates shifted",
    )
    assert sorted(map(str, base.found["signals"])) == sorted(map(str, other.found["signals"]))
    assert sorted(map(str, base.found["language"])) == sorted(map(str, other.found["language"]))


def test_the_same_delivery_under_another_name(variants, base):
    other = variants["doubled"]
    keys = {at: key for at, key in row_keys(other.first).items()} | {
        at: key for at, key in row_keys(other.again).items()
    }
    same(grouping(base.found, row_keys(base.first)), grouping(other.found, keys), "delivery doubled")
    assert {t: len(other.found[t]) for t in FINDINGS} == {t: len(base.found[t]) for t in FINDINGS}


def test_the_same_force_as_parquet_gives_the_same(variants, tmp_path):
    folder = tmp_path / "first"
    folder.mkdir()
    for path in (variants["base"].first).glob("*.csv"):
        table = rows(path)
        pq.write_table(
            pa.table({c: pa.array([r[c] or None for r in table], pa.string()) for c in table[0]}),
            folder / f"{path.stem}.parquet",
        )
    ok("load", folder, home=tmp_path / "home")
    ok("night", home=tmp_path / "home")
    found, base = whole(export(tmp_path / "home", tmp_path / "out")), whole(variants["base"].found)
    differing = [t for t in base if found[t] != base[t]]
    assert differing == []
