"""The bench's page: what stands around the marks stays, a new run replaces its own lines only, the exponent is right."""

import json
import xml.etree.ElementTree as ET

import pytest

from tests.bench import page, stages, stream
from tests.bench.stages import Line


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "bench.md").write_text(
        f"# Bench\n\nBefore.\n\n{page.BEGIN}\nold\n{page.END}\n\nAfter.\n", encoding="utf-8"
    )
    return tmp_path


def line(size, cpu, stage="report", seconds=None):
    return Line(stage, size, "postings", seconds or 2 * cpu, "a scan", None, 100.0, cpu, size, limit_cpu=cpu / 4)


def test_hand_written_parts_stay_and_runs_add_up(docs):
    page.write([line(1000, 2.0), line(10_000, 5.0)], "2 cores", docs)
    page.write([line(10_000, 4.0), line(100_000, 40.0)], "2 cores", docs)
    text = (docs / "bench.md").read_text(encoding="utf-8")
    assert text.startswith("# Bench\n\nBefore.\n")
    assert text.endswith("\nAfter.\n")
    assert "old" not in text
    assert "| report | 2.0 | 4.0 | 40.0 | 1.00 |" in text
    assert text.count("| report |") == 4
    assert "| 0.25 | 100 |" in text
    assert len(json.loads((docs / "bench.json").read_text(encoding="utf-8"))["lines"]) == 3
    assert ET.parse(docs / "bench.svg").getroot().tag.endswith("svg")


def test_one_size_has_no_growth(docs):
    page.write([line(1000, 2.0)], "2 cores", docs)
    assert not (docs / "bench.svg").exists()
    assert "exponent" not in (docs / "bench.md").read_text(encoding="utf-8")


def test_exponents():
    assert page.exponent({10: 1.0, 1000: 5.0, 10_000: 50.0}) == pytest.approx(1)
    assert page.exponent({1000: 5.0, 100_000: 5.0}) == pytest.approx(0)


def test_the_published_page_is_made_of_the_kept_lines():
    kept = json.loads((page.DOCS / "bench.json").read_text(encoding="utf-8"))
    lines = [Line(**row) for row in kept["lines"]]
    text = (page.DOCS / "bench.md").read_text(encoding="utf-8")
    for row in (*page.table(lines), *page.growth_table(lines)):
        assert row in text


def test_a_small_growth_is_measured(tmp_path):
    lines = list(stages.growth(tmp_path, 60, stream.own_pool(size=20), characters=300))
    assert [one.stage for one in lines] == ["import", "import", "size of the file", "extract, the file", "report"]
    assert all(one.seconds > 0 and one.size == 60 for one in lines)
    assert all(0 < one.ratio < 1 for one in lines if not one.is_size)
