"""Products: the last stage. What was found and decided, as documents that a person edits, signs and answers for.

In:  tables of findings and decisions as plain rows, already narrowed to what the reader may see (:mod:`redshank.products.tables`).
Out: a :class:`redshank.products.document.Document`, written as HTML, DOCX, PDF, XLSX or CSV by :mod:`redshank.products.papers`.

Nothing here knows a page, a database or a stage: the same rows give the same document, byte for byte.
"""
