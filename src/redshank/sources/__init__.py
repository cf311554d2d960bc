"""Sources: a delivery folder becomes plain tables under our names. Nothing is guessed.

In: a folder of ``NAME.csv``, ``NAME.parquet``, ``NAME.xlsx`` and a *source mapping* (one TOML file per source
system: which file is which table, which column becomes which, encoding, delimiter, date styles, codes).
Out: one :class:`~redshank.sources.reader.Source` per table: its rows as received under our column names, with
their row numbers, and the rows that cannot be read at all.

- :mod:`redshank.sources.mapping` reads and checks a mapping;
- :mod:`redshank.sources.delivery` looks at the folder: what is there, is it a delivery, its content hash;
- :mod:`redshank.sources.reader` has the files read by a child process with limits on memory and time, no
  paths and nothing to open (:mod:`redshank.sources.child`, :mod:`~redshank.sources.csvfile`,
  :mod:`~redshank.sources.typedfile`).

Reading is where other people's bytes meet our code; so it happens where it can do nothing but fail.
"""

from redshank.sources.delivery import Delivery, open_delivery
from redshank.sources.mapping import Mapping, load_mapping, mapping_names
from redshank.sources.reader import Limits, Source, read

__all__ = [
    "Delivery",
    "Limits",
    "Mapping",
    "Source",
    "load_mapping",
    "mapping_names",
    "open_delivery",
    "read",
]
