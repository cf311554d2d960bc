"""Annual returns: what a year asks for, what was drafted, who signed, what was sent, and the letters about it.

``settings``      the chain of signatures and what else ``returns.toml`` says; a specification is :mod:`redshank.products.returns.spec`
``models``        a return of a year, its versions and everything that people did; only added to
``acts``          every rule in one place
``whole``         a version is made from the whole force's records; each reader then sees it without what is hidden from them
``documents``     the return as a document and its rows as a file
"""
