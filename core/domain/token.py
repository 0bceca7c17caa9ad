"""What does a button mean, and did we make it? A signed, opaque token of 64 signs.

It carries everything (verb, object, version, argument, roles, person, expiry), so that nothing is
stored when a button is made; the signature keeps anybody else from making one.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.domain.staff import Role

ROLES: Final = (Role.OWNER, Role.MANAGER, Role.CLERK, Role.WAREHOUSE, Role.VIEWER)
"""The bit of each role in a token is its place here: only ever add at the end."""

NONCE_BYTES: Final = 7
LENGTH: Final = 64
_FORMAT: Final = 1
_SHAPE: Final = struct.Struct(">BB3s6sIiII7s")
"""Format, roles, verb, object, version, argument, expiry in seconds, person, nonce: 34 bytes."""

_MAC_BYTES: Final = 48 - _SHAPE.size


@dataclass(frozen=True, slots=True)
class Claims:
    """What a button says.

    `verb` is a number (see `verb_number`); `expires_at` is in UTC milliseconds, kept to the
    second; `person_id` 0 means anybody with the role; `nonce` (7 bytes) names it for ever.
    """

    verb: int
    object_id: int
    version: int
    argument: int
    roles: frozenset[Role]
    expires_at: int
    person_id: int
    nonce: bytes


def nonce(key: bytes, source: str, number: int) -> bytes:
    """Return the nonce of the button `number` of a request: the same when it is run again."""
    return _digest(key, b"nonce:", f"{source}:{number}".encode())[:NONCE_BYTES]


@lru_cache(maxsize=4096)
def verb_number(verb: str) -> int:
    """Return the 24-bit number of a verb: it stays the same whatever verbs come and go."""
    return int.from_bytes(hashlib.sha256(verb.encode()).digest()[:3], "big")


def sign(key: bytes, claims: Claims) -> str:
    """Return the token: 64 signs of [A-Za-z0-9_-].

    Raises:
        ValueError: A number does not fit (object 48 bits, argument 32 with sign, others 32).
    """
    try:
        body = _SHAPE.pack(
            _FORMAT,
            _bits(claims.roles),
            claims.verb.to_bytes(3, "big"),
            claims.object_id.to_bytes(6, "big"),
            claims.version,
            claims.argument,
            claims.expires_at // 1000,
            claims.person_id,
            claims.nonce,
        )
    except (struct.error, OverflowError) as error:
        raise ValueError(f"a button cannot hold {claims}") from error
    return base64.urlsafe_b64encode(body + _mac(key, body)).decode()


def read(key: bytes, token: str) -> Claims | None:
    """Return what a token says; None if it is not one that `sign` made with `key`."""
    if len(token) != LENGTH:
        return None
    try:
        whole = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    body, mac = whole[: _SHAPE.size], whole[_SHAPE.size :]
    if not hmac.compare_digest(mac, _mac(key, body)) or body[0] != _FORMAT:
        return None
    _, roles, verb, thing, version, argument, expiry, person, nonce = _SHAPE.unpack(body)
    return Claims(
        verb=int.from_bytes(verb, "big"),
        object_id=int.from_bytes(thing, "big"),
        version=version,
        argument=argument,
        roles=frozenset(role for bit, role in enumerate(ROLES) if roles >> bit & 1),
        expires_at=expiry * 1000,
        person_id=person,
        nonce=nonce,
    )


def code(key: bytes, purpose: str) -> str:
    """Return 22 signs of [A-Za-z0-9_-] (128 bits) that only the holder of `key` can work out."""
    digest = _digest(key, b"code:", purpose.encode())
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


@lru_cache(maxsize=64)
def _bits(roles: frozenset[Role]) -> int:
    return sum(1 << ROLES.index(role) for role in roles)


def _mac(key: bytes, body: bytes) -> bytes:
    return _digest(key, b"button:", body)[:_MAC_BYTES]


@lru_cache(maxsize=16)
def _begun(key: bytes, purpose: bytes) -> hmac.HMAC:
    return hmac.new(key, purpose, "sha256")


def _digest(key: bytes, purpose: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256.

    `hmac.digest` would give the interpreter away each time and wait to get it back.
    """
    mac = _begun(key, purpose).copy()
    mac.update(message)
    return mac.digest()
