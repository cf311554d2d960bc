"""For machines that watch: alive (``/health``), ready (``/ready``), measured (``/metrics``). Nothing about anybody, no finding.

``views``     the three pages; ``/metrics`` answers this machine, or whoever brings the token
``measures``  counted in this process, and written as Prometheus reads it
``token``     the token's file, as the environment names it
"""
