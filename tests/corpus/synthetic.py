"""A file of made-up postings of any size, written through `corpus` alone: for tests of the file and for timings.

`python -m tests.corpus.synthetic FILE [POSTINGS]` makes one; the same seed gives the same rows.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.db import open_corpus
from corpus.roles import ml_families, role_family
from corpus.text import fingerprint

START = datetime(2024, 1, 3, 6, tzinfo=UTC)
MONTHS = 30
SKILLS = {
    "language": ["Python", "SQL", "C++", "Rust", "Go", "Scala", "R", "Julia"],
    "framework": ["PyTorch", "TensorFlow", "JAX", "scikit-learn", "Spark", "Ray", "LangChain", "Hugging Face"],
    "tool": ["Docker", "Kubernetes", "MLflow", "Airflow", "AWS", "Git", "Terraform", "Kafka"],
    "concept": ["Machine learning", "Deep learning", "MLOps", "NLP", "Computer vision", "Reinforcement learning"],
    "math": ["Statistics", "Linear algebra", "Optimisation"],
    "soft": ["Communication", "Mentoring"],
}
TITLES = [
    "Machine Learning Engineer",
    "MLOps Engineer",
    "Applied Scientist",
    "AI Engineer",
    "Data Scientist",
    "Data Engineer",
    "Account Executive",
]
LEVELS = {"entry": "Junior ", "mid": "", "senior": "Senior ", "staff": "Staff "}
PLACES = [
    ("Berlin, Germany", "DE"),
    ("London, UK", "GB"),
    ("New York, NY", "US"),
    ("Toronto, Canada", "CA"),
    (None, None),
]


def skill_rows():
    return [
        {"skill_id": name.lower().replace(" ", "-"), "name": name, "kind": kind, "definition": None, "first_year": None}
        for kind, names in SKILLS.items()
        for name in names
    ]


def instant(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def build(path, postings=300, seed=7, per_employer=25):
    """Write a file with about `postings` postings of `postings / per_employer` employers over 30 months."""
    rng = random.Random(seed)
    with open_corpus(path, write=True) as corpus, corpus.transaction():
        boards = max(8, postings // per_employer)
        _frame(corpus, boards)
        visits = {board: _visit_times(board) for board in range(1, boards + 1)}
        made = _postings(rng, postings, boards, visits)
        _write_visits(corpus, visits, made)
        tables = {name: [row for one in made for row in one[name]] for name in made[0]}
        for name in TABLE_ORDER:
            corpus.insert(name, tables[name])
        _publish(corpus)
    return Path(path)


TABLE_ORDER = (
    "vacancies",
    "postings",
    "posting_texts",
    "episodes",
    "extractions",
    "mentions",
    "posting_skills",
    "degrees",
    "experience",
    "salaries",
    "posting_topics",
)


def _frame(corpus, boards):
    corpus.insert(
        "sources",
        [
            {
                "source": "ashby",
                "kind": "ats",
                "name": "Ashby",
                "homepage": "https://www.ashbyhq.com",
                "terms": "Public posting API.",
            },
            {
                "source": "hn",
                "kind": "forum",
                "name": "Hacker News",
                "homepage": "https://news.ycombinator.com",
                "terms": "Public API.",
            },
        ],
    )
    corpus.insert(
        "runs",
        [
            {
                "run_id": 1,
                "command": "crawl",
                "started_at": instant(START),
                "finished_at": instant(START),
                "status": "ok",
                "mljobs_version": "0.1.0",
                "summary": "visited",
            }
        ],
    )
    corpus.insert(
        "employers",
        [{"employer_id": n, "name": f"Example {n} Ltd", "name_key": f"example {n}"} for n in range(1, boards + 1)],
    )
    corpus.insert(
        "boards",
        [
            {
                "board_id": n,
                "source": "hn" if n % 8 == 0 else "ashby",
                "token": f"example-{n}",
                "employer_id": n,
                "country": "US",
                "health": "healthy",
            }
            for n in range(1, boards + 1)
        ],
    )
    corpus.insert("skills", skill_rows())
    corpus.insert("skill_crosswalks", [{"skill_id": "python", "scheme": "wikidata", "identifier": "Q28865"}])
    corpus.insert(
        "extractor_versions",
        [
            {
                "extractor_version": "1a2b+3c4d",
                "code_version": "1a2b",
                "taxonomy_version": "3c4d",
                "first_used_at": instant(START),
            }
        ],
    )


def _visit_times(board):
    first = START + timedelta(days=board % 25)
    return [first + timedelta(days=30 * month) for month in range(MONTHS)]


def _postings(rng, count, boards, visits):
    """Every twentieth posting publishes the vacancy of the one before it again."""
    made, board = [], 1
    for number in range(1, count + 1):
        is_repost = number % 20 == 0
        board = board if is_repost else rng.randint(1, boards)
        made.append(_posting(rng, number, board, visits))
        if is_repost:
            original = made[-2]["vacancies"][0]
            original.update(posting_count=2, repost_count=1)
            made[-1]["vacancies"] = []
            made[-1]["postings"][0]["vacancy_id"] = original["vacancy_id"]
    return made


def _posting(rng, number, board, visits):
    """Rows of every table for one posting."""
    times = visits[board]
    first = rng.randrange(len(times))
    last = min(len(times) - 1, first + rng.choice([0, 0, 1, 1, 2, 4]))
    closed = times[last + 2] if last + 2 < len(times) else None
    level = rng.choice(list(LEVELS))
    role = rng.choice(TITLES)
    title = LEVELS[level] + role
    location, country = rng.choice(PLACES)
    drift = first / len(times)
    required = _draw(rng, drift, 5)
    preferred = [name for name in _draw(rng, drift, 3) if name not in required]
    text, mentions = _text(number, title, required, preferred)
    family = role_family(title)
    has_text = family != "other"
    posting = {
        "posting_id": number,
        "board_id": board,
        "external_id": f"p-{number}",
        "employer_id": board,
        "vacancy_id": number,
        "title": title,
        "role_family": family,
        "location": location,
        "country": country,
        "work_mode": rng.choice(["remote", "hybrid", "onsite", None]),
        "employment_type": "full_time",
        "url": f"https://jobs.example.com/{board}/{number}",
        "apply_url": f"https://jobs.example.com/{board}/{number}/apply",
        "date_posted": instant(times[first] - timedelta(days=3))[:10],
        "date_posted_kind": "first_published",
        "language": "en" if has_text else None,
        "content_hash": fingerprint(title, f"Example {board} Ltd", location, text),
        "text_hash": fingerprint(text) if has_text else None,
        "text_length": len(text) if has_text else None,
        "first_seen_at": instant(times[first]),
        "last_seen_at": instant(times[last]),
        "closed_at": instant(closed) if closed else None,
    }
    episode = {
        "posting_id": number,
        "number": 1,
        "first_seen_at": posting["first_seen_at"],
        "last_seen_at": posting["last_seen_at"],
        "previous_visit_at": instant(times[first - 1]) if first else None,
        "next_visit_at": instant(times[last + 1]) if last + 1 < len(times) else None,
        "closed_at": posting["closed_at"],
    }
    rows = dict.fromkeys(TABLE_ORDER, ())
    rows |= {
        "postings": [posting],
        "episodes": [episode],
        "vacancies": [
            {
                "vacancy_id": number,
                "employer_id": board,
                "posting_id": number,
                "posting_count": 1,
                "repost_count": 0,
            }
        ],
    }
    return rows | (_reading(rng, number, title, text, level, mentions) if has_text else {})


def _reading(rng, number, title, text, level, mentions):
    family = role_family(title)
    ids = {skill: requirement for _, _, skill, _, requirement in mentions}
    low = rng.randrange(90, 200) * 1000
    return {
        "posting_texts": [{"posting_id": number, "title": title, "text": text, "html_zlib": None}],
        "extractions": [
            {
                "posting_id": number,
                "extractor_version": "1a2b+3c4d",
                "text_hash": fingerprint(text),
                "role_family": family,
                "is_ml_role": int(family in ml_families()),
                "seniority": level,
                "skill_count": len(ids),
                "minhash": None,
            }
        ],
        "mentions": [
            {
                "posting_id": number,
                "field": "description",
                "start_offset": start,
                "end_offset": end,
                "skill_id": skill,
                "section": section,
                "requirement": requirement,
                "rule": f"alias; heading {section}",
            }
            for start, end, skill, section, requirement in mentions
        ],
        "posting_skills": [
            {"posting_id": number, "skill_id": skill, "requirement": requirement, "mention_count": 1}
            for skill, requirement in ids.items()
        ],
        "degrees": [
            {
                "posting_id": number,
                "level": rng.choice(["bachelor", "master", "phd"]),
                "requirement": "required",
                "fields": '["computer_science"]',
                "or_experience": number % 2,
                "start_offset": 0,
                "end_offset": 1,
            }
        ],
        "experience": [
            {
                "posting_id": number,
                "min_years": float(rng.randint(1, 8)),
                "max_years": None,
                "requirement": "required",
                "start_offset": 0,
                "end_offset": 1,
            }
        ],
        "salaries": [
            {
                "posting_id": number,
                "source": "api",
                "min_amount": low,
                "max_amount": low * 1.3,
                "currency": "USD",
                "unit": "year",
                "raw": f"{low} - {low * 1.3:.0f}",
            }
        ]
        if number % 3
        else [],
        "posting_topics": [{"posting_id": number, "topic_kind": "task", "topic": "deploy_models"}],
    }


def _draw(rng, drift, count):
    """Skills of one posting: JAX rises with time, TensorFlow falls."""
    names = [name for group in SKILLS.values() for name in group]
    weights = [{"Python": 8.0, "JAX": 0.2 + 4 * drift, "TensorFlow": 4 - 3.5 * drift}.get(name, 1.0) for name in names]
    return list(dict.fromkeys(rng.choices(names, weights, k=count)))


def _text(number, title, required, preferred):
    """Lay out a posting's text; mentions as (start, end, skill id, section, level)."""
    text = f"Example {number} is looking for a {title} to build systems that people rely on.\n\nRequirements\n"
    mentions = []
    for section, level, names in (("requirements", "required", required), ("nice_to_have", "preferred", preferred)):
        text += "" if section == "requirements" else "\nNice to have\n"
        for name in names:
            start = len(text) + len("- Good knowledge of ")
            text += f"- Good knowledge of {name} in production\n"
            mentions.append((start, start + len(name), name.lower().replace(" ", "-"), section, level))
    return text.rstrip("\n"), mentions


def _write_visits(corpus, visits, made):
    new = {}
    for one in made:
        posting = one["postings"][0]
        key = posting["board_id"], posting["first_seen_at"]
        new[key] = new.get(key, 0) + 1
    corpus.insert(
        "visits",
        [
            {
                "run_id": 1,
                "board_id": board,
                "visited_at": instant(time),
                "outcome": "ok",
                "is_complete": 1,
                "http_status": 200,
                "posting_count": 10,
                "new_count": new.get((board, instant(time)), 0),
                "request_count": 1,
                "duration_seconds": 0.2,
            }
            for board, times in visits.items()
            for time in times
        ],
    )


def _publish(corpus):
    corpus.insert(
        "vintages",
        [
            {
                "vintage_id": 1,
                "published_at": instant(START),
                "data_until": instant(START),
                "mljobs_version": "0.1.0",
                "method_version": "1",
                "last_run_id": 1,
                "posting_count": 300,
                "read_count": 300,
                "arguments": "{}",
                "fingerprint": "f" * 64,
            }
        ],
    )
    corpus.insert(
        "stats",
        [
            {
                "vintage_id": 1,
                "measure": "skill_share",
                "subject": "python",
                "period": "2026-05",
                "value": 0.7,
                "low": 0.6,
                "high": 0.8,
                "sample_count": 200,
                "employer_count": 9,
            }
        ],
    )
    corpus.insert(
        "quality_checks",
        [
            {
                "vintage_id": 1,
                "name": "coverage",
                "is_passed": 1,
                "value": 0.99,
                "threshold": 0.9,
                "detail": "boards seen",
            }
        ],
    )


def import_files(folder, postings=300, seed=7, boards=12):
    """Write the same postings as files for `mljobs import`: postings.jsonl and visits.jsonl."""
    rng = random.Random(seed)
    visits = {board: _visit_times(board) for board in range(1, boards + 1)}
    with (folder / "visits.jsonl").open("w", encoding="utf-8") as file:
        for board, times in visits.items():
            for time in times:
                file.write(
                    json.dumps(
                        {"source": "sample", "board": f"example-{board}", "visited_at": instant(time), "outcome": "ok"}
                    )
                    + "\n"
                )
    with (folder / "postings.jsonl").open("w", encoding="utf-8") as file:
        for made in _postings(rng, postings, boards, visits):
            file.write(json.dumps(_importable(made)) + "\n")
    return folder / "postings.jsonl", folder / "visits.jsonl"


def _importable(made):
    posting, text = made["postings"][0], made["posting_texts"]
    pay = made["salaries"][0] if made["salaries"] else {}
    kept = (
        "external_id",
        "title",
        "url",
        "location",
        "country",
        "work_mode",
        "employment_type",
        "date_posted",
        "first_seen_at",
        "last_seen_at",
        "closed_at",
    )
    row = {name: posting[name] for name in kept if posting[name]}
    row |= {
        "source": "sample",
        "board": f"example-{posting['board_id']}",
        "employer": f"Example {posting['board_id']} Ltd",
    }
    facts = f"\n- Bachelor's degree in Computer Science\n- {1 + posting['posting_id'] % 7}+ years of experience\n"
    body = text[0]["text"].replace("\nNice to have", facts + "\nNice to have") if text else "Sell what we build."
    row["description_text"] = body
    if pay:
        row |= {
            "salary_min": pay["min_amount"],
            "salary_max": pay["max_amount"],
            "salary_currency": "USD",
            "salary_unit": "year",
        }
    return row


if __name__ == "__main__":
    build(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 300)
