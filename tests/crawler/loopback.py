"""A platform on loopback that behaves as badly as it is told to: each path has a list of answers, the last repeats."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote, urlsplit

LONG = "We build models that read documents and we want Python, PyTorch and SQL. " * 6


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    reset: bool = False
    """Close the connection with RST before any byte."""
    cut: bool = False
    """Announce more bytes than are sent."""
    trickle: float = 0.0
    """Seconds between two bytes of the body."""
    megabytes: int = 0
    """Stream so much JSON-looking filler instead of the body."""


def job(number, title="Machine Learning Engineer", **more) -> dict:
    return {
        "id": f"id-{number}",
        "title": f"{title} {number}",
        "location": "Berlin, Germany",
        "isListed": True,
        "publishedAt": "2026-01-05T10:00:00.000+00:00",
        "jobUrl": f"https://jobs.example/{number}",
        "descriptionHtml": f"<p>{LONG}</p><ul><li>Number {number}</li></ul>",
    } | more


def board(*numbers, **more) -> Answer:
    body = json.dumps({"apiVersion": "1", "jobs": [job(n, **more) for n in numbers]}).encode()
    return Answer(body=body, headers={"Content-Type": "application/json"})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address) -> None:
        """Clients that are killed are part of the play."""


class Platform:
    """`with Platform() as platform: platform.boards["acme"] = [board(1, 2)]`; `platform.hits` are its requests.

    A key of `boards` is a board's name, or a whole path: `/platform/api/ats/v2/board/acme/jobs`.
    """

    def __init__(self) -> None:
        self.boards: dict[str, list[Answer]] = {}
        self.robots = Answer(body=b"User-agent: *\nAllow: /\n")
        self.hits: list[tuple[float, str]] = []
        self.agents: set[str] = set()
        self._count: dict[str, int] = defaultdict(int)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                platform.agents.add(self.headers.get("User-Agent", ""))
                answer = platform.answer(unquote(urlsplit(self.path).path))
                with contextlib.suppress(ConnectionError):
                    send(self, answer)

            def log_message(self, *args) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str) -> Answer:
        if path == "/robots.txt":
            return self.robots
        token = path if path in self.boards else path.rsplit("/", 1)[1]
        with self._lock:
            self.hits.append((time.monotonic(), token))
            answers = self.boards.get(token, [Answer(404, b"Not Found")])
            number = min(self._count[token], len(answers) - 1)
            self._count[token] += 1
        return answers[number]

    def rewind(self) -> None:
        self._count.clear()
        self.hits.clear()

    def times(self, token: str) -> list[float]:
        return [at for at, name in self.hits if name == token]

    def write_boards(self, path, tokens=None, platform="ashby") -> None:
        lines = ["platform,token,employer,api_base"]
        lines += [f"{platform},{token},{token.title()} Inc,{self.base}" for token in tokens or self.boards]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    time.sleep(answer.delay)
    if answer.reset:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True
        return
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.megabytes:
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        chunk = b" " * 1024 * 1024
        for _ in range(answer.megabytes):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        handler.wfile.write(b"0\r\n\r\n")
        return
    handler.send_header("Content-Length", str(len(answer.body) + (1000 if answer.cut else 0)))
    handler.end_headers()
    if answer.trickle:
        for byte in answer.body:
            handler.wfile.write(bytes([byte]))
            time.sleep(answer.trickle)
        return
    handler.wfile.write(answer.body)
    if answer.cut:
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True
