"""A group as a picture: members and ties, static SVG without script, always with a table beside it.

Shape and words tell a person of concern from a child, never colour alone. Nothing is loaded from anywhere.
"""

from __future__ import annotations

import math
from collections import defaultdict
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _MARGIN = 760, 560, 110
_STYLE = (
    "text{font-family:Arial,Helvetica,sans-serif;font-size:13px;fill:#0b0c0c}.tie{stroke:#505a5f}.concern{fill:#fff;stroke:#0b0c0c;"
    "stroke-width:2}.child{fill:#d2e2f1;stroke:#1d70b8;stroke-width:2}.unknown{stroke-dasharray:5 3}.label{font-size:12px}"
)
KIND_WORDS = {
    "phone": "shared number", "vehicle": "shared vehicle", "handle": "shared online name", "email": "shared e-mail address",
    "premises": "same premises", "address": "same address", "child": "concern about the same child", "record": "named together",
    "line": "registered line",
}  # fmt: skip


def label(member: dict[str, Any]) -> str:
    """What stands beside a member: a name where there is one, else what is known to be unknown."""
    if not member["identified"]:
        return f"not identified ({member['person_id'].split('-')[1]})"
    name = " ".join(filter(None, (member.get("forenames"), (member.get("surname") or "").upper())))
    return name or member["person_id"]


def places(members: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Persons of concern on an outer ring, children inside: the same picture every night."""
    grown = [m["person_id"] for m in members if m["role"] != "child"]
    kids = [m["person_id"] for m in members if m["role"] == "child"]
    out = {}
    for ids, wide in ((grown, 1.0), (kids, 0.42 if grown else 0.9)):
        for i, n in enumerate(ids):
            turn = 2 * math.pi * i / len(ids) - math.pi / 2
            one = 0.0 if len(ids) == 1 and grown and wide < 1 else wide
            out[n] = (
                round(_WIDTH / 2 + one * (_WIDTH / 2 - _MARGIN) * math.cos(turn)),
                round(_HEIGHT / 2 + one * (_HEIGHT / 2 - 60) * math.sin(turn)),
            )
    return out


def _pairs(told: dict[str, Any]) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Records by pair and kind of tie."""
    pairs: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for t in told["ties"]:
        kind = t["tie"].partition(":")[0]
        pairs[t["person_a"], t["person_b"]][kind].update(r["record"] for r in t["records"])
    return pairs


def chart_svg(told: dict[str, Any]) -> str:
    """One explanation (see :class:`redshank.networks.explain.Explainer`) as SVG text."""
    members = told["members"]
    at, pairs = places(members), _pairs(told)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="chart-title chart-desc">',
        f'<title id="chart-title">Members and ties of group {escape(told["group_id"])}</title>',
        f'<desc id="chart-desc">{escape(told["sentence"])}</desc>',
        f"<style>{_STYLE}</style>",
    ]
    for (a, b), kinds in sorted(pairs.items()):
        (x1, y1), (x2, y2) = at[a], at[b]
        records = {r for rs in kinds.values() for r in rs}
        words = ", ".join(KIND_WORDS[k] for k in sorted(kinds))
        out.append(
            f'<line class="tie" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{min(1 + len(kinds), 5)}">'
            f"<title>{escape(words)}: {escape(', '.join(sorted(records)))}</title></line>"
        )
    for m in members:
        x, y = at[m["person_id"]]
        unknown = "" if m["identified"] else " unknown"
        shape = (
            f'<circle class="child" cx="{x}" cy="{y}" r="15"/>'
            if m["role"] == "child"
            else f'<rect class="concern{unknown}" x="{x - 15}" y="{y - 15}" width="30" height="30"/>'
        )
        said = f"{m['role_words']}; the records' own category: {m['category']}"
        out.append(f"<g>{shape}<title>{escape(label(m))}: {escape(said)}</title>")
        out.append(
            f'<text class="label" text-anchor="middle" x="{x}" y="{y + 31}">{escape(label(m))}</text></g>'
        )
    out.append(
        f'<text x="12" y="{_HEIGHT - 12}">Square: proposed person of concern. Circle: child. Dashed: not identified.</text>'
    )
    out.append("</svg>")
    return "\n".join(out)


def _graded(record: dict[str, Any]) -> str:
    return f"{record['record']} ({record['grade']})" if record["grade"] else record["record"]


def chart_html(told: dict[str, Any]) -> str:
    """The picture with its tables, as one page that needs nothing else."""
    names = {m["person_id"]: label(m) for m in told["members"]}
    people = "".join(
        f"<tr><th scope='row'>{escape(label(m))}</th><td>{escape(m['role_words'])}"
        f"{', also named as suspect' if m['also_named_as_suspect'] else ''}</td><td>{escape(m['category'])}</td>"
        f"<td>{escape(m['part_words'])}</td><td>{escape('; '.join(m['prompts']))}</td></tr>"
        for m in told["members"]
    )
    ties = "".join(
        f"<tr><th scope='row'>{escape(names[t['person_a']])}</th><td>{escape(names[t['person_b']])}</td><td>{escape(t['words'])}</td>"
        f"<td>{escape(', '.join(_graded(r) for r in t['records']))}</td></tr>"
        for t in told["ties"]
    )
    gaps = "".join(f"<li>{escape(g)}</li>" for g in told["gaps"])
    hangs = f"<p>It hangs on: {escape(told['hangs_on'])}.</p>" if told["hangs_on"] else ""
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f"<title>Group {escape(told['group_id'])}</title><style>body{{font-family:Arial,Helvetica,sans-serif;margin:2rem;max-width:60rem}}"
        "table{border-collapse:collapse}th,td{border:1px solid #b1b4b6;padding:.3rem .6rem;text-align:left;vertical-align:top}</style></head><body>"
        f"<h1>Group {escape(told['group_id'])}: {escape(told['basis'])}, {escape(told['strength_words'])}</h1><p>{escape(told['sentence'])}</p>{hangs}"
        f"{chart_svg(told)}<h2>Members</h2><table><thead><tr><th>Who</th><th>Stands as</th><th>The records' own category</th><th>Part</th>"
        f"<th>Consider</th></tr></thead><tbody>{people}</tbody></table><h2>Ties</h2><table><thead><tr><th>Who</th><th>With</th><th>By</th>"
        f"<th>Records</th></tr></thead><tbody>{ties}</tbody></table><h2>What is not known</h2><ul>{gaps}</ul></body></html>"
    )
