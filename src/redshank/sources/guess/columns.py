"""Which of theirs is which of ours: every pair is weighed by its name and by its values, then the best pairs are taken.

A pair whose values contradict it is none, whatever its name (a "date" without dates). A pair whose name says nothing is proposed
only where the values can be one thing alone: a postcode, a telephone number, a registration mark, coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redshank.sources.guess.names import Known, name_score
from redshank.sources.guess.values import Profile
from redshank.tables.extracts import EXTRACTS, RECORD_TABLES
from redshank.tables.model import DATE, REAL, TIME, Column

#: Local defaults: what the name and the values count for, and what a pair must reach.
NAME, VALUES = 0.62, 0.38
ENOUGH = 0.46
SURE, LIKELY = 0.78, 0.6
LEAST = 0.5
"""Below this a name alone makes no more than a question, however well the values fit (local default)."""

_TEXTS = ("narrative", "log")
_SHAPED = {"postcode": "postcode", "found_postcode": "postcode", "vrm": "vrm"}
_DEGREES = {
    "latitude": "latitude",
    "longitude": "longitude",
    "found_latitude": "latitude",
    "found_longitude": "longitude",
}
_NAMES = ("forenames", "surname")
_CODED = ("district", "beat", "offence_code", "status", "outcome", "opening_code", "closing_code", "agency", "category", "station",
          "make", "model", "colour", "force_band", "relationship", "care_status", "disability", "nationality")  # fmt: skip
_PLACES = ("location", "missing_from", "found_at_location", "address", "origin")


@dataclass(frozen=True)
class Pair:
    """One of theirs for one of ours. ``open`` says what a person must settle about it."""

    ours: str
    theirs: str
    points: float
    reason: str
    open: list[str] = field(default_factory=list)

    @property
    def confidence(self) -> str:
        return (
            "sure"
            if self.points >= SURE and not self.open
            else "likely"
            if self.points >= LIKELY
            else "unsure"
        )


def pairs(table: str, columns: list[Profile], known: Known | None = None) -> list[Pair]:
    """The proposal for one table: each of ours and each of theirs at most once. ``known`` is what counts as known beside
    the words.
    """
    weighed = []
    for column in EXTRACTS[table].columns:
        for profile in columns:
            pair = _weigh(table, column, profile, known or Known())
            if pair is not None:
                weighed.append((pair, profile.place))
    weighed.sort(key=lambda w: (-w[0].points, w[1]))
    ours: set[str] = set()
    theirs: set[str] = set()
    taken: list[Pair] = []
    for pair, _ in weighed:
        if pair.ours not in ours and pair.theirs not in theirs:
            ours.add(pair.ours)
            theirs.add(pair.theirs)
            taken.append(pair)
    order = [c.name for c in EXTRACTS[table].columns]
    return sorted(taken, key=lambda p: order.index(p.ours))


def _weigh(table: str, column: Column, profile: Profile, known: Known) -> Pair | None:
    name, phrase = name_score(profile.name, table, column.name, known)
    values, said, unsettled = fit(table, column, profile, known)
    if values is None:
        return None
    points = NAME * name + VALUES * values
    alone = said in ALONE and values >= 0.9
    if name < 0.34 and not alone:
        return None
    if points < ENOUGH and not alone:
        return None
    if name < LEAST and not alone:
        points = min(points, LIKELY - 0.01)
    named = f'its name says "{phrase.replace("_", " ")}"' if name >= 0.34 else "its name says little"
    return Pair(
        column.name, profile.name, round(max(points, 0.5 if alone else 0), 3), f"{named}; {said}", unsettled
    )


#: What values can only be.
ALONE = frozenset({"its values are postcodes", "its values are telephone numbers", "its values are registration marks",
                   "its values are latitudes of this country", "its values are longitudes of this country",
                   "its values are keys of other tables of the extract"})  # fmt: skip


def telling(table: str, column: Column) -> bool:
    """Whether the values of one of our columns tell which it is: dates, numbers, keys, codes of a closed list, texts and shapes do,
    short words do not.
    """
    told = (*_TEXTS, *_SHAPED, "phone", "number", "record_ref", *EXTRACTS[table].key)
    return column.type in (TIME, DATE, REAL) or bool(column.codes) or column.name in told


_Fit = tuple[float | None, str, list[str]]


def fit(table: str, column: Column, profile: Profile, known: Known) -> _Fit:
    """How well a column's values fit one of ours (None: they cannot be it), in words, and what stays open."""
    name = column.name
    if not profile.filled:
        return (None if name in (EXTRACTS[table].key or ("record_ref",)) else 0.3), "it holds nothing", []
    if column.type in (TIME, DATE):
        return _dates(column, profile)
    if column.type == REAL:
        return _numbers(name, profile)
    if name in EXTRACTS[table].key:
        return _key(profile)
    if name == "record_ref":
        return _reference(profile, known)
    if name in _TEXTS or name == "reason":
        long = profile.words >= 6 and profile.distinct > 0.2 * profile.filled
        if long:
            return 1.0, "its values are texts", []
        return (0.4 if name == "reason" and profile.dates.share < 0.5 else None), "its values are short", []
    if profile.dates.share >= 0.8 and not profile.share("whole") > 0.8:
        return None, "its values are dates", []
    if name == "record_type" or column.codes:
        return _closed(table, column, profile, known)
    if name in _SHAPED:
        return _shaped(
            profile, _SHAPED[name], {"postcode": "postcodes", "vrm": "registration marks"}[_SHAPED[name]]
        )
    if name in ("phone", "number"):
        return _shaped(profile, "phone", "telephone numbers")
    return _plain(name, profile)


def _dates(column: Column, profile: Profile) -> _Fit:
    found = profile.dates
    if found.hindrance:
        return 0.5, "its values look like dates", [found.hindrance]
    if found.share < 0.8:
        return None, "its values are no dates", []
    if column.type == DATE and found.hours:
        return None, "its values have hours", []
    style = " or ".join(f.replace("ISO", "ISO 8601") for f in found.formats)
    unsettled = (
        ["day and month can be read either way: the day is taken to stand first"] if found.either else []
    )
    points = 1.0 if found.hours or column.type == DATE else 0.75
    return points, f"its values are {'times' if found.hours else 'dates'} written as {style}", unsettled


def _numbers(name: str, profile: Profile) -> _Fit:
    kind = _DEGREES.get(name)
    if kind is None:
        return (
            (0.8, "its values are numbers", [])
            if profile.share("number") >= 0.9
            else (None, "no numbers", [])
        )
    if profile.share(kind) >= 0.9:
        return 1.0, f"its values are {kind}s of this country", []
    if profile.share("degrees") >= 0.9:
        return 0.5, "its values are degrees", []
    if profile.share("number") >= 0.9:
        return (
            0.2,
            "its values are numbers that are no degrees",
            ["grid references are not read: export WGS 84 degrees"],
        )
    return None, "its values are no numbers", []


def _key(profile: Profile) -> _Fit:
    if profile.dates.share >= 0.8 and profile.dates.hours:
        return None, "its values are times", []
    if profile.unique and profile.words <= 3:
        return 1.0, "it is filled in every row and no value stands twice", []
    if profile.filled and profile.distinct >= 0.8 * profile.filled and profile.words <= 3:
        return (
            0.5,
            "most of its values stand once",
            ["values stand twice: those rows go to quarantine where they differ"],
        )
    return None, "its values stand more than once", []


def _reference(profile: Profile, known: Known) -> _Fit:
    keys = frozenset().union(*known.keys.values()) if known.keys else frozenset()
    met = len(profile.values & keys) / max(len(profile.values), 1)
    if met >= 0.5:
        return 1.0, "its values are keys of other tables of the extract", []
    if profile.share("id") >= 0.8:
        return 0.45, "its values look like numbers of records", []
    return None, "its values name no record", []


def _closed(table: str, column: Column, profile: Profile, known: Known) -> _Fit:
    if not profile.codes:
        return None, "its values are no codes", []
    codes = known.codes_of(table, column.name)
    ours = {c.casefold() for c in (RECORD_TABLES if column.name == "record_type" else column.codes)}
    met = sum(v.casefold() in ours or v.casefold() in codes for v in profile.top) / len(profile.top)
    if column.name == "record_type":
        return max(met, 0.5 if profile.distinct <= 12 else 0.1), f"it holds {profile.distinct} codes", []
    what = f"of its {profile.distinct} codes {round(met * profile.distinct)} are known"
    if met == 0 and all(v.isdigit() for v in profile.top):
        return 0.3, what, []
    return (met, what, []) if met >= 0.3 else (None, what, [])


def _shaped(profile: Profile, kind: str, what: str) -> _Fit:
    share = profile.share(kind)
    if share >= 0.6:
        return share, f"its values are {what}", []
    return (
        (None, f"its values are no {what}", [])
        if share < 0.2
        else (0.4, f"some of its values are {what}", [])
    )


def _plain(name: str, profile: Profile) -> _Fit:
    """Columns that may hold any short text."""
    if name in _NAMES or name == "also_known_as":
        if profile.share("name") < 0.7 or profile.words > 5:
            return None, "its values are no names", []
        whole = sum("," in v for v in profile.sample) * 2 > len(profile.sample)
        if whole and name == "forenames":
            return None, "its values are whole names", []
        if whole and name == "also_known_as":
            return 0.3, "its values are whole names", []
        if whole and name == "surname":
            return (
                0.6,
                "its values are whole names",
                ["surname and forenames stand in one column: export them apart"],
            )
        return 0.9, "its values are names", []
    if name.startswith("ethnicity"):
        ok = profile.distinct <= 40 and profile.dates.share < 0.5 and profile.share("postcode") < 0.2
        return (
            (0.9 if profile.share("ethnicity") > 0.8 else 0.6, "it holds few codes", [])
            if ok
            else (None, "too many values", [])
        )
    if name == "local_person_id":
        if profile.words > 2 or profile.share("phone") > 0.6 or profile.share("postcode") > 0.5:
            return None, "its values are no numbers of persons", []
        return (
            (0.9, "its values are ids", [])
            if profile.share("id") >= 0.8
            else (0.3, "its values are short", [])
        )
    if name == "online_handle":
        return (
            (0.9, "its values are names used online", [])
            if profile.share("handle") > 0.5
            else (0.4, "its values are short", [])
        )
    if profile.words > 15 or (name in _CODED and profile.words > 6):
        return None, "its values are texts", []
    if name == "offence_code" and not any(c.isdigit() for v in profile.sample for c in v):
        return 0.2, "its values are words", []
    if name in _PLACES:
        if profile.share("number") > 0.5 or profile.share("postcode") > 0.6:
            return None, "its values are no places", []
        return (0.9 if profile.words >= 2 else 0.5), "its values are words", []
    if name in _CODED or name == "flags":
        return (
            (0.9, f"it holds {profile.distinct} different values", [])
            if profile.codes
            else (0.4, "many different values", [])
        )
    return 0.6, "its values are short texts", []
