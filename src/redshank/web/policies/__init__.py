"""Policies: versions of their texts, who has read them, and the review after six months.

Read :mod:`~redshank.web.policies.models` (a policy, its versions, a review with its measures), then
:mod:`~redshank.web.policies.acts` and :mod:`~redshank.web.policies.reviewing`. What a version may do is shared with the
operational order of Operation Makesafe: :mod:`redshank.web.versions`.

Not to be taken for :mod:`redshank.web.policy`, which says who may see what.
"""
