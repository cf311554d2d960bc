"""The recommendations of inspections: what is asked of the force, what it answered, how it stands, and what shows it.

``recommendations.toml``  what ships: the nine recommendations and the area for improvement of December 2023
``settings``   words, clocks and the rule of the risk of missing a date (``tracker.toml``)
``models``     a report, its recommendations, evidence, asks of others, actions; and acts, which are only added
``acts``       every rule in one place: acceptance, dates, evidence, closing by a second person
``shipped``    puts what ships in place at each migration; ``importing`` reads a later report from TOML or CSV
``figures``    named figures that are read again beside the value that was cited
``risk``       how likely a date is missed, with the reasons in words
``response``   the plain rows of the response document (:mod:`redshank.products.inspection_response`)

Nothing here is personal data: it holds what a force says in public of its own work.
"""
