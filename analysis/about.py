"""Facts about the file that a report names beside its numbers: what it holds, from where, with which versions."""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

from corpus.roles import family_names, ml_families

if TYPE_CHECKING:
    from analysis.cells import Selection
    from corpus.db import Corpus

DEMO_ARCHIVE = "demo.warc.gz"
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
    counts: dict[str, Any] = {
        name: int(corpus.value(sql) or 0)
        for name, sql in (
            ("postings", "SELECT count(*) FROM postings"),
            ("texts", "SELECT count(*) FROM postings WHERE text_hash IS NOT NULL"),
            ("read", "SELECT count(*) FROM extractions"),
            ("employers", "SELECT count(DISTINCT employer_id) FROM postings"),
            ("boards", "SELECT count(*) FROM boards"),
            ("visits", "SELECT count(*) FROM visits"),
        )
    }
    sources = corpus.rows(
        "SELECT s.name FROM postings AS p JOIN boards AS b USING (board_id) JOIN sources AS s USING (source)"
        " GROUP BY s.source ORDER BY count(*) DESC, s.name"
    )
    until = corpus.value("SELECT max(visited_at) FROM visits") or corpus.value("SELECT max(last_seen_at) FROM postings")
    version = corpus.rows(
        "SELECT v.extractor_version, v.taxonomy_version FROM extractions AS x JOIN extractor_versions AS v"
        " USING (extractor_version) GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    facts = {"until": until, "version": version[0][0] if version else None} | counts
    return About(
        **counts,
        sources=tuple(row[0] for row in sources),
        data_until=until,
        is_demo=_is_demo(corpus),
        extractor_version=version[0][0] if version else None,
        taxonomy_version=version[0][1] if version else None,
        mljobs_version=metadata.version("mljobs"),
        titles=_titles(corpus, selection),
        fingerprint=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16],
        last_run_id=corpus.value("SELECT max(run_id) FROM runs WHERE command IN ('crawl', 'import', 'extract')"),
    )


def _is_demo(corpus: Corpus) -> bool:
    runs = corpus.rows("SELECT arguments FROM runs WHERE command IN ('crawl', 'import')")
    return bool(runs) and all(DEMO_ARCHIVE in str(row[0]) for row in runs)


def _titles(corpus: Corpus, selection: Selection) -> tuple[str, ...]:
    families = (
        tuple(family_names()) if selection.role == "all" else (selection.role,) if selection.role else ml_families()
    )
    rows = corpus.rows(
        f"SELECT DISTINCT title FROM postings WHERE role_family IN ({', '.join('?' * len(families))}) ORDER BY title",
        families,
    )
    step = max(1, len(rows) // SAMPLE_TITLES)
    return tuple(row[0] for row in rows[::step][:SAMPLE_TITLES])


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
