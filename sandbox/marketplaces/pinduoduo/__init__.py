"""A make-believe Pinduoduo."""

from sandbox.marketplaces.pinduoduo.server import Pinduoduo

__all__ = ["Pinduoduo"]
