"""A fictional police force with planted truth, for tests, measurements and demonstrations.

:func:`write` is all there is. Everything is invented: the force, its towns (in open sea), its people, numbers and marks.
Texts are neutral and non-graphic.
"""

from redshank.synthetic.write import SCALES, write

__all__ = ["SCALES", "write"]
