"""What is asked of partner agencies and comes of it, and the record of the front door (MASH) on a child's way.

``settings``  states, answers and clocks of ``sharing.toml``
``models``    what was asked of an agency with its steps; a referral to the MASH with its steps. Steps are only added
``acts``      asking, what came, chasing, telling the agency; a referral, its answers and its clock
``tags``      both on a child's, group's or place's own page

What a partner sends unasked is a concern (``redshank.web.concerns``): its author has a receipt and reads the answer.
"""
