"""Who writes the visits of a crawl: the crawl itself, or for many boards a process of its own.

Scrapy has one thread. While that makes texts of postings and waits for the disk, nobody is asked; a second process
does this on a second core. It writes in one transaction what has come since the last one: a single board when little
comes, as many as wait when it is behind. A board's place is free again once its visit is written, so no more visits
wait than boards are asked at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import traceback
from typing import TYPE_CHECKING

from corpus.db import open_corpus
from corpus.errors import DatabaseError
from corpus.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

    from corpus.records import BoardVisit
    from corpus.visit_writer import Recorded

    Write = Callable[[BoardVisit], Awaitable[Recorded]]

WORTH_A_PROCESS = 100
"""Boards: for fewer the process takes longer to start than it saves."""


@contextlib.contextmanager
def writer(ledger: Ledger, run_id: int, board_count: int) -> Iterator[Write]:
    """Give `await write(visit)`, which returns what the visit changed once it is written."""
    if board_count < WORTH_A_PROCESS or os.cpu_count() == 1:

        async def write(visit: BoardVisit) -> Recorded:
            return ledger.record(run_id, visit)

        yield write
        return
    process = WritingProcess(ledger, run_id)
    try:
        yield process.write
    finally:
        process.close()


class WritingProcess:
    """Another process with a ledger of the same file."""

    def __init__(self, ledger: Ledger, run_id: int) -> None:
        self.path = ledger.corpus.path
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self.path, run_id, ledger.keep_all), name="mljobs-writer", daemon=True
        )
        self._process.start()
        theirs.close()  # ours alone is open now: the process ends when we do, however we do
        self._waiting: list[tuple[BoardVisit, asyncio.Future[Recorded]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def write(self, visit: BoardVisit) -> Recorded:
        """Queue a visit, and wait until it is written."""
        written: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.append((visit, written))
        if self._sender is None:
            self._sender = asyncio.ensure_future(self._send())
        return await written

    async def _send(self) -> None:
        """All that waits as one transaction, and again while something waits."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            visits = [visit for visit, _ in batch]
            answer = await asyncio.get_running_loop().run_in_executor(None, self._exchange, visits)
            for number, (_, written) in enumerate(batch):
                if written.done():  # its worker was cancelled
                    continue
                if isinstance(answer, Exception):
                    written.set_exception(answer)
                else:
                    written.set_result(answer[number])
        self._sender = None

    def _exchange(self, visits: list[BoardVisit]) -> list[Recorded] | Exception:
        """What the process answers: what each visit changed, or why none is written."""
        try:
            self._pipe.send(visits)
            answer: list[Recorded] | Exception = self._pipe.recv()
        except (EOFError, OSError):
            return DatabaseError(
                f"the process that writes {self.path} has ended by itself: start the same command again, what is "
                "written stays"
            )
        return answer

    def close(self) -> None:
        """Let the process end what it is at, and end."""
        with contextlib.suppress(OSError):
            self._pipe.send(None)
        self._process.join()


def _serve(pipe: Connection, path: Path, run_id: int, keep_all: bool) -> None:  # noqa: FBT001 - from one place
    """The process: batches of visits in, what they changed out, until it is told to end or the crawl has died."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a terminal or service manager tells both: the crawl tells us
        signal.signal(number, signal.SIG_IGN)
    ledger: Ledger | None = None
    with contextlib.suppress(EOFError, OSError), contextlib.ExitStack() as opened:
        while (visits := pipe.recv()) is not None:
            try:
                if ledger is None:
                    ledger = Ledger(opened.enter_context(open_corpus(path, write=True)), keep_all=keep_all)
                answer: list[Recorded] | Exception = ledger.record_all(run_id, visits)
            except Exception as error:  # noqa: BLE001 - raised again by the crawl
                error.add_note(traceback.format_exc())
                answer = error
            pipe.send(answer)
