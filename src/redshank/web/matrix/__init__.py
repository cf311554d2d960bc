"""The vulnerability matrix as editions: what a meeting looks at is written down once, and no later night changes it.

Read :mod:`~redshank.web.matrix.models` (an edition, its rows, what people did to it), then
:mod:`~redshank.web.matrix.acts` (the rules), :mod:`~redshank.web.matrix.order` (who comes when, judgement first), and
:mod:`~redshank.web.matrix.compare` (two editions; an edition and the run of today).
"""
