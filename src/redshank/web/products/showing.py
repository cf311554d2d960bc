"""A product as a page shows it: the same parts as in a file, with every number a way to what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from redshank.products.build import Wanted, build, pieces
from redshank.products.disclosure import all_exact
from redshank.products.document import LED, Chart, Document, Section, Table, Text
from redshank.products.figures import Figure
from redshank.web.policy.sight import sight_of
from redshank.web.products import acts
from redshank.web.products.models import FOR_PARTNERS, Product, sees_whole


@dataclass
class Piece:
    """A number or words; with a way where something stands behind it."""

    text: str
    url: str = ""


@dataclass
class Part:
    kind: str  # text, chart, table
    said: str = ""  # of a text: fixed, figure, gap, author, draft
    pieces: list[Piece] | None = None
    by: str = ""
    lead: str = ""  # of what is no finding: that it is none
    caption: str = ""
    alt: str = ""
    url: str = ""
    head: tuple[str, ...] = ()
    rows: list[tuple[Piece, list[Piece]]] | None = None


def editions(user: Any, product: Product) -> list[str]:
    """Which editions this reader may open, the first by itself."""
    own = ["internal"] if sees_whole(user, product) else []
    others = (
        ["partner", "public"] if product.code in FOR_PARTNERS and (own or product.state == "signed") else []
    )
    return others[:1] if user.as_role.scope == "shared" else own + others


def allowed(user: Any) -> frozenset[str]:
    """What was shared with the reader's agency by name."""
    if user.as_role.scope != "shared":
        return frozenset()
    shared = sight_of(user).shared
    return frozenset(
        [f"child:{i}" for i in shared.get("child", set()) | shared.get("person", set())]
        + [f"group:{i}" for i in shared.get("group", set())]
        + [f"place:{i}" for i in shared.get("place", set())]
    )


def document(user: Any, product: Product, edition: str) -> Document:
    content = product.kept
    return build(_wanted(user, product, edition), content.rows, content.figures)


def _wanted(user: Any, product: Product, edition: str) -> Wanted:
    return acts.wanted(product, edition, allowed(user) if edition == "partner" else frozenset())


def sections(user: Any, product: Product, edition: str) -> list[tuple[Section, list[Part]]]:
    """The document's sections with parts for the page. Numbers lead on in the force's own edition alone."""
    told = document(user, product, edition)
    figures = {f.name: f for f in product.kept.figures} if edition == "internal" else {}
    n = 0
    out = []
    for section in told.sections:
        parts = []
        for part in section.parts:
            if isinstance(part, Chart):
                parts.append(
                    Part(
                        "chart",
                        caption=part.caption,
                        alt=part.alt,
                        url=reverse("product-chart", args=[product.pk, edition, n]),
                    )
                )
                n += 1
            elif isinstance(part, Table):
                parts.append(_table(product, part, figures.get(part.figure)))
            else:
                parts.append(_text(product, part, figures.get(part.figure)))
        out.append((section, parts))
    return out


def charts(told: Document) -> list[Chart]:
    return [part for _, part in told.parts() if isinstance(part, Chart)]


def _way(product: Product, figure: Figure, cell: str) -> str:
    found = figure.cells.get(cell)
    return (
        reverse("product-behind", args=[product.pk, figure.name, cell])
        if found is not None and found.keys
        else ""
    )


def _text(product: Product, part: Text, figure: Figure | None) -> Part:
    if figure is None or part.kind != "figure":
        return Part("text", part.kind, [Piece(part.text)], part.by, lead=LED.get(part.kind, ""))
    told = [
        Piece(text, _way(product, figure, cell) if cell else "")
        for text, cell in pieces(figure.says, figure.name, all_exact([figure]))
    ]
    after = part.text.removeprefix("".join(p.text for p in told))  # that its table stands above
    if after == part.text:  # a table of noughts, in words
        return Part("text", part.kind, [Piece(part.text)], part.by)
    return Part("text", part.kind, told + ([Piece(after)] if after else []), part.by)


def _table(product: Product, part: Table, figure: Figure | None) -> Part:
    rows: list[tuple[Piece, list[Piece]]] = []
    grid = figure.grid if figure else None
    for n, row in enumerate(part.rows):
        ids = grid.rows[n][1] if grid and n < len(grid.rows) else ()
        about = grid.about[n] if grid and n < len(grid.about) else ""
        cells = [
            Piece(text, _way(product, figure, ids[m]) if figure and m < len(ids) else "")
            for m, text in enumerate(row[1:])
        ]
        rows.append((Piece(row[0], thing_url(about)), cells))
    return Part("table", caption=part.caption, head=part.head, rows=rows)


def thing_url(key: str) -> str:
    """Where something that a figure counts has its page; nothing for what has none."""
    kind, _, ident = key.partition(":")
    routes = {"group": "group", "child": "child", "person": "person", "place": "place", "line": "line"}
    if kind in routes:
        return reverse(routes[kind], args=[ident])
    if kind == "flag":
        return reverse("flag", args=[int(ident)])
    return ""
