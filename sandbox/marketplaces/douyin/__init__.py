"""A make-believe Douyin shop platform."""

from sandbox.marketplaces.douyin.server import Douyin

__all__ = ["Douyin"]
