"""What a person sees while a command works: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self, TextIO

from attrs import define, field

if TYPE_CHECKING:
    from types import TracebackType

WIDTH = 30


@define
class Progress:
    """Counts steps on stderr; `with Progress("boards", 214) as progress: progress.step("ashby:acme")`."""

    what: str
    total: int | None = None
    stream: TextIO = field(factory=lambda: sys.stderr)
    every_seconds: float = 10.0
    count: int = 0
    _last: float = field(factory=time.monotonic)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.stream.isatty() and self.count:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def step(self, label: str = "", by: int = 1) -> None:
        """One more (or `by` more) done, the last of them called `label`."""
        self.count += by
        on_terminal, now = self.stream.isatty(), time.monotonic()
        if now - self._last < (0.1 if on_terminal else self.every_seconds):
            return
        self._last = now
        self.stream.write(self._bar(label) if on_terminal else f"{self._done()} {self.what}\n")
        self.stream.flush()

    def _done(self) -> str:
        return f"{self.count:,}" + (f" of {self.total:,}" if self.total else "")

    def _bar(self, label: str) -> str:
        filled = min(WIDTH, WIDTH * self.count // self.total) if self.total else 0
        bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] " if self.total else ""
        return f"\r\x1b[K{bar}{self._done()} {self.what} {label[:40]}"
