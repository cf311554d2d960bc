"""The report of an evaluation: as data for ``--json``, as tables for a reader, and over several seeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from redshank.evaluate.bars import Bar
from redshank.evaluate.texts import STATUSES


@dataclass(frozen=True)
class Report:
    """Figures by family, bars, and what a reader must know beside them."""

    figures: dict[str, Any]
    bars: list[Bar]
    notes: list[str]

    @property
    def missed(self) -> list[Bar]:
        """Bars that were measured and do not hold; any makes the command end with 13."""
        return [b for b in self.bars if b.holds is False]

    def as_dict(self) -> dict[str, Any]:
        return {
            "bars": [b.as_dict() for b in self.bars],
            "missed": [b.name for b in self.missed],
            "figures": self.figures,
            "notes": self.notes,
        }

    def render(self, console: Console) -> None:
        console.print(_bars(self.bars))
        for name, draw in _DRAW.items():
            if name in self.figures:
                for table in draw(self.figures[name]):
                    console.print(table)
        for note in self.notes:
            console.print(f"· {note}", markup=False)
        unmeasured = sum(b.holds is None for b in self.bars)
        held = len(self.bars) - unmeasured - len(self.missed)
        console.print(f"{held} bars hold, {len(self.missed)} missed, {unmeasured} not measured.")


@dataclass(frozen=True)
class Several:
    """Bars over several seeds: mean and worst of what was measured."""

    rows: list[dict[str, Any]]
    seeds: int

    @property
    def missed(self) -> list[dict[str, Any]]:
        """Bars that the worst seed does not hold."""
        return [r for r in self.rows if r["holds"] is False]

    def as_dict(self) -> dict[str, Any]:
        return {"seeds": self.seeds, "bars": self.rows, "missed": [r["name"] for r in self.missed]}

    def render(self, console: Console) -> None:
        table = _table(f"Over {self.seeds} seeds", "bar", "at", "mean", "worst", "measured", "")
        for r in self.rows:
            at = f"{r['is']} {r['bar']:g}"
            table.add_row(
                r["name"], at, _show(r["mean"]), _show(r["worst"]), str(r["measured"]), _word(r["holds"])
            )
        console.print(table)


def mean_and_worst(reports: Iterable[Report]) -> Several:
    """Mean and worst of each bar's measure over reports of several seeds; a bar holds where its worst does."""
    reports = list(reports)
    rows = []
    for bars in zip(*(r.bars for r in reports), strict=True):
        values = sorted(b.measured for b in bars if b.measured is not None)
        first = bars[0]
        rows.append(
            {
                "name": first.name,
                "measure": first.measure,
                "is": first.sense,
                "bar": first.bar,
                "mean": sum(values) / len(values) if values else None,
                "worst": (values[0] if first.sense == ">=" else values[-1]) if values else None,
                "measured": len(values),
                "holds": all(b.holds is not False for b in bars) if values else None,
            }
        )
    return Several(rows, len(reports))


def _show(value: Any) -> str:
    if value is None:
        return "–"
    return (
        f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )


def _word(holds: bool | None) -> str:
    return "not measured" if holds is None else "holds" if holds else "MISSED"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    return table


def _bars(bars: list[Bar]) -> Table:
    table = _table("Bars", "bar", "at", "measured", "")
    for b in bars:
        table.add_row(b.name, f"{b.sense} {b.bar:g}", _show(b.measured), _word(b.holds))
    return table


def _figures(title: str, rows: list[tuple[str, Any]]) -> Table:
    table = _table(title, "figure", "value")
    for name, value in rows:
        table.add_row(name, _show(value))
    return table


def _persons(f: dict[str, Any]) -> list[Table]:
    rows = [
        ("precision, pairwise", f["precision"]),
        ("recall, pairwise", f["recall"]),
        ("F1, pairwise", f["f1"]),
        ("appearances compared", f["appearances"]),
        ("only in the truth (replaced or in quarantine)", f["only_in_truth"]),
        ("only in the findings", f["only_in_findings"]),
        ("persons found", f["persons_found"]),
        ("true persons", f["true_persons"]),
        ("persons found that mix several", f["persons_mixed"]),
        ("true persons that are split", f["true_persons_split"]),
    ]
    out = [_figures("Persons", rows)]
    if f.get("by_tradition"):
        title = "Persons by naming tradition, intervals at 95 in 100 (pairs of one person hang together)"
        table = _table(
            title, "tradition", "precision", "between", "recall", "between", "right", "wrong", "missed"
        )
        for r in f["by_tradition"]:
            table.add_row(
                r["tradition"],
                *(x for m in ("precision", "recall") for x in (_show(r[m]), _between(r[f"{m}_interval"]))),
                *(str(r[n]) for n in ("right", "wrong", "missed")),
            )
        out.append(table)
    return out


def _between(interval: list[float] | None) -> str:
    return "–" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"


def _groups(f: dict[str, Any]) -> list[Table]:
    lead = f["lead"]
    rows = [
        ("planted groups counted", f["counted"]),
        ("found", f["found"]),
        ("share found", f["share_found"]),
        ("share found, strong ones", f["share_strong_found"]),
        ("recognisable only later, not counted", f["not_yet_recognisable"]),
        ("precision of suspects in those found", f["suspects_precision"]),
        ("recall of suspects in those found", f["suspects_recall"]),
        ("candidates proposed", f["proposed"]),
        ("of them false", f["false"]),
        ("share false", f["share_false"]),
        ("registered lines among the proposals, not counted", f["registered_lines"]),
    ]
    if lead["meaningful"]:
        rows += [
            ("lead time, median days", lead["median_days"]),
            ("lead time, worst days", lead["worst_days"]),
        ]
    else:
        rows.append(("lead time", "needs a replay"))
    out = [_figures("Groups", rows)]
    table = _table("Planted groups found, by kind and strength", "kind", "strength", "found", "of")
    for r in f["by_kind_and_strength"]:
        table.add_row(r["kind"].replace("_", " "), r["strength"], str(r["found"]), str(r["of"]))
    out.append(table)
    if f["decoys"]:
        table = _table("Decoys proposed, by kind", "kind", "proposed", "of")
        for r in f["decoys"]:
            table.add_row(r["kind"].replace("_", " "), str(r["proposed"]), str(r["of"]))
        out.append(table)
    return out


def _children(f: dict[str, Any]) -> list[Table]:
    rows = [
        ("planted harmed", f["harmed"]),
        ("of them in the matrix", f["harmed_in_matrix"]),
        ("share in the matrix", f["share_in_matrix"]),
        ("children in the matrix", f["matrix"]),
        (
            f"planted among the first {f['first']['of']} ({f['first']['possible']} possible)",
            f["first"]["planted"],
        ),
        ("signals of harm shown as risk", f["harm_shown_as_risk"]),
    ]
    table = _table("How planted harm is shown", "harm", *f["harm_shown"]["sexual"])
    for domain, counts in f["harm_shown"].items():
        table.add_row(domain, *map(str, counts.values()))
    return [_figures("Children", rows), table]


def _lines(f: dict[str, Any]) -> list[Table]:
    rows = [
        ("lines compared", f["compared"]),
        ("planted", f["planted"]),
        ("use of sexual exploitation, exact", f["use_exact"]),
        ("use of sexual exploitation, known or suspected", f["use_detected"]),
        ("bands equal", f["band_equal"]),
        ("pairs of bands in the right order", f["band_order"]),
    ]
    return [_figures("County lines", rows)]


def _signals(f: dict[str, Any]) -> list[Table]:
    table = _table("Affirmed signals", "indicator", "precision", "recall", "F1", "right", "wrong", "missed")
    parts = [("all", f["affirmed"])]
    parts += [(f"all, {n.replace('_', ' ')} sentences", f[n]) for n in ("withheld", "not_withheld") if n in f]
    parts += [(name.replace("_", " "), v) for name, v in f["by_indicator"].items()]
    for name, v in parts:
        table.add_row(name, *(_show(v[k]) for k in ("precision", "recall", "f1", "right", "wrong", "missed")))
    sources = _table("Where affirmed signals come from", "source", "right", "wrong", "missed")
    for name, v in f["by_source"].items():
        sources.add_row(name, str(v["right"]), str(v["wrong"]), _show(v["missed"]))
    statuses = _table(
        "Statuses: planted, and as what they were found", "planted", *_words((*STATUSES, "none"))
    )
    for r in f["statuses"]:
        statuses.add_row(r["planted"].replace("_", " "), *(str(r[s]) for s in (*STATUSES, "none")))
    said = _figures("Negation", [("negated", f["negated"]), ("read as affirmed", f["negated_as_affirmed"])])
    return [table, sources, statuses, said]


def _words(names: Iterable[str]) -> list[str]:
    return [n.replace("_", " ") for n in names]


def _language(f: dict[str, Any]) -> list[Table]:
    rows = [(n, f[n]) for n in ("found", "planted", "precision", "recall")]
    return [_figures("Language", [*rows, ("F1", f["f1"]), ("quoted told rightly", f["quoted"])])]


def _quarantine(f: dict[str, Any]) -> list[Table]:
    table = _figures("Quarantine", [(n, f[n]) for n in ("planted", "found", "missing", "extra")])
    for name in ("missing", "extra"):
        for delivery, file, row in f[f"first_{name}"][:5]:
            table.add_row(f"{name}: {delivery}, {file}", f"row {row}")
    return [table]


_DRAW = {
    "persons": _persons,
    "groups": _groups,
    "children": _children,
    "lines": _lines,
    "signals": _signals,
    "language": _language,
    "quarantine": _quarantine,
}
