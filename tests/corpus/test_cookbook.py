"""Every block of docs/cookbook.md runs on a file that our own importer and extractor made; SQL and pandas agree."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.corpus.synthetic import import_files

DOCS = Path(__file__).parents[2] / "docs"
COOKBOOK = (DOCS / "cookbook.md").read_text(encoding="utf-8")
RECIPES = [part for part in re.split(r"^## ", COOKBOOK, flags=re.MULTILINE)[1:] if part[0].isdigit()]
RSCRIPT = shutil.which("Rscript")


def blocks(part, language):
    return re.findall(rf"^```{language}\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with jobs.db, made by `mljobs import` and `mljobs extract`."""
    folder = tmp_path_factory.mktemp("cookbook")
    postings, visits = import_files(folder, postings=400)
    for command in (["import", str(postings), "--visits", str(visits)], ["extract", "--jobs", "1"]):
        run = [sys.executable, "-c", "from corpus.cli import main; main()", *command, "--db", str(folder / "jobs.db")]
        done = subprocess.run(run, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def scope(folder):
    """What the set-up block defines."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        names = {}
        exec(blocks(COOKBOOK, "python")[0], names)
        yield names
        names["jobs"].close()
    finally:
        os.chdir(before)


def test_there_are_twenty_questions():
    assert len(RECIPES) == 20
    assert all(len(blocks(recipe, "sql")) == len(blocks(recipe, "python")) == 1 for recipe in RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.split("\n")[0])
def test_sql_and_pandas_agree(recipe, folder, scope):
    connection = sqlite3.connect(f"file:{folder}/jobs.db?mode=ro", uri=True)
    try:
        expected = pd.read_sql_query(blocks(recipe, "sql")[0], connection)
    finally:
        connection.close()
    names = dict(scope)
    exec(blocks(recipe, "python")[0], names)
    answer = names["answer"]
    assert len(expected) > 0
    assert answer.shape == expected.shape
    for ours, theirs in zip(answer.columns, expected.columns, strict=True):
        left, right = answer[ours].reset_index(drop=True), expected[theirs]
        if pd.api.types.is_numeric_dtype(right):
            pd.testing.assert_series_equal(left.astype(float), right.astype(float), check_names=False, atol=2e-4)
        else:
            assert left.tolist() == right.tolist()


def test_the_tutorial_runs(folder):
    """docs/tutorial.py on the same file, as a reader would run it."""
    run = [sys.executable, str(DOCS / "tutorial.py"), "jobs.db"]
    env = os.environ | {"PYTHONPATH": str(DOCS.parent)}
    done = subprocess.run(run, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for words in ("postings with a text", "ML vacancies of 12 employers", "Python", "log_odds_low", "trends: {"):
        assert words in done.stdout


@pytest.mark.skipif(RSCRIPT is None, reason="no R here")
@pytest.mark.parametrize("recipe", [r for r in RECIPES if blocks(r, "r")], ids=lambda recipe: recipe.split("\n")[0])
def test_r_blocks_run(recipe, folder):
    code = "\n".join([blocks(COOKBOOK, "r")[0], "library(dplyr)", *blocks(recipe, "r"), "stopifnot(nrow(answer) > 0)"])
    needed = subprocess.run([RSCRIPT, "-e", "library(RSQLite); library(dplyr)"], capture_output=True, check=False)
    if needed.returncode:
        pytest.skip("R has no RSQLite or dplyr")
    done = subprocess.run([RSCRIPT, "-e", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
