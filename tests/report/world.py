"""A whole set of results by hand, small enough to read: what the report is laid out from, without a database."""

from __future__ import annotations

import math

import pandas as pd

from analysis.about import About
from analysis.cells import Selection
from analysis.tables import Results

SKILLS = [
    # name, kind, share first, share last, trend
    ("Python", "language", 0.78, 0.80, "flat"),
    ("C++", "language", 0.31, 0.24, "falling"),
    ("SQL", "language", 0.42, 0.41, "flat"),
    ("Rust", "language", 0.03, 0.06, "rising"),
    ("PyTorch", "framework", 0.41, 0.55, "rising"),
    ("TensorFlow", "framework", 0.46, 0.29, "falling"),
    ("scikit-learn", "framework", 0.22, 0.21, "flat"),
    ("LangChain", "framework", 0.02, 0.14, "rising"),
    ("AWS", "tool", 0.38, 0.40, "flat"),
    ("Azure", "tool", 0.18, 0.19, "flat"),
    ("Kubernetes", "tool", 0.27, 0.33, "flat"),
    ("Apache Spark", "tool", 0.24, 0.19, "falling"),
    ("Large language models", "concept", 0.12, 0.47, "rising"),
    ("Computer vision", "concept", 0.25, 0.23, "flat"),
    ("Retrieval-augmented generation", "concept", 0.01, 0.16, "rising"),
    ("Statistics", "math", 0.33, 0.31, "flat"),
    ("Linear algebra", "math", 0.09, 0.08, "flat"),
    ("Communication", "soft", 0.52, 0.55, "flat"),
    ("Mentoring", "soft", 0.21, 0.23, "flat"),
    ("Healthcare <data> & records", "domain", 0.05, 0.05, "too_few"),
]
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)][:30]


def about(**changes: object) -> About:
    facts: dict[str, object] = {
        "postings": 5200,
        "texts": 3100,
        "read": 3100,
        "employers": 84,
        "boards": 90,
        "visits": 2500,
        "sources": ("Ashby", "Greenhouse", "Hacker News"),
        "data_until": "2025-06-20T06:00:00Z",
        "is_demo": False,
        "extractor_version": "1.0+abc123",
        "taxonomy_version": "2026.1",
        "mljobs_version": "0.1.0",
        "titles": ("ML Engineer", "Senior Machine Learning Engineer <Ads>"),
        "fingerprint": "0123456789abcdef",
    }
    return About(**(facts | changes))


def results(**tables: pd.DataFrame) -> Results:
    made = {
        "volume": volume(),
        "skill_shares": shares(),
        "current_shares": current(),
        "skill_trends": trends(),
        "skill_rank": rank(),
        "decomposition": decomposition(),
        "change_points": pd.DataFrame(
            {"skill": ["LangChain"], "month": ["2024-03"], "share_before": [0.03], "share_after": [0.12]}
        ),
        "skill_pairs": pairs(),
        "bundles": pd.DataFrame({"bundle": [1, 1, 1, 2, 2], "skill": ["PyTorch", "Python", "C++", "LangChain", "RAG"]}),
        "salary": salary(),
        "salary_premium": premium(),
        "education": education(),
        "experience": experience(),
        "lifetimes": lifetimes(),
        "coverage": coverage(),
        "emerging_terms": pd.DataFrame(
            {
                "term": ["vLLM-2", "FlashInfer"],
                "first_month": ["2024-11", "2025-01"],
                "postings": [31, 24],
                "employers": [9, 6],
                "examples": ["ML Engineer, Inference", "Research Engineer"],
            }
        ),
        "quality_checks": quality(),
    }
    return Results(
        selection=Selection(),
        universe="crawled",
        basis="flow",
        months=MONTHS,
        preliminary=["2025-06"],
        tables=made | tables,
    )


def volume() -> pd.DataFrame:
    index = [100 + 2.2 * i + 12 * math.sin(i / 2) for i in range(len(MONTHS))]
    return pd.DataFrame(
        {
            "month": MONTHS,
            "new_postings": [80 + 3 * i for i in range(len(MONTHS))],
            "active_postings": [210 + 7 * i for i in range(len(MONTHS))],
            "boards": [60 if i < 14 else 90 for i in range(len(MONTHS))],
            "index": index,
            "index_low": [v * 0.9 for v in index],
            "index_high": [v * 1.12 for v in index],
            "index_raw": [v * (1.0 if i < 14 else 1.45) for i, v in enumerate(index)],
            "is_preliminary": [i == len(MONTHS) - 1 for i in range(len(MONTHS))],
        }
    )


def shares() -> pd.DataFrame:
    rows = []
    for name, kind, first, last, _ in SKILLS[:-1]:
        for i, month in enumerate(MONTHS):
            share = first + (last - first) * i / (len(MONTHS) - 1) + 0.015 * math.sin(i * 1.7 + len(name))
            share = max(share, 0.004)
            rows.append(
                {
                    "month": month,
                    "skill": name,
                    "kind": kind,
                    "postings_with_skill": round(share * 240),
                    "postings": 240,
                    "share": share,
                    "share_low": share * 0.8,
                    "share_high": share * 1.2,
                }
            )
    return pd.DataFrame(rows)


def current() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "group": "all",
                "skill": name,
                "kind": kind,
                "postings_with_skill": round(last * 1300),
                "postings": 1300,
                "share": last,
                "share_low": last * 0.9,
                "share_high": min(1.0, last * 1.1),
                "employers": 80,
                "employers_asking": round(20 + 60 * last),
            }
            for name, kind, _, last, _ in sorted(SKILLS, key=lambda s: -s[3])
        ]
    )


def trends() -> pd.DataFrame:
    rows = []
    for name, kind, first, last, trend in SKILLS:
        change = math.log(last / (1 - last)) - math.log(first / (1 - first))
        untested = trend == "too_few"
        rows.append(
            {
                "skill": name,
                "kind": kind,
                "postings_with_skill": round(last * 1300),
                "employers": 3 if untested else round(20 + 60 * last),
                "share_first": first,
                "share_last": last,
                "share_last_low": last * 0.9,
                "share_last_high": min(1.0, last * 1.1),
                "log_odds_change": math.nan if untested else change,
                "log_odds_low": math.nan if untested else change - 0.25,
                "log_odds_high": math.nan if untested else change + 0.25,
                "p_value": math.nan if untested else 0.0004 if trend != "flat" else 0.4,
                "q_value": math.nan if untested else 0.002 if trend != "flat" else 0.5,
                "trend": trend,
            }
        )
    return pd.DataFrame(rows)


def rank() -> pd.DataFrame:
    tested = trends().dropna(subset=["log_odds_change"]).sort_values("log_odds_change", ascending=False)
    return pd.DataFrame(
        {
            "rank": range(1, len(tested) + 1),
            "skill": tested["skill"],
            "trend": tested["trend"],
            "score": tested["log_odds_change"],
        }
    )


def decomposition() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "skill": n,
                "change_pp": 100 * (b - a),
                "within_pp": 100 * (b - a) * 0.9,
                "between_pp": 100 * (b - a) * 0.1,
            }
            for n, _, a, b, _ in SKILLS
        ]
    )


def pairs() -> pd.DataFrame:
    named = [
        ("LangChain", "Retrieval-augmented generation", 6.1),
        ("C++", "Computer vision", 2.4),
        ("PyTorch", "TensorFlow", 1.9),
    ]
    return pd.DataFrame(
        [
            {"skill_a": a, "skill_b": b, "postings": 120, "lift": lift, "lift_low": lift * 0.8, "lift_high": lift * 1.3}
            for a, b, lift in named
        ]
    )


def salary() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["all", "entry", "mid", "senior", "staff"],
            "n": [940, 120, 300, 400, 120],
            "p25": [150000.0, 110000.0, 140000.0, 170000.0, 210000.0],
            "median": [185000.0, 130000.0, 165000.0, 205000.0, 250000.0],
            "p75": [230000.0, 155000.0, 195000.0, 245000.0, 310000.0],
        }
    )


def premium() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "skill": ["CUDA", "JAX", "Tableau"],
            "premium_log_points": [0.09, 0.05, -0.06],
            "low": [0.04, -0.01, -0.11],
            "high": [0.14, 0.11, -0.01],
            "n": [210, 90, 75],
        }
    )


def education() -> pd.DataFrame:
    rows = []
    for seniority, none, bachelor, master, phd in (
        ("all", 0.5, 0.3, 0.12, 0.08),
        ("entry", 0.4, 0.45, 0.1, 0.05),
        ("senior", 0.55, 0.25, 0.12, 0.08),
    ):
        for level, share in (("none", none), ("bachelor", bachelor), ("master", master), ("phd", phd)):
            rows.append(
                {
                    "period": "all",
                    "seniority": seniority,
                    "level": level,
                    "requirement": "required",
                    "postings": 900,
                    "share": share,
                    "share_low": share * 0.85,
                    "share_high": share * 1.15,
                }
            )
    return pd.DataFrame(rows)


def experience() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": ["all"] * 3,
            "seniority": ["all", "entry", "senior"],
            "n": [1500, 210, 700],
            "p25": [3.0, 1.0, 5.0],
            "median": [4.0, 1.5, 6.0],
            "p75": [6.0, 2.0, 8.0],
        }
    )


def lifetimes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["all", "entry", "senior"],
            "median_days": [31.0, 24.0, 36.0],
            "low": [28.0, 20.0, 31.0],
            "high": [35.0, 29.0, math.nan],
            "postings": [3100, 400, 1300],
        }
    )


def coverage() -> pd.DataFrame:
    rows = []
    for source, start in (("ashby", 0), ("greenhouse", 14)):
        for i, month in enumerate(MONTHS):
            seen = i >= start
            rows.append(
                {
                    "month": month,
                    "source": source,
                    "boards": 45 if seen else 0,
                    "visits_ok": 90 if seen else 0,
                    "visits_failed": 3 if seen and i % 9 == 4 else 0,
                    "postings": 50 if seen else 0,
                }
            )
    return pd.DataFrame(rows)


def quality() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["visits_failed", "largest_employer"],
            "is_passed": [True, True],
            "value": [0.02, 0.06],
            "threshold": [0.1, 0.2],
            "detail": ["98% of visits read their board in full", "the largest employer has 6% of postings"],
        }
    )
