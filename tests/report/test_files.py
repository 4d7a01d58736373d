"""What lies in the folder: whole or not at all, the same from the same, described."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.report import write
from analysis.report.package import csv_text, dictionary
from analysis.report.summary import LINES, WIDTH
from analysis.report.write import write_report
from corpus.errors import DatabaseUnwritable
from tests.report import world


def everything(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_in_same_out(tmp_path, render_once, monkeypatch):
    monkeypatch.setattr("vl_convert.vegalite_to_svg", render_once)
    for name in ("a", "b"):
        write_report(world.results(), world.about(), tmp_path / name)
    first = everything(tmp_path / "a")
    assert {"index.html", "summary.md", "provenance.json", "tables/datapackage.json"} <= first.keys()
    assert sum(name.startswith("charts/") for name in first) > 30
    assert first == everything(tmp_path / "b")


def test_a_second_report_replaces_the_first_and_nothing_else(tmp_path):
    out = tmp_path / "out"
    write_report(world.results(), world.about(), out)
    (out / "notes.txt").write_text("mine")
    (out / "tables" / "old.csv").write_text("from an earlier version")
    (out / "index.html").write_text("old")
    write_report(world.results(), world.about(), out)
    assert (out / "notes.txt").read_text() == "mine"
    assert not (out / "tables" / "old.csv").exists()
    assert "<h1>" in (out / "index.html").read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_report_that_fails_on_the_way_leaves_the_old_one(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_report(world.results(), world.about(), out)
    before = everything(out)
    written = 0
    honest = Path.write_text

    def full_disk(self, *arguments, **options):
        nonlocal written
        written += 1
        if written > 10:
            raise OSError(28, "No space left on device")
        return honest(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(DatabaseUnwritable, match="No space left"):
        write_report(world.results(), world.about(fingerprint="another"), out)
    monkeypatch.undo()
    assert everything(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnwritable, match="cannot be written"):
        write_report(world.results(), world.about(), tmp_path / "file" / "out")


def test_the_summary_fits_a_terminal(tmp_path):
    text = write_report(world.results(), world.about(is_demo=True), tmp_path / "out").summary
    lines = text.splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines[1:])) <= WIDTH
    assert "PyTorch" in text
    assert "index.html" in lines[-1]
    assert text.count("```") % 2 == 0


def test_the_summary_of_a_long_report_keeps_its_end(tmp_path):
    quality = pd.concat([world.quality().assign(is_passed=False, detail="word " * 60)] * 4)
    text = write_report(world.results(quality_checks=quality), world.about(), tmp_path / "out").summary
    assert len(text.splitlines()) <= LINES
    assert text.splitlines()[-1].startswith("All of it") or "index.html" in text.splitlines()[-1]
    assert text.count("```") % 2 == 0


def test_the_data_package_validates(tmp_path):
    frictionless = pytest.importorskip("frictionless")
    write_report(world.results(), world.about(), tmp_path / "out")
    report = frictionless.validate(str(tmp_path / "out" / "tables" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    assert len(report.tasks) == len(world.results().tables)


def test_every_column_of_the_interface_has_its_sentence(tmp_path):
    words = dictionary()
    for name, frame in world.results().tables.items():
        assert name in words["tables"], name
        for column in frame.columns:
            assert column in words["columns"] or f"{name}.{column}" in words["columns"], f"{name}.{column}"


def test_csv_is_plain():
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x, y", 'say "z"']})
    assert csv_text(frame) == 'a,b\n1,"x, y"\n,"say ""z"""\n'


def test_provenance_says_from_what(tmp_path):
    write_report(world.results(), world.about(), tmp_path / "out")
    record = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert record["data"]["fingerprint"] == "0123456789abcdef"
    assert record["selection"]["role"] is None
    assert record["months"][0] == "2023-01"


def test_an_unreportable_file_still_has_a_page(tmp_path):
    report = write_report(None, world.about(postings=0, sources=()), tmp_path / "out", problem="No postings.")
    html = report.index.read_text(encoding="utf-8")
    assert report.failures == ("No postings.",)
    assert "There is no report yet." in html
    assert "There is no report yet. No postings." in report.summary


def test_writing_uses_one_place_for_the_demo_sentence():
    assert "fictional" in write.DEMO_LINE
