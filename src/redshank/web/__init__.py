"""The operational half: where people read what the night proposes, decide, and leave a reason.

A Django project of ordinary apps. Read them in this order:

========================  ==================================================================================================
``accounts``              who signs in: roles as data (``roles.toml``), the demonstration's sign-in, a force's provider, handovers
``policy``                who may see what: one function (``policy.sight.visible``) under every query
``trail``                 the audit: an entry with each read and act, handed on to :mod:`redshank.audit`
``heads``                 what was copied from the last completed run, by delta (never the records' texts)
``pages``                 what people open
``worklist``              the daily scan's list, item by item: acts, meetings, the registrar, questions, each rule's precision
``searching``             search across all of it by one index, and the reason for opening a child's page
``flags``                 the group-based flag: definition as data, proposed, decided by a second person
``register``              what keeps the flags honest: blind audit, differences to the record system, re-review
``judgements``            who is one person, which proposals stand: judged here, honoured by the next night
``access``                restrictions, grants, sharing, matters of one's own, who may sign in
``concerns``              a concern raised on a short form, and the answer its author gets
``meetings``              one model of bodies that meet: what is raised, sittings, decisions, actions, commissions, packs
``disruption``            options of the toolkit as data, offered as the law of practice allows, and the register of them
``makesafe``              Operation Makesafe: businesses, trainings, visits, calls, the order and the message
``missing``               missing children, the return interview's clock, every episode from the first
``matrix``                the vulnerability matrix as editions that no later night changes
``childfile``             what practitioners record about a child beside the extracts
charts, maps, things      charts of groups; the profile by place; vehicles, numbers and online names
========================  ==================================================================================================

It never computes a finding and imports no stage; :mod:`redshank.publish` brings the findings here and reads
the texts of records for it.
"""
