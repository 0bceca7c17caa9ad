"""How can a right answer be spoiled on its way? Functions for `Fault.spoil`."""

from collections.abc import Callable
from dataclasses import replace

from sandbox.marketplaces.faults import Reply

Spoil = Callable[[Reply], Reply]


def cut(at: int) -> Spoil:
    """Return only the first bytes; the length that is announced fits."""
    return lambda reply: replace(reply, body=reply.body[:at])


def encoded(encoding: str, declared: str) -> Spoil:
    """Write in one encoding and declare another: `encoded("gbk", "utf-8")`."""

    def spoil(reply: Reply) -> Reply:
        text = reply.body.decode()
        kind = reply.content_type.partition(";")[0]
        body = text.encode(encoding, "xmlcharrefreplace")
        return replace(reply, body=body, content_type=f"{kind}; charset={declared}")

    return spoil


def with_bom(reply: Reply) -> Reply:
    """Put a byte order mark in front."""
    return replace(reply, body=b"\xef\xbb\xbf" + reply.body)


def mojibake(reply: Reply) -> Reply:
    """Show UTF-8 that somebody read as GBK: valid text, all wrong."""
    return replace(reply, body=reply.body.decode("gbk", "replace").encode())


def bad_bytes(reply: Reply) -> Reply:
    """Break a character in the middle."""
    at = next((n for n, byte in enumerate(reply.body) if byte > 0x7F), len(reply.body) - 1)  # noqa: PLR2004 - the end of ASCII
    return replace(reply, body=reply.body[:at] + b"\xff" + reply.body[at + 1 :])


def instead(old: str, new: str) -> Spoil:
    """Replace one text by another wherever it stands: `instead('"99.00"', "NaN")`."""
    return lambda reply: replace(reply, body=reply.body.replace(old.encode(), new.encode()))
