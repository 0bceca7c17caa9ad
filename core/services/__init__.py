"""Use cases: plain functions from a transaction to a value. None of them waits for anything."""

from core.store.tx import Tx

__all__ = ["Tx"]
