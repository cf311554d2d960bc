"""A mapping for an export that nobody has mapped: proposed from names and values, with the reason for each proposal.

- :mod:`~redshank.sources.guess.names`: what a column's name says (words as data in ``words.toml``);
- :mod:`~redshank.sources.guess.values`: what its values are;
- :mod:`~redshank.sources.guess.columns`: which of our columns it therefore is, table by table;
- :mod:`~redshank.sources.guess.tables`: which table a file holds, and which rows of people, vehicles or phones stand beside it;
- :mod:`~redshank.sources.guess.codes`: which codes become which;
- :mod:`~redshank.sources.guess.draft`: all of it as TOML, with a line ``# TODO`` for whatever a person must settle;
- :mod:`~redshank.sources.guess.renamed`: a column that went away, and the one that looks like it.

It proposes; loading reads by the mapping alone, and a mapping is what a person has read and saved.
"""
