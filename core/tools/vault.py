"""How are tokens kept so that the database alone gives nothing away? Sealed, the key elsewhere.

The one user of cryptography.
"""

import base64
import binascii
from collections.abc import Sequence

from core.domain.errors import BadInput
from core.domain.secret import Secret

_KEY_BYTES = 32
_BETWEEN = "\x00"


def new_key() -> str:
    """Return a new key: 44 signs, for a file that only its owner can read."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - heavy, and seldom needed

    return Fernet.generate_key().decode()


def keys_in(ring: Secret) -> list[Secret]:
    """Return the keys that a text holds, one a line (or with blanks between), the newest first.

    Raises BadInput, which does not show what was given.
    """
    keys = ring.reveal().split()
    if not keys or not all(_is_key(key) for key in keys):
        raise BadInput(
            "密钥不对：每行一个，44 个字符（32 字节的 base64）。",
            "This is no key: one a line, 44 signs each (32 bytes in base64).",
        )
    return [Secret(key) for key in keys]


class Vault:
    """Seals texts for one purpose each and opens them again.

    Args:
        keys: The first one seals, all of them open: so a key is replaced without a stop.
    """

    def __init__(self, keys: Sequence[Secret]) -> None:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - see above

        self._fernet = MultiFernet([Fernet(key.reveal().encode()) for key in keys])

    def seal(self, purpose: str, secret: Secret) -> str:
        """Return `secret` so that only a holder of the key can read or change it.

        What was sealed for one purpose ("tokens:shop-1") opens for no other one.
        """
        return self._fernet.encrypt(f"{purpose}{_BETWEEN}{secret.reveal()}".encode()).decode()

    def open(self, purpose: str, sealed: str) -> Secret:
        """Return what was sealed. Raises BadInput with another key or for another purpose."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see above

        try:
            found, mark, text = self._fernet.decrypt(sealed.encode()).decode().partition(_BETWEEN)
        except (InvalidToken, UnicodeError):
            found, mark, text = "", "", ""
        if not mark or found != purpose:
            raise BadInput(
                "保存的授权打不开（密钥换了？），请重新授权。",
                "A stored authorisation does not open (another key?); authorise again.",
            )
        return Secret(text)

    def renew(self, sealed: str) -> str:
        """Return the same, sealed with the newest key. Raises BadInput like `open`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see above

        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise BadInput("保存的授权打不开。", "A stored authorisation does not open.") from None


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False
