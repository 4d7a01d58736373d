"""Is a run healthy: gates over its outcomes, counts and fields, compared with the runs before it."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

from attrs import asdict, define, field, frozen

from corpus.prepare import wants_text
from corpus.trust import trust
from crawler.html_boards import UNREADABLE

if TYPE_CHECKING:
    from corpus.db import Corpus
    from corpus.records import BoardVisit
    from crawler.crawl import Tally

LONG_TEXT = 200
"""Characters of a description below which it counts as missing."""


@define
class Fields:
    """How often the postings of a platform have a field filled."""

    postings: int = 0
    visits: int = 0
    unreadable_markup: int = 0
    filled: dict[str, int] = field(factory=dict)
    texts: int = 0
    """Postings that brought a text or should have: those of wanted roles whose text was not known before."""

    def add(self, visit: BoardVisit) -> None:
        """Count one visit's postings."""
        self.visits += 1
        self.unreadable_markup += sum(reject.reason == UNREADABLE for reject in visit.rejects)
        self.postings += len(visit.postings)
        for posting in visit.postings:
            text = posting.description_html or posting.description_text or ""
            self.texts += bool(text) or (not posting.has_known_text and wants_text(posting.title, keep_all=False))
            has = {
                "title": bool(posting.title.strip()),
                "employer": bool(posting.employer or visit.board.employer or visit.board.token),
                "location": posting.location is not None,
                "description": len(text) >= LONG_TEXT,
                "date_posted": posting.date_posted is not None,
                "salary": bool(posting.salaries),
            }
            for name, is_filled in has.items():
                self.filled[name] = self.filled.get(name, 0) + is_filled

    def count(self, name: str) -> int:
        """How many postings could have the field filled."""
        return self.texts if name == "description" else self.postings

    def shares(self) -> dict[str, float]:
        """Field -> share of those postings that have it, 0-1."""
        return {name: round(n / self.count(name), 4) for name, n in self.filled.items() if self.count(name)}


@frozen
class Finding:
    """One gate that a run failed."""

    gate: str
    text: str


def findings(
    corpus: Corpus,
    run_id: int,
    command: str,
    arguments: str,
    fields: dict[str, Fields],
    before: dict[str, Any] | None,
    *,
    left: int = 0,
) -> list[Finding]:
    """Every gate that the run fails; `before` is the report of the last healthy run, where there is one.

    `left`: boards that the deadline left for another run; then the number of postings says nothing.
    """
    found = _boards(corpus, run_id)
    if not left:
        found += _postings(corpus, run_id, command, arguments)
    for name, counted in sorted(fields.items()):
        found += _fields(name, counted, (before or {}).get("platforms", {}).get(name, {}))
    return found


def _boards(corpus: Corpus, run_id: int) -> list[Finding]:
    """The last visit of each board in the run decides."""
    row = corpus.rows(
        "SELECT count(*) AS boards, coalesce(sum(outcome IN ('ok', 'ok_empty', 'not_modified')), 0) AS ok FROM ("
        "SELECT outcome, row_number() OVER (PARTITION BY board_id ORDER BY visited_at DESC) AS nth FROM visits "
        "WHERE run_id = ?) WHERE nth = 1",
        (run_id,),
    )[0]
    least = trust().gates.boards_ok_share
    if not row["boards"] or row["ok"] >= least * row["boards"]:
        return []
    return [Finding("boards_ok", f"{row['ok']} of {row['boards']} boards could be read, fewer than {least:.0%}")]


def _postings(corpus: Corpus, run_id: int, command: str, arguments: str) -> list[Finding]:
    gates = trust().gates
    counts = [
        row[0]
        for row in corpus.rows(
            "SELECT sum(v.posting_count) FROM runs AS r JOIN visits AS v USING (run_id) "
            "WHERE r.command = ? AND r.arguments = ? AND r.status = 'ok' AND r.run_id < ? GROUP BY r.run_id "
            "HAVING sum(v.posting_count) IS NOT NULL "
            "ORDER BY r.run_id DESC LIMIT ?",
            (command, arguments, run_id, gates.median_of_runs),
        )
    ]
    if len(counts) < gates.least_runs:
        return []
    now = corpus.value("SELECT sum(posting_count) FROM visits WHERE run_id = ?", (run_id,))
    if now is None:  # every look was one that an earlier run has: within the same second, or of the same archive
        return []
    usual = statistics.median(counts)
    if now >= usual * (1 - gates.postings_drop_share):
        return []
    return [Finding("postings", f"{now} postings were read where the last {len(counts)} runs had {usual:g}")]


def _fields(name: str, fields: Fields, before: dict[str, Any]) -> list[Finding]:
    """Shares of filled fields against a least one and, where about as many postings were read, the run before."""
    gates, found, usual = trust().gates, [], before.get("fields", {})
    is_comparable = before.get("postings", 0) / 2 <= fields.postings <= before.get("postings", 0) * 2
    for what, share in fields.shares().items() if fields.postings >= gates.field_least_postings else ():
        count = fields.count(what)
        chance = 1.5 / math.sqrt(count)  # three standard errors of a share of so many, at most
        if (
            count >= gates.field_least_postings
            and share < gates.fields.get(what, 0)
            and (what != "description" or usual)
        ):
            found.append(Finding("fields", f"{name}: only {share:.0%} of postings have a {what}"))
        if is_comparable and share < usual.get(what, 0) - max(gates.field_drop_points, chance):
            found.append(Finding("fields", f"{name}: {what} filled fell from {usual[what]:.0%} to {share:.0%}"))
    if fields.unreadable_markup > gates.markup_unreadable_share * max(fields.postings, 1):
        found.append(Finding("markup", f"{name}: the markup of {fields.unreadable_markup} pages could not be read"))
    return found


def report(run_id: int, tally: Tally, found: list[Finding], summary: str, times: dict[str, str]) -> dict[str, Any]:
    """The run as plain data, for `run-N.json`."""
    return {
        "run_id": run_id,
        **times,
        "summary": summary,
        "is_healthy": not found,
        "findings": [asdict(finding) for finding in found],
        "boards": len(tally.boards),
        "boards_ok": len(tally.boards_ok),
        "outcomes": dict(sorted(tally.outcomes.items())),
        "requests": tally.requests,
        "postings": {
            name: getattr(tally, name) for name in ("seen", "new", "changed", "reopened", "closed", "rejected")
        },
        "platforms": {
            name: {"visits": f.visits, "postings": f.postings, "fields": f.shares()}
            for name, f in sorted(tally.fields.items())
        },
        "problems": tally.problems,
    }


def markdown(data: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"# Run {data['run_id']}: {'healthy' if data['is_healthy'] else 'NOT healthy'}", "", data["summary"], ""]
    lines += [f"- **{f['gate']}**: {f['text']}" for f in data["findings"]]
    lines += ["", "| outcome | visits |", "|---|--:|", *(f"| {k} | {v} |" for k, v in data["outcomes"].items()), ""]
    lines += ["| platform | visits | postings | fields filled |", "|---|--:|--:|---|"]
    for name, row in data["platforms"].items():
        shares = ", ".join(f"{what} {share:.0%}" for what, share in row["fields"].items())
        lines.append(f"| {name} | {row['visits']} | {row['postings']} | {shares} |")
    if data["problems"]:
        lines += ["", f"## Boards with trouble ({len(data['problems'])})", ""]
        lines += [f"- {line}" for line in data["problems"][:200]]
    return "\n".join(lines) + "\n"
