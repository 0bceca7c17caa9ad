"""What lets us into a shop, and until when?"""

import json
from dataclasses import dataclass

from core.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class Grant:
    """The leave that a seller gave; times in UTC milliseconds, 0: the platform does not say.

    Attributes:
        access: The token of every call (`session`, `access_token`).
        refresh: What buys a fresh one; empty: a person has to authorise again.
        expires_at: When `access` ends.
        refresh_until: When `refresh` ends.
        owner: Who gave it, in the platform's words.
    """

    access: Secret
    refresh: Secret
    expires_at: int
    refresh_until: int
    owner: str = ""

    def packed(self) -> Secret:
        """Return all of it as one text, to be sealed."""
        return Secret(
            json.dumps(
                {
                    "access": self.access.reveal(),
                    "refresh": self.refresh.reveal(),
                    "expires_at": self.expires_at,
                    "refresh_until": self.refresh_until,
                    "owner": self.owner,
                }
            )
        )

    @classmethod
    def unpacked(cls, text: Secret) -> "Grant":
        """Return what `packed` made one text of."""
        found = json.loads(text.reveal())
        return cls(**found | {name: Secret(found[name]) for name in ("access", "refresh")})
