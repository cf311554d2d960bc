"""The audit: who did what, when, and why. Append-only, provable, and free of personal data in clear.

The law asks for it (Data Protection Act 2018, s.62: collection, alteration, consultation, disclosure,
combination, erasure), and people whose records are read deserve it. Standard library only, so that whoever
checks an export needs nothing but Python and this folder.

In: what the commands and the web application did. Out: ``home/audit/``

===============  ==========================================================================================
``log``          one line for each entry: hash, space, canonical JSON (``seq``, ``at``, ``actor``, ``purpose``,
                 ``action``, ``subject``, ``details``, ``commitments``, ``ref``); the JSON is an RFC 6962 leaf
``head.json``    the tree head: how many entries were acknowledged, how many bytes they fill, their root
``salts``        the salts of the commitments; the only file that lawful erasure touches
``signing.key``  the key of signed checkpoints, made at the first (:mod:`redshank.witness`)
``pending``      entries handed over by requests, not yet numbered; ``sequence`` numbers them in batches
===============  ==========================================================================================

What it proves: a changed, missing, added or moved entry is found, by ``verify_home`` against the head and by
``verify_export`` from the one file alone. What it cannot prove alone: that the last entries were not cut off
together with the head, or that all of it was not written anew. Only a checkpoint (size and root) kept elsewhere
shows that; ``checkpoint`` gives one and both checks take one; signed, it is a witness's own proof.
"""

from __future__ import annotations

from redshank.audit.checks import Check, checks
from redshank.audit.entry import commitment
from redshank.audit.export import export
from redshank.audit.log import Audit
from redshank.audit.merkle import Head
from redshank.audit.proof import is_proof, prove, verify_proof
from redshank.audit.verify import Verified, verify_export, verify_home

__all__ = [
    "Audit",
    "Check",
    "Head",
    "Verified",
    "checks",
    "commitment",
    "export",
    "is_proof",
    "prove",
    "verify_export",
    "verify_home",
    "verify_proof",
]
