"""The group-based flag that the record system lacks: proposed by one person, decided by another."""
