"""The stages, each beside its limit in the same run: a crawl beside plain fetching, reading beside the blank
tokenizer, writing beside raw SQLite, the report beside a plain scan of what it reads.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import multiprocessing
import os
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from attrs import frozen

from tests.bench import crawl_loopback, floor, stream
from tests.crawler.loopback import LONG, Platform
from tests.crawler.running import MAIN, query

CARRIED = ("postings", "posting_texts", "episodes", "visits")
"""The tables that hold nearly all that an import writes; the full-text index hangs on `posting_texts`."""
SAMPLE = 20_000
"""Postings of a large file on which its limits are measured."""
COUNTED = ("postings", "episodes", "visits", "extractions", "posting_skills", "vacancies")
"""What the report reads, without texts."""


@frozen
class Line:
    """One measurement. Times in seconds, memory in MB (peak of the process)."""

    stage: str
    count: int
    unit: str
    seconds: float
    limit: str
    limit_seconds: float | None = None
    memory: float | None = None
    cpu: float | None = None
    """Processor time of the command and its workers: near `seconds` times the processes on a quiet machine."""
    size: int = 0
    """Postings of the file, where the line belongs to a growth."""
    is_size: bool = False
    """A file's size in `memory`, no time."""
    limit_cpu: float | None = None
    """Processor seconds of the limit, where the two are compared by these: on a busy machine they say more."""

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.count / self.seconds

    @property
    def ratio(self) -> float | None:
        """Our speed as a part of the limit's speed."""
        if self.limit_cpu is not None and self.cpu:
            return self.limit_cpu / self.cpu
        return None if self.limit_seconds is None else self.limit_seconds / self.seconds


Used = tuple[float, float, float]
"""Seconds, peak MB and processor seconds of a command."""


def command(*arguments: object) -> Used:
    """Seconds, peak MB and processor seconds of `mljobs …` as users start it, its start included."""
    begun = time.perf_counter()
    child = subprocess.Popen([*MAIN, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    with child.stderr:
        said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    if child.returncode == 2:
        raise SystemExit(f"mljobs {' '.join(map(str, arguments))}: {said.decode().strip()}")
    return seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def crawl(folder: Path, boards: int) -> Iterator[Line]:
    """Kinds of pages: what a first crawl takes beside a bare spider, what it takes at the least, and a second crawl."""
    long = f"<p>{LONG * 10}</p>"
    kinds = (
        ("20 a page", "ashby", crawl_loopback.made(boards, 20)),
        ("50 a page", "ashby", crawl_loopback.made(boards, 50)),
        ("20 long texts a page", "ashby", crawl_loopback.made(boards, 20, descriptionHtml=long)),
        ("a page for each", "rippling", crawl_loopback.page_each(max(100, boards // 10), 10)),
    )
    with Platform() as platform:
        idle = crawl_loopback.start_up(platform, folder)
        for number, (kind, source, answers) in enumerate(kinds):
            runs = ("first", "the same", "a change each") if kind == "20 a page" else ("first",)
            db = folder / f"crawl{number}.db"
            least = 0.0
            if source == "ashby":
                least = floor.seconds_of_pages((a[-1].body for a in answers.values()), folder / f"floor{number}.db")
            for run, ours, bare in crawl_loopback.compared(platform, folder, answers, idle, runs, source, db.name):
                stage, pages = f"crawl, {kind}, {run}", len(answers)
                clock, processor = "bare Scrapy, by the clock", "bare Scrapy, by the processor"
                yield Line(stage, pages, "pages", ours.working, clock, bare.working, ours.memory, ours.cpu)
                yield Line(
                    stage, pages, "pages", ours.working, processor, None, ours.memory, ours.cpu, 0, limit_cpu=bare.cpu
                )
                if run == "first" and least:
                    stage, most = f"fetching, JSON, text, rows, {kind}", bare.cpu + least
                    yield Line(stage, pages, "pages", most, processor, None, None, most, limit_cpu=bare.cpu)
            kept = query(db, "SELECT count(*) FROM posting_texts")[0][0]
            bodies = [a[-1].body for a in answers.values()]
            wanted = sum(body.count(b"descriptionHtml") + body.count(b'"role"') for body in bodies)
            if kept != wanted:
                raise SystemExit(f"the crawl kept {kept} of {wanted} texts")


def alternating(
    ours: Callable[[], object],
    limit: Callable[[], object],
    rounds: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """The best time of each, taken in turns, so that a busy moment of the machine hits both."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for which, work in enumerate((ours, limit)):
            gc.collect()
            begun = clock()
            work()
            best[which] = min(best[which], clock() - begun)
    return best[0], best[1]


def reading(rows: list[dict], *, made_up: bool) -> Iterator[Line]:
    """The reader beside spaCy's blank English tokenizer on the same texts, and two processes beside one.

    In processor seconds; once with lines that were never met, and once with lines that all were: a real run is
    between (`python -m tests.bench.recurrence`).
    """
    import spacy

    from extractor.components import memory
    from extractor.pipeline import build, read

    nlp, blank = build(), spacy.blank("en")
    texts = [row["text"] for row in rows]

    def ours() -> None:
        for row in rows:
            read(nlp, 1, row["title"], row["text"], row["location"])

    def ours_anew() -> None:
        memory.forget()
        ours()

    what = "made-up postings: give --texts for the real ratio" if made_up else "postings"
    for stage, work in (("extract, lines never met", ours_anew), ("extract, lines met before", ours)):
        seconds, limit = alternating(work, lambda: [len(doc) for doc in blank.pipe(texts)], clock=time.process_time)
        yield Line(stage, len(rows), what, seconds, 'spacy.blank("en").pipe', limit)
    one, two = pools(rows)
    yield Line("extract, two processes", len(rows), "postings", two, "one process (2.0 is twice as fast)", one)


def pools(rows: list[dict]) -> tuple[float, float]:
    """Seconds of the extractor's own pool with one worker and with two, its workers warm, rows ready to be written."""
    from extractor import run
    from extractor.pipeline import version

    tasks = [run.Task(n, row["title"], row["text"], row["location"], "") for n, row in enumerate(rows)]
    batches = [tasks[start : start + run.BATCH] for start in range(0, len(tasks), run.BATCH)]
    work = functools.partial(run._work, expected=str(version()))
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context, initializer=run._start_worker) as single,
        ProcessPoolExecutor(2, mp_context=context, initializer=run._start_worker) as double,
    ):
        for pool in (single, double):
            list(pool.map(work, [tasks[:8]] * 8))
        one, two = alternating(lambda: list(single.map(work, batches)), lambda: list(double.map(work, batches)))
    return one, two


def growth(folder: Path, count: int, pool: stream.Pool, characters: int | None = None) -> Iterator[Line]:
    """One file of `count` postings brought in, read and reported, with each stage's limit."""
    db, postings, visits = folder / f"{count}.db", folder / f"{count}.jsonl.gz", folder / f"{count}.visits.jsonl.gz"
    employers = stream.employers_of(count)
    stream.write(stream.postings(count, pool, employers=employers, characters=characters), postings)
    stream.write(stream.visits(employers), visits)
    yield from imported(db, count, command("import", postings, "--visits", visits, "--db", db))
    yield from extracted(db, count, command("extract", "--db", db))
    yield from reported(db, count, command("report", "--db", db, "--out", folder / f"report{count}"))


def imported(db: Path, count: int, used: Used) -> Iterator[Line]:
    """An import beside inserting the same rows, and the file's size."""
    seconds, memory, cpu = used
    rows = sum(query(db, f"SELECT count(*) FROM {table}")[0][0] for table in CARRIED)
    plain, indexed = raw_insert(db, db.with_name("raw.db"), count)
    for limit, least in (
        ("raw SQLite insert of the rows", plain),
        ("the same with our indexes and full text", indexed),
    ):
        yield Line("import", rows, "rows", seconds, limit, None, memory, cpu, count, limit_cpu=least)
    size = sum(path.stat().st_size for path in (db, db.with_name(db.name + "-wal")) if path.exists()) / 1e6
    yield Line("size of the file", count, "postings", 1, "", None, size, None, count, is_size=True)


def extracted(db: Path, count: int, used: Used) -> Iterator[Line]:
    """Reading a file beside spaCy's blank tokenizer on its texts."""
    import spacy

    seconds, memory, cpu = used
    read = query(db, "SELECT count(*) FROM extractions")[0][0]
    texts = [row[0] for row in query(db, f"SELECT text FROM posting_texts LIMIT {SAMPLE // 10}")]
    blank = spacy.blank("en")
    least = of_processor(lambda: [len(doc) for doc in blank.pipe(texts)]) * read / len(texts)
    limit = 'spacy.blank("en").pipe, of a sample'
    yield Line("extract, the file", read, "texts", seconds, limit, None, memory, cpu, count, limit_cpu=least)


def reported(db: Path, count: int, used: Used) -> Iterator[Line]:
    """A report beside fetching what it counts."""
    seconds, memory, cpu = used
    least = of_processor(lambda: scan(db))
    limit = "a scan of what it reads"
    yield Line("report", count, "postings", seconds, limit, None, memory, cpu, count, limit_cpu=least)


def of_processor(work: Callable[[], object]) -> float:
    """Processor seconds of some work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def raw_insert(db: Path, scratch: Path, count: int) -> tuple[float, float]:
    """Processor seconds to insert an import's rows again: into bare tables, and into ours with indexes and triggers.

    Of a large file the first postings are inserted and the time is taken times the rest.
    """
    part = min(1.0, SAMPLE / count)
    with contextlib.closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as source:
        tables = {
            table: source.execute(f"SELECT * FROM {table} LIMIT {int(part * _rows(source, table))}").fetchall()
            for table in CARRIED
        }
        schema = [row[0] for row in source.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
    bare = [
        f"CREATE TABLE {table} ({', '.join(f'c{n}' for n in range(len(rows[0])))})"
        for table, rows in tables.items()
        if rows
    ]
    ours = [sql for sql in schema if _carried(sql)]
    return inserted(tables, bare, scratch) / part, inserted(tables, ours, scratch) / part


def _rows(connection: sqlite3.Connection, table: str) -> int:
    count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return count


def _carried(sql: str) -> bool:
    """Whether a statement of the schema makes a carried table, an index or trigger on one, or the search table."""
    makes = re.match(r'CREATE (?:VIRTUAL )?TABLE "?(\w+)', sql)
    if makes:
        return makes[1] in (*CARRIED, "posting_search")
    on = re.match(r'CREATE (?:UNIQUE )?(?:INDEX|TRIGGER) .*?\bON "?(\w+)', sql, re.DOTALL)
    return on is not None and on[1] in CARRIED


def inserted(tables: dict[str, list], schema: list[str], scratch: Path) -> float:
    """Processor seconds to put rows into a new file with this schema, one transaction, WAL."""
    scratch.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(scratch, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        for sql in schema:
            connection.execute(sql)
        begun = time.process_time()
        connection.execute("BEGIN")
        for table, rows in tables.items():
            if rows:
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("COMMIT")
        seconds = time.process_time() - begun
    scratch.unlink()
    return seconds


def scan(db: Path) -> None:
    """Fetch every row that the report counts."""
    with contextlib.closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for table in COUNTED:
            for _ in connection.execute(f"SELECT * FROM {table}"):
                pass


def texts(path: Path | None, count: int) -> tuple[stream.Pool, list[dict]]:
    """The pool of lines, and up to `count` postings to read: those of the file as they stand, else made-up ones.

    Texts that are mixed from a pool's lines must not stand for real ones here: spaCy's blank tokenizer is some four
    times slower a character on them, which makes the reader look three times as near to it as it is.
    """
    if path:
        pool = stream.file_pool(path)
        return pool, [{"title": t, "text": "\n".join(lines), "location": ""} for t, lines in pool.texts[:count]]
    pool = stream.own_pool()
    made = stream.postings(count, pool, employers=30)
    return pool, [
        {"title": str(row["title"]), "text": str(row["description_text"]), "location": str(row["location"])}
        for row in made
    ]
