"""A chart drawn without a browser: Vega-Lite by vl-convert. Nothing is fetched; letters are of a font in the wheel."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from redshank.products.document import Chart

#: One look for every chart: dark on white with shapes and words, never by colour alone.
CONFIG: dict[str, Any] = {
    "font": "Liberation Sans", "background": "white", "view": {"stroke": None}, "bar": {"color": "#1d70b8"},
    "line": {"color": "#1d70b8", "strokeWidth": 2}, "point": {"color": "#1d70b8", "filled": True},
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "labelColor": "#0b0c0c", "titleColor": "#0b0c0c", "labelLimit": 260},
}  # fmt: skip


def svg(chart: Chart) -> str:
    return _svg(json.dumps(_whole(chart), sort_keys=True))


def png(chart: Chart) -> bytes:
    return _png(json.dumps(_whole(chart), sort_keys=True))


def _whole(chart: Chart) -> dict[str, Any]:
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", **chart.spec, "config": CONFIG}


@lru_cache(maxsize=64)
def _svg(spec: str) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec))


@lru_cache(maxsize=64)
def _png(spec: str) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def bars(caption: str, rows: list[tuple[str, int]], across: str, up: str, figure: str = "") -> Chart:
    """Bars lying down, in the order given, which the caption names; the alternative text tells the highest and the lowest."""
    values = [{"what": what, "n": n} for what, n in rows]
    high = max(rows, key=lambda r: r[1], default=("", 0))
    low = min(rows, key=lambda r: r[1], default=("", 0))
    alt = f"Bars of {up} by {across}: {len(rows)} in all; highest {high[0]} with {high[1]}, lowest {low[0]} with {low[1]}. The table beside it holds the numbers."
    spec = {
        "data": {"values": values}, "width": 420, "height": {"step": 22}, "mark": "bar",
        "encoding": {
            "y": {"field": "what", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "n", "type": "quantitative", "title": up, "axis": {"tickMinStep": 1, "labelOverlap": True}},
        },
    }  # fmt: skip
    return Chart(caption, alt, spec, figure)


def months(caption: str, rows: list[tuple[str, int]], up: str, figure: str = "") -> Chart:
    """A line over months, from nought."""
    values = [{"month": m, "n": n} for m, n in rows]
    alt = f"Line of {up} by month from {rows[0][0]} to {rows[-1][0]}. The table beside it holds the numbers." if rows else f"No months of {up}."  # fmt: skip
    spec = {
        "data": {"values": values}, "width": 420, "height": 180, "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "month", "type": "ordinal", "sort": None, "title": "month", "axis": {"labelAngle": -45}},
            "y": {"field": "n", "type": "quantitative", "title": up, "scale": {"zero": True}, "axis": {"tickMinStep": 1, "labelOverlap": True}},
        },
    }  # fmt: skip
    return Chart(caption, alt, spec, figure)
