"""The county lines matrix: what the night found of each line, and beside it what people decided.

Read :mod:`~redshank.web.lines.models` (a line under decision and its decisions), then :mod:`~redshank.web.lines.standing` (what
stands now: the night's score and tier, the person's word, the rule), :mod:`~redshank.web.lines.acts` (who may decide what),
and :mod:`~redshank.web.lines.history` (each published night, and what changed).
"""
