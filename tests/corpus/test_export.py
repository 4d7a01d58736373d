"""Exports can be read elsewhere, say what they hold, and validate."""

import json

import frictionless
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from corpus.cli import cli
from corpus.db import open_corpus
from corpus.errors import InputError
from corpus.export import export
from tests.corpus.synthetic import build


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return build(tmp_path_factory.mktemp("db") / "a.db", postings=80)


@pytest.fixture(scope="module")
def exported(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "tables"
    export(database, folder)
    return folder


def test_the_package_validates(exported):
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])[:5]
    assert len(report.tasks) >= 20


def test_a_wrong_value_does_not_validate(exported, tmp_path):
    import shutil

    folder = shutil.copytree(exported, tmp_path / "bad")
    lines = (folder / "boards.csv").read_text().splitlines()
    (folder / "boards.csv").write_text("\n".join([lines[0], lines[1].replace("healthy", "happy"), *lines[2:]]) + "\n")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_no_texts_unless_asked(database, exported, tmp_path):
    assert not (exported / "posting_texts.csv").exists()
    assert b"Good knowledge of" not in b"".join(file.read_bytes() for file in exported.iterdir())
    export(database, tmp_path / "t", texts=True, formats=["csv"])
    assert "Good knowledge of" in (tmp_path / "t" / "posting_texts.csv").read_text()


def test_csv_and_parquet_hold_the_same_rows(database, exported):
    with open_corpus(database) as corpus:
        count = corpus.value("SELECT count(*) FROM posting_skills")
    assert len(pd.read_csv(exported / "posting_skills.csv")) == count
    assert pq.read_table(exported / "posting_skills.parquet").num_rows == count


def test_parquet_has_types(exported):
    schema = pq.read_schema(exported / "postings.parquet")
    types = {field.name: str(field.type) for field in schema}
    assert types["first_seen_at"] == "timestamp[us, tz=UTC]"
    assert types["date_posted"] == "date32[day]"
    assert types["is_evergreen"] == "bool"
    assert types["posting_id"] == "int64"
    field = pq.read_schema(exported / "postings.parquet").field("text_length")
    assert field.metadata[b"description"].startswith(b"Length of the text")


def test_the_package_says_units_terms_keys_sources(exported):
    package = json.loads((exported / "datapackage.json").read_text())
    resources = {resource["name"]: resource for resource in package["resources"]}
    fields = {field["name"]: field for field in resources["postings"]["schema"]["fields"]}
    assert fields["date_posted"]["rdfType"] == "https://schema.org/datePosted"
    assert fields["text_length"]["unit"] == "characters"
    assert fields["work_mode"]["constraints"]["enum"] == ["remote", "hybrid", "onsite"]
    assert resources["postings"]["schema"]["primaryKey"] == ["posting_id"]
    assert {"fields": "board_id", "reference": {"resource": "boards", "fields": "board_id"}} in resources["postings"][
        "schema"
    ]["foreignKeys"]
    assert package["sources"][0]["terms"] == "Public posting API."
    assert package["provenance"]["newest_run"] == 1


def test_views_can_be_picked(database, tmp_path):
    counts = export(database, tmp_path / "v", names=["v_skill_share_month", "v_pay"])
    assert set(counts) == {"v_skill_share_month", "v_pay"}
    assert frictionless.validate(str(tmp_path / "v" / "datapackage.json")).valid
    assert pq.read_schema(tmp_path / "v" / "v_skill_share_month.parquet").field("share").type == "double"


def test_other_folders_are_refused_and_earlier_exports_replaced(database, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("…")
    with pytest.raises(InputError, match="something else"):
        export(database, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.tex").exists()
    export(database, tmp_path / "again", names=["skills"])
    export(database, tmp_path / "again", names=["boards"])
    assert sorted(file.name for file in (tmp_path / "again").iterdir()) == [
        "boards.csv",
        "boards.parquet",
        "datapackage.json",
    ]


def test_unknown_table(database, tmp_path):
    with pytest.raises(InputError, match="no table or view jobs"):
        export(database, tmp_path / "x", names=["jobs"])
    assert not list(tmp_path.iterdir())


def test_the_same_file_gives_the_same_bytes(database, exported, tmp_path):
    export(database, tmp_path / "again")
    for file in exported.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_command(database, tmp_path):
    result = CliRunner().invoke(cli, ["db", "export", str(tmp_path / "out"), "--format", "csv", "--db", str(database)])
    assert result.exit_code == 0, result.output
    assert "22 tables" in result.output
    assert not list((tmp_path / "out").glob("*.parquet"))
