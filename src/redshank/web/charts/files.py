"""Files of a group for chart tools and maps: GraphML, GEXF, CSV, GeoJSON. No cell reads as a formula, no score goes along.

Every file carries as at when, that it proposes, and each member's category by the records (practice rules 7 and 15).
What stands in it is called as on the page; a key, for tools, stands last. A thing's key is a number within the file, so
that a mark or a number whose page tells only its end is not written out here.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import h3

from redshank.web.charts.drawing import Drawing, Tie
from redshank.web.charts.gexf import gexf as written
from redshank.web.pages import words
from redshank.web.pages.sheets import cell

MARKING = "Proposed by Redshank from records; a person decides. Handle as the records that it rests on."
NODE_COLUMNS = ("Label", "Stands here as", "What is said of it", "Records", "As recorded at", "Key")
TIE_COLUMNS = ("From", "To", "By what", "Records", "Grades", "As recorded at", "Key of from", "Key of to")
#: Kinds of nodes whose own id is their key: people, by an id of ours that says nothing of them.
PEOPLE = frozenset(["concern", "child", "unknown", "other"])
KINDS = {
    "concern": "proposed person of concern", "child": "child", "unknown": "proposed person of concern, not identified", "phone": "number",
    "vehicle": "vehicle", "handle": "online name", "place": "place", "line": "county line", "record": "record", "other": "person named in a record",
}  # fmt: skip


def sheet(columns: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([cell(c) for c in row] for row in rows)
    return out.getvalue()


def keys_of(drawing: Drawing) -> dict[str, str]:
    """Node → its key in the files of one group."""
    nodes = drawing.nodes.values()
    return {n["id"]: n["id"] if n["kind"] in PEOPLE else f"{n['kind']}-{at}" for at, n in enumerate(nodes, 1)}


def nodes_csv(drawing: Drawing, as_of: str) -> str:
    key = keys_of(drawing)
    rows = (
        (n["label"], KINDS[n["kind"]], n["said"], n["records"], as_of, key[n["id"]])
        for n in drawing.nodes.values()
    )
    return sheet(NODE_COLUMNS, rows)


def ties_csv(ties: list[Tie], labels: dict[str, str], grades: dict[str, str], as_of: str) -> str:
    """One row a tie between two members, with its records and their grades (practice rule 11)."""
    rows = (
        (
            labels[t.source], labels[t.target], t.words, "; ".join(words.record_words(r) for r in t.records),
            "; ".join(words.grade_words(grades.get(r, "")) for r in t.records if grades.get(r)), as_of, t.source, t.target,
        )
        for t in ties
    )  # fmt: skip
    return sheet(TIE_COLUMNS, rows)


def graphml(drawing: Drawing, title: str, as_of: str) -> str:
    keys = (("label", "node"), ("stands_as", "node"), ("said", "node"), ("by", "edge"), ("records", "edge"))
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        f"<desc>{escape(f'{title}. As recorded at {as_of}. {MARKING}')}</desc>",
        *(f'<key id="{k}" for="{of}" attr.name="{k}" attr.type="string"/>' for k, of in keys),
        '<graph id="group" edgedefault="undirected">',
    ]
    key = keys_of(drawing)
    for n in drawing.nodes.values():
        data = {"label": n["label"], "stands_as": KINDS[n["kind"]], "said": n["said"]}
        out.append(f"<node id={quoteattr(key[n['id']])}>{_data(data)}</node>")
    for number, line in enumerate(drawing.lines.values(), 1):
        data = {
            "by": "; ".join(line["said"]),
            "records": "; ".join(words.record_words(r) for r in line["records"]),
        }
        ends = f"source={quoteattr(key[line['source']])} target={quoteattr(key[line['target']])}"
        out.append(f'<edge id="e{number}" {ends}>{_data(data)}</edge>')
    return "\n".join([*out, "</graph>", "</graphml>", ""])


def gexf(drawing: Drawing, title: str, as_of: str) -> str:
    """The same chart for tools that arrange networks."""
    key = keys_of(drawing)
    nodes = (n | {"id": key[n["id"]], "stands_as": KINDS[n["kind"]]} for n in drawing.nodes.values())
    edges = (
        {
            "source": key[line["source"]], "target": key[line["target"]], "by": "; ".join(line["said"]),
            "records": "; ".join(words.record_words(r) for r in line["records"]),
        }
        for line in drawing.lines.values()
    )  # fmt: skip
    return written(nodes, edges, title, as_of, MARKING)


def _data(values: dict[str, str]) -> str:
    return "".join(f'<data key="{k}">{escape(_plain(v))}</data>' for k, v in values.items())


def _plain(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)


def feature(cell: str, properties: dict[str, Any]) -> dict[str, Any]:
    """An H3 cell as a polygon of GeoJSON."""
    ring = [[round(lng, 6), round(lat, 6)] for lat, lng in h3.cell_to_boundary(cell)]
    return {
        "type": "Feature", "id": cell, "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }  # fmt: skip


def geojson(features: list[dict[str, Any]], as_of: str) -> str:
    told = {"type": "FeatureCollection", "as_recorded_at": as_of, "note": MARKING, "features": features}
    return json.dumps(told, ensure_ascii=False)
