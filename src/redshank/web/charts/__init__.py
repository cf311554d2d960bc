"""Charts of groups: what is drawn and what is not, what hangs on a record, and the files that leave with them.

The picture that the server draws stays where there is no script; the one to explore comes from the same ties, and a
table stands beside both.
"""
