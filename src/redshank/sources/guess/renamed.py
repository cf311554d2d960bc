"""A column that a mapping names and an export no longer has: which of the columns that nobody reads looks like it."""

from __future__ import annotations

from redshank.sources.guess.columns import fit, telling
from redshank.sources.guess.names import Known, name_score, similarity
from redshank.sources.guess.values import Profile
from redshank.sources.reader import Missing
from redshank.tables.extracts import EXTRACTS

#: Local defaults: how like a name must be where the values fit as well, and how well values must fit where it is not.
NAMED, FITS = 0.4, 0.75


def likely(table: str, gone: list[Missing], free: list[Profile]) -> list[Missing]:
    """The same columns, each with the free one that is most like it, where one is: by its name, or by its values alone where these
    tell and no other free column has such values. No column is proposed twice.
    """
    weighed = []
    for missing in gone:
        column = EXTRACTS[table].column(missing.ours)
        fits = {}
        for profile in free:
            points, said, _ = fit(table, column, profile, Known())
            if points is not None and profile.filled:
                fits[profile.name] = (points, said)
        alone = [n for n, (points, _) in fits.items() if points >= FITS]
        for name, (points, said) in fits.items():
            named = max(similarity(missing.theirs, name), name_score(name, table, missing.ours)[0])
            if named >= NAMED:
                weighed.append((0.6 * named + 0.4 * points, missing, name, f"its name is like it; {said}"))
            elif alone == [name] and telling(table, column):
                weighed.append(
                    (
                        0.4 * points,
                        missing,
                        name,
                        f"of the columns that are not read only this one fits: {said}",
                    )
                )
    weighed.sort(key=lambda w: (-w[0], w[1].ours, w[2]))
    found: dict[str, Missing] = {}
    taken: set[str] = set()
    for _, missing, name, because in weighed:
        if missing.ours not in found and name not in taken:
            found[missing.ours] = missing.now(name, because)
            taken.add(name)
    return [found.get(m.ours, m) for m in gone]
