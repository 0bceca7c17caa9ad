"""A make-believe JD (JOS)."""

from sandbox.marketplaces.jd.server import Jd

__all__ = ["Jd"]
