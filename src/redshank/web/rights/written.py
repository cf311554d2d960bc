"""What was written of a person in signed products and in the notes of sittings: the passages that name them, each with where it stands.

A product counts thousands of people and names few. Gathered is what names this one: rows of its tables that are about them, rows and
authors' paragraphs that hold their name, and the whole of a product that is about them. Of the notes of a sitting, the paragraphs
that hold their name; and what was decided, thought and done at sittings about a thing that is about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from redshank.products.build import parts_of
from redshank.products.disclosure import all_exact
from redshank.products.document import Table, Text
from redshank.web.heads.models import Person
from redshank.web.meetings.bodies import BODIES
from redshank.web.meetings.models import Action, ActionStep, Move, Raised, Sitting, View
from redshank.web.pages import words
from redshank.web.policy.names import fold, names_hidden
from redshank.web.products import acts
from redshank.web.products.models import Paper, Product, sees_whole
from redshank.web.products.paper_acts import title_of
from redshank.web.rights.eyes import rows_of

BY_NAME = "; its words name somebody of this name"
UNNAMED = ("name not recorded", "not identified")


class Names:
    """The names that records use for the person, and those that must not show."""

    def __init__(self, eyes: Any, own: Iterable[str]) -> None:
        said = [fold(name).split() for name in own]
        self.pairs = {(s[0], s[-1]) for s in said if s}
        self.hidden = names_hidden(eyes)

    def in_(self, text: str) -> bool:
        folded = fold(text)
        return any(f" {a} " in folded and f" {b} " in folded for a, b in self.pairs)

    def may_show(self, text: str) -> bool:
        return not self.hidden.named_in(fold(text))


def paragraphs(text: str) -> list[str]:
    return [p.strip() for p in text.split("\n") if p.strip()]


# ---- products ---------------------------------------------------------------------------------


def of_products(eyes: Any, ids: list[str], own: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What :class:`gathering.Draft` needs, of each signed product that names the person. One that rests on what these eyes may not
    see is not there, as on its own page."""
    names = Names(eyes, own)
    mine = {f"{kind}:{i}" for i in ids for kind in ("child", "person")}
    for product in rows_of(Product, eyes).filter(state="signed").order_by("pk"):
        if not sees_whole(eyes, product):
            continue
        about = product.about in ("child", "person") and product.ident in ids
        found = _whole(product) if about else _passages(product, mine, names)
        said = [p for p in dict.fromkeys(found) if names.may_show(p)]
        if not said:
            continue
        by_id = about or any(a in mine for f in product.kept.figures if f.grid for a in f.grid.about)
        yield {
            "kind": "written", "key": f"product:{product.pk}", "label": "a signed product" + ("" if by_id else BY_NAME),
            "title": f"{product.kept.spec['title']}, edition {product.number}", "text": "\n".join(said),
            "day": product.signed_at.astimezone(words.LONDON).date() if product.signed_at else None, "closed": product.closed,
            "stored": {"product": product.pk, "edition": product.number, "checksum": product.checksum, "passages": said},
        }  # fmt: skip


def of_documents(eyes: Any, ids: list[str], own: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What people wrote of the person in signed documents that are kept."""
    names = Names(eyes, own)
    for row in rows_of(Paper, eyes).filter(state="signed").order_by("pk"):
        wrote = [*acts.written(row), *acts.corrections(row)]
        said = [p for w in wrote for p in paragraphs(w.text) if names.in_(p) and names.may_show(p)]
        if said:
            yield {
                "kind": "written", "key": f"document:{row.pk}", "label": "a signed document" + BY_NAME, "title": title_of(row),
                "text": "\n".join(dict.fromkeys(said)), "day": row.signed_at.astimezone(words.LONDON).date() if row.signed_at else None, "closed": False,
                "stored": {"document": row.pk, "edition": row.number, "checksum": row.checksum, "passages": said},
            }  # fmt: skip


def _passages(product: Product, mine: set[str], names: Names) -> list[str]:
    out = []
    for f in product.kept.figures:
        for n, (label, _) in enumerate(f.grid.rows if f.grid else ()):
            about = f.grid.about[n] if f.grid and n < len(f.grid.about) else ""
            if about in mine or names.in_(label):
                out.append(f"{f.title}: {label}")
    said = [*acts.written(product), *acts.corrections(product)]
    return out + [p for w in said for p in paragraphs(w.text) if names.in_(p)]


def _whole(product: Product) -> list[str]:
    out = [p for w in (*acts.written(product), *acts.corrections(product)) for p in paragraphs(w.text)]
    shown = all_exact(product.kept.figures)
    for part in (p for f in product.kept.figures for p in parts_of(f, shown)):
        if isinstance(part, Text) and part.kind == "figure":
            out.append(part.text)
        elif isinstance(part, Table):
            out += [f"{part.caption}: {', '.join(r)}" for r in part.rows]
    return out


# ---- sittings ---------------------------------------------------------------------------------


def of_sittings(eyes: Any, ids: list[str], own: Iterable[str]) -> Iterator[dict[str, Any]]:
    names = Names(eyes, own)
    for sitting in rows_of(Sitting, eyes).exclude(note="").order_by("at", "pk"):
        said = [p for p in paragraphs(sitting.note) if names.in_(p) and names.may_show(p)]
        if said:
            yield {
                "kind": "written", "key": f"sitting:{sitting.pk}", "label": f"notes of a sitting{BY_NAME}", "title": _sat(sitting),
                "text": "\n".join(said), "day": sitting.at.astimezone(words.LONDON).date(), "stored": {"sitting": sitting.pk, "passages": said},
            }  # fmt: skip
    yield from _decided(eyes, ids, names)


def _sat(sitting: Sitting) -> str:
    body = BODIES[sitting.meeting].title if sitting.meeting in BODIES else sitting.meeting
    return f"{body}{f', {sitting.district}' if sitting.district else ''}, {words.day(sitting.at)}"


#: What was done about a thing that was raised, or about a task: its model, the way to the thing, what it is called, its texts.
DONE = (
    (Move, "raised", "what was decided about something raised to a meeting", ("why", "dissent", "told", "toolkit")),
    (View, "raised", "an agency's view before a meeting", ("why",)),
    (ActionStep, "action", "what was done about an action", ("why",)),
)  # fmt: skip


def _decided(eyes: Any, ids: list[str], names: Names) -> Iterator[dict[str, Any]]:
    things = {
        "raised": {r.pk: r for r in rows_of(Raised, eyes).filter(person_id__in=ids)},
        "action": {a.pk: a for a in rows_of(Action, eyes).filter(person_id__in=ids)},
    }
    for model, of, label, texts in DONE:
        # These are read with the thing that they are about, which these eyes may see.
        for row in model.objects.filter(**{f"{of}__in": list(things[of])}).order_by("pk"):
            if hasattr(row, "narrow"):  # of what rests on restricted records its words are not shown
                row.narrow(eyes)
            thing = things[of][getattr(row, f"{of}_id")]
            said = [
                t for name in texts for t in paragraphs(str(getattr(row, name) or "")) if names.may_show(t)
            ]
            if said:
                yield {
                    "kind": "act", "key": f"{model._meta.label}:{row.pk}", "label": label, "title": str(thing.title)[:400], "text": "\n".join(said),
                    "day": row.at.astimezone(words.LONDON).date(), "closed": bool(getattr(thing, "closed", False)),
                    "stored": {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname != "once"},
                }  # fmt: skip


# ---- who else is named ------------------------------------------------------------------------


def others_in(texts: Iterable[str], ids: list[str], own: Iterable[str]) -> list[tuple[str, str]]:
    """Names of anybody whom the records know and whom these words hold, so that they are proposed to be taken out. Of everybody:
    also of those whom whoever prepares it may not see, since the words are there."""
    said = fold(" ".join(texts))
    held = set(said.split())
    mine = {fold(n) for n in own}
    out = []
    rows = Person.objects.filter(valid_to=None).exclude(person_id__in=ids)
    for name in rows.values_list("name", flat=True).distinct().iterator(chunk_size=5_000):
        parts = name.casefold().split()
        # A cheap look first: of a hundred thousand names few stand in the words. A name in other letters is folded.
        if not parts or name in UNNAMED or (name.isascii() and not (parts[0] in held and parts[-1] in held)):
            continue
        folded = fold(name).split()
        if folded and fold(name) not in mine and folded[0] in held and folded[-1] in held:
            out.append((name, "named beside"))
    return out


def passages_of(drafts: Iterable[Any]) -> list[str]:
    """The words of what this module gathered."""
    return [f"{d.title} {d.text}" for d in drafts if d.key.partition(":")[0] in ("product", "sitting", *(m._meta.label for m, *_ in DONE))]  # fmt: skip
