"""Do the promises hold on this database? One finding per invariant."""

from core.services import Tx
from core.store.invariants import Finding, breaches, findings

__all__ = ["Finding", "breaches", "verify"]


def verify(tx: Tx) -> list[Finding]:
    """Check every invariant that applies; a finding without breaches holds."""
    return list(findings(tx))
