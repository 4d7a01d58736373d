"""`mljobs extract`: read every posting whose text, or whose reader, is new; safe to stop and start at any time.

One batch is one transaction, so a run that is killed leaves whole postings only, and the next one goes on. Batches
are read by a pool of processes that return plain rows, and written in order: the number of processes changes nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import frozen

from corpus.db import Corpus, existing, open_corpus
from corpus.errors import CheckFailed, DatabaseError, InputError
from corpus.ledger import Ledger
from extractor import rereading, store
from extractor.components.skills import matcher_of
from extractor.pipeline import build, read, settle, version
from extractor.store import Rows
from extractor.taxonomy import load
from extractor.vacancies import update_vacancies

if TYPE_CHECKING:
    from spacy.language import Language

BATCH = 64
"""Postings that are read and written together."""
WORTH_A_PROCESS = 300
"""Postings that pay for starting one more process."""

_PENDING = """
    SELECT p.posting_id FROM postings AS p JOIN posting_texts USING (posting_id)
    LEFT JOIN extractions AS e ON e.posting_id = p.posting_id AND e.text_hash = p.text_hash AND e.extractor_version = ?
    WHERE e.posting_id IS NULL ORDER BY p.posting_id
"""


@frozen
class Task:
    """One posting to read."""

    posting_id: int
    title: str
    text: str
    location: str | None
    text_hash: str


def extract_database(path: Path, jobs: int | None = None) -> int:
    """Read everything that is new in the file at `path`; returns the number of postings that were read."""
    with open_corpus(existing(path), write=True) as corpus:
        ledger = Ledger(corpus)
        run = ledger.begin("extract", {})
        started = time.monotonic()
        kept = _prepare(corpus)
        pending = [row[0] for row in corpus.rows(_PENDING, (str(version()),))]
        workers = processes(len(pending), jobs)
        for done in _extract(corpus, pending, workers):
            _progress(done, len(pending))
        with corpus.transaction() as connection:
            store.drop_unused_skills(connection, load())
            store.read_pay_fields(connection)
        update_vacancies(corpus)
        seconds = time.monotonic() - started
        unread = corpus.value(
            "SELECT count(*) FROM posting_texts WHERE posting_id NOT IN (SELECT posting_id FROM extractions)"
        )
        empty = corpus.value("SELECT count(*) FROM extractions WHERE skill_count = 0")
        total = corpus.value("SELECT count(*) FROM extractions")
        rate = f", {len(pending) / seconds:.0f} a second" if len(pending) >= BATCH else ""
        summary = (
            f"extracted {len(pending)} of {total} postings in {seconds:.1f} s{rate}; "
            f"{empty} name no skill, {unread} could not be read"
            + (f"; {kept} read before hold no word of what the taxonomy has changed" if kept else "")
        )
        ledger.finish(run.run_id, "check_failed" if unread else "ok", summary)
    click.echo(summary)
    if unread:
        raise CheckFailed(f"{unread} postings could not be read; the lines above name them")
    return len(pending)


def processes(count: int, jobs: int | None) -> int:
    """How many processes to use for `count` postings: as many as asked for or there are cores, where they pay."""
    wanted = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or os.cpu_count() or 1
    return max(1, min(wanted, count // WORTH_A_PROCESS))


def _prepare(corpus: Corpus) -> int:
    """Write the version that is about to be used, and the skills that it knows.

    Returns how many postings an earlier version read as this one would, so that they need no reading again.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    current = version()
    taxonomy = load()
    kept = corpus.value("SELECT forms FROM extractor_versions WHERE extractor_version = ?", (str(current),))
    forms = rereading.unpack(kept) if kept else rereading.forms_of(matcher_of(taxonomy.version))
    with corpus.transaction() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO extractor_versions VALUES (?, ?, ?, ?, ?)",
            (str(current), current.code, current.taxonomy, now, kept or rereading.pack(forms)),
        )
        store.sync_skills(connection, taxonomy)
    return rereading.keep_unaffected(corpus, current, forms)


def _extract(corpus: Corpus, pending: Sequence[int], workers: int) -> Iterator[int]:
    """Read and write, batch after batch; gives the number of postings done so far."""
    done = 0
    for posting_ids, rows in _read_all(_tasks(corpus, pending), workers):
        with corpus.transaction() as connection:
            store.write(connection, posting_ids, rows)
        done += len(posting_ids)
        yield done


def _tasks(corpus: Corpus, pending: Sequence[int]) -> Iterator[list[Task]]:
    for first in range(0, len(pending), BATCH):
        ids = pending[first : first + BATCH]
        rows = corpus.rows(
            "SELECT p.posting_id, t.title, t.text, p.location, p.text_hash FROM postings AS p "
            f"JOIN posting_texts AS t USING (posting_id) WHERE p.posting_id IN ({', '.join('?' * len(ids))}) "
            "ORDER BY p.posting_id",
            ids,
        )
        yield [Task(r["posting_id"], r["title"], r["text"], r["location"], r["text_hash"] or "") for r in rows]


def _read_all(batches: Iterable[list[Task]], workers: int) -> Iterator[tuple[list[int], Rows]]:
    """Every batch read, in order; a pool is kept a few batches ahead of the writer."""
    if workers == 1:
        nlp = build()
        settle()
        for batch in batches:
            yield [task.posting_id for task in batch], read_batch(nlp, batch)
        return
    waiting: deque[tuple[list[int], Future[Rows]]] = deque()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker) as pool:
        try:
            for batch in batches:
                waiting.append(([task.posting_id for task in batch], pool.submit(_work, batch, str(version()))))
                if len(waiting) > 3 * workers:
                    ids, future = waiting.popleft()
                    yield ids, future.result()
            while waiting:
                ids, future = waiting.popleft()
                yield ids, future.result()
        except BrokenProcessPool as error:
            raise DatabaseError(
                "a reading process was killed (out of memory?): start again, nothing is lost"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def read_batch(nlp: Language, batch: Sequence[Task]) -> Rows:
    """The rows of a batch of postings; one that cannot be read has none, and is said on stderr."""
    stamp = str(version())
    rows: list[Rows] = []
    for task in batch:
        try:
            found = read(nlp, task.posting_id, task.title, task.text, task.location)
        except Exception as error:  # noqa: BLE001 - one strange text must not stop the other ten thousand
            click.echo(f"extract: posting {task.posting_id} could not be read: {error!r}", err=True)
            continue
        rows.append(store.rows_of(found, task.text, task.text_hash, stamp))
    return store.merge(rows)


_nlp: Language | None = None


def _start_worker() -> None:
    global _nlp  # noqa: PLW0603 - a worker process keeps its pipeline between batches
    _nlp = build()
    settle()


def _work(batch: list[Task], expected: str) -> Rows:
    """The rows of a batch, read by the version that the run began with."""
    assert _nlp is not None
    if expected != str(version()):
        raise InputError("the extractor or its taxonomy changed while it read: start again, nothing is lost")
    return read_batch(_nlp, batch)


def _progress(done: int, total: int) -> None:
    """A line that is rewritten on a terminal, and a plain one every 5,000 postings elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\rextract: {done} of {total}", err=True, nl=done == total)
    elif done // 5000 > (done - BATCH) // 5000:
        click.echo(f"extract: {done} of {total}", err=True)


if __name__ == "__main__":
    extract_database(Path(sys.argv[1]), 1)
