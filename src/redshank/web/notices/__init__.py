"""Notices: that something waits for a person, in the application and by e-mail, never of whom it is.

``kinds``      what there is to be told of, in words that name nobody (``notices.toml``)
``write``      a notice is a row of the same transaction as the act: told of once, and only to whom the thing is in sight
``listening``  acts of the meetings and the worklist → notices
``reminders``  what is due, and what is overdue and goes up: the same run twice tells once
``lists``      a person's notices, as far as what they are about is in sight today
``sending``    the outbox: one message for each person and run, kept until the mail server took it
``postman``    both, every few minutes beside the pages
"""
