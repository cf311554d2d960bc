"""Networks: who is tied to whom, which ties make a candidate group, and why.

In come records, their persons, numbers, vehicles, places and signals; out go links, ties, and candidate
groups in the sense of IICSA's organised network (two or more, identified or not, involved in or facilitating
the exploitation of children), each with its evidence. The rules stand in :mod:`redshank.networks.assemble`,
the weights in ``weights.toml``.
"""

from __future__ import annotations

from redshank.networks.chart import chart_html, chart_svg
from redshank.networks.config import default_config
from redshank.networks.explain import Explainer
from redshank.networks.links import make_links
from redshank.networks.propose import propose
from redshank.stage import Stage

STAGE = Stage(
    name="networks",
    version="7",
    reads=(
        "records", "appearances", "vehicles", "phones", "person_of", "persons", "mention_links", "mentions", "signals",
        "group_ledger", "judgements",
    ),
    writes=("links", "ties", "group_members", "group_evidence", "group_ledger"),
    keys={
        "links": "record_key", "ties": "context", "group_members": "group_id", "group_evidence": "group_id",
        "group_ledger": "group_id",
    },
    doc="people tied by what few others share; candidate groups, explained",
    run=propose,
)  # fmt: skip

__all__ = [
    "STAGE",
    "Explainer",
    "chart_html",
    "chart_svg",
    "default_config",
    "make_links",
    "propose",
]
