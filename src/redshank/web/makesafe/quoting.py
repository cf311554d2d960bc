"""Calls that quote the operation: call logs whose words or codes say so, in the sight of the reader.

The search's index says which (its texts are those of records with signals, and quoting the operation is one); the words
around the quotation are read from the store once the policy has answered. A person says whether it is one, and whose.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.db.models import Q

from redshank.web.heads.models import Record, Signal
from redshank.web.makesafe.settings import DATA
from redshank.web.searching import engine
from redshank.web.searching.models import Told

QUOTED = re.compile(r"make[\s-]?safe", re.IGNORECASE)
AROUND = 90  # characters on each side
#: The rule that reads the opening and closing codes of a call.
BY_CODE = "field:incident_code"
_WORDS = [[engine.Word(w) for w in DATA["calls"]["words"]]]


def calls(user: Any) -> Any:
    """Call logs that quote the operation, newest first."""
    purpose = user.as_role.purpose
    told = engine.matching(Told.objects.visible_to(user, purpose), _WORDS)
    coded = Signal.objects.visible_to(user, purpose).filter(rule=BY_CODE)
    rows = Record.objects.visible_to(user, purpose).filter(kind__in=DATA["calls"]["kinds"])
    which = Q(key__in=told.values("record_key")) | Q(key__in=coded.values("record_key"))
    return rows.filter(which).order_by("-known_at", "key")


def around(rows: list[Record]) -> dict[str, str]:
    """Record → the words around the quotation; empty where a code alone says so."""
    from redshank.publish.reading import texts

    found = texts(settings.HOME, {r.key: r.delivery_no for r in rows})
    out = {}
    for key, text in found.items():
        hit = QUOTED.search(text)
        if hit is None:
            out[key] = ""
            continue
        start, end = max(0, hit.start() - AROUND), hit.end() + AROUND
        cut = " ".join(text[start:end].split())
        if start:
            cut = "… " + cut.partition(" ")[2]
        if end < len(text):
            cut = cut.rpartition(" ")[0] + " …"
        out[key] = cut
    return out
