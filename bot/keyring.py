"""Which key seals what sellers gave us? The one of the settings, or a file beside the database."""

import os
from pathlib import Path

from bot.sections import Settings
from core.domain.errors import BadInput
from core.domain.secret import Secret
from core.store.engine import sqlite_path
from core.tools.vault import Vault, keys_in, new_key


def vault_of(settings: Settings, *, make: bool = False) -> Vault:
    """Return the vault of this installation.

    Without `[secrets] key` the key is a file beside the SQLite database, readable by its owner
    alone; `make` makes it where it is missing. Raises BadInput if there is no usable key.
    """
    return Vault(keys_in(settings.secrets.key or _beside(settings, make=make)))


def _beside(settings: Settings, *, make: bool) -> Secret:
    path = sqlite_path(settings.database.url)
    if path is None:  # several machines share the database, and so they have to share the key
        raise BadInput(
            "用 PostgreSQL 时请在 [secrets] key_file 里写密钥文件，权限 600，各台机器相同；生成："
            "head -c 32 /dev/urandom | base64 | tr '+/' '-_' > 文件",
            "With PostgreSQL, name a key file (mode 600, the same on every machine) in [secrets] "
            "key_file; make one: head -c 32 /dev/urandom | base64 | tr '+/' '-_' > FILE",
        )
    file = path.absolute().with_name(path.name + ".key")
    if make and not file.exists():
        _write(file)
    try:
        if file.stat().st_mode & 0o077:
            raise BadInput(
                f"别人也能读密钥文件 {file}，请运行 chmod 600 {file}。",
                f"Others can read the key file {file}; run chmod 600 {file}.",
            )
        return Secret(file.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"读不了密钥文件 {file}，请重新授权。",
            f"The key file {file} cannot be read; authorise again.",
        ) from error


def _write(file: Path) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
        stream.write(new_key() + "\n")
