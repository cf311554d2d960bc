"""How each person stands in each record: ``concern``, ``peer``, ``child`` or ``bystander``.

``concern`` is a proposed person of concern, ``peer`` somebody under 18 whom the record names as suspect,
detained or line member (a child first, practice rule 8). A witness, reporter, parent, carer or
professional is a bystander by that appearance, whatever else is known. Whoever is of unknown age is no
child unless the record says so.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from redshank.networks.concern import RecordFacts, flat, strings
from redshank.networks.places import address_key

SCHEMA = pa.schema(
    [
        ("record_key", pa.string()),
        ("node", pa.string()),
        ("stands", pa.string()),
        ("role", pa.string()),
        ("source", pa.string()),
        ("weight", pa.int64()),
        ("birth", pa.int64()),  # days since 1970; null where not known
        ("surname", pa.string()),
        ("home", pa.string()),
        ("phone", pa.string()),
        ("handle", pa.string()),
        ("family", pa.bool_()),
    ]
)
ACCUSED = ("suspect", "detained", "line_member")
_CHILD_ROLES = ("victim", "missing", "subject", "associate", "other")
# A subject of these is somebody to be protected, unless under the list of offenders.
_PROTECTIVE = ("missing_episodes", "vulnerability_entries")


def word_pattern(words: list[str]) -> re.Pattern[str]:
    """Any of the words at a word's beginning, case ignored (``step`` finds ``stepfather``)."""
    return re.compile(r"\b(?:" + "|".join(re.escape(w) for w in words) + r")", re.IGNORECASE)


def under_age(birth: np.ndarray, day: np.ndarray, years: int) -> np.ndarray:
    """1 under ``years`` on that day, 0 not, -1 unknown. ``birth`` in days since 1970 with NO_DAY for unknown."""
    out = np.full(len(birth), -1, dtype=np.int64)
    known = (birth != NO_DAY) & (day >= 0)
    b = birth[known].astype("datetime64[D]")
    month = b.astype("datetime64[M]")
    coming_of_age = (month + np.timedelta64(12 * years, "M")).astype("datetime64[D]") + (
        b - month.astype("datetime64[D]")
    )
    out[known] = (day[known].astype("datetime64[D]") < coming_of_age).astype(np.int64)
    return out


NO_DAY = np.iinfo(np.int64).min


def _birth_days(values: pa.Array | pa.ChunkedArray) -> np.ndarray:
    whole = pc.fill_null(flat(values).cast(pa.int32()).cast(pa.int64()), NO_DAY)
    return whole.to_numpy(zero_copy_only=False)


def named_in_fields(
    appearances: pa.Table,
    person_of: pa.Table,
    persons: pa.Table,
    facts: RecordFacts,
    lists: np.ndarray,
    config: dict,
) -> pa.Table:
    """One row per appearance in a record of ``facts``. ``lists`` is in step with ``facts.keys``."""
    at = facts.at(appearances["record_key"])
    linked = pc.index_in(flat(appearances["appearance_id"]), value_set=flat(person_of["appearance_id"]))
    keep = pa.array(at >= 0) if len(at) else pa.array([], pa.bool_())
    keep = pc.and_(keep, pc.is_valid(linked))
    rows, at = appearances.filter(keep), at[keep.to_numpy(zero_copy_only=False)]
    node = flat(person_of["person_id"]).take(pc.drop_null(linked.filter(keep)))

    birth = _birth_days(pc.if_else(pc.fill_null(rows["dob_placeholder"], False), None, rows["date_of_birth"]))
    whose = pc.index_in(node, value_set=flat(persons["person_id"]))
    of_person = _birth_days(flat(persons["date_of_birth"]).take(whose)) if len(node) else birth
    birth = np.where(of_person != NO_DAY, of_person, birth)

    role, record_type = strings(rows["role"]), facts.types[at]
    relationship, care = strings(rows["relationship"]), strings(rows["care_status"])
    family = _matches(relationship, config["words"]["family"])
    professional = _matches(relationship, config["words"]["professional"])
    stands, weight = stand(
        role,
        record_type,
        lists[at],
        under_age(birth, facts.day[at], config["threshold"]["adult_age"]),
        family,
        professional,
        (care != "") | _matches(relationship, config["words"]["child"]),
        config,
    )
    home = np.array(
        [
            address_key(a, p)
            for a, p in zip(strings(rows["address_std"]), strings(rows["postcode"]), strict=True)
        ],
        dtype=object,
    )
    return pa.table(
        {
            "record_key": flat(rows["record_key"]),
            "node": node,
            "stands": pa.array(stands, pa.string()),
            "role": pa.array(role, pa.string()),
            "source": pa.array(["field"] * len(rows), pa.string()),
            "weight": pa.array(weight),
            "birth": pa.array(birth, mask=birth == NO_DAY),
            "surname": pa.array(strings(rows["sur_std"]), pa.string()),
            "home": pa.array(home, pa.string()),
            "phone": pa.array(strings(rows["phone"]), pa.string()),
            "handle": pa.array(strings(rows["online_handle"]), pa.string()),
            "family": pa.array(family | np.isin(role, ("parent", "carer"))),
        },
        schema=SCHEMA,
    )


def _matches(values: np.ndarray, words: list[str]) -> np.ndarray:
    pattern = word_pattern(words)
    seen = {text: bool(text) and bool(pattern.search(text)) for text in set(values.tolist())}
    return np.array([seen[text] for text in values.tolist()], dtype=bool)


def stand(
    role: np.ndarray,
    record_type: np.ndarray,
    lists: np.ndarray,
    minor: np.ndarray,
    family: np.ndarray,
    professional: np.ndarray,
    said_child: np.ndarray,
    config: dict[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """How rows stand and what they weigh (per mille), by the rules at the head of this module."""
    accused, open_role = np.isin(role, ACCUSED), np.isin(role, ("associate", "subject", "other"))
    missing_child = (role == "missing") & (record_type == "missing_episodes") & (minor == -1)
    child = (minor == 1) | ((minor == -1) & said_child & ~accused) | missing_child
    protective = (role == "subject") & np.isin(record_type, _PROTECTIVE) & (lists != "offender")
    listed = np.isin(lists, ("vulnerable", "victim"))

    stands = np.full(len(role), "bystander", dtype=object)
    stands[child & np.isin(role, _CHILD_ROLES)] = "child"
    stands[child & accused] = "peer"
    grown = ~child & ~professional & ~(family & ~accused)
    stands[grown & (accused | (open_role & ~protective & ~(listed & (role != "associate"))))] = "concern"

    table = config["role"]
    weight = np.array([table.get(r, 0) for r in role.tolist()], dtype=np.int64)
    weight = np.where((minor == -1) & (stands == "concern"), weight * table["unknown_age"] // 1000, weight)
    return stands, np.where(stands == "child", 1000, weight)


def kin_before(words: dict[str, list[str]]) -> re.Pattern[str]:
    """The end of a text that calls whoever is named next family or a professional ("her mother ")."""
    return re.compile(
        r"\b(?:"
        + "|".join(re.escape(w) for w in [*words["family"], *words["professional"]])
        + r")\w*\W{1,3}(?:\w+\W{1,3})?$",
        re.IGNORECASE,
    )


def named_in_text(
    mention_links: pa.Table,
    mentions: pa.Table,
    records: pa.Table,
    persons: pa.Table,
    facts: RecordFacts,
    config: dict,
) -> pa.Table:
    """Known persons whom a text names. Words beside the name tell family and professionals apart."""
    table, words = config["role"], config["words"]
    near = kin_before(words)
    at = facts.at(mention_links["record_key"])
    rows = mention_links.append_column("at", pa.array(at)).filter(pa.array(at >= 0))
    if not len(rows):
        return SCHEMA.empty_table()
    about = {}
    wanted = mentions.filter(pc.is_in(mentions["record_key"], value_set=flat(rows["record_key"])))
    for m in wanted.select(["record_key", "start", "kind", "age", "near_role", "negated"]).to_pylist():
        if m["kind"] == "person":
            about[m["record_key"], m["start"]] = m
    position = pc.index_in(flat(rows["record_key"]), value_set=flat(records["record_key"]))
    texts = flat(records["text"]).take(position).to_pylist()
    born = (
        dict(
            zip(persons["person_id"].to_pylist(), _birth_days(persons["date_of_birth"]).tolist(), strict=True)
        )
        if len(rows) > 5000
        else _some_born(rows, persons)
    )
    out = []
    for row, text in zip(rows.to_pylist(), texts, strict=True):
        said = about.get((row["record_key"], row["start"]), {})
        if said.get("negated"):
            continue
        birth = born.get(row["person_id"], NO_DAY)
        minor = int(under_age(np.array([birth]), facts.day[[row["at"]]], config["threshold"]["adult_age"])[0])
        before = (text or "")[max(0, (row["start"] or 0) - 40) : row["start"] or 0]
        child = minor == 1 or (
            minor == -1
            and (
                said.get("near_role") == "child" or (said.get("age") or 99) < config["threshold"]["adult_age"]
            )
        )
        kin = bool(near.search(before))
        stands = "child" if child else "bystander" if kin else "concern"
        weight = 1000 if child else table["mentioned"] * round((row["probability"] or 0) * 1000) // 1000
        out.append(
            {
                "record_key": row["record_key"], "node": row["person_id"], "stands": stands, "role": "mentioned",
                "source": "text", "weight": weight, "birth": None if birth == NO_DAY else birth, "surname": "",
                "home": "", "phone": "", "handle": "", "family": kin,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(out, schema=SCHEMA)


def _some_born(rows: pa.Table, persons: pa.Table) -> dict[str, int]:
    chosen = persons.filter(pc.is_in(persons["person_id"], value_set=flat(rows["person_id"])))
    return dict(
        zip(chosen["person_id"].to_pylist(), _birth_days(chosen["date_of_birth"]).tolist(), strict=True)
    )
