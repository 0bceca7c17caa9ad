"""A make-believe Taobao (TOP)."""

from sandbox.marketplaces.taobao.server import Taobao

__all__ = ["Taobao"]
