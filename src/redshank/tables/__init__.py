"""Every table of the night, declared once: what it is for, its columns, their types and what they mean.

The data dictionary (docs/reference/tables.md) is generated from here. ``extracts`` are what comes in,
``findings`` what goes out (a contract with other tools: columns are added at the end, never renamed), the
others are what the stages hand to each other.
"""

from __future__ import annotations

from redshank.tables.between import BETWEEN
from redshank.tables.extracts import EXTRACTS
from redshank.tables.findings import FINDINGS
from redshank.tables.model import Column, Table

TABLES: dict[str, Table] = {**BETWEEN, **{f"findings.{k}": v for k, v in FINDINGS.items()}}

__all__ = ["BETWEEN", "EXTRACTS", "FINDINGS", "TABLES", "Column", "Table"]
