"""What people judge about who is who and which proposals stand; the next night honours it.

A judgement is a :class:`~redshank.web.judgements.models.Decision` over appearances (so that it outlives a split) or over a
group: added, never changed; taken back by a :class:`~redshank.web.judgements.models.Withdrawal` that says why.
:mod:`~redshank.web.judgements.standing` tells what stands today, :mod:`redshank.publish.judged` hands it to the night,
:mod:`~redshank.web.judgements.blind` measures how well two people agree.
"""
