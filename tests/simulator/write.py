"""A world as files: native import rows and visits, or, to save the reading of texts, straight into the tables."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd

from corpus.db import Corpus, open_corpus
from tests.simulator.texts import advert
from tests.simulator.world import PLACES, SENIORITY, World

TITLES = {"entry": "Junior Machine Learning Engineer", "mid": "Machine Learning Engineer"}
TITLES |= {"senior": "Senior Machine Learning Engineer", "staff": "Staff Machine Learning Engineer"}
NONSENSE = ("1970-01-01", "2099-12-31", "0000-00-00", "yesterday", "13/13/2023", "1923-05-04")
"""Dates of publication as broken sources give them."""
USD = {"USD": 1.0, "EUR": 1.08, "GBP": 1.27}


def instants(world: World, days) -> list[str | None]:
    """Days of the world as UTC instants."""
    first = pd.Period(world.options.first_month, "M").start_time
    at = (first + pd.to_timedelta(np.asarray(days, dtype=float), unit="D")).floor("s")
    return [None if value is pd.NaT or pd.isna(value) else value.strftime("%Y-%m-%dT%H:%M:%SZ") for value in at]


def pay(world: World) -> pd.DataFrame:
    """What each vacancy says of its pay: min, max, currency, unit; most by the year, some by the hour or month."""
    rng = np.random.default_rng([world.options.seed, 7])
    table = world.vacancies
    currency = np.array([place[2] for place in PLACES])[table["place"]]
    year = np.exp(table["log_pay"].to_numpy()) / pd.Series(currency).map(USD).to_numpy()
    unit = rng.choice(["year", "month", "hour"], len(table), p=[0.85, 0.1, 0.05])
    if world.options.is_clean:
        unit[:] = "year"
    amount = year / pd.Series(unit).map({"year": 1, "month": 12, "hour": 2080}).to_numpy()
    wide = rng.uniform(0.05, 0.2, len(table))
    out = pd.DataFrame({"min": amount * (1 - wide), "max": amount * (1 + wide), "currency": currency, "unit": unit})
    out[["min", "max"]] = out[["min", "max"]].round(2)
    return out[table["tells_pay"].to_numpy()]


def quick(world: World, path: Path) -> None:
    """The tables of a file as import and extraction would have left them, with the true skills and vacancies."""
    with open_corpus(path, write=True) as corpus, corpus.transaction() as connection:
        _observation(world, corpus)
        _postings(world, corpus)
        _reading(world, corpus)
        connection.execute("INSERT INTO posting_search (posting_search) VALUES ('rebuild')")


def _many(corpus: Corpus, table: str, columns: str, rows) -> None:
    names = columns.split()
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    corpus.connection.executemany(sql, rows)


def _observation(world, corpus):
    sources = sorted(set(world.visits["source"]))
    _many(corpus, "sources", "source kind name", [(s, "import", s) for s in sources])
    names = [(i + 1, f"Employer {i}", f"employer {i}") for i in range(len(world.employers))]
    _many(corpus, "employers", "employer_id name name_key", names)
    boards = world.visits[["board", "source"]].drop_duplicates()
    number = {board: i + 1 for i, board in enumerate(boards["board"])}
    _many(corpus, "boards", "board_id source token", [(number[b], s, b) for b, s in boards.itertuples(index=False)])
    _many(corpus, "runs", "run_id command started_at status mljobs_version",
          [(1, "import", instants(world, [0])[0], "ok", "0")])  # fmt: skip
    if not world.options.has_visits:
        return
    seen = world.visits
    _many(
        corpus,
        "visits",
        "run_id board_id visited_at outcome is_complete",
        [
            (1, number[b], at, "ok" if ok else "http_error", int(ok))
            for b, at, ok in zip(seen["board"], instants(world, seen["day"]), seen["ok"].tolist(), strict=True)
        ],
    )


def _postings(world, corpus):
    ads, vacancies = world.adverts, world.vacancies
    boards = dict(corpus.connection.execute("SELECT token, board_id FROM boards").fetchall())
    employer = vacancies["employer"].to_numpy()[ads["vacancy"]] + 1
    place = vacancies["place"].to_numpy()[ads["vacancy"]]
    seniority = np.array(SENIORITY)[vacancies["seniority"].to_numpy()[ads["vacancy"]]]
    ids = np.arange(1, len(ads) + 1)
    home = (ads["source"] == "jobboard") & (world.employers["source"].to_numpy()[employer - 1] != "jobboard")
    order = np.lexsort((ads["first"], home, ads["vacancy"]))
    grouped = pd.DataFrame({"vacancy": ads["vacancy"].to_numpy()[order], "posting": ids[order]}).groupby("vacancy")
    _many(
        corpus,
        "vacancies",
        "vacancy_id employer_id posting_id posting_count repost_count",
        [
            (int(v) + 1, int(employer[p - 1]), int(p), int(n), 0)
            for v, p, n in zip(
                grouped["posting"].first().index, grouped["posting"].first(), grouped.size(), strict=True
            )
        ],
    )
    first, last = instants(world, ads["first"]), instants(world, ads["last"])
    previous, after, closed = (instants(world, ads[name]) for name in ("previous", "next", "closed"))
    title = [TITLES[s] for s in seniority]
    _many(
        corpus,
        "postings",
        "posting_id board_id external_id employer_id vacancy_id title role_family location country content_hash"
        " text_hash text_length first_seen_at last_seen_at closed_at",
        zip(
            ids.tolist(),
            [boards[b] for b in ads["board"]],
            ads["external_id"],
            employer.tolist(),
            (ads["vacancy"].to_numpy() + 1).tolist(),
            title,
            ["ml_engineer"] * len(ads),
            [PLACES[p][0] for p in place],
            [PLACES[p][1] for p in place],
            ads["vacancy"].astype(str),
            ads["vacancy"].astype(str),
            [1000] * len(ads),
            first,
            last,
            closed,
            strict=True,
        ),
    )
    if world.options.has_visits:
        rows = zip(ids.tolist(), [1] * len(ads), first, last, previous, after, closed, strict=True)
        _many(corpus, "episodes", "posting_id number first_seen_at last_seen_at previous_visit_at next_visit_at closed_at",
              rows)  # fmt: skip


def _reading(world, corpus):
    ads, vacancies = world.adverts, world.vacancies
    _many(corpus, "extractor_versions", "extractor_version code_version taxonomy_version first_used_at",
          [("sim", "sim", "sim", "2020-01-01T00:00:00Z")])  # fmt: skip
    names = world.skills["name"].tolist()
    _many(corpus, "skills", "skill_id name kind", [(name.lower().replace(" ", "-"), name, "tool") for name in names])
    seniority = np.array(SENIORITY)[vacancies["seniority"].to_numpy()[ads["vacancy"]]]
    count = world.asks.sum(axis=1)[ads["vacancy"]]
    _many(
        corpus,
        "extractions",
        "posting_id extractor_version text_hash role_family is_ml_role seniority skill_count",
        [
            (i + 1, "sim", "", "ml_engineer", 1, s, int(n))
            for i, (s, n) in enumerate(zip(seniority, count, strict=True))
        ],
    )
    rows, columns = np.nonzero(world.asks[ads["vacancy"]])
    ids = [name.lower().replace(" ", "-") for name in names]
    _many(
        corpus,
        "posting_skills",
        "posting_id skill_id requirement mention_count",
        (
            (r + 1, ids[c], "required" if (r + c) % 3 else "preferred", 1)
            for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
        ),
    )
    told = pay(world)
    at = dict(zip(told.index, told.itertuples(index=False), strict=True))
    _many(
        corpus,
        "salaries",
        "posting_id source min_amount max_amount currency unit",
        [
            (i + 1, "api", at[v].min, at[v].max, at[v].currency, at[v].unit)
            for i, v in enumerate(ads["vacancy"])
            if v in at
        ],
    )
    degree = vacancies["degree"].to_numpy()[ads["vacancy"]]
    _many(
        corpus,
        "degrees",
        "posting_id level requirement start_offset end_offset",
        [(i + 1, "bachelor", d, 0, 1) for i, d in enumerate(degree) if d],
    )


def jsonl(path: Path, rows) -> None:
    """Rows as JSON lines, gzipped where the name says so."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def imports(world: World, postings: Path, visits: Path | None) -> None:
    """The files that a user would import: native postings, and the ledger of visits."""
    jsonl(postings, _native(world))
    if visits is not None and world.options.has_visits:
        seen = world.visits
        jsonl(
            visits,
            (
                {"board": board, "visited_at": at, "outcome": "ok" if ok else "http_error"}
                for board, at, ok in zip(seen["board"], instants(world, seen["day"]), seen["ok"].tolist(), strict=True)
            ),
        )


def _native(world: World):
    rng = np.random.default_rng([world.options.seed, 11])
    names = world.skills["name"].to_numpy()
    told = pay(world)
    at = dict(zip(told.index, told.itertuples(index=False), strict=True))
    ads = world.adverts
    vacancies = world.vacancies
    moments = {name: instants(world, ads[name]) for name in ("first", "last", "next", "closed")}
    for row in ads.itertuples():
        vacancy = vacancies.iloc[row.vacancy]
        employer = int(vacancy["employer"])
        place = PLACES[int(vacancy["place"])]
        optional = {"location": place[0], "country": place[1]}
        if row.vacancy in at:
            money = at[row.vacancy]
            optional |= {"salary_min": money.min, "salary_max": money.max}
            optional |= {"salary_currency": money.currency, "salary_unit": money.unit}
        drop = rng.random() < world.options.missing
        opened = vacancy["open"] if rng.random() >= world.options.wrong_dates else None
        times = {} if rng.random() < world.options.undated else {
            "first_seen_at": moments["first"][row.Index],
            "last_seen_at": moments["last"][row.Index],
            "closed_at": moments["next"][row.Index] if moments["closed"][row.Index] else None,
        }  # fmt: skip
        yield {
            "source": row.source,
            "board": row.board,
            "external_id": row.external_id,
            "title": TITLES[SENIORITY[int(vacancy["seniority"])]],
            "employer": f"Employer {employer}",
            "description_text": advert(
                world.options.seed,
                row.vacancy,
                employer,
                list(names[world.asks[row.vacancy]]),
                vacancy["degree"],
                is_edited=row.is_edited,
                is_template=world.options.is_template,
            ),
            "date_posted": str(rng.choice(NONSENSE)) if opened is None else (instants(world, [opened])[0] or "")[:10],
            **times,
            **({} if drop else optional),
        }
