"""The operational half: where people read what the night proposes, decide, and leave a reason.

A Django project of ordinary apps. Read them in this order:

``accounts``  who signs in: roles as data (``roles.toml``), the demonstration's sign-in, handovers
``policy``    who may see what: one function (``policy.sight.visible``) under every query
``trail``     the audit: an entry with each read and act, handed on to :mod:`redshank.audit`
``heads``     what was copied from the last completed run, by delta (never the records' texts)
``flags``     the group-based flag: definition as data, proposed, decided by a second person, the register
``pages``     what people open
``worklist``  the daily scan's list, item by item: acts, meetings, the registrar, questions, each rule's precision
============  ==========================================================================================
=======
==============  ==========================================================================================
``accounts``    who signs in: roles as data (``roles.toml``), the demonstration's sign-in, handovers
``policy``      who may see what: one function (``policy.sight.visible``) under every query
``trail``       the audit: an entry with each read and act, handed on to :mod:`redshank.audit`
``heads``       what was copied from the last completed run, by delta (never the records' texts)
``flags``       the group-based flag: definition as data, proposed, decided by a second person, the register
``judgements``  who is one person, which proposals stand: judged here, honoured by the next night
``searching``   search across all of it by one index, and the reason for opening a child's page
``pages``       what people open
``worklist``    the daily scan's list, item by item: acts, meetings, the registrar, questions, each rule's precision
==============  ==========================================================================================

It never computes a finding and imports no stage; :mod:`redshank.publish` brings the findings here and reads
the texts of records for it.
"""
