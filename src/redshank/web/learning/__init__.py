"""Learning on exploitation: the programme, events, who of the people in post was reached, and what was published.

Read :mod:`~redshank.web.learning.models`, then :mod:`~redshank.web.learning.reading` (what a file brings, row by row) and
:mod:`~redshank.web.learning.coverage` (so many of so many, and who is behind each number).
"""
