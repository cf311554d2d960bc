"""Signals: what the texts and the single rows of records say, before anybody is identified.

In: the current records, their people, vehicles and phones, the register of premises. Out: ``signals`` (an
indicator, how the text puts it, where), ``language`` (phrases that blame or diminish a child) and ``mentions``
(names, numbers and places that stand only in a text). Each record's rows depend on that record alone; texts about
somebody whom only other records show to be a child are read a second time when it is known who is who (``again``).

Read in this order: ``rules/*.toml`` (the rules are data), ``grammar`` (the language they are written in),
``reader`` (texts as code strings), ``scanner`` and ``search`` (how rules are run over many at once), ``context``
(said, denied, supposed, quoted or long past), then ``language``, ``mentions`` and ``fields``; ``workers`` shares a
large scan among processes.
"""

from __future__ import annotations

from redshank.signals.again import KNOWN_CHILD, children_known, read_again
from redshank.signals.fields import adults_of, children_of, field_signals
from redshank.signals.language import check_language
from redshank.signals.ready import rulebook
from redshank.signals.rules import rules_markdown, rules_version
from redshank.signals.scan import scan
from redshank.stage import Stage
from redshank.tables.findings import STATUSES as _STATUSES

STATUSES = tuple(_STATUSES.split("|"))
RULES_VERSION = rules_version()

STAGE = Stage(
    name="signals",
    version=RULES_VERSION,
    reads=("records", "appearances", "vehicles", "phones"),
    writes=("signals", "language", "mentions"),
    keys={"signals": "record_key", "language": "record_key", "mentions": "record_key"},
    doc=__doc__ or "",
    run=scan,
)

__all__ = [
    "KNOWN_CHILD",
    "RULES_VERSION",
    "STAGE",
    "STATUSES",
    "adults_of",
    "check_language",
    "children_known",
    "children_of",
    "field_signals",
    "read_again",
    "rulebook",
    "rules_markdown",
    "scan",
]
