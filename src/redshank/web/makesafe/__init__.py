"""Operation Makesafe: businesses that are visited and trained, so that their staff call when a child may be exploited.

Read ``makesafe.toml`` (what a force settles), then :mod:`~redshank.web.makesafe.models` (what is kept and who sees it:
a test visit is nobody's but the teams', why a visit was asked for is nobody's but theirs who asked), then
:mod:`~redshank.web.makesafe.standing` (what is due), then the views. Practice rule 24 binds every one of them.
"""
