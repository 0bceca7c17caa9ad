"""Shops, warehouses and what is sold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.store.tx import Row, Tx, packed

MAIN = "MAIN"
"""The one warehouse until routing knows more."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as orders refer to it; `zone` cuts its days."""

    id: int
    name: str
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class Sku:
    """What a code stands for; `parts` are (component id, pieces each), itself if no bundle."""

    id: int
    holds_stock: bool
    parts: tuple[tuple[int, int], ...]


def key(code: str) -> str:
    """Return the form in which codes are compared: no case, no spaces around."""
    return code.strip().casefold()


def shop(tx: Tx, name: str) -> Shop | None:
    """Return a shop by name."""
    row = tx.one("SELECT id, name, zone, currency FROM shop WHERE name = :name", name=name)
    return Shop(row["id"], row["name"], row["zone"], row["currency"]) if row else None


def ensure_shop(tx: Tx, name: str, channel: str, zone: str, currency: str) -> Shop:
    """Return the shop `name`, made with these settings if it is new."""
    tx.run(
        "INSERT INTO shop (name, channel, zone, currency, created_at)"
        " VALUES (:name, :channel, :zone, :currency, :now) ON CONFLICT (name) DO NOTHING",
        name=name,
        channel=channel,
        zone=zone,
        currency=currency,
        now=tx.now,
    )
    found = shop(tx, name)
    assert found is not None  # noqa: S101 - inserted above
    return found


def shops(tx: Tx) -> list[Shop]:
    """Return every shop, oldest first."""
    rows = tx.all("SELECT id, name, zone, currency FROM shop ORDER BY id")
    return [Shop(row["id"], row["name"], row["zone"], row["currency"]) for row in rows]


def main_warehouse(tx: Tx) -> int:
    """Return the id of the main warehouse."""
    found: int | None = tx.value("SELECT id FROM warehouse WHERE code = :code", code=MAIN)
    if found is None:
        tx.run(
            "INSERT INTO warehouse (code, name, created_at) VALUES (:code, '主仓', :now)"
            " ON CONFLICT (code) DO NOTHING",
            code=MAIN,
            now=tx.now,
        )
        found = tx.value("SELECT id FROM warehouse WHERE code = :code", code=MAIN)
    assert found is not None  # noqa: S101 - inserted above
    return found


def resolve(tx: Tx, shop_id: int, codes: Iterable[str]) -> dict[str, Sku]:
    """Say what the shop's codes stand for (by `key`); unknown codes are left out.

    A shop's own alias wins over a SKU of the same code.
    """
    keys = sorted({key(code) for code in codes if code.strip()})
    if not keys:
        return {}
    rows = tx.all(
        "SELECT k.code AS code_key, COALESCE(sa.sku_id, s.id) AS sku_id"
        f" FROM {tx.relation('keys', code='text')} AS k"
        " LEFT JOIN sku_alias AS sa ON sa.shop_id = :shop AND sa.outer_key = k.code"
        " LEFT JOIN sku AS s ON s.code_key = k.code"
        " WHERE COALESCE(sa.sku_id, s.id) IS NOT NULL",
        keys=packed([[one] for one in keys]),
        shop=shop_id,
    )
    known = described(tx, {row["sku_id"] for row in rows})
    return {row["code_key"]: known[row["sku_id"]] for row in rows}


def described(tx: Tx, ids: set[int]) -> dict[int, Sku]:
    """Return what SKUs are, by id."""
    listed = packed([[one] for one in sorted(ids)])
    source = tx.relation("ids", id="bigint")
    parts: dict[int, list[tuple[int, int]]] = {}
    for row in tx.all(
        "SELECT b.bundle_id, b.part_id, b.pieces FROM"
        f" {source} AS i JOIN bundle_part AS b ON b.bundle_id = i.id ORDER BY b.part_id",
        ids=listed,
    ):
        parts.setdefault(row["bundle_id"], []).append((row["part_id"], row["pieces"]))
    rows = tx.all(
        f"SELECT s.id, s.holds_stock FROM {source} AS i JOIN sku AS s ON s.id = i.id", ids=listed
    )
    return {
        row["id"]: Sku(
            row["id"], bool(row["holds_stock"]), tuple(parts.get(row["id"], [(row["id"], 1)]))
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class SkuIn:
    """A SKU to be written; `pinyin` and `initials` make its name searchable by keyboard."""

    code: str
    name: str
    pinyin: str = ""
    initials: str = ""
    image: str = ""
    holds_stock: bool = True
    low_at: int | None = None


def write_skus(tx: Tx, skus: Sequence[SkuIn]) -> int:
    """Write SKUs; one that is there is changed only where it differs. Return how many changed."""
    source = tx.relation(
        "rows",
        code="text",
        code_key="text",
        name="text",
        pinyin="text",
        initials="text",
        image="text",
        holds_stock="bigint",
        low_at="bigint",
    )
    rows = [
        (
            s.code.strip(),
            key(s.code),
            s.name,
            s.pinyin,
            s.initials,
            s.image,
            int(s.holds_stock),
            s.low_at,
        )
        for s in skus
    ]
    fields = ("name", "pinyin", "initials", "image", "holds_stock", "low_at")
    return tx.run(
        "INSERT INTO sku (code, code_key, name, pinyin, initials, image, holds_stock, low_at,"
        " created_at, updated_at) SELECT code, code_key, name, pinyin, initials, image,"
        " holds_stock, low_at, CAST(:now AS bigint), CAST(:now AS bigint)"
        f" FROM {source} AS rows WHERE true ON CONFLICT (code_key) DO UPDATE SET"
        + "".join(f" {name} = excluded.{name}," for name in fields)
        + " updated_at = excluded.updated_at WHERE "
        + " OR ".join(f"sku.{name} IS DISTINCT FROM excluded.{name}" for name in fields),
        rows=packed(rows),
        now=tx.now,
    )


def create_missing(tx: Tx, skus: Sequence[SkuIn]) -> None:
    """Write those SKUs whose code is not known yet; leave the others as they are."""
    source = tx.relation("rows", code="text", code_key="text", name="text", holds_stock="bigint")
    tx.run(
        "INSERT INTO sku (code, code_key, name, holds_stock, created_at, updated_at)"
        " SELECT code, code_key, name, holds_stock, CAST(:now AS bigint), CAST(:now AS bigint)"
        f" FROM {source} AS rows WHERE true ON CONFLICT (code_key) DO NOTHING",
        rows=packed([(s.code.strip(), key(s.code), s.name, int(s.holds_stock)) for s in skus]),
        now=tx.now,
    )


def hold_no_stock(tx: Tx, ids: Iterable[int]) -> None:
    """Say that SKUs are services: sold, but never on a shelf."""
    tx.run(
        "UPDATE sku SET holds_stock = 0, updated_at = :now WHERE id IN"
        f" (SELECT id FROM {tx.relation('ids', id='bigint')} AS i)",
        ids=packed([[one] for one in sorted(ids)]),
        now=tx.now,
    )


def learn_alias(tx: Tx, shop_id: int, outer_code: str, sku_id: int) -> None:
    """Remember that the shop's `outer_code` stands for a SKU."""
    tx.run(
        "INSERT INTO sku_alias (shop_id, outer_key, sku_id, created_at)"
        " VALUES (:shop, :outer, :sku, :now)"
        " ON CONFLICT (shop_id, outer_key) DO UPDATE SET sku_id = excluded.sku_id",
        shop=shop_id,
        outer=key(outer_code),
        sku=sku_id,
        now=tx.now,
    )


def set_bundle(tx: Tx, bundle_id: int, parts: Sequence[tuple[int, int]]) -> None:
    """Say what a bundle consists of: (component id, pieces) each."""
    tx.run("DELETE FROM bundle_part WHERE bundle_id = :id", id=bundle_id)
    tx.many(
        "INSERT INTO bundle_part (bundle_id, part_id, pieces) VALUES (:id, :part, :pieces)",
        [{"id": bundle_id, "part": part, "pieces": pieces} for part, pieces in parts],
    )


def sku_ids(tx: Tx, codes: Iterable[str]) -> dict[str, int]:
    """Return key → SKU id for the codes that are known."""
    listed = packed([[one] for one in sorted({key(code) for code in codes})])
    rows: list[Row] = tx.all(
        "SELECT s.code_key, s.id FROM"
        f" {tx.relation('keys', code='text')} AS k JOIN sku AS s ON s.code_key = k.code",
        keys=listed,
    )
    return {row["code_key"]: row["id"] for row in rows}
