"""One writer at a time: a lock that the system itself gives back when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

from corpus.errors import DatabaseBusy, DatabaseUnwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def lock(db_path: Path) -> Iterator[None]:
    """Hold `DB.lock`; `DatabaseBusy` where another crawl or import of the same file runs.

    The lock's file stays: removing it could let two in.
    """
    path = db_path.with_name(f"{db_path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise DatabaseUnwritable(f"{db_path} cannot be written: {error.strerror or error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise DatabaseBusy(
                f"another crawl or import is writing {db_path} (process {holder}): wait for it, or look with "
                "`mljobs status`"
            ) from error
        try:
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
        except OSError as error:
            raise DatabaseUnwritable(f"{path} cannot be written: {error.strerror or error}") from error
        yield
        file.truncate(0)
