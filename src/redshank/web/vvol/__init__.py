"""The VVOL lists (vulnerability, victim, offender, location): people maintain them, the night proposes nothing here.

Read :mod:`~redshank.web.vvol.models` (an entry and its history), then :mod:`~redshank.web.vvol.acts` (adding, keeping, removing).
Who or what an entry is about, and who may see it, is the disruption register's :mod:`~redshank.web.disruption.subjects`.
"""
