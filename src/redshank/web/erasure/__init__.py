"""Erasure in the pages' database, and how two people ask for one (practice rule 26; docs/decisions/0021-erasure.md).

Read :mod:`~redshank.web.erasure.acts` (proposed by one, confirmed by another), then :mod:`~redshank.web.erasure.reaching` (what goes
from the database, what is replaced, what is left for a person) with ``places.toml``. The store's part is done by
:mod:`redshank.publish.erasing`, which calls both.
"""
