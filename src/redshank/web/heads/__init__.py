"""What was copied from the last completed run. Written by :mod:`redshank.publish` alone, read through the policy."""
