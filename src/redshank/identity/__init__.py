"""Identity: who is who.

**In**: appearances (a record names a person; standardised), judgements (what people decided), the ledger of
ids, and the frozen statistics of the home (an *epoch*). **Out**: pairs that may be one person with their score,
the person of each appearance, what is known of each person, and people named only in a text.

Words used here:

- *appearance*: one row of an extract's ``people`` table; *profile*: all appearances that say the same;
- *block*: profiles that share a key and are therefore compared; over its *cap* it proposes nothing;
- *comparison* and *level*: how two profiles agree on one matter (forename: same, nickname, …, different);
- *milli-bit*: a thousandth of a doubling of the odds that two appearances are one person. Scores are sums of
  whole milli-bits, so no machine and no engine decides differently;
- *epoch*: frozen statistics (how rare a name is), so that one new record does not move all scores;
- *component*: appearances connected by accepted pairs; *cut*: where a component cannot be one person;
- *ledger*: every id ever given, and what became of it.

The model is a Splink model kept as data (``data/model.toml``), with hand-set m and measured u; see
:mod:`redshank.identity.model`. Ethnicity, nationality and disability are never read.
"""

from __future__ import annotations

from redshank.identity.epoch import Epoch, new_epoch, read_epoch
from redshank.identity.explain import explain
from redshank.identity.mentions import link_mentions, records_to_relink
from redshank.identity.model import splink_settings
from redshank.identity.resolve import STATE, Resolved, resolve
from redshank.stage import Stage

STAGE = Stage(
    name="identity",
    version="2",
    reads=("appearances", "judgements", "person_ledger", "mentions", "vehicles", "phones", "records"),
    writes=("pairs", "person_of", "persons", "person_ledger", "mention_links"),
    keys={
        "pairs": "a",
        "person_of": "appearance_id",
        "persons": "person_id",
        "person_ledger": "person_id",
        "mention_links": "record_key",
    },
    doc="Resolves appearances to people, and people named only in a text to known ones.",
    run=resolve,
)

__all__ = [
    "STAGE",
    "STATE",
    "Epoch",
    "Resolved",
    "explain",
    "link_mentions",
    "new_epoch",
    "read_epoch",
    "records_to_relink",
    "resolve",
    "splink_settings",
]
