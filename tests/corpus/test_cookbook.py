"""Every block of docs/cookbook.md runs on the bundled demo, as its reader has it; SQL, pandas and R agree."""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.demo_file import demo_folder

DOCS = Path(__file__).parents[2] / "docs"
COOKBOOK = (DOCS / "cookbook.md").read_text(encoding="utf-8")
RECIPES = [part for part in re.split(r"^## ", COOKBOOK, flags=re.MULTILINE)[1:] if part[0].isdigit()]
RSCRIPT = shutil.which("Rscript")


def blocks(part, language):
    return re.findall(rf"^```{language}\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


def title(recipe):
    return recipe.split("\n")[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return demo_folder(tmp_path_factory)


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


@pytest.fixture(scope="module")
def r_answers(folder, tmp_path_factory):
    """Folder with N.csv, R's answer to question N: all blocks in one process, each in an environment of its own."""
    if RSCRIPT is None:
        pytest.skip("no R here")
    needed = subprocess.run([RSCRIPT, "-e", "library(RSQLite); library(dplyr)"], capture_output=True, check=False)
    if needed.returncode:
        pytest.skip("R has no RSQLite or dplyr")
    out = tmp_path_factory.mktemp("r")
    code = [blocks(COOKBOOK, "r")[0], "pdf(NULL)"]
    for number, recipe in enumerate(RECIPES, 1):
        code += ["local({", *blocks(recipe, "r"), f'write.csv(answer, "{out}/{number}.csv", row.names = FALSE)', "})"]
    (out / "all.R").write_text("\n".join(code), encoding="utf-8")
    done = subprocess.run(
        [RSCRIPT, out / "all.R"], cwd=folder, env=os.environ | {"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LC_COLLATE": "C"},  # names in the order of SQL
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


def by_sql(recipe, folder):
    connection = sqlite3.connect(f"file:{folder}/data/mljobs.db?mode=ro", uri=True)
    try:
        return pd.read_sql_query(blocks(recipe, "sql")[0], connection)
    finally:
        connection.close()


def assert_same(answer, expected):
    assert len(expected) > 0
    assert answer.shape == expected.shape
    for ours, theirs in zip(answer.columns, expected.columns, strict=True):
        left, right = answer[ours].reset_index(drop=True), expected[theirs]
        if pd.api.types.is_numeric_dtype(right):
            pd.testing.assert_series_equal(
                left.astype(float), right.astype(float), check_names=False, atol=6e-3 if right.max() > 1 else 2e-4
            )
        else:
            assert left.tolist() == right.tolist()


def test_there_are_twenty_questions_in_three_languages():
    assert len(RECIPES) == 20
    for language in ("sql", "python", "r"):
        assert [title(recipe) for recipe in RECIPES if len(blocks(recipe, language)) != 1] == []


@pytest.mark.parametrize("recipe", RECIPES, ids=title)
def test_sql_and_pandas_agree(recipe, folder, scope):
    names = dict(scope)
    exec(blocks(recipe, "python")[0], names)
    assert_same(names["answer"], by_sql(recipe, folder))


@pytest.mark.parametrize("number", range(1, 21))
def test_sql_and_r_agree(number, folder, r_answers):
    assert_same(pd.read_csv(r_answers / f"{number}.csv", keep_default_na=False), by_sql(RECIPES[number - 1], folder))
