"""The numbers of trust.toml, typed: the only place that reads that file."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from attrs import frozen


@frozen
class Closing:
    """When absence counts as closed, for one kind of source."""

    absent_visits: int
    """Complete visits in a row without the posting; 0: it never closes."""
    absent_hours: float


@frozen
class Trust:
    """Every number of the closing rule and the gates."""

    closing: dict[str, Closing]
    collapse_share: float
    collapse_window: int
    collapse_least_median: float
    collapse_confirmed_by: int
    empty_suspect_after: int
    empty_believed_after: int
    gone_confirmed_by: int
    gone_spaced_hours: float
    gone_probe_days: float
    advertised_tolerance: float
    language_least_characters: int
    language_looked_at: int
    resume_hours: float
    read_anew_days: int
    gates: Gates

    def closing_of(self, kind: str) -> Closing:
        """The rule for a kind of source (`ats`, `career_site`, `forum`, …)."""
        return self.closing.get(kind) or self.closing["default"]


@frozen
class Gates:
    """What makes a run unhealthy."""

    boards_ok_share: float
    postings_drop_share: float
    median_of_runs: int
    least_runs: int
    markup_unreadable_share: float
    field_least_postings: int
    field_drop_points: float
    fields: dict[str, float]


@functools.cache
def trust() -> Trust:
    """The settings that come with the package."""
    data = tomllib.loads(resources.files("corpus").joinpath("trust.toml").read_text(encoding="utf-8"))
    flat = {f"{table}_{name}": value for table in ("collapse", "empty", "gone") for name, value in data[table].items()}
    return Trust(
        closing={kind: Closing(**rule) for kind, rule in data["closing"].items()},
        advertised_tolerance=data["advertised"]["tolerance"],
        language_least_characters=data["language"]["least_characters"],
        language_looked_at=data["language"]["looked_at"],
        resume_hours=data["resume"]["hours"],
        read_anew_days=data["unchanged"]["read_anew_days"],
        gates=Gates(**data["gates"]),
        **flat,
    )
