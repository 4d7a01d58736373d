"""A world: employers, their vacancies, what each asks for, and what a crawler would have seen of it.

Everything is drawn from one seed. The confounders are those that mislead trackers of postings: a source that enters
midway, the stock of the first crawl, copies on a second board, a weekly re-poster, an employer that leaves, new
boilerplate, an outage, weekly visits, pay in other units and currencies and told by some only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import define, evolve, frozen

SKILLS = {
    "rising": ["PyTorch", "Kubernetes", "Rust", "LangChain"],
    "falling": ["TensorFlow", "Apache Hadoop"],
    "slow": ["Docker", "Snowflake"],
    "step": ["Terraform", "Apache Airflow"],
    "seasonal": ["Power BI", "Tableau"],
    "between": ["Scala"],
    "confounded": ["MLflow", "Databricks", "Apache Kafka", "Jenkins", "MATLAB"],
    "flat": [
        *("Python", "SQL", "Java", "C++", "Apache Spark", "scikit-learn", "pandas", "NumPy", "PostgreSQL", "MongoDB"),
        *(
            "Redis",
            "Grafana",
            "Ansible",
            "FastAPI",
            "Flask",
            "Django",
            "Google BigQuery",
            "Elasticsearch",
            "OpenCV",
            "CUDA",
        ),
    ],
    "rare": [
        *("Erlang", "Haskell", "Weaviate", "Pinecone", "Milvus", "Qdrant", "Dask", "Prefect", "Dagster", "Neo4j"),
        *(
            "ONNX",
            "TensorRT",
            "LightGBM",
            "CatBoost",
            "Keras",
            "Plotly",
            "Apache Cassandra",
            "Apache Flink",
            "Kotlin",
            "Looker",
        ),
    ],
}
"""Kind of truth -> skills of that kind: names that a reader of postings cannot mistake for other words."""
SENIORITY = ("entry", "mid", "senior", "staff")
PLACES = (("Berlin", "DE", "EUR"), ("London", "GB", "GBP"), ("New York, NY", "US", "USD"), ("Austin, TX", "US", "USD"))
LIFE_MEDIAN = 24.7
BEFORE = 4
"""Months before the first day, so that the first visit meets a stock."""


@frozen
class Options:
    """How large and how rough a world is."""

    seed: int = 0
    months: int = 36
    first_month: str = "2022-01"
    employers: int = 280
    vacancies: int = 76_000
    late_share: float = 120 / 280
    """Employers that only the board shows that starts halfway."""
    is_clean: bool = False
    """No confounder at all: every employer is visited daily from the first day."""
    visit_every: float = 1.0
    outages: int = 1
    """Stretches of twelve days in which no board of `ats_a` answers."""
    missing: float = 0.0
    """Share of optional fields that are left out."""
    has_visits: bool = True
    size_spread: float = 1.1
    """Deviation of the log size of employers: at 2 a handful of them posts half of everything."""
    copied: float = 0.25
    """Share of the employers' own adverts that the board of many employers copies."""
    repost_days: float = 7.0
    """How often the re-poster puts each of its adverts up anew."""
    leaving: float = 0.0
    """Share of employers whose boards leave the list at some time."""
    breaks: float = 0.0
    """Mean number of times that a board cannot be read for two to six weeks."""
    collapse: bool = False
    """A parser reads a third of the postings of `ats_b` for 25 days and takes that for the whole."""
    moving: float = 0.0
    """Share of employers that change their platform, and with it all ids, at some time."""
    burst: bool = False
    """One employer opens in one month what it else opens in two years."""
    crash: float = 0.0
    """Part of the market that falls away two thirds through."""
    is_template: bool = False
    """Texts of an employer differ in one sentence and in the skills that they list."""
    undated: float = 0.0
    """Share of rows without the times of their sightings."""
    wrong_dates: float = 0.0
    """Share of rows whose date of publication is nonsense."""
    has_skills: bool = True


@define
class World:
    """The truth and what is seen of it. Days count from the first day of the first month."""

    options: Options
    skills: pd.DataFrame
    """name, kind, and the truth: log_odds_change (last twelve against first twelve months), step_month, premium."""
    employers: pd.DataFrame
    vacancies: pd.DataFrame
    asks: np.ndarray
    visits: pd.DataFrame
    """board, day, outcome."""
    adverts: pd.DataFrame
    """What was seen: vacancy, source, board, external_id, first, last, closed (days), is_edited."""
    level: np.ndarray
    """Expected vacancies a day, by month."""
    market_share: np.ndarray
    """Share of each skill over the last twelve months in the population the employers are drawn from."""
    starts: np.ndarray
    """First day of each month, and the end."""


def logistic(value):
    return 1 / (1 + np.exp(-value))


def make_world(options: Options) -> World:
    rng = np.random.default_rng(options.seed)
    periods = pd.period_range(options.first_month, periods=options.months + 1, freq="M")
    starts = np.array([(p.start_time - periods[0].start_time).days for p in periods], dtype=float)
    employers = _employers(rng, options)
    skills = _skills(rng, options)
    vacancies, level = _vacancies(rng, options, employers, starts)
    asks, market = _asks(rng, options, employers, skills, vacancies, starts)
    _pay_and_study(rng, employers, skills, vacancies, asks)
    visits = _visits(rng, options, employers, starts[-1])
    adverts = _adverts(rng, options, employers, vacancies, visits)
    return World(options, skills, employers, vacancies, asks, visits, adverts, level, market, starts)


def _employers(rng, options):
    count = options.employers
    size = np.exp(rng.normal(0, options.size_spread, count))
    order = rng.permutation(count)
    late = np.zeros(count, bool)
    if not options.is_clean:
        late[order[: int(count * options.late_share)]] = True
    source = np.where(late, "jobboard", rng.choice(["ats_a", "ats_b", "ats_c"], count))
    table = pd.DataFrame({"size": size / size.sum(), "late": late, "source": source})
    early = table.index[~table["late"]].to_numpy()
    big = early[np.argsort(-table["size"].to_numpy()[early])]
    table["role"] = ""
    if not options.is_clean and count >= 20:
        table.loc[big[2], "role"] = "leaver"
        table.loc[big[4], "role"] = "reposter"
        table.loc[big[6], "role"] = "boilerplate"
    table["pay"] = rng.normal(0, 0.2, count)
    table["growth"] = rng.normal(0, 0.25, count)
    table["place"] = rng.integers(0, len(PLACES), count)
    return table


def _skills(rng, options):
    rows = []
    for kind, names in SKILLS.items():
        for at, name in enumerate(names):
            base, change, step = rng.uniform(-2.2, -0.2), 0.0, -1
            if kind == "rising":
                base, change = rng.uniform(-2.4, -1.4), rng.uniform(0.9, 1.4)
            elif kind == "falling":
                base, change = rng.uniform(-1.2, -0.4), -rng.uniform(0.9, 1.4)
            elif kind == "slow":
                share = rng.uniform(0.12, 0.2)
                base = np.log(share / (1 - share))
                moved = share + (0.05 if at == 0 else -0.05)
                change = (np.log(moved / (1 - moved)) - base) * 1.5
            elif kind == "step":
                base, change, step = (
                    rng.uniform(-1.6, -1.0),
                    (1.0, -1.0)[at],
                    int(rng.integers(options.months // 3, options.months * 2 // 3 + 1)),
                )
            elif kind == "rare":
                base = rng.uniform(-5.6, -4.4)
            rows.append((name, kind, base, change, step, (rng.uniform(-0.02, 0.12) if kind != "rare" else 0.0)))
    return pd.DataFrame(rows, columns=["name", "kind", "base", "change", "step_month", "premium"])


def _vacancies(rng, options, employers, starts):
    months, _count = options.months, len(employers)
    t = np.arange(months)
    calendar = (pd.Period(options.first_month, "M").month - 1 + t) % 12
    season = np.where(calendar == 11, -0.14, 0.0) + 0.05 * np.cos(2 * np.pi * (calendar - 1) / 12)
    path = 0.45 * np.sin(np.pi * t / (months - 1) * 1.4 + 0.2) + season
    tau = t / 36
    own = np.exp(path[None, :] + employers["growth"].to_numpy()[:, None] * (tau - 0.5))
    own *= employers["size"].to_numpy()[:, None] * np.diff(starts)[None, :]
    own[:, int(months * 2 / 3) :] *= 1 - options.crash
    own *= options.vacancies / own.sum()
    noisy = own * rng.gamma(15.0, 1 / 15.0, own.shape)
    noisy = np.concatenate([np.repeat(own[:, :1], BEFORE, axis=1), noisy], axis=1)  # what is open on the first day
    drawn = rng.poisson(noisy)
    if options.burst:
        drawn[int(np.argsort(-own.sum(axis=1))[9 % len(own)]), BEFORE + months // 2] *= 24
    employer, month = np.nonzero(drawn)
    repeat = drawn[employer, month]
    employer, month = np.repeat(employer, repeat), np.repeat(month, repeat) - BEFORE
    first = np.where(month >= 0, starts[np.maximum(month, 0)], 30.0 * month)
    length = np.where(month >= 0, np.diff(starts)[np.maximum(month, 0)], 30.0)
    opened = first + rng.random(len(month)) * length
    life = rng.weibull(1.15, len(month))
    life *= LIFE_MEDIAN / np.log(2) ** (1 / 1.15)
    table = pd.DataFrame({"employer": employer, "month": month, "open": opened, "close": opened + life})
    table["seniority"] = rng.choice(4, len(table), p=[0.15, 0.4, 0.33, 0.12])
    elsewhere = rng.random(len(table)) < 0.3
    place = employers["place"].to_numpy()[employer]
    table["place"] = np.where(elsewhere, rng.integers(0, len(PLACES), len(table)), place)
    return table, own.sum(axis=0) / np.diff(starts)


def _asks(rng, options, employers, skills, vacancies, starts):
    count, months = len(employers), options.months
    employer, month = vacancies["employer"].to_numpy(), vacancies["month"].clip(lower=0).to_numpy()
    tau = month / 36
    first, last = np.arange(12), np.arange(max(0, months - 12), months)
    asks = np.zeros((len(vacancies), len(skills)), bool)
    market = np.zeros(len(skills))
    population = rng.normal(0, 1, 20_000)
    quarter = (month // 3).astype(int)
    calendar = (pd.Period(options.first_month, "M").month - 1 + month) % 12
    truth = []
    confounded = 0
    for at, skill in enumerate(skills.itertuples()):
        spread = 0.9 if skill.kind != "rare" else 0.6
        own = rng.normal(0, spread, count)
        slope = rng.normal(0, 0.3, count)
        waves = rng.normal(0, 0.35, (count, months // 3 + 1))
        if skill.step_month >= 0:
            shape = np.where(np.arange(months) >= skill.step_month, skill.change, 0.0)
        else:
            shape = skill.change * np.arange(months) / 36
        score = skill.base + own[employer] + slope[employer] * (tau - 0.5) + waves[employer, quarter] + shape[month]
        if skill.kind == "seasonal":
            score = score + 0.5 * np.cos(2 * np.pi * (calendar - 2) / 12)
        if skill.kind == "between":
            score = skill.base + 2.2 * np.sign(employers["growth"].to_numpy())[employer] + own[employer] * 0.3
            score = score + waves[employer, quarter]
        if skill.kind == "confounded" and not options.is_clean:
            score = score + _confounder(confounded, employers, vacancies)
            confounded += 1
        asks[:, at] = options.has_skills & (rng.random(len(vacancies)) < logistic(score))
        truth.append(shape[last].mean() - shape[first].mean() if months >= 24 else np.nan)
        noise = np.sqrt(spread**2 + 0.35**2 + (0.3 * (last.mean() / 36 - 0.5)) ** 2) * population
        season = 0.5 * np.cos(2 * np.pi * (np.arange(12) - 2) / 12) if skill.kind == "seasonal" else np.zeros(1)
        market[at] = np.mean([logistic(skill.base + shape[m] + noise + s).mean() for m in last[::3] for s in season])
    skills["log_odds_change"] = truth
    return asks, market


def _confounder(which, employers, vacancies):
    """What makes a flat skill look as if it moved, as a shift of its log odds."""
    employer = vacancies["employer"].to_numpy()
    role = employers["role"].to_numpy()[employer]
    if which == 0:  # common among the employers of the board that enters late
        return np.where(employers["late"].to_numpy()[employer], 1.4, -0.4)
    if which == 1:
        return np.where(role == "reposter", 3.0, 0.0)
    if which == 2:
        return np.where(role == "leaver", 3.0, 0.0)
    if which == 3:  # new boilerplate from month 20 on
        return np.where((role == "boilerplate") & (vacancies["month"].to_numpy() >= 20), 4.0, 0.0)
    return 0.8 * (np.log(vacancies["close"] - vacancies["open"] + 1).to_numpy() - 3.2)  # long-lived postings


def _pay_and_study(rng, employers, skills, vacancies, asks):
    employer, seniority = vacancies["employer"].to_numpy(), vacancies["seniority"].to_numpy()
    level = np.array([11.0, 11.25, 11.55, 11.8])[seniority]
    # a skill of seniors and a skill of employers that pay well: without effects for both they seem to pay
    tied = [int(np.flatnonzero(skills["name"] == name)[0]) for name in ("C++", "CUDA")]
    asks[:, tied[0]] |= (seniority >= 2) & (rng.random(len(vacancies)) < 0.35)
    asks[:, tied[1]] |= (employers["pay"].to_numpy()[employer] > 0.15) & (rng.random(len(vacancies)) < 0.3)
    pay = level + employers["pay"].to_numpy()[employer] + asks @ skills["premium"].to_numpy()
    vacancies["log_pay"] = pay + rng.normal(0, 0.08, len(vacancies))
    tells = 0.25 + 0.3 * (np.array([p[1] for p in PLACES])[vacancies["place"]] == "US")
    vacancies["tells_pay"] = rng.random(len(vacancies)) < tells * (0.6 + 0.4 * (seniority >= 1))
    required = np.array([0.55, 0.5, 0.4, 0.35])[seniority] - 0.15 * vacancies["month"].to_numpy() / 36
    draw = rng.random(len(vacancies))
    vacancies["degree"] = np.where(draw < required, "required", np.where(draw < required + 0.2, "preferred", ""))


def _visits(rng, options, employers, end):
    """Which board was looked at on which day: daily, `ats_c` weekly, the board of many employers from halfway on."""
    rows = []
    half = 0.0 if options.is_clean else end / 2
    down = [(rng.uniform(0.2, 0.9) * end, 12.0) for _ in range(0 if options.is_clean else options.outages)]
    for board in _boards(rng, options, employers, end, half).itertuples():
        every = options.visit_every if options.is_clean or board.source != "ats_c" else max(7.0, options.visit_every)
        days = np.arange(board.start, min(end, board.stop) - 0.1, every) + rng.uniform(0, 0.05)
        bad = np.zeros(len(days), bool)
        for at, length in down if board.source == "ats_a" else []:
            bad |= (days >= at) & (days < at + length)
        for at in rng.uniform(0, end, rng.poisson(options.breaks)) if options.breaks else []:
            bad |= (days >= at) & (days < at + rng.uniform(14, 42))
        if not options.is_clean:
            bad |= rng.random(len(days)) < 0.01
        rows.append(pd.DataFrame({"board": board.board, "source": board.source, "day": days, "ok": ~bad}))
    return pd.concat(rows, ignore_index=True)


def _boards(rng, options, employers, end, half):
    """Each board with its source and the days on which it is first and last looked at; employers learn `moves_on`."""
    employers["moves_on"] = np.inf
    rows = []
    leaver = employers.index[employers["role"] == "leaver"]
    for i, source in enumerate(employers["source"]):
        if source == "jobboard":
            continue
        start, stop = rng.uniform(0, 0.3), 24 / 36 * end if len(leaver) and i == leaver[0] else np.inf
        if options.leaving and rng.random() < options.leaving:
            stop = min(stop, rng.uniform(0.2, 1) * end)
        if options.moving and rng.random() < options.moving:
            moved = employers.loc[i, "moves_on"] = rng.uniform(0.15, 0.85) * end
            rows.append((f"board-{i}-new", "ats_b" if source == "ats_a" else "ats_a", moved + rng.uniform(0, 5), stop))
            stop = min(stop, moved)
        rows.append((f"board-{i}", source, start, stop))
    if (employers["source"] == "jobboard").any():
        rows.append(("all-jobs", "jobboard", half + rng.uniform(0, 0.3), np.inf))
    return pd.DataFrame(rows, columns=["board", "source", "start", "stop"])


def _adverts(rng, options, employers, vacancies, visits):
    """Every advert of every vacancy that some visit saw."""
    source = employers["source"].to_numpy()[vacancies["employer"]]
    role = employers["role"].to_numpy()[vacancies["employer"]]
    base = pd.DataFrame(
        {"vacancy": vacancies.index, "source": source, "open": vacancies["open"], "close": vacancies["close"]}
    )
    base["is_edited"] = False
    parts = [base[role != "reposter"]]
    again = base[role == "reposter"]
    if len(again):
        times = np.ceil((again["close"] - again["open"]) / options.repost_days).astype(int).clip(lower=1)
        repeated = again.loc[again.index.repeat(times)].copy()
        number = repeated.groupby(level=0).cumcount()
        begin = repeated["open"] + options.repost_days * number
        repeated["close"] = np.minimum(repeated["close"], begin + options.repost_days)
        repeated["open"] = begin
        parts.append(repeated)
    if not options.is_clean:
        copied = base[(source != "jobboard") & (rng.random(len(base)) < options.copied)].copy()
        copied["source"], copied["is_edited"] = "jobboard", True
        copied["open"] = copied["open"] + rng.uniform(0, 2, len(copied))
        parts.append(copied[copied["open"] < copied["close"]])
    adverts = pd.concat(parts, ignore_index=True)
    own = "board-" + vacancies["employer"].to_numpy()[adverts["vacancy"]].astype(str).astype(object)
    adverts["board"] = np.where(adverts["source"] == "jobboard", "all-jobs", own)
    return _seen(_moved(adverts, employers, vacancies), visits, _unread(options, visits))


def _moved(adverts, employers, vacancies):
    """On the day on which an employer changes its platform what is open goes on under new ids on the new board."""
    moves = employers["moves_on"].to_numpy()[vacancies["employer"].to_numpy()[adverts["vacancy"]]]
    after = np.isfinite(moves) & (adverts["board"] != "all-jobs").to_numpy() & (adverts["close"] > moves).to_numpy()
    if not after.any():
        return adverts
    there = adverts[after].copy()
    there["board"] += "-new"
    there["source"] = np.where(there["source"] == "ats_a", "ats_b", "ats_a")
    there["open"] = np.maximum(there["open"], moves[after])
    here = adverts.assign(close=np.where(after, np.minimum(adverts["close"], moves), adverts["close"]))
    return pd.concat([here[here["open"] < here["close"]], there], ignore_index=True)


def _unread(options, visits):
    """The days between which a parser passes over two of three postings of `ats_b`."""
    middle = visits["day"].max() * 0.6
    return (middle, middle + 25.0) if options.collapse else (np.inf, np.inf)


def _seen(adverts, visits, unread):
    good = visits[visits["ok"]].sort_values(["board", "day"])
    pieces = []
    days = {board: part["day"].to_numpy() for board, part in good.groupby("board")}
    for (board, source), shown in adverts.groupby(["board", "source"], sort=True):
        every = days.get(board)
        if every is None:
            continue
        for is_hidden in (False, True):
            part = shown[(shown["vacancy"] % 3 > 0).to_numpy() == is_hidden]
            dark = is_hidden and source == "ats_b"
            seen = every[(every < unread[0]) | (every >= unread[1])] if dark else every
            first = np.searchsorted(seen, part["open"].to_numpy())
            after = np.searchsorted(seen, part["close"].to_numpy())
            kept = first < after
            part, first, after = part[kept], seen[first[kept]], seen[after[kept] - 1]
            padded = np.concatenate([[np.nan], every, [np.nan, np.nan]])
            missed = np.searchsorted(every, after, side="right")
            pieces.append(
                part.assign(
                    first=first,
                    last=after,
                    previous=padded[np.searchsorted(every, first)],
                    next=padded[missed + 1],
                    closed=padded[missed + 2],
                )
            )
    found = pd.concat(pieces, ignore_index=True).sort_values(["first", "board", "vacancy"], ignore_index=True)
    found["external_id"] = "x" + found.index.astype(str)
    return found


def smaller(options: Options, factor: float) -> Options:
    """The same kind of world with fewer vacancies."""
    return evolve(options, vacancies=int(options.vacancies * factor))
