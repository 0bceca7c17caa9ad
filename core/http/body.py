"""How is an answer's body taken in without letting anybody fill the memory?"""

import zlib
from typing import Final

from core.domain.errors import Unknown

_EITHER_HEAD: Final = 32 + zlib.MAX_WBITS
"""zlib's way to say: a gzip or a zlib head, whichever it is."""

CODINGS: Final = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}
"""Content coding → whether it is compressed."""


class TooLarge(Unknown):
    """The answer is larger than we take; what was asked for may have been done."""


class Body:
    """Collects the bytes of one answer, unpacked, up to a limit.

    Args:
        coding: The answer's content coding. Raises Unknown if it is none of ours.
        most: The limit in bytes, before and after unpacking.
    """

    def __init__(self, coding: str, most: int) -> None:
        compressed = CODINGS.get(coding.strip().lower())
        if compressed is None:
            raise Unknown("the answer has a content coding that was not asked for")
        self._unpack = zlib.decompressobj(_EITHER_HEAD) if compressed else None
        self._most = most
        self._taken = bytearray()
        self._received = 0

    def feed(self, chunk: bytes) -> None:
        """Take a chunk in. Raises TooLarge, or Unknown if it cannot be unpacked."""
        self._received += len(chunk)
        if self._unpack:
            room = self._most - len(self._taken) + 1  # one more, to see that there is more
            try:
                chunk = self._unpack.decompress(chunk, room)
            except zlib.error:
                raise Unknown("the answer cannot be unpacked") from None
        self._taken += chunk
        if max(self._received, len(self._taken)) > self._most:
            raise TooLarge(f"the answer is larger than {self._most} bytes")

    def end(self) -> bytes:
        """Return the whole body. Raises Unknown if it was cut off."""
        if self._unpack and self._received and not self._unpack.eof:
            raise Unknown("the answer was cut off")
        return bytes(self._taken)
