"""A document as one HTML file that needs nothing beside it."""

from __future__ import annotations

import base64
from html import escape

from redshank.products.document import LED, Chart, Document, Part, Table, Text
from redshank.products.papers import drawing

STYLE = """
body{font-family:arial,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.45;color:#0b0c0c}
.marking{font-weight:bold;text-align:center}.first{font-weight:bold}table{border-collapse:collapse;margin:1rem 0}
caption{text-align:left;font-weight:bold;margin-bottom:.3rem}th,td{border:1px solid #505a5f;padding:.3rem .5rem;text-align:left;vertical-align:top}
.wide{overflow-x:auto}.gap,.unwritten,.held{border-left:5px solid #505a5f;padding-left:.8rem}.draft{border-left:5px solid #b1b4b6;padding-left:.8rem}img{max-width:100%}
"""


def write(document: Document) -> bytes:
    out = [
        "<!DOCTYPE html>", '<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(document.title)}</title><style>{STYLE}</style></head><body>", f'<p class="marking">{escape(document.marking)}</p><main>',
        f'<p class="first">{escape(document.first)}</p><h1>{escape(document.title)}</h1><p>{escape(document.of)}</p>',
    ]  # fmt: skip
    for section in document.sections:
        level = min(6, max(2, section.level))
        out.append(f"<h{level}>{escape(section.title)}</h{level}>")
        out.extend(_part(p, section.title) for p in section.parts)
    out.append(f'</main><p class="marking">{escape(document.marking)}</p></body></html>')
    return "\n".join(out).encode()


def _part(part: Part, under: str) -> str:
    if isinstance(part, Text):
        return f'<p class="{part.kind}">{escape(led(part))}</p>'
    if isinstance(part, Chart):
        data = base64.b64encode(drawing.svg(part).encode()).decode()
        return f'<figure><img alt="{escape(part.alt)}" src="data:image/svg+xml;base64,{data}"><figcaption>{escape(part.caption)}</figcaption></figure>'
    return _table(part, under)


def _table(part: Table, under: str) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in part.head)
    rows = "".join(
        "<tr>" + "".join(f'<th scope="row">{escape(c)}</th>' if n == 0 else f"<td>{escape(c)}</td>" for n, c in enumerate(row)) + "</tr>"
        for row in part.rows
    )  # fmt: skip
    caption = (
        f"<caption>{escape(part.caption)}</caption>" if part.caption != under else ""
    )  # the heading says it
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(part.caption)}"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _going_on(text: str) -> str:
    """A sentence after a colon. A name in capitals stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() and not text.startswith("Redshank") else text


def led(part: Text) -> str:
    """A gap and a draft say that they are; what a person wrote says whose it is."""
    if part.kind in LED:
        return f"{LED[part.kind]}: {_going_on(part.text)}"
    return f"{part.text} ({part.by})" if part.by else part.text
