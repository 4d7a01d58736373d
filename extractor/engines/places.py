"""What an engine reads and where it writes: the kind of input by its name, and the shape of the output folder.

OUT holds `kind=extractions/part-*.parquet`, `kind=rejects/part-*.parquet` and, once it is whole, `_SUCCESS`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from corpus.errors import InputError

Kind = Literal["parquet", "lines", "database"]
_ENDS: dict[Kind, tuple[str, ...]] = {
    "parquet": (".parquet", ".pq"),
    "lines": (".jsonl", ".ndjson", ".json"),
    "database": (".db", ".sqlite", ".sqlite3"),
}
KINDS = ("extractions", "rejects")
DONE = "_SUCCESS"


def kind_of(source: str) -> Kind:
    """What `source` is, by the end of its name; a folder, or anything without an ending, is taken for Parquet."""
    name = source.rstrip("/").rsplit("/", 1)[-1].lower().removesuffix(".gz")
    for kind, ends in _ENDS.items():
        if name.endswith(ends):
            return kind
    if "." in name.lstrip(".") and not is_folder(source):
        raise InputError(
            f"{source}: the name must end in .parquet, .jsonl, .jsonl.gz or .db, or be a folder of Parquet"
        )
    return "parquet"


def is_remote(place: str) -> bool:
    """Whether a place is an address such as s3a://bucket/key, which only a cluster's file system knows."""
    return "://" in place


def is_folder(place: str) -> bool:
    """Whether a place on this machine is a folder."""
    return not is_remote(place) and Path(place).is_dir()


def check_places(source: str, target: str) -> None:
    """Raise `InputError` where IN is missing, or where OUT is no folder that a run before this one has made."""
    if not is_remote(source) and "*" not in source and not Path(source).exists():
        raise InputError(f"no file or folder at {source}")
    if is_remote(target):
        return
    out = Path(target)
    if out.exists() and (not out.is_dir() or any(not _is_ours(path.name) for path in out.iterdir())):
        raise InputError(f"{target} holds something else: OUT is a folder of its own, made new or by a run before")


def _is_ours(name: str) -> bool:
    return name.startswith(("kind=", "_", "."))
