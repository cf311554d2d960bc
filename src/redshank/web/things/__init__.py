"""Vehicles, numbers and online names: each is there for whoever may open a record that speaks of it."""
