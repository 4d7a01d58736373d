"""docs/sources.md names every source, and says of each what the spider itself says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.platforms import platforms

ROOT = Path(__file__).parents[3]
ROWS = {
    match[1]: match[0]
    for match in re.finditer(r"^\| `(\w+)` \|.*$", (ROOT / "docs" / "sources.md").read_text("utf-8"), re.MULTILINE)
    if match[1] in platforms()
}


def test_every_source_has_its_row() -> None:
    assert set(ROWS) == set(platforms())


@pytest.mark.parametrize("name", platforms())
def test_the_delay_is_the_spiders_own(name: str) -> None:
    delay = platforms()[name].delay or 1.0
    assert re.search(rf"\b{delay:g} s\b", ROWS[name]), ROWS[name]


@pytest.mark.parametrize("name", [name for name, spider in platforms().items() if spider.off_by_default])
def test_what_is_off_by_default_is_explained(name: str) -> None:
    title = platforms()[name].title
    assert f"**{title}** is **off by default**" in (ROOT / "docs" / "sources.md").read_text("utf-8")
