"""Structured reviews of samples: the missing audit, the language audit, the reviews for group-based features not flagged.

A programme is configuration (``programmes.toml``): what is drawn from, by which strata, how many, how often, the form, who
draws, reads and sees results. A sample can be drawn again from its seed; a part of it is read twice, the second time blind.
"""
