"""Which documents can be kept as editions beside the products of a specification: how each is made, who writes, reads and signs it.

What is kept is made with the sight of the role whose document it is, without handling C and without any grant, as the command line
makes it: every reader of an edition reads the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from redshank.products.document import Document
from redshank.web.accounts.models import User
from redshank.web.accounts.roles import Role
from redshank.web.audits.programmes import PROGRAMMES


@dataclass(frozen=True)
class Keepable:
    """``needs``: who has every permission of one of these reads it, once it is signed; who may write or sign it, before.
    ``roles``: these alone, where they are named: a programme's results are not for everybody who reads in it.
    ``in_public``: it goes out, so that posts stand in it and no names. ``counts``: it counts records of people."""

    title: str
    needs: tuple[tuple[str, ...], ...]
    make: Callable[[User], Document]
    at: tuple[str, ...]  # the page where it is made anew each time: a route and its arguments
    role: str = "safeguarding_lead"
    writes: tuple[str, ...] = ("product.write",)
    in_public: bool = False
    counts: bool = False
    roles: frozenset[str] = frozenset()


def _offered(code: str) -> Callable[[User], Document]:
    def make(reader: User) -> Document:
        from redshank.web.products.catalogue import Options, offers

        return offers()[code].make(reader, Options())

    return make


def _response(reader: User) -> Document:
    return replace(
        _offered("inspection-response")(reader), of=""
    )  # whether it is signed is told of the edition


def _reviewed(key: str) -> Callable[[User], Document]:
    def make(reader: User) -> Document:
        from redshank.web.audits import reports

        return reports.document(reader, key)

    return make


#: The report of a programme of reviews by the programme's key.
CODES = {"language": "language-audit", "missing": "missing-audit"}
STATED = (("rights.record",), ("product.write",), ("product.sign",))

KEEPABLE = {
    "inspection-response": Keepable("Response to the inspectors", (("see.tracker",),), _response, ("tracker-response",), writes=("product.write", "tracker.edit"), in_public=True, counts=True),
    **{
        CODES.get(p.key, f"{p.key}-review"): Keepable(p.title, (("see.audits", "see.records"),), _reviewed(p.key), ("audit-report", p.key), counts=True, roles=p.results)
        for p in PROGRAMMES.values()
    },
    "flag-audit": Keepable("Audit of the register of flags", (("register.audit", "see.records"),), _offered("flag-audit"), ("flag-audit",), counts=True),
    "cpd-report": Keepable("Learning on child exploitation", (("see.learning",),), _offered("cpd-report"), ("learning",), role="learning", writes=("product.write", "learning.record")),
    "policy-review": Keepable("Reviews of policies", (("see.policies",),), _offered("policy-review"), ("policies",), writes=("product.write", "policies.manage")),
    "transparency-record": Keepable("Algorithmic transparency record", STATED, _offered("transparency-record"), ("rights-statement", "transparency-record"), in_public=True),
    "impact-assessment": Keepable("Data protection impact assessment", STATED, _offered("impact-assessment"), ("rights-statement", "impact-assessment")),
}  # fmt: skip
#: Those that count records of people, so that one which counts what is hidden from its reader is not shown to them.
COUNTING = tuple(code for code, k in KEEPABLE.items() if k.counts)


def read_by(role: Role) -> list[str]:
    """The documents that a role reads; nobody from outside the force's own roles reads any of them here."""
    if role.scope != "all":
        return []
    return [
        code
        for code, k in KEEPABLE.items()
        if any(all(role.allows(n) for n in way) for way in k.needs) and role.key in (k.roles or {role.key})
    ]


def written_by(role: Role) -> list[str]:
    return [code for code in read_by(role) if any(role.allows(w) for w in KEEPABLE[code].writes)]


def signed_by(role: Role) -> list[str]:
    return read_by(role) if role.allows("product.sign") else []


def made(code: str) -> tuple[Document, Any]:
    """The document as it is now, and its maker: no account, with the sight of the document's role."""
    from redshank.web.products.catalogue import command_line

    reader = command_line(KEEPABLE[code].role)
    return KEEPABLE[code].make(reader), reader
