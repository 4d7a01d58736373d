"""The vocabulary as a whole, and the code that reads and checks it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import CheckFailed, InputError
from extractor import taxonomy
from extractor.taxonomy import check, model
from extractor.taxonomy_cli import matching
from extractor.taxonomy_cli import taxonomy as command

HEAD = ",".join(model.COLUMNS) + "\n"


@pytest.fixture(scope="module")
def skills():
    return taxonomy.load()


@pytest.fixture
def folder(tmp_path):
    """A vocabulary of nothing, to be filled."""
    (tmp_path / "skills").mkdir()
    for kind in ("language", "framework", "tool", "concept", "math", "soft", "domain"):
        (tmp_path / "skills" / f"{kind}.csv").write_text(HEAD)
    (tmp_path / "ambiguous.toml").write_text("")
    return tmp_path


def fill(folder: Path, kind: str, *rows: str, rules: str = ""):
    (folder / "skills" / f"{kind}.csv").write_text(HEAD + "\n".join(rows) + "\n")
    (folder / "ambiguous.toml").write_text(rules)
    return model.read(folder)


def test_the_vocabulary_has_no_problem(skills):
    assert check.problems(skills, check.finder(skills)) == []


def test_it_is_as_large_as_promised(skills):
    assert len(skills.skills) >= 2500


@pytest.mark.parametrize(
    ("form", "skill"),
    [
        ("k8s", "kubernetes"),
        ("sklearn", "scikit-learn"),
        ("sci-kit learn", "scikit-learn"),
        ("LLMs", "large-language-models"),
        ("Retrieval Augmented Generation", "retrieval-augmented-generation"),
        ("RAG", "retrieval-augmented-generation"),
        ("AWS", "amazon-web-services"),
        ("Postgres", "postgresql"),
        ("fine tuning", "fine-tuning"),
        ("Golang", "go"),
        ("hyperparameter optimisation", "hyperparameter-tuning"),
        ("recommendation engines", "recommender-systems"),
        ("A/B tests", "a-b-testing"),
        ("team player", "teamwork"),
    ],
)
def test_spellings_lead_to_their_skill(skills, form, skill):
    found = skills.named(form)
    assert found is not None
    assert found.id == skill


def test_an_exact_alias_wants_its_case(skills):
    assert skills.named("rag") is None
    assert skills.named("RAGs").id == "retrieval-augmented-generation"


def test_the_version_changes_with_the_data(folder):
    first = fill(folder, "tool", "airflow,Apache Airflow,,Airflow,Workflow scheduler.,2015,runs on Airflow,,,")
    second = fill(
        folder, "tool", "airflow,Apache Airflow,,Airflow|air flow,Workflow scheduler.,2015,runs on Airflow,,,"
    )
    assert first.version != second.version
    assert second.named("air flow").id == "airflow"


def test_a_row_with_missing_cells_is_refused_with_its_line(folder):
    with pytest.raises(InputError, match=r"tool\.csv line 2"):
        fill(folder, "tool", "airflow,Apache Airflow")


def test_an_id_that_stands_twice_is_refused(folder):
    row = "airflow,Apache Airflow,,,Workflow scheduler.,,Apache Airflow,,,"
    with pytest.raises(InputError, match="twice"):
        fill(folder, "tool", row, row)


@pytest.mark.parametrize(
    ("rows", "rules", "problem"),
    [
        (["a,Alpha,,beta,Text.,,Alpha,,,", "b,Beta,,,Text.,,Beta,,,"], "", "'beta' stands of a and of b"),
        (["a,Alpha,gone,,Text.,,Alpha,,,"], "", "'gone' does not exist"),
        (["a,Alpha,b,,Text.,,Alpha,,,", "b,Beta,a,,Text.,,Beta,,,"], "", "is broader than itself"),
        (["a,Alpha,,,Text.,,,,,"], "", "has no example"),
        (["a,Alpha,,,Text.,,nothing here,,,"], "", "is not found in its example"),
        (["a,Alpha,,,,,Alpha,,,"], "", "needs a definition"),
        (["a,Alpha,,,Text.,20,Alpha,,,"], "", "is no year"),
        (["A b,Alpha,,,Text.,,Alpha,,,"], "", "an id is"),
        (["a,Alpha,,team,Text.,,Alpha,,,"], "", "common word"),
        (["a,Alpha,,,Text.,,Alpha,,,"], '["Ghost"]\ntrust = "case"\n', "[ghost] is the name or alias of no skill"),
    ],
)
def test_the_check_finds(folder, rows, rules, problem):
    read = fill(folder, "tool", *rows, rules=rules)
    found = check.problems(read, check.finder(read))
    assert any(problem in line for line in found), found


def test_the_check_finds_aliases_that_are_read_as_two_skills(folder):
    rows = ("a,Alpha,,delta|beta and delta,Text.,,Alpha,,,", "b,Beta,,,Text.,,Beta,,,")
    read = fill(folder, "tool", *rows)
    assert check.problems(read, lambda text: {"a"} if text in ("Alpha", "delta") else {"b"}) == [
        "a: the pipeline never finds it by the alias 'beta and delta'"
    ]


def test_search_prints_the_named_skill_first(skills):
    assert matching(skills, "k8s")[0].id == "kubernetes"
    result = CliRunner().invoke(command, ["search", "k8s"])
    assert result.exit_code == 0
    assert result.output.startswith("Kubernetes  [kubernetes; tool")


def test_search_of_nothing_says_how_to_add(skills):
    result = CliRunner().invoke(command, ["search", "qqqqzz"])
    assert isinstance(result.exception, InputError)
    assert "add-a-skill" in str(result.exception)


def test_check_prints_the_size(skills):
    result = CliRunner().invoke(command, ["check"])
    assert result.exit_code == 0
    assert f"{len(skills.skills):,} skills" in result.output


def test_check_fails_on_a_problem(monkeypatch):
    monkeypatch.setattr(check, "problems", lambda *_: ["a: something"])
    result = CliRunner().invoke(command, ["check"])
    assert isinstance(result.exception, CheckFailed)
    assert "a: something" in result.output
