"""Which values can be drawn, and the one call that turns them into PNG bytes.

`Chart` may be imported anywhere; `png` loads matplotlib and belongs into the rendering process.
"""

from charts.daily import DailySummary
from charts.kpi import KpiPanel
from charts.stock import StockPanel

Chart = DailySummary | KpiPanel | StockPanel


def png(chart: Chart) -> bytes:
    """Draws `chart` in its language and theme, 1080 px wide; the same chart gives the same bytes.

    The file carries its own text for screen readers ("Title" and "Description").
    """
    from charts.daily_picture import paint_daily  # noqa: PLC0415 - the parent never pays for it
    from charts.kpi_picture import paint_kpi  # noqa: PLC0415
    from charts.paper import Paper  # noqa: PLC0415
    from charts.stock_picture import paint_stock  # noqa: PLC0415

    paper = Paper(chart.theme)
    if isinstance(chart, DailySummary):
        height = paint_daily(chart, paper)
    elif isinstance(chart, KpiPanel):
        height = paint_kpi(chart, paper)
    else:
        height = paint_stock(chart, paper)
    title, *_rest = chart.words().splitlines()
    return paper.png(height, title, chart.words())
