"""What an import of orders asks the store before and beside the intake itself."""

from core.domain.intake import Page, Tally
from core.services.intake import sort
from core.store import catalogue, documents, orders
from core.store.catalogue import Shop, ensure_shop
from core.store.files import note, seen
from core.store.orders import digests
from core.store.tx import Tx

__all__ = ["Shop", "digests", "ensure_shop", "note", "preview", "seen", "shop_of"]

NEW = Shop(0, "", "UTC", "")
"""Stands for a shop that is not there yet; it has no orders."""


def shop_of(tx: Tx, name: str) -> Shop:
    """Return the shop whose orders come in by channel `name`, or NEW."""
    return catalogue.shop(tx, name) or NEW


def preview(tx: Tx, shop: Shop, page: Page) -> Tally:
    """Count what taking a page in would do, writing nothing."""
    tally = Tally(quarantined=len(page.bad), lines=sum(len(one.lines) for one in page.orders))
    sort(page.orders, orders.known(tx, shop.id, [one.platform_no for one in page.orders]), tally)
    numbers = {refund.doc_no for refund in page.refunds}
    tally.refunds = len(numbers - documents.known_refunds(tx, shop.id, numbers))
    rows = {(one.doc_no, one.line_no) for one in page.write_offs}
    tally.write_offs = len(rows - documents.known_write_offs(tx, shop.id, rows))
    return tally
