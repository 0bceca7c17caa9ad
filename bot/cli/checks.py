"""Commands that look: verify, report, migrate."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.out import Out
from bot.sections import Settings
from bot.works import Shop
from core.domain.errors import BadInput
from core.domain.kpi import DayReport, RangeReport
from core.services import Tx, summary
from core.services.files import Shop as SellingShop
from core.services.verify import verify as check


async def verify(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Check every invariant on the configured database; 1 if one is broken."""
    found = await shop.store.read(check)
    if args["json"]:
        out.result(
            {
                "clean": not any(one.breaches for one in found),
                "database": shop.store.dialect,
                "invariants": [
                    {"id": one.id, "promise": one.promise, "breaches": list(one.breaches)}
                    for one in found
                ],
            }
        )
    else:
        for one in found:
            out.line(f"{'✗' if one.breaches else '✓'} {one.id:<4}{one.promise}")
            for breach in one.breaches:
                out.line(f"      {breach}")
    return int(any(one.breaches for one in found))


async def report(shop: Shop, args: Mapping[str, Any], out: Out) -> int:
    """Print the figures of one day, or of several."""

    def look(tx: Tx) -> DayReport | RangeReport:
        where = _shop(tx, args["shop"])
        if args["kind"] == "day":
            return summary.report_day(tx, _date(args["day"]), where)
        first, last = _date(args["first"]), _date(args["last"])
        if last < first:
            raise BadInput("--to 不能早于 --from。", "--to must not be before --from.")
        return summary.report_range(tx, first, last, where)

    found = (await shop.store.read(look)).to_json()
    if args["json"]:
        out.result(found)
    else:
        for name, value in found.items():
            out.line(f"{name:<20} {value}")
    return 0


def _shop(tx: Tx, name: str) -> SellingShop | None:
    if not name:
        return None
    found = summary.find_shop(tx, name)
    if found is None:
        names = ", ".join(one.name for one in summary.shops_of(tx)) or "-"
        raise BadInput(
            f"没有叫“{name}”的店铺；现有：{names}。",
            f"There is no shop {name!r}; there are: {names}.",
        )
    return found


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"“{text}”不是日期，请写成 2026-03-02。",
            f"{text!r} is not a date; write it as 2026-03-02.",
        ) from None


def migrate(settings: Settings, out: Out) -> int:
    """Bring the configured database up to this version of the program."""
    from core.store import migrate as schema  # noqa: PLC0415 - Alembic is slow to import

    before = schema.version(settings.database.url)
    changed = schema.migrate(settings.database.url)
    after = schema.version(settings.database.url)
    if changed:
        out.line(
            f"数据库 {before or '（空）'} → {after} / database {before or '(empty)'} → {after}"
        )
    else:
        out.line(f"数据库已是 {after} / the database is at {after} already")
    return 0
