"""Facts about the file that a report names beside its numbers: what it holds, from where, with which versions."""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from corpus.cells import make_views
from corpus.roles import ml_families

if TYPE_CHECKING:
    from analysis.cells import Selection
    from corpus.db import Corpus

SAMPLE_TITLES = 20


@frozen
class About:
    """What is in the file, in counts and words."""

    postings: int
    texts: int
    read: int
    """Postings whose text the extractor has read."""
    employers: int
    boards: int
    visits: int
    sources: tuple[str, ...]
    """Names of the sources that gave postings, the largest first."""
    data_until: str | None
    """Instant of the last visit, or of the last sighting where there are no visits."""
    is_demo: bool
    """Every posting came from the bundled archive of fictional employers."""
    extractor_version: str | None
    taxonomy_version: str | None
    mljobs_version: str
    titles: tuple[str, ...]
    """Twenty distinct titles of the selection, spread evenly over the alphabet."""
    fingerprint: str
    """Sixteen hexadecimal digits that change when what the file holds changes."""
    last_run_id: int | None = None
    """Newest run that brought postings or readings."""
    vintage: str | None = None
    """Under which name the numbers are kept in the file."""

    def problem(self) -> str | None:
        """Why nothing can be reported at all, and what to do; None where something can."""
        if not self.postings:
            return "The database has no postings: bring some in with `mljobs crawl` or `mljobs import FILE`."
        if not self.texts:
            return (
                f"None of the {self.postings:,} postings has its text: only titles of wanted roles keep it. "
                "Crawl with `--all` to keep every text."
            )
        if not self.read:
            return f"{self.texts:,} postings wait to be read: run `mljobs extract`, then this again."
        return None


def read_about(corpus: Corpus, selection: Selection) -> About:
    """Look the facts up; `selection` only decides which titles are sampled."""
    make_views(corpus)
    whole = corpus.rows("SELECT * FROM cell_about")[0]
    counts: dict[str, Any] = {name: whole[name] for name in ("postings", "texts", "employers", "boards", "visits")}
    counts["read"] = whole["readings"]
    sources = corpus.rows("SELECT name FROM cell_sources ORDER BY postings DESC, name")
    until = whole["data_until"]
    version = corpus.rows(
        "SELECT extractor_version, taxonomy_version FROM cell_versions ORDER BY postings DESC, 1 LIMIT 1"
    )
    facts = {"until": until, "version": version[0][0] if version else None} | counts
    return About(
        **counts,
        sources=tuple(row[0] for row in sources),
        data_until=until,
        is_demo=0 < whole["runs"] == whole["demo_runs"],
        extractor_version=version[0][0] if version else None,
        taxonomy_version=version[0][1] if version else None,
        mljobs_version=metadata.version("mljobs"),
        titles=_titles(corpus, selection),
        fingerprint=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16],
        last_run_id=whole["last_run_id"],
    )


def _titles(corpus: Corpus, selection: Selection) -> tuple[str, ...]:
    families: tuple[str, ...] = (selection.role,) if selection.role else ml_families()
    which = f"role_family IN ({', '.join('?' * len(families))})"
    if selection.role == "all":
        which, families = "has_text = 1 OR is_read = 1", ()
    rows = corpus.rows(f"SELECT DISTINCT title FROM cell_postings WHERE {which} ORDER BY title", families)
    step = max(1, len(rows) // SAMPLE_TITLES)
    return tuple(row[0] for row in rows[::step][:SAMPLE_TITLES])


def holdings(corpus: Corpus) -> str:
    """What could be asked for instead: the roles and countries of most postings, as options of the command."""
    sql = (
        "SELECT {0}, count(*) FROM cell_postings WHERE {0} IS NOT NULL AND is_read = 1"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
    )
    parts = []
    for option, column in (("--role", "role_family"), ("--country", "country")):
        rows = [row for row in corpus.rows(sql.format(column)) if row[0] != "other"]
        if rows:
            parts.append(f"{option} {', '.join(f'{name} ({count:,})' for name, count in rows)}")
    return f"Most postings have: {'; '.join(parts)}." if parts else ""


def role_rule(selection: Selection) -> str:
    """The published title patterns of the selected families, one a line."""
    if selection.title:
        return f"--title {selection.title}"
    rule = tomllib.loads(resources.files("corpus").joinpath("roles.toml").read_text(encoding="utf-8"))
    wanted = ml_families() if selection.role is None else (selection.role,)
    return "\n".join(f"{f['name']}: {f['title']}" for f in rule["family"] if f["id"] in wanted)


def as_record(about: About) -> dict[str, object]:
    """The facts for provenance.json."""
    known = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(about).items()}
    known.pop("last_run_id")  # a run that brought nothing new changes no number
    return known
