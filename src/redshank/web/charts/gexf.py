"""A chart as GEXF 1.3, for tools that arrange networks. No cell of it ranks anybody: no weight, no size, no score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

NODE = ("stands_as", "said")
EDGE = ("by", "records")


def gexf(
    nodes: Iterable[dict[str, Any]], edges: Iterable[dict[str, Any]], title: str, as_of: str, marking: str
) -> str:
    """``nodes``: id, label, stands_as, said; ``edges``: source, target, by, records. Every file says as at when it stands."""
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        f"<meta><creator>Redshank</creator><description>{_text(f'{title}. As recorded at {as_of}. {marking}')}</description></meta>",
        '<graph defaultedgetype="undirected">',
        _declared("node", NODE),
        _declared("edge", EDGE),
        "<nodes>",
        *(
            f"<node id={_quoted(n['id'])} label={_quoted(n['label'])}>{_values(NODE, n)}</node>"
            for n in nodes
        ),
        "</nodes>",
        "<edges>",
    ]
    for number, e in enumerate(edges, 1):
        ends = f"source={_quoted(e['source'])} target={_quoted(e['target'])}"
        out.append(f'<edge id="e{number}" {ends}>{_values(EDGE, e)}</edge>')
    return "\n".join([*out, "</edges>", "</graph>", "</gexf>", ""])


def _declared(of: str, names: tuple[str, ...]) -> str:
    told = "".join(f'<attribute id="{n}" title="{n}" type="string"/>' for n in names)
    return f'<attributes class="{of}">{told}</attributes>'


def _values(names: tuple[str, ...], row: dict[str, Any]) -> str:
    told = "".join(f'<attvalue for="{n}" value={_quoted(row[n])}/>' for n in names)
    return f"<attvalues>{told}</attvalues>"


def _plain(text: Any) -> str:
    """Without what XML cannot hold."""
    return "".join(c for c in str(text) if c in "\t\n\r" or (ord(c) >= 32 and c not in "\ufffe\uffff"))


def _text(text: Any) -> str:
    return escape(_plain(text))


def _quoted(text: Any) -> str:
    return quoteattr(_plain(text))
