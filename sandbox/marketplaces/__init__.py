"""Make-believe marketplaces: what the product's channels talk to in the demo and in tests."""

from sandbox.marketplaces.book import Book, Entry, Kind
from sandbox.marketplaces.douyin import Douyin
from sandbox.marketplaces.errors import SoldOut, Why
from sandbox.marketplaces.faults import Fault, Faults, Shown
from sandbox.marketplaces.jd import Jd
from sandbox.marketplaces.json_text import DEEP, INFINITY, NAN, TOO_LARGE, Raw
from sandbox.marketplaces.marketplace import Marketplace
from sandbox.marketplaces.model import Buyer, Line, Listing, Refund, Status, Trade
from sandbox.marketplaces.pinduoduo import Pinduoduo
from sandbox.marketplaces.shop import Shop
from sandbox.marketplaces.taobao import Taobao

__all__ = [
    "DEEP",
    "INFINITY",
    "NAN",
    "TOO_LARGE",
    "Book",
    "Buyer",
    "Douyin",
    "Entry",
    "Fault",
    "Faults",
    "Jd",
    "Kind",
    "Line",
    "Listing",
    "Marketplace",
    "Pinduoduo",
    "Raw",
    "Refund",
    "Shop",
    "Shown",
    "SoldOut",
    "Status",
    "Taobao",
    "Trade",
    "Why",
]
