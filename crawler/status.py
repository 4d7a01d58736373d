"""`mljobs status`: what happened last, and which boards need a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.db import Corpus

_LAST_VISIT = """
    SELECT b.board_id, b.source, b.region, b.token, b.health, v.visited_at, v.outcome, v.detail
    FROM boards AS b LEFT JOIN visits AS v ON v.visit_id = (
        SELECT visit_id FROM visits WHERE visits.board_id = b.board_id ORDER BY visited_at DESC LIMIT 1)
"""


def overview(corpus: Corpus, runs: int) -> dict[str, Any]:
    """Runs, boards and coverage as plain data."""
    boards = corpus.rows(_LAST_VISIT)
    troubled = [row for row in boards if row["health"] not in ("healthy", "empty") or not _is_fine(row["outcome"])]
    return {
        "database": str(corpus.path),
        "runs": [
            dict(row)
            for row in corpus.rows(
                "SELECT run_id, command, started_at, finished_at, status, summary FROM runs "
                "ORDER BY run_id DESC LIMIT ?",
                (runs,),
            )
        ],
        "boards": {
            "count": len(boards),
            "health": _count(row["health"] for row in boards),
            "last_outcome": _count(row["outcome"] or "never visited" for row in boards),
            "troubled": [
                {
                    "board": f"{row['source']}:{row['token']}" + (f" ({row['region']})" if row["region"] else ""),
                    "health": row["health"],
                    "visited_at": row["visited_at"],
                    "outcome": row["outcome"],
                    "detail": row["detail"],
                }
                for row in troubled
            ],
        },
        "postings": dict(
            corpus.rows(
                "SELECT count(*) AS count, coalesce(sum(closed_at IS NULL), 0) AS open, "
                "coalesce(sum(text_hash IS NOT NULL), 0) AS with_text, min(first_seen_at) AS first_seen_at, "
                "max(last_seen_at) AS last_seen_at FROM postings"
            )[0]
        ),
        "coverage": [
            dict(row)
            for row in corpus.rows(
                "SELECT substr(v.visited_at, 1, 7) AS month, b.source, count(DISTINCT v.board_id) AS boards, "
                "sum(v.is_complete) AS visits_ok, sum(NOT v.is_complete) AS visits_failed FROM visits AS v "
                "JOIN boards AS b USING (board_id) GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT 60"
            )
        ],
    }


def _is_fine(outcome: str | None) -> bool:
    return outcome in ("ok", "ok_empty", "not_modified")


def _count(values: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def as_text(data: dict[str, Any]) -> str:
    """For a person: one screen."""
    postings, boards = data["postings"], data["boards"]
    lines = ["Runs (newest first)"]
    lines += [
        f"  {row['run_id']:>5}  {row['started_at']}  {row['command']:<8} {row['status']:<12} {row['summary'] or ''}"
        for row in data["runs"]
    ] or ["  none yet: mljobs crawl, or mljobs import FILE"]
    lines += ["", f"Boards: {boards['count']}"]
    lines.append("  health: " + (", ".join(f"{n} {name}" for name, n in boards["health"].items()) or "none"))
    lines.append(
        "  last outcome: " + (", ".join(f"{n} {name}" for name, n in boards["last_outcome"].items()) or "none")
    )
    lines += [
        f"  {row['board']:<32} {row['health']:<9} {row['outcome'] or 'never visited':<14} {row['detail'] or ''}"[:160]
        for row in boards["troubled"][:20]
    ]
    if len(boards["troubled"]) > 20:
        lines.append(f"  … and {len(boards['troubled']) - 20} more with trouble (--json shows all)")
    lines += ["", "Coverage (visits that saw the whole board / that did not)"]
    lines += [
        f"  {row['month']}  {row['source']:<16} {row['boards']:>5} boards  "
        f"{row['visits_ok']:>6} / {row['visits_failed']}"
        for row in data["coverage"][:12]
    ]
    lines.append("")
    lines.append(
        f"{postings['count']} postings, {postings['open']} open, {postings['with_text']} with text; "
        f"seen from {postings['first_seen_at'] or 'never'} to {postings['last_seen_at'] or 'never'}"
    )
    return "\n".join(lines)
