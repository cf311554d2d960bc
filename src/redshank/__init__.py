"""Redshank finds group-based child sexual exploitation in a force's own records and explains it from them.

Data flows one way: sources → records → signals → identity → networks → assessment → findings.
Start reading at :mod:`redshank.stage` (what a stage is) and :mod:`redshank.night` (how they run).
"""

__version__ = "0.1.0"
