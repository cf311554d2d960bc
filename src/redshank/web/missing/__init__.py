"""Missing children: who is missing at the extract's time, the return interview's clock, every episode from the first.

Read :mod:`~redshank.web.missing.triggers` (what asks for a look, as data), then :mod:`~redshank.web.missing.episodes`
(an episode and its clocks), then the views. Nothing here is live: every hour is counted to the extract's time.
"""
