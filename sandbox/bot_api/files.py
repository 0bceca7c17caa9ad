"""Where do pictures and files lie, and how large is a picture?"""

import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.bot_api.errors import bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that can be asked for: by its id from the bot, by its path in a download."""

    id: str
    unique: str
    path: str
    upload: Upload


@dataclass(slots=True)
class Files:
    """All files, by id and by path."""

    by_id: dict[str, Stored] = field(default_factory=dict)
    by_path: dict[str, Stored] = field(default_factory=dict)

    def keep(self, folder: str, upload: Upload) -> Stored:
        """Keep a file in a `folder` such as "photos" or "documents"."""
        number = len(self.by_id)
        digest = hashlib.sha256(upload.data).hexdigest()
        kind = upload.name.rpartition(".")[2].lower() if "." in upload.name else "bin"
        stored = Stored(
            id=f"BQACAgUAAxk{digest[:40]}AA{number:06d}",
            unique=f"AgAD{digest[:12]}",
            path=f"{folder}/file_{number}.{kind if kind.isalnum() else 'bin'}",
            upload=upload,
        )
        self.by_id[stored.id] = self.by_path[stored.path] = stored
        return stored

    def get(self, id_: str) -> Stored:
        """Return a file by its id. Raises 400."""
        if id_ not in self.by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.by_id[id_]


def document(stored: Stored) -> dict[str, Any]:
    """Return the `Document` object of the Bot API."""
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique,
        "file_name": stored.upload.name,
        "mime_type": stored.upload.mime,
        "file_size": len(stored.upload.data),
    }


def photo(stored: Stored) -> list[dict[str, Any]]:
    """Return the `PhotoSize` list: like Telegram the largest last, here always the same bytes.

    Raises 400 if the bytes are no picture, or one that Telegram does not take as a photo.
    """
    size = picture_size(stored.upload.data)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > MAX_SIDES or max(size) > MAX_RATIO * max(min(size), 1):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    scales = sorted({min(1.0, side / max(width, height)) for side in (90, 320, 1280)})
    return [
        {
            "file_id": stored.id,
            "file_unique_id": f"{stored.unique}{i}",
            "width": max(1, round(width * scale)),
            "height": max(1, round(height * scale)),
            "file_size": len(stored.upload.data),
        }
        for i, scale in enumerate(scales)
    ]


SEGMENT = 0xFF  # begins every part of a JPEG
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the parts that tell the size
MAX_SIDES = 10_000
MAX_RATIO = 20


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, JPEG or WebP; None if it is none of them."""
    for head, measure in _KINDS.items():
        if data.startswith(head):
            try:
                return measure(data)
            except (struct.error, IndexError):
                return None
    return None


def _png(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[at] == SEGMENT:
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            wide, high = data[24:27], data[27:30]
            return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
        case _:
            return None


_KINDS: dict[bytes, Callable[[bytes], tuple[int, int] | None]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"GIF8": _gif,
    b"\xff\xd8": _jpeg,
    b"RIFF": _webp,
}
