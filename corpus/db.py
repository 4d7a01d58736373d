"""Opening the file: one place that knows its pragmas, its version and its ways to fail."""

from __future__ import annotations

import contextlib
import sqlite3
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from corpus.errors import DatabaseBusy, DatabaseError, DatabaseUnwritable, InputError, NewerDatabase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SCHEMA_VERSION = 1
"""Number of migration steps in a current file; kept in `PRAGMA user_version`."""
BUSY_SECONDS = 30.0


def open_corpus(path: str | Path, *, write: bool = False, busy_seconds: float = BUSY_SECONDS) -> Corpus:
    """Open the database at `path`, or with `write` make and migrate it where needed.

    Without `write` the connection is `mode=ro`: nothing can change the file through it.
    Raises `InputError` where a file to read is missing, `NewerDatabase`, `DatabaseBusy`,
    `DatabaseUnwritable`, or `DatabaseError` (not a database, damaged, needs `mljobs db migrate`).
    """
    path = Path(path) if write else existing(path)
    with explained(path):
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
        else:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=busy_seconds)
        try:
            _prepare(connection, path, write=write)
        except BaseException:
            connection.close()
            raise
    return Corpus(path, connection)


def existing(path: str | Path) -> Path:
    """The path of a database that must be there: for commands that would otherwise make a mistyped one."""
    path = Path(path)
    if not path.exists():
        raise InputError(f"no database at {path}: make one with `mljobs crawl`, `mljobs import FILE` or `make report`")
    return path


def _prepare(connection: sqlite3.Connection, path: Path, *, write: bool) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise NewerDatabase(
            f"{path} was written by a later mljobs (schema {version}, this one knows {SCHEMA_VERSION}): upgrade mljobs"
        )
    if not write:
        if version < SCHEMA_VERSION:
            raise DatabaseError(f"{path} is not a current mljobs database: run `mljobs db migrate --db {path}`")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if version < SCHEMA_VERSION:
        migrate(connection)


def migrate(connection: sqlite3.Connection) -> int:
    """Bring a file to the current schema and remake its views; returns the number of steps that were applied."""
    from sqlite_utils import Database

    from corpus.migrations import migrations

    db = Database(connection)
    before = len(migrations.applied(db))
    migrations.apply(db)
    remake_views(connection)
    return len(migrations.applied(db)) - before


def remake_views(connection: sqlite3.Connection) -> None:
    """Drop every `v_…` view and create those of views.sql: views carry no data, so they need no migration."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\'")
    for (name,) in names.fetchall():
        connection.execute(f'DROP VIEW "{name}"')
    connection.executescript(views_sql())


def views_sql() -> str:
    """Give the statements that make the views: views.sql, and before it `v_roles`, the published rule as a table."""
    from corpus.roles import family_names, ml_families

    ml = ml_families()
    quoted = {family: name.replace("'", "''") for family, name in family_names().items()}
    rows = [
        f"'{family}' AS role_family, '{name}' AS name, {family in ml:d} AS is_ml" for family, name in quoted.items()
    ]
    views = resources.files("corpus").joinpath("views.sql").read_text(encoding="utf-8")
    return f"CREATE VIEW v_roles AS SELECT {' UNION ALL SELECT '.join(rows)};\n{views}"


@contextlib.contextmanager
def explained(path: str | Path) -> Iterator[None]:
    """Turn SQLite's and the file system's complaints about `path` into our errors, with what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _explain(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.DataError):
            raise
        raise DatabaseError(f"{path} is not a database or is damaged ({error}): try `mljobs db check`") from error
    except PermissionError as error:
        raise DatabaseUnwritable(f"{path} may not be written: check the permissions of the file and folder") from error
    except OSError as error:
        raise DatabaseUnwritable(f"{path} cannot be used: {error.strerror or error}") from error


def _explain(path: str | Path, message: str) -> DatabaseError:
    if "locked" in message or "busy" in message:
        return DatabaseBusy(f"{path} is in use by another process: wait for it to end, or look with `mljobs status`")
    if "readonly" in message or "read-only" in message:
        return DatabaseUnwritable(f"{path} is read-only: check the permissions of the file and its folder")
    if "full" in message:
        return DatabaseUnwritable(f"the disk of {path} is full: free some space and start again, nothing is lost")
    if "unable to open" in message:
        return DatabaseUnwritable(f"{path} cannot be opened: check that its folder exists and may be written")
    return DatabaseError(f"{path}: {message}")


class Corpus:
    """An open file. Use it as a context manager; every write goes through `transaction()`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what is written inside is committed at the end, or rolled back on any error."""
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with explained(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Give the first column of the first row, or None."""
        with explained(self.path):
            row = self.connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def batches(self, sql: str, parameters: Sequence[Any] = (), *, size: int = 1000) -> Iterator[list[sqlite3.Row]]:
        """Rows of a query in lists of at most `size`, never all of them in memory."""
        with explained(self.path):
            cursor = self.connection.execute(sql, parameters)
            while rows := cursor.fetchmany(size):
                yield rows

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]], *, verb: str = "INSERT") -> None:
        """Insert rows that share the first one's keys; `verb` may be `INSERT OR IGNORE` or `INSERT OR REPLACE`."""
        rows = list(rows)
        if not rows:
            return
        columns = list(rows[0])
        sql = f'{verb} INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join(":" + c for c in columns)})'
        self.connection.executemany(sql, rows)
