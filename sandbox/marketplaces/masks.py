"""What do the platforms show of a receiver? Masked texts, and make-believe ciphertexts."""

import base64
import hashlib

from sandbox.marketplaces.model import Buyer


def mask_name(name: str) -> str:
    """Return "王*"."""
    return name[:1] + "*" * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """Return "138****8000"."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_street(street: str) -> str:
    """Return "文一***"."""
    return street[:2] + "***"


def cipher(text: str, length: int = 48) -> str:
    """Return a ciphertext: the same for the same text, and nobody can read it."""
    digest = hashlib.sha512(text.encode()).digest()
    return base64.b64encode(digest).decode()[:length]


def receiver_id(buyer: Buyer) -> str:
    """Return an id for a receiver: the same receiver at the same place has the same one."""
    parts = (buyer.name, buyer.phone, buyer.province, buyer.city, buyer.district, buyer.street)
    return "1" + cipher("|".join(parts), 64)


def yuan(fen: int) -> str:
    """Return "199.00"; negative amounts too."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
