"""Meetings: one model on which every body stands, what is raised to it, its sittings, and what follows from them.

``bodies``     the bodies of ``meetings.toml``: rhythm, members, what each takes and where it passes things on to
``raising``    what may be raised, by whom and to which body; a thing that is raised twice stands once
``acts``       what becomes of a thing: deferred, taken up, passed on, returned, split, merged, closed (practice rule 21)
``sittings``   when a body sits, and a sitting cancelled, moved or closed with half its agenda unheard
``agenda``     what people raised, what the extracts record, and what nobody has looked at (practice rule 20)
``actions``    tasks with an owner, a supervisor and a result
``asking``     products that a meeting commissions: unanswered until delivered and read
``packs``      a sitting on paper, for each reader what that reader may see

A body is made by its lines in ``meetings.toml`` alone; the Child Exploitation subgroup is the proof.
"""
