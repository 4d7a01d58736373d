"""The published tables as CSV files with a Frictionless data package: every column has its type, unit and sentence."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from analysis.report.source import Source

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def csv_text(frame: pd.DataFrame) -> str:
    r"""A table as CSV: UTF-8, comma, `\\n`, empty for unknown, floats with six significant digits."""
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def data_package(tables: Mapping[str, pd.DataFrame], source: Source) -> str:
    """The text of `datapackage.json` for these tables."""
    words = dictionary()
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "mljobs-report",
        "title": "Demand for machine-learning skills in job postings",
        "description": f"Tables behind the mljobs report on {source.population}, {source.period}.",
        "version": source.about.mljobs_version,
        "licenses": [LICENCE],
        "resources": [_resource(name, frame, words) for name, frame in tables.items()],
    }
    if source.about.sources:
        package["sources"] = [{"title": name} for name in source.about.sources]
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def dictionary() -> dict[str, Any]:
    """published.toml: sentences and units of tables and columns."""
    return tomllib.loads(resources.files("analysis").joinpath("published.toml").read_text(encoding="utf-8"))


def _resource(name: str, frame: pd.DataFrame, words: Mapping[str, Any]) -> dict[str, Any]:
    about = words["tables"].get(name, {})
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": about.get("title", name.replace("_", " ").capitalize()),
        "description": about.get("description", ""),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(str(column), frame[column], words, name) for column in frame.columns],
            "missingValues": [""],
        },
    }


def _field(column: str, values: pd.Series[Any], words: Mapping[str, Any], table: str) -> dict[str, Any]:
    about = words["columns"].get(f"{table}.{column}") or words["columns"].get(column) or {}
    if "description" not in about:
        about = {"description": column.replace("_", " ").capitalize() + "."} | about
    field: dict[str, Any] = {"name": column, "type": _type(values), "description": about["description"]}
    if "unit" in about:
        field["unit"] = about["unit"]
    return field


def _type(values: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "integer"
    return "number" if pd.api.types.is_float_dtype(values) else "string"
