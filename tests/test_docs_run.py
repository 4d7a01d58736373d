"""The tutorials do what they say: their ```sh and ```python blocks run, in order, on the bundled demo.

A block without a language is not run: it asks the network, or sets up what the test has already.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_file import demo_folder

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = ["read-the-report.md", "first-crawl.md", "tutorial.md", "python.md", "add-a-skill.md"]
SHOWN = {
    "tutorial.md": ["postings with a text", "ML vacancies of 30 employers", "rule", "log_odds_low", "AI agents"],
    "first-crawl.md": ["888 visits", "nothing wrong"],
    "add-a-skill.md": ["vector database"],
}


def shell(page):
    """Give the page as one program of the shell: its commands, its Python in a row."""
    blocks = BLOCK.findall(page)
    python = "\n".join(code for language, code in blocks if language == "python")
    return [code for language, code in blocks if language == "sh"], python


@pytest.fixture
def place(tmp_path, tmp_path_factory):
    """A checkout's folders that the pages name, with the demo's database."""
    (tmp_path / "data").mkdir()
    shutil.copy(demo_folder(tmp_path_factory) / "data" / "mljobs.db", tmp_path / "data")
    (tmp_path / "demo").mkdir()
    for name in ("boards.csv", "demo.warc.gz"):
        (tmp_path / "demo" / name).symlink_to(demo_folder(tmp_path_factory) / name)
    for name in ("tests", "docs", "extractor"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_page(name, place):
    commands, python = shell((DOCS / name).read_text(encoding="utf-8"))
    assert commands or python
    env = {key: value for key, value in os.environ.items() if not key.startswith("MLJOBS_")}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    said = ""
    for program in (["bash", "-e", "-c", "\n".join(commands)], [sys.executable, "-W", "error", "-c", python]):
        done = subprocess.run(program, cwd=place, env=env, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        said += done.stdout
    for words in SHOWN.get(name, []):
        assert words in said


def test_every_tutorial_is_in_the_site():
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [name for name in PAGES if f": {name}\n" not in site] == []


def test_first_queries_of_the_readme(tmp_path_factory):
    queries = re.findall(r'\.venv/bin/mljobs db query "([^"]*)"', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(queries) >= 2
    for query in queries:
        run = [Path(sys.executable).with_name("mljobs"), "db", "query", query]
        env = {key: value for key, value in os.environ.items() if key != "MLJOBS_DB"}
        done = subprocess.run(
            run, cwd=demo_folder(tmp_path_factory), env=env, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stderr
        assert not done.stdout.endswith("\n0 rows\n")
