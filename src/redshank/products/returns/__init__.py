"""Returns to a national body: a number of suspects by a versioned specification, and what was left out of it, line by line.

``spec``        a specification (``specs/*.toml``): fields, rule of population, validations, requirement of each year
``years``       financial and calendar years
``population``  rows → :class:`~redshank.products.returns.content.Return`: three counts, unidentified people apart
``fields``      what a row says
``checks``      validations, each with a plain message
``content``     a return, and its one text, over which the checksum goes
``compare``     two returns, row by row and cell by cell
``build``       a return as a document, and its rows as a table
"""
