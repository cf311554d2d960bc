"""The figures: each a named, documented query over rows. Importing this registers all of them."""

from redshank.products.figures import children, groups, places, quality, response, scale
from redshank.products.figures.core import REGISTRY, Cell, Figure, Grid, Query

__all__ = ["REGISTRY", "Cell", "Figure", "Grid", "Query", "children", "groups", "places", "quality", "response", "scale"]  # fmt: skip
