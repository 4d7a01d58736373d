"""What crosses the borders between the web, the file and the reader: frozen, typed records.

Names follow schema.org's JobPosting in snake_case. Instants are ISO 8601 strings in UTC
(`2026-03-01T12:00:00Z`), dates `YYYY-MM-DD`, countries ISO 3166-1 alpha-2, currencies ISO 4217.
"""

from __future__ import annotations

from typing import Literal, get_args

from attrs import field, frozen

Outcome = Literal[
    "ok",
    "ok_empty",
    "not_modified",
    "truncated",
    "blocked",
    "throttled",
    "gone_404",
    "http_error",
    "parse_error",
    "robots_denied",
    "needs_rendering",
    "timeout",
    "network_error",
]
OUTCOMES: tuple[str, ...] = get_args(Outcome)
COMPLETE_OUTCOMES = frozenset({"ok", "ok_empty", "not_modified"})
"""Outcomes that saw the whole board; only these move a posting's last sighting or close it."""

DateKind = Literal["first_published", "created", "last_publish", "relative_floor", "capture", "stated"]
WorkMode = Literal["remote", "hybrid", "onsite"]
EmploymentType = Literal["full_time", "part_time", "contract", "internship"]
SalaryUnit = Literal["year", "month", "week", "day", "hour"]
SalarySource = Literal["api", "jsonld", "predicted", "text"]
SourceKind = Literal["ats", "career_site", "aggregator", "forum", "import"]
KIND_ORDER: dict[SourceKind, int] = {"ats": 0, "career_site": 1, "import": 2, "aggregator": 3, "forum": 4}
"""Whose copy stands for a vacancy that is seen on several boards: the employer's own first."""
Requirement = Literal["required", "preferred", "duty", "other"]
SkillKind = Literal["language", "framework", "tool", "concept", "math", "soft", "domain"]


@frozen
class Salary:
    """One stated range of base pay (or, by `component`, bonus or equity), as its source gives it."""

    min: float | None
    max: float | None
    currency: str | None = None
    unit: SalaryUnit | None = None
    source: SalarySource = "api"
    component: Literal["base", "bonus", "equity", "commission"] = "base"
    place: str | None = None
    raw: str | None = None
    flags: tuple[str, ...] = ()
    """Doubts: `implausible_low`, `implausible_high`, `wide_range`, `swapped`, `unit_guessed`, `currency_guessed`."""


@frozen
class Board:
    """One employer's page on one platform: the unit that is visited."""

    source: str
    """The platform or import source: `ashby`, `hn`, `remotive`, …"""
    token: str
    region: str = ""
    employer: str | None = None
    country: str | None = None
    api_base: str | None = None
    """Scheme and host that replace the platform's own (regional hosts, loopback)."""
    enabled: bool = True


@frozen
class Posting:
    """One advert, as published. Only `external_id` and `title` are always there."""

    external_id: str
    title: str
    url: str | None = None
    apply_url: str | None = None
    employer: str | None = None
    """Overrides the board's employer: aggregators, forums, imports."""
    description_html: str | None = None
    description_text: str | None = None
    """Given only where the source has no HTML; else the writer makes it from the HTML."""
    location: str | None = None
    """As published; several places joined by ` | `."""
    country: str | None = None
    work_mode: WorkMode | None = None
    work_mode_raw: str | None = None
    employment_type: EmploymentType | None = None
    employment_type_raw: str | None = None
    department: str | None = None
    date_posted: str | None = None
    date_posted_kind: DateKind | None = None
    valid_through: str | None = None
    updated_at: str | None = None
    language: str | None = None
    """ISO 639-1 where the source says it; else the writer detects it."""
    requisition_id: str | None = None
    salaries: tuple[Salary, ...] = ()
    is_evergreen: bool = False
    """A standing advert ("open application"), not a vacancy."""
    is_intermediary: bool = False
    """Published by a marketplace or reposter on behalf of somebody else."""
    has_known_text: bool = False
    """Its own page was not asked for: the text that is stored stays."""
    first_seen_at: str | None = None
    last_seen_at: str | None = None
    closed_at: str | None = None
    """The three above are for imports and archives; a live crawl leaves them to the ledger."""


@frozen
class Reject:
    """Something that was read but cannot be used; kept aside, never dropped silently."""

    reason: str
    raw: str = ""
    line: int | None = None
    file: str | None = None
    """Name of the imported file that the line is of."""


@frozen
class BoardVisit:
    """One board looked at once: the outcome, and everything that was seen."""

    board: Board
    visited_at: str
    outcome: Outcome
    postings: tuple[Posting, ...] = ()
    rejects: tuple[Reject, ...] = ()
    advertised: int | None = None
    http_status: int | None = None
    response_sha256: str | None = None
    etag: str | None = None
    duration_seconds: float | None = None
    request_count: int = 0
    detail: str | None = None
    """One line on what went wrong, for a person."""
    from_archive: bool = False
    """A capture of the past: what is absent from it is never closed."""


@frozen
class Mention:
    """A span in the title or the text that names a skill; offsets in characters."""

    skill_id: str
    field: Literal["title", "description"]
    start: int
    end: int
    section: str
    requirement: Requirement
    rule: str
    """Which rule decided the level, and which found the mention: `alias; heading "Requirements"`."""


@frozen
class SkillRow:
    """One distinct skill of a posting with its strongest level."""

    skill_id: str
    name: str
    kind: SkillKind
    requirement: Requirement
    mentions: tuple[Mention, ...]
    is_listed: bool = True
    """False where no taxonomy row names it: read from the posting's own wording."""


@frozen
class Degree:
    """One degree level that a posting names."""

    level: Literal["high_school", "associate", "bachelor", "master", "phd", "any"]
    requirement: Literal["required", "preferred"]
    fields: tuple[str, ...] = ()
    or_experience: bool = False
    start: int = 0
    end: int = 0


@frozen
class Experience:
    """One stated number of years."""

    min_years: float | None
    max_years: float | None
    of: str = "overall"
    requirement: Literal["required", "preferred"] = "required"
    start: int = 0
    end: int = 0


@frozen
class Extraction:
    """Everything that the extractor reads out of one posting."""

    posting_id: int | str
    skills: tuple[SkillRow, ...] = ()
    degrees: tuple[Degree, ...] = ()
    experience: tuple[Experience, ...] = ()
    salaries: tuple[Salary, ...] = ()
    seniority: str | None = None
    employment_type: EmploymentType | None = None
    work_mode: WorkMode | None = None
    visa_sponsorship: bool | None = None
    clearance: bool = False
    is_ml_role: bool = False
    role_family: str = "other"
    mentions_bootcamp: bool = False
    mentions_internship: bool = False
    mentions_portfolio: bool = False
    mentions_publications: bool = False
    tasks: tuple[str, ...] = ()
    """What the work consists of: ids of `extractor/taxonomy/tasks.toml`."""
    industries: tuple[str, ...] = ()
    candidate_terms: tuple[str, ...] = field(factory=tuple)
    """Names read beside known skills that the taxonomy does not hold; input of `emerging_terms`."""
