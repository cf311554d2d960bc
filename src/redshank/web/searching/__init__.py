"""Search across people, numbers, marks, addresses, references and texts; and the reason for opening a child's page.

Read :mod:`~redshank.web.searching.folding` (how a spelling becomes comparable), :mod:`~redshank.web.searching.models`
(what is copied at publishing: search keys, and of texts those of records with signals or in a child's file),
:mod:`~redshank.web.searching.engine` (words in SQLite and PostgreSQL), :mod:`~redshank.web.searching.find` (what matches
a question, through the policy), :mod:`~redshank.web.searching.reasons` (why somebody opens a child's page).
"""
