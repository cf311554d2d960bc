"""The disruption register: which option of the toolkit was considered for whom, used or not, why, and what came of it.

Read :mod:`~redshank.web.disruption.options` first (the toolkit as data, and what may be offered), then ``models`` and
``acts``. What another app (a meeting's item) uses, and nothing else of it:

=====================================  =============================================================================
``subjects.subject(user, kind, id)``   a person, place, line, vehicle or number as this reader may see it, or None
``options.offered(subject)``           what may be considered for it (practice rule 22)
``lists.of_subject(user, kind, id)``   the rows of the register about it, in this reader's sight
``acts.toolkit_line(user, subject,…)`` a :class:`~redshank.web.disruption.models.ToolkitLine`: "options considered, or none,
                                       because". A meeting's item points at it, and does not leave without one (rule 23)
=====================================  =============================================================================

Nothing is decided here: an option is considered, with legal advice; investigation and charge come first.
"""
