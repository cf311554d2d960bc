"""Raise a concern: a short form for anybody who signs in, the way it takes, and the answer that its author gets.

Read :mod:`~redshank.web.concerns.routing` (where it lands and by when it is answered, as data), then
:mod:`~redshank.web.concerns.acts` (every rule of a concern), then the views.
"""
