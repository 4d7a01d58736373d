"""What is said of the project in four files is the same."""

import json
import tomllib
from importlib import metadata
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ZENODO = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_one_version():
    assert CITATION["version"] == ZENODO["version"] == PROJECT["version"] == metadata.version("mljobs")


def test_one_title_author_licence_and_description():
    assert CITATION["title"] == ZENODO["title"]
    assert CITATION["license"] == ZENODO["license"] == PROJECT["license"]
    assert CITATION["abstract"].split() == ZENODO["description"].split()
    assert CITATION["keywords"] == ZENODO["keywords"]
    names = [author["name"] for author in CITATION["authors"]]
    assert names == [one["name"] for one in ZENODO["creators"]] == [one["name"] for one in PROJECT["authors"]]


def test_zenodo_gets_what_it_needs():
    assert {"title", "description", "upload_type", "creators", "license"} <= set(ZENODO)
    assert ZENODO["upload_type"] == "software"
