"""`mljobs doctor`: the installation, the file, the disk and the clock, each with what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import frozen
from packaging.requirements import Requirement

from corpus.db import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_SQLITE = (3, 38)
"""STRICT tables came with 3.37, unixepoch() with 3.38."""
LEAST_FREE_BYTES = 500_000_000
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No true clock shows less."""
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "9p", "afs"})
CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"


@frozen
class Check:
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "note", "fault"]
    says: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.state:<5} {self.name}: {self.says}" + (f". {self.do}" if self.do else "")


def examine(db_path: Path, now: datetime | None = None) -> list[Check]:
    """Look at everything that needs no network."""
    now = now or datetime.now(UTC)
    checks = [_python(), *_packages(), _pins(), _extra(), _sqlite(), _clock(now)]
    return [*checks, *_folder(db_path), *_file(db_path, now)]


def _python() -> Check:
    return Check("python", "ok", ".".join(map(str, sys.version_info[:3])))


def requirements() -> list[Requirement]:
    """What mljobs needs to run, without extras."""
    found = [Requirement(text) for text in metadata.requires("mljobs") or []]
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": ""})]


def _packages() -> Iterator[Check]:
    wrong = []
    for need in requirements():
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} is {version}, needs {need.specifier}")
    if wrong:
        yield Check("packages", "fault", "; ".join(wrong), "Run `make install`, or reinstall mljobs with pip")
    else:
        yield Check("packages", "ok", f"mljobs {metadata.version('mljobs')} and what it needs")


def _pins() -> Check:
    """Compare with constraints.txt where it lies beside the code: other versions work, but may give other numbers."""
    if not CONSTRAINTS.exists():
        return Check("constraints", "ok", "not installed from a checkout")
    lines = [Requirement(line) for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if line.strip()]
    pins = {_key(pin.name): str(pin.specifier)[2:] for pin in lines if pin.marker is None or pin.marker.evaluate()}
    other = []
    for need in requirements():
        pinned = pins.get(_key(need.name))
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            continue
        if pinned and pinned != version:
            other.append(f"{need.name} {version} instead of {pinned}")
    if other:
        return Check(
            "constraints", "note", ", ".join(other), "Numbers may differ slightly; `make install` gives the pins"
        )
    return Check("constraints", "ok", "the versions of constraints.txt")


def _key(name: str) -> str:
    """Spell a distribution's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _extra() -> Check:
    try:
        return Check("datasette", "ok", metadata.version("datasette"))
    except metadata.PackageNotFoundError:
        return Check("datasette", "note", "not installed", "For `mljobs serve`: pip install 'mljobs[serve]'")


def _sqlite() -> Check:
    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    if version < LEAST_SQLITE:
        return Check(
            "sqlite", "fault", sqlite3.sqlite_version, "Python's SQLite must be 3.38 or later: use a newer Python"
        )
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE f USING fts5 (t)")
    except sqlite3.OperationalError:
        return Check("sqlite", "fault", "without FTS5", "Use a Python whose SQLite has full-text search (FTS5)")
    finally:
        connection.close()
    return Check("sqlite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def _clock(now: datetime) -> Check:
    if now < BUILT:
        return Check("clock", "fault", f"{now:%Y-%m-%d %H:%M} UTC is in the past", "Set the clock right before a crawl")
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _folder(db_path: Path) -> Iterator[Check]:
    folder = next(parent for parent in db_path.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    size = db_path.stat().st_size if db_path.exists() else 0
    if free < max(LEAST_FREE_BYTES, size // 5):
        yield Check("disk", "fault", f"{free / 1e6:,.0f} MB free in {folder}", "Free some space before the next crawl")
    elif free < 2 * size:
        yield Check("disk", "note", f"{free / 1e6:,.0f} MB free", "Enough to crawl, too little for `mljobs db vacuum`")
    else:
        yield Check("disk", "ok", f"{free / 1e9:,.1f} GB free")
    kind = file_system(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        yield Check("file system", "fault", f"{folder} is on {kind}", "SQLite needs a local disk: move the file")


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """Name the kind of file system that a folder is on; None where the system does not say."""
    try:
        rows = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    target = folder.resolve()
    above = [row for row in rows if len(row) > 2 and target.is_relative_to(row[1].replace("\\040", " "))]
    return max(above, key=lambda row: len(row[1]))[2] if above else None


def _file(db_path: Path, now: datetime) -> Iterator[Check]:
    if not db_path.exists():
        yield Check(
            "file", "note", f"no database at {db_path} yet", "`make report` makes the demo's, `mljobs crawl` yours"
        )
        return
    connection = sqlite3.connect(f"{db_path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        yield from _opened(connection, db_path, now)
    except sqlite3.DatabaseError as error:
        yield Check("file", "fault", f"{db_path}: {error}", "Run `mljobs db check`, or go back to the last backup")
    finally:
        connection.close()


def _opened(connection: sqlite3.Connection, db_path: Path, now: datetime) -> Iterator[Check]:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        yield Check("file", "fault", f"schema {version}, this mljobs knows {SCHEMA_VERSION}", "Upgrade mljobs")
        return
    if version < SCHEMA_VERSION:
        yield Check("file", "fault", f"schema {version}, current is {SCHEMA_VERSION}", "Run `mljobs db migrate`")
        return
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        yield Check("file", "fault", damage, "Run `mljobs db check`, or go back to the last backup")
        return
    yield Check("file", "ok", f"{db_path}, {db_path.stat().st_size / 1e6:,.1f} MB")
    yield from _contents(connection, now)


def _contents(connection: sqlite3.Connection, now: datetime) -> Iterator[Check]:
    newest = connection.execute("SELECT max(visited_at) FROM visits").fetchone()[0]
    if newest and newest > f"{now:%Y-%m-%dT%H:%M:%SZ}":
        yield Check(
            "observations", "fault", f"newest visit {newest} is in the future", "Set this machine's clock right"
        )
    free, pages = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if pages > 1000 and free > pages / 4:
        yield Check(
            "free pages", "note", f"{free / pages:.0%} of the file is empty", "`mljobs db vacuum` gives it back"
        )
    waiting = connection.execute(
        "SELECT count(*) FROM postings AS p LEFT JOIN extractions AS x ON x.posting_id = p.posting_id "
        "WHERE p.text_hash IS NOT NULL AND x.posting_id IS NULL"
    ).fetchone()[0]
    if waiting:
        yield Check("readings", "note", f"{waiting:,} postings are not read yet", "Run `mljobs extract`")
