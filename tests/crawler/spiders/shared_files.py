"""The real recorded responses in ../shared/recorded: which spider each is for, and how it was packed.

`python -m tests.crawler.spiders.shared_files` prints what each spider reads out of each file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import field, frozen

from corpus.records import Board
from tests.crawler.spiders.replay import look

FOLDER = Path(__file__).parents[4] / "shared" / "recorded"
OTHERS = {
    "_docs": "no response",
    "commoncrawl_index": "an index of captures, read by the archive's reader",
    "wayback_cdx": "an index of captures, read by the archive's reader",
    "hn": "a forum, read by its own spider",
    "errors": "a failure, judged by crawler.outcomes",
    "career_pages": "a page that embeds a board, read by `mljobs boards detect`",
    "sitemaps": "a way to postings and no posting, read by the career_site spider",
    "eightfold": "no spider for this platform",
    "oracle_orc": "no spider for this platform",
    "paylocity": "no spider for this platform",
    "phenom": "no spider for this platform",
}
"""Folders whose files are no response of a platform that has a spider of ours."""
WITH_DETAILS = {
    "smartrecruiters": "https://api.smartrecruiters.com/v1/companies/acme/postings/{}",
    "workday": "https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/External{}",
}


@frozen
class Case:
    """One file as a spider meets it."""

    path: str
    platform: str
    body: Any
    more: dict[str, Any] = field(factory=dict)

    @property
    def board(self) -> Board:
        """A board that fits the file's addresses."""
        if self.platform == "workday":
            return Board("workday", "acme/External", region="wd5")
        if self.platform == "career_site":
            return Board("career_site", "https://acme.example/careers/1")
        return Board(self.platform, "acme")

    def read(self) -> dict[str, Any]:
        """What the spider makes of it."""
        return look(self.board, self.body, self.more, keep_all=True)


def cases() -> Iterator[Case]:
    """Every file whose platform has a spider of ours."""
    for path in sorted(FOLDER.glob("*/*")):
        folder = path.parent.name
        if folder not in OTHERS:
            name = f"{folder}/{path.name}"
            yield _case(name, "career_site" if folder == "schema_org" else folder, path)


def _case(name: str, platform: str, path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yml":  # a cassette: the body is a quoted string of YAML
        import yaml

        return Case(name, platform, yaml.safe_load(text)["http_interactions"][0]["response"]["body"]["string"])
    if path.suffix != ".json":
        return Case(name, platform, text)
    return _unpacked(name, platform, json.loads(text))


def _unpacked(name: str, platform: str, data: Any) -> Case:
    """Some repositories packed several responses into one file."""
    if not isinstance(data, dict):
        return Case(name, platform, data)
    if "widget" in data:
        return Case(name, platform, data["widget"])
    if "list_pages" in data:
        first = data["list_pages"][0]
        more = {f"GET {WITH_DETAILS[platform].format(key)}": row for key, row in data["details"].items()}
        return Case(name, platform, first, more)
    if data.get("jobs") and "board" in data["jobs"][0]:
        return Case(name, platform, {"jobs": [row["job"] for row in data["jobs"]]})
    if "page1" in data:
        url = "POST https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/External/jobs"
        body = '{"appliedFacets": {}, "limit": 20, "offset": %d, "searchText": ""}'
        return Case(
            name, platform, data["page1"], {f"{url} {body % 20}": data["page2"], f"{url} {body % 40}": data["page1"]}
        )
    if "unfaceted" in data:
        return Case(
            name,
            platform,
            data["unfaceted"],
            {f"GET {WITH_DETAILS[platform].format(k)}": v for k, v in data["details"].items()},
        )
    if "v3_page1" in name:
        second = json.loads((FOLDER / "workable/synthetic_v3_page2.json").read_text(encoding="utf-8"))
        url = "POST https://apply.workable.com/api/v3/accounts/acme/jobs"
        query = {"query": "", "location": [], "department": [], "worktype": [], "token": data["nextPage"]}
        return Case(name, platform, data, {f"{url} {json.dumps(query)}": second})
    return Case(name, platform, data)


def table() -> Iterator[str]:
    """One line a file: postings, and how many of them have each field."""
    fields = ("title", "employer", "url", "location", "country", "date", "text", "pay", "type", "mode")
    yield f"{'file':<58} {'n':>3} " + " ".join(f"{name:>8}" for name in fields) + "  notes"
    for case in cases():
        found = case.read()
        if "outcome" in found:
            yield f"{case.path:<58}   - {found['outcome']}: {found['detail']}"
            continue
        rows = found["postings"]
        counts = [
            sum(bool(row.get(name)) for row in rows)
            for name in ("title", "employer", "url", "location", "country", "date_posted")
        ]
        lengths = [len(re.sub(r"<[^>]*>", "", row["description_html"])) for row in rows if row.get("description_html")]
        counts += [
            len(lengths),
            *(sum(bool(row.get(name)) for row in rows) for name in ("salaries", "employment_type", "work_mode")),
        ]
        kinds = sorted({row["date_posted_kind"] for row in rows if row.get("date_posted_kind")})
        notes = [",".join(kinds), f"~{sorted(lengths)[len(lengths) // 2]} characters" if lengths else ""]
        notes += [f"advertised {found['advertised']}"] if found["advertised"] is not None else []
        notes += ["truncated"] if found["is_truncated"] else []
        notes += [f"{len(found['rejects'])} aside: {found['rejects'][0][:60]}"] if found["rejects"] else []
        yield (
            f"{case.path:<58} {len(rows):>3} "
            + " ".join(f"{count:>8}" for count in counts)
            + "  "
            + "; ".join(filter(None, notes))
        )


if __name__ == "__main__":
    os.environ |= {"ADZUNA_APP_ID": "x", "ADZUNA_APP_KEY": "x"}
    print("\n".join(table()))
