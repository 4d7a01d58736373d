import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.corpus.synthetic import build

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    return build(tmp_path_factory.mktemp("serve") / "jobs of mine.db", postings=500)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module", params=[False, True], ids=["no texts", "texts"])
def server(request, database):
    """The command itself in a process of its own, with and without texts: (address, texts)."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from corpus.cli import main; main()",
        "serve",
        "--db",
        str(database),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command + ["--texts"] * request.param, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(address + "/-/versions.json", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.2)
        yield address, request.param
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()
