"""A make-believe seller of clothes on three marketplaces: its goods, its buyers, its exports."""

from sandbox.shop.exports import HEADER, write_goods, write_orders
from sandbox.shop.world import MARKETS, Order, ShopWorld

__all__ = ["HEADER", "MARKETS", "Order", "ShopWorld", "write_goods", "write_orders"]
