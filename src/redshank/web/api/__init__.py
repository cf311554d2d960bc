"""The interface for other systems: ``/api/v1/``, with tokens that people make for themselves.

A token reads and writes **as its owner**: the same ``visible_to``, the same functions of the acts, the same audit, with the
token and the stated purpose named. It can do less than its owner (its scopes), never more, and it ends with them.

:mod:`~redshank.web.api.scopes`   what a token may be for
:mod:`~redshank.web.api.tokens`   made, found, ended
:mod:`~redshank.web.api.gate`     what stands before every operation, and the one shape of an error
:mod:`~redshank.web.api.routes`   the operations of version 1, and its description as OpenAPI
"""
