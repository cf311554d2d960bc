"""Preservation notices: what must be kept, on whose word, and since when (practice rule 26).

A home has one from its first day, over exploitation material. Others are made by one named person; lifting any takes two. Read
:mod:`~redshank.web.retention.models`, then :mod:`~redshank.web.retention.acts` (who may do what after whom) and
:mod:`~redshank.web.retention.covering` (which notices stand in the way of disposing of something).
"""
