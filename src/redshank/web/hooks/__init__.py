"""Webhooks: another system is told that something waits, and nothing of what.

:mod:`~redshank.web.hooks.allowed`  which addresses may be told, by the environment; never one of this machine by accident
:mod:`~redshank.web.hooks.acts`     registered by one administrator, switched on by another, ended by any
:mod:`~redshank.web.hooks.sending`  signed, tried again with a pause that doubles, each delivery kept
"""
