"""One world from its options to its scores, quick or end to end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from analysis.tables import compute
from corpus.db import open_corpus
from tests.simulator import write
from tests.simulator.score import pair_scores, score
from tests.simulator.world import Options, World, make_world

ROUGH: dict[str, dict[str, object]] = {
    "few-employers": {"employers": 25, "vacancies": 6_000},
    "skewed": {"size_spread": 2.0},
    "one-employer": {"employers": 1, "vacancies": 600},
    "weekly": {"visit_every": 7.0},
    "outages": {"outages": 5},
    "breaking-boards": {"breaks": 3.0},
    "parser-collapse": {"collapse": True},
    "moving-platform": {"moving": 0.4},
    "leaving": {"leaving": 0.4},
    "reposter": {"repost_days": 2.0},
    "copies": {"copied": 0.9},
    "burst": {"burst": True},
    "crash": {"crash": 0.5},
    "templates": {"is_template": True},
    "missing-fields": {"missing": 0.4},
    "missing-dates": {"undated": 0.3},
    "wrong-dates": {"wrong_dates": 0.3},
    "no-visits": {"has_visits": False},
    "no-visits-wrong-dates": {"has_visits": False, "wrong_dates": 0.1, "undated": 0.5},
    "no-skills": {"has_skills": False},
    "five-months": {"months": 5},
    "short": {"months": 12},
    "eighteen-months": {"months": 18},
    "sixty-months": {"months": 60},
    "tiny": {"employers": 8, "vacancies": 300, "months": 6},
}
"""Name -> what is different from the usual world."""


UNSCORED = (
    "group_trends",
    "required_trends",
    "shares_by_group",
    "sensitivity",
    "headline_checks",
    "skill_pairs",
    "bundles",
)


def run_world(options: Options, folder: Path, *, end_to_end: bool = False) -> dict[str, float]:
    """Make the world, write it, compute the tables, score them."""
    world = make_world(options)
    path = folder / "world.db"
    if not end_to_end:
        write.quick(world, path)
        return {"seed": options.seed} | score(world, compute(path, without=UNSCORED).tables)
    through_the_command_line(world, folder, path)
    with open_corpus(path) as corpus:
        vacancy_of = dict(corpus.connection.execute("SELECT external_id, vacancy_id FROM postings").fetchall())
    return {"seed": options.seed} | score(world, compute(path, without=UNSCORED).tables, pair_scores(world, vacancy_of))


def through_the_command_line(world: World, folder: Path, path: Path) -> None:
    """`mljobs import` of postings and visits, then `mljobs extract`."""
    postings, visits = folder / "postings.jsonl.gz", folder / "visits.jsonl"
    write.imports(world, postings, visits)
    mljobs("import", str(postings), "--db", str(path))
    if visits.exists():
        mljobs("import", "--visits", str(visits), "--db", str(path))
    mljobs("extract", "--db", str(path))


def mljobs(*arguments: str) -> str:
    """Run the command line; fails with its message."""
    command = [sys.executable, "-c", "from corpus.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise RuntimeError(f"mljobs {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout
