"""What differs between two submissions: counts, rows and cells."""

from __future__ import annotations

from dataclasses import dataclass

from redshank.products.returns.content import AGES, Return, counts
from redshank.products.returns.spec import ReturnSpec

COUNTS = {"people": "People", "pairs": "Suspect and crime pairs", "detentions": "Detentions", "unidentified": "Unidentified people, at least", "crimes": "Crimes"}  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """One cell of a row that stands in both."""

    row: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    counts: tuple[tuple[str, int, int], ...]  # only those that differ
    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.counts or self.new or self.gone or self.changed)


def differences(before: Return, after: Return, spec: ReturnSpec) -> Difference:
    """Rows are the same where their pseudonyms are: both are of one return. ``spec`` names the cells."""
    labels = {f.name: f.label for f in spec.fields}
    one, two = {r.ident: r.cells for r in before.rows}, {r.ident: r.cells for r in after.rows}
    changed = []
    for ident in sorted(set(one) & set(two)):
        for name in dict.fromkeys([*one[ident], *two[ident]]):
            a, b = one[ident].get(name, ""), two[ident].get(name, "")
            if a != b:
                changed.append(Changed(ident, labels.get(name, name.replace("_", " ")), a, b))
    return Difference(_counts(before, after), tuple(sorted(set(two) - set(one))), tuple(sorted(set(one) - set(two))), tuple(changed))  # fmt: skip


def _counts(before: Return, after: Return) -> tuple[tuple[str, int, int], ...]:
    one, two = counts(before), counts(after)
    out = []
    for name, label in COUNTS.items():
        for age in ("all", *AGES):
            if age in one[name] and one[name][age].n != two[name][age].n:
                said = label if age == "all" else f"{label}, {age}"
                out.append((said, one[name][age].n, two[name][age].n))
    return tuple(out)
