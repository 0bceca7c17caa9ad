"""How does a chart stand in the outbox until it is drawn? As JSON, named by its class."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from charts.daily import DailySummary
from charts.kpi import KpiPanel
from charts.pictures import Chart
from charts.stock import StockPanel
from core.tools.validate import build

KINDS: Mapping[str, type[Chart]] = {
    kind.__name__: kind for kind in (DailySummary, KpiPanel, StockPanel)
}


def to_json(chart: Chart) -> dict[str, Any]:
    """Return `{"kind": ..., "values": ...}` with dates as ISO text."""
    values = json.loads(json.dumps(asdict(chart), default=str))
    return {"kind": type(chart).__name__, "values": values}


def from_json(form: Mapping[str, Any]) -> Chart:
    """Return the chart that `to_json` took apart. Raises KeyError for an unknown kind."""
    return build(KINDS[form["kind"]], form["values"])
