"""Transparency and rights: what the force answers for, and what it owes to the people whom its records name.

Read :mod:`~redshank.web.rights.models` (a case, what was gathered for it, its steps), then :mod:`~redshank.web.rights.acts`
(who may do what after whom), :mod:`~redshank.web.rights.gathering` (everything held) and :mod:`~redshank.web.rights.package`
(what goes out). :mod:`~redshank.web.rights.fairness` counts; :mod:`~redshank.web.rights.documents` makes the transparency
record and the impact assessment.
"""
