"""Records: what the deliveries say, in one shape, with every version kept and every bad row named.

In: the tables of a delivery as :mod:`redshank.sources` read them. Out, in the store:

=============== ==================================================================================
``records``     one version of one record of the nine keyed extracts, standardised
``appearances`` one row of ``people``: a record names a person; names folded to ``[A-Z ]``
``vehicles``    one row each; ``phones`` likewise
``resends``     which delivery brought which record again, and with which tables
``quarantine``  every row that could not be taken: file, row, first failing column, reason
=============== ==================================================================================

Nothing is overwritten. What is *current* is computed from these tables for any point in time
(:func:`current`), so that yesterday can be asked what it knew. Read :mod:`~redshank.records.loading` for how
rows come in, :mod:`~redshank.records.view` for what is current, :mod:`~redshank.records.times` for clocks,
:mod:`~redshank.records.standard` and :mod:`~redshank.records.fold` for standard forms;
:mod:`redshank.oracle.records` says the rules once more, slowly.
"""

from redshank.records.fold import fold, fold_text
from redshank.records.loading import load
from redshank.records.report import LoadReport, TableReport
from redshank.records.view import changed_keys, current, last_record_time, premises
from redshank.stage import Stage
from redshank.tables.extracts import EXTRACTS

STAGE = Stage(
    name="records",
    version="1",
    reads=tuple(EXTRACTS),
    writes=("records", "appearances", "vehicles", "phones", "quarantine", "resends"),
    keys={
        "records": "record_key",
        "appearances": "record_key",
        "vehicles": "record_key",
        "phones": "record_key",
        "quarantine": "delivery",
        "resends": "record_key",
    },
    doc="Deliveries become versions of records and rows of people, vehicles and phones, standardised; "
    "rows that cannot be taken go to quarantine.",
    run=load,
)

__all__ = [
    "STAGE",
    "LoadReport",
    "TableReport",
    "changed_keys",
    "current",
    "fold",
    "fold_text",
    "last_record_time",
    "load",
    "premises",
]
